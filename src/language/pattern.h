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
/* A group of a pattern, and the bytes that it took. */
struct pattern_group {
    str name; /* empty: it has none */
    bool is_set;
    size_t from, to;
};

struct pattern_hit {
    size_t from, to;
    VEC(struct pattern_group) groups; /* all of the pattern, in order */
};

/* The first match at or after `from`, where `^` and `$` are those of lines; its groups are in the arena of
 * the set. Other outcomes as pattern_match(), but the length of the text is the caller's to bound. */
struct eval_match_result pattern_find(
    struct patterns *patterns, str pattern, str text, size_t from, struct pattern_hit *ret_hit);
/* The groups of a pattern that compiles, none of them set. */
struct pattern_hit pattern_groups(struct patterns *patterns, str pattern);
/* Compiles only: EVAL_MATCH_BAD_PATTERN with the offset of the fault, else EVAL_MATCH_NO. */
struct eval_match_result pattern_compile(struct patterns *patterns, str pattern);

#endif
