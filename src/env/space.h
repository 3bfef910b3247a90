/*
 * Blanks and letters as the readers' own languages define them.
 *
 * Every reader trims and splits by the blanks of its runtime (Go, Python, JavaScript, Rust, C), and these
 * sets differ. Pure functions over UTF-8 text; bytes that are no UTF-8 are neither blank nor letter.
 */
#ifndef ENV_SPACE_H
#define ENV_SPACE_H

#include "base/utf8.h"

enum space_set {
    SPACE_WHITE = 1,   /* Go unicode.IsSpace, Rust char::is_whitespace: Unicode White_Space */
    SPACE_GO_LINE = 2, /* godotenv's isSpace: \t \v \f \r space U+0085 U+00A0, no line feed */
    SPACE_PYTHON = 4,  /* str.isspace, \s: White_Space and U+001C..U+001F */
    SPACE_JS = 8,      /* \s and trim(): with U+FEFF, without U+0085 */
    SPACE_ASCII = 16,  /* C isspace, Ruby \s */
    SPACE_RUBY = 32,   /* String#strip: ASCII blanks and NUL */
};

/* Length in bytes of the blank at `at`, 0 where there is none. */
size_t space_at(str text, size_t at, enum space_set set);
/* The first offset in [from, to) that is no blank, or `to`. */
size_t space_skip(str text, size_t from, size_t to, enum space_set set);
/* The end of [from, to) without the blanks at its end. */
size_t space_trim_end(str text, size_t from, size_t to, enum space_set set);

/* Unicode letters and numbers (categories L and N), of the Unicode version that libunistring has. */
bool letter_is_letter_or_number(uint32_t code);
/* Rust char::is_alphanumeric: besides these, what is Alphabetic without being a letter. */
bool letter_is_alphanumeric(uint32_t code);

#endif
