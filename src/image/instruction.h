/*
 * One instruction out of its joined line: the grammars of frontend/dockerfile/parser/line_parsers.go and the
 * checks of frontend/dockerfile/instructions/parse.go.
 *
 * For dockerfile.c, which makes the lines, and image.c, which says where values are from. In the arena.
 */
#ifndef IMAGE_INSTRUCTION_H
#define IMAGE_INSTRUCTION_H

#include "image/dockerfile.h"

/* What refuses a line: a sentence without values, and the part of the line that it is about. */
struct instruction_fault {
    str message; /* empty: none */
    span at;
    bool is_limit; /* more than LIMIT_DOCKERFILE_WORDS */
};

/* NULL with a fault where the builder refuses the line. */
struct instruction *OR_NULL instruction_parse(
    struct arena *arena, const struct value *line, char escape, struct instruction_fault *ret_fault);
/* Whether << begins a heredoc in it. */
bool instruction_takes_heredocs(const struct instruction *instruction);

/* As it is written by most: ENV. */
str instruction_name(struct arena *arena, enum instruction_kind kind);

#endif
