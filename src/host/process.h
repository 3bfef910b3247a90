/*
 * Running another program to its end: what goes in, what comes out.
 *
 * No shell stands between: arguments reach the program as they are. Its standard error is ours. The output
 * lives in the caller's arena.
 */
#ifndef HOST_PROCESS_H
#define HOST_PROCESS_H

#include "text/host.h"

/* The status that an errno value means, HOST_FAILED where it says nothing of use. */
enum host_status posix_status(int error_number);

/* Runs arguments[0] as found on PATH. Output past `limit` bytes: HOST_TOO_LARGE, the program is killed. */
struct host_run process_run(struct arena *arena, const char *const *arguments, str input, size_t limit);

/*
 * Becomes another program: same process, signal mask and dispositions as they were inherited. `arguments` and
 * `environment` end in NULL; PATH is that of `environment`. Returns only on failure, with the reason.
 */
enum host_status process_become(const char *const *arguments, const char *const *environment);

#endif
