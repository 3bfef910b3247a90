/*
 * When to ask which target again, until all are ready, one refuses for good, or the time is up.
 *
 * Jobs live in the caller's arena; wait_run() gives back every handle it opened.
 */
#ifndef WAIT_SCHEDULE_H
#define WAIT_SCHEDULE_H

#include "wait/protocol.h"

struct wait_job {
    struct wait_attempt attempt;
    struct wait_answer answer; /* of the last attempt that ended */
    int64_t next_at;           /* monotonic milliseconds, as all times here */
    int64_t attempt_until;     /* 0 between attempts */
    int64_t delay;             /* milliseconds before the next attempt, less jitter */
    int64_t ready_after;       /* milliseconds it took; -1 before */
};

enum wait_outcome {
    WAIT_ALL_READY,
    WAIT_REFUSED_FOR_GOOD,
    WAIT_TIMED_OUT,
    WAIT_NOT_BEGUN, /* there is no memory to ask anyone */
};

/* Whom to tell that a job's answer is another than before, or, with no job, that time has passed. */
struct wait_watcher {
    void *self;
    void (*tell)(void *self, const struct wait_job *OR_NULL job, int64_t elapsed);
    int64_t tick_milliseconds; /* how often time is told; 0: never */
};

struct wait_schedule {
    struct arena *arena;
    struct wait_job *jobs;
    size_t count;
    int64_t timeout; /* milliseconds for all targets together */
    uint64_t random; /* seed of the jitter */
    struct wait_watcher watcher;
};

/* Asks until there is an outcome, which it waits for. */
enum wait_outcome wait_run(struct wait_schedule *schedule);

#endif
