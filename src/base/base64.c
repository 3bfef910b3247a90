#include "base/base64.h"

#include "base/buf.h"

/* The value of a digit of either alphabet, or -1. */
static int digit_of(char byte)
{
    static const str digits = STR_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    size_t at = str_find_byte(digits, byte);
    if (at != STR_NONE)
        return (int)at;
    return byte == '-' || byte == '+' ? 62 : byte == '_' || byte == '/' ? 63 : -1;
}

bool base64_decode(struct arena *arena, str text, str *ret_bytes)
{
    size_t padding = 0;
    while (padding < 2 && text.len > 0 && text.ptr[text.len - 1] == '=') {
        text.len--;
        padding++;
    }
    struct buf out = buf_new(arena, text.len);
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.ptr[i]);
        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        buf_byte(&out, (char)(bits >> count & 0xff));
    }
    *ret_bytes = buf_view(&out);
    return text.len % 4 != 1 && (padding == 0 || (text.len + padding) % 4 == 0);
}

str base64_encode(struct arena *arena, str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    for (size_t at = 0; at < bytes.len; at += 3) {
        str group = str_slice(bytes, at, at + 3);
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < group.len ? (unsigned char)group.ptr[i] : 0u);
        for (size_t i = 0; i < 4; i++)
            buf_byte(&buf, i <= group.len ? digits[bits >> (18 - 6 * i) & 63] : '=');
    }
    return buf_view(&buf);
}
