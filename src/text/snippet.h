/*
 * One source line as a report quotes it: masked, escaped, cut to a window, with the place of its caret.
 *
 * Columns here are of the screen: tabs are expanded, wide characters count two (wcwidth(3) under the caller's
 * locale), masks count as they are shown. Texts live in the given arena; marks are those of text/mask.h.
 */
#ifndef TEXT_SNIPPET_H
#define TEXT_SNIPPET_H

#include "text/source.h"

struct snippet {
    uint32_t line;       /* 1-based; 0: there is nothing to quote */
    str text;            /* no line end, no tab, no control byte; "..." where it was cut */
    size_t caret_column; /* screen columns before the first caret */
    size_t caret_width;  /* at least 1 */
};

/* The line that `at` starts in. A span of several lines is marked to the end of its first. */
struct snippet snippet_make(const struct sources *sources, struct arena *arena, span at);

#endif
