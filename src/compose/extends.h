/*
 * Services that extend others, of this document or of another file.
 */
#ifndef COMPOSE_EXTENDS_H
#define COMPOSE_EXTENDS_H

#include "compose/loader.h"

/* Each service of `model` over what it extends; changes the services of `model` in place. */
void extends_apply(struct loader *l, struct level *level, struct yaml_node *model);

#endif
