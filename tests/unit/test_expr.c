#include "unit.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/nearest.h"
#include "operators.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void print(struct buf *out, const struct expr *expr);

static void print_items(struct buf *out, const struct expr *expr)
{
    for (size_t i = 0; i < expr->items.count; i++) {
        buf_byte(out, ' ');
        print(out, expr->items.items[i]);
    }
}

/* Prefix notation: (+ 1 (* 2 3)). */
static void print(struct buf *out, const struct expr *expr)
{
    static const char *const heads[] = {[EXPR_FIELD] = "(.",
        [EXPR_INDEX] = "([]",
        [EXPR_PERCENT] = "(%",
        [EXPR_NEGATE] = "(neg",
        [EXPR_NOT] = "(!"};
    switch (expr->kind) {
    case EXPR_NUMBER:
        buf_printf(out, "%lld", (long long)expr->number);
        if (expr->divisor != 1)
            buf_printf(out, "/%lld", (long long)expr->divisor);
        return;
    case EXPR_STRING:
        buf_printf(out, "\"" STR_FMT "\"", STR_ARG(expr->text));
        return;
    case EXPR_NAME:
    case EXPR_TEMPLATE:
        buf_str(out, expr->text);
        return;
    case EXPR_LIST:
    case EXPR_CALL:
        buf_printf(out, "(" STR_FMT, STR_ARG(expr->kind == EXPR_LIST ? STR("list") : expr->text));
        print_items(out, expr);
        break;
    case EXPR_BINARY:
        buf_printf(out, "(%s ", operator_texts[expr->operation]);
        print(out, expr->left);
        buf_byte(out, ' ');
        print(out, expr->right);
        break;
    default:
        buf_printf(out, "%s ", heads[expr->kind]);
        print(out, expr->left);
        if (expr->kind == EXPR_FIELD)
            buf_printf(out, " " STR_FMT, STR_ARG(expr->text));
        if (expr->right) {
            buf_byte(out, ' ');
            print(out, expr->right);
        }
    }
    buf_byte(out, ')');
}

/* The tree, or "column: message" of the fault. */
static str parse(str text)
{
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    source_add(&sources, SOURCE_CONFIG, STR("bootgate.yaml"), STR("bootgate.yaml"), text);
    struct expr *expr =
        expr_parse(&arena, &diags, STR("config-syntax"), text, span_make(1, 0, text.len), true);
    struct buf out = buf_new(&arena, 1 << 20);
    if (expr)
        print(&out, expr);
    else if (diags.list.count == 1) {
        const struct diag *diag = &diags.list.items[0];
        struct position at = source_position(&sources, 1, diag->at.offset);
        buf_printf(&out, "%u: " STR_FMT, at.column, STR_ARG(diag->message));
        assert_true(diag->fatal);
    }
    return buf_view(&out);
}

static void test_trees(void **state)
{
    (void)state;
    struct {
        str text, wanted;
    } cases[] = {
        {STR("20 + 40"), STR("(+ 20 40)")},
        {STR("20+40"), STR("(+ 20 40)")},
        {STR("1 + 2 * 3 - 4"), STR("(- (+ 1 (* 2 3)) 4)")},
        {STR("(1 + 2) * 3"), STR("(* (+ 1 2) 3)")},
        {STR("8 / 4 / 2"), STR("(/ (/ 8 4) 2)")},
        {STR("-1 - -2"), STR("(- (neg 1) (neg 2))")},
        {STR("1.50"), STR("150/100")},
        {STR("25%"), STR("(% 25)")},
        {STR("${UVICORN_WORKERS:-2}"), STR("${UVICORN_WORKERS:-2}")},
        {STR("${A:-5} + ${B:-${C:-10}}"), STR("(+ ${A:-5} ${B:-${C:-10}})")},
        {STR("$A * 2"), STR("(* $A 2)")},
        {STR("asyncpg"), STR("asyncpg")},
        {STR("node-postgres + 10"), STR("(+ node-postgres 10)")},
        {STR("WORKERS-RESERVED"), STR("(- WORKERS RESERVED)")},
        {STR("sqlalchemy-10"), STR("(- sqlalchemy 10)")},
        {STR("DB_BACKEND == 'postgres'"), STR("(== DB_BACKEND \"postgres\")")},
        {STR("'pgvector' in list(COMPOSE_PROFILES)"), STR("(in \"pgvector\" (list COMPOSE_PROFILES))")},
        {STR("invoice == 1"), STR("(== invoice 1)")},
        {STR("dsn(X).password"), STR("(. (dsn X) password)")},
        {STR("compose.dataland-postgres.image =~ '^pg\\d+'"),
            STR("(=~ (. (. compose dataland-postgres) image) \"^pg\\d+\")")},
        {STR("compose.db-1.command['max_connections']"),
            STR("([] (. (. compose db-1) command) \"max_connections\")")},
        {STR("compose.*.ports"), STR("(. (. compose *) ports)")},
        {STR("!a && b || c"), STR("(|| (&& (! a) b) c)")},
        {STR("!a == b"), STR("(! (== a b))")},
        {STR("a || b && c"), STR("(|| a (&& b c))")},
        {STR("max(1, 2, ceil(3 / 2))"), STR("(max 1 2 (ceil (/ 3 2)))")},
        {STR("X in ['', '0', \"false\"]"), STR("(in X (list \"\" \"0\" \"false\"))")},
        {STR("'it''s'"), STR("\"it's\"")},
        {STR("(a < b) == c"), STR("(== (< a b) c)")},
        {STR("a <= b"), STR("(<= a b)")},
        {STR("a>=1"), STR("(>= a 1)")},
        {STR("a < -1 || b >= 2 && c > 3"), STR("(|| (< a (neg 1)) (&& (>= b 2) (> c 3)))")},
        {STR("[]"), STR("(list)")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        assert_str(cases[i].text, cases[i].wanted, parse(cases[i].text));
}

static void test_faults(void **state)
{
    (void)state;
    struct {
        str text, wanted;
    } cases[] = {
        {STR(""), STR("1: expected a value at the end of the expression")},
        {STR("1 +"), STR("4: expected a value at the end of the expression")},
        {STR("1 2"), STR("3: expected an operator, found `2`")},
        {STR("A = 'x'"), STR("3: `=` is spelt `==` here")},
        {STR("A and B"), STR("3: `and` is spelt `&&` here")},
        {STR("A android"), STR("3: expected an operator, found `a`")},
        {STR("1 < 2 < 3"), STR("7: comparisons do not chain: write `a < b && b < c`")},
        {STR("(1) < 2 < 3"), STR("9: comparisons do not chain: write `a < b && b < c`")},
        {STR("'x"), STR("1: the string has no end")},
        {STR("${A"), STR("1: `${` is not closed")},
        {STR("f(1"), STR("4: expected `,` or `)` at the end of the expression")},
        {STR("20x"), STR("1: a number ends before a letter")},
        {STR("99999999999999999999"), STR("1: the number is too large")},
        {STR("a."), STR("3: expected a name after `.` at the end of the expression")},
        {STR("a \x01"), STR("3: expected an operator, found a byte that means nothing here")},
        {STR("$1"), STR("1: expected a variable after `$`")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        assert_str(cases[i].text, cases[i].wanted, parse(cases[i].text));
}

/* However deep or long the text, the tree stays within the limit or there is none. */
static void test_depth(void **state)
{
    (void)state;
    static const char *const units[] = {"(", "[", "!", "-", "f(", "1+", "a.b", "a['x']", "1%", "1||1&&"};
    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        struct buf text = buf_new(&arena, 1 << 20);
        buf_str(&text, STR("a"));
        for (size_t n = 0; n < 20000; n++)
            buf_str(&text, str_skip(str_from_c(units[i]), i == 6 || i == 7));
        str input = i == 6 || i == 7 || i == 8 ? buf_view(&text) : str_skip(buf_view(&text), 1);
        str got = parse(input);
        assert_true(str_contains(got, STR("levels")) || str_contains(got, STR("expected")));
    }
}

static void test_nearest(void **state)
{
    (void)state;
    struct {
        str word, wanted;
    } cases[] = {
        {STR("requried"), STR("required")},
        {STR("REQUIRED"), STR("required")},
        {STR("patern"), STR("pattern")},
        {STR("xyzzy"), STR("")},
        {STR(""), STR("")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct nearest nearest = {.word = cases[i].word};
        nearest_offer(&nearest, STR("pattern"));
        nearest_offer(&nearest, STR("required"));
        nearest_offer(&nearest, STR("a"));
        assert_str(cases[i].word, cases[i].wanted, nearest.best);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
