/*
 * Words as a POSIX shell takes them back.
 */
#ifndef CLI_SHELL_QUOTE_H
#define CLI_SHELL_QUOTE_H

#include "base/buf.h"

/* Appends `text` as one word in single quotes, whatever its bytes are. */
void shell_quote(struct buf *out, str text);

#endif
