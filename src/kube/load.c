/* The load as a whole: kube/kube.h. */
#include "kube/address.h"
#include "kube/exposure.h"
#include "kube/joiner.h"
#include "kube/link.h"
#include "kube/operator.h"
#include "kube/scale.h"
#include "kube/stream.h"
#include "kube/workload.h"
#include "text/reads.h"

/* ---- files */

/* The manifests of a directory itself: kubectl does not go below it. */
static bool is_manifest_name(str name)
{
    return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml")) || str_ends(name, STR(".json"));
}

/* secret.example.yaml: what it holds is published, and not what is deployed. */
static bool is_example(str name)
{
    static const str words[] = {
        STR_INIT(".example."), STR_INIT(".sample."), STR_INIT(".template."), STR_INIT(".dist.")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (str_contains(name, words[i]))
            return true;
    return false;
}

/* What is rendered from: manifests beside it are not what is deployed. */
static bool is_rendered_from(str name)
{
    return str_eq(name, STR("Chart.yaml")) || str_eq(name, STR("kustomization.yaml")) ||
           str_eq(name, STR("kustomization.yml")) || str_eq(name, STR("Kustomization"));
}

static str_vec directory_files(
    struct arena *arena, const struct host *host, const struct deployment_options *options)
{
    str_vec files = {0};
    struct host_entries entries = host->list(host->self, arena, options->directory);
    vec_each(const struct host_entry *, entry, &entries.list) {
        if (is_rendered_from(entry->name))
            return (str_vec){0};
        if (entry->is_directory || !is_manifest_name(entry->name) || is_example(entry->name))
            continue;
        str path = path_join(arena, options->directory, entry->name);
        struct host_file file = host->read(host->self, arena, path, limit_value(LIMIT_FILE_BYTES));
        if (file.status != HOST_OK || stream_is_manifest(yaml_decode(arena, file.text)))
            vec_push(arena, &files, path);
    }
    return files;
}

static bool discover(struct arena *arena, const struct host *host, const struct deployment_options *options)
{
    str_vec files = directory_files(arena, host, options);
    vec_each(const str *, path, &files) {
        struct host_file file = host->read(host->self, arena, *path, limit_value(LIMIT_FILE_BYTES));
        if (file.status == HOST_OK)
            return true;
    }
    return false;
}

/* What cannot be read is told when the list of reads is settled. */
static struct source *read_source(struct kube *k, str path)
{
    bool is_stream = str_eq(path, STR("-"));
    str absolute = is_stream ? path : path_clean(k->arena, path_join(k->arena, k->directory, path));
    struct source *known = source_find(k->sources, SOURCE_MANIFEST, absolute);
    if (known)
        return known;
    struct host_file file =
        reads_file(k->sources, k->host, k->arena, path, limit_value(LIMIT_FILE_BYTES), (span){0});
    if (file.status != HOST_OK) {
        k->deployment->ok = !(k->deployment->refused = true);
        if (host_is_absent(file.status))
            kube_refuse(k, (span){0}, "cannot read " STR_FMT ": " STR_FMT, STR_ARG(path),
                STR_ARG(host_status_text(file.status)));
        return NULL;
    }
    str name = is_stream ? STR(READS_STREAM) : path_relative(k->arena, k->directory, absolute);
    return source_add(k->sources, SOURCE_MANIFEST, name, absolute, yaml_decode(k->arena, file.text));
}

static void read_files(struct kube *k)
{
    bool is_named = k->options->files.count > 0;
    str_vec files = is_named ? k->options->files : directory_files(k->arena, k->host, k->options);
    vec_each(const str *, path, &files) {
        const struct source *source = read_source(k, *path);
        if (!source)
            continue;
        vec_push(k->arena, &k->deployment->files, (struct source *)(uintptr_t)source);
        stream_read(k, source, is_named);
    }
    kube_settle(&k->index);
}

/* ---- objects */

static void name_units(struct kube *k)
{
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_WORKLOAD]) {
        str unit = arena_join(k->arena, (*object)->kind->name, STR("/"), (*object)->name);
        if (!map_has(&k->units, unit))
            map_set(k->arena, &k->units, unit, *object);
        else /* two namespaces have one: none of them is the one that needs no name */
            map_set(k->arena, &k->units, unit, k);
    }
}

static void build(struct kube *k)
{
    name_units(k);
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_WORKLOAD])
        workload_build(k, *object);
    joiner_build(k);
    scale_build(k);
    operator_seal(k);
    address_build(k);
    operator_build(k);
    exposure_build(k);
    link_build(k);
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_WORKLOAD])
        workload_fill(k, *object);
}

static const struct deployment_words words = {
    .file = STR_INIT("the manifests"),
    .reader = STR_INIT("the kubelet"),
    .secret = STR_INIT("take * from a Secret, with valueFrom.secretKeyRef"),
    .profile = STR_INIT("scale `*` up"),
    .apply = STR_INIT("kubectl apply -f *"),
    .start = STR_INIT("kubectl rollout status *"),
    .restart = STR_INIT("kubectl rollout restart *"),
    .reach = STR_INIT("kubectl port-forward *"),
    .zone = STR_INIT(" -n *"),
    .units = STR_INIT("Deployment StatefulSet DaemonSet"),
};

static struct deployment *load(struct arena *arena, struct diags *diags, struct sources *sources,
    const struct host *host, const struct deployment_options *options)
{
    struct deployment *deployment = arena_new(arena, struct deployment);
    *deployment = (struct deployment){.words = &words, .ok = true};
    deployment->environment.arena = deployment->file_environment.arena = arena;
    struct kube kube = {.arena = arena,
        .diags = diags,
        .sources = sources,
        .host = host,
        .options = options,
        .deployment = deployment,
        .directory = host->current_directory(host->self, arena),
        .index = {.arena = arena}};
    reads_begin(sources, kube.directory);
    str first = options->files.count ? path_directory(options->files.items[0]) : options->directory;
    deployment->directory = path_clean(arena, path_join(arena, kube.directory, first));
    read_files(&kube);
    if (deployment->ok)
        build(&kube);
    return deployment;
}

const struct deployment_loader kube_loader = {
    .name = STR_INIT("manifests"),
    .about = STR_INIT("Kubernetes manifests, as kubectl takes them"),
    .decode = yaml_decode,
    .discover = discover,
    .load = load,
};
