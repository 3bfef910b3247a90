#include "rule/example.h"

#include "base/map.h"

#define SIBLING_BYTES_MAX ((size_t)1024 * 1024)

/* How many of a text's keys an env file has, out of how many. */
struct likeness {
    size_t shared, keys;
};

/* The name before the first `=` of a line, without an `export`; empty: the line has none. */
static str key_of(str line)
{
    struct str_cut cut = str_cut_byte(line, '=');
    str key = str_trim(cut.head);
    if (str_starts(key, STR("export ")))
        key = str_trim(str_skip(key, STR("export ").len));
    for (size_t i = 0; i < key.len; i++)
        if (!byte_is_name(key.ptr[i]) && !str_has_byte(STR(".-"), key.ptr[i]))
            return STR("");
    return cut.found ? key : STR("");
}

static struct likeness likeness_of(struct arena *arena, const struct input_file *file, str text)
{
    struct likeness likeness = {0};
    struct map seen = {0};
    str line;
    while (str_next(&text, '\n', &line)) {
        str key = key_of(line);
        if (key.len == 0 || map_has(&seen, key))
            continue;
        map_set(arena, &seen, key, arena);
        likeness.keys++;
        likeness.shared += env_get(&file->env, key) != NULL;
    }
    return likeness;
}

/* Dice's coefficient, compared without a division. */
static bool is_closer(struct likeness a, struct likeness b, size_t own_keys)
{
    return a.shared * (own_keys + b.keys) > b.shared * (own_keys + a.keys);
}

static const struct input_file *row_of(const struct facts *facts, str path)
{
    vec_each(const struct input_file *, row, &facts->files)
        if (str_eq(row->source->path, path))
            return row;
    return NULL;
}

const struct input_file *example_of(
    struct check_run *run, const struct input_file *file, const struct input_file *example)
{
    const struct host *host = run->facts->host;
    const struct input_file *found = example;
    size_t own_keys = file->env.map.live;
    struct likeness best = likeness_of(run->arena, file, example->source->text);
    str directory = path_directory(file->source->path);
    struct host_entries entries = host->list(host->self, run->arena, directory);
    vec_each(const struct host_entry *, entry, &entries.list) {
        str path = path_join(run->arena, directory, entry->name);
        if (entry->is_directory || !str_contains(entry->name, STR("env")) ||
            str_eq(path, file->source->path) || str_eq(path, example->source->path))
            continue;
        const struct source *known = source_find(run->facts->sources, SOURCE_ENV, path);
        struct host_file sibling = {.text = known ? known->text : STR("")};
        if (!known)
            sibling = host->read(host->self, run->arena, path, SIBLING_BYTES_MAX);
        struct likeness likeness = likeness_of(run->arena, file, sibling.text);
        if (sibling.status != HOST_OK || !is_closer(likeness, best, own_keys))
            continue;
        const struct input_file *row = row_of(run->facts, path);
        best = likeness;
        found = row && row->is_example ? row : NULL;
    }
    return found;
}
