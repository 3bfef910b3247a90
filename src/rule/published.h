/*
 * Secrets that the repository itself publishes: in example files and in fallbacks of the description.
 *
 * Gathered once per run, when the first value is looked up; rows live in the run's arena.
 */
#ifndef RULE_PUBLISHED_H
#define RULE_PUBLISHED_H

#include "base/null.h"
#include "rule/check.h"

struct published_value {
    str name;         /* the variable there */
    span at;          /* where it is for all to see */
    const char *what; /* one sentence for the label */
    struct published_value
        *next; /* the same text elsewhere: examples before fallbacks, which nobody copies */
};

/* The place that publishes `secret`: under the same name, else under any; NULL: none does. */
const struct published_value *OR_NULL published_find(struct check_run *run, str name, str secret);

#endif
