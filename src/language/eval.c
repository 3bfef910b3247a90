#include "base/limit.h"
#include "language/eval_parts.h"

static struct eval_result fail_limit(enum limit_id limit, span at, str variable)
{
    return (struct eval_result){.error = EVAL_LIMIT,
        .at = at,
        .variable = variable,
        .limit = limit,
        .message = limit_row(limit)->about};
}

static struct eval_result evaluate(struct evaluator *e, const struct expr *expr);

/* ---- names */

/* A field of the fact, a constant, a named number, a variable: the first that knows the name. */
static struct eval_result eval_name(struct evaluator *e, const struct expr *expr)
{
    const struct eval_scope *scope = e->scope;
    struct eval_value value;
    if (scope->field && scope->field(scope->self, expr->text, &value))
        return eval_of(value);
    const struct eval_constant *constant = eval_constant_find(expr->text);
    if (constant)
        return eval_of(constant->get(scope));
    if (scope->constant && scope->constant(scope->self, expr->text, &value))
        return eval_of(value);
    value = scope->variable ? scope->variable(scope->self, expr->text) : (struct eval_value){0};
    value.variable = expr->text;
    return eval_of(value);
}

static struct template_value template_get(void *self, str name)
{
    const struct eval_scope *scope = self;
    struct eval_value value = {0};
    if (scope->variable)
        value = scope->variable(scope->self, name);
    return (struct template_value){.found = value.kind == EVAL_TEXT, .text = value.text, .from = value.from};
}

/* ${NAME…} is its text; alone and unset without a fallback it is unset, as the bare name would be. */
static struct eval_result eval_template(struct evaluator *e, const struct expr *expr)
{
    struct template_scope scope = {.self = (void *)e->scope, .get = template_get};
    /* The same expansion as Compose's, so that `${A:-b}` means in a rule what it means in compose.yaml. */
    struct template_result result = template_expand(e->arena, expr->text, NULL, &scope);
    /* One ${NAME} and nothing else keeps the variable's story; glued text is a new value. */
    bool is_alone = result.uses.count == 1 && str_starts(expr->text, STR("$")) && expr->text.len > 1;
    const struct template_use *use = is_alone ? &result.uses.items[0] : NULL;
    str name = result.uses.count > 0 ? result.uses.items[0].name : STR("");
    switch (result.error) {
    case TEMPLATE_OK:
        break;
    case TEMPLATE_REQUIRED:
        return eval_fail(e, EVAL_VALUE, expr->at, result.error_name, STR_FMT " is required here and not set",
            STR_ARG(result.error_name));
    case TEMPLATE_TOO_DEEP:
        return fail_limit(LIMIT_TEMPLATE_DEPTH, expr->at, name);
    case TEMPLATE_TOO_LARGE:
        return fail_limit(LIMIT_VALUE_BYTES, expr->at, name);
    default:
        return eval_fail(e, EVAL_TYPE, expr->at, STR(""), "this is no ${NAME} of Compose");
    }
    if (use && !use->found && !use->has_fallback && !use->required)
        return eval_unset(use->name);
    struct eval_value value = {.kind = EVAL_TEXT, .text = result.text, .variable = name};
    value.from = use && !use->fallback_taken ? use->from : NULL;
    return eval_of(value);
}

/* ---- structure */

static struct eval_result eval_list(struct evaluator *e, const struct expr *expr)
{
    struct eval_value list = {
        .kind = EVAL_LIST, .items = arena_array(e->arena, struct eval_value, expr->items.count)};
    for (size_t i = 0; i < expr->items.count; i++) {
        struct eval_result item = evaluate(e, expr->items.items[i]);
        if (item.error != EVAL_OK)
            return item;
        list.items[list.count++] = item.value;
    }
    return eval_of(list);
}

static struct eval_result eval_call(struct evaluator *e, const struct expr *expr)
{
    const struct eval_function *function = eval_function_find(expr->text);
    if (!function)
        return eval_fail(
            e, EVAL_TYPE, expr->at, STR(""), "there is no function " STR_FMT, STR_ARG(expr->text));
    if (expr->items.count < function->least || expr->items.count > function->most)
        return eval_fail(e, EVAL_TYPE, expr->at, STR(""), "wrong number of arguments: " STR_FMT,
            STR_ARG(function->signature));
    struct eval_result arguments = eval_list(e, expr);
    if (arguments.error != EVAL_OK)
        return arguments;
    for (size_t i = 0; i < arguments.value.count; i++)
        if (!(function->parameter >> arguments.value.items[i].kind & 1))
            return eval_fail(e, EVAL_TYPE, expr->items.items[i]->at, STR(""),
                STR_FMT " does not take " STR_FMT, STR_ARG(function->signature),
                STR_ARG(eval_kind_name(arguments.value.items[i].kind)));
    return function->call(e, expr, arguments.value.items);
}

static struct eval_result eval_field(struct evaluator *e, const struct expr *expr)
{
    struct eval_result base = evaluate(e, expr->left);
    if (base.error != EVAL_OK)
        return base;
    if (base.value.kind != EVAL_DSN)
        return eval_step(e, &base.value, expr->text, expr->name_at);
    const struct eval_dsn_part *part = eval_dsn_part_find(expr->text);
    if (!part)
        return eval_fail(e, EVAL_TYPE, expr->name_at, STR(""), "a connection string has no part " STR_FMT,
            STR_ARG(expr->text));
    struct eval_value value = part->get(e, base.value.dsn);
    value.variable = base.value.variable;
    value.from = base.value.from;
    return eval_of(value);
}

static struct eval_result eval_index(struct evaluator *e, const struct expr *expr)
{
    struct eval_result base = evaluate(e, expr->left);
    if (base.error != EVAL_OK || base.value.kind == EVAL_UNSET)
        return base;
    struct eval_result key = evaluate(e, expr->right);
    if (key.error != EVAL_OK || key.value.kind == EVAL_UNSET)
        return key;
    if (key.value.kind == EVAL_NUMBER && key.value.divisor == 1) {
        bool is_inside = base.value.kind == EVAL_LIST && key.value.number >= 0 &&
                         (uint64_t)key.value.number < base.value.count;
        return is_inside ? eval_of(base.value.items[key.value.number]) : eval_unset(STR(""));
    }
    if (key.value.kind != EVAL_TEXT)
        return eval_fail(e, EVAL_TYPE, expr->right->at, STR(""), "a key is a text or a whole number");
    if (base.value.kind == EVAL_DSN)
        return eval_dsn_parameter(base.value.dsn, key.value.text);
    return eval_step(e, &base.value, key.value.text, expr->at);
}

static struct eval_result evaluate_number(struct evaluator *e, const struct expr *expr)
{
    struct eval_result result = evaluate(e, expr);
    return result.error == EVAL_OK ? eval_to_number(e, result.value, expr->at) : result;
}

static struct eval_result eval_percent(struct evaluator *e, const struct expr *expr)
{
    struct eval_result share = evaluate_number(e, expr->left);
    share.value.kind = EVAL_PERCENT;
    return share;
}

static struct eval_result eval_negate(struct evaluator *e, const struct expr *expr)
{
    struct eval_result number = evaluate_number(e, expr->left);
    if (number.error == EVAL_OK && number.value.number == NUMBER_UNBOUNDED)
        return eval_fail(e, EVAL_VALUE, expr->at, number.value.variable, "minus unbounded is no number");
    number.value.number = number_subtract(0, number.value.number);
    return number;
}

/* ---- operators */

static struct eval_result condition(struct evaluator *e, const struct expr *expr)
{
    struct eval_result result = evaluate(e, expr);
    if (result.error != EVAL_OK || result.value.kind == EVAL_BOOL)
        return result;
    return eval_fail(e, EVAL_TYPE, expr->at, result.value.variable,
        "expected a yes or no, this is " STR_FMT ": compare it with something",
        STR_ARG(eval_kind_name(result.value.kind)));
}

static struct eval_result eval_not(struct evaluator *e, const struct expr *expr)
{
    struct eval_result result = condition(e, expr->left);
    result.value.is_true = !result.value.is_true;
    return result;
}

static struct eval_result eval_logic(struct evaluator *e, const struct expr *expr)
{
    struct eval_result left = condition(e, expr->left);
    bool decided = left.value.is_true == (expr->operation == OPERATOR_OR);
    return left.error != EVAL_OK || decided ? left : condition(e, expr->right);
}

static struct eval_result apply_equal(
    struct evaluator *e, const struct expr *expr, const struct eval_value *a, const struct eval_value *b)
{
    if (a->kind == EVAL_NODE || b->kind == EVAL_NODE)
        return eval_fail(
            e, EVAL_TYPE, expr->at, STR(""), "a part of the Compose file cannot be compared: name a field");
    return eval_of(eval_truth(eval_equal(a, b) == (expr->operation == OPERATOR_EQUAL)));
}

/* Order and arithmetic are matters of numbers; what is unset is neither less nor greater. */
static struct eval_result apply_numbers(
    struct evaluator *e, const struct expr *expr, const struct eval_value *a, const struct eval_value *b)
{
    enum expr_operator operation = expr->operation;
    bool is_order = operation < OPERATOR_ADD;
    if (is_order && (a->kind == EVAL_UNSET || b->kind == EVAL_UNSET))
        return eval_of(eval_truth(false));
    struct eval_result left = eval_to_number(e, *a, expr->left->at);
    struct eval_result right = eval_to_number(e, *b, expr->right->at);
    if (left.error != EVAL_OK || right.error != EVAL_OK)
        return left.error != EVAL_OK ? left : right;
    if (!is_order)
        return eval_arithmetic(e, operation, &left.value, &right.value, expr->at);
    int order = eval_compare_numbers(&left.value, &right.value);
    bool or_equal = operation == OPERATOR_LESS_EQUAL || operation == OPERATOR_GREATER_EQUAL;
    bool less = operation == OPERATOR_LESS || operation == OPERATOR_LESS_EQUAL;
    return eval_of(eval_truth(order == 0 ? or_equal : (order < 0) == less));
}

static bool list_has(const struct eval_value *list, const struct eval_value *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (eval_equal(&list->items[i], item))
            return true;
    return false;
}

/* A list on the left is in the right one when all of its items are. */
static struct eval_result apply_in(
    struct evaluator *e, const struct expr *expr, const struct eval_value *a, const struct eval_value *b)
{
    if (b->kind == EVAL_UNSET)
        return eval_of(eval_truth(false));
    if (b->kind != EVAL_LIST)
        return eval_fail(e, EVAL_TYPE, expr->right->at, b->variable,
            "`in` wants a list, this is " STR_FMT ": list(X) makes one of a text with commas",
            STR_ARG(eval_kind_name(b->kind)));
    if (a->kind != EVAL_LIST)
        return eval_of(eval_truth(a->kind != EVAL_UNSET && list_has(b, a)));
    bool all = true;
    for (size_t i = 0; all && i < a->count; i++)
        all = list_has(b, &a->items[i]);
    return eval_of(eval_truth(all));
}

static struct eval_result match_text(
    struct evaluator *e, const struct expr *expr, str pattern, str text, str variable)
{
    const struct eval_scope *scope = e->scope;
    if (!scope->match)
        return eval_fail(e, EVAL_TYPE, expr->at, STR(""), "patterns are not available here");
    struct eval_match_result result = scope->match(scope->self, pattern, text);
    if (result.outcome == EVAL_MATCH_BAD_PATTERN)
        return eval_fail(
            e, EVAL_TYPE, expr->right->at, STR(""), "bad pattern: " STR_FMT, STR_ARG(result.message));
    if (result.outcome == EVAL_MATCH_LIMIT)
        return fail_limit(result.limit, expr->at, variable);
    return eval_of(eval_truth(result.outcome == EVAL_MATCH_YES));
}

/* Of a list, one item that matches is enough; what is unset matches nothing. */
static struct eval_result apply_match(
    struct evaluator *e, const struct expr *expr, const struct eval_value *a, const struct eval_value *b)
{
    const struct eval_value *items = a->kind == EVAL_LIST ? a->items : a;
    size_t count = a->kind == EVAL_LIST ? a->count : a->kind == EVAL_TEXT;
    if (b->kind != EVAL_TEXT)
        return eval_fail(e, EVAL_TYPE, expr->right->at, STR(""), "a pattern is a text");
    if (a->kind != EVAL_TEXT && a->kind != EVAL_UNSET && a->kind != EVAL_LIST)
        return eval_fail(e, EVAL_TYPE, expr->left->at, STR(""), "a pattern is for a text, this is " STR_FMT,
            STR_ARG(eval_kind_name(a->kind)));
    struct eval_result result = eval_of(eval_truth(false));
    for (size_t i = 0; i < count && result.error == EVAL_OK && !result.value.is_true; i++)
        if (items[i].kind == EVAL_TEXT)
            result = match_text(e, expr, b->text, items[i].text, a->variable);
    return result;
}

typedef struct eval_result binary_function(
    struct evaluator *e, const struct expr *expr, const struct eval_value *a, const struct eval_value *b);

static binary_function *const binary_functions[OPERATOR_COUNT] = {
    [OPERATOR_EQUAL] = apply_equal,
    [OPERATOR_NOT_EQUAL] = apply_equal,
    [OPERATOR_LESS] = apply_numbers,
    [OPERATOR_LESS_EQUAL] = apply_numbers,
    [OPERATOR_GREATER] = apply_numbers,
    [OPERATOR_GREATER_EQUAL] = apply_numbers,
    [OPERATOR_MATCH] = apply_match,
    [OPERATOR_IN] = apply_in,
    [OPERATOR_ADD] = apply_numbers,
    [OPERATOR_SUBTRACT] = apply_numbers,
    [OPERATOR_MULTIPLY] = apply_numbers,
    [OPERATOR_DIVIDE] = apply_numbers,
};

static struct eval_result eval_binary(struct evaluator *e, const struct expr *expr)
{
    if (expr->operation == OPERATOR_OR || expr->operation == OPERATOR_AND)
        return eval_logic(e, expr);
    struct eval_result left = evaluate(e, expr->left);
    if (left.error != EVAL_OK)
        return left;
    struct eval_result right = evaluate(e, expr->right);
    if (right.error != EVAL_OK)
        return right;
    return binary_functions[expr->operation](e, expr, &left.value, &right.value);
}

/* ---- dispatch */

static struct eval_result eval_number_literal(struct evaluator *e, const struct expr *expr)
{
    (void)e;
    return eval_of(
        (struct eval_value){.kind = EVAL_NUMBER, .number = expr->number, .divisor = expr->divisor});
}

/* The budget reads it itself, before it asks for an expression's value. */
static struct eval_result eval_place(struct evaluator *e, const struct expr *expr)
{
    return eval_fail(e, EVAL_TYPE, expr->at, STR(""), "a place in a file is no part of an expression");
}

static struct eval_result eval_string(struct evaluator *e, const struct expr *expr)
{
    (void)e;
    return eval_of(eval_text(expr->text));
}

typedef struct eval_result node_function(struct evaluator *e, const struct expr *expr);

static node_function *const node_functions[] = {
    [EXPR_NUMBER] = eval_number_literal,
    [EXPR_STRING] = eval_string,
    [EXPR_LIST] = eval_list,
    [EXPR_NAME] = eval_name,
    [EXPR_TEMPLATE] = eval_template,
    [EXPR_CALL] = eval_call,
    [EXPR_FIELD] = eval_field,
    [EXPR_INDEX] = eval_index,
    [EXPR_PERCENT] = eval_percent,
    [EXPR_NEGATE] = eval_negate,
    [EXPR_NOT] = eval_not,
    [EXPR_BINARY] = eval_binary,
    [EXPR_PLACE] = eval_place,
};

/* Recursion ends: expr_parse() bounds the depth of every tree. */
static struct eval_result evaluate(struct evaluator *e, const struct expr *expr)
{
    return node_functions[expr->kind](e, expr);
}

struct eval_result eval(struct arena *arena, const struct expr *expr, const struct eval_scope *scope)
{
    struct evaluator e = {.arena = arena, .scope = scope};
    return evaluate(&e, expr);
}

struct eval_result eval_condition(
    struct arena *arena, const struct expr *expr, const struct eval_scope *scope)
{
    struct evaluator e = {.arena = arena, .scope = scope};
    return condition(&e, expr);
}

struct eval_result eval_number(struct arena *arena, const struct expr *expr, const struct eval_scope *scope)
{
    struct evaluator e = {.arena = arena, .scope = scope};
    return evaluate_number(&e, expr);
}

static struct eval_result whole_count(struct evaluator *e, const struct expr *expr, struct eval_result result)
{
    if (result.error == EVAL_OK)
        result = eval_to_number(e, result.value, expr->at);
    if (result.error != EVAL_OK)
        return result;
    if (result.value.divisor != 1)
        return eval_fail(e, EVAL_VALUE, expr->at, result.value.variable, "not a whole number: use ceil(…)");
    if (result.value.number < 0)
        return eval_fail(e, EVAL_VALUE, expr->at, result.value.variable, "a count cannot be negative");
    return result;
}

struct eval_result eval_count(struct arena *arena, const struct expr *expr, const struct eval_scope *scope)
{
    struct evaluator e = {.arena = arena, .scope = scope};
    return whole_count(&e, expr, evaluate(&e, expr));
}

struct eval_result eval_share(
    struct arena *arena, const struct expr *expr, const struct eval_scope *scope, int64_t whole)
{
    struct evaluator e = {.arena = arena, .scope = scope};
    struct eval_result result = evaluate(&e, expr);
    struct eval_value value = result.value;
    if (result.error == EVAL_OK && value.kind == EVAL_TEXT && str_ends(value.text, STR("%"))) {
        value.text = str_take(value.text, value.text.len - 1); /* "25%" in a variable is a share too */
        result = eval_to_number(&e, value, expr->at);
        result.value.kind = EVAL_PERCENT;
    }
    if (result.error != EVAL_OK || result.value.kind != EVAL_PERCENT)
        return whole_count(&e, expr, result);
    struct eval_value factor = result.value;
    factor.divisor = number_multiply(factor.divisor, 100);
    if (factor.number < 0)
        return eval_fail(&e, EVAL_VALUE, expr->at, factor.variable, "a share cannot be negative");
    return eval_of(eval_number_if(true, eval_scale(whole, &factor)));
}
