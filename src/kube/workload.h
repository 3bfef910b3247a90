/*
 * The containers of pod templates as workloads: names, image, words, group and turn, ports.
 */
#ifndef KUBE_WORKLOAD_H
#define KUBE_WORKLOAD_H

#include "kube/environment.h"

/* Adds a workload for each container of an object; environments come later. */
void workload_build(struct kube *k, struct kube_object *object);
/* When all addresses are known: environments, words and files of the object's containers. */
void workload_fill(struct kube *k, const struct kube_object *object);

#endif
