/*
 * Nodes that a stage makes, and the text that a scalar has at its place. All live in the arena.
 */
#ifndef COMPOSE_NODE_H
#define COMPOSE_NODE_H

#include "compose/loader.h"

/* The text of a scalar with its story; made once per node. NULL for other nodes. */
const struct value *node_value(struct loader *l, struct yaml_node *node);
/* The text of a scalar below `key`; empty (NULL) where there is none or a null. */
str node_text(const struct yaml_node *mapping, str key);
/* A string scalar that is `value`, at the place of `like`. */
struct yaml_node *node_string(struct arena *arena, const struct yaml_node *like, struct value *value);
/* A string scalar that nobody wrote, at the place of `like`. */
struct yaml_node *node_key(struct arena *arena, const struct yaml_node *like, str text);
/* A new mapping, or sequence, at the place of `like`. */
struct yaml_node *node_mapping(struct arena *arena, const struct yaml_node *like);
struct yaml_node *node_sequence(struct arena *arena, const struct yaml_node *like);
/* `mapping` without one key, as a new node. */
struct yaml_node *node_without(struct arena *arena, const struct yaml_node *mapping, str key);

#endif
