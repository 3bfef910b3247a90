#include "text/cursor.h"

bool cursor_done(const struct cursor *c)
{
    return c->at >= c->text.len;
}

char cursor_peek(const struct cursor *c)
{
    return cursor_done(c) ? '\0' : c->text.ptr[c->at];
}

str cursor_rest(const struct cursor *c)
{
    return str_skip(c->text, c->at);
}

bool cursor_byte(struct cursor *c, char byte)
{
    if (cursor_done(c) || c->text.ptr[c->at] != byte)
        return false;
    c->at++;
    return true;
}

bool cursor_word(struct cursor *c, str word)
{
    if (!str_starts(cursor_rest(c), word))
        return false;
    c->at += word.len;
    return true;
}

bool cursor_word_fold(struct cursor *c, str word)
{
    if (!str_starts_fold(cursor_rest(c), word))
        return false;
    c->at += word.len;
    return true;
}

bool cursor_run(struct cursor *c, byte_class *is_member, size_t max, str *ret_run)
{
    str rest = cursor_rest(c);
    size_t count = 0;
    while (count < rest.len && is_member(rest.ptr[count]))
        if (++count > max)
            return false;
    if (count == 0)
        return false;
    *ret_run = str_take(rest, count);
    c->at += count;
    return true;
}

size_t cursor_skip(struct cursor *c, byte_class *is_member)
{
    size_t start = c->at;
    while (c->at < c->text.len && is_member(c->text.ptr[c->at]))
        c->at++;
    return c->at - start;
}

bool cursor_until(struct cursor *c, char stop, size_t max, str *ret_run)
{
    str rest = cursor_rest(c);
    size_t at = str_find_byte(rest, stop);
    if (at == STR_NONE || at > max)
        return false;
    *ret_run = str_take(rest, at);
    c->at += at;
    return true;
}
