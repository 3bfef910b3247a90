/*
 * The commands: one file each, one line each here.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "base/null.h"
#include "cli/options.h"

/* The program itself: the options before a command. */
extern const struct command command_bootgate;

extern const struct command command_check;
extern const struct command command_env;
extern const struct command command_dsn;
extern const struct command command_exec;
extern const struct command command_live;
extern const struct command command_wait;
extern const struct command command_hook;
extern const struct command command_budget;
extern const struct command command_graph;
extern const struct command command_fix;
extern const struct command command_rotate;
extern const struct command command_rules;
extern const struct command command_init;
extern const struct command command_completions;
extern const struct command command_manual;
extern const struct command command_help;

size_t command_count(void);
const struct command *command_at(size_t index);       /* in the order of the help */
const struct command *OR_NULL command_find(str name); /* NULL: no such command */
str command_choice(size_t index);                     /* the names, as option choices */

#endif
