#include "report/escape.h"

str escape_text(struct arena *arena, str text, const struct escape *rows, size_t count)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    while (text.len > 0) {
        size_t row = 0;
        while (row < count && !str_starts(text, rows[row].from))
            row++;
        buf_str(&buf, row < count ? rows[row].to : str_take(text, 1));
        text = str_skip(text, row < count ? rows[row].from.len : 1);
    }
    return buf_view(&buf);
}

str escape_xml(struct arena *arena, str text)
{
    static const struct escape escapes[] = {
        {STR_INIT("&"), STR_INIT("&amp;")},
        {STR_INIT("<"), STR_INIT("&lt;")},
        {STR_INIT(">"), STR_INIT("&gt;")},
        {STR_INIT("\""), STR_INIT("&quot;")},
        {STR_INIT("\n"), STR_INIT("&#10;")}, /* an attribute's line break would be read as a blank */
        {STR_INIT("\xEF\xBF\xBE"), STR_INIT("U+FFFE")}, /* no characters of XML */
        {STR_INIT("\xEF\xBF\xBF"), STR_INIT("U+FFFF")},
    };
    return escape_text(arena, text, escapes, sizeof escapes / sizeof escapes[0]);
}

str escape_visible(struct gate *gate, str text)
{
    return escape_xml(gate->arena, gate_visible(gate, text));
}
