#include "env/shell_word.h"

#include "base/limit.h"
#include "base/utf8.h"

bool shell_at_word_end(const struct shell *sh)
{
    return shell_at_end(sh) || str_has_byte(STR(" \t\n;&|<>()"), shell_peek(sh, 0));
}

static bool at_end_of(const struct shell *sh, struct shell_word word)
{
    return word.place == SHELL_BRACES ? shell_at_end(sh) || shell_peek(sh, 0) == '}' : shell_at_word_end(sh);
}

static bool refuse(struct shell *sh, size_t from, const char *why)
{
    size_t to = sh->at < shell_text(sh).len ? sh->at + 1 : shell_text(sh).len;
    reading_refuse(sh->r, from, to > from ? to : from, "%s", why);
    return false;
}

static bool refuse_code(struct shell *sh, size_t from, const char *why)
{
    reading_refuse_code(sh->r, from, from + 1, "%s", why);
    return false;
}

static void put_own(struct shell *sh, struct text_builder *b, bool live, size_t from, size_t to)
{
    if (live)
        build_own(sh->r, b, from, to);
}

static void put_made(struct shell *sh, struct text_builder *b, bool live, str text, size_t from)
{
    if (live)
        build_made(sh->r, b, text, reading_span(sh->r, from, sh->at));
}

/* Escapes of $'…' that stand for one byte. */
static const struct {
    char escape, byte;
} ANSI_ESCAPES[] = {
    {'a', '\a'},
    {'b', '\b'},
    {'e', 033},
    {'E', 033},
    {'f', '\f'},
    {'n', '\n'},
    {'r', '\r'},
    {'t', '\t'},
    {'v', '\v'},
    {'\\', '\\'},
    {'\'', '\''},
    {'"', '"'},
    {'?', '?'},
};

/* Up to `max` digits of `base` at the current place; how many there were. */
static size_t read_digits(struct shell *sh, size_t max, int base, uint32_t *ret)
{
    size_t count = 0;
    for (*ret = 0; count < max && byte_hex(shell_peek(sh, 0)) >= 0 && byte_hex(shell_peek(sh, 0)) < base;
         count++)
        *ret = *ret * (uint32_t)base + (uint32_t)byte_hex(shell_text(sh).ptr[sh->at++]);
    return count;
}

/* \nnn \xHH \uHHHH \UHHHHHHHH; false when there are no digits. Leaves the text in `out`. */
static bool numeric_escape(struct shell *sh, struct buf *out)
{
    static const struct {
        char escape;
        size_t digits;
        bool is_code_point;
    } forms[] = {{'x', 2, false}, {'u', 4, true}, {'U', 8, true}};
    uint32_t value;
    if (read_digits(sh, 3, 8, &value)) {
        buf_byte(out, (char)(value & 0xFF));
        return true;
    }
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        if (forms[i].escape != shell_peek(sh, 0))
            continue;
        sh->at++;
        if (!read_digits(sh, forms[i].digits, 16, &value))
            return false;
        if (forms[i].is_code_point)
            utf8_append(out, value);
        else
            buf_byte(out, (char)value);
        return true;
    }
    return false;
}

static bool ansi_escape(struct shell *sh, struct text_builder *b, bool live)
{
    size_t from = sh->at++;
    for (size_t i = 0; i < ARRAY_COUNT(ANSI_ESCAPES); i++) {
        if (ANSI_ESCAPES[i].escape == shell_peek(sh, 0) && !shell_at_end(sh)) {
            sh->at++;
            put_made(sh, b, live, (str){&ANSI_ESCAPES[i].byte, 1}, from);
            return true;
        }
    }
    struct buf out = buf_new(sh->r->arena, 8);
    if (numeric_escape(sh, &out) && !str_has_byte(buf_view(&out), '\0')) {
        put_made(sh, b, live, buf_view(&out), from);
        return true;
    }
    return refuse(sh, from, "an escape in $'…' that is not followed here");
}

static bool ansi_quoted(struct shell *sh, struct text_builder *b, bool live)
{
    size_t open = sh->at;
    for (sh->at += 2; !shell_at_end(sh) && shell_peek(sh, 0) != '\'';) {
        if (shell_peek(sh, 0) == '\\') {
            if (!ansi_escape(sh, b, live))
                return false;
            continue;
        }
        size_t length = str_find_any(str_skip(shell_text(sh), sh->at), STR("\\'"));
        size_t end = length == STR_NONE ? shell_text(sh).len : sh->at + length;
        put_own(sh, b, live, sh->at, end);
        sh->at = end;
    }
    if (shell_at_end(sh))
        return refuse(sh, open, "the quote that opens here is never closed");
    sh->at++;
    return true;
}

/* A backslash outside single quotes: `kept` are the bytes before which it goes, empty for every byte. */
static void backslash(struct shell *sh, struct text_builder *b, struct shell_word word)
{
    str kept = word.quoted ? STR("$`\"\\\n") : STR("");
    size_t from = sh->at;
    char next = shell_peek(sh, 1);
    bool is_last = from + 1 == shell_text(sh).len;
    bool closes = word.quoted && word.place == SHELL_BRACES && next == '}';
    bool goes = !is_last && (kept.len == 0 || closes || str_has_byte(kept, next));
    sh->at += is_last ? 1 : 2;
    if (!goes)
        put_own(sh, b, word.live, from, sh->at);
    else if (next != '\n')
        put_own(sh, b, word.live, from + 1, sh->at);
}

/* What bash itself sets or computes: the file alone does not tell the value. */
static bool depends_on_shell(str name)
{
    static const str names[] = {
        STR_INIT("BASH"),
        STR_INIT("BASHOPTS"),
        STR_INIT("BASHPID"),
        STR_INIT("BASH_VERSION"),
        STR_INIT("DIRSTACK"),
        STR_INIT("EPOCHREALTIME"),
        STR_INIT("EPOCHSECONDS"),
        STR_INIT("EUID"),
        STR_INIT("GROUPS"),
        STR_INIT("HISTCMD"),
        STR_INIT("HOSTNAME"),
        STR_INIT("HOSTTYPE"),
        STR_INIT("LINENO"),
        STR_INIT("MACHTYPE"),
        STR_INIT("OLDPWD"),
        STR_INIT("OPTIND"),
        STR_INIT("OSTYPE"),
        STR_INIT("PPID"),
        STR_INIT("PS4"),
        STR_INIT("PWD"),
        STR_INIT("RANDOM"),
        STR_INIT("SECONDS"),
        STR_INIT("SHELLOPTS"),
        STR_INIT("SHLVL"),
        STR_INIT("SRANDOM"),
        STR_INIT("UID"),
        STR_INIT("_"),
        STR_INIT("IFS"),
        STR_INIT("TERM"),
        STR_INIT("SHELL"),
    };
    return STR_IS_IN(name, names);
}

/* Looks a name up; false: refused, because only the shell knows. */
static bool look_up(struct shell *sh, size_t from, str name, struct template_value *ret)
{
    *ret = sh->r->scope.get(sh->r->scope.self, name);
    if (!ret->found && depends_on_shell(name))
        return refuse(sh, from, "a variable that bash sets itself: its value is not known here");
    return true;
}

static void put_variable(struct shell *sh, struct text_builder *b, str name, size_t from)
{
    build_variable(sh->r, b, name, reading_span(sh->r, from, sh->at));
}

/* $1 $# $? and the like: what they are while a file is sourced that a script has no arguments for. */
static bool special_parameter(struct shell *sh, struct text_builder *b, bool live)
{
    static const struct {
        char name;
        str text;
    } known[] = {
        {'$', STR_INIT("<PID>")},
        {'#', STR_INIT("0")},
        {'?', STR_INIT("0")},
        {'*', STR_INIT("")},
        {'@', STR_INIT("")},
        {'!', STR_INIT("")},
    };
    size_t from = sh->at;
    char name = shell_peek(sh, 1);
    bool is_parameter = byte_is_digit(name) || str_has_byte(STR("#*@"), name);
    if (name == '0' || name == '-' || (name == '!' && sh->has_background) ||
        (is_parameter && sh->has_parameters))
        return refuse(sh, from, "a parameter of the running shell: its value is not known here");
    sh->at += 2;
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (known[i].name == name)
            put_made(sh, b, live, known[i].text, from);
    return true;
}

static size_t name_length(str text, size_t at)
{
    size_t end = at;
    while (end < text.len && byte_is_name(text.ptr[end]))
        end++;
    return end > at && !byte_is_digit(text.ptr[at]) ? end - at : 0;
}

/* ${NAME op word}: the operator is one of - = ? + % #, `colon` and `twice` what is beside it. */
struct expansion {
    size_t from;
    str name;
    char sign;
    bool colon, twice;
    struct template_value value;
    bool present;
};

/* NAME gets the default: ${NAME:=word}. */
static void assign_default(struct shell *sh, const struct expansion *x, struct text_builder *b, size_t from)
{
    struct text_builder copy = {0};
    struct stretch word = stretch_built(sh->r, b);
    build_again(sh->r, &copy, &word, 0, word.text.len);
    reading_set(sh->r, (struct key){x->name, x->from + 2, x->from + 2 + x->name.len}, &copy, from, sh->at);
}

/* Reads the word of an operator up to `}` into its own builder; false: refused. */
static bool operand(
    struct shell *sh, struct text_builder *b, struct shell_word outer, bool live, bool pattern)
{
    struct shell_word word = {SHELL_BRACES, outer.quoted && !pattern, live, pattern};
    size_t open = sh->at;
    if (!shell_read_word(sh, b, word))
        return false;
    if (shell_at_end(sh))
        return refuse(sh, open, "a `${` without `}`");
    return true;
}

/* :- - := = :? ? :+ + */
static bool default_operator(
    struct shell *sh, struct text_builder *b, struct shell_word outer, struct expansion *x)
{
    bool taken = outer.live && x->present == (x->sign == '+');
    struct text_builder word = {0};
    size_t from = sh->at;
    if (!operand(sh, &word, outer, taken, false))
        return false;
    size_t to = sh->at++;
    if (!outer.live)
        return true;
    if (taken && x->sign == '?')
        return refuse(sh, x->from, "a required variable is unset or empty");
    if (!taken && x->sign != '+')
        build_inserted(sh->r, b, x->value.text, reading_span(sh->r, x->from, sh->at), x->value.from);
    if (taken) {
        if (x->sign == '=')
            assign_default(sh, x, &word, from);
        struct stretch s = stretch_built(sh->r, &word);
        build_again(sh->r, b, &s, 0, s.text.len);
    }
    *vec_add(sh->r->arena, &b->uses) = (struct template_use){
        .name = x->name,
        .at = reading_span(sh->r, x->from, sh->at),
        .from = x->value.from,
        .found = x->value.found,
        .live = true,
        .has_fallback = x->sign == '-' || x->sign == '=',
        .alternative = x->sign == '+',
        .fallback_taken = taken && x->sign != '+',
        .fallback = taken ? build_text(sh->r, &word) : str_slice(shell_text(sh), from, to),
        .fallback_at = reading_span(sh->r, from, to),
        .required = x->sign == '?',
    };
    return true;
}

/* % %% # ##, with a pattern that holds no * ? [: then the longest match is the shortest. */
static bool strip_operator(
    struct shell *sh, struct text_builder *b, struct shell_word outer, struct expansion *x)
{
    struct text_builder word = {0};
    size_t from = sh->at;
    if (!operand(sh, &word, outer, true, true))
        return false;
    if (str_has_any(str_slice(shell_text(sh), from, sh->at), STR("*?[\\")))
        return refuse(sh, x->from, "a pattern with * ? [ or \\ is not followed here");
    sh->at++;
    str pattern = build_text(sh->r, &word), text = x->value.text;
    if (x->sign == '%' && str_ends(text, pattern))
        text = str_take(text, text.len - pattern.len);
    else if (x->sign == '#' && str_starts(text, pattern))
        text = str_skip(text, pattern.len);
    if (outer.live && text.len == x->value.text.len)
        put_variable(sh, b, x->name, x->from);
    else
        put_made(sh, b, outer.live, text, x->from);
    return true;
}

static bool length_operator(struct shell *sh, struct text_builder *b, bool live, size_t from)
{
    struct template_value value;
    sh->at += 3;
    size_t length = name_length(shell_text(sh), sh->at), characters = 0;
    str name = str_slice(shell_text(sh), sh->at, sh->at + length);
    sh->at += length;
    if (length == 0 || shell_peek(sh, 0) != '}')
        return refuse(sh, from, "an expansion that is not followed here");
    sh->at++;
    if (!look_up(sh, from, name, &value))
        return false;
    for (size_t i = 0; i < value.text.len; i++)
        characters += !utf8_continues(value.text.ptr[i]);
    put_made(sh, b, live, arena_printf(sh->r->arena, "%zu", characters), from);
    return true;
}

static bool read_operator(struct shell *sh, struct expansion *x)
{
    x->colon = shell_peek(sh, 0) == ':';
    x->sign = shell_peek(sh, x->colon);
    if (!x->sign || !str_has_byte(x->colon ? STR("-=?+") : STR("-=?+%#"), x->sign))
        return refuse(sh, x->from, "an expansion that is not followed here, or a bad one");
    sh->at += 1u + x->colon;
    x->twice = (x->sign == '%' || x->sign == '#') && shell_peek(sh, 0) == x->sign;
    sh->at += x->twice;
    return true;
}

/* ${…} at the current place. */
static bool braced(struct shell *sh, struct text_builder *b, struct shell_word outer)
{
    struct expansion x = {.from = sh->at};
    if (shell_peek(sh, 2) == '#' && shell_peek(sh, 3) != '}')
        return length_operator(sh, b, outer.live, x.from);
    size_t length = name_length(shell_text(sh), sh->at + 2);
    if (length == 0)
        return refuse(sh, x.from, "an expansion that is not followed here, or a bad one");
    x.name = str_slice(shell_text(sh), sh->at + 2, sh->at + 2 + length);
    sh->at += 2 + length;
    if (!look_up(sh, x.from, x.name, &x.value))
        return false;
    if (shell_peek(sh, 0) == '}') {
        sh->at++;
        if (outer.live)
            put_variable(sh, b, x.name, x.from);
        return true;
    }
    if (!read_operator(sh, &x))
        return false;
    x.present = x.value.found && !(x.colon && x.value.text.len == 0);
    bool strips = x.sign == '%' || x.sign == '#';
    return strips ? strip_operator(sh, b, outer, &x) : default_operator(sh, b, outer, &x);
}

/* $((…)) at the current place; with one parenthesis it would run a command. */
static bool parenthesised(struct shell *sh, struct text_builder *b, bool live)
{
    size_t from = sh->at, depth = 0, at = from + 1;
    str text = shell_text(sh);
    int64_t value;
    do {
        depth += text.ptr[at] == '(';
        depth -= text.ptr[at] == ')';
        at++;
    } while (depth > 0 && at < text.len);
    bool is_arithmetic = shell_peek(sh, 2) == '(' && depth == 0 && text.ptr[at - 2] == ')';
    if (!is_arithmetic || str_has_any(str_slice(text, from, at), STR("`'\"\\")) ||
        !shell_arithmetic(sh->r, str_slice(text, from + 3, at - 2), &value))
        return refuse_code(sh, from, "$(…) runs a command");
    sh->at = at;
    put_made(sh, b, live, arena_printf(sh->r->arena, "%lld", (long long)value), from);
    return true;
}

static bool quoted_run(struct shell *sh, struct text_builder *b, struct shell_word outer);

static bool dollar(struct shell *sh, struct text_builder *b, struct shell_word word)
{
    char next = shell_peek(sh, 1);
    size_t from = sh->at, length = name_length(shell_text(sh), from + 1);
    struct template_value value;
    if (next == '{')
        return braced(sh, b, word);
    if (next == '(')
        return parenthesised(sh, b, word.live);
    if (next == '[')
        return refuse(sh, from, "$[…] is not followed here");
    if (next && (byte_is_digit(next) || str_has_byte(STR("$#?*@!-"), next)))
        return special_parameter(sh, b, word.live);
    if (next == '\'' && !word.quoted)
        return ansi_quoted(sh, b, word.live);
    if (next == '"' && !word.quoted) {
        sh->at++;
        return quoted_run(sh, b, word);
    }
    if (length == 0) {
        put_own(sh, b, word.live, from, ++sh->at);
        return true;
    }
    sh->at += 1 + length;
    str name = str_slice(shell_text(sh), from + 1, sh->at);
    if (!look_up(sh, from, name, &value))
        return false;
    if (word.live)
        put_variable(sh, b, name, from);
    return true;
}

/* "…" at the current place. */
static bool quoted_run(struct shell *sh, struct text_builder *b, struct shell_word outer)
{
    struct shell_word inside = {SHELL_VALUE, true, outer.live, false};
    size_t open = sh->at++;
    while (!shell_at_end(sh) && shell_peek(sh, 0) != '"') {
        size_t length = str_find_any(str_skip(shell_text(sh), sh->at), STR("\"\\$`"));
        size_t end = length == STR_NONE ? shell_text(sh).len : sh->at + length;
        put_own(sh, b, outer.live, sh->at, end);
        sh->at = end;
        if (shell_peek(sh, 0) == '`')
            return refuse_code(sh, sh->at, "`…` runs a command");
        if (shell_peek(sh, 0) == '\\')
            backslash(sh, b, inside);
        else if (shell_peek(sh, 0) == '$' && !dollar(sh, b, inside))
            return false;
    }
    if (shell_at_end(sh))
        return refuse(sh, open, "the double quote that opens here is never closed");
    sh->at++;
    return true;
}

/* Bytes that mean nothing: up to the next that might. */
static void plain_run(struct shell *sh, struct text_builder *b, struct shell_word word)
{
    size_t from = sh->at++;
    while (!at_end_of(sh, word) && !str_has_byte(STR("'\"\\$`~:"), shell_peek(sh, 0)))
        sh->at++;
    if (word.place == SHELL_VALUE && str_has_byte(str_slice(shell_text(sh), from, sh->at), '{'))
        sh->saw_brace = true;
    put_own(sh, b, word.live, from, sh->at);
}

static bool tilde_counts(const struct shell *sh, struct shell_word word, size_t start)
{
    if (word.quoted || word.pattern || shell_peek(sh, 0) != '~')
        return false;
    bool after_colon = word.place == SHELL_VALUE && shell_text(sh).ptr[sh->at - 1] == ':';
    return sh->at == start || after_colon;
}

/* ' in "${NAME-word}": bash wants it closed, and yet it is a byte of the word. */
static bool literal_quotes(struct shell *sh, struct text_builder *b, bool live)
{
    size_t from = sh->at, length = str_find_byte(str_skip(shell_text(sh), from + 1), '\'');
    if (length == STR_NONE)
        return refuse(sh, from, "the single quote that opens here is never closed");
    if (str_has_any(str_slice(shell_text(sh), from, from + 1 + length), STR("}$`\"\\")))
        return refuse(sh, from, "single quotes within double quotes are not followed here");
    sh->at = from + length + 2;
    put_own(sh, b, live, from, sh->at);
    return true;
}

/* "…" in "${NAME-word}": the quotes vanish; what a backslash does in there is bash's own secret. */
static bool nested_quotes(struct shell *sh, struct text_builder *b, struct shell_word word)
{
    size_t from = sh->at;
    if (!quoted_run(sh, b, word))
        return false;
    bool escapes = str_has_byte(str_slice(shell_text(sh), from, sh->at), '\\');
    return !escapes || refuse(sh, from, "a backslash in quotes within quotes is not followed here");
}

/* Reads one part of a word: a quoted run, an escape, an expansion, or plain bytes. */
static bool read_part(struct shell *sh, struct text_builder *b, struct shell_word word, size_t start)
{
    char byte = shell_peek(sh, 0);
    if (byte == '\'' && !word.quoted) {
        size_t open = sh->at, length = str_find_byte(str_skip(shell_text(sh), open + 1), '\'');
        if (length == STR_NONE)
            return refuse(sh, open, "the single quote that opens here is never closed");
        put_own(sh, b, word.live, open + 1, open + 1 + length);
        sh->at = open + length + 2;
        return true;
    }
    if (byte == '\'' && word.place == SHELL_BRACES)
        return literal_quotes(sh, b, word.live);
    if (byte == '"')
        return word.quoted ? nested_quotes(sh, b, word) : quoted_run(sh, b, word);
    if (byte == '`')
        return refuse_code(sh, sh->at, "`…` runs a command");
    if (byte == '$')
        return dollar(sh, b, word);
    if (tilde_counts(sh, word, start)) {
        /* ~ at the start of a value, or after a colon in it: the home directory. */
        size_t from = sh->at++;
        struct template_value home = sh->r->scope.get(sh->r->scope.self, STR("HOME"));
        char next = shell_peek(sh, 0);
        bool alone = shell_at_word_end(sh) || next == '/' || next == ':' || next == '}';
        bool quoted = !alone && str_has_byte(STR("'\"\\$`"), next);
        if (!alone && !quoted)
            return refuse(sh, from, "the home directory of another user is not known here");
        if (alone && !home.found)
            return refuse(sh, from, "the home directory is not known here");
        if (alone && word.live)
            put_variable(sh, b, STR("HOME"), from);
        else
            put_own(sh, b, word.live, from, sh->at);
        return true;
    }
    if (byte == '\\')
        backslash(sh, b, word);
    else
        plain_run(sh, b, word);
    return true;
}

bool shell_read_word(struct shell *sh, struct text_builder *b, struct shell_word word)
{
    size_t start = sh->at;
    if (++sh->depth > limit_value(LIMIT_TEMPLATE_DEPTH))
        return refuse(sh, start, "expansions nest too deep");
    while (!at_end_of(sh, word))
        if (!read_part(sh, b, word, start))
            return false;
    sh->depth--;
    return true;
}
