/*
 * One project, one set of env files or one environment, read and judged: the steps that a run is made of.
 *
 * Internal to the room; check.c decides what is judged in which order. What is found is a unit's: each begins
 * before something is read for it. Everything lives in the arena of the run.
 */
#ifndef CHECK_JUDGE_H
#define CHECK_JUDGE_H

#include "check/check.h"
#include "check/input.h"
#include "deploy/loader.h"

/* A run while it goes on. */
struct run {
    struct input input;
    const struct check_options *options;
    size_t settled;    /* findings that are known to be of their unit */
    struct map judged; /* names of sources that were judged as part of a project */
    suppositions suppositions;
};

/* What is found from here on is the unit's of that label; the former one is settled. */
void judge_begin_unit(struct run *run, str label);
/* What was found since the last unit began is that one's. */
void judge_settle_unit(struct run *run);
/* Settles the mode, gathers the facts, runs the rules; from `first_diag` on readers have found something. */
void judge_inputs(struct run *run, const struct inputs *inputs, str label, size_t first_diag);
/* The run exits 2 for what was said from `first_diag` on, and the gate learns what was read until then. */
void judge_refuse(struct run *run, const struct inputs *inputs, size_t first_diag);
/* The project's configuration; NULL: there is nothing to go on with. */
const struct config *judge_deployment(struct run *run, const struct deployment_loader *loader,
    const struct deployment_options *options, str directory);
/* Env files that form one environment. `is_beside`: a deployment beside them gets nothing of it. */
void judge_env_files(struct run *run, const str_vec *paths, const struct config *config, bool is_beside);
/* An example by itself: its values are published, never live. */
void judge_example(struct run *run, str path);
/* Notes files that are not judged; `reason` follows their names; empty: the name says it. */
void judge_pass_over(struct run *run, const str_vec *paths, str reason);
void judge_leftovers(struct run *run, str directory);
/* Who reads env files of a project that has no deployment. */
const struct dialect *judge_first_reader(const struct config *config);

#endif
