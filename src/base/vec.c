#include "base/vec.h"

#define FIRST_BYTES 64 /* most lists are short */

void *vec_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_size)
{
    size_t former = *capacity;
    *capacity = former ? former * 2 : item_size < FIRST_BYTES ? FIRST_BYTES / item_size : 1;
    if (*capacity <= SIZE_MAX / 2 / item_size &&
        arena_extend(arena, items, former * item_size, *capacity * item_size))
        return items;
    void *grown = arena_alloc(arena, *capacity, item_size);
    if (count)
        memcpy(grown, items, count * item_size);
    return grown;
}
