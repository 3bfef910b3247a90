#include "settings/lines.h"

#include "text/cursor.h"

static bool has_slash_comments(enum setting_language language)
{
    return language == LANGUAGE_JAVASCRIPT;
}

/* Past a string, a comment or a single byte at `at`. */
static size_t skip_token(enum setting_language language, str text, size_t at)
{
    str rest = str_skip(text, at);
    char byte = text.ptr[at];
    bool is_comment = has_slash_comments(language) ? str_starts(rest, STR("//")) : byte == '#';
    if (is_comment) {
        size_t end = str_find_byte(rest, '\n');
        return end == STR_NONE ? text.len : at + end;
    }
    if (has_slash_comments(language) && str_starts(rest, STR("/*"))) {
        size_t end = str_find(str_skip(rest, 2), STR("*/"));
        return end == STR_NONE ? text.len : at + 2 + end + 2;
    }
    str triple = str_take(rest, 3);
    if (language == LANGUAGE_PYTHON && (str_eq(triple, STR("\"\"\"")) || str_eq(triple, STR("'''")))) {
        size_t end = str_find(str_skip(rest, 3), triple);
        return end == STR_NONE ? text.len : at + 3 + end + 3;
    }
    bool is_quote = byte == '"' || byte == '\'' || (byte == '`' && has_slash_comments(language));
    if (!is_quote)
        return at + 1;
    for (at++; at < text.len && text.ptr[at] != byte && text.ptr[at] != '\n'; at++)
        at += text.ptr[at] == '\\' && at + 1 < text.len;
    return at < text.len ? at + 1 : at;
}

/* One statement: its line, and those that open brackets go on in. */
struct statement {
    str text;
    bool is_indented;
};

static bool next_statement(
    enum setting_language language, str file, size_t *at, struct statement *ret_statement)
{
    while (*at < file.len && (file.ptr[*at] == '\n' || file.ptr[*at] == '\r'))
        ++*at;
    if (*at >= file.len)
        return false;
    size_t from = *at, depth = 0;
    ret_statement->is_indented = byte_is_blank(file.ptr[from]);
    while (*at < file.len && (depth > 0 || file.ptr[*at] != '\n')) {
        char byte = file.ptr[*at];
        depth += byte == '(' || byte == '[' || byte == '{';
        if (depth > 0)
            depth -= byte == ')' || byte == ']' || byte == '}';
        *at = skip_token(language, file, *at);
    }
    ret_statement->text = str_trim(str_slice(file, from, *at));
    return true;
}

/* `NAME = `, `NAME: int = `; the value. False: it is another statement. */
static bool assigns(str statement, str name, str *ret_value)
{
    if (!str_starts(statement, name))
        return false;
    str rest = str_trim_start(str_skip(statement, name.len));
    if (str_starts(rest, STR(":"))) {
        struct str_cut cut = str_cut_byte(rest, '=');
        rest = cut.found ? str_skip(rest, cut.head.len) : STR("");
    }
    if (!str_starts(rest, STR("=")) || str_starts(rest, STR("==")))
        return false;
    *ret_value = str_trim_start(str_skip(rest, 1));
    return true;
}

/* What a statement changes in another way: `NAME += 1`, `NAME ||= 2`. */
static bool alters(str statement, str name)
{
    str rest = str_starts(statement, name) ? str_trim_start(str_skip(statement, name.len)) : STR("");
    size_t sign = str_find_byte(rest, '=');
    return sign != STR_NONE && sign > 0 && sign <= 2 && str_has_any(str_take(rest, sign), STR("+-*/|&"));
}

/* Whether what is indented below belongs to a body that runs when it is called. */
static bool opens_function(str statement)
{
    return str_starts(statement, STR("def ")) || str_starts(statement, STR("async def ")) ||
           str_starts(statement, STR("class "));
}

struct setting_hit line_assignment(enum setting_language language, str file, str name)
{
    struct setting_hit hit = {0};
    struct statement statement;
    bool in_function = false;
    for (size_t at = 0; next_statement(language, file, &at, &statement);) {
        str value;
        if (!statement.is_indented)
            in_function = opens_function(statement.text);
        bool is_set = assigns(statement.text, name, &value);
        if (!statement.is_indented && is_set)
            hit = (struct setting_hit){HIT_ONE, value};
        else if (!in_function && (is_set || alters(statement.text, name)))
            hit = (struct setting_hit){HIT_UNCLEAR, statement.text};
    }
    return hit;
}

struct setting_hit line_call(str file, str name)
{
    struct setting_hit hit = {0};
    struct statement statement;
    bool in_function = false;
    for (size_t at = 0; next_statement(LANGUAGE_RUBY, file, &at, &statement);) {
        str rest = str_starts(statement.text, name) ? str_skip(statement.text, name.len) : STR("");
        if (!statement.is_indented)
            in_function = opens_function(statement.text);
        bool is_call = rest.len && (byte_is_blank(rest.ptr[0]) || rest.ptr[0] == '(');
        rest = str_trim_start(rest);
        if (!is_call || str_starts(rest, STR("=")) || in_function)
            continue;
        bool is_bracketed = str_starts(rest, STR("(")) && str_ends(rest, STR(")"));
        hit = (struct setting_hit){statement.is_indented ? HIT_UNCLEAR : HIT_ONE,
            is_bracketed ? str_slice(rest, 1, rest.len - 1) : rest};
    }
    return hit;
}

static bool is_whole_word(str text, size_t from, size_t to)
{
    return (from == 0 || !byte_is_name(text.ptr[from - 1])) &&
           (to >= text.len || !byte_is_name(text.ptr[to]));
}

struct setting_hit line_member(
    enum setting_language language, str file, str name, size_t from, size_t *ret_next)
{
    for (size_t at = from; at < file.len;) {
        str rest = str_skip(file, at);
        bool is_quoted = rest.ptr[0] == '"' || rest.ptr[0] == '\'';
        str word = str_skip(rest, is_quoted);
        if (!str_starts(word, name) || !is_whole_word(file, at + is_quoted, at + is_quoted + name.len)) {
            at = skip_token(language, file, at);
            continue;
        }
        str after = str_skip(word, name.len);
        if (is_quoted && after.len)
            after = str_skip(after, 1);
        after = str_trim_start(after);
        at = (size_t)(after.ptr - file.ptr);
        if (!str_starts(after, STR(":")) || str_starts(after, STR("::")))
            continue;
        size_t end = str_find_byte(after, '\n');
        *ret_next = end == STR_NONE ? file.len : at + end;
        /* Another member may follow in the same line. */
        size_t comma = str_find_byte(str_take(after, *ret_next - at), ',');
        if (comma != STR_NONE)
            *ret_next = at + comma;
        return (struct setting_hit){
            HIT_ONE, str_trim(str_slice(after, 1, end == STR_NONE ? after.len : end))};
    }
    *ret_next = file.len;
    return (struct setting_hit){0};
}
