/*
 * The words of the program that a container really runs.
 *
 * A service's entrypoint and command are unwrapped: `sh -c "…"` is split as a shell would, `exec`, leading
 * assignments and the usual launchers (tini, gosu, `poetry run`, `python -m`, …) are taken off. Words live in
 * the arena and point into the service.
 */
#ifndef DEPLOY_COMMAND_H
#define DEPLOY_COMMAND_H

#include "deploy/deployment.h"
#include "text/host.h"

/* One word as the program gets it. */
struct command_word {
    str text;
    span at;                 /* in the description, or in the file that wrote it */
    const struct value *via; /* the variable that its end was inserted from; NULL: own text */
    bool is_open;            /* what a shell makes of it only running tells: $(nproc) */
};

/* One program with its arguments; words.count is never 0. */
struct command {
    VEC(struct command_word) words;
    bool in_branch;           /* of a shell's line: a condition decides whether it runs */
    bool in_background;       /* … and what follows runs beside it */
    const struct value *line; /* … its own part of the line, where others run beside it; NULL: none do */
};

/* The word of that index; empty: there is none. */
static inline str command_text(const struct command *command, size_t index)
{
    return index < command->words.count ? command->words.items[index].text : STR("");
}

/* The commands of a service in the order in which they run: one, or several of a shell script. */
struct commands {
    VEC(struct command) list;
};

typedef VEC(struct value *) command_values;

/* Entrypoint and command, one after the other, as they are written. */
command_values command_written(struct arena *arena, const struct workload *service);
/* The same as words, which may be none. */
struct command command_whole(struct arena *arena, const command_values *values);
struct commands commands_of(struct arena *arena, const struct workload *service);
/* The one that what is started rests on: the last that does more than wait or say something; NULL: none. */
const struct command *OR_NULL command_last(const struct commands *commands);
/* The words of a text, split as a shell would: GUNICORN_CMD_ARGS and its kin. */
struct command command_split(struct arena *arena, str text, span at, const struct value *via);
/* The last part of the program's path: "uvicorn". */
str command_program(const struct command *command);
/* How many words at the start are launchers, such as `exec`, `tini --` or `python -m`. */
size_t command_launchers(const struct command *command);

/* The word NAME=VALUE that gives one of the commands a variable: before its program, or of an `export` before
 * it. NULL: none does. */
const struct command_word *OR_NULL command_assignment(
    const struct commands *commands, const struct command *command, str name);

/* The argument of an option, and where it is. */
struct command_option {
    bool found;
    bool missing; /* the option is at the end, without its argument */
    bool is_open; /* only running tells what it is */
    str text;
    span at;
    const struct value *via;
    str spelling; /* as it was written: --workers */
};

/*
 * The last use of an option among the words from `first` on. `long_name` is without dashes ("workers", empty:
 * none), `short_name` one letter (0: none): --workers 4, --workers=4, -w 4, -w4. `-` and `_` are the same.
 */
struct command_option command_option(
    const struct command *command, size_t first, str long_name, char short_name);

#endif
