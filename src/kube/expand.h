/*
 * $(NAME) in values and words, as the kubelet replaces it.
 *
 * Follows third_party/forked/golang/expansion/expand.go: $$ is a dollar, an unknown name stays as it is
 * written, nothing is expanded twice.
 */
#ifndef KUBE_EXPAND_H
#define KUBE_EXPAND_H

#include "kube/values.h"

/* An envFrom whose keys are not all known: a name that nothing sets may come from it. */
struct open_source {
    struct holder_object holder;
    str prefix;
};

typedef VEC(struct open_source) open_sources;

/* What names stand for: what is set so far, then what the platform sets. */
struct expansion {
    const struct env *env, *platform; /* platform: NULL: nothing */
    const struct env *later;          /* what will be set; NULL: all of it is */
    const open_sources *open;
    str owner; /* whose environment it is */
};

/* The value of a scalar of the manifests with its references replaced. `name` and `key` are its own. */
struct value *expand_value(
    struct kube *k, const struct yaml_node *scalar, str name, span key, const struct expansion *known);
/* The references in a text that is taken as it is; NULL: there are none. */
const struct left_references *OR_NULL expand_left(struct kube *k, str text);

#endif
