/*
 * The same item twice in a list becomes one, the later in the earlier's place.
 */
#ifndef COMPOSE_UNIQUE_H
#define COMPOSE_UNIQUE_H

#include "compose/loader.h"

/* `directory`: where relative paths of the model start. */
void unique_apply(struct loader *l, struct yaml_node *model, str directory);
/* One list of which the items are the same by `identity`; a new node where one goes. */
struct yaml_node *unique_items(
    struct loader *l, struct yaml_node *list, enum shape_identity identity, str directory);

#endif
