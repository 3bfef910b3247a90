/*
 * validation/validation.go, transform/external.go and paths/resolve.go of compose-go: what they refuse of one
 * value, wherever it stands.
 */
#include "compose/validation.h"

#include "compose/node.h"

static void check_not_blank(struct loader *l, const struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR && node->text.len == 0)
        loader_refuse(l, node->at, "the path is empty");
}

static void check_devices(struct loader *l, const struct yaml_node *node)
{
    if (yaml_get(node, STR("count")) != NULL && yaml_get(node, STR("device_ids")) != NULL)
        loader_refuse(l, node->at, "only one of `count` and `device_ids` may be set here");
}

static void check_external_volume(struct loader *l, const struct yaml_node *node)
{
    const struct yaml_node *external = yaml_get(node, STR("external"));
    if (external == NULL || (external->kind == YAML_SCALAR && !str_eq(external->text, STR("true"))))
        return;
    vec_each(const struct yaml_pair *, pair, &node->pairs) {
        str key = pair->key->text;
        if (!str_eq(key, STR("name")) && !str_eq(key, STR("external")) && !str_starts(key, STR("x-")))
            loader_refuse(
                l, pair->key->at, "`" STR_FMT "` cannot be said of an external volume", STR_ARG(key));
    }
}

/* external: {name: …} is the older way to say what `name` says. */
static void check_external_name(struct loader *l, const struct yaml_node *node)
{
    const struct yaml_node *name = yaml_get(node, STR("name"));
    const struct yaml_node *older = yaml_get(yaml_get(node, STR("external")), STR("name"));
    if (name != NULL && older != NULL && !str_eq(name->text, older->text))
        loader_refuse(l, older->at, "this and `name` name two things: only `name` may be set here");
}

static void check_bind_source(struct loader *l, const struct yaml_node *node)
{
    if (str_eq(node_text(node, STR("type")), STR("bind")) && yaml_get(node, STR("source")) == NULL)
        loader_refuse(l, node->at, "a mount of type `bind` needs a `source`");
}

/* Where a check looks; `*` is every value of a mapping and every item of a list. */
static const struct {
    str path;
    void (*check)(struct loader *l, const struct yaml_node *node);
} checks[] = {
    {STR_INIT("services.*.develop.watch.*.path"), check_not_blank},
    {STR_INIT("services.*.deploy.resources.reservations.devices.*"), check_devices},
    {STR_INIT("services.*.gpus.*"), check_devices},
    {STR_INIT("services.*.volumes.*"), check_bind_source},
    {STR_INIT("volumes.*"), check_external_volume},
    {STR_INIT("volumes.*"), check_external_name},
    {STR_INIT("networks.*"), check_external_name},
    {STR_INIT("secrets.*"), check_external_name},
    {STR_INIT("configs.*"), check_external_name},
};

static void check_at(struct loader *l, const struct yaml_node *node, str path,
    void (*check)(struct loader *l, const struct yaml_node *node))
{
    str step;
    if (node == NULL)
        return;
    if (!str_next(&path, '.', &step)) {
        check(l, node);
        return;
    }
    if (!str_eq(step, STR("*"))) {
        check_at(l, yaml_get(node, step), path, check);
        return;
    }
    vec_each(const struct yaml_pair *, pair, &node->pairs)
        check_at(l, pair->value, path, check);
    vec_each(struct yaml_node *const *, item, &node->items)
        check_at(l, *item, path, check);
}

void validation_check(struct loader *l, struct yaml_node *model)
{
    for (size_t i = 0; i < ARRAY_COUNT(checks); i++)
        check_at(l, model, checks[i].path, checks[i].check);
}
