/*
 * A value that is put together from the bytes of another, with the place of each of them.
 *
 * A fresh unit_text is {.arena = arena}, a fresh view {.value = value}. What is built lives in that arena and
 * points into what it was built from.
 */
#ifndef UNIT_TEXT_H
#define UNIT_TEXT_H

#include "base/buf.h"
#include "env/env.h"

/* What stands in a text for a part that only the running machine knows. */
#define UNIT_HIDDEN "<hidden>"

/* A value that is read from left to right. */
struct unit_view {
    const struct value *value;
    size_t at;
};

/* The place of bytes [from, to). */
span unit_view_span(const struct unit_view *view, size_t from, size_t to);

struct unit_text {
    struct arena *arena;
    struct buf out;
    struct pieces pieces;
    VEC(struct template_use) uses;
    size_t hidden; /* parts of it that are hidden */
};

/* Bytes [from, to) as they are. */
void unit_text_own(struct unit_text *text, const struct unit_view *view, size_t from, size_t to);
/* `made`, which bytes [from, to) stand for. */
void unit_text_made(struct unit_text *text, str made, const struct unit_view *view, size_t from, size_t to);
/* Something that is not known here, which bytes [from, to) stand for. */
void unit_text_hidden(struct unit_text *text, const struct unit_view *view, size_t from, size_t to);
/* All of the variable `inserted`, which bytes [from, to) name. */
void unit_text_variable(struct unit_text *text, const struct value *inserted, const struct unit_view *view,
    size_t from, size_t to);
/* What was built, as a value that stands at `at` in the story of `value`; wholly hidden where it is no more
 * than one hidden part. */
struct value *unit_text_value(struct unit_text *text, const struct value *value, span at);

#endif
