/*
 * URLs that leave nothing open: every client that reads by the usual rules makes the same of them.
 *
 * Most connection strings are of this kind, so one client's reading serves the others. Nothing is allocated.
 */
#ifndef DSN_PLAIN_H
#define DSN_PLAIN_H

#include "dsn/family.h"

/*
 * True when `text`, a URL of that family, is scheme://user:password@host:port/path?key=value of unreserved
 * bytes (RFC 3986 2.3), names its host as every resolver knows it, and has no parameter that moves or refuses
 * a part. User, password, port, path and query may be absent.
 */
bool url_is_plain(str text, const struct dsn_family *family);

/* True when a client of these rules splits a plain URL of that scheme as the others do. */
bool url_reads_plainly(const struct url_rules *rules, str scheme);

#endif
