#include "unit/files.h"

#include "text/reads.h"

#include <fnmatch.h>
#include <stdlib.h>

/* Where the manager of the system looks, the first one wins. */
static const str system_directories[] = {
    STR_INIT("/etc/systemd/system"),
    STR_INIT("/run/systemd/system"),
    STR_INIT("/usr/local/lib/systemd/system"),
    STR_INIT("/lib/systemd/system"),
    STR_INIT("/usr/lib/systemd/system"),
};

/* ---- drop-ins */

/* Names of directories, the nearest to the unit first. */
static str_vec dropin_names(struct arena *arena, const struct unit_name *name)
{
    str_vec names = {0};
    str kind = STR(".service"), prefix = name->prefix;
    vec_push(arena, &names, arena_concat(arena, name->id, STR(".d")));
    if (name->instance.len)
        vec_push(arena, &names, arena_join(arena, name->prefix, STR("@.service"), STR(".d")));
    for (size_t dash; (dash = str_rfind_byte(prefix, '-')) != STR_NONE && dash > 0;) {
        prefix = str_take(prefix, dash);
        vec_push(arena, &names, arena_join(arena, prefix, STR("-"), arena_concat(arena, kind, STR(".d"))));
    }
    vec_push(arena, &names, STR("service.d"));
    return names;
}

struct dropin {
    str name, path;
};

static int compare_dropins(const void *left, const void *right)
{
    return str_compare(((const struct dropin *)left)->name, ((const struct dropin *)right)->name);
}

typedef VEC(struct dropin) dropins;

static void add_dropins(const struct unit_files *files, str directory, struct map *seen, dropins *found)
{
    struct host_stat there = reads_stat(files->sources, files->host, directory, (span){0});
    if (host_is_absent(there.status))
        return;
    struct host_entries entries = reads_list(files->sources, files->host, directory, (span){0});
    vec_each(const struct host_entry *, entry, &entries.list) {
        if (entry->is_directory || !str_ends(entry->name, STR(".conf")) || map_has(seen, entry->name))
            continue;
        str path = path_join(files->arena, directory, entry->name);
        map_set(files->arena, seen, entry->name, found);
        /* A link to /dev/null takes the place of a file of the same name. */
        struct host_stat stat = reads_stat(files->sources, files->host, path, (span){0});
        if (stat.status != HOST_OK || stat.is_regular)
            vec_push(files->arena, found, ((struct dropin){entry->name, path}));
    }
}

str_vec unit_dropins(const struct unit_files *files, const struct unit_name *name, str directory)
{
    str_vec paths = {0}, names = dropin_names(files->arena, name);
    struct map seen = {0};
    dropins found = {0};
    bool is_system = STR_IS_IN(directory, system_directories);
    size_t count = is_system ? ARRAY_COUNT(system_directories) : 1;
    vec_each(const str *, dropin_name, &names)
        for (size_t i = 0; i < count; i++)
            add_dropins(files,
                path_join(files->arena, is_system ? system_directories[i] : directory, *dropin_name), &seen,
                &found);
    if (found.count)
        qsort(found.items, found.count, sizeof *found.items, compare_dropins);
    vec_each(const struct dropin *, dropin, &found)
        vec_push(files->arena, &paths, dropin->path);
    return paths;
}

/* ---- glob(3) */

static bool is_pattern(str text)
{
    return str_has_any(text, STR("*?["));
}

/* What `rest` matches below `directory`. */
static void expand(const struct unit_files *files, str directory, str rest, span at, str_vec *found)
{
    str part = {0};
    while (rest.len && part.len == 0)
        if (!str_next(&rest, '/', &part))
            break;
    if (part.len == 0) {
        vec_push(files->arena, found, directory);
        return;
    }
    bool is_last = rest.len == 0;
    if (!is_pattern(part)) {
        str path = path_join(files->arena, directory, part);
        bool is_there = !host_is_absent(reads_stat(files->sources, files->host, path, at).status);
        if (is_there)
            expand(files, path, rest, at, found);
        return;
    }
    const char *pattern = arena_c_string(files->arena, part);
    struct host_entries entries = reads_list(files->sources, files->host, directory, at);
    vec_each(const struct host_entry *, entry, &entries.list)
        if ((is_last || entry->is_directory) &&
            fnmatch(pattern, arena_c_string(files->arena, entry->name), FNM_PERIOD) == 0)
            expand(files, path_join(files->arena, directory, entry->name), rest, at, found);
}

str_vec unit_env_paths(const struct unit_files *files, const struct unit_env_file *file)
{
    str_vec found = {0};
    if (is_pattern(file->path))
        expand(files, STR("/"), str_skip(file->path, 1), file->at, &found);
    else
        vec_push(files->arena, &found, file->path);
    return found;
}

str_vec unit_list(const struct unit_files *files, str directory)
{
    str_vec found = {0};
    struct host_entries entries = reads_list(files->sources, files->host, directory, (span){0});
    vec_each(const struct host_entry *, entry, &entries.list)
        if (!entry->is_directory && str_ends(entry->name, STR(".service")))
            vec_push(files->arena, &found, path_join(files->arena, directory, entry->name));
    return found;
}
