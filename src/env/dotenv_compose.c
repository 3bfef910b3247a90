/*
 * compose: compose-go's dotenv/parser.go (2.13) and template/template.go.
 *
 * The file is a run of statements, not of lines: a quoted value may span lines, and after its closing quote
 * the next statement may begin on the same line.
 */
#include "env/reading.h"

#include "base/utf8.h"

/* Go's \s in a regular expression is narrower than unicode.IsSpace. */
static bool is_regexp_space(char byte)
{
    return str_has_byte(STR("\t\n\f\r "), byte);
}

static size_t skip_export(const struct reading *r, size_t at)
{
    str rest = str_skip(r->view.text, at);
    if (!str_starts(rest, STR("export")) || rest.len == 6 || !is_regexp_space(rest.ptr[6]))
        return at;
    return space_skip(r->view.text, at + 6, r->view.text.len, SPACE_GO_LINE);
}

/* The `=`, `:` or line feed that ends the name; the end of the text where there is none. False: refused. */
static bool find_separator(struct reading *r, size_t at, size_t *ret_at)
{
    str text = r->view.text;
    while (at < text.len) {
        char byte = text.ptr[at];
        if (byte_is_name(byte)) {
            at++;
            continue;
        }
        size_t length = space_at(text, at, SPACE_GO_LINE);
        if (length == 0 && (byte == '=' || byte == ':' || byte == '\n'))
            break;
        if (length == 0) {
            uint32_t code = utf8_decode(str_skip(text, at), &length);
            bool is_mark = code < 0x80 && str_has_byte(STR("_.-[]"), (char)code);
            if (!is_mark && !letter_is_letter_or_number(code)) {
                reading_refuse(
                    r, at, at + length, "a character that no name may hold, or a line that is no assignment");
                return false;
            }
        }
        at += length;
    }
    *ret_at = at;
    return true;
}

/* KEY is `text` with its variables expanded; [from, to) is the value in the file. */
static void set_template(
    struct reading *r, struct key key, str text, const struct pieces *pieces, size_t from, size_t to)
{
    struct template_result result = template_expand(r->arena, text, pieces, &r->scope);
    if (result.error != TEMPLATE_OK) {
        if (result.error == TEMPLATE_REQUIRED)
            reading_refuse_required(r, key.name, from, to, result.error_name);
        else if (result.error == TEMPLATE_MALFORMED)
            reading_refuse(
                r, from, to, "the value holds a `${` that Compose cannot read; a literal dollar is `$$`");
        else
            reading_refuse(r, from, to, "the value nests or grows too far when it is expanded");
    } else {
        reading_set_expanded(r, key, &result, from, to);
    }
}

/* The space of the first ` #`, or `to`. */
static size_t comment_start(str text, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++) {
        size_t run = str_find_byte(str_slice(text, at, to), '#');
        if (run == STR_NONE)
            return to;
        at += run;
        if (at > from && text.ptr[at - 1] == ' ')
            return at - 1;
    }
    return to;
}

static size_t bare_value(struct reading *r, struct key key, size_t from)
{
    str text = r->view.text;
    size_t line_end = reading_line_end(r, from), to;
    to = comment_start(text, from, line_end);
    to = space_trim_end(text, from, to, SPACE_WHITE);
    if (!str_has_byte(str_slice(text, from, to), '$')) {
        reading_set_own(r, key, from, to);
    } else {
        struct pieces pieces = {0};
        view_pieces(&r->view, r->arena, &pieces, from, to);
        set_template(r, key, str_slice(text, from, to), &pieces, from, to);
    }
    return line_end;
}

/* The closing quote, or the end of the text. Sets `ret_escaped` when a backslash is before it. */
static size_t closing_quote(str text, size_t at, char quote, bool *ret_escaped)
{
    *ret_escaped = false;
    for (; at < text.len && text.ptr[at] != quote; at++) {
        if (text.ptr[at] == '\\') {
            *ret_escaped = true;
            at++;
        }
    }
    return at < text.len ? at : text.len;
}

/* \0ddd: three octal digits up to 0377 are a code point; else the zero vanishes and the rest stays. */
static size_t octal_escape(struct reading *r, struct text_builder *b, size_t at, size_t to)
{
    str text = r->view.text;
    size_t end = at + 2, value = 0;
    bool octal = true;
    for (; end < to && end < at + 5 && byte_is_digit(text.ptr[end]); end++) {
        octal = octal && text.ptr[end] < '8';
        value = value * 8 + (size_t)(text.ptr[end] - '0');
    }
    if (octal && end == at + 5 && value <= 0377) {
        struct buf code = buf_new(r->arena, 4);
        utf8_append(&code, (uint32_t)value);
        build_made(r, b, buf_view(&code), reading_span(r, at, end));
    } else {
        build_made(r, b, STR("\\"), reading_span(r, at, at + 2));
        build_own(r, b, at + 2, end);
    }
    return end;
}

/* What the escapes in double quotes become; \$ becomes $$, which the template turns into a dollar. */
static const struct {
    char escape;
    str text;
} ESCAPES[] = {
    {'a', STR_INIT("\a")},
    {'b', STR_INIT("\b")},
    {'f', STR_INIT("\f")},
    {'n', STR_INIT("\n")},
    {'r', STR_INIT("\r")},
    {'t', STR_INIT("\t")},
    {'v', STR_INIT("\v")},
    {'"', STR_INIT("\"")},
    {'\\', STR_INIT("\\")},
    {'$', STR_INIT("$$")},
};

/* Reads the escape at `at` in double quotes and returns where it ends; an unknown one keeps its backslash. */
static size_t double_quote_escape(struct reading *r, struct text_builder *b, size_t at, size_t to)
{
    char escape = r->view.text.ptr[at + 1];
    if (escape == '0')
        return octal_escape(r, b, at, to);
    for (size_t i = 0; i < ARRAY_COUNT(ESCAPES); i++) {
        if (ESCAPES[i].escape == escape) {
            build_made(r, b, ESCAPES[i].text, reading_span(r, at, at + 2));
            return at + 2;
        }
    }
    build_own(r, b, at, at + 2);
    return at + 2;
}

static size_t single_quote_escape(struct reading *r, struct text_builder *b, size_t at)
{
    if (r->view.text.ptr[at + 1] == '\'')
        build_made(r, b, STR("'"), reading_span(r, at, at + 2));
    else
        build_own(r, b, at, at + 2);
    return at + 2;
}

static void unescape(struct reading *r, struct text_builder *b, char quote, size_t from, size_t to)
{
    str text = r->view.text;
    while (from < to) {
        size_t run = str_find_byte(str_slice(text, from, to), '\\');
        size_t next = run == STR_NONE ? to : from + run;
        if (next > from)
            build_own(r, b, from, next);
        if (next < to)
            next = quote == '"' ? double_quote_escape(r, b, next, to) : single_quote_escape(r, b, next);
        from = next;
    }
}

static size_t quoted_value(struct reading *r, struct key key, size_t at)
{
    str text = r->view.text;
    char quote = text.ptr[at];
    bool escaped;
    size_t from = at + 1, to = closing_quote(text, from, quote, &escaped);
    if (to == text.len) {
        reading_refuse(r, at, reading_line_end(r, at), "the quote that opens here is never closed");
        return to;
    }
    bool plain = !escaped && (quote == '\'' || !str_has_byte(str_slice(text, from, to), '$'));
    struct text_builder b = {0};
    if (plain)
        reading_set_own(r, key, from, to);
    else
        unescape(r, &b, quote, from, to);
    if (!plain && quote == '"')
        set_template(r, key, build_text(r, &b), &b.pieces, from, to);
    else if (!plain)
        reading_set(r, key, &b, from, to);
    return to + 1;
}

static void inherit(struct reading *r, struct key key)
{
    if (!reading_inherit(r, key) && !env_get(&r->result->env, key.name))
        reading_drop(r, key.from, key.to, "a name without a value, and the environment has none: left out");
}

/* Reads the statement at `at` and returns where it ends. */
static size_t statement(struct reading *r, size_t at)
{
    str text = r->view.text;
    size_t start = skip_export(r, at), separator;
    if (start == text.len) {
        reading_refuse(r, at, text.len, "`export` without a name");
        return text.len;
    }
    if (!find_separator(r, start, &separator))
        return reading_line_end(r, start);
    struct key key = reading_key(r, start, space_trim_end(text, start, separator, SPACE_WHITE));
    /* Without any separator the reader takes an empty name, and what was to be the name becomes the value. */
    bool unfinished = separator == text.len;
    if (unfinished) {
        reading_warn(r, start, text.len, "no `=` and no line end: an empty name gets this text as its value");
        key = reading_key(r, start, start);
    }
    if (str_has_byte(key.name, ' '))
        reading_refuse(r, key.from, key.to, "a blank in the name");
    if (!unfinished && text.ptr[separator] == '\n') {
        inherit(r, key);
        return separator + 1;
    }
    size_t from = unfinished ? start : space_skip(text, separator + 1, text.len, SPACE_GO_LINE);
    bool quoted = from < text.len && (text.ptr[from] == '"' || text.ptr[from] == '\'');
    return quoted ? quoted_value(r, key, from) : bare_value(r, key, from);
}

void read_compose(struct reading *r)
{
    size_t at = reading_statement(r, 0);
    while (at < r->view.text.len) {
        reading_next(r);
        at = reading_statement(r, statement(r, at));
    }
}
