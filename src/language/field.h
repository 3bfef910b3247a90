/*
 * What the rules of a project may read of each kind of fact: `over: bind`, then `address`, `port`, ….
 *
 * One table serves evaluation, checks before it, lists and the placeholders of messages. Const, for ever;
 * values live in the arena and in the facts.
 */
#ifndef LANGUAGE_FIELD_H
#define LANGUAGE_FIELD_H

#include "base/null.h"
#include "facts/facts.h"
#include "language/eval.h"

/* One field; `row` is the fact's struct. Passwords and values are no fields of messages: is_secret. */
struct field {
    str name;
    enum eval_kind kind;
    bool is_secret;
    struct eval_value (*get)(struct arena *arena, const void *row);
    str about;
};

/* A kind of fact that rules run over. */
struct field_set {
    str over; /* as `over:` names it */
    enum fact_kind kind;
    const struct field *fields;
    size_t count;
};

size_t field_set_count(void);
const struct field_set *field_set_at(size_t index);
const struct field_set *OR_NULL field_set_find(str over); /* NULL: rules cannot run over it */
const struct field *OR_NULL field_find(const struct field_set *set, str name);
str field_nearest(const struct field_set *set, str name); /* empty: none is near */

#endif
