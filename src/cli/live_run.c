#include "cli/live_run.h"

#include "base/number.h"
#include "cli/commands.h"
#include "cli/companion.h"
#include "cli/live_ask.h"
#include "cli/live_process.h"
#include "cli/session.h"

#define TIMEOUT_DEFAULT 10000
#define TIMEOUT_MOST    3600000

#define TIMEOUT_ROW                                                                                          \
    {                                                                                                        \
        .name = "timeout", .kind = OPTION_TEXT, .argument = "DURATION",                                      \
        .offset = offsetof(struct cli_settings, timeout),                                                    \
        .about = "Ask this long at most, as in 500ms, 10s or 2m; 10s where nothing is said."                 \
    }

static const struct option_row live_rows[] = {
    LIVE_MAP_ROW,
    TIMEOUT_ROW,
};

static const struct option_row may_live_rows[] = {
    LIVE_ROW,
    LIVE_MAP_ROW,
    TIMEOUT_ROW,
};

const struct option_group option_group_live = OPTION_GROUP("Asking the servers", live_rows);
const struct option_group option_group_may_live = OPTION_GROUP("Asking the servers", may_live_rows);

/* What the pipe needs to run the program. */
struct caller {
    struct session *session;
    int64_t timeout; /* milliseconds */
};

static struct host_run run(void *self, struct arena *arena, str request)
{
    const struct caller *caller = self;
    str timeout = arena_integer(arena, caller->timeout);
    const char *const arguments[] = {"bootgate-live", "--timeout", arena_c_string(arena, timeout), NULL};
    return live_process(arena, companion_programs(caller->session, "bootgate-live"), arguments,
        companion_environment(caller->session), request);
}

static bool is_address(str text)
{
    struct str_cut cut = str_rcut_byte(text, ':');
    uint64_t port;
    return cut.found && cut.head.len > 0 && number_parse_unsigned(cut.tail, 65535, &port) && port > 0;
}

static bool is_map(str text)
{
    struct str_cut cut = str_cut_byte(text, '=');
    return cut.found && is_address(cut.head) && is_address(cut.tail);
}

enum outcome live_prepare(struct session *session)
{
    bool is_wanted = session->settings.live || session->command == &command_live;
    int64_t timeout = TIMEOUT_DEFAULT;
    if (!is_wanted)
        return session->settings.maps.count == 0
                   ? OUTCOME_OK
                   : session_fault(session, OUTCOME_USAGE, "`--map` is of use with `--live` alone");
    vec_each(const str *, map, &session->settings.maps)
        if (!is_map(*map))
            return session_fault(
                session, OUTCOME_USAGE, "`--map` wants HOST:PORT=HOST:PORT, as in db:5432=127.0.0.1:5433");
    if (session->settings.timeout.len > 0 &&
        !number_parse_duration(session->settings.timeout, TIMEOUT_MOST, &timeout))
        return session_fault(session, OUTCOME_USAGE, "`--timeout` wants a duration such as 500ms, 10s or 2m");
    struct caller *caller = arena_new(session->arena, struct caller);
    struct live_pipe *pipe = arena_new(session->arena, struct live_pipe);
    struct live_asker *asker = arena_new(session->arena, struct live_asker);
    *caller = (struct caller){.session = session, .timeout = timeout};
    *pipe = (struct live_pipe){.self = caller, .run = run, .maps = session->settings.maps};
    *asker = live_asker_over(pipe);
    session->live = asker;
    return OUTCOME_OK;
}

static enum outcome outcome_of_login(const struct live_login *login)
{
    static const enum outcome outcomes[] = {
        [LIVE_KIND_ACCEPTED] = OUTCOME_OK,
        [LIVE_KIND_AGAIN] = OUTCOME_TIMED_OUT,
        [LIVE_KIND_NEVER] = OUTCOME_UNAVAILABLE,
        [LIVE_KIND_LOGIN] = OUTCOME_OK, /* a finding says it */
    };
    return login->is_console ? OUTCOME_OK : outcomes[live_state_row(login->state)->kind];
}

enum outcome live_outcome(const struct check_result *result)
{
    enum outcome outcome = OUTCOME_OK;
    vec_each(const struct check_project *, project, &result->projects) {
        const struct live *live = project->facts->live;
        if (live != NULL && live->fault.len > 0)
            return live->fault_is_usage ? OUTCOME_USAGE : OUTCOME_INTERNAL;
        for (size_t i = 0; live != NULL && i < live->logins.count; i++) {
            enum outcome one = outcome_of_login(&live->logins.items[i]);
            outcome = one == OUTCOME_UNAVAILABLE || outcome == OUTCOME_OK ? one : outcome;
        }
    }
    return outcome;
}

enum outcome live_asked(struct session *session, const struct check_result *result)
{
    vec_each(const struct check_project *, project, &result->projects) {
        const struct live *live = project->facts->live;
        if (live && live->logins.count == 0 && live->unasked.count > 0)
            return session_fault(
                session, OUTCOME_BAD_INPUT, "no server was asked: " STR_FMT, STR_ARG(live->unasked.items[0]));
    }
    return OUTCOME_OK;
}
