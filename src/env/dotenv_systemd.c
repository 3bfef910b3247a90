/*
 * systemd: EnvironmentFile=, src/basic/env-file.c of 252 with the clean-up of names in exec.
 *
 * A value is a run of quoted parts, then a bare one that takes everything to the end of the line.
 */
#include "env/reading.h"

static bool is_newline(char byte)
{
    return byte == '\n' || byte == '\r';
}

static bool is_whitespace(char byte)
{
    return byte == ' ' || byte == '\t' || is_newline(byte);
}

/* A comment at `at`: up to the line end, but until v254 any byte after a backslash belongs to it. */
static size_t skip_comment(const struct reading *r, str text, size_t at)
{
    while (at < text.len && !is_newline(text.ptr[at]))
        at += text.ptr[at] == '\\' && !r->dialect->ends_comments ? 2 : 1;
    return at < text.len ? at : text.len;
}

/* systemd's unichar_is_valid() also refuses noncharacters. */
static bool is_valid_utf8(str text)
{
    while (text.len) {
        size_t length;
        uint32_t code = utf8_decode(text, &length);
        if (code == UTF8_INVALID || (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF))
            return false;
        text = str_skip(text, length);
    }
    return true;
}

/* A value on its way: the parts in `b`, and where it lies in the file. */
struct systemd_value {
    struct text_builder b;
    size_t from, to;
};

static void add_own(struct reading *r, struct systemd_value *v, size_t from, size_t to)
{
    if (v->from == v->to)
        v->from = from;
    v->to = to;
    build_own(r, &v->b, from, to);
}

static size_t single_quoted(struct reading *r, struct systemd_value *v, size_t at)
{
    str text = r->view.text;
    size_t length = str_find_byte(str_skip(text, at + 1), '\'');
    size_t end = length == STR_NONE ? text.len : at + 1 + length;
    add_own(r, v, at + 1, end);
    return end < text.len ? end + 1 : end;
}

/* Backslash goes before " \ ` $ and with a line feed; before all else it stays. */
static size_t double_quoted(struct reading *r, struct systemd_value *v, size_t at)
{
    str text = r->view.text;
    size_t own = ++at;
    while (at < text.len && text.ptr[at] != '"') {
        if (text.ptr[at] != '\\') {
            at++;
            continue;
        }
        bool is_last = at + 1 == text.len;
        bool is_dropped = is_last || str_has_byte(STR("\"\\`$\n"), text.ptr[at + 1]);
        if (is_dropped) {
            add_own(r, v, own, at);
            own = is_last || text.ptr[at + 1] == '\n' ? at + 2 : at + 1;
        }
        at += 2;
    }
    at = at < text.len ? at : text.len;
    add_own(r, v, own < at ? own : at, at);
    return at < text.len ? at + 1 : at;
}

/* The bare part at `at`: backslashes vanish, with a line end after them too; blanks at the end are cut. */
static size_t bare(struct reading *r, struct systemd_value *v, size_t at)
{
    str text = r->view.text;
    size_t own = at, kept = at; /* bytes from `kept` to `at` are blanks so far */
    while (at < text.len && !is_newline(text.ptr[at])) {
        if (text.ptr[at] == '\\') {
            add_own(r, v, own, at);
            bool joins = at + 1 < text.len && is_newline(text.ptr[at + 1]);
            own = joins || at + 1 == text.len ? at + 2 : at + 1;
            kept = at += 2;
            continue;
        }
        at++;
        if (!is_whitespace(text.ptr[at - 1]))
            kept = at;
    }
    at = at < text.len ? at : text.len;
    kept = kept < at ? kept : at;
    add_own(r, v, own < kept ? own : kept, kept);
    return at;
}

static size_t read_value(struct reading *r, struct systemd_value *v, size_t at)
{
    str text = r->view.text;
    while (at < text.len && !is_newline(text.ptr[at])) {
        if (text.ptr[at] == '\'')
            at = single_quoted(r, v, at);
        else if (text.ptr[at] == '"')
            at = double_quoted(r, v, at);
        else if (is_whitespace(text.ptr[at]))
            at++;
        else
            return bare(r, v, at);
    }
    return at;
}

/* Reads the entry at `at`, which is no whitespace, and returns where it ends. */
static size_t entry(struct reading *r, size_t at)
{
    str text = r->view.text;
    if (text.ptr[at] == '#' || text.ptr[at] == ';')
        return skip_comment(r, text, at);
    size_t from = at++;
    while (at < text.len && text.ptr[at] != '=' && !is_newline(text.ptr[at]))
        at++;
    if (at == text.len || text.ptr[at] != '=') {
        reading_drop(r, from, at, "no `=` on this line: dropped");
        return at;
    }
    size_t to = at;
    while (to > from && is_whitespace(text.ptr[to - 1]))
        to--;
    struct systemd_value value = {.from = at + 1, .to = at + 1};
    size_t end = read_value(r, &value, at + 1);
    struct key key = reading_key(r, from, to);
    if (!is_valid_utf8(key.name) || !is_valid_utf8(build_text(r, &value.b)))
        reading_refuse(r, key.from, value.to > key.to ? value.to : key.to,
            "bytes that are no UTF-8: the file is refused");
    else if (!str_is_name(key.name))
        reading_drop(r, key.from, key.to, "not a name that systemd takes: letters, digits and `_`; dropped");
    else
        reading_set(r, key, &value.b, value.from, value.to);
    return end;
}

void read_systemd(struct reading *r)
{
    str text = r->view.text;
    size_t nul = str_find_byte(text, '\0');
    if (nul != STR_NONE)
        reading_refuse(r, nul, nul + 1, "a NUL byte: the file is refused");
    for (size_t at = 0; r->result->ok && at < text.len;) {
        if (is_whitespace(text.ptr[at]))
            at++;
        else
            at = entry(r, at);
    }
}
