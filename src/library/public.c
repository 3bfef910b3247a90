#include "library/public.h"

#include "base/limit.h"

#include <stdlib.h>

static void leave(void *owner)
{
    longjmp(((struct owner *)owner)->out_of_memory, 1);
}

void *owner_new(size_t size)
{
    struct owner *owner = calloc(1, size);
    if (owner)
        owner->arena =
            (struct arena){.limit = limit_value(LIMIT_MEMORY_BYTES), .out_of_memory = leave, .owner = owner};
    return owner;
}

void owner_free(void *owner)
{
    if (owner == NULL)
        return;
    arena_free(&((struct owner *)owner)->arena);
    free(owner);
}

const char *owner_text(struct owner *owner, str text)
{
    return arena_c_string(&owner->arena, text);
}

const char *owner_text_or_null(struct owner *owner, str text)
{
    return text.len ? owner_text(owner, text) : NULL;
}
