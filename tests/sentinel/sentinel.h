/*
 * The secret that must never come out, and how it is looked for.
 *
 * Its two halves are put around a character that some reader takes for a delimiter; no stretch of SENTINEL_SHARE
 * bytes of either may be printed. Texts live in the given arena.
 */
#ifndef TESTS_SENTINEL_SENTINEL_H
#define TESTS_SENTINEL_SENTINEL_H

#include "base/buf.h"

#define SENTINEL_FIRST  "Vq7wXn2K"
#define SENTINEL_SECOND "zRt9Lm4J"
#define SENTINEL_MARK   "§" /* what stands for it in templates */
#define SENTINEL_BASE64 "¶" /* ... and for its base64 */

enum { SENTINEL_SHARE = 6 };

/* How many ways there are to write it: whole, and with each special text before, inside and behind it. */
size_t sentinel_variant_count(void);
str sentinel_variant(struct arena *arena, size_t index);
/* The character or characters of a variant, as a person can read them; empty: none. */
str sentinel_special(size_t index);

/* `template` with each mark replaced by `secret`. */
str sentinel_fill(struct arena *arena, str template, str secret);
/* A share of it stands in `text`, as it is or percent-decoded. */
bool sentinel_is_in(struct arena *scratch, str text);

#endif
