/*
 * Relative paths of one project become absolute: paths/resolve.go of compose-go.
 *
 * Done once per project and per file that `extends` names, because each has a directory of its own.
 */
#include "compose/paths.h"

#include "compose/node.h"
#include "compose/volumes.h"

/* Replaces the text of a scalar; its story stays. */
static void set_text(struct loader *l, struct yaml_node *node, str text)
{
    struct value *value = arena_new(l->arena, struct value);
    *value = *node_value(l, node);
    value->text = text;
    value->pieces = (struct pieces){0};
    pieces_add(l->arena, &value->pieces, text.len, node->inner, NULL);
    node->computed = value;
    node->text = text;
    node->style = YAML_DOUBLE_QUOTED;
    node->verbatim = false;
}

static void resolve_scalar(struct loader *l, struct yaml_node *node, str directory)
{
    if (scalar_resolve(l->arena, node).kind != SCALAR_STRING || node->text.len == 0)
        return;
    str path = loader_path(l, directory, node->text);
    if (!str_eq(path, node->text))
        set_text(l, node, path);
}

static void resolve_mount(struct loader *l, struct yaml_node *node, str directory)
{
    if (node->kind == YAML_MAPPING) {
        const struct yaml_node *type = yaml_get(node, STR("type"));
        struct yaml_node *source = yaml_get(node, STR("source"));
        if (type != NULL && source != NULL && str_eq(type->text, STR("bind")))
            resolve_scalar(l, source, directory);
        return;
    }
    struct volume_parts parts = volume_split(node->text);
    if (!volume_is_path(parts.source))
        return;
    str path = loader_path(l, directory, parts.source);
    set_text(l, node, arena_concat(l->arena, path, str_skip(node->text, parts.source.len)));
}

void paths_resolve(struct loader *l, struct yaml_node *node, const struct shape *shape, str directory)
{
    if (shape == NULL)
        return;
    if (shape->is_mount) {
        resolve_mount(l, node, directory);
        return;
    }
    if (node->kind == YAML_SCALAR) {
        if (shape->is_path || (shape->is_context && !loader_is_remote(node->text)))
            resolve_scalar(l, node, directory);
        return;
    }
    vec_each(struct yaml_node **, item, &node->items)
        paths_resolve(l, *item, shape->items, directory);
    vec_each(struct yaml_pair *, pair, &node->pairs)
        paths_resolve(l, pair->value, shape_of_key(shape, pair->key->text), directory);
}
