/*
 * What a run would change, as a unified diff of each file.
 *
 * No secret is in it: a line that holds one has masks, and is left out where it would be context alone.
 */
#ifndef MEND_DIFF_H
#define MEND_DIFF_H

#include "mend/mend.h"

struct diff {
    str text;       /* passed the gates of both judgements */
    bool has_masks; /* some line holds a secret: the diff is for reading, and cannot be applied */
};

struct diff diff_file(struct arena *arena, const struct mend *mend, const struct mended_file *file);

#endif
