/*
 * A comment of an env file that became a value: `KEY=   # required`.
 *
 * To several readers a comment begins after a value and a blank, and where there is no value the comment is
 * one. Nothing is kept.
 */
#ifndef RULE_COMMENT_H
#define RULE_COMMENT_H

#include "env/env.h"

/* A `#` that touches both the sign and its word, or begins a colour, may be meant: it is a value. */
bool comment_is_value(const struct sources *sources, const struct value *value);

#endif
