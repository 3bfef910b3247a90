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
    char *next, *end;                   /* what of the newest chunk may be handed out; whole units */
    struct arena_chunk *chunks;         /* newest first */
    size_t former;                      /* bytes handed out of the chunks before the newest */
    size_t limit;                       /* most bytes that may be handed out, set at first; 0: no limit */
    void (*out_of_memory)(void *owner); /* must not return; NULL aborts the process */
    void *owner;                        /* passed to out_of_memory */
};

/* What blocks are aligned for: all that the program keeps in arenas. */
union arena_unit {
    void *pointer;
    int64_t integer;
    double number;
};

/* Takes a chunk that has room for the block, then the block. */
void *arena_alloc_anew(struct arena *arena, size_t count, size_t size);

/*
 * Zeroed memory of `count` × `size` bytes, aligned for pointers, 64-bit integers and doubles. Never NULL: see
 * out_of_memory.
 */
static inline void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    size_t bytes, room = (size_t)(arena->end - arena->next);
    if (__builtin_mul_overflow(count, size, &bytes) || bytes - 1 >= room) /* also where it is 0 */
        return arena_alloc_anew(arena, count, size);
    const size_t unit = sizeof(union arena_unit);
    void *memory = arena->next;
    arena->next += (bytes + unit - 1) / unit * unit;
    return memory;
}

#define arena_new(arena, type)          ((type *)arena_alloc((arena), 1, sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))

/* An empty one with the same limit and the same end, for what is given back at once. */
static inline struct arena arena_like(const struct arena *arena)
{
    return (struct arena){
        .limit = arena->limit, .out_of_memory = arena->out_of_memory, .owner = arena->owner};
}

/*
 * Makes the newest block, `memory` of `bytes` bytes, longer where it is; false where it is not the newest or
 * the chunk ends. The bytes that are added are zero.
 */
bool arena_extend(struct arena *arena, const void *memory, size_t bytes, size_t wanted);

/* Copies into the arena; every copy has a NUL after its last byte, which str does not count. */
str arena_copy(struct arena *arena, str s);
str arena_concat(struct arena *arena, str a, str b);
str arena_join_all(struct arena *arena, const str *parts, size_t count);
/* The texts that follow, one after the other: far cheaper than arena_printf(). */
#define arena_join(arena, ...)                                                                               \
    arena_join_all((arena), (const str[]){__VA_ARGS__}, sizeof((const str[]){__VA_ARGS__}) / sizeof(str))
/* Decimal digits, without padding. */
str arena_integer(struct arena *arena, int64_t value);
str arena_unsigned(struct arena *arena, uint64_t value);
const char *arena_c_string(struct arena *arena, str s);
str arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
str arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
str arena_lower(struct arena *arena, str s); /* ASCII letters in lower case */
/* `word`, in capitals, as `model` is written: PORT beside HOST, port beside host, Port beside Host. */
str arena_cased_like(struct arena *arena, str word, str model);

/* The bytes of an address, as a key of maps. */
str arena_key(struct arena *arena, const void *address);

/* For a library that takes its memory elsewhere and got none: what the arena does where it has none. */
_Noreturn void arena_exhausted(struct arena *arena);

size_t arena_used(const struct arena *arena); /* bytes handed out, all chunks together */
/* Wipes all memory and keeps the newest chunk, so that the next round of the same work takes none. */
void arena_clear(struct arena *arena);
/* Wipes all memory and leaves what is mapped to the end of the process, which gives it back faster. */
void arena_abandon(struct arena *arena);
/* Wipes and returns all memory; the arena is empty and usable afterwards. */
void arena_free(struct arena *arena);

#endif
