/*
 * What a project declares, judged: its rules (agree, iff, when/then, assert) and the attributes of `vars`.
 *
 * Each answers with a verdict and the variables it looked at; the engine turns that into a finding. Verdicts
 * live in the arena and never hold a value.
 */
#ifndef LANGUAGE_SHAPE_H
#define LANGUAGE_SHAPE_H

#include "facts/config.h"
#include "language/pattern.h"
#include "language/rule_ids.h"

struct shape_verdict {
    enum eval_error error; /* EVAL_TYPE: the rule itself is at fault, exit 2 */
    bool holds;
    str message;          /* what is wrong, unless the rule brings its own */
    span at;              /* EVAL_TYPE: inside the rule */
    str_vec variables;    /* all that the rule asks for, in order */
    size_t first, second; /* agree: the expressions that differ */
    enum limit_id limit;  /* EVAL_LIMIT */
};

struct shape_verdict shape_judge(
    struct arena *arena, const struct config_rule *rule, const struct eval_scope *scope);

/* What it demands, in its own words; empty where it is `agree`, whose message says it. */
str shape_demand(struct arena *arena, const struct sources *sources, const struct config_rule *rule);

/* What a variable's value lacks of its declaration. */
struct var_verdict {
    enum rule_id rule;   /* RULE_WRONG_TYPE or RULE_NOT_ALLOWED; RULE_NONE: all is well */
    str message;         /* a sentence about the value, without it */
    str why;             /* the declaration where the message leaves it out; empty: it does not */
    bool quotes;         /* `why` has values of the declaration, which may be a secret's as well */
    span at;             /* the attribute that it breaks */
    bool is_unjudged;    /* a limit was reached: nothing else is said */
    enum limit_id limit; /* which one, */
    span limit_at;       /* and at which attribute */
};

/* Type, one-of, forbid, pattern, min, max, min-length, not-host, in this order; the first that fails. `scope`
 * evaluates min and max. Of connection strings the hosts alone are judged: driver is rule/check_dsn.c's. */
struct var_verdict var_judge(struct arena *arena, const struct config_var *var, str text,
    struct patterns *patterns, const struct eval_scope *scope);

#endif
