/*
 * Where the bytes of a computed text came from.
 *
 * Interpolation, unescaping and quoting make a value's text differ from the bytes of its file. A pieces list
 * covers the text from start to end, in order, and says for each stretch which source bytes made it; so a
 * finding about byte 12 of a password can point at the file. Lives in an arena beside the text.
 */
#ifndef TEXT_PIECE_H
#define TEXT_PIECE_H

#include "base/null.h"
#include "text/source.h"

struct value; /* env/env.h; opaque here */

struct piece {
    uint32_t length;         /* bytes of the text */
    span at;                 /* source bytes; as long as `length` where they are the same bytes */
    const struct value *via; /* the variable that was inserted here, NULL for own text */
    uint32_t via_offset;     /* first byte of that variable's text that is here */
    uint32_t start;          /* first byte of the text; pieces_add() counts it */
};

struct pieces {
    VEC(struct piece) list;
};

/* The piece that holds the text byte at `offset`; NULL: it is past the end, or nothing is known. */
const struct piece *OR_NULL pieces_at(const struct pieces *pieces, size_t offset);
/* Where bytes [from, to) of its own text came from: exactly so where they are verbatim, else all of it. */
span piece_part(const struct piece *piece, size_t from, size_t to);

void pieces_add(struct arena *arena, struct pieces *pieces, size_t length, span at, const struct value *via);
/* Appends what covers bytes [offset, offset + length) of another text. */
void pieces_append(
    struct arena *arena, struct pieces *pieces, const struct pieces *from, size_t offset, size_t length);
/* The smallest span that covers text bytes [offset, offset + length): exact inside verbatim pieces, the whole
 * piece elsewhere. Nowhere when the list is empty. */
span pieces_locate(const struct pieces *pieces, size_t offset, size_t length);
/* The variable that the byte at `offset` was inserted from, or NULL; `ret_offset` is its place there. */
const struct value *OR_NULL pieces_via(const struct pieces *pieces, size_t offset, size_t *ret_offset);

#endif
