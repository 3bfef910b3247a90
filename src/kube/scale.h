/*
 * How many pods of a workload there are: written, scaled by others, and while it is rolled out.
 *
 * Follows the controllers: ResolveFenceposts() of deployment_util.go, HorizontalPodAutoscaler, KEDA's
 * ScaledObject and ScaledJob, Argo Rollouts, batch/v1. What none of them bounds is left open, with a
 * word on why. All of it lives in the arena of the run.
 */
#ifndef KUBE_SCALE_H
#define KUBE_SCALE_H

#include "kube/loader.h"

/* Fills `replicas` of the programs of all workloads, once they are all there. */
void scale_build(struct kube *k);
/* The default of a Deployment that nobody gave another strategy: what an operator makes of its poolers.
 * `strategy` is that of a Deployment, NULL: none is given; `at` stands for it. */
void scale_surge(
    struct kube *k, struct workload_replicas *replicas, const struct yaml_node *OR_NULL strategy, span at);

#endif
