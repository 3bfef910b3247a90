/*
 * go: godotenv 1.5.1, parser.go. The ancestor of Compose's reader, with its own names, comments and escapes.
 */
#include "env/reading.h"

#include "base/utf8.h"

static size_t skip_export(str text, size_t at)
{
    if (!str_starts(str_skip(text, at), STR("export")))
        return at;
    size_t end = space_skip(text, at + 6, text.len, SPACE_GO_LINE);
    return end > at + 6 ? end : at;
}

/* The `=` or `:` that ends the name; the end of the text where there is none. False: refused. */
static bool find_separator(struct reading *r, size_t at, size_t *ret_at)
{
    str text = r->view.text;
    while (at < text.len && text.ptr[at] != '=' && text.ptr[at] != ':') {
        /* The reader looks at bytes as if they were code points, so names are Latin-1. */
        unsigned char byte = (unsigned char)text.ptr[at];
        bool is_blank = byte != '\n' && (byte == 0x85 || byte == 0xA0 || byte_is_blank((char)byte));
        if (!is_blank && byte != '_' && byte != '.' && !letter_is_letter_or_number(byte)) {
            reading_refuse(
                r, at, at + 1, "a character that no name may hold, or a line that is no assignment");
            return false;
        }
        at++;
    }
    *ret_at = at;
    return true;
}

static void set_expanded(struct reading *r, struct key key, struct stretch *s, size_t from, size_t to)
{
    struct text_builder b = {0};
    build_dollars(r, &b, s, (struct dollar_rules){.takes_parenthesis = true, .upper_case_only = true});
    reading_set(r, key, &b, from, to);
}

/* Every byte that is no UTF-8 becomes U+FFFD when the line goes through []rune. */
static struct stretch replace_bad_utf8(struct reading *r, size_t from, size_t to)
{
    struct text_builder b = {0};
    while (from < to) {
        size_t bad = utf8_first_invalid(str_slice(r->view.text, from, to));
        size_t end = bad == STR_NONE ? to : from + bad;
        build_own(r, &b, from, end);
        if (end < to)
            build_made(r, &b, STR("\xEF\xBF\xBD"), reading_span(r, end, end + 1));
        from = end < to ? end + 1 : end;
    }
    return stretch_built(r, &b);
}

/* Where a bare value ends: before the last `#` with a blank before it. */
static size_t bare_end(str text, size_t from, size_t to)
{
    for (size_t at = to; at > from + 1; at--) {
        size_t hash = at - 1;
        if (text.ptr[hash] == '#' && space_trim_end(text, from, hash, SPACE_GO_LINE) < hash)
            return hash;
    }
    return to;
}

static size_t bare_value(struct reading *r, struct key key, size_t from)
{
    str text = r->view.text;
    size_t length = str_find_any(str_skip(text, from), STR("\r\n"));
    size_t line_end = length == STR_NONE ? text.len : from + length;
    size_t to = space_trim_end(text, from, bare_end(text, from, line_end), SPACE_GO_LINE);
    str own = str_slice(text, from, to);
    bool is_valid = utf8_valid(own);
    if (is_valid && !str_has_byte(own, '$')) {
        reading_set_own(r, key, from, to);
        return line_end;
    }
    struct stretch s = is_valid ? stretch_own(r, from, to) : replace_bad_utf8(r, from, to);
    set_expanded(r, key, &s, from, to);
    return line_end;
}

/* In double quotes \n and \r are line ends, any other escape but \$ loses its backslash. */
static struct stretch unescape(struct reading *r, size_t from, size_t to)
{
    str text = r->view.text;
    struct text_builder b = {0};
    size_t own = from;
    for (size_t at = from; at + 1 < to;) {
        char escape = text.ptr[at + 1];
        if (text.ptr[at] != '\\' || escape == '$') {
            at += text.ptr[at] == '\\' ? 2 : 1;
            continue;
        }
        build_own(r, &b, own, at);
        bool is_newline = escape == 'n' || escape == 'r';
        if (is_newline)
            build_made(r, &b, escape == 'n' ? STR("\n") : STR("\r"), reading_span(r, at, at + 2));
        own = is_newline ? at + 2 : at + 1;
        at += 2;
    }
    build_own(r, &b, own, to);
    return stretch_built(r, &b);
}

/* The first quote after `at` without a backslash before it, or STR_NONE. */
static size_t closing_quote(str text, size_t at)
{
    char quote = text.ptr[at];
    for (at++;; at++) {
        size_t run = str_find_byte(str_skip(text, at), quote);
        if (run == STR_NONE)
            return STR_NONE;
        at += run;
        if (text.ptr[at - 1] != '\\')
            return at;
    }
}

static size_t quoted_value(struct reading *r, struct key key, size_t open)
{
    str text = r->view.text;
    char quote = text.ptr[open];
    size_t closing = closing_quote(text, open);
    if (closing == STR_NONE) {
        reading_refuse(r, open, reading_line_end(r, open), "the quote that opens here is never closed");
        return text.len;
    }
    /* All quotes at both ends are trimmed, escaped ones too. */
    size_t from = open, to = closing;
    while (to > from && text.ptr[to - 1] == quote)
        to--;
    while (from < to && text.ptr[from] == quote)
        from++;
    str own = str_slice(text, from, to);
    if (quote == '\'' || !str_has_any(own, STR("\\$"))) {
        reading_set_own(r, key, from, to);
    } else {
        struct stretch s = unescape(r, from, to);
        set_expanded(r, key, &s, from, to);
    }
    return closing + 1;
}

static size_t statement(struct reading *r, size_t at)
{
    str text = r->view.text;
    size_t start = skip_export(text, at), separator;
    if (start == text.len) {
        reading_refuse(r, at, text.len, "`export` without a name");
        return text.len;
    }
    if (!find_separator(r, start, &separator))
        return reading_line_end(r, start);
    struct key key = reading_key(r, start, space_trim_end(text, start, separator, SPACE_WHITE));
    size_t from = separator + 1;
    if (separator == text.len) {
        reading_warn(r, start, text.len, "no `=`: an empty name gets this text as its value");
        key = reading_key(r, start, start);
        from = start;
    }
    from = space_skip(text, from, text.len, SPACE_GO_LINE);
    bool quoted = from < text.len && (text.ptr[from] == '"' || text.ptr[from] == '\'');
    return quoted ? quoted_value(r, key, from) : bare_value(r, key, from);
}

void read_go(struct reading *r)
{
    size_t at = reading_statement(r, 0);
    while (at < r->view.text.len) {
        reading_next(r);
        at = reading_statement(r, statement(r, at));
    }
}
