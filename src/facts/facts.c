#include "facts/facts.h"

#include "facts/connection.h"
#include "facts/force.h"
#include "facts/graph.h"
#include "facts/mode.h"
#include "facts/secret_file.h"
#include "facts/variable.h"

/* What a project's env files set, each name as its programs are handed it: the process environment wins. */
static struct env effective_files(struct arena *arena, const struct deployment *project)
{
    struct env env = {.arena = arena};
    map_reserve(arena, &env.map, project->file_environment.map.live);
    vec_each(const struct map_entry *, entry, &project->file_environment.map.entries) {
        const struct value *value = env_get(&project->environment, entry->key);
        if (!entry->removed)
            map_set(arena, &env.map, entry->key, value ? (void *)(uintptr_t)value : entry->value);
    }
    return env;
}

static void gather_example(struct facts *facts)
{
    facts->example.arena = facts->arena;
    vec_each(const struct input_file *, file, &facts->files) {
        if (!file->is_example)
            continue;
        vec_each(const struct map_entry *, entry, &file->env.map.entries)
            if (!entry->removed)
                map_set(facts->arena, &facts->example.map, entry->key, entry->value);
    }
}

/* What is told no mode goes with those of its own zone: production where one of them is in it. */
static void settle_zones(struct facts *facts)
{
    struct map speakers = {0};
    vec_each(struct service *const *, service, &facts->services) {
        const struct service *former = map_get(&speakers, (*service)->workload->zone);
        if ((*service)->mode_by && (!former || (*service)->mode == MODE_PRODUCTION))
            map_set(facts->arena, &speakers, (*service)->workload->zone, *service);
    }
    vec_each(struct service *const *, service, &facts->services) {
        const struct service *speaker = map_get(&speakers, (*service)->workload->zone);
        if (speaker && !(*service)->mode_by)
            (*service)->mode = speaker->mode;
    }
}

/* Each program in its own mode; what is told none shares the deployment's. */
static void settle_modes(struct facts *facts, const struct mode_verdict *mode)
{
    struct map templates = {0};
    if (facts->deployment)
        templates = mode_templates(facts->arena, facts->deployment);
    vec_each(struct service *const *, row, &facts->services) {
        struct service *service = *row;
        const struct value *doubtful = NULL;
        service->mode = mode->mode;
        if (mode->is_given || !mode_is_own_program(service->workload) ||
            map_has(&templates, service_name(service)))
            continue;
        service->mode_by = mode_told(facts->sources, facts->deployment, service->workload, &doubtful);
        if (service->mode_by)
            service->mode = mode_of_value(service->mode_by);
    }
    if (!mode->is_given && facts->deployment && facts->deployment->names_are_addresses)
        settle_zones(facts);
}

static void gather_asked_for(struct facts *facts)
{
    if (facts->deployment)
        vec_each(const struct template_use *, use, &facts->deployment->uses)
            if (use->refused)
                map_set(facts->arena, &facts->asked_for, use->name, facts);
}

struct facts *facts_gather(struct arena *arena, struct diags *diags, const struct host *host,
    const struct inputs *inputs, const struct mode_verdict *mode)
{
    struct facts *facts = arena_new(arena, struct facts);
    facts->arena = arena;
    facts->roots = arena_new(arena, struct map);
    facts->dsn_rows = arena_new(arena, struct map);
    facts->sources = diags->sources;
    facts->host = host;
    facts->config = inputs->config;
    facts->deployment = inputs->deployment;
    facts->mode = mode->mode;
    facts->mode_from = mode->from;
    facts->mode_assumed = mode->assumed;
    facts->mode_variable = mode->variable;
    facts->mode_doubt = mode->doubt;
    facts->is_process = inputs->is_process;
    facts->is_beside = inputs->is_beside;
    facts->environment = inputs->deployment ? inputs->deployment->environment : inputs->environment;
    vec_each(const struct input_file *, file, &inputs->files)
        vec_push(arena, &facts->files, *file);
    struct env files = inputs->deployment ? effective_files(arena, inputs->deployment) : inputs->environment;
    gather_example(facts);
    gather_asked_for(facts);
    graph_services(facts);
    settle_modes(facts, mode);
    secret_files_gather(facts);
    graph_servers(facts);
    variables_gather(facts, &files);
    force_settle_variables(facts);
    connections_gather(facts, diags, &files);
    graph_resolve(facts);
    force_settle_connections(facts);
    return facts;
}
