/*
 * How a value is written so that its readers take it for exactly that.
 *
 * Ways to quote and escape are tried, the plainest first, and each is read back: what comes out was seen to
 * be right. All in the caller's arena.
 */
#ifndef ENV_SPELL_H
#define ENV_SPELL_H

#include "env/dotenv.h"

typedef VEC(const struct dialect *) dialect_list;

struct spelling {
    str text;   /* what is written after `NAME=` */
    str advice; /* the same as a sentence, without the value */
};

/*
 * The spelling of `text` that all of `readers` take for `text` as the value of `name`, and for nothing else;
 * `before` is what is written before the name, such as `export `. False: there is none.
 */
bool spell_value(struct arena *arena, const dialect_list *readers, str before, str name, str text,
    struct spelling *ret_spelling);

#endif
