/*
 * Memory that libraries give back is wiped: libyaml and jansson hold values and pass them to free() as they
 * are.
 *
 * The linker puts these in the place of free() and realloc() for every caller in the program (--wrap in
 * meson.build); in a program that is not static only for its own callers.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void __real_free(void *memory);
void __wrap_free(void *memory);
void *__wrap_realloc(void *memory, size_t size);

enum {
    LARGE_BYTES = 16 * 1024, /* from which on it pays to ask which pages there are */
    PAGES_AT_ONCE = 256,
};

/* Libraries take large buffers for small files: wiping a page that nobody wrote to would only make it. */
static void wipe_pages(char *from, char *end)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (char *at = from; at < end;) {
        unsigned char is_there[PAGES_AT_ONCE];
        size_t pages = (size_t)(end - at) / page;
        pages = pages < PAGES_AT_ONCE ? pages : PAGES_AT_ONCE;
        if (mincore(at, pages * page, is_there) != 0)
            memset(is_there, 1, pages);
        for (size_t i = 0; i < pages; i++, at += page)
            if (is_there[i] & 1)
                explicit_bzero(at, page);
    }
}

static void wipe(char *memory, size_t size)
{
    if (size < LARGE_BYTES) {
        explicit_bzero(memory, size);
        return;
    }
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t head = -(uintptr_t)memory % page, tail = (uintptr_t)(memory + size) % page;
    explicit_bzero(memory, head);
    wipe_pages(memory + head, memory + size - tail);
    explicit_bzero(memory + size - tail, tail);
}

__attribute__((used)) void __wrap_free(void *memory)
{
    if (memory != NULL)
        wipe(memory, malloc_usable_size(memory));
    __real_free(memory);
}

/* A block that moves leaves nothing where it was. */
__attribute__((used)) void *__wrap_realloc(void *memory, size_t size)
{
    size_t former = memory != NULL ? malloc_usable_size(memory) : 0;
    if (memory != NULL && size != 0 && size <= former && size >= former / 2)
        return memory;
    void *moved = malloc(size);
    if (moved == NULL || memory == NULL)
        return moved;
    memcpy(moved, memory, former < size ? former : size);
    __wrap_free(memory);
    return moved;
}
