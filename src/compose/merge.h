/*
 * A later document over an earlier model. What differs is made anew in the arena, the rest is shared.
 */
#ifndef COMPOSE_MERGE_H
#define COMPOSE_MERGE_H

#include "compose/loader.h"

/* `over` on top of `base` (either may be NULL); new nodes where they differ. */
struct yaml_node *merge_nodes(
    struct loader *l, struct yaml_node *base, struct yaml_node *over, const struct shape *shape);
/* Takes !reset keys and the !override mark away once they have done their work. */
void merge_settle_tags(struct loader *l, struct yaml_node *node);

#endif
