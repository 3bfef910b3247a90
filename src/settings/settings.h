/*
 * Numbers and connection strings that a workload's programs read from files of their own, filled into the
 * deployment after its loader and its images.
 *
 * A file counts only where the program that reads it by name is what the workload runs; nothing is run, and
 * source code is never searched. A workload without a build or a mount costs no call to the
 * system: a file that its command names is known to be there, and no more.
 */
#ifndef SETTINGS_SETTINGS_H
#define SETTINGS_SETTINGS_H

#include "deploy/deployment.h"
#include "text/host.h"

/* Fills `numbers` and `programs` of active workloads, and puts into their environments, with
 * ORIGIN_DEFAULT, what such files say of connections while no variable does. */
void settings_fill(
    struct arena *arena, struct sources *sources, const struct host *host, struct deployment *deployment);

#endif
