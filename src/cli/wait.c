#include "cli/wait.h"

#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/session.h"
#include "cli/wait_target.h"
#include "host/posix.h"

#include <unistd.h>

#define PROGRAM_NAME "bootgate-wait"

/* The exit codes of bootgate-wait and what they mean here. */
static const struct {
    int code;
    enum outcome outcome;
} wait_codes[] = {
    {0, OUTCOME_OK},
    {64, OUTCOME_USAGE},
    {69, OUTCOME_UNAVAILABLE},
    {75, OUTCOME_TIMED_OUT},
};

static enum outcome outcome_of_code(int code)
{
    for (size_t i = 0; i < ARRAY_COUNT(wait_codes); i++)
        if (wait_codes[i].code == code)
            return wait_codes[i].outcome;
    return OUTCOME_INTERNAL;
}

/* Beside this program, where a build or an image has both, else as PATH finds it. */
static const char *find_program(struct session *session)
{
    str program = posix_program_path(session->arena);
    if (program.len == 0)
        return PROGRAM_NAME;
    str beside = path_join(session->arena, path_directory(program), STR(PROGRAM_NAME));
    struct host_stat stat = session->host->stat(session->host->self, beside);
    return stat.is_regular ? arena_c_string(session->arena, beside) : PROGRAM_NAME;
}

static enum outcome run_program(struct session *session, str lines)
{
    const char *arguments[5] = {find_program(session)};
    size_t count = 1;
    if (session->settings.timeout.len > 0) {
        arguments[count++] = "--timeout";
        arguments[count++] = arena_c_string(session->arena, session->settings.timeout);
    }
    if (session->settings.quiet > 0)
        arguments[count++] = "--quiet";
    struct host_run done = session->host->run(session->host->self, session->arena, arguments, lines, 0);
    if (done.status == HOST_MISSING)
        return session_fault(session, OUTCOME_INTERNAL, PROGRAM_NAME " is not installed");
    return done.status == HOST_OK ? outcome_of_code(done.exit_code) : OUTCOME_INTERNAL;
}

static bool add_listed(struct wait_targets *targets, str list, str *reterr_name)
{
    str name;
    while (list.len > 0 && str_next(&list, ',', &name))
        if (!wait_add_word(targets, str_trim(name))) {
            *reterr_name = str_is_name(name) ? name : STR("a target");
            return false;
        }
    return true;
}

static bool add_configured(struct wait_targets *targets, const struct config *config, str *reterr_name)
{
    vec_each(const struct config_wait *, wait, &config->wait)
        if (!wait_add_configured(targets, wait)) {
            *reterr_name = STR("a target of the configuration");
            return false;
        }
    return true;
}

static bool add_targets(
    struct wait_targets *targets, const struct check_result *result, str list, str *reterr_name)
{
    if (list.len > 0)
        return add_listed(targets, list, reterr_name);
    vec_each(const struct check_project *, project, &result->projects)
        if (!add_configured(targets, project->facts->config, reterr_name))
            return false;
    if (targets->lines.len > 0)
        return true;
    vec_each(const struct check_project *, project, &result->projects)
        vec_each(struct connection *const *, connection, &project->facts->connections)
            wait_add_connection(targets, *connection);
    return true;
}

enum outcome wait_for_targets(struct session *session, const struct check_result *result, str list)
{
    if (result->projects.count == 0)
        return OUTCOME_BAD_INPUT;
    struct wait_targets targets = wait_targets_new(session->arena, result->projects.items[0].facts);
    str name;
    if (!add_targets(&targets, result, list, &name))
        return session_fault(session, OUTCOME_BAD_INPUT,
            "cannot wait for " STR_FMT ": not set, or no connection string", STR_ARG(name));
    if (targets.lines.len == 0)
        return session_fault(session, OUTCOME_USAGE, "nothing to wait for: the environment names no server");
    return run_program(session, buf_view(&targets.lines));
}

static str joined(struct arena *arena, const str_vec *words)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    vec_each(const str *, word, words) {
        buf_str(&buf, word == words->items ? STR("") : STR(","));
        buf_str(&buf, *word);
    }
    return buf_view(&buf);
}

static enum outcome run(struct session *session)
{
    struct environment_options options = {
        .env_files = session->settings.env_files, .config = session->settings.config};
    struct check_result *result = check_environment(session->arena, session->host, &options);
    return wait_for_targets(session, result, joined(session->arena, &session->operands));
}

static const struct option_row wait_rows[] = {
    {.name = "timeout",
        .kind = OPTION_TEXT,
        .argument = "DURATION",
        .offset = offsetof(struct cli_settings, timeout),
        .about = "How long to wait at most for all together, such as 500ms, 60s or 2m; 60s where nothing is "
                 "said."},
    {.name = "env-file",
        .kind = OPTION_LIST,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, env_files),
        .about = "Add what FILE sets; the process environment wins."},
    {.name = "config",
        .kind = OPTION_TEXT,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, config),
        .about = "Read `wait:` from FILE; else from the file that BOOTGATE_CONFIG names."},
};

static const struct option_group wait_group = OPTION_GROUP("Waiting", wait_rows);

static const struct option_group *const groups[] = {&wait_group, &option_group_common, NULL};

const struct command command_wait = {
    .name = "wait",
    .operands = "[TARGET...]",
    .summary = "Wait until what the environment names answers.",
    .description = "TARGET is a variable that holds a connection string or URL, an http or https URL, or "
                   "host:port. Without one: "
                   "`wait:` of the configuration, else every connection that the environment names.\n"
                   "The sockets are opened by bootgate-wait, which is told hosts, ports, user and database "
                   "names, and no "
                   "password. PostgreSQL counts as ready when it would let a client log in; HTTP when it "
                   "answers as expected.",
    .example = "bootgate wait DATABASE_URL --timeout 60s\n"
               "bootgate wait http://qdrant:6333/readyz redis:6379",
    .groups = groups,
    .operands_max = (size_t)-1,
    .exit_family = EXIT_FAMILY_EXEC,
    .run = run,
};
