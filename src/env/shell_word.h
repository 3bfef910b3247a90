/*
 * Words of bash: quotes, escapes and expansions, as far as they run nothing.
 *
 * Private to the shell reader. A word is read from `shell->at` on and built at the same time; what would run
 * a command, or depends on the machine, refuses the file. All memory is the reading's.
 */
#ifndef ENV_SHELL_WORD_H
#define ENV_SHELL_WORD_H

#include "env/reading.h"

struct shell {
    struct reading *r;
    size_t at;
    size_t depth;        /* of ${…${…}…} */
    bool has_background; /* a `&` was seen: $! is set */
    bool has_parameters; /* `set` was given words: $1 and the like are they */
    bool saw_brace;      /* a bare `{` in the word */
};

static inline str shell_text(const struct shell *shell)
{
    return shell->r->view.text;
}

static inline bool shell_at_end(const struct shell *shell)
{
    return shell->at >= shell_text(shell).len;
}

/* The byte `ahead` bytes on, 0 after the end. */
static inline char shell_peek(const struct shell *shell, size_t ahead)
{
    str text = shell_text(shell);
    return shell->at + ahead < text.len ? text.ptr[shell->at + ahead] : 0;
}

enum shell_place {
    SHELL_VALUE,  /* after NAME=: ends at a blank or an operator */
    SHELL_BRACES, /* the word of ${NAME:-word}: ends at `}` */
};

struct shell_word {
    enum shell_place place;
    bool quoted;  /* within double quotes */
    bool live;    /* false: in a branch that is not taken */
    bool pattern; /* the pattern of % or #: its quotes count in double quotes too */
};

/* Reads one word into `b`; false: the file is refused. */
bool shell_read_word(struct shell *shell, struct text_builder *b, struct shell_word word);
/* True at a blank, a line end, an operator or the end of the text. */
bool shell_at_word_end(const struct shell *shell);

/* $((…)) with `text` between the parentheses; false: not an expression that can be judged. */
bool shell_arithmetic(struct reading *r, str text, int64_t *ret);

#endif
