/*
 * Regular expressions of rules (PCRE2), with hard limits.
 *
 * Patterns are compiled once per set and live in its arena; nothing is to be freed. Match steps, depth, heap
 * and subject length are rows of the limits table, so a bad pattern ends early and says which one it reached.
 */
#ifndef LANGUAGE_PATTERN_H
#define LANGUAGE_PATTERN_H

#include "base/map.h"
#include "language/eval.h"

struct patterns {
    struct arena *arena;
    struct map compiled; /* pattern text → struct pattern * */
};

/* Whether `text` holds a match of `pattern` anywhere. */
struct eval_match_result pattern_match(struct patterns *patterns, str pattern, str text);
/* Compiles only: EVAL_MATCH_BAD_PATTERN with the offset of the fault, else EVAL_MATCH_NO. */
struct eval_match_result pattern_compile(struct patterns *patterns, str pattern);
/* eval_scope.match over a `struct patterns *` in `self`, for scopes that have nothing else to keep. */
struct eval_match_result pattern_scope_match(void *self, str pattern, str text);

#endif
