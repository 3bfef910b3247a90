#include "base/word_index.h"

struct word_rows word_index_rows(const struct word_index *index, str word)
{
    if (word.len == 0)
        return (struct word_rows){0};
    for (size_t i = word_hash(word) & index->mask; index->slots[i]; i = (i + 1) & index->mask) {
        const struct indexed_word *entry = &index->words[index->slots[i] - 1];
        if (str_eq_fold(entry->word, word))
            return entry->rows;
    }
    return (struct word_rows){0};
}
