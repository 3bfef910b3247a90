/*
 * Where a secret stands: the places that must change with it, and what changes it in the server itself.
 *
 * Places belong together where one server is opened with them; others that happen to hold the same text, as
 * after copying one placeholder, get a new one each. Gathered when the first finding asks; lives in the run's
 * arena.
 */
#ifndef RULE_STANDING_H
#define RULE_STANDING_H

#include "rule/check.h"

/* "set one new password in A, B and C: …", and the command without which an existing volume keeps the old one.
 * `variable` holds the secret, or a connection string with it; NULL: it is in neither. */
void standing_suggest(
    struct check_run *run, struct diag *finding, str secret, const struct variable *variable);

#endif
