#include "text/mask.h"

#include "base/utf8.h"

#include <stdlib.h>

void mask_add(struct sources *sources, span secret)
{
    struct source *source = source_of(sources, secret);
    if (source && secret.length)
        vec_push(sources->arena, &source->secrets, secret);
}

/* Offset of the first byte behind the marker, or STR_NONE. */
static size_t behind(str line, str marker)
{
    size_t at = str_find(line, marker);
    return at == STR_NONE ? STR_NONE : at + marker.len;
}

void mask_line(struct sources *sources, uint32_t source_id, uint32_t line)
{
    uint32_t start = 0;
    str text = source_line(sources, source_id, line, &start);
    size_t from = STR_NONE;
    const str markers[] = {STR("="), STR(": "), STR("://")};
    for (size_t i = 0; i < ARRAY_COUNT(markers); i++) {
        size_t at = behind(text, markers[i]);
        if (at < from)
            from = at;
    }
    if (from != STR_NONE)
        mask_add(sources, span_make(source_id, start + from, text.len - from));
}

static int compare_marks(const void *left, const void *right)
{
    const span *a = left, *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* Puts the marks in order and joins those that overlap; they are looked up far more often than added. */
static void settle(struct source *source)
{
    size_t count = source->secrets.count, kept = 0;
    if (source->secrets_settled == count)
        return;
    span *marks = source->secrets.items;
    qsort(marks, count, sizeof *marks, compare_marks);
    for (size_t i = 0; i < count; i++) {
        uint32_t end = kept ? marks[kept - 1].offset + marks[kept - 1].length : 0;
        if (kept && marks[i].offset <= end) {
            uint32_t stop = marks[i].offset + marks[i].length;
            marks[kept - 1].length = (stop > end ? stop : end) - marks[kept - 1].offset;
        } else {
            marks[kept++] = marks[i];
        }
    }
    source->secrets.count = source->secrets_settled = kept;
}

/* The first mark that ends behind `offset`, or NULL. */
static const span *mark_from(struct source *source, uint32_t offset)
{
    settle(source);
    size_t low = 0, high = source->secrets.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const span *mark = &source->secrets.items[middle];
        if (mark->offset + mark->length <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < source->secrets.count ? &source->secrets.items[low] : NULL;
}

bool mask_covers(const struct sources *sources, span at)
{
    struct source *source = source_of(sources, at);
    const span *mark = source ? mark_from(source, at.offset) : NULL;
    return mark && mark->offset < at.offset + at.length;
}

/* One code point, or `\x1b` for control and invalid bytes. A tab stays: the renderer aligns by it. */
static size_t append_visible(struct buf *out, str rest)
{
    size_t len;
    uint32_t code = utf8_decode(rest, &len);
    bool control = code < 0x20 || (code >= 0x7F && code < 0xA0) || code == UTF8_INVALID;
    bool invisible = code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
                     (code >= 0x2028 && code <= 0x2029) || (code >= 0x2066 && code <= 0x2069);
    if (code == '\t' || (!control && !invisible)) {
        buf_str(out, str_take(rest, len));
        return len;
    }
    for (size_t i = 0; i < len; i++)
        buf_printf(out, "\\x%02x", (unsigned char)rest.ptr[i]);
    return len;
}

static bool is_plain(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || (unsigned char)text.ptr[i] > 0x7E)
            return false;
    return true;
}

str mask_visible(struct arena *arena, str text)
{
    if (is_plain(text))
        return text;
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    for (size_t at = 0; at < text.len;)
        at += append_visible(&out, str_skip(text, at));
    return buf_view(&out);
}

/* Renders up to source offset `stop`; one mask per secret stretch. */
static str render(struct source *source, struct arena *arena, span at, uint32_t stop)
{
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    uint32_t offset = at.offset, end = at.offset + at.length;
    if (end > source->text.len)
        end = (uint32_t)source->text.len;
    const span *mark = mark_from(source, offset);
    while (offset < end && offset < stop) {
        if (mark && mark->offset <= offset) {
            uint32_t behind_mark = mark->offset + mark->length;
            if (behind_mark > stop && stop < end)
                break;
            buf_str(&out, STR(MASK));
            offset = behind_mark;
            mark = mark_from(source, offset);
            continue;
        }
        uint32_t plain = mark && mark->offset < end ? mark->offset : end;
        offset += (uint32_t)append_visible(&out, str_slice(source->text, offset, plain));
    }
    return buf_view(&out);
}

str mask_text(const struct sources *sources, struct arena *arena, span at)
{
    struct source *source = source_of(sources, at);
    if (!source)
        return STR("");
    if (source->kind == SOURCE_SECRET)
        return at.length ? STR(MASK) : STR("");
    return render(source, arena, at, UINT32_MAX);
}

size_t mask_offset(const struct sources *sources, struct arena *arena, span line, uint32_t offset)
{
    struct source *source = source_of(sources, line);
    if (!source || source->kind == SOURCE_SECRET)
        return 0;
    return render(source, arena, line, offset).len;
}
