/* `bootgate check`: a row of cli/commands.h. */
#include "cli/allow.h"
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/guard.h"
#include "cli/staged.h"
#include "cli/tree.h"
#include "mend/mend.h"

#include <unistd.h>

static enum outcome run(struct session *session)
{
    if (session->settings.staged)
        return staged_check(session);
    struct check_options options = findings_options(session);
    if (options.recursive)
        tree_prepare(session, &options);
    if (options.recursive && session->settings.write_baseline.len == 0)
        guard_confine(); /* git has spoken: from here on no program is started */
    struct check_result *result = check_files(session->arena, session->host, &options);
    session->gate = sources_gate(&result->sources);
    enum outcome outcome = allow_apply(session, result);
    if (outcome != OUTCOME_OK)
        return outcome;
    /* Programs take the fixes as edits; people get a diff of them from `bootgate fix`. */
    if (session_is_json(session) || str_eq(session->settings.format, STR("sarif")))
        mend_suggest(session->arena, session->host, &options, result);
    return findings_report(session, result, STDOUT_FILENO);
}

static const struct option_row tree_rows[] = {
    {.name = "recursive",
        .letter = 'r',
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, recursive),
        .about = "Judge every project in and below each directory: one with a Compose file, a manifest, a "
                 "unit or an env file. "
                 "What git "
                 "ignores is not looked into, symbolic links are not followed."},
};

static const struct option_row index_rows[] = {
    {.name = "tracked",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, staged),
        .about =
            "Judge what git tracks, as its index has it. The command for a checkout: what hangs on files "
            "that are kept out of the repository, such as .env, is left open and counted."},
    {.name = "staged",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, staged),
        .about = "The same by another name: what is about to be committed."},
};

static const struct option_group index_group = OPTION_GROUP("In a git repository", index_rows);

static const struct option_row check_rows[] = {
    {.name = "baseline",
        .kind = OPTION_TEXT,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, baseline),
        .about = "Leave out the findings that FILE lists, whatever `baseline:` of bootgate.yaml says."},
    {.name = "write-baseline",
        .kind = OPTION_TEXT,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, write_baseline),
        .is_written = true,
        .about =
            "Write the findings of this run to FILE, to be left out from now on, and exit 0. What is gone is "
            "dropped; what FILE has of files that were not read stays."},
    ALLOW_ROW("Pass in spite of this rule's findings, and say so each time."),
};

static const struct option_group tree_group = OPTION_GROUP("Trees", tree_rows);
static const struct option_group check_group = OPTION_GROUP("Findings that are known", check_rows);

static const struct option_group *const groups[] = {
    &option_group_judging,
    &option_group_report,
    &option_group_project,
    &tree_group,
    &index_group,
    &check_group,
    &option_group_common,
    NULL,
};

const struct command command_check = {
    .name = "check",
    .operands = "[PATH...]",
    .summary = "Judge files before anything is built or started.",
    .description = "Reads the Compose files as Compose finds them, the .env beside them and bootgate.yaml, "
                   "works out what each "
                   "container will see, and prints what is wrong with it. With no Compose file: the "
                   "manifests, units and env files here.\n"
                   "Each env file given as PATH is judged alone, each directory as a project of its own. "
                   "Example files (.env."
                   "example, .sample, .template, .dist) are never judged: what they hold is published. `-` "
                   "is standard input.",
    .example = "bootgate check\n"
               "bootgate check -f compose.yml --env-file .env.production --mode production\n"
               "bootgate check --tracked --format sarif > bootgate.sarif\n"
               "bootgate check -r",
    .groups = groups,
    .operand_completion = COMPLETE_FILE,
    .operands_max = (size_t)-1,
    .is_alone = true,
    .run = run,
};
