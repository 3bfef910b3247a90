/*
 * PgBouncer's list of users and their passwords (its manual, "Authentication file format").
 *
 * Private to the room; results live in the arena.
 */
#ifndef MEND_USERLIST_H
#define MEND_USERLIST_H

#include "mend/rotation.h"

/*
 * Adds the places of the old secret of `user` in the lists that the project's poolers are handed. A hash of
 * it (md5…, SCRAM-SHA-256$…) must be the one that the server stores: then `rotated->refusal` says so.
 */
void userlist_places(struct arena *arena, const struct facts *facts, str user, struct rotated *rotated);

#endif
