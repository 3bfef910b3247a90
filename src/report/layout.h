/*
 * Places boxes in columns so that arrows run from left to right and cross seldom: after Sugiyama, Tagawa and
 * Toda, "Methods for visual understanding of hierarchical system structures" (1981).
 *
 * Knows sizes and arrows only. All of it lives in the arena that is given. Units are those of the sizes.
 */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H

#include "base/vec.h"

struct layout_box {
    int width, height; /* given; the width becomes that of the column */
    int x, y;          /* the left upper corner, once it was placed */
    size_t column;     /* from the left */
    bool is_alone;     /* without arrows */
};

struct layout_arrow {
    size_t from, to;  /* boxes */
    int from_y, to_y; /* where it leaves and arrives, below the upper edge of its box */
    bool is_backward; /* closes a circle: it may run to the left */
    VEC(size_t) ways; /* boxes that are the places where a long one passes through a column, in order */
};

struct layout {
    struct arena *arena;
    VEC(struct layout_box) boxes;
    VEC(struct layout_arrow) arrows;
    int column_gap, row_gap; /* given */
    int width, height;       /* of the whole, once it was placed */
};

size_t layout_box(struct layout *layout, int width, int height);
void layout_arrow(struct layout *layout, size_t from, int from_y, size_t to, int to_y);
/* Gives every box its place; boxes of long arrows are added after the given ones. */
void layout_place(struct layout *layout);

#endif
