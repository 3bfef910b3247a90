/*
 * `check --staged`: judging what is about to be committed.
 */
#ifndef CLI_STAGED_H
#define CLI_STAGED_H

#include "cli/options.h"

/*
 * Judges the operands, else the current directory's project, as the git index has them. A finding that hangs
 * on something that is kept out of the repository on purpose (the variables of an ignored .env, a secret's
 * file) is left to the check before the deployment, and the count of those is told on standard error.
 */
enum outcome staged_check(struct session *session);
/* Judges the projects that the next commit touches; OUTCOME_OK where it touches none. */
enum outcome staged_check_changes(struct session *session);

#endif
