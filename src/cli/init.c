/* `bootgate init`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/project.h"
#include "cli/proposal.h"
#include "cli/session.h"
#include "language/schema.h"
#include "report/report.h"
#include "text/mask.h"
#include "text/reads.h"

#include <unistd.h>

#define FILE_NAME   "bootgate.yaml"
#define SCHEMA_NAME ".bootgate.schema.json"

/* Beside the project's own file, where check looks first; env files alone are a project of this directory. */
static str config_directory(const struct session *session, const struct check_result *result)
{
    const struct deployment *deployment = result->projects.items[0].facts->deployment;
    str here = session->host->current_directory(session->host->self, session->arena);
    str path = deployment != NULL ? path_relative(session->arena, here, deployment->directory) : here;
    return str_eq(path, here) ? STR("") : path;
}

static str beside(const struct session *session, str directory, const char *name)
{
    return directory.len > 0 ? path_join(session->arena, directory, str_from_c(name)) : str_from_c(name);
}

static enum outcome there_already(struct session *session, str path)
{
    return session_fault(session, OUTCOME_USAGE, STR_FMT " is already there: --force replaces it",
        STR_ARG(gate_visible(session->gate, path)));
}

/* What only check would find, or take first: two configurations are one too many. */
static enum outcome look_for_others(struct session *session, str directory)
{
    static const char *const others[] = {FILE_NAME, "bootgate.yml", ".bootgate.yaml"};
    for (size_t i = session->settings.force ? 1 : 0; i < ARRAY_COUNT(others); i++) {
        str path = beside(session, directory, others[i]);
        if (host_is_absent(session->host->stat(session->host->self, path).status))
            continue;
        return i == 0 ? there_already(session, path)
                      : session_fault(session, OUTCOME_USAGE,
                            STR_FMT " is already there: two configurations are one too many",
                            STR_ARG(gate_visible(session->gate, path)));
    }
    return OUTCOME_OK;
}

static enum outcome write_config(struct session *session, str path, str text)
{
    const struct host *host = session->host;
    bool only_new = !session->settings.force;
    enum host_status status =
        host->write(host->self, path, text, (struct host_writing){.only_new = only_new});
    if (status == HOST_OK)
        return OUTCOME_OK;
    return status == HOST_EXISTS ? there_already(session, path) : session_cannot_write(session, path, status);
}

static enum outcome write_schema(struct session *session, str path)
{
    const struct host *host = session->host;
    str text = schema_print(session->arena);
    enum host_status status = host->write(host->self, path, text, (struct host_writing){0});
    return status == HOST_OK ? OUTCOME_OK : session_cannot_write(session, path, status);
}

/* The same files under a configuration that is not there yet. */
static struct check_result *judge_with(struct session *session, str text)
{
    struct check_options options = findings_options(session);
    options.proposed = text;
    return check_files(session->arena, session->host, &options);
}

/* Not for the text that is tried, of which the faulty part is left out. */
static bool is_unread(const struct check_result *tried)
{
    bool is_fatal = tried->left_unread;
    vec_each(const struct diag *, diag, &tried->diags.list) {
        const struct source *source = source_of(&tried->sources, diag->at);
        is_fatal = is_fatal || (diag->fatal && (source == NULL || source->kind != SOURCE_CONFIG));
    }
    return is_fatal;
}

/* Proposes what leaves every verdict as it is. What could be read once must be readable again: else the
 * second judgement tells nothing of the proposal. */
static enum outcome settle(struct session *session, struct proposal *proposal, str *ret_text)
{
    const struct check_result *tried;
    do {
        *ret_text = proposal_text(proposal);
        tried = judge_with(session, *ret_text);
        if (is_unread(tried))
            return project_faults(session, tried);
    } while (proposal_drop(proposal, tried));
    if (diag_any_fatal(
            &tried->diags)) /* with all that could be left out left out: the text itself is wrong */
        return session_fault(
            session, OUTCOME_INTERNAL, "the proposal cannot be read back: nothing is proposed");
    return OUTCOME_OK;
}

static void say_written(struct out *out, const struct proposal *proposal, str path, str schema)
{
    size_t variables = proposal_count(proposal, false), rules = proposal_count(proposal, true);
    out_printf(out, "wrote " STR_FMT ": ", STR_ARG(gate_visible(out->gate, path)));
    if (variables == 0)
        out_text(out, "no variable needs a declaration");
    else
        out_printf(out, "%zu variable%s", variables, report_plural(variables));
    if (rules > 0)
        out_printf(out, ", %zu rule%s", rules, report_plural(rules));
    if (proposal->consumers > 0)
        out_printf(out, "; a budget of %zu consumer%s to look through", proposal->consumers,
            report_plural(proposal->consumers));
    out_text(out, "\n");
    out_printf(out, "wrote " STR_FMT ": by it editors complete and check that file\n",
        STR_ARG(gate_visible(out->gate, schema)));
}

static void say_next(struct out *out, const struct check_result *result)
{
    size_t errors = diag_count(&result->diags, SEVERITY_ERROR);
    if (errors > 0)
        out_printf(out,
            "next: bootgate check            judges with it: %zu error%s now\n"
            "      bootgate check --write-baseline .bootgate-baseline\n"
            "                                accepts what is there today; new findings count\n",
            errors, report_plural(errors));
    else
        out_text(out, "next: bootgate check            judges with it: no error now\n");
    out_text(out, "      bootgate hook install     judges each commit\n");
}

static enum outcome write_files(struct session *session, const struct proposal *proposal, str text)
{
    str directory = config_directory(session, proposal->result);
    str path = beside(session, directory, FILE_NAME), schema = beside(session, directory, SCHEMA_NAME);
    enum outcome outcome = look_for_others(session, directory);
    if (outcome == OUTCOME_OK)
        outcome = write_config(session, path, text);
    if (outcome == OUTCOME_OK)
        outcome = write_schema(session, schema);
    if (outcome != OUTCOME_OK || session->settings.quiet > 0)
        return outcome;
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    say_written(&out, proposal, path, schema);
    say_next(&out, proposal->result);
    out_flush(&out);
    return OUTCOME_OK;
}

static enum outcome run(struct session *session)
{
    struct check_result *result = judge_with(session, STR("version: 1\n"));
    session->gate = sources_gate(&result->sources);
    bool is_unread = result->left_unread && !session->settings.force;
    if (result->projects.count == 0 || is_unread || diag_any_fatal(&result->diags))
        return project_faults(session, result);
    struct proposal proposal = proposal_make(session->arena, result);
    str text;
    enum outcome outcome = settle(session, &proposal, &text);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (!reads_settle(&result->sources, &result->diags)) /* the budget reads its files once more */
        return session_fault(
            session, OUTCOME_BAD_INPUT, "what was read before cannot be read again: nothing is proposed");
    if (!session->settings.to_stdout)
        return write_files(session, &proposal, text);
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    out_str(&out, text);
    out_flush(&out);
    return OUTCOME_OK;
}

static const struct option_row init_rows[] = {
    {.name = "stdout",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, to_stdout),
        .about = "Print the file instead of writing it."},
    {.name = "force",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, force),
        .about = "Replace a bootgate.yaml that is already there."},
};

static const struct option_group init_group = OPTION_GROUP("Output", init_rows);

static const struct option_group *const groups[] = {
    &init_group,
    &option_group_project,
    &option_group_common,
    NULL,
};

const struct command command_init = {
    .name = "init",
    .operands = "",
    .summary = "Write a bootgate.yaml from what is found here.",
    .description =
        "Declares the connection strings and secrets that the Compose files and env files use, which of them "
        "hold one and the same password, and, as comments to look through, how many connections each program "
        "may open. Names and numbers only: no value is copied. What it writes changes no verdict: each line "
        "was tried, and what would make a finding is left out.\n"
        ".bootgate.schema.json is for editors and may be deleted.",
    .example = "bootgate init --stdout",
    .groups = groups,
    .run = run,
};
