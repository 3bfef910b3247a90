/*
 * Waiting for what the environment names: the targets, as bootgate-wait reads them.
 *
 * A target line holds protocol, host, port, path, user and database names; a password never leaves this program.
 */
#ifndef CLI_WAIT_H
#define CLI_WAIT_H

#include "cli/options.h"
#include "lib.h"

/*
 * Runs bootgate-wait for `list` (comma-separated variables, URLs or host:port; empty: `wait:` of the
 * configuration, else every connection of the environment) and says how it ended.
 */
enum outcome wait_for_targets(struct session *session, const struct check_result *result, str list);

#endif
