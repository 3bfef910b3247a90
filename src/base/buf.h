/*
 * A growing byte buffer with a cap that is given at creation.
 *
 * Lives in an arena. Appending past the cap sets `overflow` and drops the bytes: check it once, at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

struct buf {
    struct arena *arena;
    char *data;
    size_t len, capacity;
    size_t limit; /* most bytes it will hold */
    bool overflow;
};

struct buf buf_new(struct arena *arena, size_t limit);
void buf_byte(struct buf *buf, char byte);
void buf_str(struct buf *buf, str s);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_repeat(struct buf *buf, char byte, size_t count);
str buf_view(const struct buf *buf); /* good until the next append */

#endif
