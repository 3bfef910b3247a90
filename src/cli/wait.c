/* `bootgate wait`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/session.h"
#include "cli/wait_run.h"

#include <unistd.h>

/* Only faults that keep the environment from being read; what rules find is for check and exec to say. */
static struct check_result *read_environment(struct session *session)
{
    struct environment_options options = {
        .env_files = session->settings.env_files,
        .config = session_environment_config(session),
        .mode = session->settings.mode,
    };
    struct check_result *result = check_environment(session->arena, session->host, &options);
    session->gate = sources_gate(&result->sources);
    return result;
}

static enum outcome run(struct session *session)
{
    struct check_result *result = read_environment(session);
    if (result->cannot_judge)
        return findings_report(session, result, STDERR_FILENO);
    size_t count;
    enum outcome outcome = wait_run(session, result, &session->operands, &count);
    if (outcome == OUTCOME_OK && count == 0)
        return session_fault(session, OUTCOME_MISSING_INPUT,
            "nothing to wait for: no target is named, and the environment holds no connection");
    return outcome;
}

static const struct option_row wait_rows[] = {
    {.name = "env-file",
        .kind = OPTION_LIST,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, env_files),
        .about = "Look for connections in FILE as well; what the process environment has wins."},
    WAIT_TIMEOUT_ROW,
};

static const struct option_group wait_group = OPTION_GROUP("Waiting", wait_rows);

static const struct option_group *const groups[] = {
    &wait_group,
    &option_group_judging,
    &option_group_common,
    NULL,
};

const struct command command_wait = {
    .name = "wait",
    .operands = "[TARGET...]",
    .summary = "Wait until what the environment names answers.",
    .description =
        "TARGET is a variable, a URL or host:port. Without one: `wait` of the configuration, else every "
        "connection string of the environment.\n"
        "Databases and brokers are connected to; PostgreSQL is also asked whether it takes connections; a "
        "URL that "
        "is written out must answer 200 to 299. One deadline holds for all targets. What cannot come right "
        "by "
        "itself, such as a missing database, ends the wait at once.\n"
        "The sockets are opened by bootgate-wait, which never gets a password.",
    .example = "bootgate wait\n"
               "bootgate wait --timeout 60s DATABASE_URL redis:6379 http://qdrant:6333/readyz",
    .groups = groups,
    .operands_max = (size_t)-1,
    .exit_family = EXIT_FAMILY_EXEC,
    .run = run,
};
