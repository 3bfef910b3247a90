/*
 * Projects that a document includes; their sections come in below its own.
 */
#ifndef COMPOSE_INCLUDE_H
#define COMPOSE_INCLUDE_H

#include "compose/loader.h"

/* Reads what `include:` names into `model` and takes the key away. */
void include_apply(struct loader *l, struct level *level, struct yaml_node *model);

#endif
