/*
 * Symfony: its cache's and Messenger's Redis, Messenger's AMQP, and how Mailer names several transports.
 *
 * Lifetimes as in reader.h.
 */
#ifndef DSN_SYMFONY_H
#define DSN_SYMFONY_H

#include "dsn/client.h"

extern const struct url_rules symfony_rules;
extern const struct url_rules symfony_amqp_rules;

/* redis:///run/redis.sock, redis://password@/run/redis.sock: no host, and a path that is no number. */
bool redis_has_path(str text);
/* redis:?host[h1:6379]&host[h2], redis:password@?host[…]: servers as keys of the query. */
bool symfony_has_hosts(str text);
/* redis://host?dbindex=2: the number of the database under a name of its own. */
bool symfony_has_number(str text);
enum dsn_error symfony_hosts_read(struct reader *reader);

/* amqp://host/vhost/exchange: the path has more than the name of a virtual host. */
bool amqp_has_exchange(str text);

#endif
