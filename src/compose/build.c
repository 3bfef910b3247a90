/*
 * `build` of a service: loader/normalize.go and paths/context.go of compose-go.
 */
#include "compose/build.h"

#include "compose/environment.h"
#include "compose/node.h"

/* Arguments whose value is found nowhere are not passed, so that the Dockerfile's own default holds. */
static void read_arguments(struct loader *l, struct workload_build *build, struct yaml_node *node)
{
    build->arguments.arena = l->arena;
    struct env said = {.arena = l->arena};
    environment_put(l, &said, node, false);
    vec_each(const struct map_entry *, entry, &said.map.entries) {
        struct value *argument = entry->value;
        if (!entry->removed && argument->set)
            env_put(&build->arguments, argument);
    }
}

static void add_context(struct loader *l, struct workload_build *build, str name, str leads_to)
{
    if (!loader_is_remote(leads_to))
        leads_to = loader_path(l, l->project->directory, leads_to);
    vec_push(l->arena, &build->contexts, ((struct workload_alias){name, leads_to}));
}

const struct workload_build *build_read(struct loader *l, const struct yaml_node *service)
{
    struct yaml_node *node = yaml_get(service, STR("build"));
    if (node == NULL)
        return NULL;
    struct workload_build *build = arena_new(l->arena, struct workload_build);
    *build = (struct workload_build){.at = node->at, .context_at = node->inner};
    build->context = node->kind == YAML_SCALAR ? node->text : node_text(node, STR("context"));
    if (build->context.len == 0)
        build->context = l->project->directory;
    build->is_remote = loader_is_remote(build->context);
    const struct yaml_node *context = yaml_get(node, STR("context"));
    struct yaml_node *dockerfile = yaml_get(node, STR("dockerfile"));
    struct yaml_node *target = yaml_get(node, STR("target"));
    if (context)
        build->context_at = context->inner;
    build->dockerfile = node_text(node, STR("dockerfile"));
    build->dockerfile_at = dockerfile ? dockerfile->inner : build->context_at;
    build->text = node_value(l, yaml_get(node, STR("dockerfile_inline")));
    build->target = node_text(node, STR("target"));
    build->target_at = target ? target->inner : (span){0};
    read_arguments(l, build, yaml_get(node, STR("args")));
    const struct yaml_node *contexts = yaml_get(node, STR("additional_contexts"));
    if (contexts == NULL)
        return build;
    vec_each(const struct yaml_pair *, pair, &contexts->pairs)
        add_context(l, build, pair->key->text, pair->value->text);
    vec_each(struct yaml_node *const *, item, &contexts->items) {
        struct str_cut cut = str_cut_byte((*item)->text, '=');
        add_context(l, build, cut.head, cut.tail);
    }
    return build;
}
