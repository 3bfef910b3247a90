#include "report/json_text.h"

#include "base/utf8.h"

/* `text` as the gate lets it out, with every byte that is no UTF-8 spelled out. */
static str spelled(struct gate *gate, str text)
{
    text = gate_text(gate, text);
    if (utf8_valid(text))
        return text;
    struct buf buf = buf_new(gate->arena, SIZE_MAX / 4);
    while (text.len > 0) {
        size_t len;
        if (utf8_decode(text, &len) == UTF8_INVALID)
            buf_printf(&buf, "<0x%02X>", (unsigned char)text.ptr[0]);
        else
            buf_str(&buf, str_take(text, len));
        text = str_skip(text, len);
    }
    return buf_view(&buf);
}

json_t *json_text(struct gate *gate, str text)
{
    str valid = spelled(gate, text);
    return json_stringn(valid.len > 0 ? valid.ptr : "", valid.len);
}

json_t *json_visible(struct gate *gate, str text)
{
    return json_text(gate, gate_visible(gate, text));
}

json_t *json_text_or_null(struct gate *gate, str text)
{
    return text.len > 0 ? json_text(gate, gate_name(gate, text)) : json_null();
}

json_t *json_number_or_null(uint32_t number)
{
    return number > 0 ? json_integer(number) : json_null();
}

void json_set_text_key(struct gate *gate, json_t *object, str key, json_t *value)
{
    str valid = spelled(gate, key);
    json_object_setn_new(object, valid.len > 0 ? valid.ptr : "", valid.len, value);
}

/* JSON takes C1 controls as they are, but some terminals obey them: they are escaped like the others. */
static int append(const char *bytes, size_t count, void *out)
{
    str text = {bytes, count};
    for (size_t at; (at = str_find_byte(text, '\xC2')) != STR_NONE && at + 1 < text.len;) {
        unsigned char next = (unsigned char)text.ptr[at + 1];
        out_passed(out, str_take(text, at));
        if (next < 0xA0)
            out_printf(out, "\\u%04X", next);
        else
            out_passed(out, str_slice(text, at, at + 2));
        text = str_skip(text, at + 2);
    }
    out_passed(out, text);
    return 0;
}

void json_out(struct out *out, json_t *value)
{
    if (value == NULL || json_dump_callback(value, append, out, JSON_ENCODE_ANY) != 0)
        out->host->lose(out->host->self, out->stream);
    json_decref(value);
}
