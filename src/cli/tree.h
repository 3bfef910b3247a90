/*
 * `check -r`: what only the command line can add to a walk through a tree: git's word on what is ignored, and
 * a line for whoever waits.
 */
#ifndef CLI_TREE_H
#define CLI_TREE_H

#include "check/check.h"
#include "cli/options.h"

/* Fills in what the walk needs; without git, or outside of a work tree, nothing is ignored. Runs git. */
void tree_prepare(struct session *session, struct check_options *options);

#endif
