#include "cli/exit.h"

static const struct exit_row exit_rows[OUTCOME_COUNT] = {
    [OUTCOME_OK] = {"All is well; where findings count: none at or above --fail-on.", {0, 0}},
    [OUTCOME_FINDINGS] = {"Findings at or above --fail-on, or a connection budget that does not fit.",
        {1, 78}},
    [OUTCOME_USAGE] = {"The arguments were not understood.", {2, 64}},
    [OUTCOME_BAD_INPUT] = {"A file cannot be parsed, a rule file is wrong or a limit was reached.", {2, 65}},
    [OUTCOME_MISSING_INPUT] = {"A named file is missing or cannot be read, or there is nothing to judge.",
        {2, 66}},
    [OUTCOME_INTERNAL] = {"An internal fault, memory or output ran out; never a pass.", {2, 70}},
    [OUTCOME_UNAVAILABLE] = {"A dependency said no for good.", {2, 69}},
    [OUTCOME_TIMED_OUT] = {"Waiting took longer than --timeout, or a server did not answer.", {2, 75}},
    [OUTCOME_CANNOT_EXECUTE] = {"The command was found but could not be run.", {-1, 126}},
    [OUTCOME_COMMAND_NOT_FOUND] = {"There is no such command.", {-1, 127}},
    [OUTCOME_INTERRUPTED] = {"Ctrl-C ended the wait.", {-1, 130}},
    [OUTCOME_TERMINATED] = {"SIGTERM ended the wait.", {-1, 143}},
};

const struct exit_row *exit_row(enum outcome outcome)
{
    return &exit_rows[outcome];
}

int exit_code(enum outcome outcome, enum exit_family family)
{
    int code = exit_rows[outcome].code[family];
    return code >= 0 ? code : exit_rows[OUTCOME_INTERNAL].code[family];
}
