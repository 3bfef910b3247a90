/*
 * One file as documents, interpolated, cast and free of foreign tags. Nodes live in the arena; a file is
 * parsed once, and each reading of it gets nodes of its own.
 */
#ifndef COMPOSE_DOCUMENT_H
#define COMPOSE_DOCUMENT_H

#include "compose/loader.h"

struct documents {
    VEC(struct yaml_node *) list;
    bool ok; /* false: broken (reported) */
};
struct documents document_read(struct loader *l, struct level *level, str path, span at);
/* The file as YAML, read once; faults are reported then. */
const struct yaml_documents *document_parse(struct loader *l, const struct source *source);
/* The text of a scalar after interpolation, without reporting anything. */
str document_expand(struct loader *l, struct env *environment, struct yaml_node *node, bool *ret_ok);

#endif
