#include "unit/line.h"

#include "base/limit.h"
#include "base/utf8.h"
#include "text/mask.h"
#include "unit/text.h"

/* LONG_LINE_MAX of systemd: a longer line stops it. */
#define LINE_MAX_BYTES ((size_t)1 << 20)

struct reader {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    struct value whole; /* the file, byte by byte */
    struct unit_view view;
    struct unit_file file;
    str section;           /* empty: none yet */
    bool section_passed;   /* below a header that systemd does not know */
    struct unit_text join; /* lines that are joined so far */
    size_t join_from;      /* where the first of them begins */
    bool joins;
};

/* The end of the line at `at`, and where the next one begins: a run of different line ends is one. */
static size_t line_end(str text, size_t at, size_t *ret_next)
{
    static const str ends = STR_INIT("\n\r\0");
    size_t end = at;
    while (end < text.len && !str_has_byte(ends, text.ptr[end]))
        end++;
    unsigned seen = 0;
    size_t next = end;
    while (next < text.len) {
        size_t kind = str_find_byte(ends, text.ptr[next]);
        bool is_over = kind == STR_NONE || (seen & (1u << kind)) || (seen & 4u);
        if (is_over)
            break;
        seen |= 1u << kind;
        next++;
    }
    *ret_next = next;
    return end;
}

static void say(struct reader *r, enum severity severity, span at, const char *message)
{
    struct position position = source_position(r->diags->sources, at.source, at.offset);
    mask_line(r->diags->sources, at.source, position.line);
    diag_add(r->diags, STR("unit-syntax"), severity, at, "%s", message);
    r->file.ok &= severity != SEVERITY_ERROR;
}

/* Bytes [from, to) of `line` without blanks at the ends. */
static void strip(str text, size_t *from, size_t *to)
{
    while (*from < *to && byte_is_white(text.ptr[*from]))
        ++*from;
    while (*to > *from && byte_is_white(text.ptr[*to - 1]))
        --*to;
}

static void take_section(struct reader *r, const struct value *line)
{
    static const str known[] = {STR_INIT("Unit"), STR_INIT("Service"), STR_INIT("Install")};
    /* Of units that start no program themselves. */
    static const str foreign[] = {STR_INIT("Timer"), STR_INIT("Socket"), STR_INIT("Path"), STR_INIT("Mount"),
        STR_INIT("Automount"), STR_INIT("Swap"), STR_INIT("Slice"), STR_INIT("Scope")};
    str text = line->text;
    if (!str_ends(text, STR("]"))) {
        say(r, SEVERITY_ERROR, line->at, "a section header without its closing bracket");
        return;
    }
    r->section = str_slice(text, 1, text.len - 1);
    r->section_passed = !STR_IS_IN(r->section, known);
    if (r->section_passed && !str_starts(r->section, STR("X-")) && !STR_IS_IN(r->section, foreign))
        say(r, SEVERITY_WARNING, line->at, "no section of a service: systemd passes it over");
}

static void take_assignment(struct reader *r, const struct value *line)
{
    size_t equals = str_find_byte(line->text, '=');
    if (r->section.len == 0) {
        say(r, SEVERITY_WARNING, line->at, "an assignment outside of any section: systemd passes it over");
        return;
    }
    if (r->section_passed)
        return;
    if (equals == STR_NONE || equals == 0) {
        say(r, SEVERITY_WARNING, line->at,
            equals ? "no `=` on this line: systemd passes it over"
                   : "no name before `=`: systemd passes it over");
        return;
    }
    size_t name_from = 0, name_to = equals, from = equals + 1, to = line->text.len;
    strip(line->text, &name_from, &name_to);
    strip(line->text, &from, &to);
    struct value *value = value_slice(r->arena, line, from, to);
    value->name = str_slice(line->text, name_from, name_to);
    vec_push(r->arena, &r->file.lines,
        ((struct unit_line){.section = r->section,
            .name = value->name,
            .at = value_locate_outer(line, name_from, name_to - name_from),
            .value = value}));
}

/* A whole line, or several that were joined. */
static void take_line(struct reader *r, const struct value *joined)
{
    size_t from = 0, to = joined->text.len;
    strip(joined->text, &from, &to);
    if (from == to)
        return;
    const struct value *line = value_slice(r->arena, joined, from, to);
    if (!utf8_valid(line->text))
        say(r, SEVERITY_ERROR, line->at, "bytes that are no UTF-8");
    else if (line->text.ptr[0] == '[')
        take_section(r, line);
    else
        take_assignment(r, line);
}

/* An odd number of backslashes at its end, counted as systemd does: each takes the byte behind it. */
static bool goes_on(str line)
{
    bool is_escaped = false;
    for (size_t i = 0; i < line.len; i++)
        is_escaped = !is_escaped && line.ptr[i] == '\\';
    return is_escaped;
}

static void end_join(struct reader *r, size_t to)
{
    struct value *joined = unit_text_value(&r->join, &r->whole, unit_view_span(&r->view, r->join_from, to));
    r->join = (struct unit_text){.arena = r->arena};
    r->joins = false;
    take_line(r, joined);
}

/* Bytes [from, to) of the file: a physical line that is no comment. */
static void see_line(struct reader *r, size_t from, size_t to)
{
    str text = r->whole.text;
    if (!r->joins)
        r->join_from = from;
    bool is_long = to - from + r->join.out.len > LINE_MAX_BYTES;
    if (is_long) {
        say(r, SEVERITY_ERROR, span_make(r->source->id, (uint32_t)from, 0), "a line of more than 1 MiB");
        return;
    }
    /* What was joined ends in the blank that its backslash became, so that only this line tells. */
    if (goes_on(str_slice(text, from, to))) {
        unit_text_own(&r->join, &r->view, from, to - 1);
        unit_text_made(&r->join, STR(" "), &r->view, to - 1, to);
        r->joins = true;
        return;
    }
    unit_text_own(&r->join, &r->view, from, to);
    end_join(r, to);
}

static bool is_comment(str line)
{
    size_t at = 0;
    while (at < line.len && byte_is_white(line.ptr[at]))
        at++;
    return at < line.len && (line.ptr[at] == '#' || line.ptr[at] == ';');
}

struct unit_file unit_file_read(struct arena *arena, struct diags *diags, const struct source *source)
{
    struct reader r = {
        .arena = arena, .diags = diags, .source = source, .file.ok = true, .join.arena = arena};
    str text = source->text;
    r.whole = (struct value){.text = text, .set = true, .origin = ORIGIN_SERVICE};
    r.whole.at = span_make(source->id, 0, (uint32_t)text.len);
    pieces_add(arena, &r.whole.pieces, text.len, r.whole.at, NULL);
    r.view.value = &r.whole;
    size_t at = str_starts(text, STR("\xEF\xBB\xBF")) ? 3 : 0, next;
    for (; r.file.ok && at < text.len; at = next) {
        size_t end = line_end(text, at, &next);
        if (!is_comment(str_slice(text, at, end)))
            see_line(&r, at, end);
    }
    if (r.file.ok && r.joins)
        end_join(&r, text.len);
    return r.file;
}
