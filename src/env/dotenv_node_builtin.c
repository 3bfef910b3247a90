/*
 * node-builtin: `node --env-file`, src/node_dotenv.cc of Node.js 20.20.
 *
 * Everything up to the next `=` is a name, line feeds included, and only spaces are trimmed.
 */
#include "env/reading.h"

static size_t skip_spaces(str text, size_t at)
{
    while (at < text.len && text.ptr[at] == ' ')
        at++;
    return at;
}

static size_t trim_spaces(str text, size_t from, size_t to)
{
    while (to > from && text.ptr[to - 1] == ' ')
        to--;
    return to;
}

static size_t find(str text, char byte, size_t at)
{
    size_t run = str_find_byte(str_skip(text, at), byte);
    return run == STR_NONE ? STR_NONE : at + run;
}

/* The start of the line after `at`, or the end. */
static size_t next_line(str text, size_t at)
{
    size_t end = find(text, '\n', at);
    return end == STR_NONE ? text.len : end + 1;
}

static struct key read_key(struct reading *r, size_t from, size_t equals)
{
    str text = r->view.text;
    size_t start = from;
    from = skip_spaces(text, from);
    /* A name of nothing but spaces: trimming runs over its start, and the line feed before it remains. */
    if (from == equals && start > 0 && equals > start)
        return reading_key(r, start - 1, start);
    struct key key = reading_key(r, from, trim_spaces(text, from, equals));
    if (str_starts(key.name, STR("export ")))
        key = reading_key(r, key.from + 7, key.to);
    if (str_has_byte(key.name, '\n'))
        reading_warn(r, key.from, key.to, "lines without `=` become part of the next name");
    return key;
}

/* In double quotes the two characters \n become a line feed. */
static void set_quoted(struct reading *r, struct key key, size_t from, size_t to, bool expands)
{
    str text = str_slice(r->view.text, from, to);
    if (!expands || !str_contains(text, STR("\\n"))) {
        reading_set_own(r, key, from, to);
        return;
    }
    struct text_builder b = {0};
    for (size_t at = 0; at < text.len;) {
        size_t run = str_find(str_skip(text, at), STR("\\n"));
        size_t end = run == STR_NONE ? text.len : at + run;
        build_own(r, &b, from + at, from + end);
        if (end < text.len)
            build_made(r, &b, STR("\n"), reading_span(r, from + end, from + end + 2));
        at = end < text.len ? end + 2 : end;
    }
    reading_set(r, key, &b, from, to);
}

static size_t bare_value(struct reading *r, struct key key, str text, size_t at)
{
    size_t end = find(text, '\n', at);
    size_t to = end == STR_NONE ? text.len : end;
    size_t comment = find(str_take(text, to), '#', at);
    to = comment == STR_NONE ? to : comment;
    reading_set_own(r, key, at, trim_spaces(text, at, to));
    return next_line(text, at);
}

/* Reads the value at `at`, which is no space, and returns where reading goes on. */
static size_t read_value(struct reading *r, struct key key, str text, size_t at)
{
    char quote = text.ptr[at];
    if (quote != '"' && quote != '\'' && quote != '`')
        return bare_value(r, key, text, at);
    size_t closing = find(text, quote, at + 1);
    if (closing != STR_NONE) {
        set_quoted(r, key, at + 1, closing, quote == '"');
        return next_line(text, closing + 1);
    }
    size_t end = find(text, '\n', at);
    if (end == STR_NONE) {
        reading_drop(r, key.from, text.len, "the quote is never closed and the file ends: dropped");
        return at; /* what the quote opens is read as a name again */
    }
    reading_set_own(r, key, at, end);
    return end + 1;
}

/* A line of blanks, or one without `=`: newer releases go on behind it. */
static bool is_bare_line(str text, size_t at)
{
    size_t end = find(text, '\n', at), equals = find(text, '=', at);
    return equals == STR_NONE || (end != STR_NONE && end < equals);
}

/* Reads the entry at `at` and returns where the next one begins. `next_equals` only ever rises. */
static size_t entry(struct reading *r, str text, size_t at, size_t *next_equals)
{
    /* A comment that no line feed ends is no comment. */
    bool is_skipped = text.ptr[at] == '\n' || text.ptr[at] == '#';
    if (is_skipped && find(text, '\n', at) != STR_NONE)
        return next_line(text, at);
    if (r->dialect->skips_bare_lines && is_bare_line(text, at))
        return next_line(text, at);
    if (*next_equals < at)
        *next_equals = find(text, '=', at);
    if (*next_equals == STR_NONE) {
        reading_drop(r, at, reading_line_end(r, at), "there is no `=` from here on: dropped");
        return next_line(text, at);
    }
    struct key key = read_key(r, at, *next_equals);
    if (key.name.len == 0 && key.from == *next_equals) {
        reading_drop(r, at, text.len, "no name before `=`: reading stops, the rest of the file is dropped");
        return text.len;
    }
    size_t value = skip_spaces(text, *next_equals + 1);
    if (value < text.len)
        return read_value(r, key, text, value);
    reading_set_own(r, key, value, value);
    return text.len;
}

void read_node_builtin(struct reading *r)
{
    str text = str_take(r->view.text, trim_spaces(r->view.text, 0, r->view.text.len));
    size_t at = skip_spaces(text, 0), next_equals = 0;
    if (at < text.len)
        next_equals = find(text, '=', at);
    while (r->result->ok && at < text.len)
        at = entry(r, text, at, &next_equals);
}
