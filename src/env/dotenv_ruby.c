/*
 * ruby: dotenv 3.2, parser.rb and substitutions.
 *
 * A name that the process has keeps the process's value; all others are read with the line pattern,
 * unquoted, unescaped, and searched for commands and then for variables.
 */
#include "env/assignment.h"
#include "env/reading.h"

static const struct assignment_rules RULES = {
    .blanks = SPACE_ASCII,
    .separator_is_optional = true,
    .quotes = STR_INIT("'\""),
};

#define LINEBREAK_MODE "DOTENV_LINEBREAK_MODE"

static void report_skipped(struct reading *r, size_t from, size_t to)
{
    str text = r->view.text;
    while ((from = space_skip(text, from, to, SPACE_ASCII)) < to) {
        size_t end = reading_line_end(r, from);
        if (text.ptr[from] != '#')
            reading_drop(r, from, end, "not an assignment: skipped");
        from = end;
    }
}

static bool expands_newlines(const struct reading *r)
{
    struct template_value mode = r->scope.get(r->scope.self, STR(LINEBREAK_MODE));
    return str_eq(mode.text, STR("legacy"));
}

/* Length of the run of backslashes at `at` that stands for a kept or made line break: \n, \r, \\n, \\r. */
static size_t newline_escape(str text, size_t at)
{
    for (size_t length = 1; length <= 2 && at + length < text.len; length++) {
        char next = text.ptr[at + length];
        if (next == 'n' || next == 'r')
            return length + 1;
        if (next != '\\')
            break;
    }
    return 0;
}

/*
 * gsub(/\\([^$])/, '\1'), in double quotes after a pass that protects \n and \r (or makes them line ends
 * where the legacy mode is asked for).
 */
static void unescape(struct reading *r, struct text_builder *b, size_t from, size_t to, bool in_quotes)
{
    str text = str_take(r->view.text, to);
    bool legacy = in_quotes && expands_newlines(r);
    size_t own = from;
    for (size_t at = from; at + 1 < to;) {
        size_t newline = in_quotes && text.ptr[at] == '\\' ? newline_escape(text, at) : 0;
        if (text.ptr[at] != '\\' || (!newline && text.ptr[at + 1] == '$')) {
            at++;
            continue;
        }
        build_own(r, b, own, at);
        if (newline && legacy)
            build_made(r, b, text.ptr[at + newline - 1] == 'n' ? STR("\n") : STR("\r"),
                reading_span(r, at, at + newline));
        own = newline && legacy ? at + newline : newline ? at + newline - 2 : at + 1;
        at += newline ? newline : 2;
    }
    build_own(r, b, own, to);
}

/* For each `(` of the text the matching `)`, 0 where its group holds nothing or never ends. */
static size_t *match_parentheses(struct arena *arena, str text)
{
    size_t *closing = arena_array(arena, size_t, text.len + 1);
    size_t *open = arena_array(arena, size_t, text.len + 1);
    size_t depth = 0;
    for (size_t at = 0; at < text.len; at++) {
        if (text.ptr[at] == '(') {
            open[depth++] = at;
        } else if (text.ptr[at] == ')' && depth > 0) {
            size_t start = open[--depth];
            bool is_empty = start + 1 == at;
            closing[start] = is_empty ? 0 : at;
            if (is_empty)
                depth = 0; /* no group around an empty one matches either */
        }
    }
    return closing;
}

/* $(command) runs; \$(command) loses its backslash. False: the file is refused. */
static bool find_commands(struct reading *r, struct key key, struct stretch *s, struct text_builder *b)
{
    str text = s->text;
    size_t *closing = str_contains(text, STR("$(")) ? match_parentheses(r->arena, text) : NULL;
    size_t own = 0;
    for (size_t at = 0; closing && at + 1 < text.len; at++) {
        if (text.ptr[at] != '$' || text.ptr[at + 1] != '(' || !closing[at + 1])
            continue;
        if (at == 0 || text.ptr[at - 1] != '\\' || at - 1 < own) {
            reading_refuse_code(r, key.from, key.to, "the value holds $(…), which dotenv runs as a command");
            return false;
        }
        build_again(r, b, s, own, at - 1);
        own = at;
        at = closing[at + 1];
    }
    build_again(r, b, s, own, text.len);
    return true;
}

/* KEY is [from, to), which no quotes surround any more; `quote` is what they were. */
static void set_value(struct reading *r, struct key key, char quote, size_t from, size_t to)
{
    if (quote == '\'' || !str_has_any(str_slice(r->view.text, from, to), STR("\\$"))) {
        reading_set_own(r, key, from, to);
        return;
    }
    struct text_builder unescaped = {0}, commands = {0}, expanded = {0};
    unescape(r, &unescaped, from, to, quote == '"');
    struct stretch s = stretch_built(r, &unescaped);
    if (!find_commands(r, key, &s, &commands))
        return;
    s = stretch_built(r, &commands);
    build_dollars(r, &expanded, &s, (struct dollar_rules){0});
    reading_set(r, key, &expanded, from, to);
}

static void set(struct reading *r, const struct assignment *a)
{
    struct key key = reading_key(r, a->key_from, a->key_to);
    bool keeps_process = !str_eq(key.name, STR(LINEBREAK_MODE)) && reading_inherit(r, key);
    if (keeps_process)
        return;
    if (a->exported && !a->has_value) {
        if (!env_get(&r->result->env, key.name))
            reading_refuse(r, key.from, key.to, "`export` of a variable that has no value");
        return;
    }
    str text = r->view.text;
    size_t from = space_skip(text, a->value_from, a->value_to, SPACE_RUBY);
    size_t to = space_trim_end(text, from, a->value_to, SPACE_RUBY);
    char quote = from < to ? text.ptr[from] : 0;
    bool quoted = (quote == '\'' || quote == '"') && to - from >= 2 && text.ptr[to - 1] == quote;
    set_value(r, key, quoted ? quote : 0, from + quoted, to - quoted);
}

void read_ruby(struct reading *r)
{
    struct assignment a;
    size_t at = 0;
    while (r->result->ok && assignment_next(r->view.text, at, &RULES, &a)) {
        report_skipped(r, at, a.start);
        set(r, &a);
        at = a.end;
    }
    report_skipped(r, at, r->view.text.len);
}
