/*
 * What a container finds as files: volumes of Secrets and ConfigMaps key by key, and where other volumes are.
 */
#ifndef KUBE_VOLUME_H
#define KUBE_VOLUME_H

#include "kube/environment.h"

/* Fills mounts, secrets and configs. Volumes that the container does not mount count for nothing. */
void volume_fill(
    struct kube *k, const struct pod *pod, const struct yaml_node *container, struct workload *workload);

#endif
