/* What an expression may say before anything is known: language/eval.h. */
#include "language/eval_parts.h"

/* A walk over a tree that knows kinds but no values. */
struct checker {
    struct arena *arena;
    struct diags *diags;
    str rule;
    const struct eval_scope *scope;
    struct diag *latest; /* complaint; NULL: there is none */
};

static kind_set check(struct checker *c, const struct expr *expr);

__attribute__((format(printf, 3, 4))) static kind_set complain(
    struct checker *c, span at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(c->arena, format, arguments);
    va_end(arguments);
    c->latest = diag_add(c->diags, c->rule, SEVERITY_ERROR, at, STR_FMT, STR_ARG(message));
    c->latest->fatal = true;
    return KINDS_ANY;
}

/* Of the latest complaint. */
static void suggest(struct checker *c, str best)
{
    if (best.len > 0)
        diag_help(c->diags, c->latest, "write `" STR_FMT "`", STR_ARG(best));
}

/* One kind of a set: what a message calls it. What may be a text is called one: it is a variable. */
static str set_name(kind_set kinds)
{
    if (kinds & KIND(TEXT))
        return eval_kind_name(EVAL_TEXT);
    for (int kind = EVAL_KIND_COUNT - 1; kind > 0; kind--)
        if (kinds >> kind & 1)
            return eval_kind_name((enum eval_kind)kind);
    return eval_kind_name(EVAL_UNSET);
}

static void want(struct checker *c, const struct expr *expr, kind_set kinds, const char *what)
{
    kind_set got = check(c, expr);
    if ((got & kinds) == 0)
        complain(c, expr->at, "expected %s, this is " STR_FMT, what, STR_ARG(set_name(got)));
}

static kind_set check_name(struct checker *c, const struct expr *expr)
{
    struct eval_value value;
    if (!c->scope)
        return KINDS_ANY;
    if (c->scope->field && c->scope->field(c->scope->self, expr->text, &value))
        return (kind_set)1 << value.kind | KIND(UNSET);
    const struct eval_constant *constant = eval_constant_find(expr->text);
    if (constant)
        return (kind_set)1 << constant->kind | (constant->kind == EVAL_NODE ? KIND(UNSET) : 0);
    return KIND(TEXT) | KIND(UNSET) | KIND(NUMBER);
}

static kind_set check_call(struct checker *c, const struct expr *expr)
{
    const struct eval_function *function = eval_function_find(expr->text);
    if (!function) {
        kind_set kinds = complain(c, expr->at, "there is no function `" STR_FMT "`", STR_ARG(expr->text));
        suggest(c, eval_function_nearest(expr->text));
        return kinds;
    }
    if (expr->items.count < function->least || expr->items.count > function->most)
        return complain(
            c, expr->at, "wrong number of arguments: it is `" STR_FMT "`", STR_ARG(function->signature));
    for (size_t i = 0; i < expr->items.count; i++) {
        kind_set got = check(c, expr->items.items[i]);
        if ((got & function->parameter) == 0)
            complain(c, expr->items.items[i]->at, "`" STR_FMT "` does not take " STR_FMT,
                STR_ARG(function->signature), STR_ARG(set_name(got)));
    }
    return function->result;
}

static kind_set check_field(struct checker *c, const struct expr *expr)
{
    kind_set base = check(c, expr->left);
    const struct eval_dsn_part *part = eval_dsn_part_find(expr->text);
    if (base == KINDS_ANY)
        return KINDS_ANY;
    if (base & (KIND(NODE) | KIND(LIST)))
        return KIND(NODE) | KIND(LIST) | KIND(TEXT) | KIND(UNSET);
    if ((base & KIND(DSN)) == 0)
        return complain(c, expr->name_at, STR_FMT " has no fields", STR_ARG(set_name(base)));
    if (part)
        return part->result | KIND(UNSET);
    kind_set kinds =
        complain(c, expr->name_at, "a connection string has no part `" STR_FMT "`", STR_ARG(expr->text));
    suggest(c, eval_dsn_part_nearest(expr->text));
    return kinds;
}

static kind_set check_pattern(struct checker *c, const struct expr *expr)
{
    want(c, expr->left, KIND(TEXT) | KIND(LIST) | KIND(NODE), "a text");
    want(c, expr->right, KIND(TEXT), "a pattern");
    if (expr->right->kind != EXPR_STRING || !c->scope || !c->scope->match)
        return KIND(BOOL);
    struct eval_match_result result = c->scope->match(c->scope->self, expr->right->text, STR(""));
    if (result.outcome == EVAL_MATCH_BAD_PATTERN)
        complain(c, expr->right->at, "bad pattern: " STR_FMT, STR_ARG(result.message));
    return KIND(BOOL);
}

static kind_set check_binary(struct checker *c, const struct expr *expr)
{
    switch (expr->operation) {
    case OPERATOR_OR:
    case OPERATOR_AND:
        want(c, expr->left, KIND(BOOL), "a comparison");
        want(c, expr->right, KIND(BOOL), "a comparison");
        return KIND(BOOL);
    case OPERATOR_EQUAL:
    case OPERATOR_NOT_EQUAL:
        want(c, expr->left, KINDS_ANY & ~KIND(NODE), "something to compare");
        want(c, expr->right, KINDS_ANY & ~KIND(NODE), "something to compare");
        return KIND(BOOL);
    case OPERATOR_MATCH:
        return check_pattern(c, expr);
    case OPERATOR_IN:
        check(c, expr->left);
        want(c, expr->right, KIND(LIST) | KIND(NODE), "a list: list(X) makes one of a text with commas");
        return KIND(BOOL);
    default:
        want(c, expr->left, KINDS_NUMBER & ~KIND(UNSET), "a number");
        want(c, expr->right, KINDS_NUMBER & ~KIND(UNSET), "a number");
        return expr->operation >= OPERATOR_ADD ? KIND(NUMBER) : KIND(BOOL);
    }
}

static kind_set check(struct checker *c, const struct expr *expr)
{
    switch (expr->kind) {
    case EXPR_NUMBER:
        return KIND(NUMBER);
    case EXPR_STRING:
        return KIND(TEXT);
    case EXPR_TEMPLATE:
        return KIND(TEXT) | KIND(UNSET);
    case EXPR_NAME:
        return check_name(c, expr);
    case EXPR_LIST:
        for (size_t i = 0; i < expr->items.count; i++)
            want(c, expr->items.items[i], KINDS_NUMBER | KIND(BOOL), "a text or a number");
        return KIND(LIST);
    case EXPR_CALL:
        return check_call(c, expr);
    case EXPR_FIELD:
        return check_field(c, expr);
    case EXPR_INDEX:
        want(c, expr->left, KIND(DSN) | KIND(NODE) | KIND(LIST), "something with items");
        want(c, expr->right, KIND(TEXT) | KIND(NUMBER), "a text or a whole number");
        return KIND(NODE) | KIND(LIST) | KIND(TEXT) | KIND(UNSET);
    case EXPR_NOT:
        want(c, expr->left, KIND(BOOL), "a comparison");
        return KIND(BOOL);
    case EXPR_BINARY:
        return check_binary(c, expr);
    default:
        want(c, expr->left, KINDS_NUMBER, "a number");
        return expr->kind == EXPR_PERCENT ? KIND(PERCENT) : KIND(NUMBER);
    }
}

bool eval_check(struct arena *arena, struct diags *diags, str rule, const struct expr *expr,
    const struct eval_scope *scope, enum eval_want wanted)
{
    static const struct {
        kind_set kinds;
        const char *what;
    } wants[] = {
        [EVAL_WANT_ANY] = {KINDS_ANY, "a value"},
        [EVAL_WANT_VALUE] = {KINDS_ANY & ~KIND(NODE), "a value"},
        [EVAL_WANT_CONDITION] = {KIND(BOOL), "a comparison"},
        [EVAL_WANT_NUMBER] = {KIND(NUMBER) | KIND(TEXT), "a number"},
        [EVAL_WANT_SHARE] = {KIND(NUMBER) | KIND(TEXT) | KIND(PERCENT), "a number or a percentage"},
    };
    struct checker c = {.arena = arena, .diags = diags, .rule = rule, .scope = scope};
    want(&c, expr, wants[wanted].kinds, wants[wanted].what);
    return c.latest == NULL;
}

/* ---- the variables of an expression */

struct names {
    struct arena *arena;
    bool bare_only; /* without those inside of ${…} */
    struct map seen;
    str_vec list;
};

static void note_variable(struct names *names, str name)
{
    if (map_has(&names->seen, name))
        return;
    map_set(names->arena, &names->seen, name, names);
    vec_push(names->arena, &names->list, name);
}

static void collect(struct names *names, const struct expr *expr)
{
    if (!expr)
        return;
    if (expr->kind == EXPR_NAME && !eval_constant_find(expr->text))
        note_variable(names, expr->text);
    if (expr->kind == EXPR_TEMPLATE && !names->bare_only) {
        struct template_result result = template_expand(names->arena, expr->text, NULL, NULL);
        vec_each(struct template_use *, use, &result.uses)
            note_variable(names, use->name);
    }
    collect(names, expr->left);
    collect(names, expr->right);
    for (size_t i = 0; i < expr->items.count; i++)
        collect(names, expr->items.items[i]);
}

str_vec eval_names(struct arena *arena, const struct expr *expr)
{
    struct names names = {.arena = arena, .bare_only = true};
    collect(&names, expr);
    return names.list;
}

str_vec eval_variables(struct arena *arena, const struct expr *expr)
{
    struct names names = {.arena = arena};
    collect(&names, expr);
    return names.list;
}
