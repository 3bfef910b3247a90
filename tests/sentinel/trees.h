/*
 * Small deployments with the secret in one kind of place each, and the commands that are run over all of them.
 *
 * Constant tables; § stands for the secret.
 */
#ifndef TESTS_SENTINEL_TREES_H
#define TESTS_SENTINEL_TREES_H

#include "world.h"

enum { TREE_FILES = 6, TREE_VARIABLES = 4 };

struct tree {
    const char *name;
    struct {
        const char *path, *text; /* path: below /app, in the order of names */
    } files[TREE_FILES + 1];
    const char *variables[TREE_VARIABLES + 1]; /* of the process environment */
    const char *unlike; /* bytes that make something else of its texts: no secret is told with them */
};

size_t tree_count(void);
const struct tree *tree_at(size_t index);
/* Command lines, a blank between the words. */
size_t tree_command_count(void);
const char *tree_command_at(size_t index);

#endif
