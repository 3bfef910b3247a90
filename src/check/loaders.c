#include "check/loaders.h"

#include "base/limit.h"
#include "compose/compose.h"
#include "image/image.h"
#include "image/loader.h"
#include "kube/kube.h"
#include "settings/settings.h"
#include "text/reads.h"
#include "unit/unit.h"

/* In the order in which they are asked. */
static const struct {
    const struct deployment_loader *loader;
    enum operand_kind files; /* what its files are as operands */
    enum source_kind source;
    bool is_part; /* of the project around it, if there is one */
} loaders[] = {
    {&compose_loader, OPERAND_COMPOSE, SOURCE_COMPOSE},
    {&kube_loader, OPERAND_MANIFEST, SOURCE_MANIFEST},
    {&dockerfile_loader, OPERAND_DOCKERFILE, SOURCE_IMAGE, .is_part = true},
    {&unit_loader, OPERAND_UNIT, SOURCE_DESCRIPTION},
};

const struct deployment_loader *loaders_discover(
    struct arena *arena, const struct host *host, const struct deployment_options *options)
{
    struct deployment_options here = *options;
    here.search_parents = false;
    /* Manifests below a Compose project are another deployment of it: who is there means them. */
    for (size_t i = 0; options->search_parents && i < ARRAY_COUNT(loaders); i++)
        if (!loaders[i].is_part && loaders[i].loader->discover(arena, host, &here))
            return loaders[i].loader;
    for (size_t i = 0; i < ARRAY_COUNT(loaders); i++)
        if (loaders[i].loader->discover(arena, host, options))
            return loaders[i].loader;
    return NULL;
}

struct deployment *loaders_load(const struct deployment_loader *loader, struct arena *arena,
    struct diags *diags, struct sources *sources, const struct host *host,
    const struct deployment_options *options)
{
    struct deployment *deployment = loader->load(arena, diags, sources, host, options);
    /* Also where a variable that Compose demands, or a file kept out of git, is not there. */
    if (!deployment->refused)
        image_fill(arena, diags, sources, host, deployment);
    if (!deployment->refused)
        settings_fill(arena, sources, host, deployment);
    return deployment;
}

const struct deployment_loader *loaders_of(enum operand_kind kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(loaders); i++)
        if (loaders[i].files == kind)
            return loaders[i].loader;
    return NULL;
}

void loaders_keep(
    struct arena *arena, struct sources *sources, str directory, enum operand_kind kind, str path, str text)
{
    bool is_stream = str_eq(path, STR("-"));
    str absolute = is_stream ? path : path_clean(arena, path_join(arena, directory, path));
    str name = is_stream ? STR(READS_STREAM) : path_relative(arena, directory, absolute);
    for (size_t i = 0; i < ARRAY_COUNT(loaders); i++) {
        const struct deployment_loader *loader = loaders[i].loader;
        if (loaders[i].files == kind)
            source_add(sources, loaders[i].source, name, absolute,
                loader->decode ? loader->decode(arena, text) : text);
    }
}

/* By the first file: what the others are is said when they are read as its kind. */
static const struct deployment_loader *of_file(
    struct arena *arena, struct sources *sources, const struct host *host, str directory, str path)
{
    struct host_file file = reads_file(sources, host, arena, path, limit_value(LIMIT_FILE_BYTES), (span){0});
    if (file.status != HOST_OK)
        return loaders[0].loader;
    enum operand_kind kind = operand_kind(path, file.text);
    loaders_keep(arena, sources, directory, kind, path, file.text);
    const struct deployment_loader *loader = loaders_of(kind);
    return loader ? loader : loaders[0].loader;
}

const struct deployment_loader *loaders_choose(struct arena *arena, struct sources *sources,
    const struct host *host, const str_vec *paths, struct deployment_options *options)
{
    str directory = host->current_directory(host->self, arena);
    reads_begin(sources, directory);
    if (paths->count && options->files.count == 0) {
        bool is_stream = str_eq(paths->items[0], STR("-"));
        struct host_stat stat = {0};
        if (!is_stream)
            stat = reads_stat(sources, host, paths->items[0], (span){0});
        if (stat.status == HOST_OK && stat.is_directory)
            options->directory = paths->items[0];
        else
            options->files = *paths;
    }
    if (options->files.count)
        return of_file(arena, sources, host, directory, options->files.items[0]);
    str start = options->directory.len ? options->directory : STR(".");
    options->search_parents = str_eq(path_join(arena, directory, start), directory);
    options->directory = start;
    const struct deployment_loader *loader = loaders_discover(arena, host, options);
    return loader ? loader : loaders[0].loader;
}
