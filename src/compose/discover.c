/*
 * Which files make the project, and what their expressions see.
 *
 * compose-go cli/options.go, in the order in which docker/compose applies the steps (cmd/compose/compose.go):
 * process environment, .env of the working directory, COMPOSE_FILE or the default names, .env beside the
 * first file, profiles, name.
 */
#include "compose/discover.h"

#include "compose/document.h"
#include "compose/env_files.h"

static const str file_names[] = {
    STR_INIT("compose.yaml"),
    STR_INIT("compose.yml"),
    STR_INIT("docker-compose.yml"),
    STR_INIT("docker-compose.yaml"),
};

static const str override_names[] = {
    STR_INIT("compose.override.yml"),
    STR_INIT("compose.override.yaml"),
    STR_INIT("docker-compose.override.yml"),
    STR_INIT("docker-compose.override.yaml"),
};

static bool find_first(struct loader *l, str directory, const str *names, size_t count, str_vec *files)
{
    for (size_t i = 0; i < count; i++) {
        str path = path_join(l->arena, directory, names[i]);
        if (loader_is_there(l, path)) {
            vec_push(l->arena, files, path);
            return true;
        }
    }
    return false;
}

/* The default names in `directory`, then in its parents. */
static bool find_default_files(struct loader *l, str directory, bool search_parents, str_vec *files)
{
    for (;;) {
        if (find_first(l, directory, file_names, ARRAY_COUNT(file_names), files)) {
            find_first(l, directory, override_names, ARRAY_COUNT(override_names), files);
            return true;
        }
        str parent = path_directory(directory);
        if (!search_parents || str_eq(parent, directory))
            return false;
        directory = parent;
    }
}

static str absolute(struct arena *arena, str directory, str path)
{
    return str_eq(path, STR("-")) ? path : path_clean(arena, path_join(arena, directory, path));
}

static void add_files(struct arena *arena, str directory, const str_vec *paths, str_vec *files)
{
    vec_each(str *, path, paths)
        vec_push(arena, files, absolute(arena, directory, *path));
}

static struct value *process_value(struct arena *arena, str name, str text)
{
    struct value *value = arena_new(arena, struct value);
    *value = (struct value){.name = name, .text = text, .set = true, .origin = ORIGIN_PROCESS};
    return value;
}

/* What whoever types the command exports for one project is of none that a walk comes to. */
static bool is_for_one_project(str name)
{
    return str_eq(name, STR("COMPOSE_FILE")) || str_eq(name, STR("COMPOSE_ENV_FILES"));
}

static struct env *process_environment(struct loader *l)
{
    struct env *env = arena_new(l->arena, struct env);
    env->arena = l->arena;
    const char *const *entries = l->host->environment(l->host->self);
    size_t count = 2; /* PWD and COMPOSE_PROJECT_NAME may come */
    while (entries != NULL && entries[count - 2] != NULL)
        count++;
    map_reserve(l->arena, &env->map, count);
    for (; entries != NULL && *entries != NULL; entries++) {
        struct str_cut cut = str_cut_byte(str_from_c(*entries), '=');
        if (cut.found && !(l->options->is_walked && is_for_one_project(cut.head)))
            env_put(env, process_value(l->arena, cut.head, cut.tail));
    }
    if (env_get(env, STR("PWD")) == NULL)
        env_put(env, process_value(l->arena, STR("PWD"), l->start_directory));
    return env;
}

static str variable(const struct env *env, str name)
{
    const struct value *value = env_get(env, name);
    return value && value->set ? value->text : (str){0};
}

/* The process environment goes before the file. */
static const struct value *value_of(const struct env *process, const struct env *file, str name)
{
    const struct value *value = env_get(process, name);
    return value ? value : env_get(file, name);
}

/* strconv.ParseBool. */
static bool parse_go_boolean(str text, bool *ret_value)
{
    static const str words[] = {
        STR_INIT("1"),
        STR_INIT("t"),
        STR_INIT("T"),
        STR_INIT("true"),
        STR_INIT("TRUE"),
        STR_INIT("True"),
        STR_INIT("0"),
        STR_INIT("f"),
        STR_INIT("F"),
        STR_INIT("false"),
        STR_INIT("FALSE"),
        STR_INIT("False"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (str_eq(text, words[i])) {
            *ret_value = i < ARRAY_COUNT(words) / 2;
            return true;
        }
    }
    return false;
}

static bool is_env_file_disabled(struct loader *l, const struct env *process)
{
    bool is_disabled = false;
    const struct value *value = env_get(process, STR("COMPOSE_DISABLE_ENV_FILE"));
    if (value != NULL && !parse_go_boolean(value->text, &is_disabled))
        loader_refuse(l, (span){0}, "COMPOSE_DISABLE_ENV_FILE must be true or false");
    return is_disabled;
}

/* --env-file, else COMPOSE_ENV_FILES; empty: .env counts. */
static str_vec explicit_env_files(struct loader *l, const struct env *process)
{
    str_vec files = {0};
    add_files(l->arena, l->start_directory, &l->options->env_files, &files);
    str rest = variable(process, STR("COMPOSE_ENV_FILES")), piece;
    while (files.count == l->options->env_files.count && rest.len > 0 && l->options->env_files.count == 0) {
        str_vec names = {0};
        while (str_next(&rest, ',', &piece))
            if (piece.len > 0)
                vec_push(l->arena, &names, piece);
        add_files(l->arena, l->start_directory, &names, &files);
    }
    return files;
}

static bool default_env_file(struct loader *l, str directory, str_vec *files)
{
    str path = path_join(l->arena, directory, STR(".env"));
    if (!loader_is_env_file(l, path))
        return false;
    vec_push(l->arena, files, path);
    return true;
}

/* COMPOSE_FILE, split at COMPOSE_PATH_SEPARATOR; set but empty it names the current directory. */
static bool files_of_variable(
    struct loader *l, const struct env *process, const struct env *file, str_vec *files)
{
    const struct value *value = value_of(process, file, STR("COMPOSE_FILE"));
    if (value == NULL || !value->set)
        return false;
    const struct value *said = value_of(process, file, STR("COMPOSE_PATH_SEPARATOR"));
    str separator = said && said->set && said->text.len > 0 ? said->text : STR(":");
    struct str_cut cut = {.tail = value->text, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, separator);
        vec_push(l->arena, files, absolute(l->arena, l->start_directory, cut.head));
    }
    return true;
}

static str working_directory(struct loader *l, const str_vec *files)
{
    if (l->options->project_directory.len > 0)
        return absolute(l->arena, l->start_directory, l->options->project_directory);
    vec_each(str *, path, files)
        if (!str_eq(*path, STR("-")))
            return path_directory(*path);
    return l->start_directory;
}

static void select_profiles(struct loader *l)
{
    struct deployment *project = l->project;
    vec_each(str *, profile, &l->options->profiles)
        vec_push(l->arena, &project->profiles, *profile);
    if (l->options->profiles.count > 0)
        return;
    struct str_cut cut = {.tail = variable(&project->environment, STR("COMPOSE_PROFILES")), .found = true};
    while (cut.found) {
        cut = str_cut_byte(cut.tail, ',');
        str profile = str_trim(cut.head);
        if (profile.len > 0)
            vec_push(l->arena, &project->profiles, profile);
        else
            l->empty_profile = true;
    }
}

/* The .env beside the first Compose file sees what the first .env and the process have set. */
static void read_second_files(
    struct loader *l, const str_vec *files, const struct env *process, const struct env *first)
{
    struct env known = {.arena = l->arena};
    env_files_put(&known, first);
    env_files_put(&known, process);
    env_files_put(&l->project->file_environment, env_files_read(l, files, &known, true, (span){0}));
}

bool discover_project(struct loader *l, str_vec *ret_files)
{
    struct deployment *project = l->project;
    struct env *process = process_environment(l);
    str_vec env_files = explicit_env_files(l, process);
    bool is_explicit = env_files.count > 0;
    bool is_disabled = !is_explicit && is_env_file_disabled(l, process);
    add_files(l->arena, l->start_directory, &l->options->files, ret_files);
    str directory = working_directory(l, ret_files);
    if (!is_explicit && !is_disabled)
        default_env_file(l, directory, &env_files);
    struct env *first = env_files_read(l, &env_files, process, true, (span){0});

    bool is_found = ret_files->count > 0 || files_of_variable(l, process, first, ret_files) ||
                    find_default_files(l, directory, l->options->search_parents, ret_files);
    project->directory = working_directory(l, ret_files);
    str_vec second_files = {0};
    if (!is_explicit && !is_disabled && !str_eq(directory, project->directory))
        default_env_file(l, project->directory, &second_files);
    if (second_files.count > 0)
        read_second_files(l, &second_files, process, first);
    env_files_put(&project->file_environment, first);
    env_files_put(&project->environment, &project->file_environment);
    env_files_put(&project->environment, process);
    select_profiles(l);
    return is_found;
}

/* Whether one look at the directory answers the question: nothing takes these files away again. */
static bool has_default_files(struct loader *l)
{
    str_vec files = {0};
    str directory = working_directory(l, &files);
    return find_first(l, directory, file_names, ARRAY_COUNT(file_names), &files);
}

bool discover_any(struct arena *arena, const struct host *host, const struct deployment_options *options)
{
    struct sources sources = {.arena = arena};
    struct diags unheard = {.arena = arena, .sources = &sources};
    struct deployment *project = arena_new(arena, struct deployment);
    struct loader loader = {
        .arena = arena,
        .diags = &unheard,
        .sources = &sources,
        .host = host,
        .options = options,
        .project = project,
    };
    project->environment.arena = project->file_environment.arena = arena;
    loader.current_directory = host->current_directory(host->self, arena);
    loader.start_directory = loader_path(&loader, loader.current_directory, options->directory);
    str_vec files = {0};
    return has_default_files(&loader) || discover_project(&loader, &files);
}

/* loader.NormalizeProjectName. */
static str normal_name(struct arena *arena, str name)
{
    struct buf out = buf_new(arena, name.len + 1);
    for (size_t i = 0; i < name.len; i++) {
        char byte = byte_lower(name.ptr[i]);
        bool is_kept = byte_is_name(byte) || byte == '-';
        bool is_leading = out.len == 0 && (byte == '_' || byte == '-');
        if (is_kept && !is_leading)
            buf_byte(&out, byte);
    }
    return buf_view(&out);
}

/* The last `name:` of the files, before anything else is interpolated. */
static struct yaml_node *name_node(struct loader *l, const str_vec *files)
{
    struct yaml_node *found = NULL;
    vec_each(str *, path, files) {
        struct source *source = loader_read(l, SOURCE_COMPOSE, *path, (span){0});
        if (source == NULL)
            continue;
        const struct yaml_documents *documents = document_parse(l, source);
        vec_each(struct yaml_node *const *, root, &documents->list) {
            struct yaml_node *name = *root ? yaml_get(*root, STR("name")) : NULL;
            if (name != NULL && name->kind == YAML_SCALAR && !yaml_is_null(name) && name->text.len > 0)
                found = name;
        }
    }
    return found;
}

static str chosen_name(struct loader *l, const str_vec *files)
{
    struct env *environment = &l->project->environment;
    str given = l->options->project_name;
    if (given.len == 0)
        given = variable(environment, STR("COMPOSE_PROJECT_NAME"));
    if (given.len > 0) {
        if (!str_eq(given, normal_name(l->arena, given)))
            loader_refuse(l, (span){0},
                "the project name may hold only a-z, 0-9, - and _, and must begin with a letter or digit");
        return given;
    }
    bool is_good = true;
    struct yaml_node *node = name_node(l, files);
    str name = node ? document_expand(l, environment, node, &is_good) : path_base(l->project->directory);
    name = normal_name(l->arena, name);
    if (name.len == 0 && is_good)
        loader_refuse(
            l, node ? node->at : (span){0}, "the project has no name: set `name:` or COMPOSE_PROJECT_NAME");
    return name;
}

void discover_name(struct loader *l, const str_vec *files)
{
    l->project->name = chosen_name(l, files);
    env_put(&l->project->environment, process_value(l->arena, STR("COMPOSE_PROJECT_NAME"), l->project->name));
}
