/*
 * Places in sources that are never shown.
 *
 * Readers mark stretches of a source as secret; whatever quotes source bytes goes through mask_text(), which
 * writes eight asterisks for each stretch that is hidden: no prefix, no length, no hash. Marks only ever
 * grow. The bytes themselves, wherever a text brought them, are the business of text/gate.h; text/veil.h
 * joins both.
 */
#ifndef TEXT_MASK_H
#define TEXT_MASK_H

#include "text/source.h"

void mask_add(struct sources *sources, span secret);
/*
 * For a line that could not be read: all bytes after the first `=`, `:` + blank, `://` or, in JSON, `":`
 * become secret, unless it is what a Compose key names that never holds a secret: a file, an image, a
 * service.
 */
void mask_line(struct sources *sources, uint32_t source_id, uint32_t line);
/*
 * For a line of YAML at which its parser stopped: all of it, unless it begins like an entry, with a name
 * before a colon, an assignment in a list or a bracket. It may be a part of a text over lines, such as a key.
 */
void mask_stray_line(struct sources *sources, span at);
bool mask_covers(const struct sources *sources, span at); /* any byte of `at` is secret */
/* The marks that `at` has a byte of, in order, none touching the next; in `arena`. */
span_vec mask_marks(const struct sources *sources, struct arena *arena, span at);
/* The bytes of `at` with eight asterisks for each stretch of `hidden`, which is in order, and control bytes
 * escaped (\x1b), in `arena`. */
str mask_text(const struct sources *sources, struct arena *arena, span at, const span_vec *hidden);
/* `text` with control, invisible and invalid bytes escaped (\x1b); the same str when there are none. */
str mask_visible(struct arena *arena, str text);
/* Byte offset in that text of source offset `offset`; the mask's start when it is in a hidden stretch. */
size_t mask_offset(
    const struct sources *sources, struct arena *arena, span at, const span_vec *hidden, uint32_t offset);

#endif
