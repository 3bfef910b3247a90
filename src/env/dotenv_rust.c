/*
 * rust: dotenvy 0.15.7, iter.rs and parse.rs.
 *
 * Lines are joined while a quote is open, then each is read on its own; whatever the reader does not know
 * refuses the file.
 */
#include "env/reading.h"

/* Where a joined line is after its last byte: what iter.rs calls its parse state. */
enum line_state {
    LINE_COMPLETE,
    LINE_BLANK, /* after a blank: `#` begins a comment */
    LINE_ESCAPE,
    LINE_WEAK, /* in double quotes */
    LINE_WEAK_ESCAPE,
    LINE_STRONG, /* in single quotes */
    LINE_STRONG_ESCAPE,
    LINE_COMMENT,
};

static enum line_state open_state(char byte)
{
    return byte == '\\' ? LINE_ESCAPE : byte == '"' ? LINE_WEAK : byte == '\'' ? LINE_STRONG : LINE_COMPLETE;
}

static enum line_state quoted_state(char byte, char quote, enum line_state inside, enum line_state escape)
{
    return byte == '\\' ? escape : byte == quote ? LINE_COMPLETE : inside;
}

static enum line_state next_state(enum line_state state, char byte, bool is_blank)
{
    if (state == LINE_BLANK && byte == '#')
        return LINE_COMMENT;
    if (state == LINE_COMPLETE && is_blank && byte != '\n' && byte != '\r')
        return LINE_BLANK;
    if (state == LINE_COMPLETE || state == LINE_BLANK)
        return open_state(byte);
    if (state == LINE_WEAK)
        return quoted_state(byte, '"', LINE_WEAK, LINE_WEAK_ESCAPE);
    if (state == LINE_STRONG)
        return quoted_state(byte, '\'', LINE_STRONG, LINE_STRONG_ESCAPE);
    return state == LINE_WEAK_ESCAPE ? LINE_WEAK : state == LINE_STRONG_ESCAPE ? LINE_STRONG : LINE_COMPLETE;
}

/* One joined line, and where the next begins. */
struct joined_line {
    size_t from, to, next;
};

/* Reads lines from `at` on until no quote is open. False: the end of the text comes first, refused. */
static bool join_lines(struct reading *r, size_t at, struct joined_line *ret)
{
    str text = r->view.text;
    enum line_state state = LINE_COMPLETE;
    *ret = (struct joined_line){.from = at};
    while (at < text.len) {
        size_t length = space_at(text, at, SPACE_WHITE);
        bool is_line_end = text.ptr[at] == '\n';
        state = next_state(state, text.ptr[at], length > 0);
        ret->to = at;
        at += length ? length : 1;
        if (state == LINE_COMMENT) {
            ret->next = reading_line_end(r, at) + 1;
            return true;
        }
        if (state == LINE_COMPLETE && (is_line_end || at == text.len)) {
            ret->to = at;
            ret->next = at;
            return true;
        }
    }
    reading_refuse(
        r, ret->from, text.len, "the file ends within a quote, after a backslash or after a blank");
    return false;
}

/* A value on its way: parse_value() of the original, a character at a time. */
struct rust_value {
    struct reading *r;
    struct text_builder b;
    size_t to;  /* the end of the line without blanks */
    bool weak;  /* in double quotes */
    size_t own; /* bytes from here on are still to be copied */
};

static void flush(struct rust_value *v, size_t at)
{
    if (at > v->own)
        build_own(v->r, &v->b, v->own, at);
    v->own = at;
}

static bool refuse_value(struct rust_value *v, size_t at, const char *why)
{
    reading_refuse(v->r, at, at + 1, "%s", why);
    return false;
}

/* \c at `*at`: one of these, else the reader refuses. */
static bool read_escape(struct rust_value *v, size_t *at)
{
    str text = v->r->view.text;
    flush(v, *at);
    if (*at + 1 == v->to) {
        v->own = *at = v->to; /* a backslash at the end vanishes */
        return true;
    }
    char escape = text.ptr[*at + 1];
    if (!str_has_byte(STR("\\'\"$ n"), escape))
        return refuse_value(v, *at, "an escape that dotenvy does not know");
    build_made(v->r, &v->b, escape == 'n' ? STR("\n") : str_slice(text, *at + 1, *at + 2),
        reading_span(v->r, *at, *at + 2));
    v->own = *at += 2;
    return true;
}

static bool read_strong(struct rust_value *v, size_t *at)
{
    str text = str_take(v->r->view.text, v->to);
    flush(v, *at);
    size_t length = str_find_byte(str_skip(text, *at + 1), '\'');
    if (length == STR_NONE)
        return refuse_value(v, *at, "the quote that opens here is never closed");
    build_own(v->r, &v->b, *at + 1, *at + 1 + length);
    v->own = *at += length + 2;
    return true;
}

/* $NAME or ${NAME} at `*at`. What ends a bare name is taken as it is, also a closing quote. */
static bool read_variable(struct rust_value *v, size_t *at)
{
    str text = str_take(v->r->view.text, v->to);
    size_t name = *at + 1, end = name, length;
    flush(v, *at);
    bool braced = name < text.len && text.ptr[name] == '{';
    if (braced) {
        length = str_find_byte(str_skip(text, ++name), '}');
        if (length == STR_NONE)
            return refuse_value(v, *at, "a `${` without `}`");
        end = name + length;
    } else {
        while (end < text.len && letter_is_alphanumeric(utf8_decode(str_skip(text, end), &length)))
            end += length;
    }
    size_t next = end + braced;
    if (end > name)
        build_variable(v->r, &v->b, str_slice(text, name, end), reading_span(v->r, *at, next));
    v->own = next;
    *at = braced || next == text.len || text.ptr[next] == '$' ? next : next + 1;
    return true;
}

/* After a blank only blanks and a comment may follow. */
static bool finish(struct rust_value *v, size_t at)
{
    str text = v->r->view.text;
    for (size_t next = at; next < v->to && text.ptr[next] != '#'; next++)
        if (text.ptr[next] != ' ' && text.ptr[next] != '\t')
            return refuse_value(v, next, "text after a blank: a value with blanks needs quotes");
    flush(v, at);
    v->to = at;
    return true;
}

/* Reads one character or construct at `*at`; false: refused. */
static bool read_step(struct rust_value *v, size_t *at)
{
    char byte = v->r->view.text.ptr[*at];
    if (byte == '\\')
        return read_escape(v, at);
    if (byte == '$')
        return read_variable(v, at);
    if (byte == '"') {
        flush(v, *at);
        v->weak = !v->weak;
        v->own = ++*at;
        return true;
    }
    if (byte == '\'' && !v->weak)
        return read_strong(v, at);
    if ((byte == ' ' || byte == '\t') && !v->weak)
        return finish(v, *at);
    ++*at;
    return true;
}

static void set_value(struct reading *r, struct key key, size_t from, size_t to)
{
    struct rust_value v = {.r = r, .to = to, .own = from};
    size_t at = from;
    while (at < v.to)
        if (!read_step(&v, &at))
            return;
    if (v.weak) {
        refuse_value(&v, from, "the double quote is never closed");
        return;
    }
    flush(&v, v.to);
    str text = str_slice(r->view.text, from, v.to);
    bool quoted =
        text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') && text.ptr[text.len - 1] == text.ptr[0];
    reading_set(r, key, &v.b, from + quoted, v.to - quoted);
}

static bool read_key(struct reading *r, size_t *at, size_t to, struct key *ret)
{
    str text = str_take(r->view.text, to);
    size_t end = *at;
    while (end < to && (byte_is_name(text.ptr[end]) || (text.ptr[end] == '.' && end > *at)))
        end++;
    if (end == *at || byte_is_digit(text.ptr[*at])) {
        reading_refuse(r, *at, *at + 1, "not a name: letters, digits, `_` and `.`, no digit first");
        return false;
    }
    *ret = reading_key(r, *at, end);
    *at = space_skip(text, end, to, SPACE_WHITE);
    return true;
}

static bool skip_equals(const struct reading *r, size_t *at, size_t to)
{
    bool found = *at < to && r->view.text.ptr[*at] == '=';
    *at += found;
    return found;
}

static void read_line(struct reading *r, size_t at, size_t to)
{
    str text = r->view.text;
    struct key key;
    to = space_trim_end(text, at, to, SPACE_WHITE);
    at = space_skip(text, at, to, SPACE_WHITE);
    if (at == to || text.ptr[at] == '#' || !read_key(r, &at, to, &key))
        return;
    bool found = skip_equals(r, &at, to);
    if (!found && str_eq(key.name, STR("export"))) {
        if (!read_key(r, &at, to, &key))
            return;
        found = skip_equals(r, &at, to);
    }
    if (!found) {
        reading_refuse(r, key.from, to, "a name without `=`");
        return;
    }
    at = space_skip(text, at, to, SPACE_WHITE);
    if (at == to || text.ptr[at] == '#')
        reading_set_own(r, key, at, at);
    else
        set_value(r, key, at, to);
}

void read_rust(struct reading *r)
{
    str text = r->view.text;
    struct joined_line line;
    for (size_t at = 0; at < text.len; at = line.next) {
        reading_next(r);
        size_t first = space_skip(text, at, reading_line_end(r, at), SPACE_WHITE);
        if (first < text.len && text.ptr[first] == '#') {
            line.next = reading_line_end(r, first) + 1;
            continue;
        }
        if (!join_lines(r, at, &line))
            return;
        read_line(r, line.from, line.to);
    }
}
