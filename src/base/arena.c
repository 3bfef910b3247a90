#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define FIRST_BYTES         ((size_t)4 * 1024) /* from the heap: many arenas hold one string */
#define CHUNK_BYTES         ((size_t)64 * 1024)
#define CHUNK_BYTES_MAX     ((size_t)4 * 1024 * 1024)
#define LARGE_PAGE_BYTES    ((size_t)2 * 1024 * 1024)
#define POPULATED_BYTES_MAX ((size_t)512 * 1024)
#define DRAFT_BYTES         256
#define ALIGNMENT           (_Alignof(union aligned))

/* What blocks are aligned for: all that the program keeps in arenas. */
union aligned {
    void *pointer;
    int64_t integer;
    double number;
};

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, capacity;
    _Alignas(union aligned) char data[];
};

static void fail(struct arena *arena)
{
    if (arena->out_of_memory)
        arena->out_of_memory(arena->owner);
    abort();
}

/*
 * Behind the first, a small run takes chunk after chunk of one size and leaves little of the last one unused;
 * from there chunks grow with the arena, so that a large run makes few of them.
 */
static size_t next_bytes(const struct arena *arena, size_t needed)
{
    size_t bytes = CHUNK_BYTES, all = needed + sizeof(struct arena_chunk);
    if (!arena->chunks && all <= FIRST_BYTES)
        return FIRST_BYTES;
    while (bytes < CHUNK_BYTES_MAX && bytes * 8 <= arena->used)
        bytes *= 2;
    return all > bytes ? (all + CHUNK_BYTES - 1) / CHUNK_BYTES * CHUNK_BYTES : bytes;
}

/* Zeroed by the kernel. Small chunks get all pages in the one call, large ones large pages: few faults. */
static struct arena_chunk *take_chunk(size_t bytes)
{
    if (bytes == FIRST_BYTES)
        return calloc(1, bytes);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | (bytes <= POPULATED_BYTES_MAX ? MAP_POPULATE : 0);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    if (bytes >= LARGE_PAGE_BYTES)
        (void)madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

static struct arena_chunk *add_chunk(struct arena *arena, size_t needed)
{
    size_t bytes = next_bytes(arena, needed);
    struct arena_chunk *chunk = take_chunk(bytes);
    if (!chunk)
        fail(arena);
    chunk->capacity = bytes - sizeof *chunk;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

static size_t aligned(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        fail(arena);
    bytes = aligned(bytes);
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

bool arena_extend(struct arena *arena, const void *memory, size_t bytes, size_t wanted)
{
    struct arena_chunk *chunk = arena->chunks;
    if (!chunk || bytes == 0 || wanted > SIZE_MAX / 2 ||
        (const char *)memory + aligned(bytes) != chunk->data + chunk->used)
        return false;
    size_t more = aligned(wanted) - aligned(bytes);
    if (more > chunk->capacity - chunk->used || (arena->limit && more > arena->limit - arena->used))
        return false;
    chunk->used += more;
    arena->used += more;
    return true;
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
    char draft[DRAFT_BYTES]; /* nearly every text fits: it is made once */
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(draft, sizeof draft, format, again);
    va_end(again);
    if (length < 0)
        fail(arena);
    char *text = arena_alloc(arena, (size_t)length + 1, 1);
    if ((size_t)length < sizeof draft)
        memcpy(text, draft, (size_t)length);
    else
        vsnprintf(text, (size_t)length + 1, format, arguments);
    explicit_bzero(draft, (size_t)length < sizeof draft ? (size_t)length : sizeof draft);
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

static void give_chunk(struct arena_chunk *chunk)
{
    size_t bytes = sizeof *chunk + chunk->capacity;
    if (bytes == FIRST_BYTES)
        free(chunk);
    else
        munmap(chunk, bytes);
}

void arena_clear(struct arena *arena)
{
    struct arena_chunk *newest = arena->chunks;
    if (!newest)
        return;
    arena->chunks = newest->next;
    arena_free(arena);
    explicit_bzero(newest->data, newest->used);
    newest->used = 0;
    newest->next = NULL;
    arena->chunks = newest;
}

void arena_free(struct arena *arena)
{
    while (arena->chunks) {
        struct arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        explicit_bzero(chunk->data, chunk->used);
        give_chunk(chunk);
    }
    arena->used = 0;
}
