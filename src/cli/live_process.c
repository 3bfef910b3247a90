#include "cli/live_process.h"

#include "base/limit.h"
#include "host/process.h"

struct host_run live_process(struct arena *arena, const char *const *programs, const char *const *arguments,
    const char *const *environment, str request)
{
    struct host_run run = {.status = HOST_MISSING};
    const char *words[8] = {NULL};
    for (size_t i = 0; arguments[i] != NULL && i + 1 < ARRAY_COUNT(words); i++)
        words[i] = arguments[i];
    for (; *programs != NULL && run.status == HOST_MISSING; programs++) {
        words[0] = *programs;
        run = process_run(arena, words, environment, request, limit_value(LIMIT_LIVE_BYTES));
    }
    return run;
}
