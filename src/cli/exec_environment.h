/*
 * The environment that `exec` hands to its command: what it was given, and what files and options add to it.
 *
 * One value per run, over settings that outlive it. What was given stays byte for byte, in its order, with
 * its duplicates, unless a change was asked for; texts live in the arena and in the process environment.
 */
#ifndef CLI_EXEC_ENVIRONMENT_H
#define CLI_EXEC_ENVIRONMENT_H

#include "cli/options.h"
#include "facts/config.h"

#include "env/env.h"

/* What could not be done as it was asked for; the message holds no value. */
struct exec_fault {
    enum outcome outcome;
    str message;
};

struct exec_environment {
    struct arena *arena;
    const struct host *host;
    const struct cli_settings *settings; /* expand_files, set */
    struct env environment;              /* as it was judged, once exec_environment_amend() has run */
    struct map expanded;                 /* X_FILE names that --expand-files took in hand */
    struct map removed;                  /* names that the command does not get */
    struct map judged_only;              /* names that were added for the judgement alone */
    VEC(struct exec_fault) faults;
    str_vec remarks; /* what a rewrite dropped or warns of, a sentence each */
};

/* False where an item of --set is no NAME=TARGET:VARIABLE. */
bool exec_set_is_sound(str item);

/*
 * Adds to `environment` what the command is to get besides: the content of X_FILE's file (as file_env of the
 * official images does), the rewritten connection strings of --set and of the configuration's `rewrite`.
 * Where X_FILE is to stay, the content of a secret's file is judged all the same. `self` is a struct
 * exec_environment; for check_environment(), which judges the outcome.
 */
void exec_environment_amend(
    void *self, struct env *environment, const struct config *config, struct diags *diags);

/*
 * "NAME=value" entries, NULL at the end; the very array of the process where nothing changes. Changed names
 * keep their place, new ones follow. A value that cannot be handed over is a fault.
 */
const char *const *exec_environment_entries(struct exec_environment *self);

#endif
