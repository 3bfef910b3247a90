/*
 * The process of bootgate-live, from its start to its end.
 *
 * Leaves no child behind; what it answered lives in the arena.
 */
#ifndef CLI_LIVE_PROCESS_H
#define CLI_LIVE_PROCESS_H

#include "text/host.h"

/*
 * Runs the first of `programs` that is there (NULL at the end) with `request`, which holds passwords, on its
 * standard input. HOST_MISSING: none is there.
 */
struct host_run live_process(struct arena *arena, const char *const *programs, const char *const *arguments,
    const char *const *environment, str request);

#endif
