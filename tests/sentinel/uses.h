/*
 * What is done with a connection string: the files, variables and command line that it is put into.
 *
 * A constant table. In its templates ¤ stands for the string, ¥ for the string inside a single-quoted YAML scalar.
 */
#ifndef TESTS_SENTINEL_USES_H
#define TESTS_SENTINEL_USES_H

#include "world.h"

#define USE_STRING "¤"
#define USE_YAML   "¥"

struct use {
    const char *command;                /* words, a blank between */
    const char *env, *compose, *config; /* .env, compose.yaml, bootgate.yaml; NULL: none */
    const char *variable;               /* of the process environment */
    const char *input;                  /* standard input */
    bool reveals;                       /* where all is well its standard output is the string */
    bool for_all;                       /* for every scheme; else for one of each family */
};

size_t use_count(void);
const struct use *use_at(size_t index);
/* Makes the world of one use of `text`; the texts live in `arena`. `ret_words` has room for 16. */
void use_prepare(
    struct arena *arena, struct world *world, const struct use *use, str text, const char **ret_words);

#endif
