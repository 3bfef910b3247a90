/*
 * Replacing what a format gives a meaning to.
 *
 * Tables of escapes are const; results live in the arena.
 */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include "base/buf.h"
#include "text/gate.h"

struct escape {
    str from; /* one byte or more */
    str to;
};

/* `text` with every occurrence of a row's `from` replaced, from left to right; the first row that fits. */
str escape_text(struct arena *arena, str text, const struct escape *rows, size_t count);
/* As text or an attribute of XML 1.0. Control bytes must be visible text already: XML refuses them. */
str escape_xml(struct arena *arena, str text);
/* The same of a text that passes the gate, in its arena. */
str escape_visible(struct gate *gate, str text);

#endif
