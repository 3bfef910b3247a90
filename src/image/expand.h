/*
 * Variables in the words of a Dockerfile: frontend/dockerfile/shell/lex.go of moby/buildkit.
 *
 * Quotes vanish, $NAME and ${NAME…} are replaced, and what cannot be known here makes the whole not known.
 * Results live in the arena; their pieces lead to the word's own bytes, an inserted value to its reference.
 */
#ifndef IMAGE_EXPAND_H
#define IMAGE_EXPAND_H

#include "base/limit.h"
#include "env/env.h"

/* A variable as an instruction sees it. */
struct expand_variable {
    bool is_set;
    bool is_hidden; /* set to something that only the build knows, or perhaps set */
    str text;
};

struct expand_scope {
    const void *self;
    struct expand_variable (*get)(const void *self, str name);
    char escape;
    size_t *spent; /* bytes that variables have inserted so far: LIMIT_DOCKERFILE_EXPANSION */
};

enum expand_error {
    EXPAND_OK,
    EXPAND_REFUSED, /* the builder refuses it: `message`, without a value */
    EXPAND_LIMIT,   /* `limit` was reached */
};

struct expand_result {
    enum expand_error error;
    str message;
    enum limit_id limit;
    struct value *value; /* a copy of the word with its new text; hidden where it is not known */
};

struct expand_result expand_word(
    struct arena *arena, const struct value *word, const struct expand_scope *scope);

#endif
