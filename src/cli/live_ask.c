#include "cli/live_ask.h"

#include "cli/live_parts.h"

/* What a dynamic loader ends with where it does not find a library. */
enum { EXIT_NO_LIBRARY = 127 };

static void ask(void *self, struct facts *facts)
{
    const struct live_pipe *pipe = self;
    facts->live = arena_new(facts->arena, struct live);
    str request = live_request(facts, pipe);
    if (facts->live->fault.len > 0 || request.len == 0)
        return;
    struct host_run run = pipe->run(pipe->self, facts->arena, request);
    if (run.status == HOST_MISSING)
        facts->live->fault =
            STR("bootgate-live is neither beside bootgate nor in libexec nor on PATH: nobody was asked");
    else if (run.status == HOST_OK && run.exit_code == EXIT_NO_LIBRARY)
        facts->live->fault = STR("bootgate-live cannot start, for want of libpq (libpq5): nobody was asked");
    else if (run.status != HOST_OK || run.exit_code != 0)
        facts->live->fault = STR("bootgate-live failed: nobody was asked");
    else
        live_read_answers(facts, run.output);
}

struct live_asker live_asker_over(struct live_pipe *pipe)
{
    return (struct live_asker){.self = pipe, .ask = ask};
}
