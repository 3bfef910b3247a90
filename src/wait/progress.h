/*
 * What the wait shows on standard error: one live line a target on a terminal, else only what changes.
 *
 * Made in the caller's arena, over jobs that outlive it.
 */
#ifndef WAIT_PROGRESS_H
#define WAIT_PROGRESS_H

#include "wait/schedule.h"

struct wait_progress {
    const struct wait_job *jobs;
    str *labels;
    size_t count;
    struct arena *scratch; /* emptied after each drawing */
    int columns;           /* of the terminal */
    bool is_live;          /* the terminal has room for a line a target */
    bool is_quiet;
    bool is_drawn; /* the lines are on the screen, the cursor is below them */
};

/* Decides between live lines and plain ones by what standard error is. */
struct wait_progress wait_progress_new(
    struct arena *arena, const struct wait_job *jobs, size_t count, bool is_quiet);
struct wait_watcher wait_progress_watcher(struct wait_progress *progress);
/* The last words: who is not ready and why, and what helps. */
void wait_progress_end(struct wait_progress *progress, enum wait_outcome outcome, int64_t timeout);

#endif
