/*
 * What a YAML scalar means to Compose: go-yaml's types, and their text as Go prints it.
 *
 * Follows go-yaml v3 resolve.go: YAML 1.1 spellings of numbers, but only true and false are booleans. Texts
 * live in the arena or in the node.
 */
#ifndef COMPOSE_SCALAR_H
#define COMPOSE_SCALAR_H

#include "syntax/yaml.h"

enum scalar_kind {
    SCALAR_STRING,
    SCALAR_NULL,
    SCALAR_BOOLEAN,
    SCALAR_INTEGER,
    SCALAR_FLOAT,
    SCALAR_TIME,
    SCALAR_BAD, /* a tag that the text does not fit, such as !!int x */
};

struct scalar {
    enum scalar_kind kind;
    str text;        /* as Go's %v prints it: 0022 is 18, 1.50 is 1.5; a string stays as it is */
    int64_t integer; /* SCALAR_INTEGER within 64 bits with sign */
    bool is_large;   /* SCALAR_INTEGER above that: only `text` is right */
    double number;   /* SCALAR_FLOAT */
};

/* The meaning of a scalar node; other nodes are SCALAR_BAD. */
struct scalar scalar_resolve(struct arena *arena, const struct yaml_node *node);

/* strconv.Atoi: an optional sign and decimal digits, no blanks. */
bool scalar_to_integer(str text, int64_t *ret_integer);
/* The words that Compose casts to booleans: true, yes, on, y and their opposites, in any case. */
bool scalar_to_boolean(str text, bool *ret_boolean);

#endif
