#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define CHUNK_BYTES        ((size_t)64 * 1024)
#define PAGE_BYTES         4096
#define PREFAULT_BYTES_MAX ((size_t)300 * 1024)
#define ALIGNMENT          (_Alignof(max_align_t))

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, capacity;
    _Alignas(max_align_t) char data[];
};

static void fail(struct arena *arena)
{
    if (arena->out_of_memory)
        arena->out_of_memory(arena->owner);
    abort();
}

/* Chunks double up to 1 MiB, so small runs stay small and large ones make few of them. */
static size_t next_capacity(const struct arena *arena, size_t needed)
{
    size_t capacity = arena->chunks ? arena->chunks->capacity * 2 : CHUNK_BYTES;
    if (capacity > CHUNK_BYTES * 16)
        capacity = CHUNK_BYTES * 16;
    return needed > capacity ? needed : capacity;
}

/* All pages in one call instead of a fault for each; where the kernel cannot, they come as touched. */
static void prefault(void *memory, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t page = PAGE_BYTES, from = ((uintptr_t)memory + page - 1) / page * page;
    uintptr_t to = ((uintptr_t)memory + bytes) / page * page;
    if (to > from && bytes <= PREFAULT_BYTES_MAX)
        (void)madvise((void *)from, to - from, MADV_POPULATE_WRITE);
#else
    (void)memory;
    (void)bytes;
#endif
}

static struct arena_chunk *add_chunk(struct arena *arena, size_t needed)
{
    size_t capacity = next_capacity(arena, needed);
    struct arena_chunk *chunk = calloc(1, sizeof *chunk + capacity);
    if (!chunk)
        fail(arena);
    prefault(chunk, sizeof *chunk + capacity);
    chunk->capacity = capacity;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        fail(arena);
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->limit && bytes > arena->limit - arena->used)
        fail(arena);
    struct arena_chunk *chunk = arena->chunks;
    if (!chunk || bytes > chunk->capacity - chunk->used)
        chunk = add_chunk(arena, bytes);
    void *memory = chunk->data + chunk->used;
    chunk->used += bytes;
    arena->used += bytes;
    return memory;
}

str arena_copy(struct arena *arena, str s)
{
    char *copy = arena_alloc(arena, s.len + 1, 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return (str){copy, s.len};
}

str arena_concat(struct arena *arena, str a, str b)
{
    char *copy = arena_alloc(arena, a.len + b.len + 1, 1);
    if (a.len)
        memcpy(copy, a.ptr, a.len);
    if (b.len)
        memcpy(copy + a.len, b.ptr, b.len);
    return (str){copy, a.len + b.len};
}

const char *arena_c_string(struct arena *arena, str s)
{
    return arena_copy(arena, s).ptr;
}

str arena_lower(struct arena *arena, str s)
{
    char *copy = arena_alloc(arena, s.len + 1, 1);
    for (size_t i = 0; i < s.len; i++)
        copy[i] = byte_lower(s.ptr[i]);
    return (str){copy, s.len};
}

str arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        fail(arena);
    char *text = arena_alloc(arena, (size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return (str){text, (size_t)length};
}

str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

str arena_key(struct arena *arena, const void *address)
{
    return arena_copy(arena, (str){(const char *)&address, sizeof address});
}

void arena_free(struct arena *arena)
{
    while (arena->chunks) {
        struct arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        explicit_bzero(chunk->data, chunk->used);
        free(chunk);
    }
    arena->used = 0;
}
