/*
 * What is known of images that others are built from: rules/bases.yaml, compiled into the program.
 *
 * Const, for ever.
 */
#ifndef IMAGE_BASE_H
#define IMAGE_BASE_H

#include "base/null.h"
#include "base/vec.h"

/* Lists are words between bars. */
struct base_row {
    str repository; /* python, pgvector/pgvector */
    str tag;        /* the row is for tags that hold this; empty: for all */
    str entrypoint, command;
    str variables; /* names of its own ENV, between blanks; what they hold is not known */
    str directory; /* its WORKDIR; empty: / */
    str source;
};

extern const struct base_row data_bases[];
extern const size_t data_bases_count;

const struct base_row *OR_NULL base_find(str reference);
/* Whether an image from elsewhere may well set that variable; `base` may be NULL: an image that nobody
 * knows. */
bool base_may_set(const struct base_row *OR_NULL base, str name);

#endif
