/*
 * Becoming another program: the last step of `exec`.
 *
 * Nothing is allocated that outlives the call; on success there is no return.
 */
#ifndef CLI_EXEC_BECOME_H
#define CLI_EXEC_BECOME_H

#include "cli/exit.h"

#include "base/str.h"

/*
 * Replaces this process by `arguments` (NULL at the end) with `environment`, looking the program up as
 * execvp(3) does on the PATH that it will see itself. Returns only on failure, with the errno value.
 */
int exec_become(char *const *arguments, const char *const *environment);

/* What the errno value of exec_become() means: 127 where nothing was found, 126 for all else. */
enum outcome exec_failure(int error_number);
/* The same as a sentence. */
str exec_failure_text(int error_number);

#endif
