/*
 * What operators make of their objects: servers, names and Secrets that no manifest has.
 */
#ifndef KUBE_OPERATOR_H
#define KUBE_OPERATOR_H

#include "kube/loader.h"

/* Notes which Secrets are made by others: sealed, external, an operator's. Before environments are made. */
void operator_seal(struct kube *k);
/* The servers as workloads, and the names that lead to them. */
void operator_build(struct kube *k);

#endif
