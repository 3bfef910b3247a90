#include "cli/json_memory.h"

#include <jansson.h>
#include <stdlib.h>

/* jansson passes nothing along. */
static struct {
    void (*end)(void *owner);
    void *owner;
} out_of_memory;

static void *take(size_t size)
{
    void *memory = malloc(size);
    if (memory == NULL)
        out_of_memory.end(out_of_memory.owner);
    return memory;
}

void json_memory_use(void (*end)(void *owner), void *owner)
{
    out_of_memory.end = end;
    out_of_memory.owner = owner;
    json_set_alloc_funcs(take, free);
}
