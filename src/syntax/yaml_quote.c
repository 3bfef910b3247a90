/* Writing scalars: syntax/yaml.h. */
#include "syntax/yaml.h"

#include "base/buf.h"

str yaml_quote(struct arena *arena, str text)
{
    bool is_plain = text.len > 0 && byte_is_letter(text.ptr[0]);
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    buf_byte(&buf, '\'');
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        is_plain = is_plain && (byte_is_name(byte) || byte == '-' || byte == '.');
        buf_str(&buf, byte == '\'' ? STR("''") : (str){&text.ptr[i], 1});
    }
    buf_byte(&buf, '\'');
    return is_plain ? text : buf_view(&buf);
}
