/*
 * Whether the clients that may read a string read the same thing.
 */
#ifndef DSN_AMBIGUITY_H
#define DSN_AMBIGUITY_H

#include "dsn/dsn.h"

/* Same user, password, hosts and ports; what neither was given does not count. */
bool readings_agree(struct arena *arena, const struct dsn_reading *a, const struct dsn_reading *b);
/* Likely clients that accept the string go elsewhere, or one refuses raw delimiters in the userinfo. */
bool ambiguity_find(struct arena *arena, const struct dsn *dsn);

#endif
