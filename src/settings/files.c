#include "settings/files.h"

#include "base/limit.h"
#include "deploy/path.h"
#include "text/reads.h"

#define SOURCE_DEPTH    3   /* directories between what is copied and the settings of one of its modules */
#define DIRECTORIES_MAX 300 /* that are looked into for one file */

str settings_directory(const struct settings_reading *r)
{
    if (r->workload->working_directory.len)
        return r->workload->working_directory;
    return r->workload->built ? r->workload->built->directory : STR("");
}

span settings_span(const struct source *source, str slice)
{
    str line = str_cut_byte(slice, '\n').head;
    return span_make(source->id, (size_t)(slice.ptr - source->text.ptr), str_trim_end(line).len);
}

/* ---- reading */

static const struct source *OR_NULL read_within(
    const struct settings_reading *r, str path, span at, enum limit_id limit)
{
    struct source *source = map_get(r->files, path);
    if (source)
        return source;
    struct host_stat stat = reads_stat(r->sources, r->host, path, at);
    if (stat.status != HOST_OK || stat.is_directory)
        return NULL;
    struct host_file file = reads_file(r->sources, r->host, r->arena, path, limit_value(limit), at);
    if (file.status != HOST_OK)
        return NULL;
    str name = path_relative(r->arena, r->sources->reads->directory, path);
    source = source_add(r->sources, SOURCE_PROGRAM, name, path, file.text);
    map_set(r->arena, r->files, path, source);
    return source;
}

static const struct source *OR_NULL read_host(const struct settings_reading *r, str path, span at)
{
    return read_within(r, path, at, LIMIT_PLACE_BYTES);
}

/* What is written in the description itself is shown as that. */
static struct settings_file of_content(const struct settings_reading *r, const struct workload_path *path)
{
    str text = path->resource->content;
    struct source *source = source_add(r->sources, SOURCE_PROGRAM, path->resource->name, STR(""), text);
    return (struct settings_file){.source = source, .named_at = path->at};
}

static struct settings_file of_image(const struct settings_reading *r, str path)
{
    const struct workload_image *built = r->workload->built;
    struct settings_file none = {0};
    if (!built || !built->files.self)
        return none;
    struct workload_file file = built->files.find(built->files.self, path);
    if (!file.is_known) {
        none.is_unclear = built->files.is_edited(built->files.self, path);
        return none;
    }
    if (file.text) {
        struct source *heredoc =
            source_add(r->sources, SOURCE_PROGRAM, path_base(path), STR(""), file.text->text);
        return (struct settings_file){.source = heredoc};
    }
    return (struct settings_file){.source = read_host(r, file.path, (span){0})};
}

static struct settings_file open_anew(const struct settings_reading *r, str path)
{
    struct workload_path mounted = workload_path(r->arena, r->deployment, r->workload, path);
    switch (mounted.kind) {
    case PATH_FILE:
        return (struct settings_file){
            .source = read_host(r, mounted.file, mounted.at), .named_at = mounted.at};
    case PATH_CONTENT:
        return of_content(r, &mounted);
    case PATH_VARIABLE:
    case PATH_EXTERNAL:
    case PATH_ABSENT:
        return (struct settings_file){.is_unclear = true, .named_at = mounted.at};
    case PATH_UNKNOWN:
        break;
    }
    return of_image(r, path);
}

struct settings_file settings_open(const struct settings_reading *r, str path)
{
    str directory = settings_directory(r);
    if (!path_is_absolute(path) && directory.len == 0)
        return (struct settings_file){0};
    path = path_clean(r->arena, path_join(r->arena, directory, path));
    struct settings_file *file = map_get(r->opened, path);
    if (!file) {
        file = arena_new(r->arena, struct settings_file);
        *file = open_anew(r, path);
        map_set(r->arena, r->opened, path, file);
    }
    return *file;
}

str_vec settings_list(const struct settings_reading *r, str directory)
{
    const struct workload_image *built = r->workload->built;
    str_vec names = {0};
    directory = path_clean(r->arena, path_join(r->arena, settings_directory(r), directory));
    if (!path_is_absolute(directory))
        return names;
    struct workload_path mounted = workload_path(r->arena, r->deployment, r->workload, directory);
    if (mounted.kind == PATH_FILE) {
        struct host_stat stat = reads_stat(r->sources, r->host, mounted.file, mounted.at);
        if (stat.status != HOST_OK || !stat.is_directory)
            return names;
        struct host_entries entries = reads_list(r->sources, r->host, mounted.file, mounted.at);
        vec_each(const struct host_entry *, entry, &entries.list)
            vec_push(r->arena, &names, entry->name);
        return names;
    }
    if (built && built->files.self)
        names = built->files.list(built->files.self, directory);
    /* A file that is mounted by itself is in its directory too. */
    vec_each(const struct workload_mount *, mount, &r->workload->mounts)
        if (mount->bind && str_eq(path_directory(path_clean(r->arena, mount->target)), directory) &&
            !str_vec_has(&names, path_base(mount->target)))
            vec_push(r->arena, &names, path_base(mount->target));
    vec_each(const struct workload_resource *, config, &r->workload->configs)
        if (str_eq(path_directory(config->target), directory) &&
            !str_vec_has(&names, path_base(config->target)))
            vec_push(r->arena, &names, path_base(config->target));
    return names;
}

/* ---- the source of what is built */

/* What is closed to us on the way, a database's own directory, is no module: nothing is refused for it. */
static void look_into(
    const struct settings_reading *r, str directory, str path, size_t depth, size_t *looked, str_vec *found)
{
    const struct workload_files *files = &r->workload->built->files;
    str whole = path_join(r->arena, directory, path);
    bool comes_along = files->sends(files->self, whole);
    bool is_there = comes_along && r->host->stat(r->host->self, whole).status == HOST_OK;
    if (is_there && !str_is_in(whole, found->items, found->count))
        vec_push(r->arena, found, whole);
    if (is_there || depth == 0 || ++*looked > DIRECTORIES_MAX)
        return;
    struct host_entries entries = r->host->list(r->host->self, r->arena, directory);
    vec_each(const struct host_entry *, entry, &entries.list) {
        bool is_module = entry->is_directory && !str_starts(entry->name, STR(".")) &&
                         !str_eq(entry->name, STR("node_modules")) && !str_eq(entry->name, STR("test"));
        str below = path_join(r->arena, directory, entry->name);
        if (is_module && files->sends(files->self, below))
            look_into(r, below, path, depth - 1, looked, found);
    }
}

/* src/main/resources/x below a copied src is main/resources/x of it. */
static str below_copied(str directory, str path)
{
    struct str_cut cut = str_cut_byte(path, '/');
    while (cut.found && str_eq(path_base(directory), cut.head)) {
        path = cut.tail;
        cut = str_cut_byte(path, '/');
        directory = path_directory(directory);
    }
    return path;
}

static str_vec find_places(const struct settings_reading *r, str path)
{
    const struct workload_image *built = r->workload->built;
    str_vec found = {0}, copied = {0};
    size_t looked = 0;
    if (built && built->files.self)
        copied = built->files.copied(built->files.self);
    vec_each(const str *, directory, &copied) {
        struct host_stat stat = reads_stat(r->sources, r->host, *directory, (span){0});
        if (stat.status == HOST_OK && stat.is_directory)
            look_into(r, *directory, below_copied(*directory, path), SOURCE_DEPTH, &looked, &found);
        else if (stat.status == HOST_OK && str_ends(*directory, arena_concat(r->arena, STR("/"), path)))
            look_into(r, path_directory(*directory), path_base(*directory), 0, &looked, &found);
    }
    return found;
}

const str_vec *settings_source_places(const struct settings_reading *r, str path)
{
    str_vec *places = map_get(r->places, path);
    if (!places) {
        places = arena_new(r->arena, str_vec);
        *places = find_places(r, path);
        map_set(r->arena, r->places, path, places);
    }
    return places;
}

const struct source *settings_source_open(const struct settings_reading *r, str path)
{
    const struct workload_files *files = &r->workload->built->files;
    return files->sends(files->self, path) ? read_host(r, path, (span){0}) : NULL;
}

const struct source *settings_lock_open(const struct settings_reading *r, str path)
{
    const struct workload_files *files = &r->workload->built->files;
    return files->sends(files->self, path) ? read_within(r, path, (span){0}, LIMIT_LOCK_BYTES) : NULL;
}

bool settings_has_source(const struct settings_reading *r, str name)
{
    const struct workload_image *built = r->workload->built;
    str_vec copied = {0};
    if (built && built->files.self)
        copied = built->files.copied(built->files.self);
    vec_each(const str *, path, &copied) {
        str whole = str_eq(path_base(*path), name) ? *path : path_join(r->arena, *path, name);
        struct host_stat stat = reads_stat(r->sources, r->host, whole, (span){0});
        if (stat.status == HOST_OK && stat.is_regular)
            return true;
    }
    return false;
}

/* ---- variables */

bool settings_same_letters(str a, str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.len && !byte_is_alnum(a.ptr[i]))
            i++;
        while (j < b.len && !byte_is_alnum(b.ptr[j]))
            j++;
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len;
        if (byte_lower(a.ptr[i++]) != byte_lower(b.ptr[j++]))
            return false;
    }
}

const struct value *settings_variable(const struct settings_reading *r, str name)
{
    vec_each(const struct map_entry *, entry, &r->workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && (value->set || value->is_hidden) && settings_same_letters(entry->key, name))
            return value;
    }
    return NULL;
}

str settings_choose(const struct settings_reading *r, str text)
{
    size_t open = str_find_byte(text, '{'), close = str_find_byte(text, '}');
    if (open == STR_NONE || close == STR_NONE || close < open)
        return text;
    str names = str_slice(text, open + 1, close), name, chosen = {0};
    while (chosen.len == 0 && str_next(&names, ' ', &name)) {
        const struct value *value = env_get(&r->workload->environment, name);
        if (value && value->set)
            chosen = value->text;
        if (names.len == 0 && chosen.len == 0)
            chosen = name;
    }
    /* What was put in is no text of the table's. */
    return arena_join(r->arena, str_take(text, open), chosen, settings_choose(r, str_skip(text, close + 1)));
}
