#include "base/vec.h"

#define FIRST_CAPACITY 8

void *vec_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_size)
{
    *capacity = *capacity ? *capacity * 2 : FIRST_CAPACITY;
    void *grown = arena_alloc(arena, *capacity, item_size);
    if (count)
        memcpy(grown, items, count * item_size);
    return grown;
}
