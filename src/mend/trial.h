/*
 * A change to the files of a run, judged before it is made: the same run over an overlay with the new texts.
 *
 * Private to the room. Results live in the arena of the run.
 */
#ifndef MEND_TRIAL_H
#define MEND_TRIAL_H

#include "base/null.h"
#include "check/check.h"
#include "text/edit.h"

struct trial {
    struct arena *arena;
    const struct host *host;
    const struct check_options *options;
    const struct check_result *before;
};

/* A file that gets another mode. */
struct trial_mode {
    uint32_t source, mode;
};

typedef VEC(struct trial_mode) trial_modes;

/* The run over the files with the edits, which are in order. Never NULL. */
struct check_result *trial_judge(
    const struct trial *trial, const edit_list *sorted, const trial_modes *modes);
/* No finding is new, and all in `gone` are. */
bool trial_is_better(const struct trial *trial, const struct check_result *after,
    const struct diag *const *gone, size_t gone_count);

#endif
