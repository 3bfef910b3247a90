/*
 * The words of an assignment: quotes, escapes of C.
 *
 * Follows extract_first_word() of src/basic/extract-word.c, systemd 252, with EXTRACT_UNQUOTE and
 * EXTRACT_CUNESCAPE. Words live in the arena and carry the place of each byte.
 */
#ifndef UNIT_WORD_H
#define UNIT_WORD_H

#include "unit/text.h"

enum unit_word {
    UNIT_WORD,     /* there is one */
    UNIT_WORD_END, /* nothing is left */
    UNIT_WORD_BAD, /* an open quote, or an escape that there is not */
};

/* How a word is read where it is not right. */
enum unit_word_style {
    UNIT_WORD_STRICT,  /* Environment= */
    UNIT_WORD_COMMAND, /* ExecStart=: an escape that there is not stays as it is */
    UNIT_WORD_VALUE,   /* a variable that a command splits: no escapes, an open quote ends with the text */
};

/* The word where the view is, which moves behind it and the blanks after it. */
enum unit_word unit_word_next(
    struct arena *arena, struct unit_view *view, enum unit_word_style style, struct value **ret_word);

#endif
