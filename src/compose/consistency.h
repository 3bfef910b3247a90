/*
 * What must hold across the whole project: references, circles, names that are taken.
 */
#ifndef COMPOSE_CONSISTENCY_H
#define COMPOSE_CONSISTENCY_H

#include "compose/loader.h"

/* Refuses the project where Compose does. */
void consistency_check(struct loader *l);

#endif
