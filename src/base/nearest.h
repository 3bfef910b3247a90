/*
 * "Did you mean": the nearest of some known words.
 *
 * Pure functions over slices; nothing is allocated or kept.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/str.h"

#define NEAREST_DISTANCE_MAX 2  /* further away is no help */
#define NEAREST_WORD_MAX     64 /* longer words are not compared */

/* Keeps the best candidate seen so far: start zeroed, call nearest_offer() for each. */
struct nearest {
    str word; /* what was typed */
    str best; /* empty: none is near */
    size_t distance;
};

void nearest_offer(struct nearest *nearest, str candidate);

#endif
