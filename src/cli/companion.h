/*
 * The programs beside bootgate that open sockets: where they are, and what they may know of our environment.
 *
 * What is returned lives in the session's arena.
 */
#ifndef CLI_COMPANION_H
#define CLI_COMPANION_H

#include "cli/options.h"

/* The paths to try in order, NULL at the end; the last is the bare name, to be looked for on PATH. */
const char *const *companion_programs(struct session *session, const char *name);
/* How to speak, how to resolve names, whom to trust, and nothing else; NULL at the end. */
const char *const *companion_environment(struct session *session);

#endif
