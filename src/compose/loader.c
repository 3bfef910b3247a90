#include "compose/loader.h"

#include "base/limit.h"
#include "text/mask.h"
#include "text/reads.h"

#include <stddef.h>

str place_text(struct arena *arena, const struct place *place)
{
    if (place == NULL)
        return STR("the file");
    if (place->parent == NULL)
        return place->name;
    str outer = place_text(arena, place->parent);
    if (place->name.ptr == NULL)
        return arena_join(arena, outer, STR("."), arena_unsigned(arena, place->index));
    return arena_join(arena, outer, STR("."), place->name);
}

/* Source and offset of a place are one piece of memory. */
#define BLANK_KEY(at) ((str){(const char *)&(at), offsetof(span, length)})

void loader_blank(struct loader *l, span at)
{
    map_set(l->arena, &l->blanks, arena_copy(l->arena, BLANK_KEY(at)), l);
}

bool loader_is_blank(const struct loader *l, span at)
{
    return l->blanks.live > 0 && map_has(&l->blanks, BLANK_KEY(at));
}

void loader_stop(struct loader *l)
{
    l->project->ok = false;
    l->project->refused = true;
}

struct diag *loader_refuse(struct loader *l, span at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(l->arena, format, arguments);
    va_end(arguments);
    l->project->ok = false;
    if (loader_is_blank(l, at))
        return arena_new(l->arena, struct diag);
    l->project->refused = true;
    /* Nothing has been judged yet: what stands behind a key may be a secret. */
    mask_line(l->sources, at.source, source_position(l->sources, at.source, at.offset).line);
    struct diag *diag =
        diag_add(l->diags, STR("compose-syntax"), SEVERITY_ERROR, at, STR_FMT, STR_ARG(message));
    diag->fatal = true;
    return diag;
}

void loader_hide(struct loader *l, span at)
{
    if (l->diags->dropped == 0)
        mask_add(l->sources, at);
}

void loader_limit(struct loader *l, enum limit_id limit, span at)
{
    diag_limit(l->diags, limit, at);
    l->project->refused = true;
    l->project->ok = false;
    l->broken = true;
}

str loader_path(struct loader *l, str directory, str path)
{
    str home;
    bool is_home = path.len > 0 && path.ptr[0] == '~' && (path.len == 1 || path.ptr[1] == '/');
    if (is_home && l->host->getenv(l->host->self, STR("HOME"), &home))
        path = arena_concat(l->arena, home, str_skip(path, 1));
    return path_clean(l->arena, path_join(l->arena, directory, path));
}

bool loader_is_there(struct loader *l, str path)
{
    return !host_is_absent(reads_stat(l->sources, l->host, path, (span){0}).status);
}

bool loader_is_env_file(struct loader *l, str path)
{
    struct host_stat stat = reads_stat(l->sources, l->host, path, (span){0});
    if (stat.status == HOST_OK && stat.is_directory)
        reads_enter(l->sources, path, HOST_DIRECTORY, (span){0});
    return !host_is_absent(stat.status) && !stat.is_directory;
}

/* What is absent is Compose's to refuse; the rest is told when the list of reads is settled. */
static void refuse_unread(struct loader *l, str path, str name, enum host_status status, span at)
{
    bool was_refused = l->project->refused;
    l->project->ok = false;
    l->project->refused = true;
    if (status == HOST_TOO_LARGE) {
        reads_told(l->sources, path);
        loader_limit(l, LIMIT_FILE_BYTES, at);
    } else if (host_is_absent(status) && !reads_is_unreadable(l->sources, path)) {
        struct diag *diag = loader_refuse(
            l, at, "cannot read " STR_FMT ": " STR_FMT, STR_ARG(name), STR_ARG(host_status_text(status)));
        diag_help(l->diags, diag,
            span_is_set(at) ? "create it, or name a file that is there" : "name a file that is there");
        l->project->refused = was_refused;
        l->project->lacks_file = true;
    }
}

bool loader_is_remote(str path)
{
    static const str starts[] = {
        STR_INIT("service:"),
        STR_INIT("github.com/"),
        STR_INIT("git@"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++)
        if (str_starts(path, starts[i]))
            return true;
    return str_contains(path, STR("://"));
}

bool loader_refuse_remote(struct loader *l, str path, span at)
{
    if (!loader_is_remote(path))
        return false;
    bool was_refused = l->project->refused;
    struct diag *diag =
        loader_refuse(l, at, "Compose fetches this file from elsewhere; bootgate reads what is here alone");
    diag_help(l->diags, diag, "fetch it, and judge the project with the copy's path in its place");
    l->project->refused = was_refused;
    l->project->lacks_file = true;
    return true;
}

struct source *loader_read(struct loader *l, enum source_kind kind, str path, span at)
{
    struct source *known = map_get(&l->sources_by_path, path);
    if (known == NULL && (known = source_find(l->sources, kind, path)) == NULL) {
        str name =
            str_eq(path, STR("-")) ? STR(READS_STREAM) : path_relative(l->arena, l->current_directory, path);
        if (l->sources->items.count >= limit_value(LIMIT_FILES)) {
            loader_limit(l, LIMIT_FILES, at);
            return NULL;
        }
        struct host_file file =
            reads_file(l->sources, l->host, l->arena, path, limit_value(LIMIT_FILE_BYTES), at);
        if (file.status != HOST_OK) {
            refuse_unread(l, path, name, file.status, at);
            return NULL;
        }
        str text = kind == SOURCE_COMPOSE ? yaml_decode(l->arena, file.text) : file.text;
        known = source_add(l->sources, kind, name, path, text);
    }
    if (map_set(l->arena, &l->sources_by_path, path, known) == NULL && kind == SOURCE_COMPOSE)
        vec_push(l->arena, &l->project->files, known);
    return known;
}

const struct yaml_node *loader_service_node(const struct loader *l, const struct workload *service)
{
    return yaml_get(yaml_get(l->model, STR("services")), service->name);
}
