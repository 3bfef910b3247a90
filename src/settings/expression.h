/*
 * A number as a program's own language writes it, read without running anything.
 *
 * A literal, a variable of the environment with or without a default, a sum or product of those, as many
 * as there are processors. Whatever else stands there is not known, and is never guessed. Texts live in
 * the arena.
 */
#ifndef SETTINGS_EXPRESSION_H
#define SETTINGS_EXPRESSION_H

#include "env/env.h"

enum setting_language {
    LANGUAGE_PLAIN, /* the text itself */
    LANGUAGE_PYTHON,
    LANGUAGE_RUBY,
    LANGUAGE_JAVASCRIPT,
    LANGUAGE_ELIXIR,
    LANGUAGE_SHELL,      /* $X, ${X:-N} */
    LANGUAGE_SPRING,     /* ${X:N} */
    LANGUAGE_SUPERVISOR, /* %(ENV_X)s */
    LANGUAGE_UWSGI,      /* $(X), %(name of the file) */
    LANGUAGE_PHP,        /* ${X} */
    LANGUAGE_COUNT,
};

enum expression_kind {
    EXPRESSION_UNKNOWN, /* only running it would tell */
    EXPRESSION_NOTHING, /* nil, None, a variable that is not set */
    EXPRESSION_TEXT,    /* what a variable or a string holds */
    EXPRESSION_NUMBER,  /* number + per_processor × processors */
};

struct expression {
    enum expression_kind kind;
    str text;
    int64_t number, per_processor;
    const struct value *from; /* the variable whose text it is; NULL: it is written here */
    str variable;             /* the variable that would decide; empty: none */
};

/* What the words of an expression mean. */
struct expression_scope {
    const struct env *environment; /* of the program */
    void *self;
    /* A name of the same file, or a property; false: there is none. May be NULL. */
    bool (*name)(void *self, str name, struct expression *ret_value);
};

/* The expression at the beginning of `text`; what comes after it is left in `ret_rest`, without blanks. */
struct expression expression_read(struct arena *arena, enum setting_language language, str text,
    const struct expression_scope *scope, str *ret_rest);

#endif
