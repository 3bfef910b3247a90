/*
 * Growing arrays in an arena.
 *
 * VEC(type) declares the three fields; a zeroed vec is empty. Growth moves the items: a pointer to an item
 * is good until the next push. The old block stays in the arena, so growth doubles.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(type)                                                                                            \
    struct {                                                                                                 \
        type *items;                                                                                         \
        size_t count, capacity;                                                                              \
    }

/* A named vec of str, the one kind that crosses module borders often. */
typedef VEC(str) str_vec;

/* The texts one after the other, with `separator` between them. */
str str_vec_join(struct arena *arena, const str_vec *texts, str separator);
/* Whether it is one of them. */
bool str_vec_has(const str_vec *texts, str text);
/* Appends it where it is not among them yet. */
void str_vec_add_new(struct arena *arena, str_vec *texts, str text);

/* Appends a zeroed item and evaluates to its address. */
#define vec_add(arena, vec)                                                                                  \
    (((vec)->count < (vec)->capacity ? (void)0                                                               \
                                     : (void)((vec)->items = vec_grow((arena), (vec)->items, (vec)->count,   \
                                                  &(vec)->capacity, sizeof *(vec)->items))),                 \
        &(vec)->items[(vec)->count++])

/* Appends a copy of `item`. */
#define vec_push(arena, vec, item) ((void)(*vec_add((arena), (vec)) = (item)))

/* Room for `room` items altogether, where the number is known beforehand; growth doubles from there. */
#define vec_reserve(arena, vec, room)                                                                        \
    ((void)((vec)->capacity >= (room) ? (vec)->items                                                         \
                                      : ((vec)->items = vec_move((arena), (vec)->items, (vec)->count,        \
                                             &(vec)->capacity, (room), sizeof *(vec)->items))))

#define vec_last(vec) (&(vec)->items[(vec)->count - 1])

/* for (each item pointer): vec_each(struct x *, it, &vec) { … } */
#define vec_each(pointer_type, it, vec)                                                                      \
    for (pointer_type it = (vec)->items; (vec)->count && it < (vec)->items + (vec)->count; it++)

/* The items with twice the room, and with room for `room` items. */
__attribute__((returns_nonnull)) void *vec_grow(
    struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_size);
__attribute__((returns_nonnull)) void *vec_move(
    struct arena *arena, void *items, size_t count, size_t *capacity, size_t room, size_t item_size);

#endif
