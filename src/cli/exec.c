/* `bootgate exec`: a row of cli/commands.h. */
#include "cli/allow.h"
#include "cli/commands.h"
#include "cli/exec_become.h"
#include "cli/exec_environment.h"
#include "cli/exec_show.h"
#include "cli/findings.h"
#include "cli/live_run.h"
#include "cli/session.h"
#include "cli/wait_run.h"

#include "language/pack.h"
#include "text/mask.h"

#include <unistd.h>

static void say(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct session *session, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str text = arena_vprintf(session->arena, format, arguments);
    va_end(arguments);
    struct out out = out_new(session->gate, session->host, STDERR_FILENO);
    out_printf(&out, "bootgate exec: " STR_FMT "\n", STR_ARG(text));
    out_flush(&out);
}

static enum outcome check_arguments(struct session *session)
{
    vec_each(const str *, item, &session->settings.set)
        if (!exec_set_is_sound(*item))
            return session_fault(session, OUTCOME_USAGE,
                "`--set` wants NAME=TARGET:VARIABLE, as in SYNC_URL=sync:DATABASE_URL");
    return OUTCOME_OK;
}

/* The servers were to be asked, and not all of them could be. */
static bool is_somebody_unasked(const struct check_result *result)
{
    vec_each(const struct check_project *, project, &result->projects)
        if (project->facts->live && project->facts->live->unasked.count > 0)
            return true;
    return false;
}

/* The command owns the log: where nothing is wrong, nothing is said. */
static bool has_news(const struct session *session, const struct check_result *result)
{
    bool notes_count = str_eq(session->settings.fail_on, severity_name(SEVERITY_NOTE));
    if (result->cannot_judge || session->settings.verbose > 0 || is_somebody_unasked(result))
        return true;
    vec_each(const struct diag *, diag, &result->diags.list)
        if (!diag->suppressed && (diag->severity > SEVERITY_NOTE || notes_count))
            return true;
    return false;
}

static enum outcome report_faults(struct session *session, const struct exec_environment *environment)
{
    enum outcome outcome = OUTCOME_OK;
    vec_each(const struct exec_fault *, fault, &environment->faults) {
        say(session, STR_FMT, STR_ARG(fault->message));
        if (outcome == OUTCOME_OK)
            outcome = fault->outcome;
    }
    for (size_t i = 0; session->settings.verbose > 0 && i < environment->remarks.count; i++)
        say(session, STR_FMT, STR_ARG(environment->remarks.items[i]));
    return outcome;
}

static struct check_result *check(
    struct session *session, struct exec_environment *environment, str config, str mode)
{
    *environment = (struct exec_environment){
        .arena = session->arena, .host = session->host, .settings = &session->settings};
    struct environment_options options = {
        .env_files = session->settings.env_files,
        .config = config,
        .mode = mode,
        .amend = exec_environment_amend,
        .amender = environment,
        .live = session->live,
    };
    return check_environment(session->arena, session->host, &options);
}

/* How many findings would stop the command under another configuration and mode. */
static size_t stopping(struct session *session, str config, str mode)
{
    struct exec_environment environment;
    struct check_result *result = check(session, &environment, config, mode);
    allow_silently(session, result);
    return findings_failing(session, result);
}

/*
 * Whoever sets the environment can ask for development or bring a configuration along. Where that lets
 * something through that would stop the command otherwise, every start says so, as for --allow.
 */
static void say_what_is_milder(struct session *session, const struct check_result *result)
{
    const struct cli_settings *settings = &session->settings;
    str config = session_environment_config(session);
    bool own_mode = settings->mode.len == 0 && result->mode == MODE_DEVELOPMENT;
    bool own_config = settings->config.len == 0 && config.len > 0;
    if (!own_mode && !own_config)
        return;
    str mode = own_mode ? STR("production") : settings->mode;
    session->live = NULL; /* the servers have answered: they are not asked again */
    size_t count = stopping(session, config, mode);
    size_t bare = own_config ? stopping(session, STR(""), mode) : 0;
    count = bare > count ? bare : count;
    str cause = own_config ? STR("BOOTGATE_CONFIG") : STR("");
    if (own_mode)
        cause = arena_printf(session->arena, "development (" STR_FMT ")%s" STR_FMT,
            STR_ARG(result->mode_from), own_config ? " and " : "", STR_ARG(cause));
    if (count > 0)
        say(session, "WARNING: " STR_FMT " let%s %zu finding%s through that would stop the command",
            STR_ARG(cause), own_mode && own_config ? "" : "s", count, report_plural(count));
}

/* Judges what the command would get; OUTCOME_OK where it may start. */
static enum outcome judge(struct session *session, struct exec_environment *environment,
    struct check_result **ret_result, const char *const **ret_entries)
{
    struct check_result *result =
        check(session, environment, session_environment_config(session), session->settings.mode);
    session->gate = sources_gate(&result->sources);
    *ret_result = result;
    enum outcome outcome = allow_apply(session, result);
    if (outcome == OUTCOME_OK && has_news(session, result))
        outcome = findings_report(session, result, STDERR_FILENO);
    *ret_entries = exec_environment_entries(environment);
    enum outcome own = report_faults(session, environment);
    if (outcome == OUTCOME_OK && own == OUTCOME_OK)
        own = live_asked(session, result);
    if (outcome == OUTCOME_OK && own == OUTCOME_OK)
        say_what_is_milder(session, result);
    return outcome != OUTCOME_OK ? outcome : own;
}

static enum outcome print_command(struct session *session)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    str line = exec_show(session->gate, &session->operands);
    out_printf(&out, STR_FMT "\n", STR_ARG(line));
    out_flush(&out);
    return OUTCOME_OK;
}

/* The operands as they came: slices of argv, each with its NUL after it. */
static char *const *arguments_of(struct session *session)
{
    char **arguments = arena_array(session->arena, char *, session->operands.count + 1);
    for (size_t i = 0; i < session->operands.count; i++)
        arguments[i] = (char *)(uintptr_t)session->operands.items[i].ptr;
    return arguments;
}

static enum outcome run(struct session *session)
{
    struct exec_environment environment;
    struct check_result *result;
    const char *const *entries;
    enum outcome outcome = check_arguments(session);
    if (outcome == OUTCOME_OK)
        outcome = live_prepare(session);
    if (outcome == OUTCOME_OK)
        outcome = judge(session, &environment, &result, &entries);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (session->settings.dry_run)
        return print_command(session);
    if (session->settings.wait_given)
        outcome = wait_run(session, result, &session->settings.wait, NULL);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (session->host->has_lost(session->host->self)) /* what was to be said is not to be passed over */
        return OUTCOME_INTERNAL;
    int failure = exec_become(arguments_of(session), entries);
    str name = session->operands.items[0];
    name = options_is_connection(session->arena, name) ? STR(MASK) : gate_visible(session->gate, name);
    return session_fault(session, exec_failure(failure), "cannot run `" STR_FMT "`: " STR_FMT, STR_ARG(name),
        STR_ARG(exec_failure_text(failure)));
}

static const struct option_row exec_rows[] = {
    {.name = "env-file",
        .kind = OPTION_LIST,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, env_files),
        .about = "Add the variables of FILE for the command; what the process environment has wins."},
    {.name = "expand-files",
        .kind = OPTION_OPTIONAL_TEXT,
        .argument = "VAR,...",
        .offset = offsetof(struct cli_settings, expand_files),
        .given_offset = offsetof(struct cli_settings, expand_files_given),
        .about =
            "Replace VAR_FILE by VAR with the content of the file it names; without a list wherever VAR is "
            "the name of a secret or a connection string. Both set is refused."},
    {.name = "set",
        .kind = OPTION_LIST,
        .argument = "NAME=TARGET:VAR",
        .offset = offsetof(struct cli_settings, set),
        .about = "Set NAME to the connection string of VAR with another driver: sync, async, libpq, asyncpg "
                 "or a driver's name."},
    ALLOW_ROW("Start in spite of this rule's findings, and say so at every start."),
    {.name = "dry-run",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, dry_run),
        .about = "Judge everything, print the command with secrets masked, start nothing."},
};

static const struct option_row waiting_rows[] = {
    {.name = "wait",
        .kind = OPTION_OPTIONAL_LIST,
        .argument = "TARGET",
        .offset = offsetof(struct cli_settings, wait),
        .given_offset = offsetof(struct cli_settings, wait_given),
        .about = "Wait until TARGET (a variable, a URL or host:port) answers; without one all that the "
                 "configuration, else the environment names."},
    LIVE_ROW,
    LIVE_MAP_ROW,
    WAIT_TIMEOUT_ROW,
};

static const struct option_group exec_group = OPTION_GROUP("What the command gets", exec_rows);
static const struct option_group waiting_group = OPTION_GROUP("Waiting", waiting_rows);

static const struct option_group *const groups[] = {
    &option_group_judging,
    &exec_group,
    &waiting_group,
    &option_group_report,
    &option_group_common,
    NULL,
};

const struct command command_exec = {
    .name = "exec",
    .operands = "-- COMMAND [ARGUMENT...]",
    .summary = "Judge this process's environment, then become COMMAND.",
    .description =
        "Reads only what is named: --env-file, --config or BOOTGATE_CONFIG, and the process environment, "
        "never .env or Compose files by itself. Where nothing forbids it, COMMAND takes the place of "
        "bootgate: "
        "same process, same descriptors, same signals, its environment as it was given. Findings go to "
        "standard "
        "error; where all is well nothing is printed. In development findings are printed and COMMAND "
        "starts; where development or BOOTGATE_CONFIG lets something through that would stop COMMAND "
        "otherwise, one line says so. A variable that is there twice with different values is refused.\n"
        "With --live a login that cannot be seen here is named on standard error; where no login can be, "
        "nobody was asked and COMMAND does not start, as `bootgate live` ends with 2.\n"
        "A restart does not help against 78: with systemd say RestartPreventExitStatus=78, with Compose "
        "restart: on-failure:3.",
    .example = "bootgate exec -- uvicorn app.main:app\n"
               "bootgate exec --expand-files --wait --timeout 60s -- docker-entrypoint.sh postgres\n"
               "bootgate exec --set DATABASE_URL_SYNC=sync:DATABASE_URL -- alembic upgrade head",
    .groups = groups,
    .operands_min = 1,
    .operands_max = (size_t)-1,
    .stops_at_operand = true,
    .exit_family = EXIT_FAMILY_EXEC,
    .run = run,
};
