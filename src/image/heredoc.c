#include "image/heredoc.h"

#include "base/buf.h"
#include "env/space.h"
#include "text/cursor.h"

/* ---- words */

/* Past a quoted text inside of ${…}; false: it is not closed. */
static bool skip_plain_quoted(struct cursor *c)
{
    char quote = cursor_peek(c);
    for (c->at++; !cursor_done(c) && cursor_peek(c) != quote;)
        c->at += quote == '"' && cursor_peek(c) == '\\' ? 2 : 1;
    return cursor_byte(c, quote);
}

/* Past $NAME or ${NAME…}, braces in braces by their depth alone; false: the builder's lexer gives up. */
static bool skip_dollar(struct cursor *c)
{
    c->at++;
    if (!cursor_byte(c, '{'))
        return true;
    if (cursor_done(c) || str_has_byte(STR("{}:"), cursor_peek(c)))
        return false;
    while (!cursor_done(c) && byte_is_name(cursor_peek(c)))
        c->at++;
    if (!cursor_done(c) && str_has_byte(STR("@*#?-$!"), cursor_peek(c)) && c->text.ptr[c->at - 1] == '{')
        c->at++;
    if (cursor_done(c) || !str_has_byte(STR("}:+-?#%/"), cursor_peek(c)))
        return false;
    for (size_t depth = 1; !cursor_done(c) && depth > 0;) {
        char byte = cursor_peek(c);
        bool opens = byte == '$' && str_starts(str_skip(c->text, c->at), STR("${"));
        if (byte == '"' || byte == '\'') {
            if (!skip_plain_quoted(c))
                return false;
            continue;
        }
        depth += opens;
        depth -= byte == '}';
        c->at += byte == '\\' || opens ? 2 : 1;
        if (depth == 0)
            return true;
    }
    return false;
}

static bool skip_quoted(struct cursor *c)
{
    if (cursor_peek(c) == '\'')
        return skip_plain_quoted(c);
    for (c->at++; !cursor_done(c) && cursor_peek(c) != '"';) {
        if (cursor_peek(c) == '$') {
            if (!skip_dollar(c))
                return false;
            continue;
        }
        c->at += cursor_peek(c) == '\\' ? 2 : 1;
    }
    return cursor_byte(c, '"');
}

/* Past one byte of a word, or a stretch that belongs together; blanks behind << do. */
static bool skip_part(struct cursor *c)
{
    char byte = cursor_peek(c);
    if (byte == '$')
        return skip_dollar(c);
    if (byte == '"' || byte == '\'')
        return skip_quoted(c);
    if (cursor_word(c, STR("<<"))) {
        cursor_skip(c, byte_is_blank);
        return true;
    }
    c->at += byte == '\\' ? 2 : 1;
    return true;
}

static bool next_word(struct cursor *c, size_t *ret_from)
{
    c->at = space_skip(c->text, c->at, c->text.len, SPACE_WHITE);
    *ret_from = c->at;
    while (!cursor_done(c) && !space_at(c->text, c->at, SPACE_WHITE))
        if (!skip_part(c))
            return false;
    if (c->at > c->text.len)
        c->at = c->text.len;
    return true;
}

struct heredoc_words heredoc_words(str line)
{
    struct heredoc_words words = {.line = line};
    struct cursor c = {line, 0};
    size_t from;
    while (!words.is_broken && !cursor_done(&c))
        words.is_broken = !next_word(&c, &from);
    return words;
}

bool heredoc_next(struct heredoc_words *words, size_t *ret_from, size_t *ret_to)
{
    struct cursor c = {words->line, words->at};
    if (words->is_broken || !next_word(&c, ret_from) || *ret_from >= c.at)
        return false;
    *ret_to = words->at = c.at;
    return true;
}

/* ---- the name */

/* Without its quotes and escapes; false: it has no end, or is several words. */
static enum heredoc_answer unquote(struct arena *arena, str word, struct heredoc *heredoc)
{
    struct buf name = buf_new(arena, word.len);
    struct cursor c = {word, 0};
    while (!cursor_done(&c)) {
        size_t from = c.at;
        char byte = cursor_peek(&c);
        if (space_at(word, from, SPACE_WHITE))
            return space_skip(word, from, word.len, SPACE_WHITE) == word.len ? HEREDOC_FOUND : HEREDOC_NONE;
        if (!skip_part(&c))
            return HEREDOC_REFUSED;
        str part = str_slice(word, from, c.at < word.len ? c.at : word.len);
        bool is_quoted = byte == '"' || byte == '\'';
        heredoc->is_raw |= is_quoted;
        part = is_quoted ? str_slice(part, 1, part.len - 1) : byte == '\\' ? str_skip(part, 1) : part;
        buf_str(&name, part);
    }
    heredoc->name = buf_view(&name);
    return heredoc->name.len ? HEREDOC_FOUND : HEREDOC_NONE;
}

enum heredoc_answer heredoc_of(struct arena *arena, str word, struct heredoc *ret_heredoc)
{
    word = str_skip(word, str_skip_digits(word, 0));
    if (!str_starts(word, STR("<<")))
        return HEREDOC_NONE;
    word = str_skip(word, 2);
    *ret_heredoc = (struct heredoc){.strips_tabs = str_starts(word, STR("-"))};
    word = str_trim_start(str_skip(word, ret_heredoc->strips_tabs));
    if (word.len == 0 || str_has_byte(word, '<'))
        return HEREDOC_NONE;
    return unquote(arena, word, ret_heredoc);
}
