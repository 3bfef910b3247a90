/*
 * A Dockerfile that is judged by itself: one workload that runs what it builds, and nothing is known of
 * its environment.
 *
 * The directory of the file is taken for the build context. Const, for ever; what it loads lives in the
 * arena.
 */
#ifndef IMAGE_LOADER_H
#define IMAGE_LOADER_H

#include "deploy/loader.h"

/* Finds nothing by itself: its files are named. */
extern const struct deployment_loader dockerfile_loader;

#endif
