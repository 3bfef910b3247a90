/*
 * What the API server refuses of the objects that are asked for, as far as it counts for their values.
 *
 * Types of environments, words, labels, ConfigMap and Secret data; entries with two sources; base64. Follows
 * k8s.io/api core/v1 and pkg/apis/core/validation. Faults are refusals at the line that has to change.
 */
#ifndef KUBE_MANIFEST_H
#define KUBE_MANIFEST_H

#include "kube/loader.h"

void manifest_check(struct kube *k, const struct kube_object *object);
/* The pod template of a workload; NULL: it has none. */
const struct yaml_node *OR_NULL manifest_template(const struct kube_object *object);

#endif
