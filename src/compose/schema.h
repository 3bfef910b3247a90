/*
 * Refuses what the format does not allow.
 */
#ifndef COMPOSE_SCHEMA_H
#define COMPOSE_SCHEMA_H

#include "compose/loader.h"

void schema_check(struct loader *l, const struct yaml_node *model);

#endif
