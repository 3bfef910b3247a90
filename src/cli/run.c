#include "cli/run.h"

#include "cli/commands.h"
#include "cli/guard.h"
#include "cli/help.h"
#include "cli/session.h"
#include "cli/version.h"

#include <unistd.h>

static enum outcome print_help(struct session *session)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    help_print(&out, session->command);
    out_flush(&out);
    return OUTCOME_OK;
}

/* What options alone ask for; false when the command itself is to run. */
static bool run_options(struct session *session, enum outcome *ret_outcome)
{
    if (session->settings.version)
        *ret_outcome = version_print(session);
    else if (session->settings.help)
        *ret_outcome = print_help(session);
    return session->settings.version || session->settings.help;
}

/* `bootgate .env` can only mean one thing. What is no path may be a password: it is not said again. */
static bool is_path(struct session *session, str name)
{
    const struct host *host = session->host;
    return !options_is_connection(session->arena, name) && host->stat(host->self, name).status == HOST_OK;
}

/* Finds the command after the program's own options and makes it the session's; a path in its place stays an
 * operand. */
static enum outcome choose_command(struct session *session, bool *ret_is_path)
{
    *ret_is_path = false;
    if (session->operands.count == 0)
        return session_fault(session, OUTCOME_USAGE, "no command given");
    str name = session->operands.items[0];
    const struct command *command = command_find(name);
    if (command == NULL && is_path(session, name)) {
        command = &command_check;
        *ret_is_path = true;
    }
    if (command != NULL) {
        session->command = command;
        session->operands = (str_vec){0};
        return OUTCOME_OK;
    }
    return session_unknown(session, OUTCOME_USAGE, "no such command", options_nearest(name, command_choice));
}

/* Without memory: what is said where there is none must be in the command's own numbers. */
static enum exit_family family_of(int argc, char **argv)
{
    int at = 1;
    while (at < argc && argv[at][0] == '-')
        at++;
    const struct command *command = at < argc ? command_find(str_from_c(argv[at])) : NULL;
    return command != NULL ? command->exit_family : EXIT_FAMILY_CHECK;
}

/* Nothing is to be written, and no program to be started, from here on. */
static bool is_alone(const struct session *session)
{
    return session->command->is_alone && !session->settings.staged && !session->settings.recursive &&
           session->settings.write_baseline.len == 0 && !session->settings.write &&
           session->settings.write_file.len == 0;
}

enum outcome cli_run(
    const struct host *host, struct arena *arena, int argc, char **argv, enum exit_family *ret_family)
{
    struct session whole = {.host = host, .arena = arena, .command = &command_bootgate};
    struct session *session = &whole;
    str fault;
    enum outcome outcome = OUTCOME_OK;
    *ret_family = family_of(argc, argv);
    session->gate = gate_new(arena);
    if (!options_parse(session, argc, argv, &fault))
        return session_fault(session, OUTCOME_USAGE, STR_FMT, STR_ARG(fault));
    if (run_options(session, &outcome))
        return outcome;
    int consumed = options_consumed();
    bool is_path = false;
    outcome = choose_command(session, &is_path);
    if (outcome != OUTCOME_OK)
        return outcome;
    consumed -= is_path; /* what is where a command's name would be is read again */
    if (!options_parse(session, argc - consumed, argv + consumed, &fault))
        return session_fault(session, OUTCOME_USAGE, STR_FMT, STR_ARG(fault));
    if (run_options(session, &outcome))
        return outcome;
    if (is_alone(session) && !session->settings.live)
        guard_confine();
    return session->command->run(session);
}
