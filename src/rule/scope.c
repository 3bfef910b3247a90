#include "rule/scope.h"

const struct value *scope_variable(const struct facts *facts, str name)
{
    const struct value *value = env_get(&facts->environment, name);
    if (value && value->set)
        return value;
    const struct variable *variable = map_get(&facts->name_rows, name);
    return variable ? variable->value : NULL;
}

static struct eval_value get_variable(void *self, str name)
{
    struct rule_scope *keeper = self;
    const struct value *value = scope_variable(keeper->run->facts, name);
    if (!value)
        return (struct eval_value){.kind = EVAL_UNSET, .variable = name};
    return (struct eval_value){.kind = EVAL_TEXT, .text = value->text, .variable = name, .from = value};
}

static struct eval_match_result match(void *self, str pattern, str text)
{
    struct rule_scope *keeper = self;
    return pattern_match(keeper->run->patterns, pattern, text);
}

struct eval_scope rule_scope(struct rule_scope *keeper)
{
    const struct facts *facts = keeper->run->facts;
    return (struct eval_scope){
        .self = keeper,
        .variable = get_variable,
        .match = match,
        .compose = facts->project ? facts->project->root : NULL,
        .mode = mode_name(facts->mode),
    };
}
