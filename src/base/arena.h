/*
 * Memory that is handed out in order and given back at once.
 *
 * Everything one run allocates lives in one arena until arena_free(); nothing is freed before. Memory is
 * zero-filled, and wiped before it returns to the system, because it held secrets.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>
#include <stdint.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks;         /* newest first */
    size_t used;                        /* bytes handed out, all chunks together */
    size_t limit;                       /* most bytes that may be handed out; 0: no limit */
    void (*out_of_memory)(void *owner); /* must not return; NULL aborts the process */
    void *owner;                        /* passed to out_of_memory */
};

/*
 * Zeroed memory of `count` × `size` bytes, aligned for pointers, 64-bit integers and doubles. Never NULL: see
 * out_of_memory.
 */
void *arena_alloc(struct arena *arena, size_t count, size_t size);
#define arena_new(arena, type)          ((type *)arena_alloc((arena), 1, sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))

/*
 * Makes the newest block, `memory` of `bytes` bytes, longer where it stands; false where it is not the newest
 * or the chunk ends. The bytes that are added are zero.
 */
bool arena_extend(struct arena *arena, const void *memory, size_t bytes, size_t wanted);

/* Copies into the arena; every copy has a NUL behind its last byte, which str does not count. */
str arena_copy(struct arena *arena, str s);
str arena_concat(struct arena *arena, str a, str b);
const char *arena_c_string(struct arena *arena, str s);
str arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
str arena_vprintf(struct arena *arena, const char *format, va_list arguments);
str arena_lower(struct arena *arena, str s); /* ASCII letters in lower case */

/* The bytes of an address, as a key of maps. */
str arena_key(struct arena *arena, const void *address);

/* Wipes all memory and keeps the newest chunk, so that the next round of the same work takes none. */
void arena_clear(struct arena *arena);
/* Wipes and returns all memory; the arena is empty and usable afterwards. */
void arena_free(struct arena *arena);

#endif
