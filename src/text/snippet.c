#include "text/snippet.h"

#include "base/utf8.h"
#include "text/mask.h"

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

/* An end inside a secret moves to the secret's end: a mask is marked whole or not at all. */
static uint32_t end_of_mask(const struct sources *sources, span at, uint32_t end, uint32_t stop)
{
    if (at.length == 0 || !mask_covers(sources, span_make(at.source, end - 1, 1)))
        return end;
    while (end < stop && mask_covers(sources, span_make(at.source, end, 1)))
        end++;
    return end;
}

/* The end of the quoted text that begins at `at`; `at` where it does not end in this line. */
static size_t quote_end(str line, size_t at)
{
    for (size_t i = at + 1; i < line.len; i++)
        if (line.ptr[i] == line.ptr[at] && line.ptr[i - 1] != '\\')
            return i;
    return at;
}

/*
 * Where a comment begins, after its `#`; STR_NONE: there is none. Quotes hide a `#` where they open a value:
 * in an env file at its start, elsewhere after any mark that a text may follow.
 */
static size_t comment_start(str line, bool is_env)
{
    size_t value = is_env ? str_find_byte(line, '=') : STR_NONE;
    while (value < line.len && (line.ptr[value] == '=' || byte_is_blank(line.ptr[value])))
        value++;
    bool may_begin = true; /* a comment: after a blank or a closing quote */
    for (size_t i = 0; i < line.len; i++) {
        char byte = line.ptr[i], before = i > 0 ? line.ptr[i - 1] : ' ';
        bool opens = value != STR_NONE
                         ? i == value
                         : byte_is_blank(before) || str_find_byte(STR("=:,[{"), before) != STR_NONE;
        size_t end = (byte == '"' || byte == '\'') && opens ? quote_end(line, i) : i;
        if (byte == '#' && may_begin)
            return i + 1;
        may_begin = byte_is_blank(byte) || end > i;
        i = end;
    }
    return STR_NONE;
}

/*
 * What the line hides although nothing of it is known to be a secret. In an env file the value that the
 * finding is not about: any variable may hold one. And comments, where old passwords are kept; but not our
 * own.
 */
static span veil_of(const struct source *source, span line, span at)
{
    str text = str_slice(source->text, line.offset, (size_t)line.offset + line.length);
    size_t comment = comment_start(text, source->kind == SOURCE_ENV), from = comment;
    size_t equals = source->kind == SOURCE_ENV ? str_find_byte(text, '=') : STR_NONE;
    bool is_about_value = at.offset + (at.length ? at.length : 1) > line.offset + equals + 1;
    if (equals != STR_NONE && equals < comment && !is_about_value)
        from = equals + 1;
    if (from == STR_NONE || source->kind == SOURCE_ARGUMENT)
        return (span){0};
    bool is_ours = from == comment && str_starts(str_trim_start(str_skip(text, comment)), STR("bootgate:"));
    while (from < text.len && byte_is_blank(text.ptr[from]))
        from++;
    return is_ours ? (span){0} : span_make(line.source, line.offset + from, text.len - from);
}

static void fill(struct snippet *snippet, const struct sources *sources, struct arena *arena, span at,
    span veil, const struct window *window)
{
    span quoted = span_make(at.source, window->from, window->to - window->from);
    uint32_t first = clamp(at.offset, window->from, window->to);
    uint32_t last =
        end_of_mask(sources, at, clamp(at.offset + at.length, window->from, window->to), window->to);
    str visible = mask_veiled(sources, arena, quoted, veil);
    size_t from = mask_offset(sources, arena, quoted, veil, first);
    size_t to = last >= window->to ? visible.len : mask_offset(sources, arena, quoted, veil, last);
    /* The gate may know more of the line than was marked in it: what it takes away moves the carets. */
    visible = gate_marked(sources_gate(sources), visible, &from, &to);
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
    fill(&snippet, sources, arena, at, veil_of(source, line, at), &window);
    return snippet;
}
