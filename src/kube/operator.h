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

/* ---- for kube/pooler.c */

/* A pattern with `name` in the place of its `*`. */
str operator_name(struct arena *arena, str pattern, str name);
/* A workload that an operator makes of the object, with nothing but a port; `unit`: what it is called. */
struct workload *operator_program(struct kube *k, const struct kube_object *object, str unit, int16_t port);
/* A name that leads to it. */
void operator_address(
    struct kube *k, const struct kube_object *object, struct workload *workload, str name, int16_t number);

#endif
