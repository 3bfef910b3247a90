/*
 * Target lines for bootgate-wait, made from connections, URLs and names.
 *
 * One line a host, fields KEY=VALUE parted by tabs, bytes below 0x21, 0x7F and `%` as %XX (the format that
 * src/wait/target.h reads). Passwords, and the query of a URL, which may hold a token, are left out.
 */
#ifndef CLI_WAIT_TARGET_H
#define CLI_WAIT_TARGET_H

#include "model/facts.h"

struct wait_targets {
    struct arena *arena;
    const struct facts *facts;
    struct buf lines;
};

struct wait_targets wait_targets_new(struct arena *arena, const struct facts *facts);
/* Every host of it that is a server; files have none. */
void wait_add_connection(struct wait_targets *targets, const struct connection *connection);
/* A variable's name, a URL, or host:port. False: it names nothing that can be waited for. */
bool wait_add_word(struct wait_targets *targets, str word);
bool wait_add_configured(struct wait_targets *targets, const struct config_wait *wait);

#endif
