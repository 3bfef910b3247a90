#include "base/str.h"

#include <stdint.h>

bool str_is_name(str s)
{
    if (s.len == 0 || byte_is_digit(s.ptr[0]))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!byte_is_name(s.ptr[i]))
            return false;
    return true;
}

int str_compare(str a, str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    if (shared && a.ptr[0] != b.ptr[0])
        return (unsigned char)a.ptr[0] - (unsigned char)b.ptr[0];
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_skip(s, s.len - suffix.len), suffix);
}

bool str_same_fold(const char *a, const char *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i] && byte_lower(a[i]) != byte_lower(b[i]))
            return false;
    return true;
}

bool str_contains_fold(str s, str needle)
{
    for (size_t at = 0; at + needle.len <= s.len; at++)
        if (str_starts_fold(str_skip(s, at), needle))
            return true;
    return false;
}

enum { SHORT_NEEDLE = 16 };

size_t str_find(str s, str needle)
{
    if (needle.len == 0)
        return 0;
    if (needle.len > s.len)
        return STR_NONE;
    if (needle.len <= SHORT_NEEDLE) {
        /* memmem() builds a table first: for a short needle that costs more than the search. */
        const char *at = s.ptr, *last = s.ptr + s.len - needle.len;
        while (at <= last && (at = memchr(at, needle.ptr[0], (size_t)(last - at) + 1)) != NULL) {
            if (memcmp(at, needle.ptr, needle.len) == 0)
                return (size_t)(at - s.ptr);
            at++;
        }
        return STR_NONE;
    }
    const char *hit = memmem(s.ptr, s.len, needle.ptr, needle.len);
    return hit ? (size_t)(hit - s.ptr) : STR_NONE;
}

size_t str_rfind_byte(str s, char byte)
{
    const char *hit = s.len ? memrchr(s.ptr, byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : STR_NONE;
}

/* One bit a byte: the text is walked once, whatever the number of bytes looked for. */
size_t str_find_any(str s, str bytes)
{
    uint64_t wanted[4] = {0};
    for (size_t i = 0; i < bytes.len; i++)
        wanted[(unsigned char)bytes.ptr[i] / 64] |= UINT64_C(1) << ((unsigned char)bytes.ptr[i] % 64);
    for (size_t i = 0; i < s.len; i++)
        if (wanted[(unsigned char)s.ptr[i] / 64] >> ((unsigned char)s.ptr[i] % 64) & 1)
            return i;
    return STR_NONE;
}

bool str_contains(str s, str needle)
{
    return str_find(s, needle) != STR_NONE;
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

str str_trim_bytes(str s, str bytes)
{
    size_t from = 0;
    while (from < s.len && str_has_byte(bytes, s.ptr[from]))
        from++;
    while (s.len > from && str_has_byte(bytes, s.ptr[s.len - 1]))
        s.len--;
    return str_skip(s, from);
}

str str_trim_start(str s)
{
    size_t i = 0;
    while (i < s.len && byte_is_blank(s.ptr[i]))
        i++;
    return str_skip(s, i);
}

str str_trim_end(str s)
{
    while (s.len > 0 && byte_is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

str str_trim(str s)
{
    return str_trim_end(str_trim_start(s));
}

bool str_is_in(str s, const str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(s, list[i]))
            return true;
    return false;
}

bool str_is_in_fold(str s, const str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_fold(s, list[i]))
            return true;
    return false;
}

bool str_is_all(str s, bool (*is_member)(char byte))
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_member(s.ptr[i]))
            return false;
    return true;
}

bool str_next(str *rest, char separator, str *ret_piece)
{
    if (rest->ptr == NULL)
        return false;
    size_t at = str_find_byte(*rest, separator);
    bool is_last = at == STR_NONE;
    *ret_piece = is_last ? *rest : (str){rest->ptr, at};
    *rest = is_last ? (str){NULL, 0} : (str){rest->ptr + at + 1, rest->len - at - 1};
    return true;
}

bool str_next_word(str *rest, str *ret_word)
{
    *rest = str_trim_start(*rest);
    size_t length = 0;
    while (length < rest->len && !byte_is_blank(rest->ptr[length]))
        length++;
    *ret_word = str_take(*rest, length);
    *rest = str_skip(*rest, length);
    return length > 0;
}

bool str_lists(str list, str word)
{
    if (word.len == 0 || list.len < word.len)
        return false;
    for (str listed; str_next(&list, ' ', &listed);)
        if (str_eq(listed, word))
            return true;
    return false;
}

int str_order(const void *left, const void *right)
{
    return str_compare(*(const str *)left, *(const str *)right);
}
