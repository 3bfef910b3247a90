/*
 * Reading a str from left to right.
 *
 * Every primitive advances only when it succeeds, and those that take a run of bytes take a maximum; so a
 * parser reads as a chain of them. A cursor is a value: copy it to look ahead.
 */
#ifndef TEXT_CURSOR_H
#define TEXT_CURSOR_H

#include "base/str.h"

struct cursor {
    str text;
    size_t at; /* 0..text.len */
};

typedef bool byte_class(char byte);

bool cursor_done(const struct cursor *c);
char cursor_peek(const struct cursor *c); /* NUL at the end: ask cursor_done first where NUL is data */
str cursor_rest(const struct cursor *c);
bool cursor_byte(struct cursor *c, char byte);
bool cursor_word(struct cursor *c, str word);
bool cursor_word_fold(struct cursor *c, str word);
/* At least one and at most `max` bytes of the class. */
bool cursor_run(struct cursor *c, byte_class *is_member, size_t max, str *ret_run);
size_t cursor_skip(struct cursor *c, byte_class *is_member); /* how many were skipped */
/* Everything before `stop`, which stays; false when `stop` does not come within `max` bytes. */
bool cursor_until(struct cursor *c, char stop, size_t max, str *ret_run);

#endif
