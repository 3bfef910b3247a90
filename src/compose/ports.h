/*
 * Published ports in long form.
 */
#ifndef COMPOSE_PORTS_H
#define COMPOSE_PORTS_H

#include "compose/loader.h"

/* Every port of every service as rows in long form (target, published, host_ip, protocol), in place. */
void ports_apply(struct loader *l, struct yaml_node *model);
struct workload_port ports_of_row(struct loader *l, struct yaml_node *row);

#endif
