/*
 * A host of files in memory that keeps what is printed and written: the program runs over it in process.
 *
 * The current directory is /app. The tree and all it is given live in one arena, which outlives the run.
 */
#ifndef TESTS_FUZZ_TREE_H
#define TESTS_FUZZ_TREE_H

#include "base/map.h"
#include "text/host.h"

#define TREE_DIRECTORY "/app"

struct tree {
    struct arena *arena;
    struct map files;            /* absolute path → str *, NULL for a directory */
    VEC(const char *) variables; /* NAME=value, NULL at the end */
    str input;                   /* standard input */
    bool is_terminal, has_lost;
    unsigned char random_byte; /* the last one that was given */
    struct buf printed[2];     /* streams 1 and 2 */
    struct buf written;        /* every file that was written, one after the other */
    /* Answers a program that is run; NULL: there are none. */
    struct host_run (*run)(struct tree *tree, const char *const *arguments);
    void *owner;
};

struct tree tree_new(struct arena *arena);
/* A relative path is below the current directory. The directories above come with it. */
void tree_add(struct tree *tree, str path, str text);
/* One entry of the environment, "NAME=value". What cannot be one is passed over. */
void tree_set(struct tree *tree, str entry);
/* Good as long as the tree; call it when all is added. */
struct host tree_host(struct tree *tree);

#endif
