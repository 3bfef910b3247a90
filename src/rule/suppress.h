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

/* Marks what is suppressed and adds unused-suppression and expired-suppression. `now` in seconds since 1970,
 * UTC. Call once, after all rules ran and before diag_sort(). */
void suppress_apply(struct diags *diags, const struct sources *sources, const struct config *config,
    enum mode mode, int64_t now);
/* Whether, in production, an `allow` of the configuration alone counts for this rule, and no comment does. */
bool suppress_needs_config(str rule);

#endif
