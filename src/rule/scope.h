/*
 * What the names in a project's rules stand for: the deployment's variables, its Compose model, its patterns.
 */
#ifndef RULE_SCOPE_H
#define RULE_SCOPE_H

#include "model/eval.h"
#include "rule/check.h"

struct rule_scope {
    struct check_run *run;
};

/* A scope over `keeper`, which must outlive it. */
struct eval_scope rule_scope(struct rule_scope *keeper);
/* The setting of a name as rules see it: the environment's, else what some service is handed. NULL: unset. */
const struct value *scope_variable(const struct facts *facts, str name);

#endif
