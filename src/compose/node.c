#include "compose/node.h"

const struct value *node_value(struct loader *l, struct yaml_node *node)
{
    if (node == NULL || node->kind != YAML_SCALAR)
        return NULL;
    if (node->computed == NULL) {
        struct value *value = arena_new(l->arena, struct value);
        *value = (struct value){.text = node->text, .set = true, .origin = ORIGIN_SERVICE, .at = node->inner};
        value->pieces = yaml_pieces(l->arena, l->sources, node);
        node->computed = value;
    }
    return node->computed;
}

str node_text(const struct yaml_node *mapping, str key)
{
    const struct yaml_node *node = yaml_get(mapping, key);
    return node && node->kind == YAML_SCALAR && !yaml_is_null(node) ? node->text : (str){0};
}

struct yaml_node *node_key(struct arena *arena, const struct yaml_node *like, str text)
{
    struct yaml_node *node = arena_new(arena, struct yaml_node);
    *node = (struct yaml_node){
        .kind = YAML_SCALAR,
        .style = YAML_DOUBLE_QUOTED,
        .text = text,
        .at = like->at,
        .inner = like->inner,
        .weight = 1,
    };
    return node;
}

struct yaml_node *node_string(struct arena *arena, const struct yaml_node *like, struct value *value)
{
    struct yaml_node *node = node_key(arena, like, value->text);
    node->computed = value;
    return node;
}

struct yaml_node *node_mapping(struct arena *arena, const struct yaml_node *like)
{
    struct yaml_node *node = arena_new(arena, struct yaml_node);
    *node = (struct yaml_node){.kind = YAML_MAPPING, .style = YAML_BLOCK, .at = like->at, .weight = 1};
    return node;
}

struct yaml_node *node_sequence(struct arena *arena, const struct yaml_node *like)
{
    struct yaml_node *node = node_mapping(arena, like);
    node->kind = YAML_SEQUENCE;
    return node;
}

struct yaml_node *node_without(struct arena *arena, const struct yaml_node *mapping, str key)
{
    struct yaml_node *rest = node_mapping(arena, mapping);
    rest->style = mapping->style;
    vec_each(struct yaml_pair *, pair, &mapping->pairs)
        if (!str_eq(pair->key->text, key))
            yaml_put(arena, rest, *pair);
    return rest;
}
