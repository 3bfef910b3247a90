/*
 * Quantities of resources: 1500m, 512Mi, 1e3 (apimachinery pkg/api/resource).
 */
#ifndef KUBE_QUANTITY_H
#define KUBE_QUANTITY_H

#include "deploy/deployment.h"
#include "syntax/yaml.h"

/* quantity / divisor, rounded up; an empty divisor, or 0, is 1. False: one of them is none, or too large. */
bool quantity_divide(str quantity, str divisor, int64_t *ret_number);
/* `resources.limits.memory` of a container, or of an object that describes one. */
struct workload_memory quantity_memory(const struct yaml_node *OR_NULL holder);

#endif
