#include "language/shape.h"

struct judgement {
    struct arena *arena;
    const struct config_rule *rule;
    const struct eval_scope *scope;
    struct shape_verdict verdict;
};

/* A fault of the rule is passed on; a variable that cannot be read makes the rule fail. */
static void take_fault(struct judgement *j, const struct eval_result *result)
{
    j->verdict.error = result->error == EVAL_VALUE ? EVAL_OK : result->error;
    j->verdict.message = result->message;
    j->verdict.at = result->at;
    j->verdict.limit = result->limit;
}

/* What messages call an expression: its variable, or the part it takes of it; never its own text. */
static str label_of(struct judgement *j, const struct expr *expr)
{
    str_vec names = eval_variables(j->arena, expr);
    str name = names.count > 0 ? names.items[0] : STR("an expression");
    if (expr->kind != EXPR_FIELD || names.count == 0)
        return name;
    return arena_printf(j->arena, "the " STR_FMT " of " STR_FMT, STR_ARG(expr->text), STR_ARG(name));
}

/* All that are set are equal: each with the first one that is set. */
static void judge_agree(struct judgement *j)
{
    struct eval_value first = {0};
    size_t first_index = 0;
    j->verdict.holds = true;
    for (size_t i = 0; i < j->rule->expressions.count; i++) {
        struct eval_result result = eval(j->arena, j->rule->expressions.items[i], j->scope);
        if (result.error != EVAL_OK) {
            j->verdict.holds = false;
            take_fault(j, &result);
            return;
        }
        if (result.value.kind == EVAL_UNSET)
            continue;
        if (first.kind == EVAL_UNSET) {
            first = result.value;
            first_index = i;
        } else if (!eval_equal(&first, &result.value)) {
            str a = label_of(j, j->rule->expressions.items[first_index]);
            str b = label_of(j, j->rule->expressions.items[i]);
            j->verdict.holds = false;
            j->verdict.first = first_index;
            j->verdict.second = i;
            j->verdict.message =
                arena_printf(j->arena, STR_FMT " and " STR_FMT " do not agree", STR_ARG(a), STR_ARG(b));
            return;
        }
    }
}

static bool condition(struct judgement *j, size_t index, bool *ret_holds)
{
    struct eval_result result = eval_condition(j->arena, j->rule->expressions.items[index], j->scope);
    *ret_holds = result.value.is_true;
    if (result.error != EVAL_OK)
        take_fault(j, &result);
    return result.error == EVAL_OK;
}

static void judge_iff(struct judgement *j)
{
    bool left, right;
    if (!condition(j, 0, &left) || !condition(j, 1, &right))
        return;
    j->verdict.holds = left == right;
    j->verdict.message = left ? STR("the first condition holds and the second does not")
                              : STR("the second condition holds and the first does not");
}

static void judge_when(struct judgement *j)
{
    bool when, then;
    if (!condition(j, 0, &when))
        return;
    j->verdict.holds = !when;
    if (!when || !condition(j, 1, &then))
        return;
    j->verdict.holds = then;
    j->verdict.message = STR("what follows from `when` does not hold");
}

static void judge_assert(struct judgement *j)
{
    bool holds;
    if (!condition(j, 0, &holds))
        return;
    j->verdict.holds = holds;
    j->verdict.message = STR("the assertion does not hold");
}

static void (*const judges[])(struct judgement *j) = {
    [RULE_AGREE] = judge_agree,
    [RULE_IFF] = judge_iff,
    [RULE_WHEN] = judge_when,
    [RULE_ASSERT] = judge_assert,
};

str shape_demand(struct arena *arena, const struct sources *sources, const struct config_rule *rule)
{
    static const struct {
        str before, between;
    } words[] = {
        [RULE_AGREE] = {STR_INIT(""), STR_INIT("")},
        [RULE_IFF] = {STR_INIT("both or neither: "), STR_INIT(" · ")},
        [RULE_WHEN] = {STR_INIT("when "), STR_INIT(", then ")},
        [RULE_ASSERT] = {STR_INIT("assert: "), STR_INIT("")},
    };
    str demand = words[rule->shape].before;
    for (size_t i = 0; demand.len > 0 && i < rule->expressions.count; i++) {
        str text = span_text(sources, rule->expressions.items[i]->at);
        demand = arena_join(arena, demand, i > 0 ? words[rule->shape].between : STR(""), text);
    }
    return demand;
}

static str_vec variables_of(struct arena *arena, const struct config_rule *rule)
{
    struct map seen = {0};
    str_vec all = {0};
    for (size_t i = 0; i < rule->expressions.count; i++) {
        str_vec names = eval_variables(arena, rule->expressions.items[i]);
        vec_each(const str *, name, &names)
            if (!map_has(&seen, *name)) {
                map_set(arena, &seen, *name, &seen);
                vec_push(arena, &all, *name);
            }
    }
    return all;
}

struct shape_verdict shape_judge(
    struct arena *arena, const struct config_rule *rule, const struct eval_scope *scope)
{
    struct judgement j = {.arena = arena, .rule = rule, .scope = scope};
    j.verdict.variables = variables_of(arena, rule);
    judges[rule->shape](&j);
    return j.verdict;
}
