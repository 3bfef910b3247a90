/*
 * Values as commands show them: masked, unless --reveal.
 *
 * Every value that is not empty is a mask, not only those with telling names: a password may hide behind any.
 */
#ifndef CLI_REVEAL_H
#define CLI_REVEAL_H

#include "cli/options.h"

/* The text itself with --reveal or where it is empty, else eight asterisks. */
str reveal_value(const struct session *session, str text);
/* The same where only some texts are secret. */
str reveal_secret(const struct session *session, str text, bool is_secret);

#endif
