#include "image/instruction.h"

#include "base/limit.h"
#include "env/space.h"
#include "image/json.h"

struct line_reader {
    struct arena *arena;
    char escape;
    struct instruction *instruction;
    struct instruction_fault *fault;
};

static bool refuse(struct line_reader *r, const struct value *about, const char *message)
{
    *r->fault = (struct instruction_fault){.message = str_from_c(message), .at = about->at};
    return false;
}

/* More than the limit is left out: check() says so, and each word costs a walk over the line's pieces. */
static void add_word(struct line_reader *r, const struct value *from, size_t start, size_t end)
{
    if (r->instruction->words.count <= limit_value(LIMIT_DOCKERFILE_WORDS))
        vec_push(r->arena, &r->instruction->words, value_slice(r->arena, from, start, end));
}

/* ---- words */

/* What [ \t\v\f\r] of parser.go is; a space of other letters separates words only where they are quoted. */
static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r' && byte != '\n');
}

/*
 * The end of the word at `at`, with quotes and escapes as parseWords() reads them; they stay in the word.
 * A lone escape at the end of the line is no part of it.
 */
static size_t word_end(const struct line_reader *r, str text, size_t at)
{
    char quote = 0;
    while (at < text.len) {
        char byte = text.ptr[at];
        if (!quote && space_at(text, at, SPACE_WHITE))
            return at;
        if (byte == r->escape && quote != '\'') {
            if (at + 1 == text.len)
                return at;
            at++;
        } else if (!quote && (byte == '\'' || byte == '"'))
            quote = byte;
        else if (byte == quote)
            quote = 0;
        at++;
    }
    return at;
}

static instruction_words split_words(const struct line_reader *r, const struct value *rest)
{
    instruction_words words = {0};
    str text = rest->text;
    for (size_t at = 0; (at = space_skip(text, at, text.len, SPACE_WHITE)) < text.len;) {
        size_t end = word_end(r, text, at);
        if (end > at && words.count <= limit_value(LIMIT_DOCKERFILE_WORDS))
            vec_push(r->arena, &words, value_slice(r->arena, rest, at, end));
        at = end > at ? end : text.len;
    }
    return words;
}

/* ---- grammars of arguments */

static bool read_blanks(struct line_reader *r, const struct value *rest)
{
    for (size_t at = 0; at < rest->text.len;) {
        size_t end = at;
        while (end < rest->text.len && !is_space(rest->text.ptr[end]))
            end++;
        add_word(r, rest, at, end);
        for (at = end; at < rest->text.len && is_space(rest->text.ptr[at]);)
            at++;
    }
    return true;
}

static bool read_whole(struct line_reader *r, const struct value *rest)
{
    if (rest->text.len > 0)
        vec_push(r->arena, &r->instruction->words, rest);
    return true;
}

static bool read_names(struct line_reader *r, const struct value *rest)
{
    r->instruction->words = split_words(r, rest);
    vec_each(const struct value **, word, &r->instruction->words)
        if (str_starts((*word)->text, STR("=")))
            return refuse(r, *word, "the name of an ARG is empty");
    return r->instruction->words.count > 0 || refuse(r, rest, "ARG needs a name");
}

/* NAME rest of the line: what was there before NAME=value, and 77 of 706 public Dockerfiles still use. */
static bool read_legacy_pair(struct line_reader *r, const struct value *rest)
{
    str text = rest->text;
    size_t end = 0;
    while (end < text.len && !is_space(text.ptr[end]))
        end++;
    size_t value = end;
    while (value < text.len && is_space(text.ptr[value]))
        value++;
    if (value == end)
        return refuse(r, rest, "a name without a value: expected NAME=value");
    add_word(r, rest, 0, end);
    add_word(r, rest, value, text.len);
    return true;
}

static bool read_pairs(struct line_reader *r, const struct value *rest)
{
    instruction_words words = split_words(r, rest);
    if (words.count == 0)
        return refuse(r, rest, "it needs at least one NAME=value");
    if (!str_has_byte(words.items[0]->text, '='))
        return read_legacy_pair(r, rest);
    vec_each(const struct value **, word, &words) {
        size_t equals = str_find_byte((*word)->text, '=');
        if (equals == STR_NONE)
            return refuse(
                r, *word, "a word without `=`: every word must be NAME=value, and a comment cannot follow");
        if (equals == 0)
            return refuse(r, *word, "a name is empty");
        add_word(r, *word, 0, equals);
        add_word(r, *word, equals + 1, (*word)->text.len);
    }
    return true;
}

/* An exec form: a JSON array of strings and nothing else. An array with another item is refused; what is
 * no JSON is a shell's line. */
static bool read_json(struct line_reader *r, const struct value *rest)
{
    enum json_form form = json_strings(r->arena, rest, &r->instruction->words);
    r->instruction->is_json = form == JSON_STRINGS;
    r->instruction->looks_like_json = str_starts(rest->text, STR("["));
    return form != JSON_OTHER || refuse(r, rest, "an exec form may hold strings only");
}

static bool read_command(struct line_reader *r, const struct value *rest)
{
    if (!read_json(r, rest))
        return false;
    return r->instruction->is_json || read_whole(r, rest);
}

static bool read_list(struct line_reader *r, const struct value *rest)
{
    if (!read_json(r, rest))
        return false;
    return r->instruction->is_json || read_blanks(r, rest);
}

/* NONE, or CMD and its command, which is another instruction's matter. */
static bool read_health(struct line_reader *r, const struct value *rest)
{
    read_blanks(r, rest);
    if (r->instruction->words.count == 0)
        return refuse(r, rest, "HEALTHCHECK needs CMD or NONE");
    str type = r->instruction->words.items[0]->text;
    bool is_none = str_eq_fold(type, STR("none"));
    if (!is_none && !str_eq_fold(type, STR("cmd")))
        return refuse(r, rest, "HEALTHCHECK knows CMD and NONE only");
    size_t count = r->instruction->words.count;
    return (is_none ? count == 1 : count > 1) ||
           refuse(r, rest,
               is_none ? "HEALTHCHECK NONE takes no arguments" : "HEALTHCHECK CMD lacks its command");
}

static bool read_trigger(struct line_reader *r, const struct value *rest)
{
    if (rest->text.len == 0)
        return refuse(r, rest, "ONBUILD needs an instruction");
    struct instruction *trigger = instruction_parse(r->arena, rest, r->escape, r->fault);
    if (!trigger)
        return false;
    r->instruction->trigger = trigger;
    bool is_bad = trigger->kind == INSTRUCTION_ONBUILD || trigger->kind == INSTRUCTION_FROM ||
                  trigger->kind == INSTRUCTION_MAINTAINER;
    return !is_bad || refuse(r, rest, "ONBUILD cannot trigger this instruction");
}

/* ---- the instructions */

static bool any_flag(str flag)
{
    (void)flag;
    return true;
}

static bool no_flag(str flag)
{
    (void)flag;
    return false;
}

static bool is_platform(str flag)
{
    return str_starts(flag, STR("--platform="));
}

/* What may be between the fewest and the most words; flags of what copies and runs grow with each
 * frontend. */
static const struct instruction_row {
    str name;
    bool (*read)(struct line_reader *r, const struct value *rest);
    bool (*flag)(str flag);
    size_t least, most;
    const char *wrong_count;
} rows[INSTRUCTION_COUNT] = {
    [INSTRUCTION_ADD] = {STR_INIT("add"), read_list, any_flag, 2, SIZE_MAX,
        "ADD needs a source and a destination"},
    [INSTRUCTION_ARG] = {STR_INIT("arg"), read_names, no_flag, 0, SIZE_MAX, ""},
    [INSTRUCTION_CMD] = {STR_INIT("cmd"), read_command, no_flag, 0, SIZE_MAX, ""},
    [INSTRUCTION_COPY] = {STR_INIT("copy"), read_list, any_flag, 2, SIZE_MAX,
        "COPY needs a source and a destination"},
    [INSTRUCTION_ENTRYPOINT] = {STR_INIT("entrypoint"), read_command, no_flag, 0, SIZE_MAX, ""},
    [INSTRUCTION_ENV] = {STR_INIT("env"), read_pairs, no_flag, 0, SIZE_MAX, ""},
    [INSTRUCTION_EXPOSE] = {STR_INIT("expose"), read_blanks, no_flag, 1, SIZE_MAX, "EXPOSE needs a port"},
    [INSTRUCTION_FROM] = {STR_INIT("from"), read_blanks, is_platform, 1, 3,
        "FROM takes an image, or an image AS a name"},
    [INSTRUCTION_HEALTHCHECK] = {STR_INIT("healthcheck"), read_health, any_flag, 0, SIZE_MAX, ""},
    [INSTRUCTION_LABEL] = {STR_INIT("label"), read_pairs, no_flag, 0, SIZE_MAX, ""},
    [INSTRUCTION_MAINTAINER] = {STR_INIT("maintainer"), read_whole, no_flag, 1, 1,
        "MAINTAINER takes one argument"},
    [INSTRUCTION_ONBUILD] = {STR_INIT("onbuild"), read_trigger, any_flag, 0, SIZE_MAX, ""},
    [INSTRUCTION_RUN] = {STR_INIT("run"), read_command, any_flag, 0, SIZE_MAX, ""},
    [INSTRUCTION_SHELL] = {STR_INIT("shell"), read_command, no_flag, 1, SIZE_MAX, "SHELL needs a JSON array"},
    [INSTRUCTION_STOPSIGNAL] = {STR_INIT("stopsignal"), read_whole, no_flag, 1, 1,
        "STOPSIGNAL takes one argument"},
    [INSTRUCTION_USER] = {STR_INIT("user"), read_whole, no_flag, 1, 1, "USER takes one argument"},
    [INSTRUCTION_VOLUME] = {STR_INIT("volume"), read_list, no_flag, 1, SIZE_MAX, "VOLUME needs a path"},
    [INSTRUCTION_WORKDIR] = {STR_INIT("workdir"), read_whole, no_flag, 1, 1, "WORKDIR takes one argument"},
};

str instruction_name(struct arena *arena, enum instruction_kind kind)
{
    struct buf name = buf_new(arena, rows[kind].name.len);
    for (size_t i = 0; i < rows[kind].name.len; i++)
        buf_byte(&name, byte_upper(rows[kind].name.ptr[i]));
    return buf_view(&name);
}

/* FROM image AS name: the name is one of letters, digits, `-`, `_` and `.`, and begins with a letter. */
static bool check_from(struct line_reader *r)
{
    const instruction_words *words = &r->instruction->words;
    if (words->count == 1)
        return true;
    if (words->count != 3 || !str_eq_fold(words->items[1]->text, STR("as")))
        return refuse(r, r->instruction->rest, rows[INSTRUCTION_FROM].wrong_count);
    str name = words->items[2]->text;
    bool is_good = byte_is_letter(name.ptr[0]);
    for (size_t i = 0; i < name.len; i++)
        is_good &= byte_is_alnum(name.ptr[i]) || str_has_byte(STR("-_."), name.ptr[i]);
    return is_good || refuse(r, words->items[2], "no name for a stage: letters, digits, `-`, `_` and `.`");
}

static bool check(struct line_reader *r, const struct instruction_row *row)
{
    struct instruction *instruction = r->instruction;
    if (instruction->words.count > limit_value(LIMIT_DOCKERFILE_WORDS)) {
        *r->fault = (struct instruction_fault){.at = instruction->at, .is_limit = true};
        return false;
    }
    vec_each(const struct value **, flag, &instruction->flags)
        if (!row->flag((*flag)->text))
            return refuse(r, *flag, "this instruction has no such flag");
    if (instruction->words.count < row->least || instruction->words.count > row->most)
        return refuse(r, instruction->rest, row->wrong_count);
    if (instruction->kind == INSTRUCTION_SHELL && !instruction->is_json)
        return refuse(r, instruction->rest, rows[INSTRUCTION_SHELL].wrong_count);
    return instruction->kind != INSTRUCTION_FROM || check_from(r);
}

/* The words that begin with -- before the arguments; where the arguments begin. */
static size_t take_flags(struct line_reader *r, const struct value *line, size_t at)
{
    str text = line->text;
    for (;;) {
        at = space_skip(text, at, text.len, SPACE_WHITE);
        if (!str_starts(str_skip(text, at), STR("--")))
            return at;
        size_t end = word_end(&(struct line_reader){.escape = '\\'}, text, at);
        if (end == at + 2)
            return end;
        vec_push(r->arena, &r->instruction->flags, value_slice(r->arena, line, at, end));
        at = end;
    }
}

struct instruction *instruction_parse(
    struct arena *arena, const struct value *line, char escape, struct instruction_fault *ret_fault)
{
    str text = line->text;
    struct line_reader r = {.arena = arena, .escape = escape, .fault = ret_fault};
    r.instruction = arena_new(arena, struct instruction);
    size_t start = space_skip(text, 0, text.len, SPACE_WHITE), end = start;
    while (end < text.len && !is_space(text.ptr[end]))
        end++;
    str name = str_slice(text, start, end);
    const struct instruction_row *row = NULL;
    for (size_t i = 0; i < INSTRUCTION_COUNT; i++)
        if (str_eq_fold(rows[i].name, name))
            row = &rows[i];
    const struct value *word = value_slice(arena, line, start, end);
    r.instruction->at = word->at;
    if (!row) {
        refuse(&r, word, "there is no such instruction");
        return NULL;
    }
    r.instruction->kind = (enum instruction_kind)(row - rows);
    size_t arguments = take_flags(&r, line, end);
    r.instruction->rest =
        value_slice(arena, line, arguments, space_trim_end(text, arguments, text.len, SPACE_WHITE));
    return row->read(&r, r.instruction->rest) && check(&r, row) ? r.instruction : NULL;
}

bool instruction_takes_heredocs(const struct instruction *instruction)
{
    const struct instruction *body = instruction->trigger ? instruction->trigger : instruction;
    bool is_kind =
        body->kind == INSTRUCTION_RUN || body->kind == INSTRUCTION_COPY || body->kind == INSTRUCTION_ADD;
    return is_kind && !body->is_json;
}

const struct value *instruction_flag(struct arena *arena, const struct instruction *instruction, str name)
{
    vec_each(const struct value *const *, flag, &instruction->flags) {
        struct str_cut cut = str_cut_byte(str_skip((*flag)->text, 2), '=');
        if (cut.found && str_eq(cut.head, name))
            return value_slice(arena, *flag, (*flag)->text.len - cut.tail.len, (*flag)->text.len);
    }
    return NULL;
}
