/*
 * What packc writes so that rows of a table are found by a word of theirs: see base/word_index.h.
 *
 * A draft is filled row by row and written once. Lives in the compiler's arena.
 */
#ifndef LANGUAGE_PACKC_INDEX_H
#define LANGUAGE_PACKC_INDEX_H

#include "base/buf.h"
#include "base/map.h"

struct index_draft {
    struct map words; /* in lower case → struct index_rows */
};

/* A string literal's initialiser; every byte that may mean more in C is an octal escape. */
void packc_text(struct buf *out, str text);
/* The row, of a number that never falls from call to call, has the word. An empty word is none. */
void index_add(struct arena *arena, struct index_draft *draft, str word, size_t row);
/* `const struct word_index NAME`, and what it points to. */
void index_write(struct arena *arena, const struct index_draft *draft, const char *name, struct buf *out);

#endif
