/*
 * What the drivers of MongoDB do after splitting a URL: their common specification (connection-string,
 * uri-options, auth, initial-dns-seedlist-discovery) and PyMongo, which differs.
 */
#ifndef DSN_MONGO_H
#define DSN_MONGO_H

#include "dsn/client.h"

enum dsn_error mongo_finish(struct reader *reader, const struct url_parts *parts);
/* database.collection, and no proxies. */
enum dsn_error pymongo_finish(struct reader *reader, const struct url_parts *parts);

#endif
