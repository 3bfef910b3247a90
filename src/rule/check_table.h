/*
 * All checks that are written in C, domain by domain.
 */
#ifndef RULE_CHECK_TABLE_H
#define RULE_CHECK_TABLE_H

#include "rule/check.h"

extern const struct check *const check_lists[]; /* ended by NULL */

#endif
