/*
 * Where PgBouncer keeps passwords: its list of users (its manual, "Authentication file format") and the
 * connection strings of [databases].
 *
 * Private to the room; results live in the arena.
 */
#ifndef MEND_POOLER_PLACES_H
#define MEND_POOLER_PLACES_H

#include "mend/rotation.h"

/*
 * Adds the places of the old secret of `user` in what the project's poolers are handed, and to
 * `rotated->hashes` what the server must store where a list holds a hash. `rotated->refusal` says what
 * stands in the way.
 */
void pooler_places(struct arena *arena, const struct facts *facts, str user, struct rotated *rotated);

#endif
