/*
 * What PostgreSQL clients do after splitting: host and port lists, hostaddr, services, default sockets.
 *
 * Shared by the URL and the keyword/value grammar; lifetimes as in reader.h.
 */
#ifndef DSN_POSTGRES_H
#define DSN_POSTGRES_H

#include "dsn/client.h"

enum {
    POSTGRES_PORT = 5432,
};

/* Where a PostgreSQL client was told to go, lists not yet split. */
struct postgres_place {
    struct dsn_part host, hostaddr, port;
};

/* libpq's connectOptions2(): hostaddr beats host, one port serves all hosts, an empty host is the socket. */
enum dsn_error libpq_connect(struct reader *reader, const struct postgres_place *place);
/* pgconn: ports are matched by position, the first one serves hosts without; hostaddr means nothing. */
enum dsn_error pgx_connect(struct reader *reader, const struct postgres_place *place);

enum dsn_error libpq_finish(struct reader *reader, const struct url_parts *parts);
enum dsn_error asyncpg_finish(struct reader *reader, const struct url_parts *parts);
/* A user without a database has one of that name. */
void asyncpg_defaults(struct dsn_reading *reading);
/* parseURLSettings() of what follows 5.10: hosts and ports as libpq has them, hostaddr means nothing. */
enum dsn_error pgx_next_finish(struct reader *reader, const struct url_parts *parts);
enum dsn_error pgx_finish(struct reader *reader, const struct url_parts *parts);

/* True when libpq knows the keyword (version 15 and what was added up to 18). */
bool libpq_knows(str keyword);
/* Moves the parameter of that name that counts out of the list; an empty value counts as not given. */
struct dsn_part take_parameter(struct reader *reader, str key);

/* A socket's own path: leaves its directory; false: it is a directory, or no path at all. */
bool postgres_socket_directory(struct dsn_part *path);

/* Empty user, password and database are "not set" (conninfo_uri_parse_options stores none of them). */
void unset_if_empty(struct dsn_part *part);

extern const struct override_keys postgres_keys, pgx_keys;

#endif
