/*
 * The real system for struct host: POSIX files, pipes and the process environment.
 *
 * The state outlives the host that was made from it; texts that calls return live in the caller's arena,
 * those of the environment as long as the process.
 */
#ifndef HOST_POSIX_H
#define HOST_POSIX_H

#include "text/host.h"

#include <limits.h>

struct posix_host {
    bool has_printed; /* on standard output */
    bool has_lost[3]; /* by descriptor: what was printed there is not complete */
    int output_error; /* the errno of the write that failed; 0: none did */
    /* The current one, kept from the first answer: a run is in one place. Empty: not asked, not known. */
    char directory[PATH_MAX];
};

struct host posix_host(struct posix_host *state);
/* Closes standard output. Why what was printed is not complete, in a few words; empty: it is. */
str posix_output_fault(struct posix_host *state);
/* The file that this process runs, to find programs beside it; empty where the system does not say. */
str posix_program_path(struct arena *arena);

#endif
