#include "rule/comment.h"

static bool is_hex(char byte)
{
    return byte_hex(byte) >= 0;
}

/* #rrggbb and its kin: what a `#` may well begin. */
static bool is_colour(str text)
{
    return text.len >= 4 && text.len <= 9 && str_is_all(str_skip(text, 1), is_hex);
}

bool comment_is_value(const struct sources *sources, const struct value *value)
{
    str text = str_trim_start(value->text);
    bool is_file = value->origin == ORIGIN_ENV_FILE || value->origin == ORIGIN_SERVICE_FILE;
    if (!is_file || !str_starts(text, STR("#")) || is_colour(str_trim(text)) || value->at.offset == 0)
        return false;
    str before = span_text(sources, span_make(value->at.source, value->at.offset - 1, 1));
    bool is_apart = text.len < value->text.len || (before.len && byte_is_blank(before.ptr[0]));
    bool is_quoted = before.len && str_find_byte(STR("'\"`"), before.ptr[0]) != STR_NONE;
    return !is_quoted && (is_apart || text.len == 1 || byte_is_blank(text.ptr[1]));
}
