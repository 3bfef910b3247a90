#include "text/mask.h"

#include "base/utf8.h"

/* They are looked up far more often than added. */
static void settle(struct source *source)
{
    if (source->secrets_settled == source->secrets.count)
        return;
    span_join(&source->secrets);
    source->secrets_settled = source->secrets.count;
}

/* The mark grows where it is met or touched by what follows it. */
static bool extends(span *mark, span secret)
{
    uint32_t end = mark->offset + mark->length, stop = secret.offset + secret.length;
    if (secret.offset < mark->offset || secret.offset > end)
        return false;
    mark->length = (stop > end ? stop : end) - mark->offset;
    return true;
}

void mask_add(struct sources *sources, span secret)
{
    struct source *source = source_of(sources, secret);
    if (!source || secret.length == 0)
        return;
    /* A million faulty lines come in order: what goes on where the last mark ends needs none. */
    if (source->secrets.count && extends(vec_last(&source->secrets), secret))
        return;
    /* A dozen readers mark the same lines: before the list grows, equal marks are joined. */
    if (source->secrets.count == source->secrets.capacity) {
        settle(source);
        if (source->secrets.count > source->secrets.capacity / 2)
            vec_reserve(sources->arena, &source->secrets, source->secrets.capacity * 2);
    }
    vec_push(sources->arena, &source->secrets, secret);
}

/* Keys of Compose files whose values name things. */
static const str naming_keys[] = {
    STR_INIT("build"),
    STR_INIT("container_name"),
    STR_INIT("context"),
    STR_INIT("depends_on"),
    STR_INIT("dockerfile"),
    STR_INIT("env_file"),
    STR_INIT("extends"),
    STR_INIT("file"),
    STR_INIT("hostname"),
    STR_INIT("image"),
    STR_INIT("include"),
    STR_INIT("network_mode"),
    STR_INIT("networks"),
    STR_INIT("path"),
    STR_INIT("profiles"),
    STR_INIT("restart"),
    STR_INIT("service"),
};

/* `env_file: api.env`, `- path: api.env`, with nothing in it that may be an assignment or a login. */
static bool only_names(const struct source *source, str line)
{
    str text = str_trim(line);
    while (str_starts(text, STR("- ")))
        text = str_trim(str_skip(text, 1));
    struct str_cut cut = str_cut_byte(text, ':');
    if (source->kind != SOURCE_COMPOSE || str_has_any(cut.tail, STR("=@#")) ||
        str_contains(cut.tail, STR(": ")))
        return false;
    return STR_IS_IN(cut.head, naming_keys);
}

void mask_line(struct sources *sources, uint32_t source_id, uint32_t line)
{
    uint32_t start = 0;
    str text = source_line(sources, source_id, line, &start);
    size_t from = STR_NONE;
    struct source *source = source_of(sources, span_make(source_id, 0, 0));
    if (source == NULL || only_names(source, text))
        return;
    const str markers[] = {STR("="), STR(": "), STR("://"), STR("\":")}; /* the last: a key of JSON */
    for (size_t i = 0; i < ARRAY_COUNT(markers); i++) {
        size_t at = str_find(text, markers[i]);
        if (at != STR_NONE && at + markers[i].len < from)
            from = at + markers[i].len;
    }
    if (from != STR_NONE)
        mask_add(sources, span_make(source_id, start + from, text.len - from));
}

static bool is_entry(str line)
{
    static const str of_names = STR_INIT("-./");
    bool is_item = str_starts(line, STR("- "));
    while (str_starts(line, STR("- ")))
        line = str_trim_start(str_skip(line, 1));
    if (line.len > 0 && str_has_byte(STR("{[#"), line.ptr[0]))
        return true;
    line = str_trim_bytes(line, STR("\"'"));
    size_t end = 0;
    while (end < line.len && (byte_is_name(line.ptr[end]) || str_has_byte(of_names, line.ptr[end])))
        end++;
    str rest = str_trim_bytes(str_skip(line, end), STR("\"'"));
    return str_starts(rest, STR(":")) || (is_item && str_starts(rest, STR("=")));
}

void mask_stray_line(struct sources *sources, span at)
{
    uint32_t start = 0;
    str line = source_line(sources, at.source, source_position(sources, at.source, at.offset).line, &start);
    str text = str_trim_start(line);
    if (!is_entry(text))
        mask_add(sources, span_make(at.source, start + (line.len - text.len), text.len));
}

/* The first mark that ends after `offset`, or NULL. */
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

/* Code points that show nothing and change what is seen beside them, or whether two texts look the same. */
static const struct {
    uint32_t first, last;
} invisible[] = {
    {0x00, 0x08},
    {0x0A, 0x1F},       /* a tab stays: the renderer aligns by it */
    {0x7F, 0x9F},       /* with C1, which some terminals obey */
    {0xAD, 0xAD},       /* soft hyphen */
    {0x61C, 0x61C},     /* Arabic letter mark */
    {0x200B, 0x200B},   /* zero width space; joiners are part of how words are written */
    {0x200E, 0x200F},   /* marks of direction */
    {0x2028, 0x202E},   /* separators, overrides of direction */
    {0x2060, 0x206F},   /* word joiner, isolates of direction */
    {0xFEFF, 0xFEFF},   /* byte order mark */
    {0xE0000, 0xE007F}, /* tags */
    {UTF8_INVALID, UTF8_INVALID},
};

static bool is_printable(char byte)
{
    return byte >= ' ' && byte <= '~';
}

/* One code point, or `\x1b` for each byte of one that is not seen. */
static size_t append_visible(struct buf *out, str rest)
{
    if (is_printable(rest.ptr[0])) {
        buf_byte(out, rest.ptr[0]);
        return 1;
    }
    size_t len;
    uint32_t code = utf8_decode(rest, &len);
    bool is_seen = true;
    for (size_t i = 0; i < ARRAY_COUNT(invisible); i++)
        is_seen = is_seen && (code < invisible[i].first || code > invisible[i].last);
    if (is_seen)
        buf_str(out, str_take(rest, len));
    for (size_t i = 0; !is_seen && i < len; i++)
        buf_printf(out, "\\x%02x", (unsigned char)rest.ptr[i]);
    return len;
}

str mask_visible(struct arena *arena, str text)
{
    if (str_is_all(text, is_printable))
        return text;
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    for (size_t at = 0; at < text.len;)
        at += append_visible(&out, str_skip(text, at));
    return buf_view(&out);
}

span_vec mask_marks(const struct sources *sources, struct arena *arena, span at)
{
    struct source *source = source_of(sources, at);
    span_vec marks = {0};
    if (!source || source->secrets.count == 0)
        return marks;
    const span *mark = mark_from(source, at.offset), *end = source->secrets.items + source->secrets.count;
    for (; mark && mark < end && mark->offset < at.offset + at.length; mark++)
        vec_push(arena, &marks, *mark);
    return marks;
}

/* Renders up to source offset `stop`; one mask per stretch. */
static str render(
    const struct source *source, struct arena *arena, span at, const span_vec *hidden, uint32_t stop)
{
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    uint32_t offset = at.offset, end = at.offset + at.length;
    if (end > source->text.len)
        end = (uint32_t)source->text.len;
    for (size_t next = 0; offset < end && offset < stop;) {
        const span *mask = next < hidden->count ? &hidden->items[next] : NULL;
        uint32_t to = mask ? mask->offset + mask->length : 0;
        if (mask && to <= offset) {
            next++;
        } else if (mask && mask->offset <= offset) {
            if (to > stop && stop < end)
                break;
            buf_str(&out, STR(MASK));
            offset = to;
        } else {
            uint32_t plain = mask && mask->offset < end ? mask->offset : end;
            offset += (uint32_t)append_visible(&out, str_slice(source->text, offset, plain));
        }
    }
    return buf_view(&out);
}

str mask_text(const struct sources *sources, struct arena *arena, span at, const span_vec *hidden)
{
    const struct source *source = source_of(sources, at);
    if (!source)
        return STR("");
    if (source->kind == SOURCE_SECRET)
        return at.length ? STR(MASK) : STR("");
    return render(source, arena, at, hidden, UINT32_MAX);
}

size_t mask_offset(
    const struct sources *sources, struct arena *arena, span at, const span_vec *hidden, uint32_t offset)
{
    const struct source *source = source_of(sources, at);
    if (!source || source->kind == SOURCE_SECRET)
        return 0;
    return render(source, arena, at, hidden, offset).len;
}
