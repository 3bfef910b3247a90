#include "base/str.h"

#define BLANKS STR(" \t\n\v\f\r")

bool byte_is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

bool byte_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool byte_is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool byte_is_alnum(char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte);
}

bool byte_is_name(char byte)
{
    return byte_is_alnum(byte) || byte == '_';
}

char byte_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

char byte_upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? (char)(byte - ('a' - 'A')) : byte;
}

int byte_hex(char byte)
{
    if (byte_is_digit(byte))
        return byte - '0';
    char lower = byte_lower(byte);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool str_is_name(str s)
{
    if (s.len == 0 || byte_is_digit(s.ptr[0]))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!byte_is_name(s.ptr[i]))
            return false;
    return true;
}

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_fold(str a, str b)
{
    return a.len == b.len && str_starts_fold(a, b);
}

int str_compare(str a, str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq(str_take(s, prefix.len), prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_skip(s, s.len - suffix.len), suffix);
}

bool str_starts_fold(str s, str prefix)
{
    if (s.len < prefix.len)
        return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (byte_lower(s.ptr[i]) != byte_lower(prefix.ptr[i]))
            return false;
    return true;
}

bool str_ends_fold(str s, str suffix)
{
    return s.len >= suffix.len && str_starts_fold(str_skip(s, s.len - suffix.len), suffix);
}

size_t str_find(str s, str needle)
{
    if (needle.len == 0)
        return 0;
    if (needle.len > s.len)
        return STR_NONE;
    const char *hit = memmem(s.ptr, s.len, needle.ptr, needle.len);
    return hit ? (size_t)(hit - s.ptr) : STR_NONE;
}

size_t str_find_byte(str s, char byte)
{
    const char *hit = s.len ? memchr(s.ptr, byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : STR_NONE;
}

size_t str_rfind_byte(str s, char byte)
{
    const char *hit = s.len ? memrchr(s.ptr, byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : STR_NONE;
}

size_t str_find_any(str s, str bytes)
{
    for (size_t i = 0; i < s.len; i++)
        if (str_find_byte(bytes, s.ptr[i]) != STR_NONE)
            return i;
    return STR_NONE;
}

bool str_contains(str s, str needle)
{
    return str_find(s, needle) != STR_NONE;
}

str str_slice(str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return (str){s.ptr ? s.ptr + to : NULL, 0};
    return (str){s.ptr + from, to - from};
}

str str_skip(str s, size_t count)
{
    return str_slice(s, count, s.len);
}

str str_take(str s, size_t count)
{
    return str_slice(s, 0, count);
}

/* The cut at `at` with a separator of `width` bytes, or no cut at all. */
static struct str_cut cut_at(str s, size_t at, size_t width)
{
    if (at == STR_NONE)
        return (struct str_cut){.head = s};
    return (struct str_cut){.head = str_take(s, at), .tail = str_skip(s, at + width), .found = true};
}

struct str_cut str_cut_byte(str s, char separator)
{
    return cut_at(s, str_find_byte(s, separator), 1);
}

struct str_cut str_rcut_byte(str s, char separator)
{
    return cut_at(s, str_rfind_byte(s, separator), 1);
}

struct str_cut str_cut(str s, str separator)
{
    return cut_at(s, str_find(s, separator), separator.len);
}

static str trim_start_bytes(str s, str bytes)
{
    size_t i = 0;
    while (i < s.len && str_find_byte(bytes, s.ptr[i]) != STR_NONE)
        i++;
    return str_skip(s, i);
}

static str trim_end_bytes(str s, str bytes)
{
    while (s.len > 0 && str_find_byte(bytes, s.ptr[s.len - 1]) != STR_NONE)
        s.len--;
    return s;
}

str str_trim_bytes(str s, str bytes)
{
    return trim_end_bytes(trim_start_bytes(s, bytes), bytes);
}

str str_trim(str s)
{
    return str_trim_bytes(s, BLANKS);
}

str str_trim_start(str s)
{
    return trim_start_bytes(s, BLANKS);
}

str str_trim_end(str s)
{
    return trim_end_bytes(s, BLANKS);
}

bool str_next(str *rest, char separator, str *ret_piece)
{
    if (rest->ptr == NULL)
        return false;
    struct str_cut cut = str_cut_byte(*rest, separator);
    *ret_piece = cut.head;
    *rest = cut.found ? cut.tail : (str){NULL, 0};
    return true;
}
