/*
 * Asks the running servers through a pipe: which logins a deployment has, and what was answered.
 *
 * The answers are the words of strangers until they were read. Everything lives in the arena of the facts.
 */
#ifndef CLI_LIVE_ASK_H
#define CLI_LIVE_ASK_H

#include "facts/live.h"
#include "text/host.h"

/* The way to bootgate-live. */
struct live_pipe {
    void *self;
    /* Hands `request` over and returns what comes back; HOST_MISSING: there is no such program. */
    struct host_run (*run)(void *self, struct arena *arena, str request);
    str_vec maps; /* HOST:PORT=HOST:PORT: where a server is reached from here */
};

/* What a run of check is given; it points to `pipe`. */
struct live_asker live_asker_over(struct live_pipe *pipe);

#endif
