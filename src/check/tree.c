#include "check/tree.h"

#include "base/limit.h"
#include "check/loaders.h"
#include "facts/mode.h"
#include "text/reads.h"

enum { GLIMPSE_DIRECTORIES = 200 }; /* a short look: whoever wants all of them says -r */

struct walk {
    struct input *input;
    struct map ignored;
    str_vec waiting; /* directories, the next one last */
    tree_places places;
};

/* A file that a deployment may be described in: then the loaders are asked. */
static bool may_describe(str name)
{
    return str_ends(name, STR(".yml")) || str_ends(name, STR(".yaml")) || str_ends(name, STR(".json")) ||
           str_ends(name, STR(".service"));
}

/* .env, and .env.production and its kin: the env files that are judged without anything beside them. */
static bool is_judged_alone(str name)
{
    enum mode mode;
    bool has_mode = mode_of_file_name(name, &mode) || mode_is_local_file(name);
    return str_eq(name, STR(".env")) ||
           (input_kind(name) == INPUT_ENV && str_starts(name, STR(".env.")) && has_mode);
}

static void look_at_files(struct walk *w, str directory, const struct host_entries *entries)
{
    struct deployment_options options = {.directory = directory, .is_walked = true};
    bool is_described = false, has_env = false;
    vec_each(const struct host_entry *, entry, &entries->list) {
        is_described |= may_describe(entry->name); /* also a directory in the place of a file */
        has_env |= is_judged_alone(entry->name);
    }
    bool has_deployment = is_described && loaders_discover(w->input->arena, w->input->host, &options) != NULL;
    if (has_deployment || has_env)
        *vec_add(w->input->arena, &w->places) = (struct tree_place){directory, has_deployment};
}

static bool is_ignored(const struct walk *w, str path)
{
    str absolute = path_join(w->input->arena, w->input->directory, path);
    return str_eq(path_base(path), STR(".git")) || map_has(&w->ignored, absolute);
}

/* Pushed from the last name on, so that the first one is looked at next. */
static void go_into(struct walk *w, str directory, const struct host_entries *entries)
{
    for (size_t i = entries->list.count; i-- > 0;) {
        const struct host_entry *entry = &entries->list.items[i];
        str path = path_join(w->input->arena, directory, entry->name);
        if (entry->is_directory && !entry->is_link && !is_ignored(w, path))
            vec_push(w->input->arena, &w->waiting, path);
    }
}

static void walk_root(struct walk *w, str root)
{
    struct check_result *result = w->input->result;
    struct host_stat stat = reads_stat(&result->sources, w->input->host, root, (span){0});
    size_t seen = 0;
    if (stat.status == HOST_OK ? !stat.is_directory : host_is_absent(stat.status)) {
        input_refuse(w->input, root, STR("no such directory"), STR("-r walks directories"));
        return;
    }
    vec_push(w->input->arena, &w->waiting, root);
    while (w->waiting.count > 0) {
        str directory = w->waiting.items[--w->waiting.count];
        if (++seen > limit_value(LIMIT_DIRECTORIES)) {
            diag_limit(&result->diags, LIMIT_DIRECTORIES, (span){0});
            return;
        }
        struct host_entries entries = reads_list(&result->sources, w->input->host, directory, (span){0});
        look_at_files(w, directory, &entries);
        go_into(w, directory, &entries);
    }
}

tree_places tree_walk(struct input *input, const str_vec *roots, const str_vec *ignored)
{
    struct walk walk = {.input = input};
    vec_each(const str *, path, ignored)
        map_set(input->arena, &walk.ignored, *path, input);
    vec_each(const str *, root, roots)
        walk_root(&walk, *root);
    if (roots->count == 0)
        walk_root(&walk, STR("."));
    return walk.places;
}

/* Level by level, for what is near is what is meant. */
void tree_glimpse(struct input *input, const struct check_options *options)
{
    struct arena *arena = input->arena;
    struct check_result *result = input->result;
    struct walk walk = {.input = input};
    bool was_asked = options->paths.count + options->deployment.files.count > 0 || options->recursive;
    if (was_asked || result->projects.count > 0 || diag_any_fatal(&result->diags))
        return;
    vec_push(arena, &walk.waiting, STR("."));
    for (size_t at = 0; at < walk.waiting.count && at < GLIMPSE_DIRECTORIES; at++) {
        str directory = walk.waiting.items[at];
        struct host_entries entries = input->host->list(input->host->self, arena, directory);
        if (at > 0)
            look_at_files(&walk, directory, &entries);
        vec_each(const struct host_entry *, entry, &entries.list)
            if (entry->is_directory && !entry->is_link && !str_starts(entry->name, STR(".")) &&
                !str_eq(entry->name, STR("node_modules")))
                vec_push(arena, &walk.waiting, path_clean(arena, path_join(arena, directory, entry->name)));
    }
    size_t count = walk.places.count;
    if (count > 0)
        result->below = walk.places.items[0].directory;
    if (count > 1)
        result->below = arena_printf(arena, STR_FMT " and %zu more", STR_ARG(result->below), count - 1);
}
