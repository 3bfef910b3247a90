#include "unit.h"

#include "base/limit.h"

#include "text/cursor.h"
#include "text/diag.h"
#include "text/host.h"
#include "text/mask.h"
#include "text/piece.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void test_positions(void **state)
{
    (void)state;
    struct sources sources = {.arena = &arena};
    source_add(&sources, SOURCE_ENV, STR("a"), STR("a"), STR("A=1\r\nB=2\rC=3\n\nD=4"));
    struct {
        uint32_t offset, line, column;
    } cases[] = {{0, 1, 1}, {2, 1, 3}, {5, 2, 1}, {9, 3, 1}, {13, 4, 1}, {14, 5, 1}, {17, 5, 4}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct position at = source_position(&sources, 1, cases[i].offset);
        assert_int_equal(at.line, cases[i].line);
        assert_int_equal(at.column, cases[i].column);
    }
    assert_str(STR("line 2"), STR("B=2"), source_line(&sources, 1, 2, NULL));
    assert_int_equal(source_position(&sources, 9, 0).line, 0);
}

static void test_mask(void **state)
{
    (void)state;
    struct sources sources = {.arena = &arena};
    str text = STR("PW=s3cr3t x\x1by");
    source_add(&sources, SOURCE_ENV, STR("a"), STR("a"), text);
    mask_add(&sources, span_make(1, 3, 4));
    mask_add(&sources, span_make(1, 5, 4)); /* overlaps: one mask */
    span whole = span_make(1, 0, text.len);
    span_vec marks = mask_marks(&sources, &arena, whole);
    assert_str(text, STR("PW=******** x\\x1by"), mask_text(&sources, &arena, whole, &marks));
    assert_str(text, STR("********"), mask_text(&sources, &arena, span_make(1, 4, 3), &marks));
    assert_int_equal(mask_offset(&sources, &arena, whole, &marks, 3), 3);
    assert_int_equal(mask_offset(&sources, &arena, whole, &marks, 5), 3);
    assert_int_equal(mask_offset(&sources, &arena, whole, &marks, 9), 11);
}

static void test_mask_of_faulty_line(void **state)
{
    (void)state;
    struct {
        str line, wanted;
    } cases[] = {
        {STR("KEY=secret"), STR("KEY=********")},
        {STR("KEY: secret"), STR("KEY: ********")},
        {STR("postgres://u:p@h"), STR("postgres://********")},
        {STR("A=b=c"), STR("A=********")},
        {STR("nothing"), STR("nothing")},
        /* what a Compose key names that holds no secret */
        {STR("    env_file: missing.env"), STR("    env_file: missing.env")},
        {STR("  - path: api.env"), STR("  - path: api.env")},
        {STR("image: [postgres"), STR("image: [postgres")},
        {STR("image: a # b: c"), STR("image: ********")},
        {STR("image: u:p@h"), STR("image: ********")},
        {STR("PASSWORD: x"), STR("PASSWORD: ********")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct sources sources = {.arena = &arena};
        source_add(&sources, SOURCE_COMPOSE, STR("a"), STR("a"), cases[i].line);
        mask_line(&sources, 1, 1);
        span whole = span_make(1, 0, cases[i].line.len);
        span_vec marks = mask_marks(&sources, &arena, whole);
        assert_str(cases[i].line, cases[i].wanted, mask_text(&sources, &arena, whole, &marks));
    }
}

static void test_pieces(void **state)
{
    (void)state;
    struct pieces pieces = {0};
    pieces_add(&arena, &pieces, 5, span_make(1, 10, 5), NULL);
    pieces_add(&arena, &pieces, 2, span_make(1, 15, 2), NULL); /* joins */
    pieces_add(&arena, &pieces, 8, span_make(1, 17, 5), NULL); /* ${ABC} became 8 bytes */
    assert_int_equal(pieces.list.count, 2);
    assert_int_equal(pieces.list.items[1].start, pieces.list.items[0].length);
    assert_null(pieces_at(&pieces, pieces.list.items[1].start + pieces.list.items[1].length));
    assert_null(pieces_at(&(struct pieces){0}, 0));
    span at = pieces_locate(&pieces, 3, 2);
    assert_int_equal(at.offset, 13);
    assert_int_equal(at.length, 2);
    at = pieces_locate(&pieces, 9, 1);
    assert_int_equal(at.offset, 17);
    assert_int_equal(at.length, 5);
    at = pieces_locate(&pieces, 6, 4);
    assert_int_equal(at.offset, 16);
    assert_int_equal(at.length, 6);
}

static void test_paths(void **state)
{
    (void)state;
    struct {
        str path, clean;
    } cases[] = {
        {STR("a//b/./c"), STR("a/b/c")},
        {STR("a/../b"), STR("b")},
        {STR("../a"), STR("../a")},
        {STR("/../a"), STR("/a")},
        {STR("a/.."), STR(".")},
        {STR("/"), STR("/")},
        {STR("../../x/../y"), STR("../../y")},
        {STR("/a/b/../../c"), STR("/c")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        assert_str(cases[i].path, cases[i].clean, path_clean(&arena, cases[i].path));
    assert_str(STR("join"), STR("/x"), path_join(&arena, STR("a"), STR("/x")));
    assert_str(STR("join"), STR("a/x"), path_join(&arena, STR("a"), STR("./x")));
    assert_str(STR("relative"), STR("c/d"), path_relative(&arena, STR("/a/b"), STR("/a/b/c/d")));
    assert_str(STR("relative"), STR("/a/bc"), path_relative(&arena, STR("/a/b"), STR("/a/bc")));
}

static void test_visible(void **state)
{
    (void)state;
    static const struct {
        str text, want;
    } rows[] = {
        {STR_INIT("a\tb \u00e9 \u4e2d \u200d\ufe0f"), STR_INIT("a\tb \u00e9 \u4e2d \u200d\ufe0f")},
        {STR_INIT("\x1b[31m\n\r\0\x7f"), STR_INIT("\\x1b[31m\\x0a\\x0d\\x00\\x7f")},
        {STR_INIT("\xc2\x9b"), STR_INIT("\\xc2\\x9b")},
        {STR_INIT("pa\u200bss\ufeff\u00ad"), STR_INIT("pa\\xe2\\x80\\x8bss\\xef\\xbb\\xbf\\xc2\\xad")},
        {STR_INIT("\u202e\u2066\u061c"), STR_INIT("\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xd8\\x9c")},
        {STR_INIT("\U000E0041"), STR_INIT("\\xf3\\xa0\\x81\\x81")},
        {STR_INIT("\xff\xc3"), STR_INIT("\\xff\\xc3")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_str(rows[i].text, rows[i].want, mask_visible(&arena, rows[i].text));
}

static void test_diags_sort_once(void **state)
{
    (void)state;
    struct sources sources = {.arena = &arena};
    source_add(&sources, SOURCE_ENV, STR("b"), STR("b"), STR("x\ny\n"));
    source_add(&sources, SOURCE_ENV, STR("a"), STR("a"), STR("x\n"));
    struct diags diags = {.arena = &arena, .sources = &sources};
    diag_add(&diags, STR("rule"), SEVERITY_ERROR, span_make(1, 2, 1), "later");
    diag_add(&diags, STR("rule"), SEVERITY_ERROR, span_make(1, 0, 1), "earlier");
    diag_add(&diags, STR("rule"), SEVERITY_NOTE, span_make(2, 0, 1), "other file");
    diag_add(&diags, STR("rule"), SEVERITY_ERROR, span_make(1, 2, 1), "later");
    struct suppression allowed = {.reason = STR("known")};
    for (int i = 0; i < 3; i++) /* wherever the one that weighs more is among them */
        diag_add(&diags, STR("rule"), i == 1 ? SEVERITY_ERROR : SEVERITY_NOTE, span_make(1, 4, 1), "both");
    for (int i = 0; i < 3; i++)
        diag_add(&diags, STR("rule"), SEVERITY_ERROR, span_make(1, 5, 1), "known")->suppressed =
            i == 1 ? NULL : &allowed;
    for (int i = 0; i < 3; i++)
        diag_add(&diags, STR("rule"), SEVERITY_ERROR, span_make(1, 6, 1), "fatal")->fatal = i == 1;
    diag_sort(&diags);
    assert_int_equal(diags.list.count, 6);
    assert_int_equal(diags.list.items[3].severity, SEVERITY_ERROR);
    assert_null(diags.list.items[4].suppressed);
    assert_true(diags.list.items[5].fatal);
    diags.list.count = 3;
    assert_int_equal(diags.list.count, 3);
    assert_str(STR("first"), STR("other file"), diags.list.items[0].message);
    assert_str(STR("last"), STR("later"), diags.list.items[2].message);
    assert_int_equal(diag_count(&diags, SEVERITY_ERROR), 2);
}

static void test_cursor_advances_only_on_success(void **state)
{
    (void)state;
    struct cursor c = {STR("abc=12"), 0};
    str run;
    assert_false(cursor_run(&c, byte_is_letter, 2, &run));
    assert_int_equal(c.at, 0);
    assert_true(cursor_run(&c, byte_is_letter, 3, &run));
    assert_false(cursor_byte(&c, ':'));
    assert_true(cursor_byte(&c, '='));
    assert_false(cursor_until(&c, ';', 100, &run));
    assert_int_equal(c.at, 4);
}

/* Past the limit findings are counted, cost no memory, and are never a pass. */
static void test_dropped(void **state)
{
    (void)state;
    struct arena own = {0};
    struct sources sources = {.arena = &own};
    struct diags diags = {.arena = &own, .sources = &sources};
    for (size_t i = 0; i < limit_value(LIMIT_FINDINGS); i++)
        diag_add(&diags, STR("a"), SEVERITY_NOTE, (span){0}, "number %zu", i);
    assert_int_equal(diag_dropped_worst(&diags), SEVERITY_OFF);
    diag_add(&diags, STR("a"), SEVERITY_WARNING, (span){0}, "one more");
    size_t used = arena_used(&own);
    for (size_t i = 0; i < 100000; i++) {
        struct diag *diag = diag_add(&diags, STR("a"), SEVERITY_NOTE, (span){0}, "number %zu", i);
        diag_help(&diags, diag, "help %zu", i);
        diag_related(&diags, diag, (span){0}, "related %zu", i);
    }
    assert_int_equal(arena_used(&own), used);
    assert_int_equal(diags.dropped, 100001);
    assert_int_equal(diag_dropped_worst(&diags), SEVERITY_WARNING);
    assert_false(diag_any_fatal(&diags));
    diag_add(&diags, STR("a"), SEVERITY_ERROR, (span){0}, "fatal")->fatal = true;
    assert_true(diag_any_fatal(&diags));
    diag_add(&diags, STR("a"), SEVERITY_NOTE, (span){0}, "after it");
    assert_true(diag_any_fatal(&diags));
    assert_int_equal(diag_dropped_worst(&diags), SEVERITY_ERROR);
    arena_free(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dropped),
        cmocka_unit_test_teardown(test_positions, free_arena),
        cmocka_unit_test_teardown(test_mask, free_arena),
        cmocka_unit_test_teardown(test_mask_of_faulty_line, free_arena),
        cmocka_unit_test_teardown(test_pieces, free_arena),
        cmocka_unit_test_teardown(test_paths, free_arena),
        cmocka_unit_test_teardown(test_visible, free_arena),
        cmocka_unit_test_teardown(test_diags_sort_once, free_arena),
        cmocka_unit_test(test_cursor_advances_only_on_success),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
