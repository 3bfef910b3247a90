#include "kube/base64.h"

static int digit_of(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26;
    if (byte_is_digit(byte))
        return byte - '0' + 52;
    return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

/* Reads until the end or the first fault; `out` may be NULL. The fault's byte, or STR_NONE. */
static size_t read_digits(str text, struct buf *out)
{
    unsigned bits = 0, count = 0, padding = 0;
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte == '\n' || byte == '\r')
            continue;
        int digit = byte == '=' ? 0 : digit_of(byte);
        bool is_padding = byte == '=';
        if (digit < 0 || (is_padding ? count % 4 < 2 : padding > 0) || (padding && count % 4 == 0))
            return i;
        padding += is_padding;
        bits = bits << 6 | (unsigned)digit;
        if (++count % 4 != 0)
            continue;
        for (unsigned at = 0; out && at < 3 - padding; at++)
            buf_byte(out, (char)(bits >> (16 - 8 * at) & 0xFF));
        bits = 0;
    }
    return count % 4 ? text.len : STR_NONE;
}

bool go_base64_check(str text, size_t *ret_fault)
{
    *ret_fault = read_digits(text, NULL);
    return *ret_fault == STR_NONE;
}

str go_base64_decode(struct arena *arena, str text)
{
    struct buf out = buf_new(arena, text.len);
    read_digits(text, &out);
    return buf_view(&out);
}
