#include "base/limit.h"
#include "cli/child.h"
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/session.h"
#include "cli/wait.h"
#include "dsn/rewrite.h"
#include "host/posix.h"
#include "host/process.h"
#include "rule/credential.h"
#include "text/mask.h"

#include <unistd.h>

#define FILE_SUFFIX "_FILE"

/* --set NAME=VALUE: before anything is judged, so that what is judged is what the command gets. */
static enum outcome apply_set(struct session *session, struct child *child)
{
    vec_each(const str *, setting, &session->settings.set) {
        struct str_cut cut = str_cut_byte(*setting, '=');
        if (!cut.found || !str_is_name(cut.head))
            return session_fault(session, OUTCOME_USAGE, "--set takes NAME=VALUE");
        child_set(child, cut.head, cut.tail);
    }
    return OUTCOME_OK;
}

/* The content of the file, without line ends at its end: as `$(< file)` gives it. */
static enum outcome expand_file(struct session *session, struct child *child, str name, str path)
{
    struct host_file file =
        session->host->read(session->host->self, session->arena, path, limit_value(LIMIT_VALUE_BYTES));
    str shown = mask_visible(session->arena, name);
    if (file.status != HOST_OK)
        return session_fault(session, OUTCOME_MISSING_INPUT, STR_FMT FILE_SUFFIX ": " STR_FMT, STR_ARG(shown),
            STR_ARG(host_status_text(file.status)));
    str text = file.text;
    while (str_ends(text, STR("\n")))
        text.len--;
    if (!child_set(child, name, text))
        return session_fault(
            session, OUTCOME_BAD_INPUT, STR_FMT FILE_SUFFIX ": the file holds a NUL byte", STR_ARG(shown));
    child_unset(child, arena_printf(session->arena, STR_FMT FILE_SUFFIX, STR_ARG(name)));
    return OUTCOME_OK;
}

/* X and X_FILE exclude each other, as in the entrypoints of the official images. */
static enum outcome expand(struct session *session, struct child *child, str name)
{
    str path, value;
    str file_name = arena_printf(session->arena, STR_FMT FILE_SUFFIX, STR_ARG(name));
    if (!child_get(child, file_name, &path) || path.len == 0)
        return OUTCOME_OK;
    if (child_get(child, name, &value) && value.len > 0)
        return session_fault(session, OUTCOME_FINDINGS,
            STR_FMT " and " STR_FMT " are both set, they exclude each other",
            STR_ARG(mask_visible(session->arena, name)), STR_ARG(mask_visible(session->arena, file_name)));
    return expand_file(session, child, name, path);
}

/* Without a list: every X_FILE whose X has a secret's name. SSL_CERT_FILE is meant as it is. */
static str_vec names_to_expand(struct session *session, const struct child *child)
{
    str_vec names = {0};
    str list = session->settings.expand_files, name;
    while (list.len > 0 && str_next(&list, ',', &name))
        vec_push(session->arena, &names, name);
    if (session->settings.expand_files.len > 0)
        return names;
    for (size_t i = 0; i < child->entries.count; i++) {
        str key = str_cut_byte(str_from_c(child->entries.items[i]), '=').head;
        str base = str_take(key, key.len - (str_ends(key, STR(FILE_SUFFIX)) ? sizeof FILE_SUFFIX - 1 : 0));
        if (base.len < key.len && credential_is_secret_name(base))
            vec_push(session->arena, &names, base);
    }
    return names;
}

static enum outcome expand_files(struct session *session, struct child *child)
{
    if (!session->settings.expand_files_given)
        return OUTCOME_OK;
    str_vec names = names_to_expand(session, child);
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; i < names.count && outcome == OUTCOME_OK; i++)
        outcome = expand(session, child, names.items[i]);
    return outcome;
}

/* --allow RULE: for the one who is on call; told on every start. */
static enum outcome allow_rules(struct session *session, struct check_result *result)
{
    vec_each(const str *, name, &session->settings.allow) {
        if (rule_find(*name) == NULL)
            return session_fault(session, OUTCOME_USAGE, "--allow names no rule");
        size_t count = 0;
        vec_each(struct diag *, diag, &result->diags.list) {
            if (!str_eq(diag->rule, *name) || diag->suppressed || diag->fatal)
                continue;
            diag->suppressed = arena_new(session->arena, struct suppression);
            diag->suppressed->reason = STR("--allow");
            count++;
        }
        session_fault(session, OUTCOME_OK, "warning: --allow " STR_FMT " lets %zu finding%s pass",
            STR_ARG(*name), count, count == 1 ? "" : "s");
    }
    return OUTCOME_OK;
}

/* A missing file has an exit code of its own. */
static enum outcome narrowed(const struct check_result *result, enum outcome outcome)
{
    if (outcome != OUTCOME_BAD_INPUT)
        return outcome;
    vec_each(const struct diag *, diag, &result->diags.list)
        if (diag->fatal && !str_eq(diag->rule, STR("unreadable-input")))
            return OUTCOME_BAD_INPUT;
    return OUTCOME_MISSING_INPUT;
}

static bool has_anything_to_say(const struct check_result *result)
{
    vec_each(const struct diag *, diag, &result->diags.list)
        if (!diag->suppressed)
            return true;
    return false;
}

/* Silent where all is well: the command owns the log. */
static enum outcome report(struct session *session, const struct check_result *result)
{
    bool is_silent = session->settings.verbose == 0 && !has_anything_to_say(result) && !result->cannot_judge;
    if (is_silent)
        session->settings.quiet = 2;
    return narrowed(result, findings_report(session, result, STDERR_FILENO));
}

/* What the env files set and the process environment does not. */
static enum outcome add_env_files(struct session *session, struct child *child, const struct facts *facts)
{
    vec_each(const struct map_entry *, entry, &facts->environment.map.entries) {
        const struct value *value = entry->value;
        str ignored;
        bool is_ours = !entry->removed && value->set && value->origin == ORIGIN_ENV_FILE;
        if (!is_ours || child_get(child, value->name, &ignored))
            continue;
        if (!child_set(child, value->name, value->text))
            return session_fault(session, OUTCOME_BAD_INPUT, STR_FMT " holds a NUL byte",
                STR_ARG(mask_visible(session->arena, value->name)));
    }
    return OUTCOME_OK;
}

/* `rewrite:` of the configuration sets what is not set. */
static enum outcome add_rewrites(struct session *session, struct child *child, const struct config *config)
{
    vec_each(const struct config_rewrite *, rewrite, &config->rewrite) {
        str from, present;
        if (child_get(child, rewrite->name, &present) || !child_get(child, rewrite->from.text, &from))
            continue;
        struct rewrite_result result = dsn_rewrite(session->arena, from, rewrite->to.text);
        if (result.error != REWRITE_OK)
            return session_fault(session, OUTCOME_BAD_INPUT,
                STR_FMT " cannot be made from " STR_FMT ": " STR_FMT, STR_ARG(rewrite->name),
                STR_ARG(rewrite->from.text), STR_ARG(result.reason));
        child_set(child, rewrite->name, result.text);
    }
    return OUTCOME_OK;
}

static enum outcome complete(struct session *session, struct child *child, const struct check_result *result)
{
    vec_each(const struct check_project *, project, &result->projects) {
        enum outcome outcome = add_env_files(session, child, project->facts);
        if (outcome == OUTCOME_OK)
            outcome = add_rewrites(session, child, project->facts->config);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    return OUTCOME_OK;
}

/* Only the program is named: arguments may hold secrets. */
static enum outcome say_what_would_run(struct session *session)
{
    size_t count = session->operands.count - 1;
    return session_fault(session, OUTCOME_OK, "would run " STR_FMT " with %zu argument%s",
        STR_ARG(mask_visible(session->arena, session->operands.items[0])), count, count == 1 ? "" : "s");
}

static enum outcome become(struct session *session, struct child *child)
{
    const char **arguments = arena_array(session->arena, const char *, session->operands.count + 1);
    for (size_t i = 0; i < session->operands.count; i++)
        arguments[i] = session->operands.items[i].ptr;
    enum host_status status = process_become(arguments, child_environment(child));
    bool is_missing = status == HOST_MISSING;
    return session_fault(session, is_missing ? OUTCOME_COMMAND_NOT_FOUND : OUTCOME_CANNOT_EXECUTE,
        "cannot run the command: " STR_FMT, STR_ARG(host_status_text(status)));
}

static enum outcome prepare(struct session *session, struct child *child)
{
    enum outcome outcome = apply_set(session, child);
    return outcome == OUTCOME_OK ? expand_files(session, child) : outcome;
}

static enum outcome judge(struct session *session, struct child *child)
{
    struct environment_options options = {
        .env_files = session->settings.env_files,
        .config = session->settings.config,
        .mode = session->settings.mode,
    };
    struct check_result *result = check_environment(session->arena, session->host, &options);
    enum outcome outcome = allow_rules(session, result);
    if (outcome == OUTCOME_OK)
        outcome = report(session, result);
    if (outcome == OUTCOME_OK)
        outcome = complete(session, child, result);
    if (outcome == OUTCOME_OK && session->settings.wait_given && !session->settings.dry_run)
        outcome = wait_for_targets(session, result, session->settings.wait);
    return outcome;
}

static enum outcome run(struct session *session)
{
    struct child child = child_new(session->arena, session->host);
    enum outcome outcome = prepare(session, &child);
    if (outcome != OUTCOME_OK)
        return outcome;
    posix_set_environment(child_environment(&child));
    outcome = judge(session, &child);
    if (outcome != OUTCOME_OK)
        return outcome;
    return session->settings.dry_run ? say_what_would_run(session) : become(session, &child);
}

static const struct option_row exec_rows[] = {
    {.name = "env-file",
        .kind = OPTION_LIST,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, env_files),
        .about = "Add what FILE sets; the process environment wins."},
    {.name = "expand-files",
        .kind = OPTION_OPTIONAL_TEXT,
        .argument = "NAME,...",
        .offset = offsetof(struct cli_settings, expand_files),
        .given_offset = offsetof(struct cli_settings, expand_files_given),
        .about = "Set NAME to what the file behind NAME_FILE holds, and unset NAME_FILE; without names: "
                 "wherever NAME "
                 "is that of a secret."},
    {.name = "set",
        .kind = OPTION_LIST,
        .argument = "NAME=VALUE",
        .offset = offsetof(struct cli_settings, set),
        .about = "Set a variable for the command."},
    {.name = "wait",
        .kind = OPTION_OPTIONAL_TEXT,
        .argument = "TARGET,...",
        .offset = offsetof(struct cli_settings, wait),
        .given_offset = offsetof(struct cli_settings, wait_given),
        .about = "Wait until these variables' targets answer; without names: `wait:` of the configuration, "
                 "else every "
                 "connection."},
    {.name = "timeout",
        .kind = OPTION_TEXT,
        .argument = "DURATION",
        .offset = offsetof(struct cli_settings, timeout),
        .about = "How long to wait at most, such as 500ms, 60s or 2m; 60s where nothing is said."},
    {.name = "allow",
        .kind = OPTION_LIST,
        .argument = "RULE",
        .offset = offsetof(struct cli_settings, allow),
        .about = "Let the findings of RULE pass this once; said on every start."},
    {.name = "dry-run",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, dry_run),
        .about = "Judge, but neither wait nor run the command."},
};

static const struct option_group exec_group = OPTION_GROUP("The command's environment", exec_rows);

static const struct option_group *const groups[] = {
    &exec_group,
    &option_group_judging,
    &option_group_report,
    &option_group_common,
    NULL,
};

const struct command command_exec = {
    .name = "exec",
    .operands = "[--] COMMAND [ARGUMENT...]",
    .summary = "Judge this process's environment, then become a command.",
    .description = "Reads only what is named: --env-file, --config, else the file that BOOTGATE_CONFIG "
                   "names. Where nothing is "
                   "wrong it says nothing and becomes the command: the same process, signals and open files "
                   "as they were "
                   "inherited. Findings go to standard error and the exit code is 78.",
    .example = "bootgate exec -- uvicorn app.main:app\n"
               "bootgate exec --expand-files --wait=DATABASE_URL --timeout 60s -- ./server",
    .groups = groups,
    .operands_min = 1,
    .operands_max = (size_t)-1,
    .stops_at_operand = true,
    .exit_family = EXIT_FAMILY_EXEC,
    .run = run,
};
