#include "cli/exec_become.h"

#include "base/vec.h"
#include "cli/guard.h"

#include <errno.h>
#include <unistd.h>

/* The last row is every other number. 126 and 127 as POSIX has them for env(1) and the shell. */
static const struct failure {
    int number;
    enum outcome outcome;
    str text;
} failures[] = {
    {ENOENT, OUTCOME_COMMAND_NOT_FOUND,
        STR_INIT("no such program, or the interpreter that its first line names is missing")},
    {ENOTDIR, OUTCOME_COMMAND_NOT_FOUND, STR_INIT("no such program: a part of its path is no directory")},
    {EACCES, OUTCOME_CANNOT_EXECUTE, STR_INIT("no permission to run it, or it is a directory")},
    {EPERM, OUTCOME_CANNOT_EXECUTE, STR_INIT("the system forbids to run it")},
    {E2BIG, OUTCOME_CANNOT_EXECUTE,
        STR_INIT("its arguments and environment are larger than the system takes")},
    {ENOEXEC, OUTCOME_CANNOT_EXECUTE, STR_INIT("it is no program for this machine")},
    {ETXTBSY, OUTCOME_CANNOT_EXECUTE, STR_INIT("it is being written")},
    {ENOMEM, OUTCOME_CANNOT_EXECUTE, STR_INIT("there is not enough memory")},
    {0, OUTCOME_CANNOT_EXECUTE, STR_INIT("the system refuses to run it")},
};

static const struct failure *failure_of(int error_number)
{
    const struct failure *row = failures;
    while (row->number != 0 && row->number != error_number)
        row++;
    return row;
}

int exec_become(char *const *arguments, const char *const *environment)
{
    environ = (char **)(uintptr_t)environment; /* execvp takes PATH from here, too */
    guard_give_back();
    execvp(arguments[0], arguments);
    int error = errno;
    guard_raise();
    return error;
}

enum outcome exec_failure(int error_number)
{
    return failure_of(error_number)->outcome;
}

str exec_failure_text(int error_number)
{
    return failure_of(error_number)->text;
}
