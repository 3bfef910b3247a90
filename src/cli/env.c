/* `bootgate env`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/env_view.h"
#include "cli/session.h"
#include "rule/secret.h"
#include "text/mask.h"

#include <unistd.h>

static const struct dialect *chosen_dialect(const struct session *session)
{
    bool is_given = session->settings.dialect.len > 0;
    return is_given ? dialect_find(session->settings.dialect) : dialect_get(DIALECT_COMPOSE);
}

static void print_json(
    struct session *session, str dialect, json_t *variables, json_t *errors, json_t *warnings)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    json_out(&out,
        json_pack("{s:i, s:o, s:o, s:o, s:o}", "version", 1, "dialect", json_text(session->gate, dialect),
            "variables", variables, "errors", errors, "warnings", warnings));
    out_text(&out, "\n");
    out_flush(&out);
}

static enum outcome unreadable(struct session *session, str path, str dialect, str fault)
{
    if (!session_is_json(session))
        return session_fault(session, OUTCOME_MISSING_INPUT, STR_FMT ": " STR_FMT,
            STR_ARG(gate_visible(session->gate, path)), STR_ARG(fault));
    json_t *error = json_pack("{s:n, s:o}", "line", "message", json_text(session->gate, fault));
    print_json(session, dialect, json_null(), json_pack("[o]", error), json_array());
    return OUTCOME_MISSING_INPUT;
}

static enum outcome show_file(struct session *session, str path)
{
    const struct dialect *dialect = chosen_dialect(session);
    struct env_file_view view;
    env_file_open(session, path, &view);
    if (view.source == NULL)
        return unreadable(session, path, dialect_name(dialect), view.fault);
    struct diags diags = {.arena = session->arena, .sources = &view.sources};
    struct dotenv_result result =
        dotenv_read(session->arena, &diags, view.source, dialect, &view.outer, ORIGIN_ENV_FILE);
    diag_sort(&diags);
    bool is_good = result.ok && !result.holds_nul;
    if (!session->settings.reveal)
        secret_hide_env(session->gate, &view.sources, &result.env, NULL);
    if (session_is_json(session)) {
        print_json(session, dialect_name(dialect),
            is_good ? env_variables_json(session, &result.env) : json_null(),
            env_faults_json(session, &diags, SEVERITY_ERROR),
            env_faults_json(session, &diags, SEVERITY_WARNING));
    } else {
        struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
        if (is_good)
            env_variables_print(session, &out, &result.env);
        out_flush(&out);
        env_faults_print(session, &diags);
    }
    return is_good ? OUTCOME_OK : OUTCOME_BAD_INPUT;
}

static bool is_dialect_list(str text)
{
    str rest = text, name;
    while (str_next(&rest, ',', &name))
        if (dialect_find(str_trim(name)) == NULL)
            return false;
    return true;
}

/* `--compare docker,node FILE`: an optional argument needs no `=` where the word can be nothing else. */
static void take_compare_list(struct session *session)
{
    struct cli_settings *settings = &session->settings;
    for (size_t i = 0; i < session->operands.count && settings->compare_given && !settings->compare.len;
         i++) {
        if (!is_dialect_list(session->operands.items[i]))
            continue;
        settings->compare = session->operands.items[i];
        session->operands.count--;
        for (size_t next = i; next < session->operands.count; next++)
            session->operands.items[next] = session->operands.items[next + 1];
    }
}

static enum outcome run(struct session *session)
{
    const struct cli_settings *settings = &session->settings;
    take_compare_list(session);
    if (settings->target.len > 0) {
        if (settings->compare_given || settings->service.len > 0 || settings->explain)
            return session_fault(session, OUTCOME_USAGE, "--to writes FILE anew: no --service, no --compare");
        return env_convert_run(session, chosen_dialect(session));
    }
    if (settings->write_file.len > 0)
        return session_fault(session, OUTCOME_USAGE, "--write goes with --to");
    if (session->operands.count > 1 && !settings->service.len)
        return session_fault(session, OUTCOME_USAGE, "too many arguments: [FILE]");
    bool has_service = settings->service.len > 0, has_file = session->operands.count > 0;
    if (has_service && (settings->compare_given || settings->dialect.len > 0))
        return session_fault(session, OUTCOME_USAGE,
            "--service shows what a program of the deployment gets: no --as, no --compare");
    if (settings->explain && !has_service)
        return session_fault(session, OUTCOME_USAGE, "--explain goes with --service");
    if (has_service)
        return env_service_run(session);
    str path = has_file ? session->operands.items[0] : STR(".env");
    return settings->compare_given ? env_compare_run(session, path) : show_file(session, path);
}

static str dialect_choice(size_t index)
{
    return index < DIALECT_COUNT ? dialect_name(dialect_get((enum dialect_id)index)) : STR("");
}

static const struct option_row env_rows[] = {
    {.name = "as",
        .kind = OPTION_TEXT,
        .argument = "DIALECT",
        .completion = COMPLETE_CHOICE,
        .choices = dialect_choice,
        .offset = offsetof(struct cli_settings, dialect),
        .about = "Read FILE as this reader does; compose where nothing is said."},
    {.name = "to",
        .kind = OPTION_TEXT,
        .argument = "READER",
        .completion = COMPLETE_CHOICE,
        .choices = env_convert_choice,
        .offset = offsetof(struct cli_settings, target),
        .about = "Spell the same environment for this reader: a dialect; portable, for all of read-by; "
                 "secret or configmap, whose name follows; docker-secrets."},
    {.name = "write",
        .kind = OPTION_TEXT,
        .argument = "OUT",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, write_file),
        .is_written = true,
        .about = "With --to: write it to OUT, for its owner alone; docker-secrets: a directory."},
    {.name = "compare",
        .kind = OPTION_OPTIONAL_TEXT,
        .argument = "DIALECT,...",
        .offset = offsetof(struct cli_settings, compare),
        .given_offset = offsetof(struct cli_settings, compare_given),
        .about = "Show per variable what these readers see, or all of them."},
    {.name = "service",
        .kind = OPTION_TEXT,
        .argument = "NAME",
        .offset = offsetof(struct cli_settings, service),
        .about = "Show the environment that this program gets: a Compose service, KIND/NAME[/CONTAINER] of "
                 "manifests, a unit; operands are then the files or the directory that describe it."},
    {.name = "explain",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, explain),
        .about = "With --service: where each value comes from and what it hides."},
};

static const struct option_group env_group = OPTION_GROUP("What to show", env_rows);

static const struct option_group *const groups[] = {
    &env_group,
    &option_group_values,
    &option_group_project,
    &option_group_common,
    NULL,
};

const struct command command_env = {
    .name = "env",
    .operands = "[FILE] [NAME]",
    .summary = "Show what a reader of an env file, or a program of the deployment, will see.",
    .description =
        "FILE is .env where none is given, `-` is standard input. Nothing that a file contains is "
        "ever executed: "
        "where the reader would run a command, the file is refused.\n"
        "--to spells what --as reads for another reader, and reads it back; a variable that the other "
        "one cannot hold is refused by name. Without --write and --reveal its values are masked.",
    .example = "bootgate env --as docker .env\n"
               "bootgate env --compare\n"
               "bootgate env .env --to secret shop --write shop-secret.yaml\n"
               "bootgate env --service api --explain\n"
               "bootgate env --service app.service deploy/app.service",
    .groups = groups,
    .operand_completion = COMPLETE_FILE,
    .operands_max = (size_t)-1, /* FILE and the list of --compare; with --service what is described */
    .is_alone = true,
    .run = run,
};
