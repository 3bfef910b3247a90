/*
 * What the exit code says, in one table for all commands.
 *
 * Commands return an outcome; main() turns it into the number that the family of the command promises.
 */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

enum outcome {
    OUTCOME_OK,
    OUTCOME_FINDINGS,          /* something at or above --fail-on */
    OUTCOME_USAGE,             /* the arguments were not understood */
    OUTCOME_BAD_INPUT,         /* a file cannot be parsed, a rule file is wrong, a limit was reached */
    OUTCOME_MISSING_INPUT,     /* a named file is not there or cannot be read */
    OUTCOME_INTERNAL,          /* our own fault: out of memory, output lost */
    OUTCOME_UNAVAILABLE,       /* a dependency said no for good */
    OUTCOME_TIMED_OUT,         /* waiting took too long */
    OUTCOME_CANNOT_EXECUTE,    /* the command was found but could not be run */
    OUTCOME_COMMAND_NOT_FOUND, /* there is no such command */
    OUTCOME_INTERRUPTED,       /* SIGINT ended the wait */
    OUTCOME_TERMINATED,        /* SIGTERM or SIGHUP ended it */
    OUTCOME_COUNT,
};

/* Numbers for a command that judges: 0, 1, 2; for one that becomes another program: <sysexits.h>. */
enum exit_family {
    EXIT_FAMILY_CHECK,
    EXIT_FAMILY_EXEC,
};

struct exit_row {
    const char *about; /* one sentence for help and manual */
    int code[2];       /* by exit_family; -1: does not occur */
};

const struct exit_row *exit_row(enum outcome outcome);
int exit_code(enum outcome outcome, enum exit_family family);

#endif
