/*
 * The rules that a project declares itself.
 */
#include "language/field.h"
#include "language/shape.h"
#include "rule/scope.h"

/* At the first variable that is set, else at the rule; the others and the rule are related. */
static void report(struct check_run *run, const struct config_rule *rule, const struct shape_verdict *verdict)
{
    struct place place = {0};
    str_vec others = {0};
    vec_each(const str *, name, &verdict->variables) {
        const struct value *value = scope_variable(run->facts, *name);
        if (!value)
            continue;
        if (place.variable.len) {
            vec_push(run->arena, &others, *name);
            continue;
        }
        span at = value_locate(value, 0, value->text.len);
        place.at = span_is_set(at) ? at : span_is_set(value->at) ? value->at : value->key;
        place.variable = *name;
    }
    str message = span_is_set(rule->message.at) ? rule->message.text : verdict->message;
    enum severity severity = span_is_set(rule->severity_at) ? rule->severity : SEVERITY_ERROR;
    severity = rule_severity(run->facts->config, run->facts->mode, rule->id, severity);
    if (severity == SEVERITY_OFF)
        return;
    struct place keyed = {.variable = rule->id};
    struct diag *finding = finding_add_as(
        run, RULE_RULE_FAILED, severity, keyed, STR_FMT ": " STR_FMT, STR_ARG(rule->id), STR_ARG(message));
    if (!finding)
        return;
    finding->at = place.variable.len ? place.at : rule->id_at;
    finding->variable = place.variable;
    vec_each(const str *, name, &others) {
        const struct value *value = scope_variable(run->facts, *name);
        if (value)
            finding_related(run, finding, span_is_set(value->key) ? value->key : value->at,
                STR_FMT " is set here", STR_ARG(*name));
    }
    if (place.variable.len)
        finding_related(run, finding, rule->id_at, "the rule");
    scope_say_demand(run, finding, rule, &verdict->variables);
    if (span_is_set(rule->help.at))
        finding_help(run, finding, STR_FMT, STR_ARG(rule->help.text));
}

static void judge_rules(struct check_run *run)
{
    struct rule_scope keeper = {.run = run};
    struct eval_scope scope = rule_scope(&keeper);
    vec_each(const struct config_rule *, rule, &run->facts->config->rules) {
        if (span_is_set(rule->over.at) && field_set_find(rule->over.text))
            continue; /* check_over.c */
        struct shape_verdict verdict = shape_judge(run->arena, rule, &scope);
        if (verdict.error == EVAL_LIMIT) {
            diag_limit(run->diags, verdict.limit, verdict.at);
            continue;
        }
        if (verdict.error == EVAL_TYPE) {
            struct diag *fault = diag_add(run->diags, STR("config-syntax"), SEVERITY_ERROR, verdict.at,
                STR_FMT, STR_ARG(verdict.message));
            fault->fatal = true;
            continue;
        }
        if (!verdict.holds)
            report(run, rule, &verdict);
    }
}

const struct check project_checks[] = {
    {FACT_ENVIRONMENT, {.environment = judge_rules}},
    {0},
};
