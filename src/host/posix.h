/*
 * The real system behind struct host: POSIX files, pipes and the process environment.
 *
 * The state outlives the host that was made from it; texts that calls return live in the caller's arena,
 * those of the environment as long as the process.
 */
#ifndef HOST_POSIX_H
#define HOST_POSIX_H

#include "text/host.h"

struct posix_host {
    bool output_failed; /* a byte could not be written: the report is not complete, exit accordingly */
};

struct host posix_host(struct posix_host *state);
/* The file that this process runs, to find programs beside it; empty where the system does not say. */
str posix_program_path(struct arena *arena);

#endif
