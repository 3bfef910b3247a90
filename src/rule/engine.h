/*
 * Runs every rule over the facts of one deployment.
 */
#ifndef RULE_ENGINE_H
#define RULE_ENGINE_H

#include "rule/check.h"

/*
 * Marks what is secret (so that nothing of it can be shown), has facts->asker ask the running servers,
 * then runs all checks and the project's rules.
 * Findings go to `diags`; suppressions are applied by the caller, once per run.
 */
void engine_run(struct arena *arena, struct diags *diags, struct facts *facts);

#endif
