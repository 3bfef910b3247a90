/* `bootgate fix`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/mending.h"
#include "cli/project.h"
#include "cli/session.h"
#include "language/pack.h"
#include "mend/diff.h"
#include "text/mask.h"

#include <unistd.h>

/* What is left for a person, and what was tried in vain. */
static void say_rest(struct session *session, const struct mend *mend, bool has_masks)
{
    if (session->settings.quiet > 0)
        return;
    struct out out = out_new(session->gate, session->host, STDERR_FILENO);
    size_t open = 0, mended = mend->mended.count;
    const struct check_result *result = mend->after ? mend->after : mend->before;
    vec_each(const struct diag *, diag, &result->diags.list)
        open += !diag->suppressed && diag->severity > SEVERITY_NOTE;
    if (mended > 0 && !session->settings.write)
        out_printf(&out, "%zu finding%s can be mended so: bootgate fix --write does it\n", mended,
            report_plural(mended));
    if (has_masks)
        out_text(&out,
            "a line of this diff holds a secret, shown as " MASK ": patch cannot apply it, --write does\n");
    if (mend->refused > 0)
        out_printf(&out, "%zu fix%s left out: %s\n", mend->refused, mend->refused == 1 ? " was" : "es were",
            mend->before->diags.dropped ? "more findings than can be compared"
                                        : "the deployment would not be better by it");
    if (open > 0)
        out_printf(&out, "%zu finding%s left for you: bootgate check shows %s\n", open,
            open == 1 ? " is" : "s are", open == 1 ? "it" : "them");
    out_flush(&out);
}

static enum outcome show(struct session *session, const struct mend *mend)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    bool has_masks = false;
    vec_each(const struct mended_file *, file, &mend->files) {
        struct diff diff = diff_file(session->arena, mend, file);
        out_passed(&out, diff.text);
        has_masks |= diff.has_masks;
    }
    out_flush(&out);
    say_rest(session, mend, has_masks);
    return mend->files.count > 0 ? OUTCOME_FINDINGS : OUTCOME_OK;
}

static enum outcome write_all(struct session *session, const struct mend *mend)
{
    str failed = {0};
    enum host_status status =
        mend_write(session->arena, session->host, mend->before, &mend->files, NULL, &failed);
    if (status != HOST_OK)
        return mending_refused(session, failed, status);
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    vec_each(const struct mended *, mended, &mend->mended) {
        const struct diag *finding = mended->finding;
        const struct sources *sources = &mend->before->sources;
        const struct source *source = source_of(sources, finding->at);
        struct position position = source_position(sources, finding->at.source, finding->at.offset);
        if (session->settings.quiet == 0)
            out_printf(&out, "mended: " STR_FMT ":%u " STR_FMT ": " STR_FMT "\n",
                STR_ARG(gate_visible(session->gate, source ? source->name : STR(""))), position.line,
                STR_ARG(finding->rule), STR_ARG(gate_visible(session->gate, finding->message)));
    }
    out_flush(&out);
    say_rest(session, mend, false);
    return OUTCOME_OK;
}

static enum outcome run(struct session *session)
{
    str rule = session->settings.rule;
    if (rule.len > 0 && rule_find(rule) == NULL)
        return session_unknown(session, OUTCOME_USAGE, "no such rule", rule_nearest(rule, false));
    if (str_vec_has(&session->operands, STR("-")))
        return session_fault(session, OUTCOME_USAGE, "standard input cannot be mended: name a file");
    struct check_options options = findings_options(session);
    struct mend *mend = mend_files(session->arena, session->host, &options, rule);
    session->gate = sources_gate(&mend->before->sources);
    if (session->settings.write) {
        bool has_recovered;
        enum outcome outcome = mending_recover(session, mend->before, &has_recovered);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (has_recovered)
            mend = mend_files(session->arena, session->host, &options, rule);
        session->gate = sources_gate(&mend->before->sources);
    }
    if (mend->before->cannot_judge) {
        project_faults(session, mend->before);
        return OUTCOME_BAD_INPUT;
    }
    if (mend->left_unread)
        return session_fault(
            session, OUTCOME_MISSING_INPUT, "what was read once cannot be read again: nothing is mended");
    return session->settings.write ? write_all(session, mend) : show(session, mend);
}

static const struct option_row fix_rows[] = {
    {.name = "write",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, write),
        .about = "Write the changes into the files, all of them or none."},
    {.name = "rule",
        .kind = OPTION_TEXT,
        .argument = "RULE",
        .offset = offsetof(struct cli_settings, rule),
        .about = "Mend the findings of this rule alone."},
};

static const struct option_group fix_group = OPTION_GROUP("What to mend", fix_rows);

static const struct option_group *const groups[] = {
    &fix_group,
    &option_group_judging,
    &option_group_project,
    &option_group_common,
    NULL,
};

const struct command command_fix = {
    .name = "fix",
    .operands = "[PATH...]",
    .summary = "Mend what can be mended mechanically: show a diff, or write it.",
    .description =
        "Judges like `bootgate check` and prints, as a diff for `patch -p0` or `git apply -p0 "
        "--unidiff-zero`, what mends its findings without "
        "a decision: an address for the published port of a store, a server's name in its network instead of "
        "localhost, a spelling that all readers of an env file take alike, a dollar that belongs to a "
        "secret, line ends, keys that are there twice, the driver of a connection string, the _FILE form of "
        "a password that the container finds as a file, the mode of an env file. Everything else in the "
        "files stays byte for byte.\n"
        "The changed files are judged before they are shown or written: a change by which the deployment "
        "would not have fewer findings, and none that is new, is left out. The exit code is 1 where a diff "
        "was shown.",
    .example = "bootgate fix\n"
               "bootgate fix --rule readers-disagree .env\n"
               "bootgate fix --write",
    .groups = groups,
    .operand_completion = COMPLETE_FILE,
    .operands_max = (size_t)-1,
    .is_alone = true,
    .run = run,
};
