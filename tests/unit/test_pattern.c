#include "unit.h"

#include "base/limit.h"
#include "language/pattern.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void test_matches(void **state)
{
    (void)state;
    static const struct {
        str pattern, text;
        enum eval_match wanted;
    } rows[] = {
        {STR_INIT("^pg"), STR_INIT("pgvector"), EVAL_MATCH_YES},
        {STR_INIT("vector"), STR_INIT("pgvector"), EVAL_MATCH_YES},
        {STR_INIT("^vector$"), STR_INIT("pgvector"), EVAL_MATCH_NO},
        {STR_INIT("a$"), STR_INIT("a\n"), EVAL_MATCH_NO},
        {STR_INIT("^$"), STR_INIT(""), EVAL_MATCH_YES},
        {STR_INIT("(?i)ABC"), STR_INIT("xabc"), EVAL_MATCH_YES},
        {STR_INIT("a.c"), {"a\0c", 3}, EVAL_MATCH_YES},
        {STR_INIT("("), STR_INIT(""), EVAL_MATCH_BAD_PATTERN},
        {STR_INIT("a\\Cb"), STR_INIT("axb"), EVAL_MATCH_BAD_PATTERN},
        {STR_INIT("(?C1)a"), STR_INIT("a"), EVAL_MATCH_YES},
    };
    struct patterns patterns = {.arena = &arena};
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
            struct eval_match_result got = pattern_match(&patterns, rows[i].pattern, rows[i].text);
            if (got.outcome != rows[i].wanted)
                fail_msg("«" STR_FMT "» on «" STR_FMT "» wanted %d got %d", STR_ARG(rows[i].pattern),
                    STR_ARG(rows[i].text), rows[i].wanted, got.outcome);
        }
    assert_int_equal(pattern_compile(&patterns, STR("ab(")).offset, 3);
}

/* Every way of being slow ends at a named limit. */
static void test_limits(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "^(a+)+$",
        "(a*)*b",
        "a*b",
        "(a|aa)+$",
        ".*.*.*x",
        "(?:a?){60000}b",
        "(a+)\\1b",
        "a{60000}b",
        "(x+x+)+y",
        "(.*)(.*)(.*)(.*)(.*)[^a!]",
    };
    size_t length = limit_value(LIMIT_PATTERN_BYTES);
    char *bytes = arena_array(&arena, char, length + 2);
    memset(bytes, 'a', length + 1);
    bytes[length - 1] = '!';
    struct patterns patterns = {.arena = &arena};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct eval_match_result got = pattern_match(&patterns, str_from_c(rows[i]), (str){bytes, length});
        if (got.outcome != EVAL_MATCH_LIMIT && got.outcome != EVAL_MATCH_NO &&
            got.outcome != EVAL_MATCH_BAD_PATTERN)
            fail_msg("«%s» gave %d", rows[i], got.outcome);
    }
    assert_int_equal(
        pattern_match(&patterns, STR("^(a+)+$"), (str){bytes, length}).outcome, EVAL_MATCH_LIMIT);
    struct eval_match_result long_value = pattern_match(&patterns, STR("b"), (str){bytes, length + 1});
    assert_int_equal(long_value.outcome, EVAL_MATCH_LIMIT);
    assert_int_equal(long_value.limit, LIMIT_PATTERN_BYTES);
}

/* A search in thousands of files takes the memory of one. */
static void test_memory(void **state)
{
    (void)state;
    enum { MATCHES = 10 * 1000, BYTES = 4 * 1024 * 1024 };
    struct patterns patterns = {.arena = &arena};
    struct pattern_hit hit;
    size_t before = arena_used(&arena);
    for (int i = 0; i < MATCHES; i++) {
        assert_int_equal(
            pattern_find(&patterns, STR("^(a+)(b)?$"), STR("x\naa\n"), 0, &hit).outcome, EVAL_MATCH_YES);
        assert_int_equal(pattern_match(&patterns, STR("a(b)?c"), STR("xaby")).outcome, EVAL_MATCH_NO);
    }
    assert_true(hit.from == 2 && hit.to == 4 && hit.groups.items[0].is_set && !hit.groups.items[1].is_set);
    assert_true(arena_used(&arena) - before < BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
