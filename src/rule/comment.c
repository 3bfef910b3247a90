#include "rule/comment.h"

#include "base/word.h"

/* #rrggbb and its kin: what a `#` may well begin. */
static bool is_colour(str text)
{
    return text.len >= 4 && text.len <= 9 && str_is_all(str_skip(text, 1), byte_is_hex);
}

bool comment_is_value(const struct sources *sources, const struct value *value)
{
    str text = str_trim_start(value->text);
    bool is_file = value->origin == ORIGIN_ENV_FILE || value->origin == ORIGIN_SERVICE_FILE;
    if (!is_file || !str_starts(text, STR("#")) || is_colour(str_trim(text)) || value->at.offset == 0)
        return false;
    str before = span_text(sources, span_make(value->at.source, value->at.offset - 1, 1));
    bool is_apart = text.len < value->text.len || (before.len && byte_is_blank(before.ptr[0]));
    bool is_quoted = before.len && str_has_byte(STR("'\"`"), before.ptr[0]);
    return !is_quoted && (is_apart || text.len == 1 || byte_is_blank(text.ptr[1]));
}

/* Words of such comments. That something is generated says little: by whom, and was it run? */
static const str empty_phrases[] = {STR_INIT("if blank"), STR_INIT("if empty"), STR_INIT("if unset"),
    STR_INIT("if not set"), STR_INIT("when blank"), STR_INIT("when empty"), STR_INIT("leave blank"),
    STR_INIT("leave empty"), STR_INIT("leave it blank"), STR_INIT("leave it empty"), STR_INIT("left blank"),
    STR_INIT("left empty"), STR_INIT("defaults to empty"), STR_INIT("default is empty"),
    STR_INIT("may be empty"), STR_INIT("can be empty"), STR_INIT("leave as is"), STR_INIT("leave it as is"),
    STR_INIT("leave this as is"), STR_INIT("otherwise a random")};

bool comment_explains_empty(const struct sources *sources, const struct value *value)
{
    /* The lines of a description begin with # as those of an env file do. */
    bool is_file = value->origin == ORIGIN_ENV_FILE || value->origin == ORIGIN_SERVICE_FILE ||
                   value->origin == ORIGIN_SERVICE;
    if (!is_file || !span_is_set(value->key))
        return false;
    uint32_t line = source_position(sources, value->key.source, value->key.offset).line;
    while (line > 1) {
        str text = str_trim_start(source_line(sources, value->key.source, --line, NULL));
        if (!str_starts(text, STR("#")))
            return false;
        for (size_t i = 0; i < ARRAY_COUNT(empty_phrases); i++)
            if (word_is_in(text, empty_phrases[i]))
                return true;
    }
    return false;
}
