/*
 * What a container of a store's image runs: the store itself, or a client that the image brings along.
 *
 * Reads the command of one service and keeps nothing.
 */
#ifndef FACTS_PROGRAM_H
#define FACTS_PROGRAM_H

#include "deploy/deployment.h"

/*
 * True for a backup or set-up job: its command starts a client (pg_dump, redis-cli) and no server. A script
 * of its own, whose content nobody knows, counts as a server.
 */
bool program_is_client(const struct workload *service);

#endif
