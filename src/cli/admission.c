#include "cli/admission.h"

#include "base/limit.h"
#include "base/map.h"
#include "facts/data.h"

/* What a policy looks at. */
enum matched {
    MATCHED_SERVICES,
    MATCHED_PODS, /* and everything that has a pod template */
};

/* A list of the tables, as CEL writes it. */
enum listed {
    LISTED_NONE,
    LISTED_STORE_PORTS,
    LISTED_STORE_IMAGES,    /* a pattern over image references */
    LISTED_PASSWORD_NAMES,  /* variables that images take a password from */
    LISTED_KNOWN_PASSWORDS, /* documented ones */
    LISTED_STORE_SCHEMES,   /* a pattern over how a connection string begins */
};

/* A row of `variables`: `before`, the list, `after`. */
struct admission_variable {
    const char *name, *before;
    enum listed list;
    const char *after;
};

enum { VARIABLES_MAX = 4 };

static const struct policy {
    const char *rule; /* as bootgate calls it */
    const char *name; /* of the policy, after "bootgate-" */
    enum matched matched;
    struct admission_variable variables[VARIABLES_MAX];
    const char *expression; /* true: the object is admitted */
    const char *message;
    const char *cannot_see[5];
} policies[] = {
    {"wildcard-bind", "published-store", MATCHED_SERVICES,
        {{"storePorts", "", LISTED_STORE_PORTS, ""},
            {"isOpen",
                "has(object.spec.type) && object.spec.type in ['LoadBalancer', 'NodePort'] && "
                "!(has(object.spec.loadBalancerSourceRanges) && object.spec.loadBalancerSourceRanges.size() "
                "> 0)",
                LISTED_NONE, ""},
            {"isInternal",
                "has(object.spec.type) && object.spec.type == 'LoadBalancer' && "
                "has(object.metadata.annotations) && object.metadata.annotations.exists(a, "
                "a.contains('load-balancer') && object.metadata.annotations[a] in ['true', 'internal', "
                "'Internal', '0.0.0.0/0'])",
                LISTED_NONE, ""}},
        "!variables.isOpen || variables.isInternal || !has(object.spec.ports) || "
        "!object.spec.ports.exists(p, p.port in variables.storePorts)",
        "a data store's port is open to the outside: use type ClusterIP, or an internal load balancer",
        {"a store that listens on another port than its own", "an Ingress, a route or a TCP proxy before it",
            "which pods the Service selects: another program may have that port"}},
    {"wildcard-bind", "host-port-store", MATCHED_PODS, {{"stores", "", LISTED_STORE_IMAGES, ""}},
        "!variables.containers.exists(c, c.image.matches(variables.stores) && has(c.ports) && "
        "c.ports.exists(p, has(p.hostPort) && p.hostPort > 0 && "
        "!(has(p.hostIP) && p.hostIP in ['127.0.0.1', '::1'])))",
        "a data store is open on every address of its node: leave hostPort out",
        {"stores whose image has a name of your own", "whether the node's address is a private one"}},
    {"host-network", "host-network-store", MATCHED_PODS, {{"stores", "", LISTED_STORE_IMAGES, ""}},
        "!(has(variables.pod.hostNetwork) && variables.pod.hostNetwork) || "
        "!variables.containers.exists(c, c.image.matches(variables.stores))",
        "a data store is on the network of its node: every port of it is a port of the node",
        {"stores whose image has a name of your own", "a server that listens on 127.0.0.1 alone"}},
    {"default-credentials", "default-credentials", MATCHED_PODS,
        {{"names", "", LISTED_PASSWORD_NAMES, ""}, {"known", "", LISTED_KNOWN_PASSWORDS, ""}},
        "!variables.containers.exists(c, has(c.env) && c.env.exists(e, e.name in variables.names && "
        "has(e.value) && e.value in variables.known))",
        "a password that is documented is written into the pod: set one of your own in a Secret",
        {"passwords that come from a Secret or a ConfigMap", "a password that equals its user name",
            "the default of an image whose variable is not set", "credentials inside connection strings"}},
    {"loopback-host", "loopback-host", MATCHED_PODS, {{"loopback", "", LISTED_STORE_SCHEMES, ""}},
        "(has(variables.pod.hostNetwork) && variables.pod.hostNetwork) || variables.containers.size() > 1 || "
        "!variables.containers.exists(c, has(c.env) && c.env.exists(e, has(e.value) && "
        "e.value.matches(variables.loopback)))",
        "a connection string points at the pod itself, where nothing else runs: name the server's Service",
        {"connection strings that come from a Secret or a ConfigMap", "hosts in variables of their own",
            "pods of several containers: one of them may listen there",
            "sidecars that an admission webhook adds"}},
};

/* ---- lists */

static bool is_store(const struct image_info *image)
{
    return image->kind == IMAGE_DATA_STORE || image->kind == IMAGE_BROKER;
}

static void add_once(struct arena *arena, struct map *seen, str_vec *list, str text)
{
    if (text.len == 0 || map_has(seen, text))
        return;
    map_set(arena, seen, text, list);
    vec_push(arena, list, text);
}

/* What programs of every kind listen on says nothing of a store. */
static bool is_common_port(uint16_t port)
{
    static const uint16_t ports[] = {80, 443, 3000, 8000, 8080, 8200, 8443, 8500, 9000};
    for (size_t i = 0; i < ARRAY_COUNT(ports); i++)
        if (ports[i] == port)
            return true;
    return false;
}

static str_vec list_of(struct arena *arena, enum listed listed)
{
    str_vec list = {0};
    struct map seen = {0};
    for (size_t i = 0; i < image_count(); i++) {
        const struct image_info *image = image_at(i);
        if (listed == LISTED_STORE_PORTS && is_store(image) && image->port && !is_common_port(image->port))
            add_once(arena, &seen, &list, arena_unsigned(arena, image->port));
        else if (listed == LISTED_STORE_IMAGES && is_store(image))
            add_once(arena, &seen, &list, image->repository);
        else if (listed == LISTED_PASSWORD_NAMES && image->login_mark.len == 0) {
            add_once(arena, &seen, &list, image->password_variable);
            add_once(arena, &seen, &list, image->admin_password_variable);
        }
    }
    for (size_t i = 0; listed == LISTED_KNOWN_PASSWORDS && i < known_credential_count(); i++)
        add_once(arena, &seen, &list, known_credential_at(i)->password);
    return list;
}

/* A text of CEL in single quotes. */
static void quote(struct buf *text, str value)
{
    buf_byte(text, '\'');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '\'' || value.ptr[i] == '\\')
            buf_byte(text, '\\');
        buf_byte(text, value.ptr[i]);
    }
    buf_byte(text, '\'');
}

/* The words of a list as a pattern of RE2 has them: only dots mean something there. */
static void alternatives(struct buf *text, const str_vec *list)
{
    vec_each(const str *, word, list) {
        buf_str(text, word == list->items ? STR("") : STR("|"));
        for (size_t i = 0; i < word->len; i++)
            buf_str(text, word->ptr[i] == '.' ? STR("[.]") : str_slice(*word, i, i + 1));
    }
}

static str list_text(struct arena *arena, enum listed listed)
{
    struct buf text = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    str_vec list = list_of(arena, listed);
    switch (listed) {
    case LISTED_NONE:
        break;
    case LISTED_STORE_IMAGES:
        buf_str(&text, STR("'^(.*/)?("));
        alternatives(&text, &list);
        buf_str(&text, STR(")(:[^/]*)?(@.*)?$'"));
        break;
    case LISTED_STORE_SCHEMES:
        buf_str(&text,
            STR("'^(postgres|postgresql|mysql|mariadb|mongodb|redis|rediss|amqp|amqps|clickhouse|mssql)"
                "([+][a-z0-9_]+)?://([^/?#]*@)?(localhost|127[.][0-9.]+|[[]::1[]])([:/?#].*)?$'"));
        break;
    case LISTED_STORE_PORTS:
    case LISTED_PASSWORD_NAMES:
    case LISTED_KNOWN_PASSWORDS:
        buf_byte(&text, '[');
        vec_each(const str *, item, &list) {
            buf_str(&text, item == list.items ? STR("") : STR(", "));
            if (listed == LISTED_STORE_PORTS)
                buf_str(&text, *item);
            else
                quote(&text, *item);
        }
        buf_byte(&text, ']');
        break;
    }
    return buf_view(&text);
}

/* ---- documents */

static const char *const matched_rules[] = {
    [MATCHED_SERVICES] =
        "      - {apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [services]}\n",
    [MATCHED_PODS] =
        "      - {apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}\n"
        "      - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE],\n"
        "         resources: [deployments, statefulsets, daemonsets, replicasets]}\n"
        "      - {apiGroups: [batch], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [jobs, "
        "cronjobs]}\n",
};

/* The pod of each kind, and all of its containers. */
static const struct admission_variable pod_variables[] = {
    {"pod",
        "has(object.spec.jobTemplate) ? object.spec.jobTemplate.spec.template.spec : "
        "has(object.spec.template) ? object.spec.template.spec : object.spec",
        LISTED_NONE, ""},
    {"containers",
        "variables.pod.containers + (has(variables.pod.initContainers) ? variables.pod.initContainers : [])",
        LISTED_NONE, ""},
};

static void print_variable(struct out *out, const struct admission_variable *variable)
{
    str list = list_text(out->buf.arena, variable->list);
    out_printf(out, "    - name: %s\n      expression: >-\n        %s" STR_FMT "%s\n", variable->name,
        variable->before, STR_ARG(list), variable->after);
}

static void print_policy(struct out *out, const struct policy *policy)
{
    out_printf(out, "---\n# %s. It cannot see:\n", policy->rule);
    for (size_t i = 0; i < ARRAY_COUNT(policy->cannot_see) && policy->cannot_see[i]; i++)
        out_printf(out, "#   - %s\n", policy->cannot_see[i]);
    out_printf(out,
        "apiVersion: admissionregistration.k8s.io/v1\n"
        "kind: ValidatingAdmissionPolicy\n"
        "metadata:\n  name: bootgate-%s\n  annotations:\n    bootgate/rule: %s\n    bootgate/cannot-see: "
        ">-\n",
        policy->name, policy->rule);
    for (size_t i = 0; i < ARRAY_COUNT(policy->cannot_see) && policy->cannot_see[i]; i++)
        out_printf(out, "      %s%s\n", policy->cannot_see[i],
            i + 1 < ARRAY_COUNT(policy->cannot_see) && policy->cannot_see[i + 1] ? ";" : "");
    out_printf(out, "spec:\n  failurePolicy: Fail\n  matchConstraints:\n    resourceRules:\n%s  variables:\n",
        matched_rules[policy->matched]);
    for (size_t i = 0; policy->matched == MATCHED_PODS && i < ARRAY_COUNT(pod_variables); i++)
        print_variable(out, &pod_variables[i]);
    for (size_t i = 0; i < VARIABLES_MAX && policy->variables[i].name; i++)
        print_variable(out, &policy->variables[i]);
    out_printf(out, "  validations:\n    - expression: >-\n        %s\n      message: >-\n        %s\n",
        policy->expression, policy->message);
    out_printf(out,
        "---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\n"
        "metadata:\n  name: bootgate-%s\nspec:\n  policyName: bootgate-%s\n  validationActions: [Deny]\n",
        policy->name, policy->name);
}

void admission_print(struct out *out)
{
    out_text(out, "# Written by `bootgate rules export --to validating-admission-policy`: what the API "
                  "server can hold\n"
                  "# of bootgate's rules by itself. Begin with validationActions: [Warn, Audit] where "
                  "workloads run already,\n"
                  "# and give the bindings a matchResources that leaves the system's own namespaces out.\n");
    for (size_t i = 0; i < ARRAY_COUNT(policies); i++)
        print_policy(out, &policies[i]);
}
