/*
 * A list of findings that were there before: new ones count, old ones do not.
 *
 * A line is rule, file, variable and service, tab-separated. No line numbers, which rot, and no hash of a
 * value, which would be an oracle. Entries live in the arena.
 */
#ifndef RULE_BASELINE_H
#define RULE_BASELINE_H

#include "text/diag.h"

/* The baseline of the unsuppressed findings, sorted, each once. */
str baseline_write(struct arena *arena, const struct diags *diags, const struct sources *sources);
/* Marks the findings that are in `source` as suppressed. Returns how many lines of it matched nothing. */
size_t baseline_apply(struct diags *diags, const struct sources *sources, const struct source *source);

#endif
