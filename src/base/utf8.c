#include "base/utf8.h"

/* Per count of continuation bytes: the lead byte's marker and mask, and the smallest code point allowed. */
static const struct {
    unsigned char marker, mask;
    uint32_t smallest;
} forms[] = {
    {0x00, 0x80, 0x0},
    {0xC0, 0xE0, 0x80},
    {0xE0, 0xF0, 0x800},
    {0xF0, 0xF8, 0x10000},
};

uint32_t utf8_decode(str s, size_t *ret_len)
{
    *ret_len = 1;
    if (s.len == 0)
        return UTF8_INVALID;
    unsigned char lead = (unsigned char)s.ptr[0];
    size_t more = 0;
    while (more < 4 && (lead & forms[more].mask) != forms[more].marker)
        more++;
    if (more == 4 || s.len <= more)
        return UTF8_INVALID;
    uint32_t code = lead & (unsigned char)~forms[more].mask;
    for (size_t i = 1; i <= more; i++) {
        if (!utf8_continues(s.ptr[i]))
            return UTF8_INVALID;
        code = code << 6 | (s.ptr[i] & 0x3F);
    }
    if (code < forms[more].smallest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return UTF8_INVALID;
    *ret_len = more + 1;
    return code;
}

void utf8_append(struct buf *buf, uint32_t code)
{
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        code = 0xFFFD;
    size_t more = 0;
    while (more < 3 && code >= forms[more + 1].smallest)
        more++;
    buf_byte(buf, (char)(forms[more].marker | (code >> (6 * more))));
    while (more-- > 0)
        buf_byte(buf, (char)(0x80 | ((code >> (6 * more)) & 0x3F)));
}

/* How many of the bytes from `at` on are ASCII before the first that is not; eight at a time. */
static size_t count_ascii(str s, size_t at)
{
    size_t end = at;
    for (uint64_t word; s.len - end >= sizeof word; end += sizeof word) {
        memcpy(&word, s.ptr + end, sizeof word);
        if (word & 0x8080808080808080u)
            break;
    }
    while (end < s.len && (unsigned char)s.ptr[end] < 0x80)
        end++;
    return end - at;
}

bool utf8_is_ascii(str s)
{
    return count_ascii(s, 0) == s.len;
}

size_t utf8_first_invalid(str s)
{
    for (size_t at = 0; (at += count_ascii(s, at)) < s.len;) {
        size_t len;
        if (utf8_decode(str_skip(s, at), &len) == UTF8_INVALID)
            return at;
        at += len;
    }
    return STR_NONE;
}

bool utf8_valid(str s)
{
    return utf8_first_invalid(s) == STR_NONE;
}
