/*
 * Writing SVG: shapes by class, texts that passed the gate, one style sheet for light and dark.
 *
 * A drawing is a buffer in the arena of its gate; numbers are pixels. Texts are measured by rule of thumb,
 * for there is no font here, and cut to the room that they have.
 */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "base/buf.h"
#include "text/gate.h"

enum { SVG_LINE = 15 };

struct svg {
    struct gate *gate;
    struct buf out;
};

enum svg_font {
    SVG_NAME,  /* bold, 13 */
    SVG_PLAIN, /* 11 */
    SVG_CODE,  /* monospaced, 11 */
    SVG_SMALL, /* 10 */
    SVG_FONT_COUNT,
};

/* The colours of both kinds of page and the classes of all shapes, for a page that holds pictures. */
extern const char svg_style[];

struct svg svg_new(struct gate *gate);
/* Begins the picture; `title` is for readers who cannot see it. With the style sheet inside, or without. */
void svg_open(struct svg *svg, int width, int height, str title, bool with_style);
str svg_close(struct svg *svg);
/* Appends what was drawn apart, of a picture that has the same gate. */
void svg_append(struct svg *svg, const struct svg *part);
/* Shapes without text: the format holds no text of an input. */
void svg_shape(struct svg *svg, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `text` from (x, y) on, y being its base line; one longer than `room` ends in "…" and says all as a tip. */
void svg_text(struct svg *svg, int x, int y, enum svg_font font, const char *class, int room, str text);
/* The same in as many lines as it takes, SVG_LINE apart; how many. */
int svg_paragraph(struct svg *svg, int x, int y, enum svg_font font, const char *class, int room, str text);
int svg_lines(struct gate *gate, enum svg_font font, int room, str text); /* how many those would be */
/* What shows when a pointer rests on the shapes of the group that is open. */
void svg_tip(struct svg *svg, str text);
int svg_width(enum svg_font font, str text); /* about how wide it is */
/* `text` through the gate, with the marks of XML escaped. */

#endif
