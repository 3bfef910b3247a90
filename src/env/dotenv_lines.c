/*
 * docker, podman and kubectl: a line is NAME=VALUE, and every byte behind `=` is the value.
 *
 * Follows docker/cli pkg/kvfile, podman pkg/env and kubectl pkg/cmd/util/env_file.go, which all read with
 * Go's bufio.Scanner.
 */
#include "env/reading.h"

#include "base/utf8.h"

/* bufio.MaxScanTokenSize: a line must fit in it together with its line feed. */
#define LINE_BYTES_MAX (64 * 1024 - 1)

/* One line without its end, and without the blanks at its start. */
struct line {
    size_t from, to;
};

struct line_reader {
    struct reading *r;
    size_t at;
    bool is_first;
};

enum line_status {
    LINE_READ,
    LINE_TOO_LONG,
    LINE_NONE,
};

static enum line_status next_line(struct line_reader *lines, struct line *ret)
{
    struct reading *r = lines->r;
    if (lines->at >= r->view.text.len)
        return LINE_NONE;
    size_t end = reading_line_end(r, lines->at);
    *ret = (struct line){lines->at, end};
    if (end - lines->at > LINE_BYTES_MAX)
        return LINE_TOO_LONG;
    reading_next(r);
    lines->is_first = lines->at == 0;
    lines->at = end + 1;
    if (ret->to > ret->from && r->view.text.ptr[ret->to - 1] == '\r')
        ret->to--;
    return LINE_READ;
}

static str line_text(const struct reading *r, struct line line)
{
    return str_slice(r->view.text, line.from, line.to);
}

/* docker and kubectl: valid UTF-8, the byte order mark of the first line and blanks at the start go. */
static bool trim_utf8_line(struct line_reader *lines, struct line *line)
{
    struct reading *r = lines->r;
    size_t bad = utf8_first_invalid(line_text(r, *line));
    if (bad != STR_NONE) {
        reading_refuse(r, line->from + bad, line->from + bad + 1,
            "a byte that is no UTF-8: the reader refuses the file");
        return false;
    }
    if (lines->is_first && str_starts(line_text(r, *line), STR("\xEF\xBB\xBF")))
        line->from += 3;
    line->from = space_skip(r->view.text, line->from, line->to, SPACE_WHITE);
    return true;
}

static bool is_blank_or_comment(const struct reading *r, struct line line)
{
    return line.from == line.to || r->view.text.ptr[line.from] == '#';
}

/* Splits at the first `=`; `equals` is the end of the line where there is none. */
static struct key line_key(const struct reading *r, struct line line, size_t *ret_equals)
{
    size_t length = str_find_byte(line_text(r, line), '=');
    *ret_equals = length == STR_NONE ? line.to : line.from + length;
    return reading_key(r, line.from, *ret_equals);
}

static void refuse_long_line(struct reading *r, struct line line)
{
    reading_refuse(r, line.from, line.to, "a line of 64 KiB or more: the reader refuses the file");
}

static void inherit_or_drop(struct reading *r, struct key key)
{
    if (!reading_inherit(r, key))
        reading_drop(
            r, key.from, key.to, "a name without a value, and the process environment has none: left out");
}

static void docker_line(struct reading *r, struct line line)
{
    size_t equals;
    struct key key = line_key(r, line, &equals);
    if (key.name.len == 0)
        reading_refuse(r, line.from, line.to, "there is no name before `=`");
    else if (str_find_any(key.name, STR(" \t")) != STR_NONE)
        reading_refuse(
            r, key.from, key.to, "a blank in the name: docker takes everything before `=` as the name");
    else if (equals < line.to)
        reading_set_own(r, key, equals + 1, line.to);
    else
        inherit_or_drop(r, key);
}

void read_docker(struct reading *r)
{
    struct line_reader lines = {.r = r};
    struct line line;
    enum line_status status = LINE_NONE;
    while ((status = next_line(&lines, &line)) == LINE_READ)
        if (trim_utf8_line(&lines, &line) && !is_blank_or_comment(r, line))
            docker_line(r, line);
    if (status == LINE_TOO_LONG)
        refuse_long_line(r, line);
}

static void podman_line(struct reading *r, struct line line)
{
    size_t equals;
    struct key key = line_key(r, line, &equals);
    if (key.name.len == 0)
        reading_refuse(r, line.from, line.to, "there is no name before `=`");
    else if (equals < line.to)
        reading_set_own(r, key, equals + 1, line.to);
    else if (str_ends(key.name, STR("*")))
        reading_warn(r, key.from, key.to, "every variable of the process whose name begins so is passed on");
    else
        inherit_or_drop(r, key);
}

void read_podman(struct reading *r)
{
    struct line_reader lines = {.r = r};
    struct line line;
    enum line_status status = LINE_NONE;
    while ((status = next_line(&lines, &line)) == LINE_READ) {
        while (line.from < line.to && str_find_byte(STR(" \t"), r->view.text.ptr[line.from]) != STR_NONE)
            line.from++;
        if (!is_blank_or_comment(r, line))
            podman_line(r, line);
    }
    if (status == LINE_TOO_LONG)
        refuse_long_line(r, line);
}

#define KUBECTL_NAME_MAX 253

/* apimachinery validation.IsEnvVarName and, for the map that it goes into, IsConfigMapKey. */
static bool is_kubectl_name(str name)
{
    if (name.len == 0 || name.len > KUBECTL_NAME_MAX || byte_is_digit(name.ptr[0]))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!byte_is_name(name.ptr[i]) && name.ptr[i] != '-' && name.ptr[i] != '.')
            return false;
    return !str_eq(name, STR(".")) && !str_starts(name, STR(".."));
}

static void kubectl_line(struct reading *r, struct line line)
{
    size_t equals;
    struct key key = line_key(r, line, &equals);
    if (!is_kubectl_name(key.name))
        reading_refuse(r, key.from, key.to, "not a name: letters, digits, `_`, `-` and `.`, no digit first");
    else if (env_get(&r->result->env, key.name))
        reading_refuse(r, key.from, key.to, "the name is set twice");
    else if (equals < line.to)
        reading_set_own(r, key, equals + 1, line.to);
    else if (!reading_inherit(r, key))
        reading_set_own(r, key, line.to, line.to);
}

void read_kubectl(struct reading *r)
{
    struct line_reader lines = {.r = r};
    struct line line;
    enum line_status status = LINE_NONE;
    while ((status = next_line(&lines, &line)) == LINE_READ)
        if (trim_utf8_line(&lines, &line) && !is_blank_or_comment(r, line))
            kubectl_line(r, line);
    if (status == LINE_TOO_LONG)
        reading_drop(
            r, line.from, r->view.text.len, "a line of 64 KiB or more: it and all that follow are dropped");
}
