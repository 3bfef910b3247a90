#include "cli/live_process.h"

#include "base/limit.h"
#include "host/process.h"

#include <signal.h>
#include <unistd.h>

enum { SIGNAL_EXIT_BASE = 128 };

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/* As exec --wait ends: 130 where somebody interrupts, 143 where it is to end. */
static void leave(int number)
{
    _exit(SIGNAL_EXIT_BASE + (number == SIGINT || number == SIGQUIT ? SIGINT : SIGTERM));
}

/*
 * PID 1 is spared from default actions: without a handler nothing would end it while a server keeps silent.
 * Its end is that of bootgate-live, too. Other processes end as they do anyway.
 */
static bool take_signals(struct sigaction *before)
{
    struct sigaction action = {.sa_handler = leave};
    if (getpid() != 1)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(ending); i++) {
        sigaction(ending[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN)
            sigaction(ending[i], &action, NULL);
    }
    return true;
}

struct host_run live_process(struct arena *arena, const char *const *programs, const char *const *arguments,
    const char *const *environment, str request)
{
    struct host_run run = {.status = HOST_MISSING};
    const char *words[8] = {NULL};
    for (size_t i = 0; arguments[i] != NULL && i + 1 < ARRAY_COUNT(words); i++)
        words[i] = arguments[i];
    struct sigaction before[ARRAY_COUNT(ending)];
    bool are_taken = take_signals(before);
    for (; *programs != NULL && run.status == HOST_MISSING; programs++) {
        words[0] = *programs;
        run = process_run(arena, words, environment, request, limit_value(LIMIT_LIVE_BYTES));
    }
    for (size_t i = 0; are_taken && i < ARRAY_COUNT(ending); i++)
        sigaction(ending[i], &before[i], NULL);
    return run;
}
