/*
 * A few files, an environment and a command line: one run of the whole program in memory, and all it says.
 *
 * A world is used again and again: world_run() throws away what the run before said. Texts that are given must
 * outlive the run.
 */
#ifndef TESTS_SENTINEL_WORLD_H
#define TESTS_SENTINEL_WORLD_H

#include "base/buf.h"
#include "host/memory.h"

enum { WORLD_FILES = 16, WORLD_VARIABLES = 16 };

struct world {
    struct memory_file
        files[WORLD_FILES + 1]; /* first: the memory host reads them; by path, NULL at the end */
    const char *variables[WORLD_VARIABLES + 1];
    const char *input;     /* standard input; NULL: empty */
    struct arena arena;    /* of the last run */
    struct buf printed[2]; /* standard output and error */
    struct buf written;    /* every file that was written, and what bootgate-wait was told */
    int exit_code;
};

/* A file of /app; files are given in the order of their names. */
void world_file(struct world *world, const char *path, const char *text);
/* "NAME=value" */
void world_variable(struct world *world, const char *entry);
/* Nothing but what the next run adds. */
void world_clear(struct world *world);
/* `words`: the command line behind the program's name, NULL at the end. */
void world_run(struct world *world, const char *const *words);

#endif
