/*
 * What a container gets, as the kubelet makes it.
 *
 * Follows makeEnvironmentVariables of pkg/kubelet/kubelet_pods.go and pkg/fieldpath: envFrom in order, then
 * env in order, each over what was there; $(NAME) sees what stands before it and the service links.
 */
#ifndef KUBE_ENVIRONMENT_H
#define KUBE_ENVIRONMENT_H

#include "kube/expand.h"

/* The pod that a container is of. */
struct pod {
    const struct kube_object *object; /* the workload, or the bare pod */
    const struct yaml_node *metadata; /* of the pod template */
    const struct yaml_node *spec;     /* of the pod */
    const struct env *platform;       /* service links; NULL: none */
};

/* Fills environment, missing, unseen and environment_is_open; what it is open to. */
open_sources environment_fill(
    struct kube *k, const struct pod *pod, const struct yaml_node *container, struct workload *workload);

#endif
