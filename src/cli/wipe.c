/*
 * Memory that libraries give back is wiped: libyaml and jansson hold values and pass them to free() as they
 * are.
 *
 * The linker puts these in the place of free() and realloc() for every caller in the program (--wrap in
 * meson.build); in a program that is not static only for its own callers.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void __real_free(void *memory);
void __wrap_free(void *memory);
void *__wrap_realloc(void *memory, size_t size);

__attribute__((used)) void __wrap_free(void *memory)
{
    if (memory != NULL)
        explicit_bzero(memory, malloc_usable_size(memory));
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
