/*
 * What pg-connection-string, node-postgres' reader, does before and after splitting a URL.
 */
#ifndef DSN_NODE_POSTGRES_H
#define DSN_NODE_POSTGRES_H

#include "dsn/client.h"

/* Encodes the whole text anew where it has a blank or a % that begins no escape. */
void node_postgres_prepare(struct reader *reader);
enum dsn_error node_postgres_finish(struct reader *reader, const struct url_parts *parts);
/* Without a scheme: "/directory database", or the name of a database on the host "base". */
enum dsn_error node_postgres_bare_read(struct reader *reader);

#endif
