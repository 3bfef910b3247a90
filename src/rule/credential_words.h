/*
 * A value as words, the form in which placeholders and weak secrets are compared.
 *
 * Private to src/rule/credential*.c; words live in the scratch arena.
 */
#ifndef RULE_CREDENTIAL_WORDS_H
#define RULE_CREDENTIAL_WORDS_H

#include "base/vec.h"

#define CREDENTIAL_WORD_BYTES_MAX 256 /* longer values are no words */

/* Lower case, split at everything that is no letter or digit, and between humps where all are letters; marks
 * and digits at the end are dropped. Bytes above 0x7F count as letters. */
str_vec credential_words(struct arena *scratch, str value);

#endif
