/*
 * Service links: the variables that every container gets for each Service of its namespace.
 *
 * Follows pkg/kubelet/envvars/envvars.go. They are under all else but the image's own variables. The address
 * of a Service is not known here, its ports are.
 */
#ifndef KUBE_LINK_H
#define KUBE_LINK_H

#include "kube/loader.h"

void link_build(struct kube *k); /* once, when all addresses are known */
/* Those of a namespace. NULL: it has no Service with an address. */
const struct env *OR_NULL link_env(const struct kube *k, str zone);

#endif
