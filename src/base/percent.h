/*
 * Percent-encoding (RFC 3986 2.1): whoever writes a part of a URL, or a text between bootgate's own programs.
 *
 * How connection strings are decoded is for those who read them, because they differ: dsn/reader.h.
 */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

#include "base/buf.h"

/*
 * Appends `text` with every byte escaped that is not unreserved (RFC 3986 2.3) or one of `also`; bytes above
 * ASCII stay as they are where `keeps_unicode`.
 */
void percent_encode(struct buf *buf, str text, str also, bool keeps_unicode);
/* Appends what `text` encodes; false at a `%` that two hexadecimal digits do not follow. */
bool percent_decode(struct buf *buf, str text);

#endif
