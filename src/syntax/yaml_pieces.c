/* The bytes of a scalar in its file: syntax/yaml.h. */
#include "syntax/yaml.h"

#include "base/utf8.h"

/* A walk over the written bytes of a scalar and its decoded text, side by side. */
struct alignment {
    struct arena *arena;
    const struct yaml_node *scalar;
    str written, text;
    size_t written_at, text_at;
    struct pieces pieces;
};

static void step(struct alignment *a, size_t text_length, size_t written_length)
{
    span at = span_sub(a->scalar->inner, a->written_at, written_length);
    if (text_length > 0)
        pieces_add(a->arena, &a->pieces, text_length, at, NULL);
    a->text_at += text_length;
    a->written_at += written_length;
}

/* Length of the blank or line break at `at`, or 0; U+0085 is a break in YAML 1.1. */
static size_t space_length(str s, size_t at)
{
    if (at >= s.len)
        return 0;
    if (s.ptr[at] == ' ' || s.ptr[at] == '\t' || s.ptr[at] == '\n' || s.ptr[at] == '\r')
        return 1;
    return str_starts(str_skip(s, at), STR("\xC2\x85")) ? 2 : 0;
}

static size_t spaces(str s, size_t at)
{
    size_t from = at;
    for (size_t length; (length = space_length(s, at)) > 0;)
        at += length;
    return at - from;
}

static bool starts_escape(const struct alignment *a)
{
    char byte = a->written.ptr[a->written_at];
    return (a->scalar->style == YAML_DOUBLE_QUOTED && byte == '\\') ||
           (a->scalar->style == YAML_SINGLE_QUOTED && byte == '\'');
}

/* YAML 1.1 5.7: how many bytes an escape takes; an escaped line break also eats the indentation after it. */
static void step_escape(struct alignment *a)
{
    size_t length = 2, produced = 0;
    char kind = a->written_at + 1 < a->written.len ? a->written.ptr[a->written_at + 1] : '\0';
    if (a->scalar->style == YAML_DOUBLE_QUOTED) {
        length += kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        if (kind == '\n' || kind == '\r') {
            step(a, 0, 1 + spaces(a->written, a->written_at + 1));
            return;
        }
    }
    if (a->text_at < a->text.len)
        utf8_decode(str_skip(a->text, a->text_at), &produced);
    step(a, produced, length);
}

struct pieces yaml_pieces(struct arena *arena, const struct sources *sources, const struct yaml_node *scalar)
{
    struct alignment a = {
        .arena = arena,
        .scalar = scalar,
        .written = span_text(sources, scalar->inner),
        .text = scalar->text,
    };
    if (scalar->verbatim)
        step(&a, a.text.len, a.written.len);
    while (a.text_at < a.text.len) {
        size_t before = a.written_at;
        size_t length = 0;
        struct alignment ahead = a;
        while (ahead.written_at < a.written.len && ahead.text_at < a.text.len && !starts_escape(&ahead) &&
               a.written.ptr[ahead.written_at] == a.text.ptr[ahead.text_at]) {
            ahead.written_at++;
            ahead.text_at++;
            length++;
        }
        step(&a, length, length);
        if (a.text_at < a.text.len && a.written_at < a.written.len && starts_escape(&a))
            step_escape(&a);
        else if (a.text_at < a.text.len)
            step(&a, spaces(a.text, a.text_at), spaces(a.written, a.written_at));
        if (a.written_at == before)
            break;
    }
    if (a.text_at < a.text.len)
        step(&a, a.text.len - a.text_at, a.written.len - a.written_at);
    return a.pieces;
}
