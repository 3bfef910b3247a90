/*
 * The `build` of one service as a plain struct.
 */
#ifndef COMPOSE_BUILD_H
#define COMPOSE_BUILD_H

#include "compose/loader.h"

/* What `build:` says; NULL where the service has none. Lives in the arena. */
const struct workload_build *OR_NULL build_read(struct loader *l, const struct yaml_node *service);

#endif
