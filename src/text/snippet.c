#include "text/snippet.h"

#include "base/utf8.h"
#include "text/mask.h"
#include "text/veil.h"

#include <wchar.h>

enum {
    BYTES_BEFORE = 120, /* of a long line: quoted before the span … */
    BYTES_AFTER = 160,  /* … and from its start on */
    TAB_COLUMNS = 4,
};

#define CUT_MARK "..."

/* The bytes of a line that are quoted; `starts` and `ends`: they reach the line's own start and end. */
struct window {
    uint32_t from, to;
    bool starts, ends;
};

static struct window choose_window(const struct source *source, span line, uint32_t at)
{
    uint32_t start = line.offset, end = line.offset + line.length;
    struct window window = {
        .from = at - start > BYTES_BEFORE ? at - BYTES_BEFORE : start,
        .to = end > at && end - at > BYTES_AFTER ? at + BYTES_AFTER : end,
    };
    while (window.from > start && window.from < at && utf8_continues(source->text.ptr[window.from]))
        window.from++;
    while (window.to < end && window.to > at && utf8_continues(source->text.ptr[window.to]))
        window.to--;
    window.starts = window.from == start;
    window.ends = window.to == end;
    return window;
}

static size_t code_width(uint32_t code)
{
    if (code >= ' ' && code <= '~')
        return 1;
    int width = wcwidth((wchar_t)code);
    return width < 0 ? 1 : (size_t)width;
}

/* Screen columns of text without tabs. */
static size_t width_of(str text)
{
    size_t width = 0, len;
    for (; text.len > 0; text = str_skip(text, len)) {
        uint32_t code = utf8_decode(text, &len);
        width += code == UTF8_INVALID ? 1 : code_width(code);
    }
    return width;
}

/* Appends `text` with tabs as blanks up to the next stop; returns the column it ends at. */
static size_t append_expanded(struct buf *buf, str text, size_t column)
{
    str piece;
    for (bool is_first = true; str_next(&text, '\t', &piece); is_first = false) {
        size_t blanks = is_first ? 0 : TAB_COLUMNS - column % TAB_COLUMNS;
        buf_repeat(buf, ' ', blanks);
        buf_str(buf, piece);
        column += blanks + width_of(piece);
    }
    return column;
}

static uint32_t clamp(uint32_t value, uint32_t low, uint32_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* An end inside a hidden stretch moves to its end: a mask is marked whole or not at all. */
static uint32_t end_of_mask(const span_vec *hidden, span at, uint32_t end, uint32_t stop)
{
    vec_each(const span *, mask, hidden) {
        uint32_t mask_end = mask->offset + mask->length;
        if (at.length > 0 && mask->offset < end && mask_end > end)
            return mask_end < stop ? mask_end : stop;
    }
    return end;
}

static void fill(struct snippet *snippet, const struct sources *sources, struct arena *arena, span at,
    span line, const struct window *window)
{
    span quoted = span_make(at.source, window->from, window->to - window->from);
    span_vec hidden = veil_find(sources, arena, line, quoted, at);
    uint32_t first = clamp(at.offset, window->from, window->to);
    uint32_t last =
        end_of_mask(&hidden, at, clamp(at.offset + at.length, window->from, window->to), window->to);
    str visible = mask_text(sources, arena, quoted, &hidden);
    size_t from = mask_offset(sources, arena, quoted, &hidden, first);
    size_t to = last >= window->to ? visible.len : mask_offset(sources, arena, quoted, &hidden, last);
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    if (!window->starts)
        buf_str(&buf, STR(CUT_MARK));
    snippet->caret_column = append_expanded(&buf, str_slice(visible, 0, from), buf.len);
    size_t end = append_expanded(&buf, str_slice(visible, from, to), snippet->caret_column);
    append_expanded(&buf, str_skip(visible, to), end);
    if (!window->ends)
        buf_str(&buf, STR(CUT_MARK));
    snippet->caret_width = end > snippet->caret_column ? end - snippet->caret_column : 1;
    snippet->text = buf_view(&buf);
}

struct snippet snippet_make(const struct sources *sources, struct arena *arena, span at)
{
    struct snippet snippet = {.caret_width = 1};
    const struct source *source = source_of(sources, at);
    bool is_shown = source && source->kind != SOURCE_SECRET && source->kind != SOURCE_PROGRAM;
    if (!is_shown || source->text.len == 0)
        return snippet;
    snippet.line = source_position(sources, at.source, at.offset).line;
    uint32_t start = 0;
    str text = source_line(sources, at.source, snippet.line, &start);
    span line = span_make(at.source, start, text.len);
    struct window window = choose_window(source, line, clamp(at.offset, 0, (uint32_t)source->text.len));
    fill(&snippet, sources, arena, at, line, &window);
    return snippet;
}
