/*
 * The rows of a constant table that have a word: one hash instead of a walk over the table.
 *
 * packc writes the indexes while building (`indexes` in language/packc_tables.h), nothing is made of them at
 * start. Words compare without ASCII case; rows are numbers of the table, ascending, each once. Const, for
 * ever.
 */
#ifndef BASE_WORD_INDEX_H
#define BASE_WORD_INDEX_H

#include "base/str.h"

#include <stdint.h>

struct word_rows {
    const uint16_t *list;
    size_t count;
};

struct indexed_word {
    str word;
    struct word_rows rows;
};

struct word_index {
    const uint16_t *slots; /* 1 + place in `words`; 0: free, which at least half of them are */
    const struct indexed_word *words;
    size_t mask; /* number of slots, a power of two, less one */
};

/* Of a word that is not empty. Length and three of its bytes tell nearly all listed words apart. */
static inline size_t word_hash(str word)
{
    uint32_t first = (unsigned char)byte_lower(word.ptr[0]),
             middle = (unsigned char)byte_lower(word.ptr[word.len / 2]),
             last = (unsigned char)byte_lower(word.ptr[word.len - 1]);
    return ((first | middle << 8 | last << 16 | (uint32_t)word.len << 24) * UINT32_C(0x9e3779b1)) >> 16;
}

/* No rows where no row has the word. */
struct word_rows word_index_rows(const struct word_index *index, str word);

#endif
