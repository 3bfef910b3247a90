/*
 * Running another program to its end: what goes in, what comes out.
 *
 * No shell is between: arguments reach the program as they are. Its standard error is ours, and so is its
 * environment unless another is given, less what would make git read paths as patterns. The output lives in
 * the caller's arena.
 */
#ifndef HOST_PROCESS_H
#define HOST_PROCESS_H

#include "text/host.h"

#include <signal.h>
#include <sys/types.h>

/*
 * Runs arguments[0] as found on PATH; `environment` NULL: ours. Output past `limit` bytes: HOST_TOO_LARGE,
 * the program is killed. Output that could not be read to its end, or an exit code that nobody can tell:
 * HOST_FAILED.
 */
struct host_run process_run(struct arena *arena, const char *const *arguments, const char *const *environment,
    str input, size_t limit);

/* A program that runs beside this one: `input` is written to, `output` read from. */
struct process {
    pid_t pid;
    int input, output;
    struct sigaction child_signal; /* what was done at SIGCHLD before */
};

/* Starts arguments[0] as found on PATH; end it with process_end(), the last one started first. */
enum host_status process_start(
    struct arena *arena, const char *const *arguments, struct process *ret_process);
/* False when it does not take all of `text` any more. Never raises SIGPIPE. */
bool process_send(const struct process *process, str text);
/* Closes both ends and waits; the exit code, 128 + n where signal n ended it, -1 where nobody can tell. */
int process_end(struct process *process);

#endif
