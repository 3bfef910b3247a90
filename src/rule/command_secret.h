/*
 * Which bytes of a command are a password for what stands before them: `--db-password X`, `-pX`, `TOKEN=X`.
 *
 * Words are slices of the caller's; nothing is allocated or kept.
 */
#ifndef RULE_COMMAND_SECRET_H
#define RULE_COMMAND_SECRET_H

#include "base/str.h"

/* How one word of a command stands: what it is run by, and what it follows. Zeroed at the first word. */
struct command_place {
    str program, before;
};

/* The secret bytes of `word`, always up to its end; empty: none. The next word is the place's next. */
str command_secret(struct command_place *place, str word);

#endif
