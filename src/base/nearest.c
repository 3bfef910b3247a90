#include "base/nearest.h"

#include <stdint.h>

#define ROW (NEAREST_WORD_MAX + 1)

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(str a, size_t i, str b, size_t j)
{
    return byte_lower(a.ptr[i]) == byte_lower(b.ptr[j]);
}

/* Fills row i of the edit table from the two rows above it. */
static void fill_row(str a, str b, size_t i, const size_t *before_last, const size_t *last, size_t *row)
{
    row[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
        size_t edits = last[j - 1] + !same(a, i - 1, b, j - 1);
        edits = least(edits, least(last[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1))
            edits = least(edits, before_last[j - 2] + 1);
        row[j] = edits;
    }
}

/* A bit for each kind of byte in a word, case aside. */
static uint64_t kinds_of(str word)
{
    uint64_t kinds = 0;
    for (size_t i = 0; i < word.len; i++)
        kinds |= (uint64_t)1 << ((unsigned char)byte_lower(word.ptr[i]) % 64);
    return kinds;
}

/* Whether so few edits may lead from one to the other: an edit changes the length by one at most, and takes
 * away one kind of byte and brings another. Most words are told apart by it, at a fraction of the price. */
static bool may_be_near(str a, str b)
{
    size_t longer = a.len > b.len ? a.len - b.len : b.len - a.len;
    size_t others = 0;
    for (uint64_t bits = kinds_of(a) ^ kinds_of(b); bits; bits &= bits - 1)
        others++;
    return longer <= NEAREST_DISTANCE_MAX && others <= 2 * NEAREST_DISTANCE_MAX;
}

/*
 * Edits from `a` to `b`: insert, delete, replace, swap two neighbours (Damerau-Levenshtein, optimal string
 * alignment), ASCII case ignored. More than NEAREST_DISTANCE_MAX where either is too long.
 */
static size_t distance_of(str a, str b)
{
    if (a.len > NEAREST_WORD_MAX || b.len > NEAREST_WORD_MAX)
        return NEAREST_DISTANCE_MAX + 1;
    size_t rows[3][ROW];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++)
        fill_row(a, b, i, rows[(i + 1) % 3], rows[(i + 2) % 3], rows[i % 3]);
    return rows[a.len % 3][b.len];
}

void nearest_offer(struct nearest *nearest, str candidate)
{
    if (!may_be_near(nearest->word, candidate))
        return;
    size_t distance = distance_of(nearest->word, candidate);
    bool is_near = distance <= NEAREST_DISTANCE_MAX && distance < candidate.len;
    if (!is_near || (nearest->best.len > 0 && distance >= nearest->distance))
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}
