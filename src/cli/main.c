/* The program: memory, host, one run (cli/run.h), the exit code. */
#include "cli/guard.h"
#include "cli/json_memory.h"
#include "cli/run.h"
#include "host/output.h"
#include "host/posix.h"

#include "base/limit.h"

#include <stdlib.h>
#include <unistd.h>

/* The family of the command that runs, for the one exit that no command returns through. */
struct memory_owner {
    enum exit_family family;
};

static void out_of_memory(void *owner)
{
    static const char message[] = "bootgate: out of memory\n";
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(exit_code(OUTCOME_INTERNAL, ((struct memory_owner *)owner)->family));
}

/* Says that what was printed is not complete, which is never a pass. */
static bool is_output_complete(struct posix_host *state, struct arena *arena)
{
    str fault = posix_output_fault(state);
    if (fault.len > 0)
        output_write(STDERR_FILENO,
            arena_printf(arena, "bootgate: the output is not complete: " STR_FMT "\n", STR_ARG(fault)));
    return fault.len == 0;
}

int main(int argc, char **argv)
{
    struct memory_owner owner = {EXIT_FAMILY_CHECK};
    struct arena arena = {
        .limit = limit_value(LIMIT_MEMORY_BYTES),
        .out_of_memory = out_of_memory,
        .owner = &owner,
    };
    guard_raise();
    output_hold_standard();
    json_memory_use(out_of_memory, &owner);
    struct posix_host state = {0};
    struct host host = posix_host(&state);
    enum outcome outcome = cli_run(&host, &arena, argc, argv, &owner.family);
    if (!is_output_complete(&state, &arena))
        outcome = OUTCOME_INTERNAL;
    arena_abandon(&arena);
    return exit_code(outcome, owner.family);
}
