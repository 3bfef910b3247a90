/*
 * Objects by which an operator puts containers of its own into pods: AuthProxyWorkload of Cloud SQL.
 *
 * Such a pod has programs beside its own that no manifest shows, and variables that they bring.
 */
#ifndef KUBE_JOINER_H
#define KUBE_JOINER_H

#include "kube/loader.h"

/* Opens the pods that are joined; the workloads must be there. */
void joiner_build(struct kube *k);

#endif
