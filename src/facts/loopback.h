/*
 * What listens at a program's own loopback: itself, what its start script or supervisor runs beside it, and
 * the other programs of its group.
 *
 * Pure questions to the facts; nothing is kept.
 */
#ifndef FACTS_LOOPBACK_H
#define FACTS_LOOPBACK_H

#include "facts/facts.h"

/* Whether a program says of itself that it listens on a port. */
bool loopback_is_heard(const struct facts *facts, const struct service *OR_NULL client, int32_t port);
/* Whether the program itself listens where this connection leads, as its variables and ports say. */
bool loopback_is_own(
    const struct facts *facts, const struct connection *connection, const struct target *target);
/* Whether the program runs on the machine itself, where the server's port is published. */
bool loopback_is_published(
    const struct facts *facts, const struct connection *connection, const struct target *target);
/* Whether a server of that family may run in the program's own container: redis-server, mysqld. */
bool loopback_is_served(const struct service *client, enum family_id family);
/* What listens on a port beside a program, `is_late`: when it has ended; NULL: nothing that is known to. */
struct service *OR_NULL loopback_mate(
    struct facts *facts, const struct service *client, int32_t port, bool is_late);

#endif
