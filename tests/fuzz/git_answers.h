/*
 * git as a tree has it: the programs that --staged and the hook run, answered without one.
 *
 * Link with -Wl,--wrap for each __wrap_ function of git_answers.c. One run at a time.
 */
#ifndef TESTS_FUZZ_GIT_ANSWERS_H
#define TESTS_FUZZ_GIT_ANSWERS_H

#include "tree.h"

/* What git prints. A text that was not given (ptr NULL) is made from the files of the tree, as git would. */
struct git_answers {
    str top;            /* of rev-parse --show-toplevel --show-object-format */
    str index;          /* of diff-index --cached --raw -z */
    str changed;        /* of diff-index --cached --name-only -z */
    str blobs;          /* of cat-file --batch, whatever is asked for */
    uint8_t read_bytes; /* most that one read(2) of it gives; 0: all there is */
};

/* Both outlive the run. */
void git_answers_serve(struct tree *tree, struct git_answers *answers);

#endif
