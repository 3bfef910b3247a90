/*
 * The rules that clients of Redis, brokers, HTTP, mail and object storage read URLs by.
 *
 * Constant tables, as those of databases are in client.c.
 */
#ifndef DSN_SERVICE_RULES_H
#define DSN_SERVICE_RULES_H

#include "dsn/client.h"

extern const struct url_rules redis_py_rules;
extern const struct url_rules ioredis_rules;
extern const struct url_rules node_redis_rules;
extern const struct url_rules kombu_rules;
extern const struct url_rules amqp_rules;
extern const struct url_rules curl_rules;
extern const struct url_rules urllib_rules;
extern const struct url_rules whatwg_rules;
extern const struct url_rules go_url_rules;
extern const struct url_rules nodemailer_rules;
extern const struct url_rules clickhouse_rules;
extern const struct url_rules any_rules;

#endif
