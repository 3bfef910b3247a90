#include "sentinel.h"

#include "base/vec.h"

#include <string.h>

static const str whole = STR_INIT(SENTINEL_FIRST SENTINEL_SECOND);

/* What some reader takes for the end of the secret, or refuses. */
static const str specials[] = {
    STR_INIT("@"),
    STR_INIT("/"),
    STR_INIT("#"),
    STR_INIT("?"),
    STR_INIT("&"),
    STR_INIT("%"),
    STR_INIT(":"),
    STR_INIT(";"),
    STR_INIT(","),
    STR_INIT(" "),
    STR_INIT("["),
    STR_INIT("]"),
    STR_INIT("\\"),
    STR_INIT("'"),
    STR_INIT("\""),
    STR_INIT("$"),
    STR_INIT("="),
    STR_INIT("+"),
    STR_INIT("{"),
    STR_INIT("}"),
    STR_INIT("("),
    STR_INIT(")"),
    STR_INIT("|"),
    STR_INIT("^"),
    STR_INIT("`"),
    STR_INIT("~"),
    STR_INIT("<"),
    STR_INIT(">"),
    STR_INIT("*"),
    STR_INIT("!"),
    STR_INIT("\t"),
    STR_INIT("\x01"),
    STR_INIT("\xff"),
    STR_INIT("é"),
    STR_INIT("/@"),
    STR_INIT("#@"),
    STR_INIT("?@"),
    STR_INIT("@/"),
    STR_INIT("@@"),
    STR_INIT(":@"),
    STR_INIT("%40"),
    STR_INIT("%2F"),
    STR_INIT("%zz"),
    STR_INIT("%2"),
    STR_INIT("&&"),
    STR_INIT("$$"),
    STR_INIT("${"),
    STR_INIT("://"),
    STR_INIT(" #"),
    STR_INIT("};"),
    STR_INIT("';"),
    STR_INIT("@("),
    STR_INIT(" @"),
};

enum { PLACES = 3 }; /* before, inside, behind */

size_t sentinel_variant_count(void)
{
    return 1 + PLACES * ARRAY_COUNT(specials);
}

str sentinel_special(size_t index)
{
    return index == 0 ? STR("") : specials[(index - 1) / PLACES];
}

str sentinel_variant(struct arena *arena, size_t index)
{
    if (index == 0)
        return whole;
    str special = sentinel_special(index);
    switch ((index - 1) % PLACES) {
    case 0:
        return arena_concat(arena, STR(SENTINEL_FIRST), arena_concat(arena, special, STR(SENTINEL_SECOND)));
    case 1:
        return arena_concat(arena, special, whole);
    default:
        return arena_concat(arena, whole, special);
    }
}

static str replace(struct arena *arena, str text, str mark, str by)
{
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    size_t at;
    while ((at = str_find(text, mark)) != STR_NONE) {
        buf_str(&out, str_take(text, at));
        buf_str(&out, by);
        text = str_skip(text, at + mark.len);
    }
    buf_str(&out, text);
    return buf_view(&out);
}

/* RFC 4648, with padding. */
static str base64(struct arena *arena, str bytes)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    for (size_t i = 0; i < bytes.len; i += 3) {
        uint32_t group = 0;
        for (size_t j = 0; j < 3; j++)
            group = group << 8 | (i + j < bytes.len ? (unsigned char)bytes.ptr[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            buf_byte(&out, i + j <= bytes.len ? letters[group >> (18 - 6 * j) & 63] : '=');
    }
    return buf_view(&out);
}

str sentinel_fill(struct arena *arena, str template, str secret)
{
    str encoded = replace(arena, template, STR(SENTINEL_BASE64), base64(arena, secret));
    str filled = replace(arena, encoded, STR(SENTINEL_MARK), secret);
    return str_take(str_from_c(arena_c_string(arena, filled)), filled.len);
}

/* No byte comes twice in the secret: the first byte of a share says which share it can be. */
static bool is_in(str text)
{
    static signed char places[256];
    if (places[(unsigned char)whole.ptr[0]] == 0)
        for (size_t i = 0; i + SENTINEL_SHARE <= whole.len; i++)
            places[(unsigned char)whole.ptr[i]] = (signed char)(i + 1);
    for (size_t i = 0; i + SENTINEL_SHARE <= text.len; i++) {
        int place = places[(unsigned char)text.ptr[i]];
        if (place && memcmp(text.ptr + i, whole.ptr + place - 1, SENTINEL_SHARE) == 0)
            return true;
    }
    return false;
}

/* Two groups of base64 that say a share: whatever stands around it, one share begins with a group. */
static bool is_in_base64(struct arena *scratch, str text)
{
    for (size_t i = 0; i + SENTINEL_SHARE <= whole.len; i++)
        if (str_contains(text, base64(scratch, str_slice(whole, i, i + SENTINEL_SHARE))))
            return true;
    return false;
}

bool sentinel_is_in(struct arena *scratch, str text)
{
    if (is_in(text) || is_in_base64(scratch, text))
        return true;
    if (!str_has_byte(text, '%'))
        return false;
    struct buf decoded = buf_new(scratch, SIZE_MAX / 4);
    for (size_t i = 0; i < text.len; i++) {
        int high = text.ptr[i] == '%' && i + 2 < text.len ? byte_hex(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? byte_hex(text.ptr[i + 2]) : -1;
        buf_byte(&decoded, low >= 0 ? (char)(high * 16 + low) : text.ptr[i]);
        i += low >= 0 ? 2 : 0;
    }
    return is_in(buf_view(&decoded));
}
