/*
 * python: python-dotenv's parser.py and variables.py (1.2), as dotenv_values() uses them.
 *
 * A binding is blanks, `export`, a name, `=`, a value, a comment and a line end, each by a regular expression
 * of its own; where one of them fails, the rest of that line is dropped and reading goes on after it.
 */
#include "env/reading.h"

/* The first CR or LF at or after `at`: what [^\r\n]* runs up to. */
static size_t line_end(const struct reading *r, size_t at)
{
    return reading_line_end(r, at); /* newlines are all LF in Python's text mode */
}

/* Skips [^\S\r\n]*. */
static size_t skip_blanks(const struct reading *r, size_t at)
{
    return space_skip(r->view.text, at, line_end(r, at), SPACE_PYTHON);
}

static size_t skip_export(const struct reading *r, size_t at)
{
    if (!str_starts(str_skip(r->view.text, at), STR("export")))
        return at;
    size_t end = skip_blanks(r, at + 6);
    return end > at + 6 ? end : at;
}

/* Reads '([^']+)' or [^=#\s]+ at `*at` and goes past it; false when it does not match. */
static bool read_key(const struct reading *r, size_t *at, struct key *ret_key)
{
    str text = r->view.text;
    size_t from = *at;
    if (from < text.len && text.ptr[from] == '\'') {
        size_t length = str_find_byte(str_skip(text, from + 1), '\'');
        if (length == STR_NONE || length == 0)
            return false;
        *ret_key = reading_key(r, from + 1, from + 1 + length);
        *at = from + 1 + length + 1;
        return true;
    }
    size_t to = from;
    while (to < text.len && text.ptr[to] != '=' && text.ptr[to] != '#' && !space_at(text, to, SPACE_PYTHON))
        to++;
    *ret_key = reading_key(r, from, to);
    *at = to;
    return to > from;
}

/*
 * The closing quote of '((?:\\'|[^'])*)' with `at` after the opening one: the first quote without a
 * backslash before it, else the last one with. STR_NONE where there is none.
 */
static size_t closing_quote(str text, size_t at, char quote)
{
    size_t escaped = STR_NONE;
    for (size_t open = at;; at++) {
        size_t run = str_find_byte(str_skip(text, at), quote);
        if (run == STR_NONE)
            return escaped;
        at += run;
        if (at == open || text.ptr[at - 1] != '\\')
            return at;
        escaped = at;
    }
}

static const struct {
    char escape;
    str text;
} ESCAPES[] = {
    {'\\', STR_INIT("\\")},
    {'\'', STR_INIT("'")},
    {'"', STR_INIT("\"")},
    {'a', STR_INIT("\a")},
    {'b', STR_INIT("\b")},
    {'f', STR_INIT("\f")},
    {'n', STR_INIT("\n")},
    {'r', STR_INIT("\r")},
    {'t', STR_INIT("\t")},
    {'v', STR_INIT("\v")},
};

/* In single quotes only the first two rows are escapes. */
#define SINGLE_QUOTE_ESCAPES 2

static bool unescape_one(struct reading *r, struct text_builder *b, size_t at, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        if (ESCAPES[i].escape == r->view.text.ptr[at + 1]) {
            build_made(r, b, ESCAPES[i].text, reading_span(r, at, at + 2));
            return true;
        }
    }
    return false;
}

static struct stretch unescape(struct reading *r, char quote, size_t from, size_t to)
{
    str text = r->view.text;
    if (!str_has_byte(str_slice(text, from, to), '\\'))
        return stretch_own(r, from, to);
    struct text_builder b = {0};
    size_t rows = quote == '"' ? ARRAY_COUNT(ESCAPES) : SINGLE_QUOTE_ESCAPES;
    for (size_t own = from; from < to;) {
        size_t run = str_find_byte(str_slice(text, from, to), '\\');
        from = run == STR_NONE ? to : from + run;
        build_own(r, &b, own, from);
        own = from;
        if (from + 1 < to && unescape_one(r, &b, from, rows))
            own = from += 2;
        else if (from < to)
            from++;
        if (from >= to)
            build_own(r, &b, own, to);
    }
    return stretch_built(r, &b);
}

/* Where the next of two bytes is, at or after an offset that only ever rises. */
struct next_byte {
    str bytes;
    size_t at;
    bool known;
};

static size_t next_of(struct next_byte *next, str text, size_t at)
{
    if (!next->known || (next->at != STR_NONE && next->at < at)) {
        size_t run = str_find_any(str_skip(text, at), next->bytes);
        next->at = run == STR_NONE ? STR_NONE : at + run;
        next->known = true;
    }
    return next->at;
}

/* ${name} or ${name:-default}: everything up to `:` or `}` is the name. */
struct posix_variable {
    size_t name_end;
    size_t end; /* after the brace */
    bool has_default;
};

static bool read_variable(
    str text, size_t at, struct next_byte *stop, struct next_byte *brace, struct posix_variable *ret)
{
    ret->name_end = next_of(stop, text, at + 2);
    if (ret->name_end == STR_NONE)
        return false;
    ret->has_default = text.ptr[ret->name_end] == ':';
    if (!ret->has_default) {
        ret->end = ret->name_end + 1;
        return true;
    }
    size_t closing = next_of(brace, text, ret->name_end + 2);
    bool is_default = ret->name_end + 1 < text.len && text.ptr[ret->name_end + 1] == '-';
    if (!is_default || closing == STR_NONE)
        return false;
    ret->end = closing + 1;
    return true;
}

static void expand(struct reading *r, struct text_builder *b, struct stretch *s)
{
    struct next_byte stop = {STR("}:"), 0, false}, brace = {STR("}"), 0, false};
    size_t own = 0, at = 0;
    for (;;) {
        size_t run = str_find(str_skip(s->text, at), STR("${"));
        if (run == STR_NONE)
            break;
        at += run;
        struct posix_variable variable;
        if (!read_variable(s->text, at, &stop, &brace, &variable)) {
            at++;
            continue;
        }
        build_again(r, b, s, own, at);
        str name = str_slice(s->text, at + 2, variable.name_end);
        span whole = stretch_span(s, at, variable.end);
        struct template_value value = build_variable(r, b, name, whole);
        if (variable.has_default) {
            size_t from = variable.name_end + 2, to = variable.end - 1;
            span place = stretch_span(s, from, to);
            build_fallback(b, str_slice(s->text, from, to), place, !value.found);
            if (!value.found)
                build_again(r, b, s, from, to);
        }
        own = at = variable.end;
    }
    build_again(r, b, s, own, s->text.len);
}

/* KEY is [from, to), unescaped as `quote` asks for and expanded; single quotes do not keep from that. */
static void set_value(struct reading *r, struct key key, char quote, size_t from, size_t to)
{
    str own = str_slice(r->view.text, from, to);
    bool escaped = quote && str_has_byte(own, '\\');
    if (!escaped && !str_has_byte(own, '$')) {
        reading_set_own(r, key, from, to);
        return;
    }
    struct stretch s = quote ? unescape(r, quote, from, to) : stretch_own(r, from, to);
    struct text_builder b = {0};
    expand(r, &b, &s);
    reading_set(r, key, &b, from, to);
}

/* Where a bare value ends: before the first blanks with `#` after them, without blanks at the end. */
static size_t bare_end(str text, size_t from, size_t to)
{
    size_t end = to;
    for (size_t at = from; at < to; at++) {
        size_t run = str_find_byte(str_slice(text, at, to), '#');
        if (run == STR_NONE)
            break;
        at += run;
        size_t trimmed = space_trim_end(text, from, at, SPACE_PYTHON);
        if (trimmed < at) {
            end = trimmed;
            break;
        }
    }
    return space_trim_end(text, from, end, SPACE_PYTHON);
}

/* A value as the file has it. */
struct raw_value {
    char quote; /* 0: none */
    size_t from, to;
};

/* Reads the value at `*at`; false when a quote is not closed. */
static bool read_value(const struct reading *r, size_t *at, struct raw_value *ret)
{
    str text = r->view.text;
    size_t from = *at;
    char first = from < text.len ? text.ptr[from] : 0;
    *ret = (struct raw_value){.from = from};
    if (first == '\'' || first == '"') {
        *ret = (struct raw_value){first, from + 1, closing_quote(text, from + 1, first)};
        *at = ret->to + 1;
        return ret->to != STR_NONE;
    }
    *at = line_end(r, from);
    ret->to = bare_end(text, from, *at);
    return true;
}

/* A comment and the line end; false when something else is in the way. Leaves `*at` where it stopped. */
static bool finish_line(const struct reading *r, size_t *at)
{
    str text = r->view.text;
    size_t next = skip_blanks(r, *at);
    if (next < text.len && text.ptr[next] == '#')
        *at = line_end(r, next);
    next = skip_blanks(r, *at);
    if (next < text.len && text.ptr[next] != '\n')
        return false;
    *at = next < text.len ? next + 1 : next;
    return true;
}

static size_t drop_line(struct reading *r, size_t start, size_t at)
{
    size_t end = line_end(r, at);
    reading_drop(r, start, end, "python-dotenv cannot parse this: dropped up to the end of the line");
    return end < r->view.text.len ? end + 1 : end;
}

/* Reads one binding at `at`, which is no blank, and returns where it ends. */
static size_t binding(struct reading *r, size_t at)
{
    str text = r->view.text;
    size_t start = at;
    struct key key = {0};
    struct raw_value value = {0};
    bool has_value = false, is_comment;
    at = skip_export(r, at);
    is_comment = at < text.len && text.ptr[at] == '#';
    if (!is_comment && !read_key(r, &at, &key))
        return drop_line(r, start, at);
    at = skip_blanks(r, at);
    if (at < text.len && text.ptr[at] == '=') {
        has_value = true;
        at = skip_blanks(r, at + 1);
        size_t open = at;
        if (!read_value(r, &at, &value))
            return drop_line(r, start, open);
    }
    if (!finish_line(r, &at))
        return drop_line(r, start, at);
    if (is_comment)
        return at;
    if (has_value)
        set_value(r, key, value.quote, value.from, value.to);
    else
        reading_set_null(r, key);
    return at;
}

void read_python(struct reading *r)
{
    str text = r->view.text;
    size_t at = space_skip(text, 0, text.len, SPACE_PYTHON);
    while (r->result->ok && at < text.len)
        at = space_skip(text, binding(r, at), text.len, SPACE_PYTHON);
}
