#include "base/vec.h"

#include "base/buf.h"

#define FIRST_BYTES 64 /* most lists are short */

void *vec_move(
    struct arena *arena, void *items, size_t count, size_t *capacity, size_t room, size_t item_size)
{
    size_t former = *capacity;
    *capacity = room;
    if (room <= SIZE_MAX / 2 / item_size && arena_extend(arena, items, former * item_size, room * item_size))
        return items;
    void *moved = arena_alloc(arena, room, item_size);
    if (count)
        memcpy(moved, items, count * item_size);
    return moved;
}

str str_vec_join(struct arena *arena, const str_vec *texts, str separator)
{
    struct buf joined = buf_new(arena, SIZE_MAX / 4);
    for (size_t i = 0; i < texts->count; i++) {
        buf_str(&joined, i > 0 ? separator : STR(""));
        buf_str(&joined, texts->items[i]);
    }
    return buf_view(&joined);
}

bool str_vec_has(const str_vec *texts, str text)
{
    return str_is_in(text, texts->items, texts->count);
}

void str_vec_add_new(struct arena *arena, str_vec *texts, str text)
{
    if (!str_vec_has(texts, text))
        vec_push(arena, texts, text);
}

void *vec_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_size)
{
    size_t first = item_size < FIRST_BYTES ? FIRST_BYTES / item_size : 1;
    return vec_move(arena, items, count, capacity, *capacity ? *capacity * 2 : first, item_size);
}
