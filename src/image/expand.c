#include "image/expand.h"

#include "base/buf.h"
#include "base/limit.h"
#include "env/space.h"

struct lexer {
    struct arena *arena;
    const struct value *word;
    const struct expand_scope *scope;
    size_t at;
    size_t depth;
    size_t work; /* of patterns */
    bool is_hidden;
    struct expand_result result;
};

/* A text in the making, with the places of its bytes. */
struct output {
    struct buf text;
    struct pieces pieces;
};

static bool refuse(struct lexer *x, const char *message)
{
    if (x->result.error == EXPAND_OK)
        x->result = (struct expand_result){.error = EXPAND_REFUSED, .message = str_from_c(message)};
    return false;
}

static bool reach(struct lexer *x, enum limit_id limit)
{
    x->result = (struct expand_result){.error = EXPAND_LIMIT, .limit = limit};
    return false;
}

static bool is_done(const struct lexer *x)
{
    return x->at >= x->word->text.len;
}

static char peek(const struct lexer *x)
{
    return is_done(x) ? '\0' : x->word->text.ptr[x->at];
}

/* Bytes [from, to) of the word as they are. */
static bool put(struct lexer *x, struct output *out, size_t from, size_t to)
{
    buf_str(&out->text, str_slice(x->word->text, from, to));
    pieces_append(x->arena, &out->pieces, &x->word->pieces, from, to - from);
    return true;
}

/* A value in the place of bytes [from, x->at). */
static bool put_value(struct lexer *x, struct output *out, str text, size_t from)
{
    *x->scope->spent += text.len;
    if (*x->scope->spent > limit_value(LIMIT_DOCKERFILE_EXPANSION))
        return reach(x, LIMIT_DOCKERFILE_EXPANSION);
    buf_str(&out->text, text);
    pieces_add(x->arena, &out->pieces, text.len, pieces_locate(&x->word->pieces, from, x->at - from), NULL);
    return true;
}

static struct output output_new(struct lexer *x)
{
    return (struct output){
        .text = buf_new(x->arena, limit_value(LIMIT_DOCKERFILE_EXPANSION) + x->word->text.len + 1)};
}

static bool lex(struct lexer *x, struct output *out, char stop, bool keeps_escapes);

/* ---- names and values */

/* Letters, digits and `_`; digits alone; or one of the shell's parameters, which are never set here. */
static str read_name(struct lexer *x)
{
    size_t from = x->at;
    if (byte_is_digit(peek(x))) {
        while (byte_is_digit(peek(x)))
            x->at++;
    } else if (!is_done(x) && str_has_byte(STR("@*#?-$!"), peek(x))) {
        x->at++;
    } else {
        for (size_t length = 1; !is_done(x); x->at += length) {
            uint32_t code = utf8_decode(str_skip(x->word->text, x->at), &length);
            if (code != '_' && !letter_is_letter_or_number(code))
                break;
        }
    }
    return str_slice(x->word->text, from, x->at);
}

static struct expand_variable look_up(struct lexer *x, str name)
{
    struct expand_variable variable = x->scope->get(x->scope->self, name);
    x->is_hidden |= variable.is_hidden;
    return variable;
}

/* ---- patterns */

static bool goes_on(str text, size_t at)
{
    return at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80;
}

/* How many bytes the character has that ends before `end`. */
static size_t character_before(str text, size_t end)
{
    size_t start = end - 1;
    while (start > 0 && end - start < 4 && goes_on(text, start))
        start--;
    return end - start;
}

/* One part of a pattern against the row of match(). */
static void match_part(bool *row, str text, char byte, bool is_any)
{
    for (size_t i = text.len; i > 0; i--) {
        size_t length = is_any ? character_before(text, i) : 1;
        bool fits = is_any ? text.ptr[i - 1] != '\n' && !goes_on(text, i) : text.ptr[i - 1] == byte;
        row[i] = fits && row[i - length];
    }
    row[0] = false;
}

/* Texts with `*` and `?`, and a backslash before a byte that is meant: the length of what matches at the
 * beginning, the longest or the shortest; false: nothing does. */
static bool match(struct arena *arena, str pattern, str text, bool longest, size_t *ret_length)
{
    /* Whether the pattern up to here matches the first i bytes: one row that each part of the pattern
     * renews. */
    bool *row = arena_array(arena, bool, text.len + 1);
    row[0] = true;
    for (size_t p = 0; p < pattern.len; p++) {
        char byte = pattern.ptr[p];
        if (byte == '*') {
            for (size_t i = 1; i <= text.len; i++)
                row[i] |= row[i - 1] && text.ptr[i - 1] != '\n';
            continue;
        }
        bool is_any = byte == '?';
        if (byte == '\\' && p + 1 < pattern.len)
            byte = pattern.ptr[++p];
        match_part(row, text, byte, is_any);
    }
    bool found = false;
    for (size_t i = 0; i <= text.len && (longest || !found); i++)
        if (row[i]) {
            found = true;
            *ret_length = i;
        }
    return found;
}

/* A backslash stands before a byte that would be more than itself, and nowhere else. */
static bool is_pattern(str pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if (pattern.ptr[i] == '\\' && (++i == pattern.len || !str_has_byte(STR("*?\\}/"), pattern.ptr[i])))
            return false;
    return true;
}

/* By characters; of a pattern an escaped one stays behind its backslash. */
static str reversed(struct arena *arena, str text, bool keeps_escapes)
{
    char *bytes = arena_array(arena, char, text.len + 1);
    for (size_t i = 0, length; i < text.len; i += length) {
        bool is_pair = keeps_escapes && text.ptr[i] == '\\' && i + 1 < text.len;
        utf8_decode(str_skip(text, i), &length);
        length = is_pair ? 2 : length;
        memcpy(bytes + text.len - i - length, text.ptr + i, length);
    }
    return (str){bytes, text.len};
}

/* Whether what matching costs is still below the limit, all patterns of the word together. */
static bool is_affordable(struct lexer *x, str pattern, str text)
{
    size_t work;
    bool is_too_much = __builtin_mul_overflow(pattern.len + 1, text.len + 1, &work) ||
                       __builtin_add_overflow(x->work, work, &x->work) ||
                       x->work > limit_value(LIMIT_PATTERN_WORK);
    return !is_too_much || reach(x, LIMIT_PATTERN_WORK);
}

/* ${NAME#pattern}, ##, %, %%. */
static bool trim(struct lexer *x, struct output *out, char side, str pattern, str text, size_t from)
{
    bool longest = str_starts(pattern, (str){&side, 1});
    pattern = str_skip(pattern, longest);
    if (!is_pattern(pattern))
        return refuse(x, "a pattern of ${…} has a backslash before a letter");
    if (!is_affordable(x, pattern, text))
        return false;
    bool is_end = side == '%';
    str held = is_end ? reversed(x->arena, text, false) : text;
    size_t length = 0;
    if (!match(x->arena, is_end ? reversed(x->arena, pattern, true) : pattern, held, longest, &length))
        length = 0;
    return put_value(x, out, is_end ? str_take(text, text.len - length) : str_skip(text, length), from);
}

/* The first match from `at` on, in bytes; false: there is none, or the limit was reached. */
static bool search(struct lexer *x, str pattern, str text, size_t at, size_t *ret_from, size_t *ret_to)
{
    for (size_t length; at <= text.len; at += length) {
        str rest = str_skip(text, at);
        if (!is_affordable(x, pattern, rest))
            return false;
        if (match(x->arena, pattern, rest, true, &length)) {
            *ret_from = at;
            *ret_to = at + length;
            return true;
        }
        length = 1;
        if (rest.len)
            utf8_decode(rest, &length);
    }
    return false;
}

/* Regexp.ReplaceAllString of Go: an empty match right behind another one is none. */
static str replaced(struct lexer *x, str text, str pattern, str with, bool all)
{
    struct buf made = buf_new(x->arena, limit_value(LIMIT_DOCKERFILE_EXPANSION) + 1);
    size_t done = 0, from, to;
    for (size_t at = 0; at <= text.len && search(x, pattern, text, at, &from, &to);) {
        buf_str(&made, str_slice(text, done, from));
        if (to > done || from == 0)
            buf_str(&made, with);
        done = to;
        size_t length = 1;
        if (at < text.len)
            utf8_decode(str_skip(text, at), &length);
        at = at + length > to ? at + length : to;
        if (!all)
            break;
    }
    buf_str(&made, str_skip(text, done));
    return buf_view(&made);
}

/* ${NAME/pattern/text}, ${NAME//pattern/text}. */
static bool replace(struct lexer *x, struct output *out, str name, size_t from)
{
    bool all = peek(x) == '/';
    x->at += all;
    struct output pattern = output_new(x), other = output_new(x);
    if (!lex(x, &pattern, '/', true) || !lex(x, &other, '}', true))
        return false;
    str text = look_up(x, name).text, what = buf_view(&pattern.text), with = buf_view(&other.text);
    if (all && str_has_byte(with, '$'))
        x->is_hidden = true; /* Go's regular expressions take it for a group */
    if (!is_pattern(what))
        return refuse(x, "a pattern of ${…} has a backslash before a letter");
    str made = replaced(x, text, what, with, all);
    return x->result.error == EXPAND_OK && put_value(x, out, made, from);
}

/* ---- ${…} */

/* What follows the name and its sign, up to the brace. */
static bool modified(
    struct lexer *x, struct output *out, str name, char sign, bool empty_is_unset, size_t from)
{
    struct output word = output_new(x);
    bool is_trim = sign == '#' || sign == '%';
    if (is_trim && empty_is_unset)
        return refuse(x, "there is no such form of ${…}");
    if (!lex(x, &word, '}', is_trim))
        return refuse(x, "a brace is not closed");
    struct expand_variable variable = look_up(x, name);
    bool is_there = variable.is_set && !(empty_is_unset && variable.text.len == 0);
    str text = buf_view(&word.text);
    switch (sign) {
    case '-':
        return put_value(x, out, is_there ? variable.text : text, from);
    case '+':
        return put_value(x, out, is_there ? text : STR(""), from);
    case '?':
        return variable.is_hidden || is_there ? put_value(x, out, variable.text, from)
                                              : refuse(x, "a variable that is required here is not set");
    case '#':
    case '%':
        return trim(x, out, sign, text, variable.text, from);
    default:
        return refuse(x, "there is no such form of ${…}");
    }
}

static bool dollar(struct lexer *x, struct output *out)
{
    size_t from = x->at++;
    if (peek(x) != '{') {
        str name = read_name(x);
        return name.len ? put_value(x, out, look_up(x, name).text, from) : put(x, out, from, from + 1);
    }
    x->at++;
    if (is_done(x) || str_has_byte(STR("{}:"), peek(x)))
        return refuse(x, "this is no ${NAME}");
    str name = read_name(x);
    char sign = peek(x);
    x->at += !is_done(x);
    if (sign == '}')
        return put_value(x, out, look_up(x, name).text, from);
    if (sign == '/')
        return replace(x, out, name, from);
    bool empty_is_unset = sign == ':';
    if (empty_is_unset) {
        sign = peek(x);
        x->at += !is_done(x);
    }
    return modified(x, out, name, sign, empty_is_unset, from);
}

/* ---- quotes */

static bool single_quoted(struct lexer *x, struct output *out)
{
    size_t from = ++x->at;
    while (!is_done(x) && peek(x) != '\'')
        x->at++;
    return is_done(x) ? refuse(x, "a single quote is not closed") : put(x, out, from, x->at++);
}

static bool double_quoted(struct lexer *x, struct output *out, bool keeps_escapes)
{
    x->at++;
    while (!is_done(x) && peek(x) != '"') {
        if (peek(x) == '$') {
            if (!dollar(x, out))
                return false;
            continue;
        }
        size_t from = x->at++;
        bool is_escape = x->word->text.ptr[from] == x->scope->escape;
        char next = peek(x);
        bool is_taken = is_escape && !is_done(x) && (next == '"' || next == '$' || next == x->scope->escape);
        if (is_escape && keeps_escapes)
            put(x, out, from, from + 1);
        if (is_escape && is_done(x))
            break;
        put(x, out, is_taken ? x->at : from, is_taken ? x->at + 1 : from + 1);
        x->at += is_taken;
    }
    return is_done(x) ? refuse(x, "a double quote is not closed") : (x->at++, true);
}

/* Whether a byte outside of quotes is more than itself. */
static bool is_special(const struct lexer *x, char byte, char stop)
{
    return byte == '$' || byte == '\'' || byte == '"' || byte == x->scope->escape || (stop && byte == stop);
}

/* ---- a word, up to `stop` or, where that is NUL, to its end */

static bool lex_until(struct lexer *x, struct output *out, char stop, bool keeps_escapes)
{
    while (!is_done(x)) {
        size_t from = x->at;
        char byte = peek(x);
        if (stop && byte == stop)
            return ++x->at, true;
        bool ok = true;
        if (byte == '$')
            ok = dollar(x, out);
        else if (byte == '\'')
            ok = single_quoted(x, out);
        else if (byte == '"')
            ok = double_quoted(x, out, keeps_escapes);
        else if (byte != x->scope->escape) {
            while (!is_done(x) && !is_special(x, peek(x), stop))
                x->at++;
            put(x, out, from, x->at);
        } else {
            if (keeps_escapes)
                put(x, out, from, from + 1);
            if (++x->at < x->word->text.len)
                put(x, out, x->at, x->at + 1), x->at++;
        }
        if (!ok)
            return false;
    }
    return !stop || refuse(x, "a brace is not closed");
}

static bool lex(struct lexer *x, struct output *out, char stop, bool keeps_escapes)
{
    if (x->depth++ >= limit_value(LIMIT_TEMPLATE_DEPTH))
        return reach(x, LIMIT_TEMPLATE_DEPTH);
    bool ok = lex_until(x, out, stop, keeps_escapes);
    x->depth--;
    return ok;
}

struct expand_result expand_word(
    struct arena *arena, const struct value *word, const struct expand_scope *scope)
{
    struct lexer x = {.arena = arena, .word = word, .scope = scope};
    struct value *value = arena_new(arena, struct value);
    *value = *word;
    x.result.value = value;
    char special[] = {'$', '\'', '"', scope->escape, '\0'};
    if (!str_has_any(word->text, str_from_c(special)))
        return x.result;
    struct output out = output_new(&x);
    if (!lex(&x, &out, '\0', false))
        return x.result;
    value->text = x.is_hidden ? STR("") : buf_view(&out.text);
    value->pieces = x.is_hidden ? (struct pieces){0} : out.pieces;
    value->is_hidden = x.is_hidden;
    value->set = !x.is_hidden;
    return x.result;
}
