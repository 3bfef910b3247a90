#include "text/mask.h"

#include "base/utf8.h"

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

bool mask_covers(const struct sources *sources, span at)
{
    const struct source *source = source_of(sources, at);
    if (!source)
        return false;
    vec_each(const span *, secret, &source->secrets)
        if (secret->offset < at.offset + at.length && at.offset < secret->offset + secret->length)
            return true;
    return false;
}

/* The end of the secret stretch that `offset` lies in, or 0. Overlapping marks join. */
static uint32_t secret_end(const struct source *source, uint32_t offset)
{
    uint32_t end = 0;
    bool grown = true;
    while (grown) {
        grown = false;
        vec_each(const span *, secret, &source->secrets) {
            uint32_t probe = end ? end : offset;
            uint32_t stop = secret->offset + secret->length;
            if (secret->offset <= probe && stop > probe && stop > end) {
                end = stop;
                grown = true;
            }
        }
    }
    return end;
}

/* Marks that touch `at`: the renderer looks at these alone, a file may have thousands. */
static struct source touching(const struct source *source, struct arena *arena, span at)
{
    struct source near = *source;
    near.secrets.items = NULL;
    near.secrets.count = near.secrets.capacity = 0;
    vec_each(const span *, secret, &source->secrets)
        if (secret->offset < at.offset + at.length && at.offset < secret->offset + secret->length)
            vec_push(arena, &near.secrets, *secret);
    return near;
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
static str render(const struct source *source, struct arena *arena, span at, uint32_t stop)
{
    struct source near = touching(source, arena, at);
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    uint32_t offset = at.offset, end = at.offset + at.length;
    if (end > source->text.len)
        end = (uint32_t)source->text.len;
    while (offset < end && offset < stop) {
        uint32_t secret = secret_end(&near, offset);
        if (secret > stop && stop < end)
            break;
        if (secret) {
            buf_str(&out, STR(MASK));
            offset = secret;
            continue;
        }
        offset += (uint32_t)append_visible(&out, str_slice(source->text, offset, end));
    }
    return buf_view(&out);
}

str mask_text(const struct sources *sources, struct arena *arena, span at)
{
    const struct source *source = source_of(sources, at);
    if (!source)
        return STR("");
    if (source->kind == SOURCE_SECRET)
        return at.length ? STR(MASK) : STR("");
    return render(source, arena, at, UINT32_MAX);
}

size_t mask_offset(const struct sources *sources, struct arena *arena, span line, uint32_t offset)
{
    const struct source *source = source_of(sources, line);
    if (!source || source->kind == SOURCE_SECRET)
        return 0;
    return render(source, arena, line, offset).len;
}
