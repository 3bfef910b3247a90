#include "report/escape.h"

static const struct escape *row_at(str text, const struct escape *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_starts(text, rows[i].from))
            return &rows[i];
    return NULL;
}

str escape_text(struct arena *arena, str text, const struct escape *rows, size_t count)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    while (text.len > 0) {
        const struct escape *row = row_at(text, rows, count);
        buf_str(&buf, row != NULL ? row->to : str_take(text, 1));
        text = str_skip(text, row != NULL ? row->from.len : 1);
    }
    return buf_view(&buf);
}
