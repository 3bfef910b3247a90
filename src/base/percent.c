#include "base/percent.h"

void percent_encode(struct buf *buf, str text, str also, bool keeps_unicode)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        bool stays = byte_is_unreserved((char)byte) || str_has_byte(also, (char)byte) ||
                     (keeps_unicode && byte >= 0x80);
        if (stays)
            buf_byte(buf, (char)byte);
        else
            buf_printf(buf, "%%%02X", byte);
    }
}

bool percent_decode(struct buf *buf, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte == '%') {
            int high = i + 2 < text.len ? byte_hex(text.ptr[i + 1]) : -1;
            int low = high < 0 ? -1 : byte_hex(text.ptr[i + 2]);
            if (low < 0)
                return false;
            byte = (char)(high * 16 + low);
            i += 2;
        }
        buf_byte(buf, byte);
    }
    return true;
}
