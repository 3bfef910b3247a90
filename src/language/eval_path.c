/* Fields and paths, a.b.c: language/eval_parts.h. */
#include "language/eval_parts.h"

static struct eval_value value_of(const struct yaml_node *node)
{
    if (yaml_is_null(node))
        return (struct eval_value){.kind = EVAL_UNSET};
    if (node->kind == YAML_SCALAR)
        return (struct eval_value){.kind = EVAL_TEXT, .text = node->text};
    return (struct eval_value){.kind = EVAL_NODE, .node = node};
}

struct eval_value eval_compose_root(const struct eval_scope *scope)
{
    return value_of(scope->services);
}

bool eval_items(struct arena *arena, struct eval_value value, struct eval_value *ret_list)
{
    if (value.kind == EVAL_LIST) {
        *ret_list = value;
        return true;
    }
    if (value.kind != EVAL_NODE || value.node->kind != YAML_SEQUENCE)
        return false;
    size_t count = value.node->items.count;
    struct eval_value list = {.kind = EVAL_LIST, .items = arena_array(arena, struct eval_value, count)};
    for (list.count = 0; list.count < count; list.count++)
        list.items[list.count] = value_of(value.node->items.items[list.count]);
    *ret_list = list;
    return true;
}

/* A key as options spell it: leading dashes off, `-` and `_` alike. */
static bool is_option_name(str word, str name)
{
    word = str_trim_bytes(word, STR("-"));
    if (word.len != name.len)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        char a = word.ptr[i] == '-' ? '_' : word.ptr[i];
        char b = name.ptr[i] == '-' ? '_' : name.ptr[i];
        if (a != b)
            return false;
    }
    return true;
}

/*
 * NAME=value, --name=value or --name value among the words of a list: environment in its list form, labels, a
 * command line. The last one wins, as it does for the programs that read them.
 */
static struct eval_value keyed_item(const struct eval_value *list, str name)
{
    struct eval_value found = {.kind = EVAL_UNSET};
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != EVAL_TEXT)
            continue;
        struct str_cut cut = str_cut_byte(list->items[i].text, '=');
        if (!is_option_name(cut.head, name))
            continue;
        if (cut.found)
            found = (struct eval_value){.kind = EVAL_TEXT, .text = cut.tail};
        else if (str_starts(cut.head, STR("-")) && i + 1 < list->count)
            found = list->items[i + 1];
    }
    return found;
}

static struct eval_value mapping_values(struct arena *arena, const struct yaml_node *node)
{
    struct eval_value list = {
        .kind = EVAL_LIST, .items = arena_array(arena, struct eval_value, node->pairs.count)};
    for (size_t i = 0; i < node->pairs.count; i++)
        list.items[list.count++] = value_of(node->pairs.items[i].value);
    return list;
}

/* The same step into every item; what has no such field is left out, lists are joined. */
static struct eval_result step_each(struct evaluator *e, const struct eval_value *list, str name)
{
    VEC(struct eval_value) found = {0};
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *node = list->items[i].kind == EVAL_NODE ? list->items[i].node : NULL;
        if (!node || node->kind != YAML_MAPPING)
            continue;
        struct eval_value value = value_of(yaml_get(node, name));
        struct eval_value items;
        if (eval_items(e->arena, value, &items)) {
            for (size_t k = 0; k < items.count; k++)
                vec_push(e->arena, &found, items.items[k]);
        } else if (value.kind != EVAL_UNSET)
            vec_push(e->arena, &found, value);
    }
    return eval_of((struct eval_value){.kind = EVAL_LIST, .items = found.items, .count = found.count});
}

static struct eval_result step_list(struct evaluator *e, const struct eval_value *list, str name)
{
    if (str_eq(name, STR("*")))
        return eval_of(*list);
    bool any_mapping = false;
    for (size_t i = 0; i < list->count; i++)
        any_mapping |= list->items[i].kind == EVAL_NODE;
    return any_mapping ? step_each(e, list, name) : eval_of(keyed_item(list, name));
}

struct eval_result eval_step(struct evaluator *e, const struct eval_value *base, str name, span at)
{
    struct eval_value list;
    if (base->kind == EVAL_UNSET)
        return eval_of(*base);
    if (eval_items(e->arena, *base, &list))
        return step_list(e, &list, name);
    if (base->kind == EVAL_NODE && str_eq(name, STR("*")))
        return eval_of(mapping_values(e->arena, base->node));
    if (base->kind == EVAL_NODE)
        return eval_of(value_of(yaml_get(base->node, name)));
    return eval_fail(
        e, EVAL_TYPE, at, base->variable, STR_FMT " has no fields", STR_ARG(eval_kind_name(base->kind)));
}
