/*
 * What the files that make include/bootgate share: how a function is let out, and how memory that ends is an
 * answer.
 *
 * An owner is the small block that a caller gets; all else lives in its arena. Whatever accessors return is
 * made while the owner is filled, so that they cannot fail.
 */
#ifndef LIBRARY_PUBLIC_H
#define LIBRARY_PUBLIC_H

#include "base/arena.h"

#include <setjmp.h>

/* Everything else is compiled with hidden visibility. */
#define PUBLIC __attribute__((visibility("default")))

struct owner {
    struct arena arena;
    jmp_buf out_of_memory;
};

/* Zeroed, `size` bytes that begin with a struct owner; NULL: no memory. Set its jump before taking any. */
void *owner_new(size_t size);
void owner_free(void *owner); /* NULL is fine; wipes */
const char *owner_text(struct owner *owner, str text);
const char *owner_text_or_null(struct owner *owner, str text); /* NULL where it is empty */

#endif
