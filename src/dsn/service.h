/*
 * What clients of Redis, AMQP, HTTP and object storage do after splitting a URL.
 */
#ifndef DSN_SERVICE_H
#define DSN_SERVICE_H

#include "dsn/client.h"

enum dsn_error redis_finish(struct reader *reader, const struct url_parts *parts);
/* kombu's redis+socket:///path?virtual_host=1, its transport taken off. */
enum dsn_error kombu_finish(struct reader *reader, const struct url_parts *parts);
enum dsn_error ioredis_finish(struct reader *reader, const struct url_parts *parts);
enum dsn_error node_redis_finish(struct reader *reader, const struct url_parts *parts);
/* No blank may stand anywhere in the text. */
enum dsn_error amqp_finish(struct reader *reader, const struct url_parts *parts);
/* guest:guest@localhost and the virtual host /. */
void amqp_defaults(struct dsn_reading *reading);
/* The URL standard and curl write IPv4 addresses in their usual form. */
enum dsn_error domain_finish(struct reader *reader, const struct url_parts *parts);
/* The same, and a URL without a host is refused. */
enum dsn_error http_finish(struct reader *reader, const struct url_parts *parts);
enum dsn_error s3_finish(struct reader *reader, const struct url_parts *parts);
enum dsn_error clickhouse_finish(struct reader *reader, const struct url_parts *parts);

/* ioredis parseURL() of a string without a scheme. */
enum dsn_error ioredis_bare_read(struct reader *reader);

#endif
