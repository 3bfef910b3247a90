/*
 * The budget that `bootgate init` proposes: the terms as they are counted now, with the places in source
 * code that may say more. A person reads it, so it is written as comments.
 */
#ifndef CLI_INIT_BUDGET_H
#define CLI_INIT_BUDGET_H

#include "facts/facts.h"

/* How many consumers it proposes; appends nothing where no program connects to a server with a pool. */
size_t init_write_budget(struct buf *buf, const struct facts *facts);

/* `text`, which a file of the project chose, as a comment can hold it: on one line, and nothing secret. */
str init_comment(const struct facts *facts, str text);

#endif
