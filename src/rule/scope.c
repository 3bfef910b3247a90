#include "rule/scope.h"

#include "language/shape.h"
#include "rule/credential.h"

const struct value *scope_variable(const struct facts *facts, str name)
{
    /* What the project sets first, then what some service alone is handed. */
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

static const struct dsn *taken_apart(void *self, str text, str name)
{
    struct rule_scope *keeper = self;
    return facts_dsn(keeper->run->facts, text, name);
}

struct eval_scope rule_scope(struct rule_scope *keeper)
{
    const struct facts *facts = keeper->run->facts;
    return (struct eval_scope){
        .self = keeper,
        .variable = get_variable,
        .match = match,
        .dsn = taken_apart,
        .deployment = facts->deployment,
        .mode = mode_name(facts->mode),
    };
}

/* ${NAME}, ${NAME:-default}: 0 where it is none. The name first: a text may be full of dollars. */
static size_t braced_length(str text)
{
    if (!str_starts(text, STR("${")))
        return 0;
    size_t end = 2;
    while (end < text.len && byte_is_name(text.ptr[end]))
        end++;
    bool goes_on = end < text.len && str_has_byte(STR("}:-+?"), text.ptr[end]);
    if (!goes_on || !str_is_name(str_slice(text, 2, end)))
        return 0;
    /* No nesting is looked for: a reader that left this in place has not expanded any of it. */
    return end + str_find_byte(str_skip(text, end), '}') + 1;
}

static size_t plain_length(const struct facts *facts, str text)
{
    size_t end = 1;
    while (end < text.len && byte_is_name(text.ptr[end]))
        end++;
    /* $NAME without braces is a reference only where that name exists: passwords hold dollars too. */
    return env_get(&facts->environment, str_slice(text, 1, end)) ? end : 0;
}

bool scope_literal_variable(const struct facts *facts, str text, struct variable_reference *ret_reference)
{
    size_t last_close = str_rfind_byte(text, '}');
    for (size_t at = str_find_byte(text, '$'); at != STR_NONE;) {
        str rest = str_skip(text, at);
        bool may_close = last_close != STR_NONE && last_close > at;
        size_t length = may_close ? braced_length(rest) : 0;
        length = length ? length : plain_length(facts, rest);
        if (length) {
            *ret_reference = (struct variable_reference){.offset = at, .length = length};
            return true;
        }
        size_t next = str_find_byte(str_skip(rest, 1), '$');
        at = next == STR_NONE ? STR_NONE : at + 1 + next;
    }
    return false;
}

bool scope_is_secret(const struct check_run *run, str name)
{
    const struct config_var *declared = config_var(run->facts->config, name);
    const struct variable *row = map_get(&run->facts->name_rows, name);
    return credential_is_secret_name(name) || (declared && declared->secret) ||
           (row && (row->secret || row->is_connection));
}

void scope_say_demand(
    struct check_run *run, struct diag *finding, const struct config_rule *rule, const str_vec *variables)
{
    vec_each(const str *, name, variables)
        if (scope_is_secret(run, *name))
            return;
    str demand = shape_demand(run->arena, run->facts->sources, rule);
    if (demand.len > 0)
        finding_why(run, finding, STR_FMT, STR_ARG(demand));
}
