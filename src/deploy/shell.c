#include "deploy/shell.h"

#include "base/limit.h"
#include "base/map.h"
#include "text/cursor.h"

#define ARGUMENT_BYTES_MAX 131072 /* Linux starts no program with a longer one: execve(2), MAX_ARG_STRLEN */

#define COMMANDS_MAX 1000 /* of a line: a longer one is no line that anybody wrote */

struct splitter {
    struct arena *arena;
    const struct shell_text *from;
    struct cursor in;
    struct buf word;
    size_t start; /* of the word */
    bool any;     /* the word has begun */
    bool is_open;
    const struct value *via;
    size_t branches;   /* if and case that are open */
    size_t from_byte;  /* of the command */
    bool is_shared;    /* a command before this one runs beside it */
    struct map locals; /* variables of the line → struct value *; the splitter itself: not known */
    bool asks_open;    /* an expansion asked for one of those */
    bool asks_unset;   /* … or for one that nobody has set: an image from elsewhere may */
    struct commands commands;
    struct command command;
};

/* ---- words */

static void begin(struct splitter *s)
{
    if (!s->any)
        s->start = s->in.at;
    s->any = true;
}

static void word_end(struct splitter *s)
{
    const struct value *value = s->from->value;
    if (!s->any)
        return;
    struct command_word *word = vec_add(s->arena, &s->command.words);
    *word = (struct command_word){.text = arena_copy(s->arena, buf_view(&s->word)),
        .at = s->from->at,
        .via = s->from->via,
        .is_open = s->is_open};
    if (value) {
        size_t length = s->in.at - s->start;
        word->at = value_locate_outer(value, s->start, length);
        word->via = length ? pieces_via(&value->pieces, s->in.at - 1, NULL) : NULL;
    }
    if (s->via)
        word->via = s->via;
    s->any = s->is_open = false;
    s->via = NULL;
    s->word.len = 0;
}

/* ---- variables */

static struct template_value variable(void *self, str name)
{
    struct splitter *s = self;
    const struct value *value = map_get(&s->locals, name);
    if (value == (void *)s) {
        s->asks_open = true;
        return (struct template_value){0};
    }
    if (!value)
        value = env_get(s->from->env, name);
    s->asks_unset |= !value || !value->set;
    return (struct template_value){value && value->set, value ? value->text : STR(""), value};
}

/* Past the bracket that closes the one at `at`. */
static size_t closed(str text, size_t at, char open, char close)
{
    size_t depth = 0;
    for (; at < text.len; at++) {
        depth += text.ptr[at] == open;
        depth -= text.ptr[at] == close;
        if (depth == 0)
            return at + 1;
    }
    return text.len;
}

size_t shell_expansion_end(str text, size_t at)
{
    char next = at + 1 < text.len ? text.ptr[at + 1] : ' ';
    if (text.ptr[at] == '`') {
        size_t end = str_find_byte(str_skip(text, at + 1), '`');
        return end == STR_NONE ? text.len : at + 1 + end + 1;
    }
    if (next == '(' || next == '{')
        return closed(text, at + 1, next, next == '(' ? ')' : '}');
    size_t end = at + 1;
    while (end < text.len && byte_is_name(text.ptr[end]) && !(end == at + 1 && byte_is_digit(text.ptr[end])))
        end++;
    bool is_parameter = end == at + 1 && str_has_byte(STR("@*#?$!-0123456789"), next) && at + 1 < text.len;
    return end + is_parameter;
}

/* What the container's shell makes of it; an expansion that it refuses stays as it is written. */
static str expanded(struct splitter *s, str text)
{
    struct template_scope scope = {.self = s, .get = variable};
    char next = text.len > 1 ? text.ptr[1] : ' ';
    bool is_plain = text.ptr[0] == '$' && (next == '{' || byte_is_name(next)) && !byte_is_digit(next);
    if (!is_plain) {
        s->is_open = true;
        return STR("");
    }
    s->asks_open = s->asks_unset = false;
    struct template_result result = template_expand(s->arena, text, NULL, &scope);
    bool is_bare = !str_has_any(text, STR(":-+?="));
    s->is_open |= s->asks_unset && is_bare;
    bool has_substitution = result.error == TEMPLATE_OK &&
                            (str_contains(result.text, STR("$(")) || str_has_byte(result.text, '`'));
    s->is_open |= s->asks_open || has_substitution || result.error == TEMPLATE_MALFORMED;
    if (result.error != TEMPLATE_OK)
        return text;
    vec_each(const struct template_use *, use, &result.uses)
        if (use->live && use->from)
            s->via = use->from;
    return result.text;
}

/* NAME=… at the start of a command: what is expanded there stays one word. */
static bool is_assignment(const struct splitter *s)
{
    struct str_cut cut = str_cut_byte(buf_view(&s->word), '=');
    size_t words = s->command.words.count;
    bool is_first = words == 0 || str_eq(s->command.words.items[0].text, STR("export"));
    return s->any && is_first && cut.found && str_is_name(cut.head);
}

static void put_dollar(struct splitter *s, bool is_quoted)
{
    size_t end = shell_expansion_end(s->in.text, s->in.at);
    str text = str_slice(s->in.text, s->in.at, end);
    if (!s->from->env || (text.len == 1 && text.ptr[0] == '$')) {
        begin(s);
        s->in.at++;
        buf_byte(&s->word, text.ptr[0]);
        return;
    }
    bool was_any = s->any, stays_one = is_quoted || is_assignment(s);
    begin(s);
    str rest = expanded(s, text);
    s->in.at = end;
    s->any = was_any || stays_one || s->is_open;
    for (size_t i = 0; i < rest.len; i++) {
        bool is_blank = byte_is_blank(rest.ptr[i]) || rest.ptr[i] == '\n';
        const struct value *via = s->via;
        if (is_blank && !stays_one) {
            word_end(s);
            s->via = via;
            s->start = end - text.len;
            continue;
        }
        s->any = true;
        buf_byte(&s->word, rest.ptr[i]);
    }
    s->via = s->any ? s->via : NULL;
}

/* One quoted stretch; a missing end takes the rest. */
static void put_quoted(struct splitter *s, char quote)
{
    begin(s);
    s->in.at++;
    while (!cursor_done(&s->in) && cursor_peek(&s->in) != quote) {
        char byte = cursor_peek(&s->in);
        if (quote == '"' && (byte == '$' || (byte == '`' && s->from->env))) {
            put_dollar(s, true);
            continue;
        }
        /* POSIX.1-2017, Shell Command Language 2.2.3: before any other byte a backslash is itself. */
        char next = s->in.at + 1 < s->in.text.len ? s->in.text.ptr[s->in.at + 1] : '\0';
        bool is_escape = byte == '\\' && quote == '"' && str_has_byte(STR("$`\"\\\n"), next);
        s->in.at += 1 + is_escape;
        if (!is_escape || next != '\n')
            buf_byte(&s->word, is_escape ? next : byte);
    }
    cursor_byte(&s->in, quote);
}

static void put_byte(struct splitter *s)
{
    char byte = cursor_peek(&s->in);
    if (byte == '\'' || byte == '"') {
        put_quoted(s, byte);
        return;
    }
    if (byte == '$' || (byte == '`' && s->from->env)) {
        put_dollar(s, false);
        return;
    }
    if (str_starts(cursor_rest(&s->in), STR("\\\n"))) { /* the line goes on, and so may the word */
        s->in.at += 2;
        return;
    }
    begin(s);
    s->in.at++;
    if (byte == '\\' && !cursor_done(&s->in))
        byte = s->in.text.ptr[s->in.at++];
    buf_byte(&s->word, byte);
}

/* ---- commands */

static void assign(struct splitter *s, const struct command_word *word)
{
    struct str_cut cut = str_cut_byte(word->text, '=');
    struct value *value = arena_new(s->arena, struct value);
    *value = (struct value){.name = cut.head, .text = cut.tail, .set = true, .at = word->at};
    if (cut.found && str_is_name(cut.head))
        map_set(s->arena, &s->locals, cut.head, word->is_open ? (void *)s : value);
}

/* A command that is nothing but assignments sets variables for those after it; so do `read` and `for`. */
static void note_assignments(struct splitter *s)
{
    size_t first = str_eq(s->command.words.items[0].text, STR("export"));
    str program = s->command.words.items[0].text;
    for (size_t i = first; i < s->command.words.count; i++) {
        struct str_cut cut = str_cut_byte(s->command.words.items[i].text, '=');
        if (!cut.found || !str_is_name(cut.head))
            first = s->command.words.count;
    }
    for (size_t i = first; i < s->command.words.count; i++)
        assign(s, &s->command.words.items[i]);
    if (str_eq(program, STR("read")) || str_eq(program, STR("for")))
        for (size_t i = 1; i < s->command.words.count; i++)
            map_set(s->arena, &s->locals, s->command.words.items[i].text, s);
}

static void command_end(struct splitter *s)
{
    word_end(s);
    if (s->command.words.count > 0) {
        str program = s->command.words.items[0].text;
        s->branches += str_eq(program, STR("if")) || str_eq(program, STR("case"));
        s->branches -= s->branches > 0 && (str_eq(program, STR("fi")) || str_eq(program, STR("esac")));
        s->command.in_branch = s->branches > 0;
        note_assignments(s);
        s->is_shared |= s->command.in_background;
        if (s->is_shared && s->from->value)
            s->command.line = value_slice(s->arena, s->from->value, s->from_byte, s->in.at);
        vec_push(s->arena, &s->commands.list, s->command);
    }
    s->command = (struct command){0};
}

/* ; & | ( ) and line ends, but not the & of 2>&1 and &>FILE. */
static bool is_separator(const struct splitter *s)
{
    str text = s->in.text;
    size_t at = s->in.at;
    bool is_redirection =
        (at > 0 && str_has_byte(STR("><"), text.ptr[at - 1])) || str_starts(str_skip(text, at), STR("&>"));
    return str_has_byte(STR(";|\n()"), text.ptr[at]) || (text.ptr[at] == '&' && !is_redirection);
}

/* One & behind a command: it goes on beside the next one. */
static void separator(struct splitter *s)
{
    str rest = cursor_rest(&s->in);
    bool is_double = str_starts(rest, STR("&&"));
    s->command.in_background = str_starts(rest, STR("&")) && !is_double;
    command_end(s);
    s->in.at += 1 + is_double;
    s->from_byte = s->in.at;
}

struct commands shell_split(struct arena *arena, const struct shell_text *text)
{
    struct splitter s = {.arena = arena, .from = text, .in = {text->text, 0}};
    s.word = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    if (text->text.len > ARGUMENT_BYTES_MAX)
        return s.commands;
    while (!cursor_done(&s.in)) {
        char byte = cursor_peek(&s.in);
        if (text->is_line && is_separator(&s)) {
            separator(&s);
        } else if (byte_is_blank(byte)) {
            word_end(&s);
            s.in.at++;
        } else if (text->is_line && byte == '#' && !s.any) {
            size_t end = str_find_byte(cursor_rest(&s.in), '\n');
            s.in.at = end == STR_NONE ? s.in.text.len : s.in.at + end;
        } else {
            put_byte(&s);
        }
    }
    command_end(&s);
    if (s.commands.list.count > COMMANDS_MAX)
        s.commands.list.count = 0;
    return s.commands;
}
