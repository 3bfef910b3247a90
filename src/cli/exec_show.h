/*
 * The command of `exec` as a line that a person may read: quoted for a shell, without secrets.
 *
 * Texts live in the caller's arena.
 */
#ifndef CLI_EXEC_SHOW_H
#define CLI_EXEC_SHOW_H

#include "facts/facts.h"

/* Masks what `facts` know as secret, passwords of connection strings, what follows --password and its kin. */
str exec_show(struct arena *arena, const struct facts *facts, const str_vec *words);

#endif
