/*
 * What is open to the outside: load balancers, ports of nodes, routes of web proxies, operators' Services.
 *
 * Each becomes a published port of the program that it leads to. What is open to a private network alone, or
 * has a login before it, is said as that, or not at all.
 */
#ifndef KUBE_EXPOSURE_H
#define KUBE_EXPOSURE_H

#include "kube/loader.h"

/* When all addresses are known. */
void exposure_build(struct kube *k);

#endif
