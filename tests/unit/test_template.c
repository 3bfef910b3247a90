/* The interpolation language of Compose: results as compose-go 2.13 gives them. */
#include "base/buf.h"
#include "base/limit.h"
#include "syntax/template.h"
#include "unit.h"

static struct template_value get(void *self, str name)
{
    static const struct {
        str name, text;
    } known[] = {
        {STR_INIT("A"), STR_INIT("1")},
        {STR_INIT("EMPTY"), STR_INIT("")},
        {STR_INIT("RAW"), STR_INIT("a$B${C}$$d")},
        {STR_INIT("Gr"), STR_INIT("g")},
        {STR_INIT("LONG_NAME"), STR_INIT("long value")},
    };
    (void)self;
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (str_eq(known[i].name, name))
            return (struct template_value){.found = true, .text = known[i].text};
    return (struct template_value){0};
}

static const struct template_scope scope = {.get = get};

static struct template_result expand(struct arena *arena, str text)
{
    struct pieces origin = {0};
    pieces_add(arena, &origin, text.len, span_make(1, 100, text.len), NULL);
    return template_expand(arena, text, &origin, &scope);
}

static const struct {
    str text;
    enum template_error error;
    str want; /* the result; for TEMPLATE_REQUIRED the message */
} cases[] = {
    {STR_INIT(""), TEMPLATE_OK, STR_INIT("")},
    {STR_INIT("plain"), TEMPLATE_OK, STR_INIT("plain")},
    {STR_INIT("$A"), TEMPLATE_OK, STR_INIT("1")},
    {STR_INIT("${A}"), TEMPLATE_OK, STR_INIT("1")},
    {STR_INIT("x${A}y$A-z"), TEMPLATE_OK, STR_INIT("x1y1-z")},
    {STR_INIT("$NOPE|${NOPE}"), TEMPLATE_OK, STR_INIT("|")},
    {STR_INIT("$$A"), TEMPLATE_OK, STR_INIT("$A")},
    {STR_INIT("$$$A"), TEMPLATE_OK, STR_INIT("$1")},
    {STR_INIT("$${A}${A}"), TEMPLATE_OK, STR_INIT("${A}1")},
    {STR_INIT("$1 $( $ $. $"), TEMPLATE_OK, STR_INIT("$1 $( $ $. $")},
    {STR_INIT("\\$A"), TEMPLATE_OK, STR_INIT("\\1")},
    {STR_INIT("${RAW}"), TEMPLATE_OK, STR_INIT("a$B${C}$$d")},
    {STR_INIT("$Gr\303\266\303\237e"), TEMPLATE_OK, STR_INIT("g\303\266\303\237e")},
    {STR_INIT("[$A\305\277]"), TEMPLATE_OK, STR_INIT("[]")},
    {STR_INIT("${A\342\204\252:-d}"), TEMPLATE_OK, STR_INIT("d")},
    {STR_INIT("${A:-d}${A-d}"), TEMPLATE_OK, STR_INIT("11")},
    {STR_INIT("${EMPTY:-d}|${EMPTY-d}"), TEMPLATE_OK, STR_INIT("d|")},
    {STR_INIT("${NOPE:-d}|${NOPE-d}"), TEMPLATE_OK, STR_INIT("d|d")},
    {STR_INIT("${NOPE:-}|${NOPE-}"), TEMPLATE_OK, STR_INIT("|")},
    {STR_INIT("${A:+a}|${EMPTY:+a}|${NOPE:+a}"), TEMPLATE_OK, STR_INIT("a||")},
    {STR_INIT("${A+a}|${EMPTY+a}|${NOPE+a}"), TEMPLATE_OK, STR_INIT("a|a|")},
    {STR_INIT("${A:?m}${EMPTY?m}"), TEMPLATE_OK, STR_INIT("1")},
    {STR_INIT("${NOPE-b:-c}|${NOPE:-b-c}|${NOPE-b?c}"), TEMPLATE_OK, STR_INIT("b:-c|b-c|b?c")},
    {STR_INIT("${NOPE+b-c}|${A:+b:-c}"), TEMPLATE_OK, STR_INIT("|b:-c")},
    {STR_INIT("${X:-${Y:-${Z:-last}}}"), TEMPLATE_OK, STR_INIT("last")},
    {STR_INIT("${X:-pre-${A}-post}"), TEMPLATE_OK, STR_INIT("pre-1-post")},
    {STR_INIT("${A:+[${X:-x}]}"), TEMPLATE_OK, STR_INIT("[x]")},
    {STR_INIT("${X:-p$$w}|${X:-$${A}}|${X:-$}|${X:-$$$$}"), TEMPLATE_OK, STR_INIT("p$w|${A}|$|$$")},
    {STR_INIT("${X:-a b}${X:-\"q\"}"), TEMPLATE_OK, STR_INIT("a b\"q\"")},
    /* Where an expression ends: up to the last brace of the line, then counted. */
    {STR_INIT("${X:-{\"a\":1}}"), TEMPLATE_OK, STR_INIT("{\"a\":1}")},
    {STR_INIT("${X:-{}}"), TEMPLATE_OK, STR_INIT("{}")},
    {STR_INIT("${X:-a}b}"), TEMPLATE_OK, STR_INIT("ab}")},
    {STR_INIT("${X:-{}} ${Y:-z}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${X:-{} ${Y:-z}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${X:-{}}\n${Y:-z}"), TEMPLATE_OK, STR_INIT("{}\nz")},
    {STR_INIT("${X:-a\nb}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("}${X:-a}\n}${X:-b}"), TEMPLATE_OK, STR_INIT("}a\n}b")},
    /* Refused. */
    {STR_INIT("a${}b"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${1A}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${A B}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${ A}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${A.b}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${A!b}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${A:}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${A"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${A:/x}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${X:=d}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${X:-${A}"), TEMPLATE_MALFORMED, STR_INIT("")},
    {STR_INIT("${X:-${}}"), TEMPLATE_MALFORMED, STR_INIT("")},
    /* A branch that is not taken is not judged. */
    {STR_INIT("${A:-${B.c}}"), TEMPLATE_OK, STR_INIT("1")},
    {STR_INIT("${A:-${P:?}}"), TEMPLATE_OK, STR_INIT("1")},
    {STR_INIT("${NOPE:+${P:?}}"), TEMPLATE_OK, STR_INIT("")},
    {STR_INIT("${A:?${B.c}}"), TEMPLATE_OK, STR_INIT("1")},
    {STR_INIT("${NOPE:?must be set}"), TEMPLATE_REQUIRED, STR_INIT("NOPE")},
    {STR_INIT("${NOPE?}"), TEMPLATE_REQUIRED, STR_INIT("NOPE")},
    {STR_INIT("${EMPTY:?set ${A}}"), TEMPLATE_REQUIRED, STR_INIT("EMPTY")},
    {STR_INIT("${X:-${P:?inner}}"), TEMPLATE_REQUIRED, STR_INIT("P")},
    {STR_INIT("${X:?${P:?inner}}"), TEMPLATE_REQUIRED, STR_INIT("P")},
    {STR_INIT("${X:?a}${Y:?b}"), TEMPLATE_REQUIRED, STR_INIT("X")},
};

static void test_results(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct arena arena = {0};
        struct template_result got = expand(&arena, cases[i].text);
        str text = got.error == TEMPLATE_OK ? got.text : got.error_name;
        if (got.error != cases[i].error || !str_eq(text, cases[i].want))
            fail_msg("%.*s: wanted %d " STR_FMT ", got %d " STR_FMT, STR_ARG(cases[i].text), cases[i].error,
                STR_ARG(cases[i].want), got.error, STR_ARG(text));
        arena_free(&arena);
    }
}

static str render_uses(struct arena *arena, const struct template_result *result)
{
    str line = STR("");
    vec_each(const struct template_use *, use, &result->uses) {
        str one = arena_printf(arena, STR_FMT "@%u+%u%s%s%s%s", STR_ARG(use->name), use->at.offset,
            use->at.length, use->found ? "" : " unset", use->live ? "" : " dead",
            use->required ? " required" : "", use->fallback_taken ? " taken" : "");
        if (use->has_fallback)
            one = arena_printf(arena, STR_FMT " fallback=" STR_FMT "@%u+%u", STR_ARG(one),
                STR_ARG(use->fallback), use->fallback_at.offset, use->fallback_at.length);
        line = arena_concat(arena, arena_concat(arena, line, one), STR("; "));
    }
    return line;
}

static void test_uses(void **state)
{
    static const struct {
        str text, want;
    } rows[] = {
        {STR_INIT("a$A"), STR_INIT("A@101+2; ")},
        {STR_INIT("${X:-p${A}}"), STR_INIT("X@100+11 unset taken fallback=p1@105+5; A@106+4; ")},
        {STR_INIT("${A:-p${Y}}"), STR_INIT("A@100+11 fallback=p${Y}@105+5; Y@106+4 unset dead; ")},
        {STR_INIT("${A:?${Y}}"), STR_INIT("A@100+10 required; Y@105+4 unset dead; ")},
        {STR_INIT("${X+${Y-$A}}"),
            STR_INIT("X@100+12 unset; Y@104+7 unset dead fallback=$A@108+2; A@108+2 dead; ")},
        {STR_INIT("$$A"), STR_INIT("")},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct arena arena = {0};
        struct template_result result = expand(&arena, rows[i].text);
        str got = render_uses(&arena, &result);
        if (!str_eq(got, rows[i].want))
            fail_msg("%.*s: wanted " STR_FMT ", got " STR_FMT, STR_ARG(rows[i].text), STR_ARG(rows[i].want),
                STR_ARG(got));
        arena_free(&arena);
    }
}

static void test_places(void **state)
{
    static const struct {
        str text;
        size_t offset, length; /* in the result */
        uint32_t at, at_length;
    } rows[] = {
        {STR_INIT("abc"), 1, 1, 101, 1},
        {STR_INIT("x${A}yz"), 0, 1, 100, 1},
        {STR_INIT("x${A}yz"), 1, 1, 101, 4},
        {STR_INIT("x${A}yz"), 3, 1, 106, 1},
        {STR_INIT("${X:-pq}r"), 1, 1, 106, 1},
        {STR_INIT("a$$b"), 1, 1, 101, 2},
        {STR_INIT("a$$b"), 2, 1, 103, 1},
        {STR_INIT("${LONG_NAME}"), 3, 2, 100, 12},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct arena arena = {0};
        struct template_result result = expand(&arena, rows[i].text);
        span got = pieces_locate(&result.pieces, rows[i].offset, rows[i].length);
        if (got.offset != rows[i].at || got.length != rows[i].at_length)
            fail_msg("%.*s byte %zu: wanted %u+%u, got %u+%u", STR_ARG(rows[i].text), rows[i].offset,
                rows[i].at, rows[i].at_length, got.offset, got.length);
        arena_free(&arena);
    }
}

/* A text that was unescaped before: places follow the pieces it came with. */
static void test_pieces_of_pieces(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct pieces origin = {0};
    pieces_add(&arena, &origin, 2, span_make(1, 10, 2), NULL); /* ab */
    pieces_add(&arena, &origin, 1, span_make(1, 12, 2), NULL); /* an escape of two bytes became one */
    pieces_add(&arena, &origin, 5, span_make(1, 14, 5), NULL); /* c${A} */
    struct template_result result = template_expand(&arena, STR("ab\nc${A}"), &origin, &scope);
    assert_memory_equal(result.text.ptr, "ab\nc1", 5);
    span escape = pieces_locate(&result.pieces, 2, 1);
    assert_int_equal(escape.offset, 12);
    assert_int_equal(escape.length, 2);
    assert_int_equal(result.uses.items[0].at.offset, 15);
    assert_int_equal(pieces_locate(&result.pieces, 3, 1).offset, 14);
    arena_free(&arena);
}

static str repeat(struct arena *arena, str unit, size_t count)
{
    struct buf buf = buf_new(arena, unit.len * count);
    while (count--)
        buf_str(&buf, unit);
    return buf_view(&buf);
}

static void test_limits(void **state)
{
    (void)state;
    struct arena arena = {0};
    size_t depth = limit_value(LIMIT_TEMPLATE_DEPTH);
    str deep = arena_concat(&arena, repeat(&arena, STR("${X:-"), depth), repeat(&arena, STR("}"), depth));
    assert_int_equal(expand(&arena, deep).error, TEMPLATE_OK);
    str deeper =
        arena_concat(&arena, repeat(&arena, STR("${X:-"), depth + 1), repeat(&arena, STR("}"), depth + 1));
    assert_int_equal(expand(&arena, deeper).error, TEMPLATE_TOO_DEEP);
    str dead = arena_concat(&arena, STR("${A:-"), arena_concat(&arena, deeper, STR("}")));
    assert_int_equal(expand(&arena, dead).error, TEMPLATE_TOO_DEEP);
    size_t count = limit_value(LIMIT_VALUE_BYTES) / STR("long value").len + 1;
    assert_int_equal(expand(&arena, repeat(&arena, STR("$LONG_NAME "), count)).error, TEMPLATE_TOO_LARGE);
    arena_free(&arena);
}

static void test_has_variable(void **state)
{
    (void)state;
    static const struct {
        str text;
        bool want;
    } rows[] = {
        {STR_INIT(""), false},
        {STR_INIT("$"), false},
        {STR_INIT("a$1"), false},
        {STR_INIT("$$A"), false},
        {STR_INIT("$$$A"), true},
        {STR_INIT("a$A"), true},
        {STR_INIT("a$_"), true},
        {STR_INIT("${"), true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (template_has_variable(rows[i].text) != rows[i].want)
            fail_msg("%.*s: wanted %d", STR_ARG(rows[i].text), rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_uses),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_pieces_of_pieces),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_has_variable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
