/*
 * UTF-8, strictly: overlong forms, surrogates and values above U+10FFFF are invalid.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

#define UTF8_INVALID 0xFFFFFFFFu

/* A byte that goes on with a code point which began before it. */
static inline bool utf8_continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Decodes the code point at the start of `s` and its length in bytes; UTF8_INVALID takes one byte. */
uint32_t utf8_decode(str s, size_t *ret_len);
/* Appends `code` as UTF-8; an invalid code point becomes U+FFFD. */
void utf8_append(struct buf *buf, uint32_t code);
bool utf8_valid(str s);
bool utf8_is_ascii(str s);
/* Offset of the first invalid byte, or STR_NONE. */
size_t utf8_first_invalid(str s);

#endif
