/*
 * Refuses what the format does not allow.
 */
#ifndef COMPOSE_SCHEMA_H
#define COMPOSE_SCHEMA_H

#include "compose/loader.h"

void schema_check(struct loader *l, const struct yaml_node *model);
/* What texts become when the model is finished: sizes, durations. Services that do not start count too. */
void schema_decode(struct loader *l, const struct yaml_node *model);

#endif
