/*
 * What a mounted redis.conf says about who may log in; Valkey, KeyDB and Dragonfly read the same.
 *
 * Reads the file that the command names, where it is on this machine or written in the deployment. The value
 * lives in the arena of the run; its source is a secret, so that no report quotes its lines.
 */
#ifndef FACTS_REDIS_CONF_H
#define FACTS_REDIS_CONF_H

#include "facts/facts.h"

struct redis_conf {
    bool is_read;
    const struct value *password; /* requirepass; NULL: none, or an empty one */
    bool is_open;                 /* nothing in it asks for a password, and it listens to others */
};

struct redis_conf redis_conf_read(struct facts *facts, const struct service *service);

#endif
