/* `bootgate hook`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/session.h"
#include "cli/shell_quote.h"
#include "cli/staged.h"
#include "host/posix.h"
#include "report/out.h"
#include "text/mask.h"

#include <unistd.h>

enum { PATH_BYTES = 64 * 1024, HOOK_BYTES = 1024 * 1024, EXECUTABLE_BITS = 0111 };

#define HOOK_CALL   "hook run"
#define HOOK_LINE   "bootgate " HOOK_CALL
#define KEPT_SUFFIX ".before-bootgate"

static const str hook_head =
    STR_INIT("#!/bin/sh\n"
             "# Written by `bootgate hook install`: judges what is about to be committed.\n");

#define OLD_BODY  "exec " HOOK_LINE "\n"
#define BODY_HEAD "program="
#define BODY_TAIL "\n[ -x \"$program\" ] || program=bootgate\nexec \"$program\" " HOOK_CALL "\n"

/* A hook's PATH is that of whatever program commits, an editor's often a short one: it names this program. */
static str hook_text(struct arena *arena, str program)
{
    struct buf text = buf_new(arena, SIZE_MAX / 4);
    buf_str(&text, hook_head);
    buf_str(&text, STR(BODY_HEAD));
    shell_quote(&text, program);
    buf_str(&text, STR(BODY_TAIL));
    return buf_view(&text);
}

/* Written by this command, for whatever program, and nothing added to it. */
static bool is_ours(str hook)
{
    if (!str_starts(hook, hook_head))
        return false;
    str body = str_skip(hook, hook_head.len);
    size_t end = str_find_byte(body, '\n');
    return str_eq(body, STR(OLD_BODY)) || (str_starts(body, STR(BODY_HEAD)) && end != STR_NONE &&
                                              str_eq(str_skip(body, end), STR(BODY_TAIL)));
}

/* Where git looks for the hook, core.hooksPath included. Empty: no repository. */
static str hook_path(struct session *session)
{
    static const char *const arguments[] = {"git", "rev-parse", "--git-path", "hooks/pre-commit", NULL};
    struct host_run run =
        session->host->run(session->host->self, session->arena, arguments, STR(""), PATH_BYTES);
    bool is_path = run.status == HOST_OK && run.exit_code == 0 && str_ends(run.output, STR("\n"));
    return is_path ? str_take(run.output, run.output.len - 1) : STR("");
}

static enum outcome say(struct session *session, const char *what, str path)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    out_printf(&out, "%s" STR_FMT "\n", what, STR_ARG(gate_visible(session->gate, path)));
    out_flush(&out);
    return OUTCOME_OK;
}

/* A line that is no comment calls us: in a hook of someone else, or in ours with more in it. */
static bool calls_us(str hook)
{
    str call = str_starts(hook, hook_head) ? STR(HOOK_CALL) : STR(HOOK_LINE);
    for (str line; str_next(&hook, '\n', &line);)
        if (!str_starts(str_trim(line), STR("#")) && str_contains(line, call))
            return true;
    return false;
}

static enum outcome write_hook(struct session *session, str path, str text, bool only_new)
{
    struct host_writing how = {.only_new = only_new, .is_executable = true, .with_directory = true};
    enum host_status status = session->host->write(session->host->self, path, text, how);
    return status == HOST_OK ? OUTCOME_OK : session_cannot_write(session, path, status);
}

/* A hook of someone else stays where it is, unless --force moves it aside, which is said. */
static enum outcome make_room(struct session *session, str path, const struct host_file *present)
{
    if (present->text.len == 0 || is_ours(present->text))
        return OUTCOME_OK;
    if (!session->settings.force)
        return session_fault(session, OUTCOME_BAD_INPUT,
            STR_FMT " is there already and not ours: add the line `" HOOK_LINE
                    " || exit` to it, or say --force",
            STR_ARG(gate_visible(session->gate, path)));
    str aside = arena_concat(session->arena, path, STR(KEPT_SUFFIX));
    if (session->host->stat(session->host->self, aside).status == HOST_OK)
        return session_fault(session, OUTCOME_BAD_INPUT,
            STR_FMT
            " is there already, from an earlier --force: move it or remove it, there is no room for two",
            STR_ARG(gate_visible(session->gate, aside)));
    enum outcome outcome = write_hook(session, aside, present->text, true);
    return outcome == OUTCOME_OK ? say(session, "the hook that was there is kept as ", aside) : outcome;
}

static enum outcome install(struct session *session)
{
    if (session->operands.count > 1)
        return session_fault(session, OUTCOME_USAGE, "install takes no PATH: git says where hooks are");
    str path = hook_path(session);
    if (path.len == 0)
        return session_fault(session, OUTCOME_MISSING_INPUT, "the current directory is in no git work tree");
    struct host_file present = session->host->read(session->host->self, session->arena, path, HOOK_BYTES);
    if (present.status != HOST_OK && present.status != HOST_MISSING)
        return session_fault(session, OUTCOME_BAD_INPUT, "cannot read " STR_FMT ": " STR_FMT,
            STR_ARG(gate_visible(session->gate, path)), STR_ARG(host_status_text(present.status)));
    str program = posix_program_path(session->arena);
    if (program.len == 0)
        return session_fault(session, OUTCOME_BAD_INPUT,
            "the system does not say where this program is (/proc/self/exe): the hook could not name it");
    str text = hook_text(session->arena, program);
    if (present.status == HOST_OK && calls_us(present.text) && !is_ours(present.text))
        text = present.text;
    bool is_installed = present.status == HOST_OK && str_eq(present.text, text);
    if (is_installed && (present.mode & EXECUTABLE_BITS) != 0)
        return say(session, "is installed already: ", path);
    /* git passes over a hook that is not executable: the same text again, so that it is. */
    enum outcome outcome = is_installed ? OUTCOME_OK : make_room(session, path, &present);
    if (outcome == OUTCOME_OK)
        outcome = write_hook(session, path, text, false);
    return outcome == OUTCOME_OK ? say(session, "wrote ", path) : outcome;
}

static const struct action {
    str name;
    enum outcome (*run)(struct session *session);
} actions[] = {
    {STR_INIT("install"), install},
    {STR_INIT("run"), staged_check_changes},
};

static str action_choice(size_t index)
{
    return index < ARRAY_COUNT(actions) ? actions[index].name : STR("");
}

static enum outcome run(struct session *session)
{
    for (size_t i = 0; i < ARRAY_COUNT(actions); i++)
        if (str_eq(session->operands.items[0], actions[i].name))
            return actions[i].run(session);
    return session_fault(session, OUTCOME_USAGE, "no such action: install or run");
}

static const struct option_row hook_rows[] = {
    {.name = "force",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, force),
        .about = "Install in spite of a hook that is there, which is kept beside it."},
};

static const struct option_group hook_group = OPTION_GROUP("Installing", hook_rows);

static const struct option_group *const groups[] = {
    &hook_group,
    &option_group_judging,
    &option_group_report,
    &option_group_common,
    NULL,
};

const struct command command_hook = {
    .name = "hook",
    .operands = "install|run [PATH...]",
    .summary = "Judge each commit before it is made, by a hook of git.",
    .description =
        "install writes the hook pre-commit where git looks for it. run judges the projects that the commit "
        "touches as the index has them, whatever the work tree holds, and passes where it touches none; with "
        "PATHs also those that these belong to. "
        "lefthook, husky, pre-commit and other runners call the same line: bootgate hook run.",
    .example = "bootgate hook install\n"
               "bootgate hook run",
    .groups = groups,
    .operand_choices = action_choice,
    .operand_completion = COMPLETE_CHOICE,
    .operands_min = 1,
    .operands_max = (size_t)-1,
    .run = run,
};
