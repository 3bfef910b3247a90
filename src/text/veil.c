#include "text/veil.h"

#include "text/mask.h"

/* What was found in a line. It may be a whole file, and is quoted for each of its findings. */
struct veiled_line {
    uint32_t start;
    size_t secrets; /* how many the gate knew */
    size_t comment; /* where one begins, after its `#`, or STR_NONE */
    size_t equals;  /* of an assignment in an env file, or STR_NONE */
    span_vec known; /* what the gate hides */
};

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
        bool opens =
            value != STR_NONE ? i == value : byte_is_blank(before) || str_has_byte(STR("=:,[{"), before);
        size_t end = (byte == '"' || byte == '\'') && opens ? quote_end(line, i) : i;
        if (byte == '#' && may_begin)
            return i + 1;
        may_begin = byte_is_blank(byte) || end > i;
        i = end;
    }
    return STR_NONE;
}

static const struct veiled_line *look_at(const struct sources *sources, struct source *source, span line)
{
    struct gate *gate = sources_gate(sources);
    struct veiled_line *found = source->veiled;
    str text = span_text(sources, line);
    if (found && found->start == line.offset && found->secrets == gate->secrets.count)
        return found;
    if (!found)
        found = source->veiled = arena_new(sources->arena, struct veiled_line);
    bool is_env = source->kind == SOURCE_ENV;
    found->start = line.offset;
    found->secrets = gate->secrets.count;
    found->comment = comment_start(text, is_env);
    found->equals = is_env ? str_find_byte(text, '=') : STR_NONE;
    found->known.count = 0;
    for (size_t from, to = 0; gate_next(gate, text, &from, &to);)
        vec_push(sources->arena, &found->known, span_sub(line, from, to - from));
    return found;
}

/* The value and the comment that may be secrets, but for a comment of our own. */
static span doubtful(const struct source *source, const struct veiled_line *found, span line, span about)
{
    str text = str_slice(source->text, line.offset, (size_t)line.offset + line.length);
    size_t comment = found->comment, from = comment;
    bool is_about_value = about.offset + (about.length ? about.length : 1) > line.offset + found->equals + 1;
    if (found->equals != STR_NONE && found->equals < comment && !is_about_value)
        from = found->equals + 1;
    if (from == STR_NONE || source->kind == SOURCE_ARGUMENT)
        return (span){0};
    bool is_ours = from == comment && str_starts(str_trim_start(str_skip(text, comment)), STR("bootgate:"));
    while (from < text.len && byte_is_blank(text.ptr[from]))
        from++;
    return is_ours ? (span){0} : span_make(line.source, line.offset + from, text.len - from);
}

/* The first of the stretches, which are in order, that ends after `offset`. */
static size_t first_after(const span_vec *stretches, uint32_t offset)
{
    size_t low = 0, high = stretches->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (stretches->items[middle].offset + stretches->items[middle].length <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

span_vec veil_find(const struct sources *sources, struct arena *arena, span line, span quoted, span about)
{
    struct source *source = source_of(sources, line);
    span_vec hidden = {0};
    if (!source)
        return hidden;
    const struct veiled_line *found = look_at(sources, source, line);
    span doubt = doubtful(source, found, line, about);
    uint32_t end = quoted.offset + quoted.length;
    hidden = mask_marks(sources, arena, quoted);
    for (size_t i = first_after(&found->known, quoted.offset);
         i < found->known.count && found->known.items[i].offset < end; i++)
        vec_push(arena, &hidden, found->known.items[i]);
    if (span_is_set(doubt))
        vec_push(arena, &hidden, doubt);
    span_join(&hidden);
    return hidden;
}
