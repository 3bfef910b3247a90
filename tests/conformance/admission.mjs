// Evaluates ValidatingAdmissionPolicies as the API server does, by a CEL of its own: node admission.mjs MODULES
// reads {"policies": YAML, "objects": [...]} on standard input and prints, for each object, the names of the policies
// that deny it.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.argv[2], 'none.js'));
const { celEnv, parse, plan } = require('@bufbuild/cel');
const YAML = require('yaml');
const PLURALS = { Service: 'services', Pod: 'pods', Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets', Job: 'jobs', CronJob: 'cronjobs' };

// Whole numbers of JSON are CEL's int.
function typed(value) {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(typed);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(item)]));
  return value;
}

const environment = celEnv();
const planned = new Map();
function evaluate(expression, scope) {
  if (!planned.has(expression)) planned.set(expression, plan(environment, parse(expression)));
  const result = planned.get(expression)(scope);
  if (result && typeof result === 'object' && 'message' in result && result.constructor.name.includes('Error'))
    throw new Error(`${expression}: ${result.message}`);
  return result;
}

function matches(policy, object) {
  const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
  return policy.spec.matchConstraints.resourceRules.some(
    (rule) => rule.apiGroups.includes(group) && rule.resources.includes(PLURALS[object.kind]));
}

function denies(policy, object) {
  const scope = { object: typed(object), variables: {} };
  for (const variable of policy.spec.variables ?? []) scope.variables[variable.name] = evaluate(variable.expression, scope);
  return policy.spec.validations.some((validation) => evaluate(validation.expression, scope) !== true);
}

const input = JSON.parse(readFileSync(0, 'utf8'));
const policies = YAML.parseAllDocuments(input.policies).map((document) => {
  if (document.errors.length) throw document.errors[0];
  return document.toJS();
}).filter((document) => document?.kind === 'ValidatingAdmissionPolicy');
console.log(JSON.stringify(input.objects.map((object) => policies.filter((policy) => matches(policy, object) && denies(policy, object))
  .map((policy) => policy.metadata.name))));
