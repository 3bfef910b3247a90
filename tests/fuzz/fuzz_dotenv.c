/*
 * All dialects over the same bytes: what they report must lie in the file, and reading must end.
 */
#include "env/dotenv.h"

#include <stdio.h>
#include <stdlib.h>

static struct template_value process_get(void *self, str name)
{
    (void)self;
    if (str_eq(name, STR("HOSTVAR")))
        return (struct template_value){.found = true, .text = STR("from-${HOSTVAR}-$A")};
    return (struct template_value){0};
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool is_inside(const struct source *source, span at)
{
    return at.source == source->id && at.offset <= source->text.len &&
           at.length <= source->text.len - at.offset;
}

static void check_value(const struct source *source, const struct value *value)
{
    size_t covered = 0;
    vec_each(const struct piece *, piece, &value->pieces.list) {
        check(is_inside(source, piece->at));
        covered += piece->length;
    }
    check(covered == value->text.len);
    check(is_inside(source, value->at) && is_inside(source, value->key));
    for (size_t at = 0; at < value->text.len && at < 16; at++)
        check(is_inside(source, value_locate_outer(value, at, 1)));
}

static void read_as(enum dialect_id id, str text)
{
    static const struct template_scope process = {.get = process_get};
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    const struct source *source = source_add(&sources, SOURCE_ENV, STR(".env"), STR(".env"), text);
    struct dotenv_result result =
        dotenv_read(&arena, &diags, source, dialect_get(id), &process, ORIGIN_ENV_FILE);
    check(result.ok || diag_count(&diags, SEVERITY_ERROR) > 0);
    vec_each(const struct map_entry *, entry, &result.env.map.entries)
        for (const struct value *value = entry->value; value; value = value->shadows)
            check_value(source, value);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int id = 0; id < DIALECT_COUNT; id++)
        read_as((enum dialect_id)id, (str){(const char *)data, size});
    return 0;
}
