#include "deploy/path.h"

#include "text/host.h"

const struct deployment_resource *deployment_secret(const struct deployment *deployment, str name)
{
    return map_get(&deployment->secrets_by_name, name);
}

static const struct deployment_resource *resource_at(
    const struct deployment *deployment, const struct workload *workload, str path)
{
    /* At its very path a secret is what the program opens, whatever is mounted around it. */
    vec_each(const struct workload_resource *, use, &workload->secrets)
        if (str_eq(use->target, path))
            return deployment_secret(deployment, use->source);
    vec_each(const struct workload_resource *, use, &workload->configs)
        if (str_eq(use->target, path))
            return map_get(&deployment->configs_by_name, use->source);
    return NULL;
}

static struct workload_path of_resource(const struct deployment_resource *resource)
{
    struct workload_path path = {.resource = resource, .is_itself = true, .at = resource->at};
    if (resource->external)
        path.kind = PATH_EXTERNAL;
    else if (resource->file.len)
        path.kind = PATH_FILE;
    else if (resource->environment.len)
        path.kind = PATH_VARIABLE;
    else if (resource->content.len)
        path.kind = PATH_CONTENT;
    path.file = resource->file;
    return path;
}

/* The rest of a clean path below a clean directory, without its slash; false: it is elsewhere. */
static bool rest_below(str path, str directory, str *ret_rest)
{
    if (!str_starts(path, directory))
        return false;
    str rest = str_skip(path, directory.len);
    /* A clean path ends in a slash only where it is the root, below which everything is. */
    bool is_root = str_ends(directory, STR("/"));
    /* /data is no directory of /database. */
    if (rest.len && !is_root && rest.ptr[0] != '/')
        return false;
    *ret_rest = rest.len && !is_root ? str_skip(rest, 1) : rest;
    return true;
}

struct workload_path workload_path(
    struct arena *arena, const struct deployment *deployment, const struct workload *workload, str path)
{
    path = path_clean(arena, path);
    if (workload->on_machine)
        return (struct workload_path){
            .kind = workload->has_other_root ? PATH_UNKNOWN : PATH_FILE, .file = path, .at = workload->at};
    const struct deployment_resource *resource = deployment ? resource_at(deployment, workload, path) : NULL;
    if (resource)
        return of_resource(resource);
    const struct workload_mount *deepest = NULL;
    size_t depth = 0;
    str rest = {0};
    /* The deepest mount wins, whatever the order in the file; of two at one path the later. */
    vec_each(const struct workload_mount *, mount, &workload->mounts) {
        str target = path_clean(arena, mount->target), below;
        if (!rest_below(path, target, &below) || (deepest && target.len < depth))
            continue;
        deepest = mount;
        depth = target.len;
        rest = below;
    }
    /* What a volume or the image has there is not in the files: not known is not missing. */
    if (!deepest || !deepest->bind) {
        bool is_absent = deepest && deepest->is_listed && rest.len;
        return (struct workload_path){
            .kind = is_absent ? PATH_ABSENT : PATH_UNKNOWN, .at = deepest ? deepest->at : (span){0}};
    }
    str file = rest.len ? path_join(arena, deepest->source, rest) : deepest->source;
    return (struct workload_path){
        .kind = PATH_FILE, .file = file, .is_itself = rest.len == 0, .at = deepest->at};
}
