/*
 * Lists in which an item may stand once: override/uncity.go of compose-go.
 *
 * A later item takes the place of an earlier one with the same identity; its value keeps the earlier one
 * below it, so that a report can say what it shadows.
 */
#include "compose/unique.h"

#include "compose/node.h"
#include "compose/volumes.h"

static str key_identity(struct loader *l, const struct yaml_node *item)
{
    struct scalar scalar = scalar_resolve(l->arena, item);
    if (scalar.kind != SCALAR_STRING) {
        loader_hide(l, item->at);
        loader_refuse(l, item->at, "an item of this list must be a string");
        return (str){0};
    }
    return str_cut_byte(item->text, '=').head;
}

static str text_identity(struct loader *l, const struct yaml_node *item)
{
    struct scalar scalar = scalar_resolve(l->arena, item);
    if (scalar.kind != SCALAR_STRING && scalar.kind != SCALAR_INTEGER) {
        loader_refuse(l, item->at, "an item of this list must be a string or an integer");
        return (str){0};
    }
    return scalar.text;
}

static str device_identity(struct loader *l, const struct yaml_node *item)
{
    if (item->kind == YAML_SCALAR) {
        struct str_cut target = str_cut_byte(item->text, ':'), mode = str_cut_byte(target.tail, ':');
        if (str_has_byte(mode.tail, ':'))
            loader_refuse(l, item->at, "this device has more than two colons");
        return target.found ? mode.head : target.head;
    }
    const struct yaml_node *target = yaml_get(item, STR("target"));
    if (target == NULL || target->kind != YAML_SCALAR)
        loader_refuse(l, item->at, "the device has no target");
    return target != NULL ? target->text : (str){0};
}

static str target_identity(struct loader *l, const struct yaml_node *item)
{
    if (item->kind == YAML_SCALAR) {
        struct volume_parts parts = volume_split(item->text);
        if (parts.fault != NULL)
            loader_refuse(l, item->at, "this volume cannot be read: %s", parts.fault);
        return parts.target;
    }
    const struct yaml_node *target = yaml_get(item, STR("target"));
    if (target == NULL || target->kind != YAML_SCALAR) {
        if (yaml_get(item, STR("type")) != NULL)
            loader_refuse(l, item->at, "the mount has no target");
        return (str){0};
    }
    return target->text;
}

static str mount_identity(struct loader *l, const struct yaml_node *item, str directory)
{
    const struct yaml_node *target = yaml_get(item, STR("target"));
    if (target != NULL && target->kind == YAML_SCALAR)
        return target->text;
    const struct yaml_node *source = item->kind == YAML_MAPPING ? yaml_get(item, STR("source")) : item;
    if (source == NULL || source->kind != YAML_SCALAR)
        return (str){0};
    return arena_join(l->arena, directory, STR("/"), source->text);
}

/* What `extends` took out of another file is absolute by now. It is compared as it would be written here, as
 * the shortest way: ./a.env is another than a.env. */
static str env_file_identity(struct loader *l, const struct yaml_node *item, str directory)
{
    const struct yaml_node *path = item->kind == YAML_MAPPING ? yaml_get(item, STR("path")) : item;
    if (path == NULL || path->kind != YAML_SCALAR)
        return (str){0};
    bool is_shortest = str_eq(path_clean(l->arena, path->text), path->text);
    return is_shortest ? path_join(l->arena, directory, path->text) : path->text;
}

static str text_or(const struct yaml_node *row, str key, str otherwise)
{
    str text = node_text(row, key);
    return text.ptr ? text : otherwise;
}

/* Address, published port, target, protocol. */
static str port_identity(struct arena *arena, const struct yaml_node *row)
{
    if (row->kind != YAML_MAPPING)
        return row->kind == YAML_SCALAR ? row->text : (str){0};
    str target = node_text(row, STR("target"));
    if (target.len == 0)
        return (str){0};
    return arena_join(arena, text_or(row, STR("host_ip"), STR("0.0.0.0")), STR(":"),
        text_or(row, STR("published"), STR("")), STR(":"), target, STR("/"),
        text_or(row, STR("protocol"), STR("tcp")));
}

/* Empty: the item is like no other. */
static str identity_of(
    struct loader *l, const struct yaml_node *item, enum shape_identity identity, str directory)
{
    switch (identity) {
    case IDENTITY_KEY:
        return key_identity(l, item);
    case IDENTITY_TEXT:
        return text_identity(l, item);
    case IDENTITY_PORT:
        return port_identity(l->arena, item);
    case IDENTITY_TARGET:
        return target_identity(l, item);
    case IDENTITY_DEVICE:
        return device_identity(l, item);
    case IDENTITY_SECRET:
        return mount_identity(l, item, STR("/run/secrets"));
    case IDENTITY_CONFIG:
        return mount_identity(l, item, STR(""));
    case IDENTITY_ENV_FILE:
        return env_file_identity(l, item, directory);
    case IDENTITY_NONE:
        break;
    }
    return (str){0};
}

/* The later item as a node of its own whose value knows what it replaced. */
static struct yaml_node *over_earlier(struct loader *l, struct yaml_node *later, struct yaml_node *earlier)
{
    if (later->kind != YAML_SCALAR || earlier->kind != YAML_SCALAR)
        return later;
    struct value *value = arena_new(l->arena, struct value);
    *value = *node_value(l, later);
    value->shadows = node_value(l, earlier);
    struct yaml_node *node = arena_new(l->arena, struct yaml_node);
    *node = *later;
    node->computed = value;
    return node;
}

struct yaml_node *unique_items(
    struct loader *l, struct yaml_node *list, enum shape_identity identity, str directory)
{
    struct map places = {0};
    struct yaml_node *unique = node_sequence(l->arena, list);
    unique->style = list->style;
    vec_each(struct yaml_node **, item, &list->items) {
        str key = identity_of(l, *item, identity, directory);
        uintptr_t place = key.ptr ? (uintptr_t)map_get(&places, key) : 0;
        if (place > 0) {
            struct yaml_node **earlier = &unique->items.items[place - 1];
            *earlier = over_earlier(l, *item, *earlier);
            continue;
        }
        vec_push(l->arena, &unique->items, *item);
        if (key.ptr != NULL)
            map_set(l->arena, &places, key, (void *)(uintptr_t)unique->items.count);
    }
    return unique;
}

static struct yaml_node *unique_node(
    struct loader *l, struct yaml_node *node, const struct shape *shape, str directory)
{
    if (shape == NULL || node->settled)
        return node;
    if (node->kind == YAML_SEQUENCE) {
        vec_each(struct yaml_node **, item, &node->items)
            *item = unique_node(l, *item, shape->items, directory);
        return shape->identity != IDENTITY_NONE ? unique_items(l, node, shape->identity, directory) : node;
    }
    vec_each(struct yaml_pair *, pair, &node->pairs)
        if (pair->value->kind != YAML_SCALAR)
            pair->value = unique_node(l, pair->value, shape_of_key(shape, pair->key->text), directory);
    return node;
}

void unique_apply(struct loader *l, struct yaml_node *model, str directory)
{
    unique_node(l, model, &shape_file, directory);
}
