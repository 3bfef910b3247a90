/* What reading one hostile env file takes: 2 MB of text, and less than 64 MB however often it is read. */
#include "unit.h"

#include "base/limit.h"
#include "env/compare.h"

#define FILE_BYTES ((size_t)2 * 1000 * 1000)
#define MOST_BYTES ((size_t)64 * 1024 * 1024)

static const struct {
    const char *head, *line; /* the file: the first once, then the second again and again */
} shapes[] = {
    {"A=1\nB=\"", "x=1\n"},
    {"A=1\nB=`", "x=1\n"},
    {"A=1\nB=\"", "some text here\n"},
    {"", "A\n"},
    {"", "a=b\n"},
};

static str fill(struct arena *arena, size_t shape)
{
    struct buf text = buf_new(arena, FILE_BYTES);
    buf_str(&text, str_from_c(shapes[shape].head));
    while (!text.overflow)
        buf_str(&text, str_from_c(shapes[shape].line));
    return buf_view(&text);
}

static void check_room(size_t shape, str reader, size_t bytes)
{
    if (bytes >= MOST_BYTES)
        fail_msg("shape %zu as " STR_FMT ": %zu MiB", shape, STR_ARG(reader), bytes >> 20);
}

/* All readers one after the other into one arena, and each alone. */
static void test_memory(void **state)
{
    const struct dialect *all[DIALECT_COUNT];
    (void)state;
    for (int id = 0; id < DIALECT_COUNT; id++)
        all[id] = dialect_get((enum dialect_id)id);
    for (size_t shape = 0; shape < ARRAY_COUNT(shapes); shape++) {
        struct arena file = {0}, arena = {0};
        str text = fill(&file, shape);
        for (int id = 0; id < DIALECT_COUNT; id++) {
            struct sources sources = {.arena = &arena};
            struct diags diags = {.arena = &arena, .sources = &sources};
            const struct source *source = source_add(&sources, SOURCE_ENV, STR(".env"), STR(".env"), text);
            dotenv_read(&arena, &diags, source, all[id], NULL, ORIGIN_ENV_FILE);
            check_room(shape, dialect_name(all[id]), arena_used(&arena));
            arena_clear(&arena);
        }
        struct sources sources = {.arena = &arena};
        const struct source *source = source_add(&sources, SOURCE_ENV, STR(".env"), STR(".env"), text);
        compare_readers(&arena, &sources, source, all, DIALECT_COUNT, NULL);
        check_room(shape, STR("all"), arena_used(&arena));
        arena_free(&arena);
        arena_free(&file);
    }
}

/* A name that is set again and again: past the limit the file is one that nobody judges. */
static void test_replaced(void **state)
{
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    struct buf text = buf_new(&arena, SIZE_MAX / 4);
    (void)state;
    for (size_t i = 0; i <= limit_value(LIMIT_REPLACED); i++)
        buf_str(&text, STR("A=1\n"));
    const struct source *source = source_add(&sources, SOURCE_ENV, STR(""), STR(""), buf_view(&text));
    const struct dialect *docker = dialect_find(STR("docker"));
    assert_true(dotenv_read(&arena, &diags, source, docker, NULL, ORIGIN_ENV_FILE).ok);
    buf_str(&text, STR("A=1\n"));
    source = source_add(&sources, SOURCE_ENV, STR(""), STR(""), buf_view(&text));
    assert_false(dotenv_read(&arena, &diags, source, docker, NULL, ORIGIN_ENV_FILE).ok);
    assert_true(diag_any_fatal(&diags));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
