/*
 * From a finding to its edits: a fixer for each rule that can be mended mechanically.
 *
 * A fixer finds the row of the facts that its finding is about and writes splices into the files that were
 * read. What it writes is judged again by mend.c before anybody sees it; a fixer that is not sure does
 * nothing. Private to the room; everything lives in the arena of the run.
 */
#ifndef MEND_FIXER_H
#define MEND_FIXER_H

#include "base/null.h"
#include "mend/mending.h"

typedef void mend_fixer(struct mending *mending);

/* The fixer of a rule, or NULL. */
mend_fixer *OR_NULL fixer_of(str rule);

/* fix_network.c: addresses, hosts, ports. */
mend_fixer fix_published, fix_host, fix_port;
/* fix_file.c: how an env file is written. */
mend_fixer fix_spelling, fix_duplicate, fix_permissions, fix_dollar;
/* fix_dsn.c: drivers and parameters. */
mend_fixer fix_driver, fix_parameter, fix_quotes;
/* fix_secret_file.c: X and X_FILE. */
mend_fixer fix_pointer, fix_written_out, fix_both_forms;

#endif
