#include "cli/session.h"

#include "cli/commands.h"
#include "report/out.h"

#include <unistd.h>

enum outcome session_fault(struct session *session, enum outcome outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str text = arena_vprintf(session->arena, format, arguments);
    va_end(arguments);
    struct out out = out_new(session->arena, session->host, STDERR_FILENO);
    bool is_program = session->command == &command_bootgate;
    const char *space = is_program ? "" : " ", *name = is_program ? "" : session->command->name;
    out_printf(&out, "bootgate%s%s: " STR_FMT "\n", space, name, STR_ARG(text));
    if (outcome == OUTCOME_USAGE)
        out_printf(&out, "try `bootgate%s%s --help`\n", space, name);
    out_flush(&out);
    return outcome;
}
