/*
 * The command of `exec` as a line that a person may read: quoted for a shell, without secrets.
 *
 * Texts live in the arena of the gate.
 */
#ifndef CLI_EXEC_SHOW_H
#define CLI_EXEC_SHOW_H

#include "text/gate.h"

/* Masks what the gate knows, passwords of connection strings, what follows --password and its kin. */
str exec_show(struct gate *gate, const str_vec *words);

#endif
