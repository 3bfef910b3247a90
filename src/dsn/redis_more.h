/*
 * Clients of Redis whose forms are no other client's: Lettuce, redis-rs, StackExchange.Redis.
 *
 * Lists and schemes of Lettuce (redis+ssl://, redis-sentinel://), sockets of redis-rs, and the text
 * "host:port,password=…" of .NET. Lifetimes as in reader.h.
 */
#ifndef DSN_REDIS_MORE_H
#define DSN_REDIS_MORE_H

#include "dsn/client.h"

extern const struct url_rules lettuce_rules;
extern const struct url_rules redis_rs_rules;

/* Whether the hosts of a URL are a list: redis://h1:6379,h2:6380/0. */
bool redis_has_list(str text);

/* unix:///run/redis.sock?pass=…: others look for no login there. */
bool redis_rs_has_login(str text);

/* Servers and options with commas between them, see endpoints.h. */
enum dsn_error endpoints_read(struct reader *reader);

#endif
