#include "env/assignment.h"

size_t assignment_line_end(str text, size_t at, const struct assignment_rules *rules)
{
    if (text.ptr[at] == '\n')
        return at + 1;
    bool is_separator = rules->unicode_line_ends && text.ptr[at] == '\xE2' && at + 2 < text.len &&
                        text.ptr[at + 1] == '\x80' &&
                        (text.ptr[at + 2] == '\xA8' || text.ptr[at + 2] == '\xA9');
    return is_separator ? at + 3 : STR_NONE;
}

/* The start of the next line at or after `at`, or the end of the text. */
static size_t next_line(str text, size_t at, const struct assignment_rules *rules)
{
    for (; at < text.len; at++) {
        if (text.ptr[at] != '\n' && text.ptr[at] != '\xE2')
            continue;
        size_t after = assignment_line_end(text, at, rules);
        if (after != STR_NONE)
            return after;
    }
    return text.len;
}

/* Skips blanks that end no line, then tells whether the line may end here: end, line end or comment. */
static bool may_finish(str text, size_t at, const struct assignment_rules *rules)
{
    while (at < text.len && assignment_line_end(text, at, rules) == STR_NONE) {
        size_t length = space_at(text, at, rules->blanks);
        if (length == 0)
            return text.ptr[at] == '#';
        at += length;
    }
    return true;
}

static size_t key_end(str text, size_t at, const struct assignment_rules *rules)
{
    while (at < text.len &&
           (byte_is_name(text.ptr[at]) || text.ptr[at] == '.' || (text.ptr[at] == '-' && rules->dash_in_key)))
        at++;
    return at;
}

/*
 * The closing quote of (?:\\'|[^'])* with the rest of the line agreeing: the first quote without a backslash
 * before it, else, going back, the last escaped one after which the line may end.
 */
static size_t closing_quote(str text, size_t at, const struct assignment_rules *rules)
{
    char quote = text.ptr[at];
    size_t open = at, fallback = STR_NONE;
    for (at++;; at++) {
        size_t run = str_find_byte(str_skip(text, at), quote);
        if (run == STR_NONE)
            return fallback;
        at += run;
        bool fits = may_finish(text, at + 1, rules);
        bool is_escaped = at > open + 1 && text.ptr[at - 1] == '\\';
        if (!is_escaped)
            return fits ? at : fallback;
        if (fits)
            fallback = at;
    }
}

/* Reads the value at `from`, which always matches: quoted, or up to `#` or the line feed, or nothing. */
static void read_value(str text, size_t from, const struct assignment_rules *rules, struct assignment *a)
{
    size_t open = space_skip(text, from, text.len, rules->blanks);
    size_t closing = STR_NONE;
    if (open < text.len && str_has_byte(rules->quotes, text.ptr[open]))
        closing = closing_quote(text, open, rules);
    size_t to;
    if (closing != STR_NONE) {
        to = closing + 1;
    } else {
        size_t length = str_find_any(str_skip(text, from), STR("#\n"));
        to = length == STR_NONE ? text.len : from + length;
    }
    a->has_value = to > from;
    a->value_from = from;
    a->value_to = to;
}

/* `\s*=` or `:` and one blank at `at`; where the value begins, or STR_NONE. */
static size_t separator_end(str text, size_t at, const struct assignment_rules *rules)
{
    if (at < text.len && text.ptr[at] == ':') {
        size_t length = at + 1 < text.len ? space_at(text, at + 1, rules->blanks) : 0;
        return length ? at + 1 + length : STR_NONE;
    }
    at = space_skip(text, at, text.len, rules->blanks);
    return at < text.len && text.ptr[at] == '=' ? at + 1 : STR_NONE;
}

/* Tries the pattern from the key on. */
static bool match_key(str text, size_t at, const struct assignment_rules *rules, struct assignment *a)
{
    a->key_from = at;
    a->key_to = key_end(text, at, rules);
    if (a->key_to == at)
        return false;
    size_t value = separator_end(text, a->key_to, rules);
    a->has_separator = value != STR_NONE;
    a->has_value = false;
    a->value_from = a->value_to = a->key_to;
    if (a->has_separator)
        read_value(text, value, rules, a);
    else if (!rules->separator_is_optional || !may_finish(text, a->key_to, rules))
        return false;
    return true;
}

static bool match_at(str text, size_t at, const struct assignment_rules *rules, struct assignment *a)
{
    if (str_starts(str_skip(text, at), STR("export"))) {
        size_t key = space_skip(text, at + 6, text.len, rules->blanks);
        a->exported = true;
        if (key > at + 6 && match_key(text, key, rules, a))
            return true;
    }
    a->exported = false;
    return match_key(text, at, rules, a);
}

bool assignment_next(str text, size_t at, const struct assignment_rules *rules, struct assignment *ret)
{
    while (at < text.len) {
        at = space_skip(text, at, text.len, rules->blanks);
        *ret = (struct assignment){.start = at};
        if (at == text.len)
            return false;
        if (match_at(text, at, rules, ret)) {
            /* Blanks over any number of lines and one comment belong to the match. */
            size_t end = ret->has_value ? ret->value_to : ret->value_from;
            size_t next = space_skip(text, end, text.len, rules->blanks);
            ret->end = next < text.len && text.ptr[next] == '#' ? next_line(text, next, rules) : next;
            return true;
        }
        at = next_line(text, at, rules);
    }
    return false;
}
