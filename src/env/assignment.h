/*
 * The line pattern that dotenv for Node.js and dotenv for Ruby share, without a regular expression engine.
 *
 * Both find assignments with one multi-line pattern over the whole file:
 *   ^ \s* (export\s+)? KEY (\s*=\s*? | :\s+?) ( \s*'…' | \s*"…" | \s*`…` | [^#\n]+ )? \s* (#.*)? $
 * This walks the same matches in linear time. Offsets are bytes of the text; nothing is allocated.
 */
#ifndef ENV_ASSIGNMENT_H
#define ENV_ASSIGNMENT_H

#include "env/space.h"

/* Where the two patterns differ. */
struct assignment_rules {
    enum space_set blanks;      /* what \s is */
    bool dash_in_key;           /* [\w.-] instead of [\w.] */
    bool unicode_line_ends;     /* ^ $ and . know U+2028 and U+2029 */
    bool separator_is_optional; /* a bare KEY is a match too */
    str quotes;                 /* the quote characters */
};

struct assignment {
    size_t start; /* the first byte that is no blank */
    bool exported;
    size_t key_from, key_to;
    bool has_separator;
    bool has_value; /* the value group took part in the match */
    size_t value_from, value_to;
    size_t end; /* where the next match may begin */
};

/* The next assignment from `at` on; false when there is none. `ret->start` tells what was passed over. */
bool assignment_next(str text, size_t at, const struct assignment_rules *rules, struct assignment *ret);
/* The byte after the line end at `at`, or STR_NONE when no line ends there. */
size_t assignment_line_end(str text, size_t at, const struct assignment_rules *rules);

#endif
