#include "image/loader.h"

#include "text/reads.h"

static bool discover(struct arena *arena, const struct host *host, const struct deployment_options *options)
{
    (void)arena;
    (void)host;
    (void)options;
    return false;
}

/* A file that somebody looked into already, which standard input allows once. */
static const struct value *OR_NULL text_of(struct arena *arena, const struct sources *sources, str path)
{
    vec_each(struct source *const *, source, &sources->items) {
        if ((*source)->kind != SOURCE_IMAGE || !str_eq((*source)->path, path))
            continue;
        struct value *text = arena_new(arena, struct value);
        *text = (struct value){.text = (*source)->text, .set = true, .at = span_make((*source)->id, 0, 0)};
        pieces_add(arena, &text->pieces, text->text.len, span_make((*source)->id, 0, text->text.len), NULL);
        return text;
    }
    return NULL;
}

static struct workload *workload_of(struct arena *arena, const struct sources *sources, str path)
{
    struct workload_build *build = arena_new(arena, struct workload_build);
    struct workload *workload = arena_new(arena, struct workload);
    str whole =
        str_eq(path, STR("-")) ? path : path_clean(arena, path_join(arena, sources->reads->directory, path));
    build->text = text_of(arena, sources, whole);
    build->context = path_directory(whole);
    build->dockerfile = whole;
    build->arguments.arena = arena;
    workload->name = path;
    workload->active = true;
    workload->build = build;
    workload->replicas.count = 1;
    workload->environment.arena = arena;
    return workload;
}

static struct deployment *load(struct arena *arena, struct diags *diags, struct sources *sources,
    const struct host *host, const struct deployment_options *options)
{
    (void)diags;
    (void)host;
    struct deployment *deployment = arena_new(arena, struct deployment);
    deployment->ok = true;
    deployment->environment.arena = deployment->file_environment.arena = arena;
    vec_each(const str *, path, &options->files) {
        struct workload *workload = workload_of(arena, sources, *path);
        deployment->directory = workload->build->context;
        vec_push(arena, &deployment->workloads, workload);
        map_set(arena, &deployment->workloads_by_name, workload->name, workload);
    }
    return deployment;
}

const struct deployment_loader dockerfile_loader = {
    .name = STR_INIT("Dockerfile"),
    .about = STR_INIT("a Dockerfile that is named by itself"),
    .discover = discover,
    .load = load,
};
