/*
 * A line as a shell would split it, without running anything.
 *
 * Quotes, backslashes, comments, $NAME with what is known of it, and words that an expansion
 * makes several of.
 * What only running would tell, such as `$(nproc)`, makes its word open. A line that is too
 * long to be started, or of too many commands, is none: no commands. Words live in the arena.
 */
#ifndef DEPLOY_SHELL_H
#define DEPLOY_SHELL_H

#include "deploy/command.h"

struct shell_text {
    str text;
    const struct value *value; /* whose text it is; NULL: all words are at `at` and from `via` */
    const struct env *env;     /* for $NAME; NULL: a dollar is a dollar */
    span at;
    const struct value *via;
    bool is_line; /* ; & | and line ends separate commands; # begins a comment */
};

struct commands shell_split(struct arena *arena, const struct shell_text *text);

/* The end of the expansion that begins with the dollar or the backtick at `at`; `at` + 1: it is none. */
size_t shell_expansion_end(str text, size_t at);

#endif
