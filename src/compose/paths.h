/*
 * Relative paths of a model become absolute.
 */
#ifndef COMPOSE_PATHS_H
#define COMPOSE_PATHS_H

#include "compose/loader.h"

void paths_resolve(struct loader *l, struct yaml_node *node, const struct shape *shape, str directory);

#endif
