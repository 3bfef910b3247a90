#include "facts/secret_file.h"

#include "base/limit.h"
#include "deploy/path.h"
#include "env/file_form.h"
#include "text/reads.h"

#include <stdlib.h>

struct value *secret_file_read(
    struct arena *arena, struct sources *sources, str name, const struct secret_text *file)
{
    struct source *source = source_add(sources, SOURCE_SECRET, file->shown, file->path, file->text);
    struct value *value = arena_new(arena, struct value);
    str content = file->text;
    while (content.len > 0 && (content.ptr[content.len - 1] == '\n' ||
                                  (!file->keeps_returns && content.ptr[content.len - 1] == '\r')))
        content.len--;
    *value = (struct value){
        .name = name,
        .text = content,
        .set = true,
        .origin = ORIGIN_SECRET_FILE,
        .at = span_make(source->id, 0, content.len),
    };
    pieces_add(arena, &value->pieces, content.len, value->at, NULL);
    return value;
}

static struct value *content_value(struct facts *facts, str name, str path, str text)
{
    str directory = facts->host->current_directory(facts->host->self, facts->arena);
    struct secret_text file = {
        .shown = path_relative(facts->arena, directory, path), .path = path, .text = text};
    return secret_file_read(facts->arena, facts->sources, name, &file);
}

/* What is written in the deployment itself, without the line feeds that readers drop. */
static const struct value *written_content(struct facts *facts, const struct deployment_resource *resource)
{
    size_t length = resource->value->text.len;
    while (length > 0 && resource->value->text.ptr[length - 1] == '\n')
        length--;
    return value_slice(facts->arena, resource->value, 0, length);
}

/* Where secrets are put, and nothing is: only what joins the program by itself could put it there. */
static bool is_meant_to_be_mounted(const struct service *service, const struct workload_path *path, str text)
{
    bool is_joined = service->workload->group && service->workload->group->is_open;
    bool is_secret = str_starts(text, STR("/run/secrets/")) || str_starts(text, STR("/var/run/secrets/"));
    return service->workload->unit.len && is_secret && !span_is_set(path->at) && !is_joined &&
           !str_contains(text, STR("/serviceaccount/"));
}

/* The secret that a path means by its name, though the service is not granted it. */
static const struct deployment_resource *secret_not_granted(const struct facts *facts, str path)
{
    const str directory = STR("/run/secrets/");
    return str_starts(path, directory) ? deployment_secret(facts->deployment, str_skip(path, directory.len))
                                       : NULL;
}

/* The bytes of each file stand at one place, whoever reads it under whatever name: a fault is said once. */
static const struct value *content_once(
    struct facts *facts, struct map *contents, const struct secret_file *file, str text)
{
    const struct value *content = map_get(contents, file->path);
    if (!content) {
        content = content_value(facts, file->name, file->path, text);
        map_set(facts->arena, contents, file->path, (void *)(uintptr_t)content);
    }
    if (str_eq(content->name, file->name))
        return content;
    struct value *other = arena_new(facts->arena, struct value);
    *other = *content;
    other->name = file->name;
    return other;
}

static void read_one(
    struct facts *facts, struct map *contents, const struct service *service, const struct value *pointer)
{
    struct secret_file file = {.service = service, .pointer = pointer, .status = HOST_MISSING};
    file.name = file_form_base(pointer->name);
    struct workload_path path =
        workload_path(facts->arena, facts->deployment, service->workload, pointer->text);
    file.mapped_at = path.at;
    if (path.kind == PATH_FILE) {
        struct host_file read = reads_file(facts->sources, facts->host, facts->arena, path.file,
            limit_value(LIMIT_FILE_BYTES), file.mapped_at);
        file.path = path.file;
        file.status = read.status;
        if (read.status == HOST_OK)
            file.content = content_once(facts, contents, &file, read.text);
    } else if (path.kind == PATH_VARIABLE) {
        const struct value *value = env_get(&facts->deployment->environment, path.resource->environment);
        file.content = value && value->set ? value : NULL;
        file.status = file.content ? HOST_OK : HOST_MISSING;
    } else if (path.kind == PATH_CONTENT && path.resource->value) {
        file.content = written_content(facts, path.resource);
        file.status = HOST_OK;
    } else if (path.kind == PATH_ABSENT || is_meant_to_be_mounted(service, &path, pointer->text)) {
        file.is_doubtful = path.kind != PATH_ABSENT;
    } else {
        const struct deployment_resource *secret =
            path.kind == PATH_UNKNOWN && !path.resource ? secret_not_granted(facts, pointer->text) : NULL;
        /* What the files do not map may be in the image, or made elsewhere: no fault that can be seen. */
        if (!secret)
            return;
        file.mapped_at = secret->at;
    }
    vec_push(facts->arena, &facts->secret_files, file);
}

/* By service: who of several readers is named must not hang on the order of the file. */
static int compare_files(const void *left, const void *right)
{
    const struct secret_file *a = left, *b = right;
    int order = str_compare(workload_label(a->service->workload), workload_label(b->service->workload));
    return order ? order : str_compare(a->pointer->name, b->pointer->name);
}

void secret_files_gather(struct facts *facts)
{
    struct map contents = {0};
    vec_each(struct service *const *, service, &facts->services) {
        if (!(*service)->workload->active)
            continue;
        vec_each(const struct map_entry *, entry, &(*service)->workload->environment.map.entries) {
            const struct value *value = entry->value;
            /* A relative path is the program's own business, in a directory that the files do not tell. */
            bool points = !entry->removed && value->set && file_form_base(value->name).len > 0 &&
                          path_is_absolute(value->text);
            if (points)
                read_one(facts, &contents, *service, value);
        }
    }
    if (facts->secret_files.count > 1)
        qsort(facts->secret_files.items, facts->secret_files.count, sizeof *facts->secret_files.items,
            compare_files);
}

const struct value *secret_file_value(const struct facts *facts, const struct service *service, str name)
{
    vec_each(const struct secret_file *, file, &facts->secret_files)
        if (file->service == service && str_eq(file->name, name))
            return file->content;
    return NULL;
}
