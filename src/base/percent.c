#include "base/percent.h"

void percent_encode(struct buf *buf, str text, str also, bool keeps_unicode)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        bool stays = byte_is_unreserved((char)byte) || str_find_byte(also, (char)byte) != STR_NONE ||
                     (keeps_unicode && byte >= 0x80);
        if (stays)
            buf_byte(buf, (char)byte);
        else
            buf_printf(buf, "%%%02X", byte);
    }
}
