/*
 * A later document over an earlier model: override/merge.go and loader/reset.go of compose-go.
 *
 * The root and its sections are changed in place, so that many documents merge in linear time; below them
 * nodes may be shared between services (extends) and are copied when they change.
 */
#include "compose/merge.h"

#include "compose/node.h"

enum { SECTION_LEVELS = 2 };

static bool has_tag(const struct yaml_node *node, str tag)
{
    return str_eq(node->tag, tag);
}

/* KEY=value as one string; KEY alone where there is no value. */
static struct yaml_node *key_value(struct loader *l, const struct yaml_pair *pair)
{
    struct arena *arena = l->arena;
    struct value *value = arena_new(arena, struct value);
    *value = (struct value){.text = pair->key->text, .set = true, .origin = ORIGIN_SERVICE};
    value->key = value->at = pair->key->inner;
    pieces_add(arena, &value->pieces, pair->key->text.len, pair->key->inner, NULL);
    if (!yaml_is_null(pair->value)) {
        const struct value *right = node_value(l, pair->value);
        value->text = arena_join(arena, pair->key->text, STR("="), right->text);
        value->at = right->at;
        value->uses.items = right->uses.items;
        value->uses.count = value->uses.capacity = right->uses.count;
        pieces_add(arena, &value->pieces, 1, span_sub(pair->key->at, pair->key->at.length, 0), NULL);
        pieces_append(arena, &value->pieces, &right->pieces, 0, right->text.len);
    }
    return node_string(arena, pair->value, value);
}

static void append_pair(struct loader *l, struct yaml_node *list, const struct yaml_pair *pair)
{
    if (pair->value->kind == YAML_SCALAR) {
        vec_push(l->arena, &list->items, key_value(l, pair));
        return;
    }
    if (pair->value->kind == YAML_MAPPING) {
        loader_hide(l, pair->value->at);
        loader_refuse(l, pair->value->at, "`" STR_FMT "` holds a mapping where a value belongs",
            STR_ARG(pair->key->text));
    }
    vec_each(struct yaml_node **, item, &pair->value->items) {
        struct yaml_pair one = {.key = pair->key, .value = *item};
        if ((*item)->kind == YAML_SCALAR)
            vec_push(l->arena, &list->items, key_value(l, &one));
    }
}

/* Appends a value in sequence form: a mapping by its pairs, a scalar as one item, null as nothing. */
static void append_sequence(struct loader *l, struct yaml_node *list, const struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR && !yaml_is_null(node))
        vec_push(l->arena, &list->items, (struct yaml_node *)node);
    vec_each(struct yaml_node **, item, &node->items)
        vec_push(l->arena, &list->items, *item);
    vec_each(struct yaml_pair *, pair, &node->pairs)
        if (!has_tag(pair->value, STR("!reset")))
            append_pair(l, list, pair);
}

/* What stands below a name that a list gave: nothing, or what depends_on takes for granted. */
static struct yaml_node *implied_value(
    struct loader *l, const struct yaml_node *item, const struct shape *shape)
{
    if (shape->others->kinds & SHAPE_NULL) {
        struct yaml_node *nothing = node_key(l->arena, item, STR("null"));
        nothing->style = YAML_PLAIN;
        return nothing;
    }
    struct yaml_node *mapping = node_mapping(l->arena, item);
    struct yaml_pair condition = {
        .key = node_key(l->arena, item, STR("condition")),
        .value = node_key(l->arena, item, STR("service_started")),
    };
    yaml_put(l->arena, mapping, condition);
    return mapping;
}

/* A list of names as a mapping. */
static struct yaml_node *names_mapping(struct loader *l, struct yaml_node *node, const struct shape *shape)
{
    if (node->kind != YAML_SEQUENCE)
        return node;
    struct yaml_node *mapping = node_mapping(l->arena, node);
    vec_each(struct yaml_node **, item, &node->items) {
        if ((*item)->kind != YAML_SCALAR || yaml_get(mapping, (*item)->text) != NULL)
            continue;
        struct yaml_pair pair = {.key = *item, .value = implied_value(l, *item, shape)};
        yaml_put(l->arena, mapping, pair);
    }
    return mapping;
}

static struct yaml_node *build_mapping(struct loader *l, struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR || yaml_is_null(node))
        return node;
    struct yaml_node *mapping = node_mapping(l->arena, node);
    yaml_put(l->arena, mapping,
        (struct yaml_pair){.key = node_key(l->arena, node, STR("context")), .value = node});
    return mapping;
}

/* Puts the pairs of `over` into `into`, which already has the earlier ones. */
static void put_pairs(struct loader *l, struct yaml_node *into, const struct yaml_node *over,
    const struct shape *shape, int levels)
{
    vec_each(struct yaml_pair *, pair, &over->pairs) {
        struct yaml_pair *own = (struct yaml_pair *)yaml_pair(into, pair->key->text);
        if (own == NULL) {
            yaml_put(l->arena, into, *pair);
            continue;
        }
        const struct shape *below = shape_of_key(shape, pair->key->text);
        bool in_place = levels > 1 && own->value->kind == YAML_MAPPING && pair->value->kind == YAML_MAPPING &&
                        pair->value->tag.len == 0 && own->value->tag.len == 0;
        if (in_place) {
            put_pairs(l, own->value, pair->value, below, levels - 1);
        } else {
            own->value = merge_nodes(l, own->value, pair->value, below);
            own->key = pair->key;
        }
    }
}

static struct yaml_node *merge_mappings(
    struct loader *l, struct yaml_node *base, const struct yaml_node *over, const struct shape *shape)
{
    struct yaml_node *merged = node_mapping(l->arena, over);
    vec_each(struct yaml_pair *, pair, &base->pairs)
        yaml_put(l->arena, merged, *pair);
    put_pairs(l, merged, over, shape, 0);
    return merged;
}

/* A key that `over` resets leaves the mapping below it; in a list there is no key to reset. */
static struct yaml_node *without_reset(struct loader *l, struct yaml_node *base, const struct yaml_node *over)
{
    if (base->kind != YAML_MAPPING || over->kind != YAML_MAPPING)
        return base;
    struct yaml_node *kept = node_mapping(l->arena, base);
    vec_each(struct yaml_pair *, pair, &base->pairs) {
        const struct yaml_node *other = yaml_get(over, pair->key->text);
        if (other == NULL || !has_tag(other, STR("!reset")))
            yaml_put(l->arena, kept, *pair);
    }
    return kept;
}

static struct yaml_node *merge_lists(struct loader *l, struct yaml_node *base, struct yaml_node *over)
{
    struct yaml_node *merged = node_mapping(l->arena, over);
    merged->kind = YAML_SEQUENCE;
    append_sequence(l, merged, without_reset(l, base, over));
    append_sequence(l, merged, over);
    return merged;
}

static struct yaml_node *merge_default(
    struct loader *l, struct yaml_node *base, struct yaml_node *over, const struct shape *shape)
{
    if (yaml_is_null(over))
        return base;
    if (yaml_is_null(base) || base->kind == YAML_SCALAR)
        return over; /* whatever it is: only what a list or a mapping holds can be in its way */
    if (base->kind != over->kind) {
        loader_hide(l, over->at);
        loader_hide(l, base->at);
        struct diag *diag =
            loader_refuse(l, over->at, "a value of another kind cannot go over an earlier one");
        diag_related(l->diags, diag, base->at, "earlier here");
        return over;
    }
    if (base->kind == YAML_MAPPING)
        return merge_mappings(l, base, over, shape);
    return merge_lists(l, base, over);
}

static bool same_driver(const struct yaml_node *base, const struct yaml_node *over)
{
    const struct yaml_node *a = yaml_get(base, STR("driver")), *b = yaml_get(over, STR("driver"));
    return a == NULL || b == NULL || str_eq(a->text, b->text);
}

struct yaml_node *merge_nodes(
    struct loader *l, struct yaml_node *base, struct yaml_node *over, const struct shape *shape)
{
    if (base == NULL || over == NULL)
        return base ? base : over;
    if (has_tag(over, STR("!reset")) || has_tag(over, STR("!override")) || has_tag(base, STR("!reset")))
        return over;
    if (shape == &shape_file) {
        put_pairs(l, base, over, shape, SECTION_LEVELS);
        return base;
    }
    bool both_maps = base->kind == YAML_MAPPING && over->kind == YAML_MAPPING;
    switch (shape ? shape->merge : MERGE_DEFAULT) {
    case MERGE_REPLACE:
        return over;
    case MERGE_LIMITS:
        return both_maps ? merge_mappings(l, base, over, shape) : over;
    case MERGE_SEQUENCE:
        return yaml_is_null(over) ? base : merge_lists(l, base, over);
    case MERGE_NAMES:
        return merge_default(l, names_mapping(l, base, shape), names_mapping(l, over, shape), shape);
    case MERGE_BUILD:
        return merge_default(l, build_mapping(l, base), build_mapping(l, over), shape);
    case MERGE_LOGGING:
        return both_maps && !same_driver(base, over) ? over : merge_default(l, base, over, shape);
    case MERGE_DEFAULT:
        break;
    }
    return merge_default(l, base, over, shape);
}

static void drop_reset_pairs(struct loader *l, struct yaml_node *node)
{
    size_t resets = 0;
    vec_each(struct yaml_pair *, pair, &node->pairs)
        resets += has_tag(pair->value, STR("!reset"));
    if (resets == 0)
        return;
    struct yaml_node *kept = node_mapping(l->arena, node);
    vec_each(struct yaml_pair *, pair, &node->pairs)
        if (!has_tag(pair->value, STR("!reset")))
            yaml_put(l->arena, kept, *pair);
    node->pairs.items = kept->pairs.items;
    node->pairs.count = kept->pairs.count;
    node->pairs.capacity = kept->pairs.capacity;
    node->index = kept->index;
}

void merge_settle_tags(struct loader *l, struct yaml_node *node)
{
    if (node == NULL || node->settled)
        return;
    if (node->tag.len > 0)
        node->tag = STR("");
    drop_reset_pairs(l, node);
    vec_each(struct yaml_pair *, pair, &node->pairs)
        merge_settle_tags(l, pair->value);
    vec_each(struct yaml_node **, item, &node->items)
        merge_settle_tags(l, *item);
}
