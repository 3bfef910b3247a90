#include "text/source.h"

#include <stdlib.h>

struct source *source_find(const struct sources *sources, enum source_kind kind, str path)
{
    vec_each(struct source *const *, source, &sources->items)
        if ((*source)->kind == kind && str_eq((*source)->path, path))
            return *source;
    return NULL;
}

struct source *source_add(struct sources *sources, enum source_kind kind, str name, str path, str text)
{
    struct source *source = arena_new(sources->arena, struct source);
    vec_push(sources->arena, &sources->items, source);
    source->id = (uint32_t)sources->items.count;
    source->kind = kind;
    source->name = name;
    source->path = path;
    source->text = text;
    return source;
}

struct gate *sources_gate(const struct sources *sources)
{
    /* The gate grows beside the texts, as the line index does: no reader sees it change. */
    struct sources *own = (struct sources *)(uintptr_t)sources;
    if (own->gate == NULL)
        own->gate = gate_new(own->arena);
    return own->gate;
}

struct source *source_of(const struct sources *sources, span at)
{
    if (at.source == 0 || at.source > sources->items.count)
        return NULL;
    return sources->items.items[at.source - 1];
}

enum { LINE_END_MAX = 3 }; /* bytes of U+2028 */

/* Bytes of the line end at `at`, 0 where there is none. */
static size_t line_end_length(const struct source *source, size_t at)
{
    str text = source->text;
    if (text.ptr[at] == '\n')
        return 1;
    if (text.ptr[at] == '\r')
        return at + 1 < text.len && text.ptr[at + 1] == '\n' ? 2 : 1;
    if (source->kind != SOURCE_COMPOSE && source->kind != SOURCE_MANIFEST && source->kind != SOURCE_CONFIG)
        return 0;
    str rest = str_skip(text, at);
    if (str_starts(rest, STR("\xC2\x85")))
        return 2;
    return str_starts(rest, STR("\xE2\x80\xA8")) || str_starts(rest, STR("\xE2\x80\xA9")) ? 3 : 0;
}

/* Bytes that a line end may begin with: LF, CR, and the lead bytes of U+0085, U+2028, U+2029. */
static bool may_end_line(char byte)
{
    return byte == '\n' || byte == '\r' || byte == '\xC2' || byte == '\xE2';
}

static void index_lines(struct arena *arena, struct source *source)
{
    if (source->line_starts.count)
        return;
    str text = source->text;
    vec_push(arena, &source->line_starts, 0);
    for (size_t at = 0; at < text.len;) {
        if (!may_end_line(text.ptr[at])) {
            at++;
            continue;
        }
        size_t end = line_end_length(source, at);
        at += end ? end : 1;
        if (end && at < text.len)
            vec_push(arena, &source->line_starts, (uint32_t)at);
    }
}

static struct source *indexed(const struct sources *sources, uint32_t source_id)
{
    struct source *source = source_of(sources, span_make(source_id, 0, 0));
    if (source)
        index_lines(sources->arena, source);
    return source;
}

struct position source_position(const struct sources *sources, uint32_t source_id, uint32_t offset)
{
    struct source *source = indexed(sources, source_id);
    if (!source)
        return (struct position){0, 0};
    /* Index of the last line that starts at or before `offset`. */
    size_t low = 0, high = source->line_starts.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (source->line_starts.items[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    size_t line = low;
    return (struct position){(uint32_t)line + 1, offset - source->line_starts.items[line] + 1};
}

size_t source_line_count(const struct sources *sources, uint32_t source_id)
{
    struct source *source = indexed(sources, source_id);
    return source ? source->line_starts.count : 0;
}

str source_line(const struct sources *sources, uint32_t source_id, uint32_t line, uint32_t *ret_offset)
{
    struct source *source = indexed(sources, source_id);
    if (!source || line == 0 || line > source->line_starts.count)
        return STR("");
    size_t start = source->line_starts.items[line - 1];
    bool is_last = line == source->line_starts.count;
    size_t end = is_last ? source->text.len : source->line_starts.items[line];
    if (ret_offset)
        *ret_offset = (uint32_t)start;
    /* The longest first: a CR before the LF is part of the end. */
    for (size_t width = LINE_END_MAX; width > 0; width--)
        if (end - start >= width && line_end_length(source, end - width) == width)
            return str_slice(source->text, start, end - width);
    return str_slice(source->text, start, end);
}

span span_make(uint32_t source, size_t offset, size_t length)
{
    return (span){source, (uint32_t)offset, (uint32_t)length};
}

bool span_is_set(span at)
{
    return at.source != 0;
}

span span_cover(span a, span b)
{
    if (!span_is_set(a) || a.source != b.source)
        return span_is_set(a) ? a : b;
    uint32_t from = a.offset < b.offset ? a.offset : b.offset;
    uint32_t a_end = a.offset + a.length, b_end = b.offset + b.length;
    return (span){a.source, from, (a_end > b_end ? a_end : b_end) - from};
}

span span_sub(span at, size_t offset, size_t length)
{
    if (offset > at.length)
        offset = at.length;
    if (length > at.length - offset)
        length = at.length - offset;
    return span_make(at.source, at.offset + offset, length);
}

str span_text(const struct sources *sources, span at)
{
    const struct source *source = source_of(sources, at);
    return source ? str_slice(source->text, at.offset, (size_t)at.offset + at.length) : STR("");
}

static int compare_offsets(const void *left, const void *right)
{
    const span *a = left, *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

void span_join(span_vec *spans)
{
    size_t kept = 0;
    if (spans->count < 2)
        return;
    qsort(spans->items, spans->count, sizeof *spans->items, compare_offsets);
    for (size_t i = 1; i < spans->count; i++) {
        span *last = &spans->items[kept], next = spans->items[i];
        if (next.offset <= last->offset + last->length)
            *last = span_cover(*last, next);
        else
            spans->items[++kept] = next;
    }
    spans->count = kept + 1;
}
