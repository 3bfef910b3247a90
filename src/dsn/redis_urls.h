/*
 * Clients of Redis that read plain redis:// URLs more strictly than most, or have words of their own in them.
 *
 * go-redis, Jedis, Predis. Lifetimes as in reader.h.
 */
#ifndef DSN_REDIS_URLS_H
#define DSN_REDIS_URLS_H

#include "dsn/client.h"

extern const struct url_rules go_redis_rules;
extern const struct url_rules jedis_rules;
extern const struct url_rules predis_rules;

#endif
