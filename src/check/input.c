#include "check/input.h"

#include "base/limit.h"
#include "language/pack.h"
#include "rule/secret.h"
#include "text/reads.h"

/* Name patterns in the order they are tried; a `*` is any bytes. */
static const struct {
    str pattern;
    enum input_kind kind;
} name_patterns[] = {
    /* Copies before anything else: `.env.bak` is no env file, and `compose.yml.orig` no project. */
    {STR_INIT("*.bak"), INPUT_LEFTOVER},
    {STR_INIT("*~"), INPUT_LEFTOVER},
    {STR_INIT("*.swp"), INPUT_LEFTOVER},
    {STR_INIT("*.orig"), INPUT_LEFTOVER},
    {STR_INIT("bootgate.yaml"), INPUT_CONFIG},
    {STR_INIT("bootgate.yml"), INPUT_CONFIG},
    {STR_INIT("*compose*.yaml"), INPUT_COMPOSE},
    {STR_INIT("*compose*.yml"), INPUT_COMPOSE},
    {STR_INIT("*.yaml"), INPUT_COMPOSE},
    {STR_INIT("*.yml"), INPUT_COMPOSE},
    {STR_INIT("postgresql.conf"), INPUT_SETTINGS},
    {STR_INIT("pgbouncer.ini"), INPUT_SETTINGS},
    {STR_INIT("*.env*.example"), INPUT_EXAMPLE},
    {STR_INIT("*.env*.sample"), INPUT_EXAMPLE},
    {STR_INIT("*.env*.template"), INPUT_EXAMPLE},
    {STR_INIT("*.env*.dist"), INPUT_EXAMPLE},
    {STR_INIT("*.env*.example.*"), INPUT_EXAMPLE}, /* .env.example.docker */
    {STR_INIT("*.env*.sample.*"), INPUT_EXAMPLE},
    {STR_INIT("*.env*.template.*"), INPUT_EXAMPLE},
    {STR_INIT("*example.env"), INPUT_EXAMPLE},
    {STR_INIT("*sample.env"), INPUT_EXAMPLE},
    {STR_INIT("*template.env"), INPUT_EXAMPLE},
    {STR_INIT("env.example"), INPUT_EXAMPLE},
    {STR_INIT("env.sample"), INPUT_EXAMPLE},
    {STR_INIT("env.template"), INPUT_EXAMPLE},
    {STR_INIT(".env"), INPUT_ENV},
    {STR_INIT(".env.*"), INPUT_ENV},
    {STR_INIT("*.env"), INPUT_ENV},
    {STR_INIT("*.env.*"), INPUT_ENV},
};

/* `*` in one place or two: prefix, middle and suffix in order. */
static bool matches(str name, str pattern)
{
    str rest = pattern, piece;
    bool first = true;
    while (str_next(&rest, '*', &piece)) {
        bool last = rest.ptr == NULL;
        if (last && !first)
            return str_ends(name, piece);
        size_t at = str_find(name, piece);
        if (at == STR_NONE || (first && at != 0) || (last && name.len != piece.len))
            return false;
        name = str_skip(name, at + piece.len);
        first = false;
    }
    return true;
}

enum input_kind input_kind(str path)
{
    str name = path_base(path);
    for (size_t i = 0; i < ARRAY_COUNT(name_patterns); i++)
        if (matches(name, name_patterns[i].pattern))
            return name_patterns[i].kind;
    return INPUT_OTHER;
}

bool input_is_unrendered(str name)
{
    static const str names[] = {
        STR_INIT("Chart.yaml"),
        STR_INIT("kustomization.yaml"),
        STR_INIT("kustomization.yml"),
        STR_INIT("Kustomization"),
    };
    return STR_IS_IN(name, names);
}

str input_name(struct input *input, str path)
{
    if (str_eq(path, STR("-")))
        return STR(READS_STREAM);
    str absolute = path_join(input->arena, input->directory, path);
    return path_relative(input->arena, input->directory, absolute);
}

static void report_unreadable(struct input *input, const struct source *source, str reason, str advice)
{
    struct diags *diags = &input->result->diags;
    struct diag *diag = diag_add(diags, STR("unreadable-input"), SEVERITY_ERROR, span_make(source->id, 0, 0),
        STR_FMT, STR_ARG(reason));
    diag->fatal = true;
    diag->line_only = true;
    if (advice.len)
        diag_help(diags, diag, STR_FMT, STR_ARG(advice));
}

void input_refuse(struct input *input, str path, str reason, str advice)
{
    report_unreadable(input,
        source_add(&input->result->sources, SOURCE_ARGUMENT, input_name(input, path), path, STR("")), reason,
        advice);
}

/* Standard input has no second time, and a file that changed between two readings would be two files. */
static struct host_file open_once(struct input *input, str path)
{
    struct host_file *file = map_get(&input->opened, path);
    if (file)
        return *file;
    file = arena_new(input->arena, struct host_file);
    *file = reads_file(
        &input->result->sources, input->host, input->arena, path, limit_value(LIMIT_FILE_BYTES), (span){0});
    map_set(input->arena, &input->opened, path, file);
    return *file;
}

struct source *input_read(struct input *input, enum source_kind kind, str path, struct host_file *ret_file)
{
    struct sources *sources = &input->result->sources;
    *ret_file = open_once(input, path);
    struct source *source = source_add(sources, kind, input_name(input, path), path, ret_file->text);
    if (ret_file->status == HOST_OK)
        return source;
    report_unreadable(input, source, host_status_text(ret_file->status), STR(""));
    reads_told(sources, path);
    return NULL;
}

bool input_open(struct input *input, str path, str *ret_text)
{
    struct host_file file = open_once(input, path);
    *ret_text = file.text;
    return file.status == HOST_OK || input_read(input, SOURCE_ENV, path, &file) != NULL;
}

bool input_is_there(struct input *input, str path)
{
    return !host_is_absent(reads_stat(&input->result->sources, input->host, path, (span){0}).status);
}

/* The directory or the first one above it that holds a git work tree; false: none does. */
static bool find_git_root(struct input *input, str directory, str *ret_root)
{
    *ret_root = directory;
    /* It may be a file: worktrees and submodules have one. */
    while (!input_is_there(input, path_join(input->arena, *ret_root, STR(".git")))) {
        if (str_eq(*ret_root, STR("/")))
            return false;
        *ret_root = path_directory(*ret_root);
    }
    return true;
}

static str beside(struct input *input, str directory)
{
    const str names[] = {STR("bootgate.yaml"), STR("bootgate.yml"), STR(".bootgate.yaml")};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        str path = path_join(input->arena, directory, names[i]);
        if (input_is_there(input, path))
            return path;
    }
    return STR("");
}

static str find_config(struct input *input, str directory)
{
    directory = path_join(input->arena, input->directory, directory);
    str path = beside(input, directory), root;
    if (path.len || !find_git_root(input, directory, &root))
        return path;
    /* Never above the work tree: a configuration there was written for something else. */
    while (path.len == 0 && !str_eq(directory, root)) {
        directory = path_directory(directory);
        path = beside(input, directory);
    }
    return path;
}

static struct config *read_config(struct input *input, struct source *source)
{
    struct config *config = pack_read(input->arena, &input->result->diags, input->host, source);
    secret_mark_config(&input->result->sources, config);
    return config;
}

/* A configuration that nobody has written yet: where it would be, with the text that it would have. */
static struct config *proposed_config(struct input *input, str directory)
{
    struct check_result *result = input->result;
    str path = path_join(input->arena, directory, STR("bootgate.yaml"));
    struct source *source =
        source_add(&result->sources, SOURCE_CONFIG, input_name(input, path), path, input->proposed);
    return read_config(input, source);
}

struct config *input_config(struct input *input, str option, str directory)
{
    if (input->proposed.len)
        return proposed_config(input, directory);
    str path = option.len ? option : find_config(input, directory);
    if (path.len == 0)
        return pack_default(input->arena);
    struct host_file file;
    struct source *source = input_read(input, SOURCE_CONFIG, path, &file);
    /* The run is a refusal already; going on tells what else is wrong. */
    if (!source)
        return pack_default(input->arena);
    return read_config(input, source);
}

/* The files of a directory, by name, each with its kind. */
struct listed_file {
    str name;
    enum input_kind kind;
};

struct listing {
    VEC(struct listed_file) files;
};

static const struct listing *list_once(struct input *input, str directory)
{
    str key = path_join(input->arena, input->directory, directory);
    struct listing *listing = map_get(&input->listings, key);
    if (listing)
        return listing;
    listing = arena_new(input->arena, struct listing);
    struct host_entries entries = reads_list(&input->result->sources, input->host, directory, (span){0});
    vec_each(const struct host_entry *, entry, &entries.list)
        if (!entry->is_directory)
            vec_push(
                input->arena, &listing->files, ((struct listed_file){entry->name, input_kind(entry->name)}));
    map_set(input->arena, &input->listings, key, listing);
    return listing;
}

str_vec input_list(struct input *input, str directory, enum input_kind kind)
{
    str_vec found = {0};
    const struct listing *listing = list_once(input, directory);
    vec_each(const struct listed_file *, file, &listing->files) {
        if (file->kind != kind || str_eq(file->name, STR(".env")))
            continue;
        /* Only copies that may hold secrets are worth a note. */
        if (kind == INPUT_LEFTOVER && !str_contains(file->name, STR("env")))
            continue;
        vec_push(input->arena, &found, path_join(input->arena, directory, file->name));
    }
    return found;
}

static bool has_example_word(str name)
{
    static const str words[] = {
        STR_INIT("example"), STR_INIT("sample"), STR_INIT("template"), STR_INIT("dist")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (str_contains(name, words[i]))
            return true;
    return false;
}

str_vec input_unread_compose(struct input *input, str directory, const struct map *judged)
{
    str_vec found = {0};
    const struct listing *listing = list_once(input, directory);
    vec_each(const struct listed_file *, file, &listing->files) {
        str path = path_join(input->arena, directory, file->name);
        bool is_meant = file->kind == INPUT_COMPOSE && str_contains(file->name, STR("compose")) &&
                        !has_example_word(file->name);
        if (is_meant && !map_has(judged, input_name(input, path)))
            vec_push(input->arena, &found, path);
    }
    return found;
}

str_vec input_unrendered(struct input *input, str directory)
{
    str_vec found = {0};
    const struct listing *listing = list_once(input, directory);
    vec_each(const struct listed_file *, file, &listing->files)
        if (input_is_unrendered(file->name))
            vec_push(input->arena, &found, path_join(input->arena, directory, file->name));
    return found;
}

struct input_file input_env(struct input *input, struct diags *diags, const struct source *source,
    const struct host_file *file, const struct dialect *dialect, const struct template_scope *outer)
{
    struct dotenv_result result = dotenv_read(input->arena, diags, source, dialect, outer, ORIGIN_ENV_FILE);
    return (struct input_file){.source = source,
        .mode = file ? file->mode : 0,
        .is_on_disk = file && !str_eq(source->path, STR("-")),
        .is_refused = !result.ok || result.holds_nul,
        .env = result.env};
}

static struct template_value process_get(void *self, str name)
{
    const struct host *host = self;
    struct template_value value = {0};
    value.found = host->getenv(host->self, name, &value.text);
    return value;
}

static bool process_name_at(void *self, size_t index, str *ret_name)
{
    const struct host *host = self;
    const char *const *entries = host->environment(host->self);
    if (entries == NULL || entries[index] == NULL)
        return false;
    *ret_name = str_cut_byte(str_from_c(entries[index]), '=').head;
    return true;
}

struct template_scope input_process_scope(const struct host *host)
{
    return (struct template_scope){
        .self = (void *)(uintptr_t)host, .get = process_get, .name_at = process_name_at};
}

struct env input_process_env(struct input *input)
{
    struct env env = {.arena = input->arena};
    const char *const *entries = input->host->environment(input->host->self);
    for (size_t i = 0; entries && entries[i]; i++) {
        struct str_cut cut = str_cut_byte(str_from_c(entries[i]), '=');
        if (!cut.found || cut.head.len == 0 || env_get(&env, cut.head))
            continue; /* of duplicates the first counts, as for getenv(3) */
        struct value *value = arena_new(input->arena, struct value);
        *value = (struct value){.name = cut.head, .text = cut.tail, .set = true, .origin = ORIGIN_PROCESS};
        env_put(&env, value);
    }
    return env;
}

void input_stack(struct env *under, const struct env *over)
{
    vec_each(const struct map_entry *, entry, &over->map.entries) {
        if (entry->removed)
            continue;
        if (!env_get(under, entry->key)) {
            map_set(under->arena, &under->map, entry->key, entry->value);
            continue;
        }
        struct value *copy = arena_new(under->arena, struct value);
        *copy = *(const struct value *)entry->value;
        env_put(under, copy);
    }
}

str input_rendering(struct input *input, str path)
{
    bool is_chart = str_eq(path_base(path), STR("Chart.yaml"));
    return arena_join(input->arena, is_chart ? STR("helm template ") : STR("kustomize build "),
        path_directory(input_name(input, path)), STR(" | bootgate check -"));
}
