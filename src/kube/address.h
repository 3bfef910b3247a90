/*
 * Services as addresses: names, ports, and the pods that their selectors choose.
 */
#ifndef KUBE_ADDRESS_H
#define KUBE_ADDRESS_H

#include "kube/loader.h"

/* All Services of the index; the workloads must be there. */
void address_build(struct kube *k);

#endif
