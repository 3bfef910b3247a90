/* `bootgate live`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/live_run.h"
#include "cli/project.h"
#include "cli/session.h"

#include <unistd.h>

static enum outcome run(struct session *session)
{
    enum outcome outcome = live_prepare(session);
    if (outcome != OUTCOME_OK)
        return outcome;
    const struct check_result *result = project_read(session);
    outcome = findings_report(session, result, STDOUT_FILENO);
    enum outcome asked = result->cannot_judge ? OUTCOME_OK : live_asked(session, result);
    return asked == OUTCOME_OK ? outcome : asked;
}

static const struct option_group *const groups[] = {
    &option_group_live,
    &option_group_judging,
    &option_group_project,
    &option_group_report,
    &option_group_common,
    NULL,
};

const struct command command_live = {
    .name = "live",
    .operands = "[PATH...]",
    .summary = "Judge as check does, with what the running PostgreSQL servers say.",
    .description =
        "Logs in at each PostgreSQL server as the programs will, and asks what it grants: whether the login "
        "is accepted and why not, max_connections, reserved slots, limits of roles and databases, sessions "
        "in use, extensions, its version, and what a PgBouncer in front says. Where the server and the files "
        "differ, the server's number counts and the difference is a finding.\n"
        "Statements only read, within a time limit, over one connection at a time, closed at once. The "
        "connections are opened by bootgate-live, which gets the passwords on a pipe.\n"
        "A server that does not answer cannot be judged, nor can a deployment none of whose logins can be "
        "seen here: exit 2. A name of a container's network is not "
        "known outside of it: say with --map where its port is published, or run this command in a "
        "container of that network.",
    .example = "bootgate live\n"
               "bootgate live --map db:5432=127.0.0.1:5432\n"
               "bootgate live -f compose.yml --format json",
    .groups = groups,
    .operand_completion = COMPLETE_FILE,
    .operands_max = (size_t)-1,
    .exit_family = EXIT_FAMILY_CHECK,
    .run = run,
};
