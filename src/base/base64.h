/*
 * Base64 (RFC 4648 4 and 5): keys, tokens and the data of Secrets are written in it.
 *
 * Nothing is kept; what comes out lies in the arena, which is wiped when the run ends.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/arena.h"

/* False: a byte of neither alphabet, or no whole number of bytes. Padding may be left out. */
bool base64_decode(struct arena *arena, str text, str *ret_bytes);
/* With the alphabet of RFC 4648 4, padded. */
str base64_encode(struct arena *arena, str bytes);

#endif
