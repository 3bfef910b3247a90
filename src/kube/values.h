/*
 * What ConfigMaps and Secrets hold, key by key, and which of them cannot be seen here.
 *
 * A value is made once, when it is first asked for; all that refer to it have the same one at their root.
 */
#ifndef KUBE_VALUES_H
#define KUBE_VALUES_H

#include "kube/loader.h"

/* What a reference by name leads to. */
struct holder_object {
    const char *kind; /* "Secret", "ConfigMap" */
    str name, zone;
    struct kube_object *object;        /* NULL: it is not among the manifests, or its values are elsewhere */
    const struct kube_object *made_by; /* of what makes it in the cluster; NULL: none is known */
    str made_keys;                     /* that this makes, with blanks between; empty: not known */
    const struct seal_form *OR_NULL made_forms;
};

struct holder_object values_find(struct kube *k, bool is_secret, str zone, str name);
/* All keys of an object, in the order of the text; of one that is made by another those that it names. */
str_vec values_keys(struct kube *k, const struct holder_object *holder);
/* The value of a key, NULL: the object does not have it. Of what cannot be seen a value with `is_hidden`, or
 * with `is_outline` where its form is known. */
const struct value *OR_NULL values_get(struct kube *k, const struct holder_object *holder, str key, span at);
/* Whether the object is known to the last key: `values_keys` are all. */
bool values_are_known(const struct holder_object *holder);
str values_label(struct kube *k, const struct holder_object *holder); /* "Secret pg" */

#endif
