#include "unit/word.h"

#include "base/utf8.h"

/* A word while it is read. */
struct word {
    struct unit_text text;
    struct unit_view *view;
    enum unit_word_style style;
    size_t at;
    size_t own; /* bytes from here to `at` stand for themselves */
    char quote; /* 0: none is open */
};

/* `count` digits of a base at `at`; false: one of them is none. */
static bool digits(str text, size_t at, size_t count, int base, uint32_t *ret_number)
{
    *ret_number = 0;
    for (size_t i = at; i < at + count; i++) {
        int digit = i < text.len ? byte_hex(text.ptr[i]) : -1;
        if (digit < 0 || digit >= base)
            return false;
        *ret_number = *ret_number * (uint32_t)base + (uint32_t)digit;
    }
    return *ret_number != 0;
}

/* cunescape_one(): how long the escape at `at` is, behind its backslash, and what it stands for; 0: none. */
static size_t unescape(str text, size_t at, struct buf *out)
{
    static const str plain = STR_INIT("abfnrtvs\\\"'"), stands_for = STR_INIT("\a\b\f\n\r\t\v \\\"'");
    char byte = text.ptr[at];
    size_t index = str_find_byte(plain, byte);
    uint32_t number;
    if (index != STR_NONE) {
        buf_byte(out, stands_for.ptr[index]);
        return 1;
    }
    if (byte == 'x' && digits(text, at + 1, 2, 16, &number)) {
        buf_byte(out, (char)number);
        return 3;
    }
    size_t length = byte == 'u' ? 4 : byte == 'U' ? 8 : 0;
    if (length && digits(text, at + 1, length, 16, &number)) {
        if (number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF))
            return 0;
        utf8_append(out, number);
        return length + 1;
    }
    if (digits(text, at, 3, 8, &number) && number <= 255) {
        buf_byte(out, (char)number);
        return 3;
    }
    return 0;
}

/* What stands for itself goes into the word; `next` bytes from here on do not. */
static void flush(struct word *w, size_t next)
{
    if (w->own < w->at)
        unit_text_own(&w->text, w->view, w->own, w->at);
    w->own = w->at + next;
}

/* The backslash at `at`; false: the word is refused. */
static bool take_escape(struct word *w)
{
    str text = w->view->value->text;
    bool is_last = w->at + 1 == text.len;
    struct buf made = buf_new(w->text.arena, 8);
    size_t length = is_last || w->style == UNIT_WORD_VALUE ? 0 : unescape(text, w->at + 1, &made);
    if (length) {
        flush(w, 1 + length);
        unit_text_made(&w->text, buf_view(&made), w->view, w->at, w->at + 1 + length);
        w->at += 1 + length;
        return true;
    }
    if (w->style == UNIT_WORD_STRICT || (is_last && w->quote && w->style == UNIT_WORD_COMMAND))
        return false;
    if (w->style == UNIT_WORD_VALUE) /* without EXTRACT_CUNESCAPE a backslash goes, what follows stays */
        flush(w, 1);
    w->at += is_last ? 1 : 2;
    return true;
}

/* True at the end of the word. */
static bool take_byte(struct word *w, bool *ret_is_bad)
{
    char byte = w->view->value->text.ptr[w->at];
    bool is_quote = byte == '"' || byte == '\'';
    if (byte == '\\') {
        *ret_is_bad = !take_escape(w);
        return *ret_is_bad;
    }
    if (w->quote ? byte == w->quote : is_quote) {
        flush(w, 1);
        w->quote = w->quote ? 0 : byte;
    } else if (!w->quote && byte_is_white(byte)) {
        return true;
    }
    w->at++;
    return false;
}

static void skip_whitespace(struct unit_view *view)
{
    str text = view->value->text;
    while (view->at < text.len && byte_is_white(text.ptr[view->at]))
        view->at++;
}

enum unit_word unit_word_next(
    struct arena *arena, struct unit_view *view, enum unit_word_style style, struct value **ret_word)
{
    skip_whitespace(view);
    size_t from = view->at, length = view->value->text.len;
    struct word w = {.text.arena = arena, .view = view, .style = style, .at = from, .own = from};
    bool is_bad = false;
    if (from >= length)
        return UNIT_WORD_END;
    while (w.at < length && !take_byte(&w, &is_bad))
        ;
    if (is_bad || (w.quote && style != UNIT_WORD_VALUE))
        return UNIT_WORD_BAD;
    flush(&w, 0);
    view->at = w.at;
    *ret_word = unit_text_value(&w.text, view->value, unit_view_span(view, from, w.at));
    skip_whitespace(view);
    return UNIT_WORD;
}
