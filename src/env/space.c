#include "env/space.h"

#include "base/vec.h"

#include <unictype.h>

struct blank {
    uint32_t first, last;
    unsigned sets;
};

#define SPACE_UNICODE (SPACE_WHITE | SPACE_PYTHON | SPACE_JS)

static const struct blank BLANKS[] = {
    {0x00, 0x00, SPACE_RUBY},
    {0x09, 0x09, SPACE_UNICODE | SPACE_GO_LINE | SPACE_ASCII | SPACE_RUBY},
    {0x0A, 0x0A, SPACE_UNICODE | SPACE_ASCII | SPACE_RUBY},
    {0x0B, 0x0D, SPACE_UNICODE | SPACE_GO_LINE | SPACE_ASCII | SPACE_RUBY},
    {0x1C, 0x1F, SPACE_PYTHON},
    {0x20, 0x20, SPACE_UNICODE | SPACE_GO_LINE | SPACE_ASCII | SPACE_RUBY},
    {0x85, 0x85, SPACE_WHITE | SPACE_PYTHON | SPACE_GO_LINE},
    {0xA0, 0xA0, SPACE_UNICODE | SPACE_GO_LINE},
    {0x1680, 0x1680, SPACE_UNICODE},
    {0x2000, 0x200A, SPACE_UNICODE},
    {0x2028, 0x2029, SPACE_UNICODE},
    {0x202F, 0x202F, SPACE_UNICODE},
    {0x205F, 0x205F, SPACE_UNICODE},
    {0x3000, 0x3000, SPACE_UNICODE},
    {0xFEFF, 0xFEFF, SPACE_JS},
};

static bool is_blank(uint32_t code, enum space_set set)
{
    for (size_t i = 0; i < ARRAY_COUNT(BLANKS); i++)
        if (code <= BLANKS[i].last)
            return code >= BLANKS[i].first && (BLANKS[i].sets & set);
    return false;
}

size_t space_at(str text, size_t at, enum space_set set)
{
    unsigned char byte = (unsigned char)text.ptr[at];
    if (byte > ' ' && byte < 0x80)
        return 0;
    size_t length = 1;
    uint32_t code = byte < 0x80 ? byte : utf8_decode(str_skip(text, at), &length);
    return is_blank(code, set) ? length : 0;
}

size_t space_skip(str text, size_t from, size_t to, enum space_set set)
{
    text = str_take(text, to);
    while (from < to) {
        size_t length = space_at(text, from, set);
        if (length == 0)
            break;
        from += length;
    }
    return from;
}

size_t space_trim_end(str text, size_t from, size_t to, enum space_set set)
{
    while (to > from) {
        size_t start = to - 1;
        while (start > from && to - start < 4 && utf8_continues(text.ptr[start]))
            start--;
        if (space_at(str_take(text, to), start, set) != to - start)
            break;
        to = start;
    }
    return to;
}

bool letter_is_letter_or_number(uint32_t code)
{
    if (code < 0x80)
        return byte_is_alnum((char)code);
    return uc_is_general_category(code, UC_LETTER) || uc_is_general_category(code, UC_NUMBER);
}

bool letter_is_alphanumeric(uint32_t code)
{
    return letter_is_letter_or_number(code) || (code >= 0x80 && uc_is_property_alphabetic(code));
}
