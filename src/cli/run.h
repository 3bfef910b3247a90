/*
 * One run of the program as a function: everything of it but the process.
 *
 * Two runs over equal hosts do the same. Nothing is kept between runs; what a run allocates is in its arena.
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/exit.h"
#include "text/host.h"

/*
 * Runs argv[1…], argv[0] being the program's own name; prints through the host. `ret_family` says how the
 * outcome becomes an exit code; it is set before the arena is used, for its out_of_memory.
 * Not reentrant: getopt_long(3).
 *
 * Beyond the host: `exec` without --dry-run becomes its command, `wait` and `exec --wait` start
 * bootgate-wait, and --staged reads objects from a git that it starts.
 */
enum outcome cli_run(
    const struct host *host, struct arena *arena, int argc, char **argv, enum exit_family *ret_family);

#endif
