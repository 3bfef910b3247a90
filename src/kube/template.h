/*
 * Manifests with variables that are put in before they are applied: ${NAME}, by envsubst or Flux.
 *
 * ${…} alone says nothing, since shells and programs have it too. Where no name, image or number of the
 * cluster may have one, the manifests are such a template, and what stands for it cannot be seen here.
 */
#ifndef KUBE_TEMPLATE_H
#define KUBE_TEMPLATE_H

#include "kube/loader.h"

/* Looks at what may have none, and says once that the manifests are a template. */
void template_see(struct kube *k, const struct kube_object *object);
/* What is put in for a name. */
const struct value *template_unseen(struct kube *k, str name, span at);

#endif
