#include "image/json.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/utf8.h"
#include "text/cursor.h"

#define DEPTH_MAX 64 /* a deeper one is no command of anybody */

static bool next_byte(struct cursor *c, char byte)
{
    cursor_skip(c, byte_is_white);
    return cursor_byte(c, byte);
}

static bool skip_string(struct cursor *c)
{
    if (!cursor_byte(c, '"'))
        return false;
    while (!cursor_done(c)) {
        if (cursor_byte(c, '"'))
            return true;
        if ((unsigned char)cursor_peek(c) < ' ')
            return false;
        if (!cursor_byte(c, '\\')) {
            c->at++;
            continue;
        }
        if (cursor_byte(c, 'u')) {
            for (int i = 0; i < 4; i++, c->at++)
                if (cursor_done(c) || byte_hex(cursor_peek(c)) < 0)
                    return false;
        } else if (cursor_done(c) || !str_has_byte(STR("\"\\/bfnrt"), cursor_peek(c)))
            return false;
        else
            c->at++;
    }
    return false;
}

static bool skip_digits(struct cursor *c)
{
    return cursor_skip(c, byte_is_digit) > 0;
}

static bool skip_number(struct cursor *c)
{
    cursor_byte(c, '-');
    if (!cursor_byte(c, '0') && !skip_digits(c))
        return false;
    if (cursor_byte(c, '.') && !skip_digits(c))
        return false;
    if (!cursor_byte(c, 'e') && !cursor_byte(c, 'E'))
        return true;
    if (!cursor_byte(c, '+'))
        cursor_byte(c, '-');
    return skip_digits(c);
}

static bool skip_value(struct cursor *c, int depth)
{
    cursor_skip(c, byte_is_white);
    char first = cursor_peek(c), last = first == '{' ? '}' : ']';
    if (first == '"')
        return skip_string(c);
    if (first != '{' && first != '[')
        return cursor_word(c, STR("true")) || cursor_word(c, STR("false")) || cursor_word(c, STR("null")) ||
               skip_number(c);
    c->at++;
    if (depth >= DEPTH_MAX)
        return false;
    if (next_byte(c, last))
        return true;
    do {
        cursor_skip(c, byte_is_white);
        if (first == '{' && !(skip_string(c) && next_byte(c, ':')))
            return false;
        if (!skip_value(c, depth + 1))
            return false;
    } while (next_byte(c, ','));
    return next_byte(c, last);
}

static uint32_t code_at(str text, size_t at)
{
    uint32_t code = 0;
    for (size_t i = 0; i < 4; i++)
        code = code * 16 + (uint32_t)byte_hex(text.ptr[at + i]);
    return code;
}

/* A valid string without its quotes, unescaped; halves of a surrogate pair that are alone are U+FFFD. */
static str unescape(struct arena *arena, str text)
{
    if (!str_has_byte(text, '\\'))
        return text;
    struct buf out = buf_new(arena, text.len * 3);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\\') {
            buf_byte(&out, text.ptr[i]);
            continue;
        }
        char code = text.ptr[++i];
        if (code != 'u') {
            size_t known = str_find_byte(STR("bfnrt"), code);
            buf_byte(&out, known == STR_NONE ? code : "\b\f\n\r\t"[known]);
            continue;
        }
        uint32_t point = code_at(text, i + 1);
        i += 4;
        bool is_high = point >= 0xD800 && point < 0xDC00;
        if (is_high && str_starts(str_skip(text, i + 1), STR("\\u"))) {
            uint32_t low = code_at(text, i + 3);
            if (low >= 0xDC00 && low < 0xE000) {
                point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
                i += 6;
            }
        }
        utf8_append(&out, point >= 0xD800 && point < 0xE000 ? 0xFFFD : point);
    }
    return buf_view(&out);
}

enum json_form json_strings(struct arena *arena, const struct value *text, instruction_words *words)
{
    struct cursor c = {.text = text->text}, whole = c;
    bool is_valid = next_byte(&c, '[') && skip_value(&whole, 0);
    cursor_skip(&whole, byte_is_white);
    if (!is_valid || !cursor_done(&whole))
        return JSON_NONE;
    size_t before = words->count;
    if (next_byte(&c, ']'))
        return JSON_STRINGS;
    do {
        cursor_skip(&c, byte_is_white);
        size_t start = c.at + 1;
        if (!skip_string(&c)) {
            words->count = before;
            return JSON_OTHER;
        }
        struct value *word = value_slice(arena, text, start, c.at - 1);
        str plain = unescape(arena, word->text);
        if (plain.ptr != word->text.ptr) {
            word->text = plain;
            word->pieces = (struct pieces){0};
            pieces_add(arena, &word->pieces, plain.len, word->at, NULL);
        }
        vec_push(arena, words, word);
    } while (next_byte(&c, ',') && words->count <= limit_value(LIMIT_DOCKERFILE_WORDS));
    return JSON_STRINGS;
}
