#include "cli/session.h"

#include "cli/commands.h"
#include "report/out.h"
#include "text/mask.h"

#include <unistd.h>

enum outcome session_fault(struct session *session, enum outcome outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str text = arena_vprintf(session->arena, format, arguments);
    va_end(arguments);
    struct out out = out_new(session->gate, session->host, STDERR_FILENO);
    bool is_program = session->command == &command_bootgate;
    const char *space = is_program ? "" : " ", *name = is_program ? "" : session->command->name;
    out_printf(&out, "bootgate%s%s: " STR_FMT "\n", space, name, STR_ARG(text));
    if (outcome == OUTCOME_USAGE)
        out_printf(&out, "try `bootgate%s%s --help`\n", space, name);
    out_flush(&out);
    return outcome;
}

enum outcome session_unknown(struct session *session, enum outcome outcome, const char *what, str nearest)
{
    if (nearest.len == 0)
        return session_fault(session, outcome, "%s", what);
    return session_fault(session, outcome, "%s, did you mean `" STR_FMT "`?", what,
        STR_ARG(gate_visible(session->gate, nearest)));
}

str session_environment_config(struct session *session)
{
    str path = session->settings.config;
    if (path.len == 0)
        session->host->getenv(session->host->self, STR("BOOTGATE_CONFIG"), &path);
    return path;
}

enum outcome session_cannot_write(struct session *session, str path, enum host_status status)
{
    str why = status == HOST_FAILED ? STR("the system reports an error") : host_status_text(status);
    return session_fault(session, OUTCOME_MISSING_INPUT, "cannot write " STR_FMT ": " STR_FMT,
        STR_ARG(gate_visible(session->gate, path)), STR_ARG(why));
}

bool session_knows_directory(struct session *session)
{
    const struct host *host = session->host;
    if (host->current_directory(host->self, session->arena).len > 0)
        return true;
    session_fault(
        session, OUTCOME_MISSING_INPUT, "the system cannot tell what the current directory is called");
    return false;
}
