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
#define DIGITS_MAX          21 /* a sign and the 20 digits of the largest number */
#define UNIT                sizeof(union arena_unit)

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, capacity; /* `used` counts when a newer chunk has come, see used_of() */
    _Alignas(union arena_unit) char data[];
};

void arena_exhausted(struct arena *arena)
{
    if (arena->out_of_memory)
        arena->out_of_memory(arena->owner);
    abort();
}

/*
 * After the first, a small run takes chunk after chunk of one size and leaves little of the last one unused;
 * later chunks grow with the arena, so that a large run makes few of them.
 */
static size_t next_bytes(const struct arena *arena, size_t needed)
{
    size_t bytes = CHUNK_BYTES, all = needed + sizeof(struct arena_chunk);
    if (!arena->chunks && all <= FIRST_BYTES)
        return FIRST_BYTES;
    while (bytes < CHUNK_BYTES_MAX && bytes * 8 <= arena_used(arena))
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

static size_t whole_units(size_t bytes)
{
    return bytes / UNIT * UNIT;
}

static size_t used_of(const struct arena *arena, const struct arena_chunk *chunk)
{
    return chunk == arena->chunks ? (size_t)(arena->next - chunk->data) : chunk->used;
}

size_t arena_used(const struct arena *arena)
{
    return arena->former + (arena->chunks ? used_of(arena, arena->chunks) : 0);
}

/* Makes the chunk the one that blocks are taken from, as far as the limit lets them. */
static void open_chunk(struct arena *arena, struct arena_chunk *chunk)
{
    size_t room = chunk->capacity, left = arena->limit ? arena->limit - arena->former : room;
    arena->chunks = chunk;
    arena->next = chunk->data;
    arena->end = chunk->data + whole_units(left < room ? left : room);
}

static void add_chunk(struct arena *arena, size_t needed)
{
    size_t bytes = next_bytes(arena, needed);
    arena->former = arena_used(arena);
    if (arena->chunks)
        arena->chunks->used = used_of(arena, arena->chunks);
    struct arena_chunk *chunk =
        arena->limit && needed > arena->limit - arena->former ? NULL : take_chunk(bytes);
    if (!chunk)
        arena_exhausted(arena);
    chunk->capacity = bytes - sizeof *chunk;
    chunk->next = arena->chunks;
    open_chunk(arena, chunk);
}

void *arena_alloc_anew(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        arena_exhausted(arena);
    bytes = whole_units(bytes + UNIT - 1);
    if (!arena->chunks || bytes > (size_t)(arena->end - arena->next))
        add_chunk(arena, bytes);
    void *memory = arena->next;
    arena->next += bytes;
    return memory;
}

bool arena_extend(struct arena *arena, const void *memory, size_t bytes, size_t wanted)
{
    size_t now = whole_units(bytes + UNIT - 1), then = whole_units(wanted + UNIT - 1);
    if (bytes == 0 || wanted > SIZE_MAX / 2 || (const char *)memory + now != arena->next ||
        then - now > (size_t)(arena->end - arena->next))
        return false;
    arena->next += then - now;
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

str arena_join_all(struct arena *arena, const str *parts, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += parts[i].len;
    char *text = arena_alloc(arena, length + 1, 1), *end = text;
    for (size_t i = 0; i < count; end += parts[i++].len)
        if (parts[i].len)
            memcpy(end, parts[i].ptr, parts[i].len);
    return (str){text, length};
}

static str digits_of(struct arena *arena, uint64_t value, bool is_negative)
{
    char digits[DIGITS_MAX];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    if (is_negative)
        digits[--at] = '-';
    return arena_copy(arena, (str){digits + at, sizeof digits - at});
}

str arena_integer(struct arena *arena, int64_t value)
{
    return digits_of(arena, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

str arena_unsigned(struct arena *arena, uint64_t value)
{
    return digits_of(arena, value, false);
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

str arena_cased_like(struct arena *arena, str word, str model)
{
    str lower = arena_lower(arena, model), small = arena_lower(arena, word);
    if (str_eq(model, lower))
        return small;
    bool is_title = str_eq(str_skip(model, 1), str_skip(lower, 1));
    return is_title ? arena_concat(arena, str_take(word, 1), str_skip(small, 1)) : word;
}

str arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    char draft[DRAFT_BYTES]; /* nearly every text fits: it is made once */
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(draft, sizeof draft, format, again);
    va_end(again);
    if (length < 0)
        arena_exhausted(arena);
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

static size_t bytes_of(const struct arena_chunk *chunk)
{
    return sizeof *chunk + chunk->capacity;
}

static void give_chunk(struct arena_chunk *chunk)
{
    if (bytes_of(chunk) == FIRST_BYTES)
        free(chunk);
    else
        munmap(chunk, bytes_of(chunk));
}

static void wipe(struct arena *arena)
{
    for (struct arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->next)
        explicit_bzero(chunk->data, used_of(arena, chunk));
}

void arena_clear(struct arena *arena)
{
    struct arena_chunk *newest = arena->chunks;
    if (!newest)
        return;
    wipe(arena);
    while (newest->next) {
        struct arena_chunk *older = newest->next;
        newest->next = older->next;
        give_chunk(older);
    }
    arena->former = 0;
    open_chunk(arena, newest);
}

void arena_abandon(struct arena *arena)
{
    wipe(arena);
    for (struct arena_chunk *chunk = arena->chunks, *older; chunk; chunk = older) {
        older = chunk->next;
        if (bytes_of(chunk) == FIRST_BYTES)
            free(chunk);
    }
}

void arena_free(struct arena *arena)
{
    arena_clear(arena);
    if (arena->chunks)
        give_chunk(arena->chunks);
    arena->chunks = NULL;
    arena->next = arena->end = NULL;
}
