/*
 * What a start script finally runs, read from its plain forms alone.
 *
 * An `exec` outside of branches; where there is none at all, the last command outside of them. Nothing is
 * evaluated: what a branch, a substitution or another script decides is not known. Lives in the arena.
 */
#ifndef IMAGE_SCRIPT_H
#define IMAGE_SCRIPT_H

#include "env/env.h"

struct script_arguments {
    struct value *const *words; /* what follows the script's own name */
    size_t count;
};

/* The programs that any command of it starts, in a branch too: first words, and what `service X start`
 * names. */
str_vec script_programs(struct arena *arena, const struct value *text);
/* The line for a shell that has the program's environment, with the arguments in the place of "$@"; NULL: not
 * known. */
const struct value *OR_NULL script_last(struct arena *arena, const struct value *text,
    const struct script_arguments *arguments, struct env *environment);

#endif
