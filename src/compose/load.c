/*
 * A Compose project from its files to its model, in Compose's own order.
 *
 * compose-go loader/loader.go: each document is parsed, interpolated, completed by include and extends,
 * merged over what came before, made unique and checked; then services are built, environments resolved and
 * the whole is checked for consistency.
 */
#include "compose/load.h"

#include "base/limit.h"
#include "compose/compose.h"
#include "compose/consistency.h"
#include "compose/discover.h"
#include "compose/document.h"
#include "compose/environment.h"
#include "compose/extends.h"
#include "compose/include.h"
#include "compose/merge.h"
#include "compose/paths.h"
#include "compose/ports.h"
#include "compose/schema.h"
#include "compose/service.h"
#include "compose/unique.h"
#include "compose/validation.h"
#include "text/reads.h"

/* What was checked once is not checked again unless a later document changes it. */
static void settle(struct yaml_node *model)
{
    vec_each(struct yaml_pair *, section, &model->pairs)
        vec_each(struct yaml_pair *, entry, &section->value->pairs)
            entry->value->settled = true;
}

/* One document over the model so far; the result, or NULL when it cannot go on. */
static struct yaml_node *add_layer(
    struct loader *l, struct level *level, struct yaml_node *model, struct yaml_node *document)
{
    if (++l->layers > limit_value(LIMIT_COMPOSE_LAYERS)) {
        loader_limit(l, LIMIT_COMPOSE_LAYERS, document->at);
        return NULL;
    }
    include_apply(l, level, document);
    extends_apply(l, level, document);
    model = merge_nodes(l, model, document, &shape_file);
    merge_settle_tags(l, model);
    unique_apply(l, model, level->directory);
    schema_check(l, model);
    ports_apply(l, model);
    settle(model);
    return l->broken ? NULL : model;
}

struct yaml_node *load_model(struct loader *l, struct level *level, const str_vec *files, span at)
{
    struct yaml_node *model = NULL;
    vec_each(str *, path, files) {
        struct documents documents = document_read(l, level, *path, at);
        if (!documents.ok)
            l->broken = true;
        vec_each(struct yaml_node **, document, &documents.list) {
            if (!l->broken)
                model = add_layer(l, level, model, *document);
        }
        if (l->broken)
            return NULL;
    }
    if (model == NULL || model->pairs.count == 0) {
        loader_refuse(l, at, "the Compose file is empty");
        return NULL;
    }
    environment_pass_through(l, level, model);
    paths_resolve(l, model, &shape_file, level->directory);
    return model;
}

/* types/project.go WithServicesEnabled: its profiles are on, for other services too. */
static void start_profiles(struct loader *l, const struct yaml_node *service)
{
    const struct yaml_node *profiles = yaml_get(service, STR("profiles"));
    if (profiles != NULL)
        vec_each(struct yaml_node *const *, item, &profiles->items)
            vec_push(l->arena, &l->project->profiles, (*item)->text);
}

static void build_model(struct loader *l, struct yaml_node *model)
{
    l->model = model;
    validation_check(l, model);
    schema_decode(l, model);
    resources_build(l, model);
    networks_build(l, model);
    const struct yaml_node *services = yaml_get(model, STR("services"));
    if (services == NULL || services->kind != YAML_MAPPING)
        return;
    start_profiles(l, yaml_get(services, l->options->started));
    vec_each(const struct yaml_pair *, pair, &services->pairs)
        service_build(l, pair);
    vec_each(struct workload **, service, &l->project->workloads)
        environment_build(l, *service);
    consistency_check(l);
}

static str with_each(struct arena *arena, str command, str option, const str_vec *words)
{
    vec_each(const str *, word, words)
        command = arena_join(arena, command, option, *word);
    return command;
}

/* `docker compose` as it finds the project of this run from where this run was started. */
static str compose_command(const struct loader *l)
{
    const struct deployment_options *options = l->options;
    str directory = options->project_directory, command = STR("docker compose");
    if (directory.len == 0 && options->files.count == 0 && options->directory.len > 0 &&
        !options->search_parents)
        directory = path_relative(l->arena, l->current_directory, l->start_directory);
    if (directory.len > 0 && !str_eq(directory, STR(".")))
        command = arena_join(l->arena, command, STR(" --project-directory "), directory);
    if (options->project_name.len > 0)
        command = arena_join(l->arena, command, STR(" -p "), options->project_name);
    command = with_each(l->arena, command, STR(" -f "), &options->files);
    command = with_each(l->arena, command, STR(" --env-file "), &options->env_files);
    return with_each(l->arena, command, STR(" --profile "), &options->profiles);
}

static const struct deployment_words *words_of(const struct loader *l)
{
    struct deployment_words *words = arena_new(l->arena, struct deployment_words);
    str command = compose_command(l);
    *words = (struct deployment_words){
        .file = STR_INIT("the Compose file"),
        .reader = STR_INIT("Compose"),
        .secret = STR_INIT("use ${*:?} and set it in the environment, or a secret"),
        .profile = STR_INIT("add `*` to COMPOSE_PROFILES"),
        .build = arena_join(l->arena, command, STR(" build *")),
        .start = arena_join(l->arena, command, STR(" up -d --wait *")),
        .restart = arena_join(l->arena, command, STR(" up -d --force-recreate *")),
    };
    return words;
}

static struct deployment *load(struct arena *arena, struct diags *diags, struct sources *sources,
    const struct host *host, const struct deployment_options *options)
{
    struct deployment *project = arena_new(arena, struct deployment);
    *project = (struct deployment){.ok = true, .own_prefix = STR_INIT("COMPOSE_")};
    project->environment.arena = project->file_environment.arena = arena;
    struct loader loader = {
        .arena = arena,
        .diags = diags,
        .sources = sources,
        .host = host,
        .options = options,
        .project = project,
        .current_directory = host->current_directory(host->self, arena),
    };
    struct loader *l = &loader;
    reads_begin(sources, l->current_directory);
    if (l->current_directory.len == 0) {
        loader_refuse(l, (span){0}, "the current directory has no path");
        return project;
    }
    l->start_directory = loader_path(l, l->current_directory, options->directory);
    project->words = words_of(l);
    str_vec files = {0};
    bool is_found = discover_project(l, &files);
    if (project->refused) /* without its variables it would be another project */
        return project;
    if (!is_found) {
        loader_refuse(l, (span){0}, "no Compose file, manifest or unit is found here");
        return project;
    }
    discover_name(l, &files);
    struct level root = {.directory = project->directory, .environment = &project->environment};
    struct yaml_node *model = load_model(l, &root, &files, (span){0});
    if (model != NULL)
        build_model(l, model);
    return project;
}

const struct deployment_loader compose_loader = {
    .name = STR_INIT("compose"),
    .about = STR_INIT("Compose files, as Docker Compose v2 loads them"),
    .env_dialect = DIALECT_COMPOSE,
    .decode = yaml_decode,
    .discover = discover_any,
    .load = load,
};
