/*
 * 64-bit integers that saturate instead of wrapping, with "unbounded" as a value; numbers read from text.
 *
 * Pure functions over values; nothing is kept. A reader that fails leaves its `ret_` as it was.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/str.h"

#include <stdint.h>

#define NUMBER_UNBOUNDED INT64_MAX /* no limit: stays unbounded in sums and products */

int64_t number_add(int64_t a, int64_t b);
int64_t number_subtract(int64_t a, int64_t b);
int64_t number_multiply(int64_t a, int64_t b); /* 0 × unbounded is 0 */

/* Reads the whole of `s` as a decimal integer with an optional sign; false on anything else or overflow. */
bool number_parse(str s, int64_t *ret_value);
/* Reads the whole of `s` as digits of 0..max. */
bool number_parse_unsigned(str s, uint64_t max, uint64_t *ret_value);
/* 500ms, 60s, 2m, 60 (seconds) in milliseconds; false: anything else, nothing, or more than `most`. */
bool number_parse_duration(str s, int64_t most, int64_t *ret_milliseconds);
/*
 * Reads the whole of `s` as a decimal number with optional sign, point and exponent (no blanks, no hex, no
 * words), rounded to the nearest double. False on anything else, beyond the range, or past 1,000 bytes.
 */
bool number_parse_double(str s, double *ret_value);

#endif
