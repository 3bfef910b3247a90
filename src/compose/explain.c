#include "compose/explain.h"

#include "base/limit.h"

static const str role_names[] = {
    [LAYER_WINS] = STR_INIT("wins"),
    [LAYER_SHADOWED] = STR_INIT("shadowed"),
    [LAYER_INSERTED] = STR_INIT("inserted"),
    [LAYER_FALLBACK] = STR_INIT("fallback"),
    [LAYER_UNSET] = STR_INIT("unset"),
};

str layer_role_name(enum layer_role role)
{
    return role_names[role];
}

static void tell(
    struct arena *arena, compose_story *story, const struct value *value, struct compose_layer layer);

/* Values are made before what uses them, so the story ends; the cap only bounds its width. */
static void tell_use(
    struct arena *arena, compose_story *story, const struct template_use *use, unsigned depth)
{
    struct compose_layer layer = {.depth = depth, .name = use->name, .at = use->at, .asked_at = use->at};
    if (!use->live)
        return;
    if (use->fallback_taken) {
        layer.role = LAYER_FALLBACK;
        layer.at = use->fallback_at;
        vec_push(arena, story, layer);
    } else if (use->from == NULL) {
        layer.role = use->found ? LAYER_INSERTED : LAYER_UNSET;
        vec_push(arena, story, layer);
    } else {
        layer.role = LAYER_INSERTED;
        tell(arena, story, use->from, layer);
    }
}

static void tell(
    struct arena *arena, compose_story *story, const struct value *value, struct compose_layer layer)
{
    for (; value != NULL && story->count < limit_value(LIMIT_FINDINGS); value = value->shadows) {
        layer.value = value;
        layer.at = value->at;
        vec_push(arena, story, layer);
        vec_each(const struct template_use *, use, &value->uses)
            if (layer.depth < limit_value(LIMIT_TEMPLATE_DEPTH))
                tell_use(arena, story, use, layer.depth + 1);
        layer.role = LAYER_SHADOWED;
    }
}

compose_story compose_explain(struct arena *arena, const struct workload *service, str name)
{
    compose_story story = {0};
    tell(arena, &story, env_get(&service->environment, name),
        (struct compose_layer){.role = LAYER_WINS, .name = name});
    return story;
}
