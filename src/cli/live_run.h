/*
 * Asking the running servers: bootgate-live, run beside this program.
 *
 * The program that opens connections gets logins on its standard input, and an environment of its own, which
 * holds no password.
 */
#ifndef CLI_LIVE_RUN_H
#define CLI_LIVE_RUN_H

#include "check/check.h"
#include "cli/options.h"

/* --map and --timeout; --live for the commands that ask only where they are told to. */
extern const struct option_group option_group_live, option_group_may_live;
#define LIVE_ROW                                                                                             \
    {                                                                                                        \
        .name = "live", .kind = OPTION_FLAG, .offset = offsetof(struct cli_settings, live),                  \
        .about = "Ask the running PostgreSQL servers as well, as `bootgate live` does."                      \
    }
#define LIVE_MAP_ROW                                                                                         \
    {                                                                                                        \
        .name = "map", .kind = OPTION_LIST, .argument = "HOST:PORT=HOST:PORT",                               \
        .offset = offsetof(struct cli_settings, maps),                                                       \
        .about = "Ask the server that the files call HOST:PORT at another place: a published port."          \
    }

/* Sets session->live where the command or --live asks for it. */
enum outcome live_prepare(struct session *session);
/*
 * What servers that did not answer mean: OUTCOME_OK, OUTCOME_TIMED_OUT, OUTCOME_UNAVAILABLE; where nobody was
 * asked, OUTCOME_INTERNAL or OUTCOME_USAGE.
 */
enum outcome live_outcome(const struct check_result *result);
/* A project that has logins of which none could be asked about was not judged, whoever asked: told, and
 * OUTCOME_BAD_INPUT. Where some could be, the report names the others. */
enum outcome live_asked(struct session *session, const struct check_result *result);

#endif
