/*
 * Connection strings of every family and scheme that the program knows, well-formed and not, with the secret in them.
 *
 * Texts live in the given arena.
 */
#ifndef TESTS_SENTINEL_SHAPES_H
#define TESTS_SENTINEL_SHAPES_H

#include "sentinel.h"

/* How many there are. */
size_t shapes_count(void);

struct shape {
    str text;      /* NUL-terminated; empty: not to be tried */
    str shape;     /* the template that it was made from */
    str special;   /* what stands in the secret */
    bool is_first; /* its scheme stands for its family: worth more runs */
};

struct shape shapes_at(struct arena *arena, size_t index);

#endif
