#include "text/edit.h"

#include <stdlib.h>

void edit_add(struct arena *arena, edit_list *list, span at, str text)
{
    vec_push(arena, list, ((struct edit){at, text}));
}

static bool is_same(const struct edit *a, const struct edit *b)
{
    return span_eq(a->at, b->at) && str_eq(a->text, b->text);
}

static bool clashes(const struct edit *a, const struct edit *b)
{
    if (a->at.source != b->at.source || is_same(a, b))
        return false;
    uint32_t a_end = a->at.offset + a->at.length, b_end = b->at.offset + b->at.length;
    return a->at.offset == b->at.offset || (a->at.offset < b_end && b->at.offset < a_end);
}

static bool is_before(const struct edit *a, const struct edit *b)
{
    if (a->at.source != b->at.source)
        return a->at.source < b->at.source;
    return a->at.offset < b->at.offset && a->at.offset + a->at.length <= b->at.offset;
}

bool edit_list_clashes(const edit_list *sorted, const edit_list *others)
{
    size_t from = 0;
    vec_each(const struct edit *, one, others) {
        while (from < sorted->count && is_before(&sorted->items[from], one))
            from++;
        for (size_t i = from; i < sorted->count && !is_before(one, &sorted->items[i]); i++)
            if (clashes(one, &sorted->items[i]))
                return true;
    }
    return false;
}

static int compare(const void *left, const void *right)
{
    const struct edit *a = left, *b = right;
    if (a->at.source != b->at.source)
        return a->at.source < b->at.source ? -1 : 1;
    if (a->at.offset != b->at.offset)
        return a->at.offset < b->at.offset ? -1 : 1;
    return a->at.length < b->at.length ? -1 : a->at.length > b->at.length;
}

void edit_sort(edit_list *list)
{
    if (list->count < 2)
        return;
    qsort(list->items, list->count, sizeof *list->items, compare);
    size_t kept = 1;
    for (size_t i = 1; i < list->count; i++)
        if (!is_same(&list->items[i], &list->items[kept - 1]))
            list->items[kept++] = list->items[i];
    list->count = kept;
}

str edit_apply(struct arena *arena, const struct source *source, const edit_list *sorted)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    size_t from = 0;
    vec_each(const struct edit *, edit, sorted) {
        if (edit->at.source != source->id)
            continue;
        buf_str(&buf, str_slice(source->text, from, edit->at.offset));
        buf_str(&buf, edit->text);
        from = (size_t)edit->at.offset + edit->at.length;
    }
    buf_str(&buf, str_skip(source->text, from));
    return buf_view(&buf);
}
