/*
 * docker, podman and kubectl: a line is NAME=VALUE, and every byte after `=` is the value.
 *
 * Follows docker/cli pkg/kvfile, podman pkg/env and kubectl pkg/cmd/util/env_file.go, which all read with
 * Go's bufio.Scanner. They differ in the bytes that they take, in names, and in what a name alone means.
 */
#include "env/reading.h"

#include "base/utf8.h"

/* bufio.MaxScanTokenSize: a line must fit in it together with its line feed. */
#define LINE_BYTES_MAX (64 * 1024 - 1)

/* One line without its end. */
struct line {
    size_t from, to;
};

static str line_text(const struct reading *r, struct line line)
{
    return str_slice(r->view.text, line.from, line.to);
}

/* docker and kubectl: valid UTF-8, the byte order mark of the first line and blanks at the start go. */
static bool trim_utf8_line(struct reading *r, struct line *line)
{
    size_t bad = utf8_first_invalid(line_text(r, *line));
    if (bad != STR_NONE) {
        reading_refuse(r, line->from + bad, line->from + bad + 1,
            "a byte that is no UTF-8: the reader refuses the file");
        return false;
    }
    if (line->from == 0 && str_starts(line_text(r, *line), STR("\xEF\xBB\xBF")))
        line->from += 3;
    line->from = space_skip(r->view.text, line->from, line->to, SPACE_WHITE);
    return true;
}

static bool trim_podman_line(struct reading *r, struct line *line)
{
    while (line->from < line->to && str_has_byte(STR(" \t"), r->view.text.ptr[line->from]))
        line->from++;
    return true;
}

#define KUBECTL_NAME_MAX 253

/* apimachinery validation.IsEnvVarName and, for the map that it goes into, IsConfigMapKey. */
static bool is_kubectl_name(str name)
{
    if (name.len == 0 || name.len > KUBECTL_NAME_MAX || byte_is_digit(name.ptr[0]))
        return false;
    return str_is_all(name, byte_is_key) && !str_eq(name, STR(".")) && !str_starts(name, STR(".."));
}

/* False: a name that the reader refuses, which was told. */
static bool check_name(struct reading *r, struct key key, struct line line)
{
    bool is_kubectl = r->dialect->id == DIALECT_KUBECTL;
    if (is_kubectl && !is_kubectl_name(key.name))
        reading_refuse(r, key.from, key.to, "not a name: letters, digits, `_`, `-` and `.`, no digit first");
    else if (is_kubectl && env_get(&r->result->env, key.name))
        reading_refuse(r, key.from, key.to, "the name is set twice");
    else if (key.name.len == 0)
        reading_refuse(r, line.from, line.to, "there is no name before `=`");
    else if (r->dialect->id == DIALECT_DOCKER && str_has_any(key.name, STR(" \t")))
        reading_refuse(
            r, key.from, key.to, "a blank in the name: docker takes everything before `=` as the name");
    else
        return true;
    return false;
}

/* NAME*, podman's alone: what it passes on depends on the process, so it is also said. */
static void inherit_prefix(struct reading *r, struct key key)
{
    key.name.len--;
    reading_inherit_all(r, key);
    reading_warn(r, key.from, key.to, "every variable of the process whose name begins so is passed on");
}

static void read_line(struct reading *r, struct line line)
{
    bool is_comment = line.from == line.to || r->view.text.ptr[line.from] == '#';
    size_t length = str_find_byte(line_text(r, line), '=');
    size_t equals = length == STR_NONE ? line.to : line.from + length;
    struct key key = reading_key(r, line.from, equals);
    if (is_comment || !check_name(r, key, line))
        return;
    if (equals < line.to)
        reading_set_own(r, key, equals + 1, line.to);
    else if (r->dialect->id == DIALECT_PODMAN && str_ends(key.name, STR("*")))
        inherit_prefix(r, key);
    else if (!reading_inherit(r, key) && r->dialect->id == DIALECT_KUBECTL)
        reading_set_own(r, key, line.to, line.to);
    else if (!reading_outer(r, key.name).found)
        reading_drop(
            r, key.from, key.to, "a name without a value, and the process environment has none: left out");
}

/* All lines; false at the first that is too long for the scanner, which is *ret_line then. */
static bool read_lines(
    struct reading *r, bool (*trim)(struct reading *r, struct line *line), struct line *ret_line)
{
    for (size_t at = 0; at < r->view.text.len; at = ret_line->to + 1) {
        *ret_line = (struct line){at, reading_line_end(r, at)};
        if (ret_line->to - at > LINE_BYTES_MAX)
            return false;
        reading_next(r);
        struct line line = *ret_line;
        if (line.to > line.from && r->view.text.ptr[line.to - 1] == '\r')
            line.to--;
        if (trim(r, &line))
            read_line(r, line);
    }
    return true;
}

static void read_or_refuse(struct reading *r, bool (*trim)(struct reading *r, struct line *line))
{
    struct line line;
    if (!read_lines(r, trim, &line))
        reading_refuse(r, line.from, line.to, "a line of 64 KiB or more: the reader refuses the file");
}

void read_docker(struct reading *r)
{
    read_or_refuse(r, trim_utf8_line);
}

void read_podman(struct reading *r)
{
    read_or_refuse(r, trim_podman_line);
}

/* kubectl never asks its scanner for the error. */
void read_kubectl(struct reading *r)
{
    struct line line;
    if (!read_lines(r, trim_utf8_line, &line))
        reading_drop(
            r, line.from, r->view.text.len, "a line of 64 KiB or more: it and all that follow are dropped");
}
