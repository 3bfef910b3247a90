/*
 * What every command needs beside its arguments: where faults are told.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/options.h"

/* One line on standard error, for usage with a pointer to the help; returns `outcome`. The text must not hold
 * a value that may be secret. */
enum outcome session_fault(struct session *session, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a name that is none: "no such rule", and where one is near, "…, did you mean `NEAREST`?" */
enum outcome session_unknown(struct session *session, enum outcome outcome, const char *what, str nearest);

/* What configures a command that reads the process environment: --config, else $BOOTGATE_CONFIG; or none. */
str session_environment_config(struct session *session);

/* "cannot write PATH: why", as session_fault(). `path` as a person knows it. */
enum outcome session_cannot_write(struct session *session, str path, enum host_status status);

/* The current directory has a path; where not, a fault is printed: what is below it could not be named. */
bool session_knows_directory(struct session *session);

#endif
