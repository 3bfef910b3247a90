/*
 * From the merged tree to plain structs: services, networks, secrets and configs, put into the loader's
 * deployment.
 */
#ifndef COMPOSE_SERVICE_H
#define COMPOSE_SERVICE_H

#include "compose/loader.h"

void resources_build(struct loader *l, struct yaml_node *model); /* secrets and configs */
void networks_build(struct loader *l, const struct yaml_node *model);
void service_build(struct loader *l, const struct yaml_pair *pair);

#endif
