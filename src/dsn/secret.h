/*
 * Which bytes of a connection string must never be shown.
 */
#ifndef DSN_SECRET_H
#define DSN_SECRET_H

#include "dsn/form.h"

/* Fills dsn->secrets from its readings; generously where clients refuse the string or disagree. */
void secrets_collect(struct arena *arena, struct dsn *dsn);
/* The same where all clients read a plain URL alike (plain.h): what stands in the dsn itself is all. */
void secrets_of_plain(struct arena *arena, struct dsn *dsn);
/* True when a parameter or keyword of this name holds a secret. */
bool key_is_secret(str key);

#endif
