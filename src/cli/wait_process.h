/*
 * The process of bootgate-wait, from its start to its end.
 *
 * Leaves no child and no changed signal disposition behind, however it ends.
 */
#ifndef CLI_WAIT_PROCESS_H
#define CLI_WAIT_PROCESS_H

#include "base/str.h"

enum { WAIT_NOT_FOUND = 127, WAIT_NOT_STARTED = -1 };

/*
 * Runs the first of `programs` that is there (NULL at the end; a name without a slash is looked for on PATH)
 * with `input` on its standard input and its standard output on our standard error. SIGINT, SIGTERM, SIGHUP
 * and SIGQUIT are passed on to it, unless we were started with them ignored. Returns its exit code, 128 + n
 * where signal n ended it or us, WAIT_NOT_FOUND or WAIT_NOT_STARTED.
 */
int wait_process(
    const char *const *programs, const char *const *arguments, const char *const *environment, str input);

#endif
