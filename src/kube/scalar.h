/*
 * What a plain scalar is to the decoder of Kubernetes: YAML 1.1, where `off` is a boolean and 012 is ten.
 *
 * Follows resolve.go of go-yaml 2 (which sigs.k8s.io/yaml has in it). Nothing is kept.
 */
#ifndef KUBE_SCALAR_H
#define KUBE_SCALAR_H

#include "syntax/yaml.h"

enum kube_scalar {
    KUBE_TEXT,
    KUBE_NULL, /* nothing, ~, null: the empty text where a text is wanted */
    KUBE_BOOLEAN,
    KUBE_NUMBER,
    KUBE_COLLECTION, /* no scalar at all */
};

enum kube_scalar kube_scalar(const struct yaml_node *node);
const char *kube_scalar_name(enum kube_scalar scalar); /* "a number", for messages */
/* The whole number of a node, `otherwise` where it holds none. */
int64_t kube_integer(const struct yaml_node *OR_NULL node, int64_t otherwise);
bool kube_is_true(const struct yaml_node *OR_NULL node);
bool kube_is_false(const struct yaml_node *OR_NULL node);
/* The text of a scalar; empty for null, a collection, or no node. */
str kube_text(const struct yaml_node *OR_NULL node);
/* kube_text() of a key of a mapping. */
str kube_text_of(const struct yaml_node *OR_NULL mapping, str key);
/* The node below several keys, "spec.template.metadata"; NULL: there is none. */
struct yaml_node *OR_NULL kube_below(const struct yaml_node *OR_NULL node, str path);
/* Where a node is, and where the text inside its quotes is; nowhere where there is none. */
span kube_at(const struct yaml_node *OR_NULL node);
span kube_inner(const struct yaml_node *OR_NULL node);

#endif
