/*
 * The command lines of a unit: ExecStart= as words, and what replaces a dollar in them.
 *
 * Follows config_parse_exec() of src/core/load-fragment.c and replace_env_argv() of src/basic/env-util.c,
 * systemd 252. No shell is involved. Words live in the arena and keep their places.
 */
#ifndef UNIT_COMMAND_H
#define UNIT_COMMAND_H

#include "base/limit.h"
#include "unit/service.h"

/* Adds the programs of an ExecStart= line, or of its kin, to a list; an empty line drops all in it. */
void unit_commands_read(struct unit_service *service, const struct unit_line *line, unit_commands *list);

struct unit_words {
    VEC(struct value *) list;
    enum limit_id reached; /* LIMIT_COUNT: none */
};

/* The program and its arguments, with what `environment` holds in the place of $NAME and ${NAME}. A variable
 * that systemd itself sets when it starts the program is hidden. */
struct unit_words unit_command_words(
    struct arena *arena, const struct unit_command *command, const struct env *environment);

#endif
