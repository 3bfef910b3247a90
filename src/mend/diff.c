#include "mend/diff.h"

#include "text/mask.h"
#include "text/veil.h"

enum { CONTEXT_LINES = 3 };

/* Lines [first, past) of the old text become lines [new_first, new_past) of the new one. */
struct block {
    size_t first, past, new_first, new_past;
};

/* A text and where its lines begin; the last entry is its end. */
struct lines {
    const struct sources *sources;
    const struct source *source;
    VEC(uint32_t) starts;
};

struct differ {
    struct arena *arena;
    const struct mend *mend;
    struct lines old, new;
    VEC(struct block) blocks;
    struct buf out;
    bool has_masks;
};

static struct lines lines_of(struct arena *arena, const struct sources *sources, const struct source *source)
{
    struct lines lines = {.sources = sources, .source = source};
    str text = source->text;
    for (size_t at = 0; at < text.len;) {
        vec_push(arena, &lines.starts, (uint32_t)at);
        size_t end = str_find_byte(str_skip(text, at), '\n');
        at = end == STR_NONE ? text.len : at + end + 1;
    }
    vec_push(arena, &lines.starts, (uint32_t)text.len);
    return lines;
}

static size_t line_count(const struct lines *lines)
{
    return lines->starts.count - 1;
}

/* The line that the byte is in; the last one for the end of the text. */
static size_t line_at(const struct lines *lines, size_t offset)
{
    size_t low = 0, high = lines->starts.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (lines->starts.items[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* --- which lines change */

/* The first line that is not changed by the edit. */
static size_t past_edit(const struct lines *old, const struct edit *edit)
{
    size_t end = (size_t)edit->at.offset + edit->at.length;
    size_t line = line_at(old, end);
    bool takes_lines = edit->at.length > 0 && old->starts.items[line] == end &&
                       (edit->text.len == 0 || str_ends(edit->text, STR("\n"))) &&
                       old->starts.items[line_at(old, edit->at.offset)] == edit->at.offset;
    return takes_lines || line == line_count(old) ? line : line + 1;
}

static void find_blocks(struct differ *differ)
{
    int64_t shift = 0; /* bytes by which the new text runs ahead */
    vec_each(const struct edit *, edit, &differ->mend->edits) {
        if (edit->at.source != differ->old.source->id)
            continue;
        size_t first = line_at(&differ->old, edit->at.offset), past = past_edit(&differ->old, edit);
        struct block *last = differ->blocks.count ? vec_last(&differ->blocks) : NULL;
        if (!last || first >= last->past) {
            last = vec_add(differ->arena, &differ->blocks);
            last->first = first;
            last->new_first =
                line_at(&differ->new, (size_t)((int64_t)differ->old.starts.items[first] + shift));
        }
        last->past = past > first ? past : first;
        shift += (int64_t)edit->text.len - edit->at.length;
        last->new_past =
            line_at(&differ->new, (size_t)((int64_t)differ->old.starts.items[last->past] + shift));
    }
}

/* --- lines as they are shown */

/* A line without a byte of a secret; whether that is the line as it is. Of context less is shown: it is about
 * something else. */
static bool shown_line(
    struct differ *differ, const struct lines *lines, size_t number, bool is_context, str *ret_text)
{
    size_t start = lines->starts.items[number], end = lines->starts.items[number + 1];
    str text = str_slice(lines->source->text, start, end);
    bool has_return = str_ends(text, STR("\r\n"));
    while (text.len > 0 && (str_ends(text, STR("\n")) || str_ends(text, STR("\r"))))
        text.len--;
    span line = span_make(lines->source->id, start, text.len);
    span_vec hidden = veil_find(lines->sources, differ->arena, line, line, is_context ? (span){0} : line);
    str masked = mask_text(lines->sources, differ->arena, line, &hidden);
    masked = gate_text(sources_gate(&differ->mend->before->sources), masked);
    masked = gate_text(sources_gate(&differ->mend->after->sources), masked);
    *ret_text = has_return ? arena_concat(differ->arena, masked, STR("\r")) : masked;
    return str_eq(masked, text);
}

static void write_line(struct differ *differ, char mark, const struct lines *lines, size_t number)
{
    str text;
    differ->has_masks |= !shown_line(differ, lines, number, mark == ' ', &text);
    buf_byte(&differ->out, mark);
    buf_str(&differ->out, text);
    buf_byte(&differ->out, '\n');
    size_t end = lines->starts.items[number + 1];
    if (lines->source->text.ptr[end - 1] != '\n')
        buf_str(&differ->out, STR("\\ No newline at end of file\n"));
}

/* Up to three lines before `first`, from the last masked one on. */
static size_t context_before(struct differ *differ, size_t first)
{
    str text;
    size_t from = first;
    while (
        from > 0 && first - from < CONTEXT_LINES && shown_line(differ, &differ->old, from - 1, true, &text))
        from--;
    return from;
}

static size_t context_after(struct differ *differ, size_t past)
{
    str text;
    size_t to = past;
    while (to < line_count(&differ->old) && to - past < CONTEXT_LINES &&
           shown_line(differ, &differ->old, to, true, &text))
        to++;
    return to;
}

/* --- hunks */

static void write_hunk(
    struct differ *differ, const struct block *blocks, size_t count, size_t from, size_t to)
{
    size_t old_lines = to - from, new_lines = old_lines;
    for (size_t i = 0; i < count; i++)
        new_lines += (blocks[i].new_past - blocks[i].new_first) - (blocks[i].past - blocks[i].first);
    size_t new_from = blocks[0].new_first - (blocks[0].first - from);
    buf_printf(&differ->out, "@@ -%zu,%zu +%zu,%zu @@\n", from + (old_lines > 0), old_lines,
        new_from + (new_lines > 0), new_lines);
    size_t at = from;
    for (size_t i = 0; i < count; i++) {
        for (; at < blocks[i].first; at++)
            write_line(differ, ' ', &differ->old, at);
        for (; at < blocks[i].past; at++)
            write_line(differ, '-', &differ->old, at);
        for (size_t line = blocks[i].new_first; line < blocks[i].new_past; line++)
            write_line(differ, '+', &differ->new, line);
    }
    for (; at < to; at++)
        write_line(differ, ' ', &differ->old, at);
}

static void write_hunks(struct differ *differ)
{
    for (size_t i = 0; i < differ->blocks.count;) {
        const struct block *first = &differ->blocks.items[i];
        size_t from = context_before(differ, first->first), to = context_after(differ, first->past),
               count = 1;
        while (i + count < differ->blocks.count && context_before(differ, first[count].first) <= to) {
            to = context_after(differ, first[count].past);
            count++;
        }
        write_hunk(differ, first, count, from, to);
        i += count;
    }
}

static const struct source *same_source(const struct check_result *result, const struct source *source)
{
    vec_each(struct source *const *, row, &result->sources.items)
        if (str_eq((*row)->path, source->path) && (*row)->kind == source->kind)
            return *row;
    return NULL;
}

struct diff diff_file(struct arena *arena, const struct mend *mend, const struct mended_file *file)
{
    const struct source *after = same_source(mend->after, file->source);
    struct differ differ = {.arena = arena, .mend = mend, .out = buf_new(arena, SIZE_MAX / 4)};
    str name = gate_visible(sources_gate(&mend->before->sources), file->source->name);
    if (file->mode)
        buf_printf(&differ.out, "chmod %o " STR_FMT "\n", file->mode, STR_ARG(name));
    if (!after || str_eq(file->before, file->after))
        return (struct diff){.text = buf_view(&differ.out)};
    differ.old = lines_of(arena, &mend->before->sources, file->source);
    differ.new = lines_of(arena, &mend->after->sources, after);
    find_blocks(&differ);
    buf_printf(&differ.out, "--- " STR_FMT "\n+++ " STR_FMT "\n", STR_ARG(name), STR_ARG(name));
    write_hunks(&differ);
    return (struct diff){buf_view(&differ.out), differ.has_masks};
}
