/*
 * The poolers that operators put before their servers: PgBouncer, as a Deployment of its own.
 *
 * What an object says of them becomes a workload with the variables of PgBouncer's usual image, each with the
 * place of what was written. All of it lives in the arena of the run.
 */
#ifndef KUBE_POOLER_H
#define KUBE_POOLER_H

#include "kube/loader.h"

/* Those of one object of an operator; most have none. */
void pooler_build(struct kube *k, struct kube_object *object);

#endif
