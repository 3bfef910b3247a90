/*
 * Rows of a const table by their name: the look-up and the "did you mean".
 *
 * Const, for ever; nothing is kept.
 */
#ifndef BASE_NAMED_H
#define BASE_NAMED_H

#include "base/nearest.h"
#include "base/null.h"

/* A table, and where its rows hold their `str`. */
struct named {
    const void *rows;
    size_t count, size, name_at;
};

/* For an array, or a pointer and a count, whose rows have a member `name`. */
#define NAMED(array, type)              NAMED_BY(array, ARRAY_COUNT(array), type, name)
#define NAMED_BY(array, many, type, at) ((struct named){(array), (many), sizeof(type), offsetof(type, at)})

static inline str named_at(struct named table, size_t index)
{
    return *(const str *)((const char *)table.rows + index * table.size + table.name_at);
}

static inline const void *OR_NULL named_find(struct named table, str name)
{
    for (size_t i = 0; i < table.count; i++)
        if (str_eq(named_at(table, i), name))
            return (const char *)table.rows + i * table.size;
    return NULL;
}

/* The name nearest to `word`, or empty. */
static inline str named_nearest(struct named table, str word)
{
    struct nearest nearest = {.word = word};
    for (size_t i = 0; i < table.count; i++)
        nearest_offer(&nearest, named_at(table, i));
    return nearest.best;
}

#endif
