/*
 * The projects of a tree: each directory that holds something to judge.
 *
 * Internal to the room. Symbolic links are not followed, `.git` and what is ignored is not looked into; a
 * directory that cannot be read makes the run exit 2. Lives in the arena of the run.
 */
#ifndef CHECK_TREE_H
#define CHECK_TREE_H

#include "check/input.h"

struct tree_place {
    str directory;
    bool has_deployment; /* false: env files alone */
};

typedef VEC(struct tree_place) tree_places;

/* Those in and below each of `roots` (none: the current directory), in the order of their paths. `ignored`
 * are absolute directories. */
tree_places tree_walk(struct input *input, const str_vec *roots, const str_vec *ignored);

/* Where a run without operands found nothing at all: notes where projects are below. */
void tree_glimpse(struct input *input, const struct check_options *options);

#endif
