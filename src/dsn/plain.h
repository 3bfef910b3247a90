/*
 * Texts that leave nothing open: every client that reads URLs, or settings, makes the same of them.
 *
 * Most connection strings are of this kind, so one pass over the bytes serves all clients.
 */
#ifndef DSN_PLAIN_H
#define DSN_PLAIN_H

#include "dsn/family.h"

/*
 * True when the text is scheme://user:password@host:port/path?key=value of unreserved bytes (RFC 3986 2.3),
 * names its host as every resolver knows it, and has no parameter that moves or refuses a part. User and
 * password may hold escapes of visible ASCII; user, password, port, path and query may be absent; several
 * hosts are plain where all clients of the family take lists. The reading then holds all parts; what the text
 * does not name is left to the clients' defaults. False leaves the reading in no useful state.
 */
bool plain_read(struct reader *reader, const struct dsn_scheme *scheme);

/* True for key=value pairs of such bytes, and of / : , in values: no quotes, no escapes, no blank more. */
bool settings_are_plain(str text);

#endif
