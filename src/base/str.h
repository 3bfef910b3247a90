/*
 * Byte strings as {pointer, length} values.
 *
 * A str never owns its bytes: it points into a source file, an arena or a literal, and lives as long as
 * that does. Bytes are data, NUL included; nothing here needs or writes a terminator.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct str {
    const char *ptr;
    size_t len;
} str;

#define STR(literal) ((str){("" literal), sizeof(literal) - 1})
#define STR_INIT(literal)                                                                                    \
    {                                                                                                        \
        ("" literal), sizeof(literal) - 1                                                                    \
    }
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).len, (s).ptr

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define STR_NONE ((size_t)-1) /* what the find functions return for "not there" */

/* The bytes of a NUL-terminated string; a null pointer gives the empty str. */
static inline str str_from_c(const char *text)
{
    return (str){text, text ? strlen(text) : 0};
}

/* Two ends of one cut: `found` is false when the separator is absent, then `head` is everything. */
struct str_cut {
    str head, tail;
    bool found;
};

/* ASCII classes that do not ask the locale. */

/* space \t \n \v \f \r */
static inline bool byte_is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* space \t \n \r, as JSON and systemd have it */
static inline bool byte_is_white(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static inline bool byte_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool byte_is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static inline bool byte_is_alnum(char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte);
}

/* letter, digit, underscore */
static inline bool byte_is_name(char byte)
{
    return byte_is_alnum(byte) || byte == '_';
}

/* letter, digit or one of _-. : what keys of Kubernetes and resources of Compose are named with */
static inline bool byte_is_key(char byte)
{
    return byte_is_name(byte) || byte == '-' || byte == '.';
}

/* letter, digit or one of +-. (RFC 3986 3.1) */
static inline bool byte_is_scheme(char byte)
{
    return byte_is_alnum(byte) || byte == '+' || byte == '-' || byte == '.';
}

/* letter, digit or one of -._~ (RFC 3986 2.3) */
static inline bool byte_is_unreserved(char byte)
{
    return byte_is_alnum(byte) || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

static inline char byte_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static inline char byte_upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? (char)(byte - ('a' - 'A')) : byte;
}

/* 0..15, or -1 */
static inline int byte_hex(char byte)
{
    if (byte_is_digit(byte))
        return byte - '0';
    char lower = byte_lower(byte);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static inline bool byte_is_hex(char byte)
{
    return byte_hex(byte) >= 0;
}

static inline bool str_eq(str a, str b)
{
    /* Most strings differ in length or in the first byte: no call for those. */
    return a.len == b.len && (a.len == 0 || (a.ptr[0] == b.ptr[0] && memcmp(a.ptr, b.ptr, a.len) == 0));
}

/* Bytes [from, to) clamped to the string: never out of range. */
static inline str str_slice(str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return (str){to ? s.ptr + to : s.ptr, 0};
    return (str){s.ptr + from, to - from};
}

static inline str str_skip(str s, size_t count)
{
    return str_slice(s, count, s.len);
}

static inline str str_take(str s, size_t count)
{
    return str_slice(s, 0, count);
}

/* The first offset, or STR_NONE. */
static inline size_t str_find_byte(str s, char byte)
{
    const char *hit = s.len ? memchr(s.ptr, (unsigned char)byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : STR_NONE;
}

static inline bool str_has_byte(str s, char byte)
{
    return str_find_byte(s, byte) != STR_NONE;
}

static inline bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq(str_take(s, prefix.len), prefix);
}

bool str_same_fold(const char *a, const char *b, size_t count);

/* ASCII letters compare without case. Nearly all differ in the first letter: no call for those. */
static inline bool str_starts_fold(str s, str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || (byte_lower(s.ptr[0]) == byte_lower(prefix.ptr[0]) &&
                                                          str_same_fold(s.ptr, prefix.ptr, prefix.len)));
}

static inline bool str_eq_fold(str a, str b)
{
    return a.len == b.len && str_starts_fold(a, b);
}

static inline bool str_ends_fold(str s, str suffix)
{
    return s.len >= suffix.len && str_starts_fold(str_skip(s, s.len - suffix.len), suffix);
}

int str_compare(str a, str b); /* byte order, shorter first: <0, 0, >0 */
bool str_ends(str s, str suffix);

size_t str_rfind_byte(str s, char byte); /* last offset or STR_NONE */
size_t str_find(str s, str needle);      /* first offset or STR_NONE */
size_t str_find_any(str s, str bytes);   /* first offset of any of the bytes */
static inline bool str_has_any(str s, str bytes)
{
    return str_find_any(s, bytes) != STR_NONE;
}
bool str_contains(str s, str needle);
bool str_contains_fold(str s, str needle);

struct str_cut str_cut_byte(str s, char separator);  /* at the first separator */
struct str_cut str_rcut_byte(str s, char separator); /* at the last separator */
struct str_cut str_cut(str s, str separator);

/* Without blanks (space, \t, \n, \v, \f, \r) at the ends. */
str str_trim(str s);
str str_trim_start(str s);
str str_trim_end(str s);
str str_trim_bytes(str s, str bytes); /* without any of `bytes` at either end */

/* Whether it is one of the strings of an array. */
bool str_is_in(str s, const str *list, size_t count);
bool str_is_in_fold(str s, const str *list, size_t count);
#define STR_IS_IN(s, array)      str_is_in(s, array, ARRAY_COUNT(array))
#define STR_IS_IN_FOLD(s, array) str_is_in_fold(s, array, ARRAY_COUNT(array))

/* Every byte is of that class; true of no byte at all. */
bool str_is_all(str s, bool (*is_member)(char byte));

/* Every byte is one of `bytes`; true of no byte at all. */
static inline bool str_has_only(str s, str bytes)
{
    return str_trim_bytes(s, bytes).len == 0;
}

static inline bool str_is_digits(str s)
{
    return s.len > 0 && str_is_all(s, byte_is_digit);
}

/* Past the digits at `at`. */
static inline size_t str_skip_digits(str s, size_t at)
{
    while (at < s.len && byte_is_digit(s.ptr[at]))
        at++;
    return at;
}

/* Whether a list of words with a blank between has that one; nothing is in no list. */
bool str_lists(str list, str word);
/* For qsort() of an array of str. */
int str_order(const void *left, const void *right);

/* Takes the next piece before `separator` off `*rest`; false when nothing is left. "a,,b" has three pieces. */
bool str_next(str *rest, char separator, str *ret_piece);
/* Takes the next run of bytes between blanks of any kind off `*rest`; false when none is left. */
bool str_next_word(str *rest, str *ret_word);

/* A POSIX environment name: [A-Za-z_][A-Za-z0-9_]*. */
bool str_is_name(str s);

#endif
