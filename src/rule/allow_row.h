/*
 * The row of `allow` that silences exactly one finding of a run.
 *
 * Counts what each possible row would match, so that a finding gets the shortest one that matches it alone.
 * Lives in the arena that it was made in; findings must not change meanwhile.
 */
#ifndef RULE_ALLOW_ROW_H
#define RULE_ALLOW_ROW_H

#include "base/map.h"
#include "language/pack.h"
#include "text/diag.h"

struct allow_rows {
    struct arena *arena;
    const struct diags *diags;
    struct map matches; /* a row's keys → how many findings they match */
};

struct allow_rows allow_rows_make(struct arena *arena, const struct diags *diags);
/* "{rule: wildcard-bind, service: db, reason: …}"; the longest row where several findings look alike. Empty: it
 * cannot be allowed. */
str allow_row(const struct allow_rows *rows, const struct diag *diag);
/* The same for any finding of a rule, with NAME where its variable, service or file is, by what it runs over.
 * Empty: its findings cannot be allowed. */
str allow_row_template(struct arena *arena, const struct rule_info *rule);

#endif
