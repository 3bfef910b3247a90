/*
 * `--allow RULE`: findings that are let through once, and said to be at every run.
 */
#ifndef CLI_ALLOW_H
#define CLI_ALLOW_H

#include "check/check.h"
#include "cli/options.h"

#define ALLOW_ROW(sentence)                                                                                  \
    {                                                                                                        \
        .name = "allow", .kind = OPTION_LIST, .argument = "RULE",                                            \
        .offset = offsetof(struct cli_settings, allow), .about = (sentence)                                  \
    }

/* Suppresses the findings of the rules that the session allows, with a warning on standard error for each
 * rule. A name that is none is a usage fault. */
enum outcome allow_apply(struct session *session, struct check_result *result);
/* The same without a word. */
void allow_silently(struct session *session, struct check_result *result);

#endif
