/*
 * Waiting for what the environment names: bootgate-wait, run beside this program.
 *
 * The program that opens sockets gets places on its standard input and an environment of its own, neither
 * with a password.
 */
#ifndef CLI_WAIT_RUN_H
#define CLI_WAIT_RUN_H

#include "check/check.h"
#include "cli/options.h"

/* The option that every waiting command has. */
#define WAIT_TIMEOUT_ROW                                                                                     \
    {                                                                                                        \
        .name = "timeout", .kind = OPTION_TEXT, .argument = "DURATION",                                      \
        .offset = offsetof(struct cli_settings, timeout),                                                    \
        .about = "Wait this long for all targets together, as in 500ms, 60s or 2m; 60s where nothing is "    \
                 "said."                                                                                     \
    }

/*
 * Waits for `named`, else what configuration and environment of `result` name. Signals reach the program that
 * waits; dispositions and mask are afterwards what they were. OUTCOME_OK also where there is nothing to wait
 * for, which `ret_count` tells (may be NULL).
 */
enum outcome wait_run(
    struct session *session, const struct check_result *result, const str_vec *named, size_t *ret_count);

#endif
