/*
 * Reads and merges files into one model, the root's and each included project's.
 */
#ifndef COMPOSE_LOAD_H
#define COMPOSE_LOAD_H

#include "compose/loader.h"

/* The model of these files, with absolute paths; it lives in the arena. NULL: broken or empty (reported). */
struct yaml_node *load_model(struct loader *l, struct level *level, const str_vec *files, span at);

#endif
