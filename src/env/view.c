#include "env/view.h"

#include "base/buf.h"
#include "base/utf8.h"

#define BOM "\xEF\xBB\xBF"

#define REPLACEMENT "\xEF\xBF\xBD"

/* A decoder at work: `at` runs over the source, `out` grows. */
struct decoder {
    struct arena *arena;
    struct view *view;
    str text;
    size_t at;
    struct buf out;
};

/* Replaces `length` source bytes by `text`. */
static void edit(struct decoder *d, size_t length, str text)
{
    buf_str(&d->out, text);
    d->at += length;
    vec_push(d->arena, &d->view->edits, ((struct view_edit){(uint32_t)d->out.len, (uint32_t)d->at}));
}

static void carriage_return(struct decoder *d, enum view_newlines newlines)
{
    bool has_lf = d->at + 1 < d->text.len && d->text.ptr[d->at + 1] == '\n';
    if (newlines == VIEW_NEWLINES_DROP_CR)
        edit(d, 1, STR(""));
    else if (has_lf)
        edit(d, 2, STR("\n"));
    else if (newlines == VIEW_NEWLINES_LF)
        edit(d, 1, STR("\n"));
    else
        buf_byte(&d->out, d->text.ptr[d->at++]);
}

/* How far a sequence that starts well goes before it turns bad: WHATWG replaces that part by one U+FFFD. */
static size_t bad_length(str s)
{
    static const struct {
        unsigned char first, last, second_low, second_high, length;
    } leads[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 2},
        {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3},
        {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4},
        {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    const unsigned char *bytes = (const unsigned char *)s.ptr;
    for (size_t i = 0; i < ARRAY_COUNT(leads); i++) {
        if (bytes[0] < leads[i].first || bytes[0] > leads[i].last)
            continue;
        size_t length = 1;
        while (length < leads[i].length && length < s.len) {
            unsigned char low = length == 1 ? leads[i].second_low : 0x80;
            unsigned char high = length == 1 ? leads[i].second_high : 0xBF;
            if (bytes[length] < low || bytes[length] > high)
                break;
            length++;
        }
        return length;
    }
    return 1;
}

static void other_byte(struct decoder *d, bool replace_bad_utf8)
{
    str rest = str_skip(d->text, d->at);
    size_t length = 1;
    if ((unsigned char)rest.ptr[0] >= 0x80 && replace_bad_utf8 &&
        utf8_decode(rest, &length) == UTF8_INVALID) {
        edit(d, bad_length(rest), STR(REPLACEMENT));
        return;
    }
    buf_str(&d->out, str_take(rest, length));
    d->at += length;
}

struct view view_open(struct arena *arena, const struct source *source, const struct view_rules *rules)
{
    struct view view = {.source = source, .text = source->text};
    if (rules->strip_bom && str_starts(view.text, STR(BOM))) {
        view.start = sizeof BOM - 1;
        view.text = str_skip(view.text, view.start);
    }
    bool has_cr = rules->newlines != VIEW_NEWLINES_KEPT && str_has_byte(view.text, '\r');
    bool has_nul = rules->drop_nul && str_has_byte(view.text, '\0');
    bool is_as_it_stands = !has_cr && !has_nul;
    if (is_as_it_stands && (!rules->replace_bad_utf8 || utf8_valid(view.text)))
        return view;
    struct decoder d = {
        .arena = arena,
        .view = &view,
        .text = source->text,
        .at = view.start,
        .out = buf_new(arena, view.text.len * (sizeof REPLACEMENT - 1)),
    };
    vec_push(arena, &view.edits, ((struct view_edit){0, view.start}));
    while (d.at < d.text.len) {
        if (d.text.ptr[d.at] == '\r' && rules->newlines != VIEW_NEWLINES_KEPT)
            carriage_return(&d, rules->newlines);
        else if (d.text.ptr[d.at] == '\0' && rules->drop_nul)
            edit(&d, 1, STR(""));
        else
            other_byte(&d, rules->replace_bad_utf8);
    }
    view.text = buf_view(&d.out);
    return view;
}

/* Index of the last edit with at <= offset; `before` asks for at < offset. */
static size_t edit_at(const struct view *view, size_t offset, bool before)
{
    size_t low = 0, high = view->edits.count;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        size_t at = view->edits.items[middle].at;
        if (before ? at < offset : at <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static uint32_t source_offset(const struct view *view, size_t index, size_t offset)
{
    const struct view_edit *edits = view->edits.items;
    uint32_t at = edits[index].source_at + (uint32_t)(offset - edits[index].at);
    bool is_last = index + 1 == view->edits.count;
    return is_last || at < edits[index + 1].source_at ? at : edits[index + 1].source_at;
}

span view_span(const struct view *view, size_t from, size_t to)
{
    if (to < from)
        to = from;
    if (view->edits.count == 0)
        return span_make(view->source->id, view->start + from, to - from);
    uint32_t start = source_offset(view, edit_at(view, from, false), from);
    uint32_t end = to > from ? source_offset(view, edit_at(view, to, true), to) : start;
    return span_make(view->source->id, start, end > start ? end - start : 0);
}

void view_pieces(const struct view *view, struct arena *arena, struct pieces *pieces, size_t from, size_t to)
{
    size_t index = view->edits.count ? edit_at(view, from, false) : 0;
    while (from < to) {
        bool is_cut = index + 1 < view->edits.count && view->edits.items[index + 1].at < to;
        size_t end = is_cut ? view->edits.items[index + 1].at : to;
        pieces_add(arena, pieces, end - from, view_span(view, from, end), NULL);
        from = end;
        index++;
    }
}
