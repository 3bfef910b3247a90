/*
 * Where a project's source code sizes its pools: proposals for `each: {file, match}`, for a person to
 * read.
 *
 * The files that services are built from are searched for the calls of rules/calls.yaml. Nothing of a
 * verdict rests on it: what cannot be read is passed over. Everything lives in the arena.
 */
#ifndef BUDGET_SURVEY_H
#define BUDGET_SURVEY_H

#include "budget/budget.h"

/* A call that sizes a pool, as a pattern whose groups are the number. */
struct pool_call {
    str files; /* endings between blanks */
    str match;
    str about;
};

extern const struct pool_call data_calls[];
extern const size_t data_calls_count;

/* Sets `each_place` of the terms whose service has exactly one such call in what it is built from; the
 * path is relative to `base`, the directory of the configuration to be. */
void survey_fill(struct arena *arena, const struct facts *facts, struct budgets *budgets, str base);

#endif
