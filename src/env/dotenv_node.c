/*
 * node: dotenv's parse() (18, unchanged since 16). node-expand reads the same way first.
 */
#include "env/assignment.h"
#include "env/reading.h"

static const struct assignment_rules RULES = {
    .blanks = SPACE_JS,
    .dash_in_key = true,
    .unicode_line_ends = true,
    .quotes = STR_INIT("'\"`"),
};

/* What lies between two assignments is skipped without a word, comments apart. */
static void report_skipped(struct reading *r, size_t from, size_t to)
{
    str text = r->view.text;
    while ((from = space_skip(text, from, to, SPACE_JS)) < to) {
        size_t end = reading_line_end(r, from);
        if (text.ptr[from] != '#')
            reading_drop(r, from, end, "not an assignment: skipped");
        from = end;
    }
}

static bool is_quote(char byte)
{
    return str_has_byte(RULES.quotes, byte);
}

/* The last quote of its kind with a line end or the end of the value after it. */
static size_t last_closing(str text, char quote, size_t from, size_t to)
{
    for (size_t at = to; at > from; at--)
        if (text.ptr[at - 1] == quote && (at == to || assignment_line_end(text, at, &RULES) != STR_NONE))
            return at - 1;
    return STR_NONE;
}

/* Copies [from, to); in double quotes \n and \r are line ends. */
static void unescape(struct reading *r, struct text_builder *b, size_t from, size_t to, bool expands)
{
    str text = r->view.text;
    size_t own = from;
    for (size_t at = from; expands && at + 1 < to; at++) {
        char escape = text.ptr[at + 1];
        if (text.ptr[at] != '\\' || (escape != 'n' && escape != 'r'))
            continue;
        build_own(r, b, own, at);
        build_made(r, b, escape == 'n' ? STR("\n") : STR("\r"), reading_span(r, at, at + 2));
        own = at + 2;
        at++;
    }
    build_own(r, b, own, to);
}

/*
 * The value loses its quotes: /^(['"`])([\s\S]*)\1$/mg. The pattern knows lines, so in a value that holds a
 * line separator it may begin at any of them.
 */
static void strip_quotes(struct reading *r, struct text_builder *b, size_t from, size_t to)
{
    str text = str_take(r->view.text, to);
    bool expands = text.ptr[from] == '"';
    size_t own = from, at = from;
    while (at < to) {
        size_t closing = is_quote(text.ptr[at]) ? last_closing(text, text.ptr[at], at + 1, to) : STR_NONE;
        if (closing != STR_NONE) {
            unescape(r, b, own, at, expands);
            unescape(r, b, at + 1, closing, expands);
            own = at = closing + 1;
            continue;
        }
        while (at < to && assignment_line_end(text, at, &RULES) == STR_NONE)
            at++;
        at = at < to ? assignment_line_end(text, at, &RULES) : to;
    }
    unescape(r, b, own, to, expands);
}

static void set_value(struct reading *r, struct key key, size_t from, size_t to)
{
    str text = str_slice(r->view.text, from, to);
    bool quoted = text.len >= 2 && is_quote(text.ptr[0]) && text.ptr[text.len - 1] == text.ptr[0];
    bool plain = !str_has_any(text, STR("\\\xE2"));
    struct text_builder b = {0};
    if (plain && (quoted || text.len == 0 || !is_quote(text.ptr[0]))) {
        reading_set_own(r, key, from + quoted, to - quoted);
        return;
    }
    strip_quotes(r, &b, from, to);
    reading_set(r, key, &b, from + quoted, to - quoted);
}

void read_node(struct reading *r)
{
    struct assignment a;
    size_t at = 0;
    while (r->result->ok && assignment_next(r->view.text, at, &RULES, &a)) {
        report_skipped(r, at, a.start);
        size_t from = space_skip(r->view.text, a.value_from, a.value_to, SPACE_JS);
        size_t to = space_trim_end(r->view.text, from, a.value_to, SPACE_JS);
        struct key key = reading_key(r, a.key_from, a.key_to);
        /* An object's __proto__ cannot be set to a string. */
        if (str_eq(key.name, STR("__proto__")))
            reading_drop(r, key.from, to, "JavaScript drops a variable of this name");
        else
            set_value(r, key, from, to);
        at = a.end;
    }
    report_skipped(r, at, r->view.text.len);
}
