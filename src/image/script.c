#include "image/script.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/number.h"
#include "base/vec.h"
#include "deploy/shell.h"
#include "text/cursor.h"
#include "text/host.h"

#define VARIABLE_BYTES_MAX 65536 /* of a variable; a longer one is not known */
#define BACKGROUND_MAX     20    /* commands of one script that run beside it: more than anybody starts */

struct script {
    struct arena *arena;
    const struct value *text;
    struct env *environment;
    size_t depth; /* branches, loops, functions that are open */
    VEC(const struct value *) arguments;
    bool arguments_in_branch; /* a branch sets others */
    struct map assigned;      /* name → struct value *, or the script itself: a branch decides */
    struct map exported;      /* names that programs get */
    const struct value *last, *exec;
    VEC(const struct value *) background; /* what runs beside it */
    bool exec_in_branch;
    size_t spent;    /* bytes that variables and arguments were given so far: LIMIT_DOCKERFILE_EXPANSION */
    bool is_unknown; /* one was asked for that a branch decides */
};

/* A command of the script: bytes [from, to) of the text. */
struct part {
    size_t from, to;
    bool is_conditional; /* && or || before it, or it is part of a pipe */
    bool is_background;  /* & behind it */
};

/* ---- commands */

/* The end of the quoted stretch at `at`, past its quote. */
static size_t quoted_end(str text, size_t at)
{
    char quote = text.ptr[at++];
    while (at < text.len && text.ptr[at] != quote)
        at += quote == '"' && text.ptr[at] == '\\' ? 2 : 1;
    return at < text.len ? at + 1 : text.len;
}

static bool is_end(char byte)
{
    return byte == '\n' || byte == ';' || byte == '&' || byte == '|';
}

/* The next command; false at the end. */
static bool next_part(str text, size_t *at, struct part *ret_part)
{
    bool is_conditional = false;
    while (
        *at < text.len && (byte_is_blank(text.ptr[*at]) || is_end(text.ptr[*at]) || text.ptr[*at] == '\r')) {
        bool is_double = str_starts(str_skip(text, *at), STR("&&"));
        char byte = text.ptr[*at];
        is_conditional = is_double || byte == '|' || (is_conditional && byte != '\n' && byte != ';');
        *at += 1 + is_double;
    }
    if (*at >= text.len)
        return false;
    size_t from = *at;
    if (text.ptr[from] == '#') {
        size_t line = str_find_byte(str_skip(text, from), '\n');
        *at = line == STR_NONE ? text.len : from + line;
        *ret_part = (struct part){.from = from, .to = from};
        return true;
    }
    while (*at < text.len && !is_end(text.ptr[*at])) {
        char byte = text.ptr[*at];
        bool is_comment = byte == '#' && byte_is_blank(text.ptr[*at - 1]);
        if (is_comment)
            break;
        /* 2>&1 is no end. */
        if ((byte == '>' || byte == '<') && *at + 1 < text.len && text.ptr[*at + 1] == '&')
            *at += 2;
        else if (byte == '\'' || byte == '"')
            *at = quoted_end(text, *at);
        else
            *at += byte == '\\' && *at + 1 < text.len ? 2 : 1;
    }
    size_t to = *at;
    str rest = str_skip(text, *at);
    bool is_background = str_starts(rest, STR("&")) && !str_starts(rest, STR("&&"));
    bool is_piped = !is_background && (str_starts(rest, STR("|")) || str_starts(rest, STR("&")));
    while (to > from && (byte_is_blank(text.ptr[to - 1]) || text.ptr[to - 1] == '\r'))
        to--;
    *ret_part = (struct part){from, to, is_conditional || is_piped, is_background};
    return true;
}

static str first_word(str command)
{
    size_t end = 0;
    while (end < command.len && !byte_is_blank(command.ptr[end]) && command.ptr[end] != '\n')
        end++;
    return str_take(command, end);
}

/* ---- blocks */

/* What a keyword does to the depth; the rest of the command may be one of its own (then, do, else). */
static bool take_keyword(struct script *s, str word, bool *ret_is_prefix)
{
    static const str opens[] = {STR_INIT("if"), STR_INIT("for"), STR_INIT("while"), STR_INIT("until"),
        STR_INIT("case"), STR_INIT("select"), STR_INIT("{"), STR_INIT("(")};
    static const str closes[] = {
        STR_INIT("fi"), STR_INIT("done"), STR_INIT("esac"), STR_INIT("}"), STR_INIT(")")};
    static const str between[] = {STR_INIT("then"), STR_INIT("do"), STR_INIT("else"), STR_INIT("elif")};
    *ret_is_prefix = STR_IS_IN(word, between);
    if (STR_IS_IN(word, opens))
        s->depth++;
    else if (STR_IS_IN(word, closes))
        s->depth -= s->depth > 0;
    else
        return *ret_is_prefix;
    return true;
}

/* name() {, function name {: what is inside runs when it is called. */
static bool take_function(struct script *s, str command)
{
    bool is_function = str_ends(first_word(command), STR("()")) || str_contains(command, STR(" () ")) ||
                       str_starts(command, STR("function "));
    s->depth += is_function && str_ends(command, STR("{"));
    return is_function;
}

/* ---- variables of the script */

static struct template_value script_get(void *self, str name)
{
    struct script *s = self;
    const struct value *value = map_get(&s->assigned, name);
    s->is_unknown |= value == s->text;
    if (value == s->text)
        value = NULL;
    else if (!value)
        value = env_get(s->environment, name);
    return (struct template_value){.found = value && value->set, .text = value ? value->text : STR("")};
}

static void assign(struct script *s, str name, const struct value *text, bool is_unless_set)
{
    struct value *value = arena_new(s->arena, struct value);
    *value = *text;
    char first = text->text.len > 1 ? text->text.ptr[0] : '\0';
    bool is_quoted = (first == '"' || first == '\'') && text->text.ptr[text->text.len - 1] == first;
    str inner = is_quoted ? str_slice(text->text, 1, text->text.len - 1) : text->text;
    struct template_scope scope = {.self = s, .get = script_get};
    struct template_result result = {.error = TEMPLATE_OK};
    /* A=$A$A doubles with each line: what has grown so much is no command that anybody wrote. */
    s->is_unknown = s->spent > limit_value(LIMIT_DOCKERFILE_EXPANSION);
    if (!s->is_unknown)
        result = template_expand(s->arena, inner, NULL, &scope);
    s->spent += result.text.len;
    s->is_unknown |= result.text.len > VARIABLE_BYTES_MAX;
    const struct value *outer = env_get(s->environment, name);
    value->name = name;
    value->text = result.text;
    value->pieces = (struct pieces){0};
    bool is_plain = result.error == TEMPLATE_OK && !s->is_unknown && !str_has_any(inner, STR("`(\"'\\"));
    if (is_unless_set && outer && outer->set && outer->text.len)
        return;
    map_set(s->arena, &s->assigned, name, s->depth == 0 && is_plain ? value : (void *)(uintptr_t)s->text);
}

/* NAME=value, export NAME=value, : "${NAME:=value}"; true: the command is no more than that. */
static bool take_assignment(struct script *s, const struct value *command)
{
    str text = command->text, names = text, name;
    size_t from = str_starts(text, STR("export ")) ? STR("export ").len : 0;
    while (from && str_next(&names, ' ', &name))
        map_set(s->arena, &s->exported, str_cut_byte(name, '=').head, s);
    struct str_cut cut = str_cut_byte(str_skip(text, from), '=');
    if (cut.found && str_is_name(cut.head)) {
        size_t start = from + cut.head.len + 1;
        size_t end = start;
        while (end < text.len && !byte_is_blank(text.ptr[end]))
            end = text.ptr[end] == '"' || text.ptr[end] == '\'' ? quoted_end(text, end) : end + 1;
        if (end == text.len) {
            assign(s, cut.head, value_slice(s->arena, command, start, text.len), false);
            return true;
        }
    }
    str body = str_trim_bytes(str_skip(text, 1), STR(" \""));
    struct str_cut unless = str_cut(body, STR(":="));
    if (!str_starts(text, STR(": ")) || !unless.found || !str_starts(body, STR("${")))
        return false;
    size_t at = str_find(text, STR(":=")) + 2, end = str_find_byte(text, '}');
    if (end != STR_NONE && end >= at)
        assign(s, str_skip(unless.head, 2), value_slice(s->arena, command, at, end), true);
    return true;
}

/* ---- set -- PROG "$@" */

static bool take_arguments(struct script *s, const struct value *command, bool is_conditional)
{
    static const str begin = STR_INIT("set -- "), all = STR_INIT("\"$@\"");
    if (!str_starts(command->text, begin))
        return false;
    str words = str_trim(str_skip(command->text, begin.len)), word;
    bool keeps = str_ends(words, all);
    words = str_take(words, words.len - (keeps ? all.len : 0));
    if (s->depth > 0 || is_conditional || str_has_any(words, STR("$`'\"\\("))) {
        s->arguments_in_branch = true;
        return true;
    }
    /* Each of many such lines copies all that the lines before it put there. */
    s->spent += keeps ? s->arguments.count * sizeof *s->arguments.items : 0;
    if (s->spent > limit_value(LIMIT_DOCKERFILE_EXPANSION)) {
        s->arguments_in_branch = true;
        s->arguments.count = 0;
        return true;
    }
    VEC(const struct value *) before = {0};
    while (str_next(&words, ' ', &word))
        if (word.len) {
            size_t at = (size_t)(word.ptr - command->text.ptr);
            vec_push(s->arena, &before, value_slice(s->arena, command, at, at + word.len));
        }
    for (size_t i = 0; keeps && i < s->arguments.count; i++)
        vec_push(s->arena, &before, s->arguments.items[i]);
    s->arguments.items = before.items;
    s->arguments.count = before.count;
    s->arguments.capacity = before.capacity;
    return true;
}

/* ---- the walk */

static void take_command(struct script *s, const struct value *command, const struct part *part)
{
    bool is_conditional = part->is_conditional;
    str word = first_word(command->text);
    if (take_function(s, command->text) || take_assignment(s, command) ||
        take_arguments(s, command, is_conditional))
        return;
    if (part->is_background) {
        if (s->depth == 0 && !is_conditional && s->background.count < BACKGROUND_MAX)
            vec_push(s->arena, &s->background, command);
        return;
    }
    if (str_eq(word, STR("exec"))) {
        str rest = str_trim(str_skip(command->text, word.len));
        bool is_redirection =
            rest.len == 0 || byte_is_digit(rest.ptr[0]) || rest.ptr[0] == '>' || rest.ptr[0] == '<';
        if (is_redirection)
            return;
        if (s->depth == 0 && !is_conditional && !s->exec)
            s->exec = value_slice(s->arena, command, command->text.len - rest.len, command->text.len);
        s->exec_in_branch |= s->depth > 0 || is_conditional;
        return;
    }
    static const str idle[] = {STR_INIT("set"), STR_INIT("cd"), STR_INIT("echo"), STR_INIT("export"),
        STR_INIT("trap"), STR_INIT("wait"), STR_INIT("exit"), STR_INIT("shift"), STR_INIT("umask")};
    if (s->depth == 0 && !is_conditional && !STR_IS_IN(word, idle))
        s->last = command;
}

/* Past the end of a heredoc that the command begins. */
static size_t skip_heredoc(str text, size_t from, size_t at)
{
    size_t sign = str_find(str_slice(text, from, at), STR("<<"));
    if (sign == STR_NONE || str_starts(str_skip(text, from + sign), STR("<<<")))
        return at;
    str word = first_word(str_trim_bytes(str_slice(text, from + sign, at), STR("<- ")));
    str name = str_trim_bytes(word, STR("\"'"));
    str rest = str_skip(text, at), line;
    while (name.len && str_next(&rest, '\n', &line))
        if (str_eq(str_trim_start(line), name))
            return (size_t)(line.ptr - text.ptr) + line.len;
    return name.len ? text.len : at;
}

static void walk(struct script *s)
{
    str text = s->text->text;
    struct part part;
    for (size_t at = 0; next_part(text, &at, &part) && !s->exec;) {
        at = skip_heredoc(text, part.from, at);
        bool is_prefix = true;
        while (part.from < part.to && is_prefix) {
            str command = str_slice(text, part.from, part.to), word = first_word(command);
            if (!take_keyword(s, word, &is_prefix)) {
                take_command(s, value_slice(s->arena, s->text, part.from, part.to), &part);
                break;
            }
            part.from += word.len;
            while (part.from < part.to && byte_is_blank(text.ptr[part.from]))
                part.from++;
            /* What follows an opening word is in the block: `if cmd`, `{ cmd`. */
        }
    }
}

/* ---- the line */

struct line {
    struct buf text;
    struct pieces pieces;
};

static void put(struct script *s, struct line *line, str text, const struct value *from, size_t at)
{
    buf_str(&line->text, text);
    if (from->pieces.list.count > 0)
        pieces_append(s->arena, &line->pieces, &from->pieces, at, text.len);
    else /* the /bin/sh of a shell form is nobody's bytes */
        pieces_add(s->arena, &line->pieces, text.len, from->at, NULL);
}

static void put_plain(struct script *s, struct line *line, str text, span at)
{
    buf_str(&line->text, text);
    pieces_add(s->arena, &line->pieces, text.len, at, NULL);
}

/* An argument so that a shell reads it as one word. */
static void put_word(struct script *s, struct line *line, const struct value *argument)
{
    bool is_plain = argument->text.len && !str_has_any(argument->text, STR(" \t\n\"'$`\\;&|<>()*?#~"));
    put_plain(s, line, is_plain ? STR("") : STR("'"), argument->at);
    put(s, line, argument->text, argument, 0);
    put_plain(s, line, is_plain ? STR("") : STR("'"), argument->at);
}

static void put_arguments(struct script *s, struct line *line)
{
    vec_each(const struct value **, argument, &s->arguments) {
        put_plain(s, line, argument == s->arguments.items ? STR("") : STR(" "), (*argument)->at);
        put_word(s, line, *argument);
    }
}

/* What only running tells: the shell that reads the line makes an open word of it. */
static void put_open(struct script *s, struct line *line, const struct value *command)
{
    put_plain(s, line, STR("$(:)"), command->at);
}

/* $1: an argument that the script was given; in double quotes as it is. */
static void put_argument(
    struct script *s, struct line *line, const struct value *command, str digits, bool is_quoted)
{
    int64_t number = 0;
    bool is_known = number_parse(digits, &number) && number >= 1 && !s->arguments_in_branch &&
                    (size_t)number <= s->arguments.count;
    const struct value *argument = is_known ? s->arguments.items[number - 1] : NULL;
    bool fits = argument && (!is_quoted || !str_has_any(argument->text, STR("\"$`\\")));
    if (fits && is_quoted)
        put(s, line, argument->text, argument, 0);
    else if (fits)
        put_word(s, line, argument);
    else
        put_open(s, line, command);
}

/* ${NAME:-x} of a variable that the script itself has set. */
static void put_expanded(struct script *s, struct line *line, const struct value *command, str whole)
{
    struct template_scope scope = {.self = s, .get = script_get};
    s->is_unknown = false;
    struct template_result result = template_expand(s->arena, whole, NULL, &scope);
    if (result.error == TEMPLATE_OK && !s->is_unknown)
        put_plain(s, line, result.text, command->at);
    else
        put_open(s, line, command);
}

/* What begins with the dollar or the backtick at `at`; false: it is the program, which only running tells. */
static bool put_variable(struct script *s, struct line *line, const struct value *command, size_t *at)
{
    size_t end = shell_expansion_end(command->text, *at), from = *at;
    str whole = str_slice(command->text, from, end);
    bool is_braced = str_starts(whole, STR("${"));
    struct cursor in = {str_skip(whole, is_braced ? 2 : 1), 0};
    str name = STR("");
    cursor_run(&in, byte_is_name, whole.len, &name);
    bool is_whole = whole.len == name.len + (is_braced ? 3 : 1);
    const struct value *value = name.len ? map_get(&s->assigned, name) : NULL;
    bool is_open = value == s->text || str_starts(whole, STR("$(")) || whole.ptr[0] == '`';
    *at = end;
    if (is_open && !str_has_any(str_take(command->text, from), STR(" \t")))
        return false;
    if (is_open)
        put_open(s, line, command);
    else if (name.len && byte_is_digit(name.ptr[0]))
        put_argument(
            s, line, command, is_whole ? name : STR(""), from > 0 && command->text.ptr[from - 1] == '"');
    else if (value && is_whole)
        put_plain(s, line, value->text, value->at);
    else if (value)
        put_expanded(s, line, command, whole);
    else
        put(s, line, whole, command, from);
    return true;
}

/* What the script itself gave variables that its programs get, in front of the line. */
static void put_exported(struct script *s, struct line *line)
{
    vec_each(const struct map_entry *, entry, &s->assigned.entries) {
        const struct value *value = entry->value;
        bool is_exported = map_has(&s->exported, entry->key) || env_get(s->environment, entry->key);
        if (!is_exported || !str_is_name(entry->key))
            continue;
        put_plain(s, line, arena_concat(s->arena, entry->key, STR("=")), s->text->at);
        if (value == s->text)
            put_open(s, line, s->text);
        else
            put_word(s, line, value);
        put_plain(s, line, STR(" "), s->text->at);
    }
}

/* The command with what the script knows in its place; false: something in it is not known. */
static bool put_command(struct script *s, struct line *line, const struct value *command)
{
    static const str all[] = {STR_INIT("\"$@\""), STR_INIT("$@"), STR_INIT("\"${@}\""), STR_INIT("$*")};
    str text = command->text;
    for (size_t at = 0; at < text.len;) {
        bool is_all = false;
        for (size_t i = 0; i < ARRAY_COUNT(all) && !is_all; i++)
            if (str_starts(str_skip(text, at), all[i])) {
                bool is_open = s->arguments.count == 0 || str_starts(s->arguments.items[0]->text, STR("-"));
                if (s->arguments_in_branch && is_open)
                    return false;
                put_arguments(s, line);
                at += all[i].len;
                is_all = true;
            }
        if (is_all)
            continue;
        if (text.ptr[at] == '$' || text.ptr[at] == '`') {
            if (!put_variable(s, line, command, &at))
                return false;
            continue;
        }
        size_t next = str_find_any(str_skip(text, at + 1), STR("$`\""));
        size_t end = next == STR_NONE ? text.len : at + 1 + next;
        put(s, line, str_slice(text, at, end), command, at);
        at = end;
    }
    return true;
}

static const struct value *finish(struct script *s, const struct value *command)
{
    struct line line = {.text = buf_new(s->arena, limit_value(LIMIT_VALUE_BYTES))};
    vec_each(const struct value **, beside, &s->background) {
        struct line before = line;
        put_exported(s, &line);
        if (put_command(s, &line, *beside))
            put_plain(s, &line, STR(" & "), (*beside)->at);
        else
            line = before;
    }
    put_exported(s, &line);
    size_t start = line.text.len;
    if (!put_command(s, &line, command) || line.text.len == start)
        return NULL;
    struct value *value = arena_new(s->arena, struct value);
    *value =
        (struct value){.text = buf_view(&line.text), .set = true, .origin = ORIGIN_IMAGE, .at = command->at};
    value->pieces = line.pieces;
    return value;
}

/* Lines that end in a backslash are one. */
static const struct value *without_continuations(struct arena *arena, const struct value *text)
{
    if (!str_contains(text->text, STR("\\\n")))
        return text;
    char *bytes = arena_array(arena, char, text->text.len);
    memcpy(bytes, text->text.ptr, text->text.len);
    for (size_t i = 0; i + 1 < text->text.len; i++)
        if (bytes[i] == '\\' && bytes[i + 1] == '\n')
            bytes[i] = bytes[i + 1] = ' ';
    struct value *joined = arena_new(arena, struct value);
    *joined = *text;
    joined->text.ptr = bytes; /* as long as it was, so that its places stay */
    return joined;
}

str_vec script_programs(struct arena *arena, const struct value *text)
{
    str whole = without_continuations(arena, text)->text;
    str_vec programs = {0};
    struct part part;
    for (size_t at = 0; next_part(whole, &at, &part);) {
        at = skip_heredoc(whole, part.from, at);
        struct command command = command_split(arena, str_slice(whole, part.from, part.to), (span){0}, NULL);
        if (command.words.count)
            vec_push(arena, &programs, command_program(&command));
    }
    return programs;
}

const struct value *script_last(struct arena *arena, const struct value *text,
    const struct script_arguments *arguments, struct env *environment)
{
    struct script script = {
        .arena = arena, .text = without_continuations(arena, text), .environment = environment};
    for (size_t i = 0; i < arguments->count; i++)
        vec_push(arena, &script.arguments, arguments->words[i]);
    walk(&script);
    const struct value *command = script.exec ? script.exec : script.exec_in_branch ? NULL : script.last;
    return command ? finish(&script, command) : NULL;
}
