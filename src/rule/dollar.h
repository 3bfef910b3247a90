/*
 * A dollar in a value: a reference that somebody meant, or a byte of a secret that its reader takes for one.
 *
 * What follows the dollar in a secret may be its other half: it is as secret as the rest, and its "name" must
 * never be shown. Nothing is kept.
 */
#ifndef RULE_DOLLAR_H
#define RULE_DOLLAR_H

#include "base/null.h"
#include "facts/facts.h"

/* Where one use is in the value, as it is written. */
struct dollar {
    bool in_secret; /* in a secret, or in the secret part of a connection string */
    bool is_bare;   /* $NAME without braces */
    bool is_glued;  /* other bytes of the secret, or of the value where it holds none, stand beside it */
    bool is_tail;   /* the rest of a secret as far as one can tell: never to be shown */
};

/* A value and what is secret in it as it is written; made once for all its uses. */
struct dollar_value {
    const struct sources *sources;
    const struct value *value;
    bool is_secret;                             /* all of it */
    const struct dsn *dsn;                      /* NULL: no connection string, or no use that may be a tail */
    VEC(const struct template_use *) fallbacks; /* its uses that have one */
};

/* `secrecy`: what the value's name says. */
struct dollar_value dollar_value(
    struct arena *arena, const struct sources *sources, const struct value *value, enum secrecy secrecy);
/* `use` must be one of the value's. */
struct dollar dollar_look(const struct dollar_value *written, const struct template_use *use);
/* Nothing sets it, and nothing is meant to stand in for it: its place in the text is empty. */
bool dollar_is_lost(const struct template_use *use);
/* Whether a reference to nothing left a gap in the value: what is left of it tells nothing. */
bool dollar_leaves_hole(const struct value *value);
/* Whether the reference in the text at `at` is a secret's place on a command line: --requirepass ${NAME}. */
bool dollar_is_of_secret(const struct sources *sources, span at, const struct template_use *use);
/*
 * The reference that leaves a URL without its host, such as the one of https://${DOMAIN}/; NULL: it has one.
 */
const struct template_use *OR_NULL dollar_blank_host(
    const struct sources *sources, const struct value *value);
/*
 * Whether a reference in the text at `at` may be the rest of a secret that its reader
 * takes for a name: in a password hash (crypt, htpasswd, argon2), or glued to a word whose writer knows no
 * such variable. It is never shown. `known`: the names that are no secret; NULL: none.
 */
bool dollar_is_rest(
    const struct env *OR_NULL known, const struct sources *sources, span at, const struct template_use *use);
/* A setting of a service may hold a secret at all: an image or a host's name has none. */
bool dollar_may_be_of_secret(str key);
/* What to write instead, to follow "write"; by the reader of the value. */
str dollar_advice(const struct facts *facts, const struct value *value);

#endif
