/*
 * Colour, and who decides about it.
 *
 * Colour never carries a meaning that a word does not carry too.
 */
#ifndef REPORT_PAINT_H
#define REPORT_PAINT_H

#include "text/host.h"

enum paint {
    PAINT_OFF,
    PAINT_ERROR,
    PAINT_WARNING,
    PAINT_NOTE,
    PAINT_FRAME,
    PAINT_BOLD,
    PAINT_COUNT,
};

/* The terminal's sequence, or "" without colour. */
const char *paint_code(bool has_color, enum paint which);

/*
 * Whether to colour a stream. First match wins: --color always or never, NO_COLOR not empty, FORCE_COLOR or
 * CLICOLOR_FORCE not empty and not 0 (FORCE_COLOR=0: off), CLICOLOR=0, TERM=dumb, a terminal. The order of
 * CLICOLOR_FORCE(7) and no-color.org.
 */
bool paint_wanted(const struct host *host, str option, int stream);

#endif
