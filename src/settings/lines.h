/*
 * Settings that are a program's own source: what a statement at the top of the file gives a name.
 *
 * Found by lines, with what the language needs of strings and brackets; nothing is run. A statement inside
 * of a branch makes the name unclear, unless a later one at the top settles it. Texts are slices of the
 * file.
 */
#ifndef SETTINGS_LINES_H
#define SETTINGS_LINES_H

#include "settings/expression.h"

enum hit_state {
    HIT_NONE,    /* the file does not say */
    HIT_ONE,     /* `text` begins with it */
    HIT_UNCLEAR, /* it stands there, and what holds is decided while the program runs */
};

struct setting_hit {
    enum hit_state state;
    str text; /* from the value to the end of its statement; HIT_UNCLEAR: where it stands */
};

/* NAME = value */
struct setting_hit line_assignment(enum setting_language language, str file, str name);
/* NAME value: a call without brackets, as Ruby's settings have it. */
struct setting_hit line_call(str file, str name);
/* The places of `NAME: value` from `from` on, comments left out; `ret_next` is where the search goes on. */
struct setting_hit line_member(
    enum setting_language language, str file, str name, size_t from, size_t *ret_next);

#endif
