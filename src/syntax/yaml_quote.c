/* Writing scalars: syntax/yaml.h. */
#include "syntax/yaml.h"

#include "base/buf.h"

/* Plain, these are no text: null and the booleans, with those that only YAML 1.1 knows. */
static bool is_resolved(str text)
{
    static const str words[] = {STR_INIT("null"), STR_INIT("true"), STR_INIT("false"), STR_INIT("yes"),
        STR_INIT("no"), STR_INIT("on"), STR_INIT("off"), STR_INIT("y"), STR_INIT("n")};
    return STR_IS_IN_FOLD(text, words);
}

str yaml_quote(struct arena *arena, str text)
{
    if (text.len > 0 && byte_is_letter(text.ptr[0]) && str_is_all(text, byte_is_key) && !is_resolved(text))
        return text;
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    buf_byte(&buf, '\'');
    for (size_t i = 0; i < text.len; i++)
        buf_repeat(&buf, text.ptr[i], text.ptr[i] == '\'' ? 2 : 1);
    buf_byte(&buf, '\'');
    return buf_view(&buf);
}
