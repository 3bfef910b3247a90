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
/*
 * A variable's name. Broken lines make names out of anything, also out of secrets: what is no usual name is a
 * mask, and so is a lone word without a value unless it is in capitals, as names are.
 */
str reveal_name(const struct session *session, str name, bool has_value);

#endif
