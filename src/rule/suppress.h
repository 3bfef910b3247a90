/*
 * Findings that someone took responsibility for.
 *
 * `# bootgate: allow RULE reason="…" [until=YYYY-MM-DD]` on the line before a finding, or an `allow` entry of
 * the configuration. A suppressed finding stays in the list with its reason; expired, unknown and unused
 * suppressions are findings of their own. Everything lives in the arena of the diagnostics.
 */
#ifndef RULE_SUPPRESS_H
#define RULE_SUPPRESS_H

#include "facts/config.h"

/* The configurations of what was judged, by `unit` of its findings; NULL: it has none. One file that several
 * of them read is one: what it allows is used where any of them uses it. */
typedef VEC(const struct config *) suppress_configs;

/* Marks what is suppressed and adds unused-suppression and expired-suppression. `mode` is production where
 * anything is; `now` in seconds since 1970, UTC. Call once, after all rules ran and before diag_sort(). */
void suppress_apply(struct diags *diags, const struct sources *sources, const suppress_configs *configs,
    enum mode mode, int64_t now);
/* Whether, in production, an `allow` of the configuration alone counts for this rule, and no comment does. */
bool suppress_needs_config(str rule);

#endif
