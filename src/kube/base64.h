/*
 * Base64 as Go's StdEncoding reads it: RFC 4648 with padding; line feeds and carriage returns count for
 * nothing. Pure text.
 */
#ifndef KUBE_BASE64_H
#define KUBE_BASE64_H

#include "base/buf.h"

/* Whether it can be decoded; else the byte that cannot is *ret_fault. */
bool go_base64_check(str text, size_t *ret_fault);
/* What it says, as far as it can be decoded. */
str go_base64_decode(struct arena *arena, str text);

#endif
