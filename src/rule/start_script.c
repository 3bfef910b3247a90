#include "rule/start_script.h"

#include "base/word.h"
#include "deploy/path.h"

#define SCRIPT_BYTES_MAX ((size_t)1024 * 1024) /* what is longer is a dump of data */

/* All scripts of a service in one text. */
struct scripts {
    struct buf text;
    bool any, is_whole;
};

static void add_file(struct check_run *run, struct scripts *scripts, str path)
{
    const struct host *host = run->facts->host;
    struct host_file file = host->read(host->self, run->arena, path, SCRIPT_BYTES_MAX);
    scripts->is_whole = scripts->is_whole && file.status == HOST_OK;
    buf_str(&scripts->text, file.text);
    buf_byte(&scripts->text, '\n');
}

static void add_path(struct check_run *run, struct scripts *scripts, str path)
{
    const struct host *host = run->facts->host;
    struct host_entries entries = host->list(host->self, run->arena, path);
    scripts->any = true;
    if (entries.status != HOST_OK)
        add_file(run, scripts, path);
    /* The entry point of the images looks into no directory below. */
    vec_each(const struct host_entry *, entry, &entries.list)
        if (!entry->is_directory)
            add_file(run, scripts, path_join(run->arena, path, entry->name));
}

/* What the image's own build copies there. */
static void add_built(struct check_run *run, struct scripts *scripts, const struct workload *workload)
{
    const struct workload_image *built = workload->built;
    if (!built || !built->files.self)
        return;
    str_vec names = built->files.list(built->files.self, STR(START_SCRIPTS_DIRECTORY));
    vec_each(const str *, name, &names) {
        str path = path_join(run->arena, STR(START_SCRIPTS_DIRECTORY), *name);
        struct workload_file file = built->files.find(built->files.self, path);
        scripts->any = true;
        if (file.is_known && file.path.len > 0)
            add_file(run, scripts, file.path);
        else if (file.is_known && file.text)
            buf_str(&scripts->text, file.text->text);
        else
            scripts->is_whole = false;
    }
}

static struct scripts read_scripts(struct check_run *run, const struct service *service)
{
    const struct workload *workload = service->workload;
    struct scripts scripts = {.text = buf_new(run->arena, SIZE_MAX / 4), .is_whole = true};
    str directory = STR(START_SCRIPTS_DIRECTORY);
    add_built(run, &scripts, workload);
    vec_each(const struct workload_mount *, mount, &workload->mounts) {
        if (!str_starts(mount->target, directory))
            continue;
        scripts.any = true;
        scripts.is_whole = scripts.is_whole && mount->bind;
        if (mount->bind)
            add_path(run, &scripts, mount->source);
    }
    vec_each(const struct workload_resource *, config, &workload->configs) {
        if (!str_starts(config->target, directory))
            continue;
        struct workload_path path =
            workload_path(run->arena, run->facts->deployment, workload, config->target);
        scripts.any = true;
        if (path.kind == PATH_FILE)
            add_path(run, &scripts, path.file);
        else if (path.kind == PATH_CONTENT)
            buf_str(&scripts.text, path.resource->content);
        else
            scripts.is_whole = false;
    }
    return scripts;
}

/* Names of databases may hold what parts words elsewhere: shop_production, shop-production. */
static bool is_name_part(char byte)
{
    return byte_is_name(byte) || byte == '-';
}

static bool has_name(str text, str name)
{
    for (size_t from = 0; name.len && from < text.len;) {
        size_t found = str_find(str_skip(text, from), name);
        if (found == STR_NONE)
            return false;
        size_t at = from + found, end = at + name.len;
        if ((at == 0 || !is_name_part(text.ptr[at - 1])) && (end == text.len || !is_name_part(text.ptr[end])))
            return true;
        from = end;
    }
    return false;
}

/* A script may get the name from a variable of the container: POSTGRES_MULTIPLE_DATABASES=shop,plugins. */
static bool names(const struct scripts *scripts, const struct service *service, str name)
{
    str text = buf_view(&scripts->text);
    if (has_name(text, name))
        return true;
    vec_each(const struct map_entry *, entry, &service->workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->set && has_name(value->text, name) && has_name(text, value->name))
            return true;
    }
    return false;
}

enum start_scripts start_scripts_name(struct check_run *run, const struct service *service, str name)
{
    struct scripts scripts = read_scripts(run, service);
    if (!scripts.any)
        return START_SCRIPTS_NONE;
    if (names(&scripts, service, name))
        return START_SCRIPTS_NAMED;
    return scripts.is_whole ? START_SCRIPTS_OTHER : START_SCRIPTS_UNKNOWN;
}

bool start_scripts_create(struct check_run *run, const struct service *service, str database)
{
    struct scripts scripts = read_scripts(run, service);
    str text = buf_view(&scripts.text);
    bool creates = word_is_in(text, STR("create database")) || word_is_in(text, STR("createdb")) ||
                   word_is_in(text, STR("create schema")); /* MySQL's other word for it */
    return creates && names(&scripts, service, database);
}

/* Frameworks that are told to make what they use: rails db:prepare, mix ecto.create, createdb. */
static const str creating_words[] = {STR_INIT("createdb"), STR_INIT("create database"), STR_INIT("db create"),
    STR_INIT("db prepare"), STR_INIT("db setup"), STR_INIT("ecto create"), STR_INIT("ecto setup"),
    STR_INIT("database create"), STR_INIT("createdatabase")};

static bool creates(const struct workload *workload)
{
    for (size_t i = 0; i < ARRAY_COUNT(creating_words); i++) {
        vec_each(struct value *const *, word, &workload->entrypoint)
            if (word_is_in((*word)->text, creating_words[i]))
                return true;
        vec_each(struct value *const *, word, &workload->command)
            if (word_is_in((*word)->text, creating_words[i]))
                return true;
    }
    return false;
}

/* Some program of the deployment is told to; looked for once a run. */
static bool somebody_creates(struct check_run *run)
{
    if (!run->creators_sought)
        vec_each(struct service *const *, service, &run->facts->services)
            run->has_creators |= creates((*service)->workload);
    run->creators_sought = true;
    return run->has_creators;
}

bool start_programs_create(struct check_run *run, const struct service *OR_NULL client)
{
    /* Where these run the start of a container, or whoever set it up, has said db:prepare or ecto.create. */
    static const str frameworks[] = {STR_INIT("RAILS_ENV"), STR_INIT("RACK_ENV"), STR_INIT("MIX_ENV")};
    for (size_t i = 0; client && i < ARRAY_COUNT(frameworks); i++)
        if (env_get(&client->workload->environment, frameworks[i]))
            return true;
    return somebody_creates(run);
}
