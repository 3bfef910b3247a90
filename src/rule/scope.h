/*
 * What the names in a project's rules stand for: the deployment's variables, its model, its patterns.
 */
#ifndef RULE_SCOPE_H
#define RULE_SCOPE_H

#include "base/null.h"
#include "language/eval.h"
#include "rule/check.h"

struct rule_scope {
    struct check_run *run;
};

/* A scope over `keeper`, which must outlive it. */
struct eval_scope rule_scope(struct rule_scope *keeper);
/* What a variable of this name holds is a secret or may have one in it; so may what it is compared with. */
bool scope_is_secret(const struct check_run *run, str name);
/* Why a project's rule failed, in its author's words; not where it asks for a secret. */
void scope_say_demand(struct check_run *run, struct diag *OR_NULL finding, const struct config_rule *rule,
    const str_vec *variables);
/* The setting of a name as rules see it: the environment's, else what some service is handed. NULL: unset. */
const struct value *OR_NULL scope_variable(const struct facts *facts, str name);

/* A reference to a variable that nobody replaced. */
struct variable_reference {
    size_t offset, length;
};

/*
 * "${NAME}", or "$NAME" where NAME is set beside it, in a value as the program gets it: its reader does not
 * interpolate. Any other dollar is a character.
 */
bool scope_literal_variable(const struct facts *facts, str text, struct variable_reference *ret_reference);

#endif
