/*
 * What a finding is about beside its variable and service: the port, the server, the rule of the project.
 *
 * Taken from what the message names and not from its wording, which changes with versions; never a secret.
 */
#ifndef RULE_CAUSE_H
#define RULE_CAUSE_H

#include "text/diag.h"

/* The names and numbers of the message, blanks between them; empty: none. What a budget adds up moves with
 * every worker, so that there the numbers alone do not count. */
str cause_of(struct arena *arena, const struct diags *diags, const struct diag *diag);

#endif
