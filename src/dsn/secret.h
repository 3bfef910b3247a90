/*
 * Which bytes of a connection string must never be shown.
 */
#ifndef DSN_SECRET_H
#define DSN_SECRET_H

#include "dsn/form.h"
#include "text/gate.h"

/*
 * Fills dsn->secrets from its readings; generously where clients refuse the string or disagree. `is_common`:
 * all clients split it alike, so that no byte outside a reading's password can be one of it.
 */
void secrets_collect(struct arena *arena, struct dsn *dsn, bool is_common);
/*
 * Hides every secret of the string: as it is written, as each client decodes it, and what other clients take
 * for a user, a host or a database although some client's password has bytes of it.
 */
void secrets_hide(struct gate *gate, const struct dsn *dsn);
/* True when a parameter or keyword of this name holds a secret. */
bool key_is_secret(str key);

#endif
