/*
 * What a container runs by its command: a store, or one of the clients that a store's image brings along.
 *
 * Reads the commands of one service, past what only starts them, and keeps nothing.
 */
#ifndef FACTS_PROGRAM_H
#define FACTS_PROGRAM_H

#include "deploy/deployment.h"

/*
 * True for a backup or set-up job: its command starts a client (pg_dump, redis-cli) and no server. A script
 * of its own, whose content nobody knows, counts as a server.
 */
bool program_is_client(struct arena *arena, const struct workload *service);
/* The known image whose server the last command starts, whatever the image is called; empty: none. */
str program_image(struct arena *arena, const struct workload *service);

#endif
