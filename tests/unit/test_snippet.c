#include "text/mask.h"
#include "text/snippet.h"

#include "base/buf.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct test_case {
    const char *text;
    const char *at;     /* the span is its first occurrence */
    const char *secret; /* marked, NULL: nothing */
    enum source_kind kind;
    const char *want;   /* line | text | carets under it */
    const char *hidden; /* what the gate knows to be secret, wherever it stands */
};

static const struct test_case cases[] = {
    {"A=1\n", "1", NULL, SOURCE_ENV, "1|A=1|  ^"},
    {"A=1\nB=two\n", "two", NULL, SOURCE_ENV, "2|B=two|  ^^^"},
    {"A=1\r\nB=two\r\n", "two", NULL, SOURCE_ENV, "2|B=two|  ^^^"},
    {"A=1\rB=two\r", "A=1", NULL, SOURCE_ENV, "1|A=1|^^^"},
    {"\tA=1", "1", NULL, SOURCE_ENV, "1|    A=1|      ^"},
    {"ab\tA=\tx\n", "x", NULL, SOURCE_ENV, "1|ab  A=  x|        ^"},
    {"A=\t1", "=\t", NULL, SOURCE_ENV, "1|A=  1| ^^^"},
    {"A=\xC3\xA9t\xC3\xA9 x", "x", NULL, SOURCE_ENV, "1|A=\xC3\xA9t\xC3\xA9 x|      ^"},
    {"A=\xE6\x97\xA5\xE6\x9C\xAC x", "x", NULL, SOURCE_ENV, "1|A=\xE6\x97\xA5\xE6\x9C\xAC x|       ^"},
    {"A=e\xCC\x81 x", "x", NULL, SOURCE_ENV, "1|A=e\xCC\x81 x|    ^"},
    {"A=\x1b[31mx", "x", NULL, SOURCE_ENV, "1|A=\\x1b[31mx|          ^"},
    {"A=\xE9x", "x", NULL, SOURCE_ENV, "1|A=\\xe9x|      ^"},
    {"A=hunter2 x", "x", "hunter2", SOURCE_ENV, "1|A=******** x|           ^"},
    {"A=u:pw@h", "u:pw", "pw", SOURCE_ENV, "1|A=u:********@h|  ^^^^^^^^^^"},
    {"A=u:pw@h", "h", "pw", SOURCE_ENV, "1|A=u:********@h|             ^"},
    {"A=u:secret@h", "cre", "secret", SOURCE_ENV, "1|A=u:********@h|    ^^^^^^^^"},
    {"A=u:secret@h", "u:se", "secret", SOURCE_ENV, "1|A=u:********@h|  ^^^^^^^^^^"},
    {"A=u:secret@h", "secret", "secret", SOURCE_ENV, "1|A=u:********@h|    ^^^^^^^^"},
    {"A='x\ny'\nB=1", "x\ny", "x\ny", SOURCE_ENV, "1|A='********|   ^^^^^^^^"},
    {"A='x\ny'\nB=1", "y'", "x\ny", SOURCE_ENV, "2|********'|^^^^^^^^^"},
    {"A=1", "", NULL, SOURCE_ENV, "1|A=********|^"},
    {"A=1\xE2\x80\xA8"
     "B=2",
        "B", NULL, SOURCE_COMPOSE, "2|B=2|^"},
    {"A=1\xC2\x85"
     "B=2",
        "A", NULL, SOURCE_COMPOSE, "1|A=1|^"},
    /* a value that the finding is not about, and comments */
    {"A=1\nPORT=8080 # old", "PORT", NULL, SOURCE_ENV, "2|PORT=********|^^^^"},
    {"PORT=8080 # old", "8080", NULL, SOURCE_ENV, "1|PORT=8080 # ********|     ^^^^"},
    {"A='x # y' # z", "x", NULL, SOURCE_ENV, "1|A='x # y' # ********|   ^"},
    {"# PW=old", "#", NULL, SOURCE_ENV, "1|# ********|^"},
    {"# bootgate: allow x", "bootgate", NULL, SOURCE_ENV, "1|# bootgate: allow x|  ^^^^^^^^"},
    {"A=x#y", "x#y", NULL, SOURCE_ENV, "1|A=x#y|  ^^^"},
    {"ports: # old", "ports", NULL, SOURCE_COMPOSE, "1|ports: # ********|^^^^^"},
    {"a: 'x # y'", "a", NULL, SOURCE_COMPOSE, "1|a: 'x # y'|^"},
    {"a = 1 # x", "1", NULL, SOURCE_SETTINGS, "1|a = 1 # ********|    ^"},
    {"A='x'# y", "x", NULL, SOURCE_ENV, "1|A='x'# ********|   ^"},
    {"A=b='x # y", "b", NULL, SOURCE_ENV, "1|A=b='x # ********|  ^"},
    {"A=b='x # y'", "b", NULL, SOURCE_ENV, "1|A=b='x # ********|  ^"},
    /* the gate hides what no mark covers: carets keep to the bytes that they are about */
    {"a: swordfish z", "z", NULL, SOURCE_COMPOSE, "1|a: ******** z|            ^", "swordfish"},
    {"a: swordfish z", "swordfish", NULL, SOURCE_COMPOSE, "1|a: ******** z|   ^^^^^^^^", "swordfish"},
    {"a: swordfish z", "fish z", NULL, SOURCE_COMPOSE, "1|a: ******** z|   ^^^^^^^^^^", "swordfish"},
    {"a: swordfish z", "a: sword", NULL, SOURCE_COMPOSE, "1|a: ******** z|^^^^^^^^^^^", "swordfish"},
    {"a: aswordfish z", "a: a", NULL, SOURCE_COMPOSE, "1|a: a******** z|^^^^", "swordfish"},
    {"swordfish swordfish z", "z", NULL, SOURCE_COMPOSE, "1|******** ******** z|                  ^",
        "swordfish"},
    {"a: pwswordfish z", "z", "pw", SOURCE_COMPOSE, "1|a: ******** z|            ^", "swordfish"},
    /* a secret of which a mark takes a part, and one that is shown escaped */
    {"a: swordfish z", "z", "sword", SOURCE_COMPOSE, "1|a: ******** z|            ^", "swordfish"},
    {"a: sword\x01"
     "fish z",
        "z", NULL, SOURCE_COMPOSE, "1|a: ******** z|            ^",
        "sword\x01"
        "fish"},
    {"topsecret", "t", NULL, SOURCE_SECRET, "0||^"},
    {"", "", NULL, SOURCE_ENV, "0||^"},
};

static str drawn(struct arena *arena, const struct snippet *snippet)
{
    struct buf buf = buf_new(arena, 1 << 20);
    buf_printf(&buf, "%u|" STR_FMT "|", snippet->line, STR_ARG(snippet->text));
    buf_repeat(&buf, ' ', snippet->caret_column);
    buf_repeat(&buf, '^', snippet->caret_width);
    return buf_view(&buf);
}

static struct snippet snippet_of(struct arena *arena, const struct test_case *c)
{
    struct sources *sources = arena_new(arena, struct sources);
    sources->arena = arena;
    str text = str_from_c(c->text);
    source_add(sources, c->kind, STR("f"), STR("f"), text);
    if (c->secret != NULL)
        mask_add(sources, span_make(1, str_find(text, str_from_c(c->secret)), strlen(c->secret)));
    if (c->hidden != NULL)
        gate_hide(sources_gate(sources), str_from_c(c->hidden));
    return snippet_make(sources, arena, span_make(1, str_find(text, str_from_c(c->at)), strlen(c->at)));
}

static void test_cases(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct snippet snippet = snippet_of(&arena, &cases[i]);
        str got = drawn(&arena, &snippet);
        if (!str_eq(got, str_from_c(cases[i].want)))
            fail_msg("case %zu, \"%s\" at \"%s\"\nwanted %s\n   got " STR_FMT, i, cases[i].text, cases[i].at,
                cases[i].want, STR_ARG(got));
    }
    arena_free(&arena);
}

static void test_long_line_is_cut(void **state)
{
    (void)state;
    struct arena arena = {0};
    enum { LENGTH = 10 << 20 };
    char *text = arena_alloc(&arena, LENGTH, 1);
    memset(text, 'a', LENGTH);
    memcpy(text + LENGTH / 2, "\xC3\xA9needle", 8);
    struct sources sources = {.arena = &arena};
    source_add(&sources, SOURCE_ENV, STR("f"), STR("f"), (str){text, LENGTH});
    struct snippet snippet = snippet_make(&sources, &arena, span_make(1, LENGTH / 2 + 2, 6));
    assert_true(snippet.text.len < 400);
    assert_true(str_starts(snippet.text, STR("...")) && str_ends(snippet.text, STR("...")));
    size_t byte_column = snippet.caret_column + 1; /* é is two bytes, one column */
    assert_true(str_starts(str_skip(snippet.text, byte_column), STR("needle")));
    assert_int_equal(snippet.caret_width, 6);
    arena_free(&arena);
}

/* A cut through a secret shows the mask, never a part. */
static void test_cut_inside_secret(void **state)
{
    (void)state;
    struct arena arena = {0};
    enum { LENGTH = 1000 };
    char *text = arena_alloc(&arena, LENGTH, 1);
    memset(text, 's', LENGTH);
    text[LENGTH - 1] = 'X';
    struct sources sources = {.arena = &arena};
    source_add(&sources, SOURCE_ENV, STR("f"), STR("f"), (str){text, LENGTH});
    mask_add(&sources, span_make(1, 0, LENGTH - 1));
    struct snippet snippet = snippet_make(&sources, &arena, span_make(1, LENGTH - 1, 1));
    assert_true(str_eq(snippet.text, STR("...********X")));
    assert_int_equal(snippet.caret_column, 11);
    arena_free(&arena);
}

int main(void)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_long_line_is_cut),
        cmocka_unit_test(test_cut_inside_secret),
    };
    return cmocka_run_group_tests_name("snippet", tests, NULL, NULL);
}
