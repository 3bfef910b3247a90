/*
 * How many of a workload run: while nothing happens, scaled up, and while it is updated.
 *
 * Plain values that a loader fills; texts live for ever or in the arena of the run.
 */
#ifndef DEPLOY_REPLICAS_H
#define DEPLOY_REPLICAS_H

#include "text/source.h"

struct workload_replicas {
    int64_t count; /* while nothing happens */
    span at;       /* unset: not said */
    str from;      /* what says it, for texts; empty: "replicas" */
    int64_t most;  /* as many as whatever scales it goes to; 0: nothing scales it */
    span most_at;
    str most_from;    /* "maxReplicas of HorizontalPodAutoscaler/api" */
    int64_t surge;    /* while it is updated so many more run beside them, see replicas_surge() */
    bool is_percent;  /* … in percent of them */
    span surge_at;    /* unset: none do */
    str surge_from;   /* what makes it, for texts: "update_config start-first" */
    str open;         /* why more may run than anybody can count here; empty: no more do */
    bool may_be_none; /* … and perhaps fewer: `count` is no more than a guess */
    bool is_asked;    /* `count` is what somebody asks about, in the place of what is described */
};

/* How many run at once while nothing is updated: scaled up as far as it goes. */
int64_t replicas_most(const struct workload_replicas *replicas);
/* How many more while `count` of them are updated: percentages are rounded up, and no more are made than
 * there are to replace. */
int64_t replicas_surge(const struct workload_replicas *replicas, int64_t count);

#endif
