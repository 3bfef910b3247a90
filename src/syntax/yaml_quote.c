/* Writing scalars: syntax/yaml.h. */
#include "syntax/yaml.h"

#include "base/buf.h"
#include "base/utf8.h"

/* Plain, these are no text: null and the booleans, with those that only YAML 1.1 knows. */
static bool is_resolved(str text)
{
    static const str words[] = {STR_INIT("null"), STR_INIT("true"), STR_INIT("false"), STR_INIT("yes"),
        STR_INIT("no"), STR_INIT("on"), STR_INIT("off"), STR_INIT("y"), STR_INIT("n")};
    return STR_IS_IN_FOLD(text, words);
}

/* What libyaml and go-yaml take as it is: no control byte, no line end of YAML 1.1, no mark of byte order. */
static bool is_printable(str text)
{
    for (size_t length; text.len > 0; text = str_skip(text, length)) {
        uint32_t code = utf8_decode(text, &length);
        bool is_control = code < ' ' || (code >= 0x7F && code <= 0x9F);
        if (is_control || code == 0x2028 || code == 0x2029 || code == 0xFEFF || code == UTF8_INVALID)
            return false;
    }
    return true;
}

str yaml_quote_double(struct arena *arena, str text)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    buf_byte(&buf, '"');
    for (size_t length; text.len > 0; text = str_skip(text, length)) {
        uint32_t code = utf8_decode(text, &length);
        code = code == UTF8_INVALID ? 0xFFFD : code; /* no YAML has such bytes */
        if (code == '"' || code == '\\')
            buf_byte(&buf, '\\');
        if (code >= ' ' && code < 0x7F)
            buf_byte(&buf, (char)code);
        else
            buf_printf(&buf, "\\U%08x", code);
    }
    buf_byte(&buf, '"');
    return buf_view(&buf);
}

str yaml_quote(struct arena *arena, str text)
{
    if (text.len > 0 && byte_is_letter(text.ptr[0]) && str_is_all(text, byte_is_key) && !is_resolved(text))
        return text;
    if (!is_printable(text))
        return yaml_quote_double(arena, text);
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    buf_byte(&buf, '\'');
    for (size_t i = 0; i < text.len; i++)
        buf_repeat(&buf, text.ptr[i], text.ptr[i] == '\'' ? 2 : 1);
    buf_byte(&buf, '\'');
    return buf_view(&buf);
}
