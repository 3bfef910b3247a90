/*
 * shell: what `set -a; . file` leaves behind in bash 5.2.
 *
 * The file is a program. Only assignments, `export` and `set` are followed; anything that would run a
 * command, open a file or depend on the running shell refuses it. $$ becomes <PID>, which nobody knows
 * beforehand.
 */
#include "env/shell_word.h"

/* Blanks, and line ends after a backslash. */
static void skip_blanks(struct shell *sh)
{
    for (;;) {
        if (shell_peek(sh, 0) == ' ' || shell_peek(sh, 0) == '\t')
            sh->at++;
        else if (shell_peek(sh, 0) == '\\' && shell_peek(sh, 1) == '\n')
            sh->at += 2;
        else
            return;
    }
}

static bool refuse(struct shell *sh, size_t from, const char *why)
{
    size_t end = reading_line_end(sh->r, from);
    reading_refuse(sh->r, from, end, "%s", why);
    return false;
}

static bool refuse_command(struct shell *sh, size_t from)
{
    size_t end = reading_line_end(sh->r, from);
    reading_refuse_code(
        sh->r, from, end, "this would run as a command: a value with blanks or signs needs quotes");
    return false;
}

/* NAME= or NAME+= at the current place, with the value still to be read. */
struct assignment_word {
    struct key key;
    bool appends;
    bool is_array;
};

static bool at_assignment(const struct shell *sh, struct assignment_word *ret)
{
    str text = shell_text(sh);
    size_t end = sh->at;
    while (end < text.len && byte_is_name(text.ptr[end]))
        end++;
    *ret = (struct assignment_word){.key = reading_key(sh->r, sh->at, end)};
    if (end == sh->at || byte_is_digit(text.ptr[sh->at]) || end == text.len)
        return false;
    ret->is_array = text.ptr[end] == '[';
    ret->appends = text.ptr[end] == '+';
    end += ret->appends;
    return ret->is_array || (end < text.len && text.ptr[end] == '=');
}

static bool is_readonly(str name)
{
    static const str names[] = {
        STR_INIT("BASHOPTS"),
        STR_INIT("BASH_VERSINFO"),
        STR_INIT("EUID"),
        STR_INIT("PPID"),
        STR_INIT("SHELLOPTS"),
        STR_INIT("UID"),
    };
    return STR_IS_IN(name, names);
}

/* One value that was read and waits to be set. */
struct pending {
    struct key key;
    struct text_builder value;
    size_t from, to;
};

/* Reads NAME=value; false: refused. Nothing is expanded unless it is `live`. */
static bool read_assignment(
    struct shell *sh, const struct assignment_word *word, bool live, struct pending *ret)
{
    size_t start = sh->at;
    if (word->is_array)
        return refuse(sh, start, "an element of an array: arrays are not exported");
    if (is_readonly(word->key.name))
        return refuse(sh, start, "bash refuses to set this variable");
    *ret = (struct pending){.key = word->key};
    sh->at = word->key.to + 1 + word->appends;
    sh->saw_brace = false;
    if (word->appends && live)
        build_variable(sh->r, &ret->value, word->key.name, reading_span(sh->r, word->key.from, word->key.to));
    ret->from = sh->at;
    if (shell_peek(sh, 0) == '(')
        return refuse(sh, start, "an array: arrays are not exported");
    if (!shell_read_word(sh, &ret->value, (struct shell_word){SHELL_VALUE, false, live, false}))
        return false;
    ret->to = sh->at;
    str text = str_slice(shell_text(sh), ret->from, ret->to);
    bool quoted =
        text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') && text.ptr[text.len - 1] == text.ptr[0];
    ret->from += quoted;
    ret->to -= quoted;
    return true;
}

static void set_pending(struct shell *sh, struct pending *p)
{
    reading_set(sh->r, p->key, &p->value, p->from, p->to);
}

static bool at_argument(const struct shell *sh)
{
    return !shell_at_word_end(sh) && shell_peek(sh, 0) != '#';
}

/* `export` with its arguments: all words are expanded before the first is set. */
static bool read_export(struct shell *sh, bool live)
{
    VEC(struct pending) values = {0};
    struct assignment_word word;
    struct pending pending;
    for (skip_blanks(sh); at_argument(sh); skip_blanks(sh)) {
        if (!at_assignment(sh, &word)) {
            /* `export NAME`: what is set is exported anyway. */
            sh->at = word.key.to;
            if (!str_is_name(word.key.name) || !shell_at_word_end(sh))
                return refuse_command(sh, word.key.from);
            continue;
        }
        if (!read_assignment(sh, &word, live, &pending))
            return false;
        if (sh->saw_brace)
            return refuse(sh, word.key.from, "bare braces after `export` are expanded to several words");
        vec_push(sh->r->arena, &values, pending);
    }
    vec_each(struct pending *, each, &values)
        if (live)
            set_pending(sh, each);
    return true;
}

/* `set -a`, or `set` with words that become the shell's own parameters. */
static bool read_set(struct shell *sh, bool live)
{
    for (skip_blanks(sh); at_argument(sh); skip_blanks(sh)) {
        size_t from = sh->at;
        struct text_builder ignored = {0};
        if (!shell_read_word(sh, &ignored, (struct shell_word){SHELL_VALUE, false, live, false}))
            return false;
        str word = str_slice(shell_text(sh), from, sh->at);
        bool is_option = str_starts(word, STR("-")) || str_starts(word, STR("+"));
        if (is_option && !str_eq(word, STR("-a")))
            return refuse(sh, from, "an option of the shell: what it changes is not followed here");
        sh->has_parameters = sh->has_parameters || !is_option;
    }
    return true;
}

static const struct {
    str name;
    bool (*read)(struct shell *sh, bool live);
} BUILTINS[] = {
    {STR_INIT("export"), read_export},
    {STR_INIT("set"), read_set},
};

/* Assignments, each seeing those before it, or a builtin that only sets variables. */
static bool read_command(struct shell *sh, bool live)
{
    struct assignment_word word;
    struct pending pending;
    size_t start = sh->at;
    for (size_t i = 0; i < ARRAY_COUNT(BUILTINS); i++) {
        str name = BUILTINS[i].name;
        struct shell after = *sh;
        after.at += name.len;
        if (str_starts(str_skip(shell_text(sh), sh->at), name) && shell_at_word_end(&after)) {
            sh->at += BUILTINS[i].name.len;
            return BUILTINS[i].read(sh, live);
        }
    }
    for (; at_argument(sh); skip_blanks(sh)) {
        if (!at_assignment(sh, &word))
            return refuse_command(sh, start);
        if (!read_assignment(sh, &word, live, &pending))
            return false;
        if (live)
            set_pending(sh, &pending);
    }
    return sh->at > start || refuse(sh, start, "an operator without a command before it");
}

/* Blanks, comments and line ends before a command. */
static void skip_to_command(struct shell *sh)
{
    for (;;) {
        skip_blanks(sh);
        if (shell_peek(sh, 0) == '#')
            sh->at = reading_line_end(sh->r, sh->at);
        if (shell_peek(sh, 0) != '\n')
            return;
        sh->at++;
    }
}

/* Commands with && between them: each succeeds, so each runs. Ends before the operator after the last. */
static bool read_list(struct shell *sh, bool live)
{
    for (;;) {
        if (!read_command(sh, live))
            return false;
        skip_blanks(sh);
        if (shell_peek(sh, 0) != '&' || shell_peek(sh, 1) != '&')
            return true;
        sh->at += 2;
        skip_to_command(sh);
    }
}

/* A list that ends in `&` runs in a shell of its own: nothing that it sets stays. */
static bool is_background(const struct shell *sh)
{
    struct shell ahead = *sh;
    return read_list(&ahead, false) && shell_peek(&ahead, 0) == '&';
}

/* The operator after a list; false: it is one that is not followed here. */
static bool read_operator(struct shell *sh)
{
    if (shell_peek(sh, 0) == '#')
        sh->at = reading_line_end(sh->r, sh->at);
    if (shell_at_end(sh) || shell_peek(sh, 0) == '\n')
        return true;
    bool ends = shell_peek(sh, 0) == ';' || shell_peek(sh, 0) == '&';
    if (!ends || shell_peek(sh, 1) == '>')
        return refuse_command(sh, sh->at);
    sh->at++;
    return true;
}

void read_shell(struct reading *r)
{
    struct shell sh = {.r = r};
    bool may_fork = str_has_byte(r->view.text, '&');
    for (skip_to_command(&sh); r->result->ok && !shell_at_end(&sh); skip_to_command(&sh)) {
        size_t start = sh.at;
        bool forks = may_fork && is_background(&sh);
        if (!r->result->ok || !read_list(&sh, !forks))
            return;
        if (forks)
            reading_drop(r, start, sh.at, "`&` sends this to the background: what it sets is lost");
        sh.has_background = sh.has_background || forks;
        if (!read_operator(&sh))
            return;
    }
}
