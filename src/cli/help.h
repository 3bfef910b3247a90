/*
 * Help printed from the command and option tables.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/options.h"
#include "report/out.h"

/* The page of one command; that of the program itself lists the commands. */
void help_print(struct out *out, const struct command *command);

#endif
