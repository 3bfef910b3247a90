/*
 * Connection strings that are no URLs, written as one.
 *
 * JDBC, keyword/value, ADO.NET and Go's MySQL form become dialect://user:password@host:port/database?…, each
 * part encoded as a value. The text lives in the arena.
 */
#ifndef REWRITE_CONVERT_H
#define REWRITE_CONVERT_H

#include "dsn/dsn.h"

/* False where the string cannot be a URL of its family: a dialer's name, a data source, a lost host. */
bool convert_to_url(struct arena *arena, const struct dsn *dsn, str *ret_url);

#endif
