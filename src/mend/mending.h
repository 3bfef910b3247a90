/*
 * One finding while a fixer works on it: the edits that it has found so far.
 *
 * Private to the room; everything lives in the arena of the run.
 */
#ifndef MEND_MENDING_H
#define MEND_MENDING_H

#include "facts/facts.h"
#include "text/edit.h"

struct mending {
    struct arena *arena;
    const struct facts *facts; /* of the project that it may be about */
    const struct diag *finding;
    edit_list edits;
    uint32_t mode; /* of the file that the finding is in, from now on; 0: as it is */
};

/* True where the finding stands in `at`. */
bool mending_is_at(const struct mending *mending, span at);
/* Replaces `at`, where exactly `expected` is written; false: something else is. */
bool mending_replace(struct mending *mending, span at, str expected, str text);

#endif
