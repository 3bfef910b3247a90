#include "live/wire.h"

#include "base/percent.h"
#include "live/state.h"

json_t *wire_text(struct arena *arena, str text)
{
    struct buf buf = buf_new(arena, 3 * text.len);
    percent_encode(&buf, text, STR(" :/,[]@"), false);
    str encoded = buf_view(&buf);
    return json_stringn(encoded.len > 0 ? encoded.ptr : "", encoded.len);
}

bool wire_read_text(struct arena *arena, const json_t *value, str *ret_text)
{
    if (!json_is_string(value))
        return false;
    str text = {json_string_value(value), json_string_length(value)};
    if (text.len > (size_t)3 * LIVE_TEXT_BYTES)
        return false;
    struct buf buf = buf_new(arena, LIVE_TEXT_BYTES);
    if (!percent_decode(&buf, text) || buf.overflow)
        return false;
    *ret_text = arena_copy(arena, buf_view(&buf));
    return true;
}

bool wire_read_number(const json_t *value, int64_t least, int64_t most, int64_t *ret_number)
{
    if (!json_is_integer(value) || json_integer_value(value) < least || json_integer_value(value) > most)
        return false;
    *ret_number = json_integer_value(value);
    return true;
}

json_t *wire_read_line(str line)
{
    json_t *object = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
    if (object && !json_is_object(object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}
