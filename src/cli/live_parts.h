/*
 * Both directions of the pipe to bootgate-live. Internal to cli/live_ask.h.
 *
 * Texts live in the arena of the facts.
 */
#ifndef CLI_LIVE_PARTS_H
#define CLI_LIVE_PARTS_H

#include "cli/live_ask.h"

/* Fills the logins of facts->live; the lines that ask for them hold passwords, and are for the pipe alone. */
str live_request(struct facts *facts, const struct live_pipe *pipe);
/* Fills the logins from what came back. A line that is no answer is none. */
void live_read_answers(struct facts *facts, str text);

#endif
