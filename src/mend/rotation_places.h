/*
 * Which places of a project hold the secret of a variable, because a server is opened with it.
 *
 * Private to the room; results live in the arena.
 */
#ifndef MEND_ROTATION_PLACES_H
#define MEND_ROTATION_PLACES_H

#include "mend/rotation.h"

/* `rotated.refusal` is not empty where the project has no such variable, or its secret is out of reach. */
struct rotated rotation_places(struct arena *arena, const struct facts *facts, str variable);

#endif
