#include "facts/secret_file.h"

#include "base/limit.h"
#include "text/reads.h"

#define FILE_SUFFIX STR("_FILE")

static const struct compose_secret *find_secret(const struct compose_project *project, str name)
{
    vec_each(struct compose_secret *const *, secret, &project->secrets)
        if (str_eq((*secret)->name, name))
            return *secret;
    return NULL;
}

/* The host file that a path inside the container is, with the place that says so; empty: not known. */
static str host_path(const struct facts *facts, const struct service *service, str path, span *ret_at)
{
    vec_each(const struct compose_secret_use *, use, &service->compose->secrets) {
        const struct compose_secret *secret = find_secret(facts->project, use->source);
        if (!secret || !str_eq(use->target, path))
            continue;
        *ret_at = secret->at;
        return secret->external ? STR("") : secret->file;
    }
    vec_each(const struct compose_mount *, mount, &service->compose->mounts) {
        if (!mount->bind || !str_starts(path, mount->target))
            continue;
        str below = str_skip(path, mount->target.len);
        if (below.len && below.ptr[0] != '/')
            continue;
        *ret_at = mount->at;
        return below.len ? path_join(facts->arena, mount->source, str_skip(below, 1)) : mount->source;
    }
    return STR("");
}

static struct value *content_value(struct facts *facts, str name, str path, str text)
{
    str directory = facts->host->current_directory(facts->host->self, facts->arena);
    struct source *source =
        source_add(facts->sources, SOURCE_SECRET, path_relative(facts->arena, directory, path), path, text);
    str content = str_trim_bytes(text, STR("\r\n"));
    struct value *value = arena_new(facts->arena, struct value);
    *value = (struct value){
        .name = name,
        .text = content,
        .set = true,
        .origin = ORIGIN_SECRET_FILE,
        .at = span_make(source->id, 0, content.len),
    };
    pieces_add(facts->arena, &value->pieces, content.len, value->at, NULL);
    return value;
}

/* A secret that Compose fills from a variable of its own environment; NULL: not that kind. */
static const struct compose_secret *secret_of_variable(
    const struct facts *facts, const struct service *service, str path)
{
    vec_each(const struct compose_secret_use *, use, &service->compose->secrets) {
        const struct compose_secret *secret = find_secret(facts->project, use->source);
        if (secret && secret->environment.len && str_eq(use->target, path))
            return secret;
    }
    return NULL;
}

/* The secret that a path means by its name, though the service is not granted it. */
static const struct compose_secret *secret_not_granted(const struct facts *facts, str path)
{
    const str directory = STR("/run/secrets/");
    return str_starts(path, directory) ? find_secret(facts->project, str_skip(path, directory.len)) : NULL;
}

/* What needs no file: a secret from a variable, and one that never reaches the service. */
static void note_without_file(struct facts *facts, struct secret_file file, bool mapped)
{
    str path = file.pointer->text;
    const struct compose_secret *secret = secret_of_variable(facts, file.service, path);
    if (secret) {
        const struct value *value = env_get(&facts->project->environment, secret->environment);
        file.content = value && value->set ? value : NULL;
    } else {
        secret = mapped ? NULL : secret_not_granted(facts, path);
    }
    if (!secret)
        return;
    file.mapped_at = secret->at;
    file.status = file.content ? HOST_OK : HOST_MISSING;
    vec_push(facts->arena, &facts->secret_files, file);
}

static void read_one(struct facts *facts, const struct service *service, const struct value *pointer)
{
    struct secret_file file = {.service = service, .pointer = pointer};
    file.name = str_take(pointer->name, pointer->name.len - FILE_SUFFIX.len);
    str path = host_path(facts, service, pointer->text, &file.mapped_at);
    if (path.len == 0) {
        note_without_file(facts, file, span_is_set(file.mapped_at));
        return;
    }
    file.path = path;
    struct host_file read = reads_file(
        facts->sources, facts->host, facts->arena, path, limit_value(LIMIT_FILE_BYTES), file.mapped_at);
    file.status = read.status;
    if (read.status == HOST_OK)
        file.content = content_value(facts, file.name, path, read.text);
    vec_push(facts->arena, &facts->secret_files, file);
}

void secret_files_gather(struct facts *facts)
{
    vec_each(struct service *const *, service, &facts->services) {
        if (!(*service)->compose->active)
            continue;
        vec_each(const struct map_entry *, entry, &(*service)->compose->environment.map.entries) {
            const struct value *value = entry->value;
            bool points = !entry->removed && value->set && value->name.len > FILE_SUFFIX.len &&
                          str_ends(value->name, FILE_SUFFIX) && path_is_absolute(value->text);
            if (points)
                read_one(facts, *service, value);
        }
    }
}

const struct value *secret_file_value(const struct facts *facts, const struct service *service, str name)
{
    vec_each(const struct secret_file *, file, &facts->secret_files)
        if (file->service == service && str_eq(file->name, name))
            return file->content;
    return NULL;
}
