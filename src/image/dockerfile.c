#include "image/dockerfile.h"

#include "base/limit.h"
#include "env/space.h"
#include "image/heredoc.h"
#include "image/instruction.h"
#include "text/mask.h"

/* bufio.Scanner's token, which BuildKit does not raise: a longer line is refused. */
#define LINE_BYTES_MAX 65535

struct reader {
    struct arena *arena;
    struct diags *diags;
    const struct value *text;
    struct dockerfile *file;
    size_t at;             /* of the next physical line */
    bool directives_ended; /* anything but a directive was seen */
    bool has_syntax, has_escape;
};

/* Reports at bytes [from, to) of the text; false, for returning. */
static bool refuse(struct reader *r, span at, str message)
{
    diag_add(r->diags, STR("dockerfile-syntax"), SEVERITY_ERROR, at, STR_FMT, STR_ARG(message))->fatal = true;
    r->file->ok = false;
    return false;
}

static void reach(struct reader *r, enum limit_id limit, span at)
{
    diag_limit(r->diags, limit, at);
    r->file->ok = false;
}

static span place(const struct reader *r, size_t from, size_t to)
{
    return pieces_locate(&r->text->pieces, from, to - from);
}

/* ---- physical lines */

/* One line without its end, as a slice of the text: [from, to). False at the end, or where it is too long. */
static bool next_line(struct reader *r, size_t *ret_from, size_t *ret_to)
{
    str text = r->text->text;
    if (r->at >= text.len || !r->file->ok)
        return false;
    size_t length = str_find_byte(str_skip(text, r->at), '\n');
    size_t end = length == STR_NONE ? text.len : r->at + length;
    *ret_from = r->at;
    *ret_to = end;
    r->at = length == STR_NONE ? end : end + 1;
    if (end - *ret_from > LINE_BYTES_MAX)
        return refuse(
            r, place(r, *ret_from, *ret_from), STR("a line is longer than the builder reads: 65,535 bytes"));
    while (*ret_to > *ret_from && text.ptr[*ret_to - 1] == '\r')
        --*ret_to;
    return true;
}

static bool is_comment(const struct reader *r, size_t from, size_t to)
{
    from = space_skip(r->text->text, from, to, SPACE_WHITE);
    return from < to && r->text->text.ptr[from] == '#';
}

/* ---- directives: # key = value, before anything else */

static bool take_syntax(struct reader *r, str frontend)
{
    /* The frontends of Docker itself share one grammar; any other may read the file as it likes. */
    str name = str_cut_byte(str_cut_byte(frontend, '@').head, ':').head;
    static const str own[] = {STR_INIT("docker/dockerfile"), STR_INIT("docker.io/docker/dockerfile"),
        STR_INIT("docker/dockerfile-upstream"), STR_INIT("docker.io/docker/dockerfile-upstream")};
    r->file->is_foreign = !STR_IS_IN(name, own);
    return true;
}

/* Looks at a line while directives may come; false: the file is refused. */
static bool see_directive(struct reader *r, size_t from, size_t to)
{
    if (r->directives_ended)
        return true;
    str line = str_slice(r->text->text, from, to);
    struct str_cut cut = str_cut_byte(str_skip(line, 1), '=');
    str key = str_trim(cut.head), value = str_trim(cut.tail);
    bool is_name = key.len > 0 && byte_is_letter(key.ptr[0]) && str_is_all(key, byte_is_alnum);
    bool is_syntax = str_eq_fold(key, STR("syntax")), is_escape = str_eq_fold(key, STR("escape"));
    bool is_known = is_syntax || is_escape || str_eq_fold(key, STR("check"));
    if (!str_starts(line, STR("#")) || !cut.found || !is_name || value.len == 0 || !is_known) {
        r->directives_ended = true;
        return true;
    }
    if ((is_syntax && r->has_syntax) || (is_escape && r->has_escape))
        return refuse(r, place(r, from, to), STR("a parser directive can be used once only"));
    r->has_syntax |= is_syntax;
    r->has_escape |= is_escape;
    if (is_syntax)
        return take_syntax(r, value);
    if (is_escape && !str_eq(value, STR("`")) && !str_eq(value, STR("\\")))
        return refuse(r, place(r, from, to), STR("the escape character is ` or a backslash"));
    if (is_escape)
        r->file->escape = value.ptr[0];
    return true;
}

/* ---- joined lines */

/* Whether [from, to) goes on in the next line: the escape before blanks at its end, and not two of them. */
static bool continues(const struct reader *r, size_t from, size_t *to)
{
    const char *text = r->text->text.ptr;
    size_t end = *to;
    while (end > from && (text[end - 1] == ' ' || text[end - 1] == '\t'))
        end--;
    bool ends = end > from && text[end - 1] == r->file->escape;
    if (!ends || (end - from > 1 && text[end - 2] == r->file->escape))
        return false;
    *to = end - 1;
    return true;
}

struct joined {
    struct buf text;
    struct pieces pieces;
};

static void join(struct reader *r, struct joined *line, size_t from, size_t to)
{
    buf_str(&line->text, str_slice(r->text->text, from, to));
    pieces_append(r->arena, &line->pieces, &r->text->pieces, from, to - from);
}

static const struct value *value_of(struct reader *r, const struct joined *line, span at)
{
    struct value *value = arena_new(r->arena, struct value);
    *value = (struct value){.text = buf_view(&line->text), .set = true, .origin = ORIGIN_IMAGE, .at = at};
    value->pieces = line->pieces;
    return value;
}

/* Lines that belong together, from the one at [from, to) on: comments and empty lines between them vanish. */
static const struct value *joined_line(struct reader *r, size_t from, size_t to)
{
    struct joined line = {.text = buf_new(r->arena, limit_value(LIMIT_DOCKERFILE_BYTES))};
    bool goes_on = continues(r, from, &to);
    join(r, &line, from, to);
    span at = pieces_locate(&line.pieces, 0, to - from);
    size_t lines = 1;
    while (goes_on && next_line(r, &from, &to)) {
        if (is_comment(r, from, to) || space_skip(r->text->text, from, to, SPACE_WHITE) == to)
            continue;
        if (++lines > limit_value(LIMIT_DOCKERFILE_LINES)) {
            reach(r, LIMIT_DOCKERFILE_LINES, at);
            break;
        }
        goes_on = continues(r, from, &to);
        join(r, &line, from, to);
    }
    return value_of(r, &line, at);
}

/* ---- heredocs */

static bool read_heredoc(struct reader *r, struct heredoc *heredoc, span at)
{
    struct joined body = {.text = buf_new(r->arena, limit_value(LIMIT_DOCKERFILE_BYTES))};
    size_t from, to;
    while (next_line(r, &from, &to)) {
        size_t start = from;
        while (heredoc->strips_tabs && start < to && r->text->text.ptr[start] == '\t')
            start++;
        if (str_eq(str_slice(r->text->text, start, to), heredoc->name)) {
            heredoc->text = value_of(r, &body, at);
            return true;
        }
        join(r, &body, start, r->at);
    }
    return r->file->ok && refuse(r, at, STR("this heredoc has no end"));
}

static bool read_heredocs(struct reader *r, struct instruction *instruction)
{
    const struct value *rest = instruction->rest;
    if (!instruction_takes_heredocs(instruction) || !str_contains(rest->text, STR("<<")))
        return true;
    struct heredoc_words words = heredoc_words(rest->text);
    for (size_t from, to; heredoc_next(&words, &from, &to);) {
        struct heredoc heredoc;
        span at = pieces_locate(&rest->pieces, from, to - from);
        enum heredoc_answer answer = heredoc_of(r->arena, str_slice(rest->text, from, to), &heredoc);
        if (answer == HEREDOC_REFUSED)
            return refuse(r, at, STR("the name of this heredoc has no end"));
        if (answer == HEREDOC_NONE)
            continue;
        if (!read_heredoc(r, &heredoc, at))
            return false;
        vec_push(r->arena, &instruction->heredocs, heredoc);
    }
    return true;
}

void instruction_hide(const struct diags *diags, const struct value *rest)
{
    vec_each(const struct piece *, piece, &rest->pieces.list)
        mask_add(diags->sources, piece->at);
}

/* ---- the file */

static bool read_instruction(struct reader *r, size_t from, size_t to)
{
    const struct value *line = joined_line(r, from, to);
    if (!r->file->ok)
        return false;
    struct instruction_fault fault = {0};
    struct instruction *instruction = instruction_parse(r->arena, line, r->file->escape, &fault);
    if (!instruction && fault.is_limit) {
        reach(r, LIMIT_DOCKERFILE_WORDS, fault.at);
        return false;
    }
    if (!instruction) {
        size_t name = space_skip(line->text, 0, line->text.len, SPACE_WHITE);
        while (name < line->text.len && byte_is_alnum(line->text.ptr[name]))
            name++;
        instruction_hide(r->diags, value_slice(r->arena, line, name, line->text.len));
        return refuse(r, fault.at, fault.message);
    }
    vec_push(r->arena, &r->file->instructions, instruction);
    return read_heredocs(r, instruction);
}

const struct dockerfile *dockerfile_read(struct arena *arena, struct diags *diags, const struct value *text)
{
    struct dockerfile *file = arena_new(arena, struct dockerfile);
    *file = (struct dockerfile){.ok = true, .escape = '\\'};
    struct reader r = {.arena = arena, .diags = diags, .text = text, .file = file};
    r.at = str_starts(text->text, STR("\xEF\xBB\xBF")) ? 3 : 0;
    size_t from, to;
    if (text->text.len > limit_value(LIMIT_DOCKERFILE_BYTES))
        reach(&r, LIMIT_DOCKERFILE_BYTES, text->at);
    while (next_line(&r, &from, &to)) {
        from = space_skip(text->text, from, to, SPACE_WHITE);
        if (!see_directive(&r, from, to) || file->is_foreign)
            break;
        if (from == to || text->text.ptr[from] == '#')
            continue;
        if (file->instructions.count >= limit_value(LIMIT_DOCKERFILE_INSTRUCTIONS)) {
            reach(&r, LIMIT_DOCKERFILE_INSTRUCTIONS, place(&r, from, to));
            break;
        }
        if (!read_instruction(&r, from, to))
            break;
    }
    if (file->ok && !file->is_foreign && file->instructions.count == 0)
        refuse(&r, place(&r, 0, 0), STR("the Dockerfile has no instructions"));
    return file;
}
