/* Indexes as git writes them, made here: whatever their size, what they list is found and nothing else. */
#include "unit.h"

#include "host/memory.h"
#include "rule/git.h"
#include "text/reads.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_BYTES = 128 };

static void put(struct buf *out, unsigned value, unsigned bytes)
{
    while (bytes-- > 0)
        buf_byte(out, (char)(value >> (8 * bytes)));
}

/* Sorted names of many lengths: directories, and files of which some are others' beginnings. */
static str name_of(size_t i, char *bytes)
{
    int length = snprintf(bytes, NAME_BYTES, "folder-%03zu/%.*s%zu", i / 7, (int)(i % 41),
        "a-long-file-name-that-goes-on-and-on-and-on", i % 7);
    return (str){bytes, (size_t)length};
}

static int compare_names(const void *a, const void *b)
{
    return str_compare(*(const str *)a, *(const str *)b);
}

static void put_entry(struct buf *out, str name, unsigned version)
{
    size_t start = out->len;
    unsigned more = version == 3 && name.len % 3 == 0;
    buf_repeat(out, 0, 24);
    put(out, 0x81a4, 4);
    buf_repeat(out, 0x5a, 32);
    put(out, (more ? 0x4000u : 0) | (unsigned)name.len, 2);
    if (more)
        put(out, 0x4000, 2);
    buf_str(out, name);
    buf_repeat(out, 0, 8 - (out->len - start) % 8);
}

static str index_of(struct arena *arena, size_t count, unsigned version, str *ret_names)
{
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    buf_str(&out, STR("DIRC"));
    put(&out, version, 4);
    put(&out, (unsigned)count, 4);
    for (size_t i = 0; i < count; i++) {
        char bytes[NAME_BYTES];
        ret_names[i] = arena_copy(arena, name_of(i, bytes));
    }
    qsort(ret_names, count, sizeof *ret_names, compare_names);
    for (size_t i = 0; i < count; i++)
        put_entry(&out, ret_names[i], version);
    buf_str(&out, STR("TREE"));
    put(&out, 9000, 4);
    buf_repeat(&out, 'x', 9020);
    return buf_view(&out);
}

static void look_up(str index, const char *wanted, bool is_listed)
{
    struct arena arena = {0};
    const struct memory_file files[] = {
        {.path = MEMORY_DIRECTORY "/.git/index", .text = index.ptr, .length = index.len},
        {0},
    };
    struct host host = memory_host(files);
    str path = path_join(&arena, STR(MEMORY_DIRECTORY), str_from_c(wanted));
    struct sources sources = {.arena = &arena};
    reads_begin(&sources, STR(MEMORY_DIRECTORY));
    if (git_tracks(&arena, &sources, &host, path) != is_listed)
        fail_msg("input:  %s in an index of %zu bytes\nwanted: %d\ngot:    %d", wanted, index.len, is_listed,
            !is_listed);
    arena_free(&arena);
}

static void test_finds_what_is_listed(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 30, 61, 200, 3000};
    for (unsigned version = 2; version <= 4; version++) {
        for (size_t k = 0; k < ARRAY_COUNT(counts); k++) {
            struct arena arena = {0};
            str *names = arena_array(&arena, str, counts[k] + 1);
            str index = index_of(&arena, counts[k], version, names);
            for (size_t i = 0; i < counts[k]; i++) {
                look_up(index, names[i].ptr, version < 4);
                look_up(index, arena_concat(&arena, names[i], STR("~")).ptr, false);
            }
            look_up(index, ".env", false);
            look_up(index, "zebra/.env", false);
            arena_free(&arena);
        }
    }
}

static void test_bears_anything(void **state)
{
    (void)state;
    struct arena arena = {0};
    str *names = arena_array(&arena, str, 400);
    str index = index_of(&arena, 400, 2, names);
    char *bytes = (char *)(uintptr_t)index.ptr;
    for (size_t length = 0; length < index.len; length += 97)
        look_up(str_take(index, length), "nowhere/.env", false);
    for (size_t i = 12; i < index.len; i += 13) {
        bytes[i] = (char)~bytes[i];
        look_up(index, "nowhere/.env", false);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_is_listed),
        cmocka_unit_test(test_bears_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
