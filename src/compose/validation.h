/*
 * What no type says: values of the finished model that exclude or need each other.
 */
#ifndef COMPOSE_VALIDATION_H
#define COMPOSE_VALIDATION_H

#include "compose/loader.h"

/* Whether services run or not: what is refused here is refused for all of them. */
void validation_check(struct loader *l, struct yaml_node *model);

#endif
