/*
 * The heredocs that a line of a Dockerfile announces: heredocsFromLine() and ParseHeredoc() of
 * frontend/dockerfile/parser/parser.go, which split it by shell.Lex with nothing set.
 *
 * Names live in the arena. Bodies are read by dockerfile.c.
 */
#ifndef IMAGE_HEREDOC_H
#define IMAGE_HEREDOC_H

#include "image/dockerfile.h"

/* A word from `at` on, as bytes of the line; false: there is none. A line with a quote that is not closed, or
 * with a ${…} that is none, has no words at all. */
struct heredoc_words {
    str line;
    size_t at;
    bool is_broken;
};

struct heredoc_words heredoc_words(str line);
bool heredoc_next(struct heredoc_words *words, size_t *ret_from, size_t *ret_to);

enum heredoc_answer {
    HEREDOC_NONE,    /* the word is none */
    HEREDOC_FOUND,   /* `heredoc` has its name */
    HEREDOC_REFUSED, /* the builder refuses its name */
};

enum heredoc_answer heredoc_of(struct arena *arena, str word, struct heredoc *ret_heredoc);

#endif
