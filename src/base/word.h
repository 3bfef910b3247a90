/*
 * Names as the words that people see in them: DB_PASSWORD, dbPassword and db.password are the same two.
 *
 * The one way to ask what a name is about. A part of a word says nothing: HEALTHCARE is not HEALTH. Words
 * point into the name; ASCII case never counts; nothing is allocated.
 */
#ifndef BASE_WORD_H
#define BASE_WORD_H

#include "base/str.h"

#include <stdint.h>

/* Takes the next word off `*rest`: a run of letters and digits, or a hump of dbPassword and DBPassword. */
bool word_next(str *rest, str *ret_word);
/* The last word of all, without a walk over the others; empty: there is none. */
str word_last(str name);
/* The words of `phrase` ("no proxy") are somewhere in the name, one after the other. */
bool word_is_in(str name, str phrase);
/* … and nothing follows them: DB_PORT ends with "port", TRANSPORT does not. */
bool word_is_last(str name, str phrase);

#define WORDS_MAX 32 /* of one name; what has more is no name that anybody gave */

struct words {
    str list[WORDS_MAX];
    size_t count;
    uint32_t initials; /* the low five bits of what they begin with, a bit for each: most phrases fail here */
};

/* All words of a name, for those who look at them one by one; false: none, or too many. */
bool words_split(str name, struct words *ret_words);
/* word_is_in() of a name that is asked for many phrases. */
bool words_contain(const struct words *words, str phrase);
/* The phrase is the last of the first `count` words. */
bool words_end_with(const struct words *words, size_t count, str phrase);

#endif
