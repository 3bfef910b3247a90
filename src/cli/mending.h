/*
 * What `fix` and `rotate` share: telling what became of files that change together.
 */
#ifndef CLI_MENDING_H
#define CLI_MENDING_H

#include "cli/options.h"
#include "mend/mend.h"

/* What a run that was stopped left is finished or taken back, and told. */
enum outcome mending_recover(
    struct session *session, const struct check_result *result, bool *ret_has_recovered);
/* "nothing was written, because of PATH: why". */
enum outcome mending_refused(struct session *session, str path, enum host_status status);

#endif
