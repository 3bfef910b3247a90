/*
 * What the clients of SQL Server share: instances beside hosts, and go-mssqldb's URL.
 *
 * Lifetimes as in reader.h.
 */
#ifndef DSN_SQLSERVER_H
#define DSN_SQLSERVER_H

#include "dsn/client.h"

/* host\INSTANCE: leaves the host, which is what is dialled; a path of a named pipe stays. */
struct dsn_part sqlserver_host(struct dsn_part place);
/* The same of a host that was added, and its class anew. */
void sqlserver_settle_host(struct reader *reader, struct dsn_host *host);
/* sqlserver://user:password@host:port/instance?database=…: keys in any case, the last client of net/url. */
enum dsn_error go_mssqldb_finish(struct reader *reader, const struct url_parts *parts);
/* Refuses values that go-mssqldb cannot take for its own keys: numbers, booleans, encrypt. */
enum dsn_error go_mssqldb_check(struct reader *reader);
/* sqlserver://host:port;database=…: pairs after semicolons, as JDBC, Prisma and tedious write them. */
bool sqlserver_has_pairs(str text);

#endif
