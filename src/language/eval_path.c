/* Fields and paths, a.b.c: language/eval_parts.h. */
#include "language/eval_parts.h"
#include "language/part.h"

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
    struct eval_value found = {0};
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != EVAL_TEXT)
            continue;
        struct str_cut cut = str_cut_byte(list->items[i].text, '=');
        if (!is_option_name(cut.head, name))
            continue;
        if (cut.found)
            found = eval_text(cut.tail);
        else if (str_starts(cut.head, STR("-")) && i + 1 < list->count)
            found = list->items[i + 1];
    }
    return found;
}

static struct eval_result step_part(struct evaluator *e, const struct eval_value *part, str name, span at)
{
    struct eval_value value;
    str keys;
    if (part_step(e->arena, part, name, &value, &keys))
        return eval_of(value);
    return eval_fail(e, EVAL_TYPE, at, STR(""), "there is no `" STR_FMT "` here; there are: " STR_FMT,
        STR_ARG(name), STR_ARG(keys));
}

/* The same step into every part; what has no value there is left out, lists are joined. */
static struct eval_result step_each(struct evaluator *e, const struct eval_value *list, str name, span at)
{
    VEC(struct eval_value) found = {0};
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != EVAL_NODE)
            continue;
        struct eval_result step = step_part(e, &list->items[i], name, at);
        if (step.error != EVAL_OK)
            return step;
        bool is_list = step.value.kind == EVAL_LIST;
        const struct eval_value *items = is_list ? step.value.items : &step.value;
        size_t count = is_list ? step.value.count : step.value.kind != EVAL_UNSET;
        for (size_t k = 0; k < count; k++)
            vec_push(e->arena, &found, items[k]);
    }
    return eval_of((struct eval_value){.kind = EVAL_LIST, .items = found.items, .count = found.count});
}

struct eval_result eval_step(struct evaluator *e, const struct eval_value *base, str name, span at)
{
    if (base->kind == EVAL_UNSET || (base->kind == EVAL_LIST && str_eq(name, STR("*"))))
        return eval_of(*base);
    if (base->kind == EVAL_NODE)
        return step_part(e, base, name, at);
    if (base->kind != EVAL_LIST)
        return eval_fail(
            e, EVAL_TYPE, at, base->variable, STR_FMT " has no fields", STR_ARG(eval_kind_name(base->kind)));
    bool any_part = false;
    for (size_t i = 0; i < base->count; i++)
        any_part |= base->items[i].kind == EVAL_NODE;
    return any_part ? step_each(e, base, name, at) : eval_of(keyed_item(base, name));
}
