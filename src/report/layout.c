#include "report/layout.h"

#include <limits.h>
#include <stdlib.h>

enum {
    WAY_HEIGHT = 10,    /* what a long arrow takes in a column that it passes */
    SWEEPS = 8,         /* ordering: more of them change nothing in pictures of this size */
    WAYS_MAX = 50000,   /* beyond, arrows run straight */
    ORDERED_MAX = 2000, /* boxes and ways: larger pictures are left in the order of the files */
};

/* The columns while they are put in order. */
struct columns {
    struct layout *layout;
    struct column {
        VEC(size_t) boxes; /* from top to bottom */
        int x, width;
    } * items;
    size_t count;
    double *weights; /* by box: where it would like to be */
};

size_t layout_box(struct layout *layout, int width, int height)
{
    *vec_add(layout->arena, &layout->boxes) = (struct layout_box){.width = width, .height = height};
    return layout->boxes.count - 1;
}

void layout_arrow(struct layout *layout, size_t from, int from_y, size_t to, int to_y)
{
    if (from != to)
        *vec_add(layout->arena, &layout->arrows) =
            (struct layout_arrow){.from = from, .to = to, .from_y = from_y, .to_y = to_y};
}

/* ---- columns */

enum visit { VISIT_NEW, VISIT_OPEN, VISIT_DONE };

/* A walk over the arrows without recursion: chains of arrows may be long. */
struct step {
    size_t box, next_arrow;
};

/* Arrows that lead back to a box that is being walked from close a circle; the others have an order. */
static void find_circles(struct layout *layout)
{
    struct arena *arena = layout->arena;
    unsigned char *visits = arena_array(arena, unsigned char, layout->boxes.count);
    VEC(struct step) path = {0};
    for (size_t first = 0; first < layout->boxes.count; first++) {
        if (visits[first] != VISIT_NEW)
            continue;
        vec_push(arena, &path, ((struct step){first, 0}));
        while (path.count > 0) {
            struct step *step = vec_last(&path);
            visits[step->box] = VISIT_OPEN;
            while (step->next_arrow < layout->arrows.count &&
                   layout->arrows.items[step->next_arrow].from != step->box)
                step->next_arrow++;
            if (step->next_arrow == layout->arrows.count) {
                visits[step->box] = VISIT_DONE;
                path.count--;
                continue;
            }
            struct layout_arrow *arrow = &layout->arrows.items[step->next_arrow++];
            arrow->is_backward = visits[arrow->to] == VISIT_OPEN;
            if (visits[arrow->to] == VISIT_NEW)
                vec_push(arena, &path, ((struct step){arrow->to, 0}));
        }
    }
}

/* Each box is right of all that point to it, circles apart; first come those that nobody points to. */
static void find_depths(struct layout *layout)
{
    struct arena *arena = layout->arena;
    size_t *open = arena_array(arena, size_t, layout->boxes.count + 1); /* arrows that still point to it */
    VEC(size_t) ready = {0};
    vec_each(const struct layout_arrow *, arrow, &layout->arrows)
        open[arrow->to] += !arrow->is_backward;
    for (size_t i = 0; i < layout->boxes.count; i++)
        if (open[i] == 0)
            vec_push(arena, &ready, i);
    for (size_t next = 0; next < ready.count; next++) {
        vec_each(const struct layout_arrow *, arrow, &layout->arrows) {
            if (arrow->from != ready.items[next] || arrow->is_backward)
                continue;
            struct layout_box *to = &layout->boxes.items[arrow->to];
            size_t least = layout->boxes.items[arrow->from].column + 1;
            to->column = to->column > least ? to->column : least;
            if (--open[arrow->to] == 0)
                vec_push(arena, &ready, arrow->to);
        }
    }
}

/* A box that nobody points to is just left of what it needs. */
static void find_columns(struct layout *layout)
{
    find_depths(layout);
    for (size_t i = 0; i < layout->boxes.count; i++) {
        size_t nearest = SIZE_MAX;
        bool is_pointed_at = false, has_arrow = false;
        vec_each(const struct layout_arrow *, arrow, &layout->arrows) {
            has_arrow |= arrow->from == i || arrow->to == i;
            is_pointed_at |= arrow->to == i && !arrow->is_backward;
            if (arrow->from == i && !arrow->is_backward && layout->boxes.items[arrow->to].column < nearest)
                nearest = layout->boxes.items[arrow->to].column;
        }
        layout->boxes.items[i].is_alone = !has_arrow;
        if (!is_pointed_at && nearest != SIZE_MAX && nearest > 0)
            layout->boxes.items[i].column = nearest - 1;
    }
}

/* A box of its own in each column that an arrow passes. */
static void add_ways(struct layout *layout)
{
    size_t count = 0;
    vec_each(const struct layout_arrow *, arrow, &layout->arrows)
        count += layout->boxes.items[arrow->to].column; /* or less */
    for (size_t i = 0; i < layout->arrows.count && count <= WAYS_MAX; i++) {
        struct layout_arrow *arrow = &layout->arrows.items[i];
        size_t from = layout->boxes.items[arrow->from].column, to = layout->boxes.items[arrow->to].column;
        for (size_t column = from + 1; column < to; column++) {
            size_t way = layout_box(layout, 0, WAY_HEIGHT);
            layout->boxes.items[way].column = column;
            vec_push(layout->arena, &arrow->ways, way);
        }
    }
}

static struct columns columns_of(struct layout *layout)
{
    struct columns columns = {.layout = layout};
    vec_each(const struct layout_box *, box, &layout->boxes)
        if (!box->is_alone && box->column + 1 > columns.count)
            columns.count = box->column + 1;
    columns.items = arena_array(layout->arena, struct column, columns.count + 1);
    columns.weights = arena_array(layout->arena, double, layout->boxes.count + 1);
    for (size_t i = 0; i < layout->boxes.count; i++)
        if (!layout->boxes.items[i].is_alone)
            vec_push(layout->arena, &columns.items[layout->boxes.items[i].column].boxes, i);
    return columns;
}

/* ---- order inside the columns */

/* The next box of an arrow right of its `index`-th stop; stops are the box it leaves, its ways, its goal. */
static size_t stop_of(const struct layout_arrow *arrow, size_t index)
{
    if (index == 0)
        return arrow->from;
    return index <= arrow->ways.count ? arrow->ways.items[index - 1] : arrow->to;
}

static int middle_of(const struct layout_box *box)
{
    return box->y + box->height / 2;
}

/* Where the neighbours to one side are, on average; where there are none, where the box is. */
static void weigh(struct columns *columns, bool from_left)
{
    struct layout *layout = columns->layout;
    size_t *counts = arena_array(layout->arena, size_t, layout->boxes.count + 1);
    for (size_t i = 0; i < layout->boxes.count; i++)
        columns->weights[i] = 0;
    vec_each(const struct layout_arrow *, arrow, &layout->arrows) {
        for (size_t i = 0; i <= arrow->ways.count; i++) {
            size_t left = stop_of(arrow, i), right = stop_of(arrow, i + 1);
            size_t here = from_left ? right : left, there = from_left ? left : right;
            const struct layout_box *box = &layout->boxes.items[there];
            bool is_row = from_left && i == 0;
            columns->weights[here] += is_row ? box->y + arrow->from_y : middle_of(box);
            counts[here]++;
        }
    }
    for (size_t i = 0; i < layout->boxes.count; i++)
        columns->weights[i] =
            counts[i] > 0 ? columns->weights[i] / (double)counts[i] : middle_of(&layout->boxes.items[i]);
}

static void stack(struct columns *columns)
{
    struct layout *layout = columns->layout;
    for (size_t i = 0; i < columns->count; i++) {
        int y = 0;
        vec_each(const size_t *, index, &columns->items[i].boxes) {
            layout->boxes.items[*index].y = y;
            y += layout->boxes.items[*index].height + layout->row_gap;
        }
    }
}

/* By weight, the order of before where they are equal: columns are short, and an insertion keeps it. */
static void sort_column(struct column *column, const double *weights)
{
    for (size_t i = 1; i < column->boxes.count; i++) {
        size_t box = column->boxes.items[i], at = i;
        for (; at > 0 && weights[column->boxes.items[at - 1]] > weights[box]; at--)
            column->boxes.items[at] = column->boxes.items[at - 1];
        column->boxes.items[at] = box;
    }
}

static void order(struct columns *columns)
{
    stack(columns);
    if (columns->layout->boxes.count > ORDERED_MAX)
        return;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        for (size_t i = 0; i < columns->count; i++) {
            size_t column = sweep % 2 == 0 ? i : columns->count - 1 - i;
            weigh(columns, sweep % 2 == 0);
            sort_column(&columns->items[column], columns->weights);
            stack(columns);
        }
    }
}

/* ---- places */

/*
 * Moves the boxes of a column towards their weights: half of the way between pushing down whatever is in the
 * way and pushing it up. Both keep the boxes apart, and so does what is between.
 */
static void settle(struct columns *columns, struct column *column)
{
    struct layout *layout = columns->layout;
    size_t count = column->boxes.count;
    int *down = arena_array(layout->arena, int, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct layout_box *box = &layout->boxes.items[column->boxes.items[i]];
        down[i] = (int)columns->weights[column->boxes.items[i]] - box->height / 2;
        if (i > 0) {
            int least =
                down[i - 1] + layout->boxes.items[column->boxes.items[i - 1]].height + layout->row_gap;
            down[i] = down[i] > least ? down[i] : least;
        }
    }
    int below = INT_MAX;
    for (size_t i = count; i-- > 0;) {
        struct layout_box *box = &layout->boxes.items[column->boxes.items[i]];
        int up = (int)columns->weights[column->boxes.items[i]] - box->height / 2;
        if (below != INT_MAX && up > below - layout->row_gap - box->height)
            up = below - layout->row_gap - box->height;
        below = up;
        box->y = down[i] + (up - down[i]) / 2;
    }
}

static int compare_tops(const void *left, const void *right)
{
    const struct layout_box *a = *(struct layout_box *const *)left, *b = *(struct layout_box *const *)right;
    return (a->y > b->y) - (a->y < b->y);
}

/* Groups that no arrow ties together drift apart: bands that hold nothing are taken out. */
static void close_gaps(struct layout *layout)
{
    VEC(struct layout_box *) boxes = {0};
    vec_each(struct layout_box *, box, &layout->boxes)
        if (!box->is_alone)
            vec_push(layout->arena, &boxes, box);
    if (boxes.count == 0)
        return;
    qsort(boxes.items, boxes.count, sizeof boxes.items[0], compare_tops);
    int end = boxes.items[0]->y, shift = end;
    for (size_t i = 0; i < boxes.count; i++) {
        struct layout_box *box = boxes.items[i];
        int gap = box->y - end - 2 * layout->row_gap;
        shift += gap > 0 ? gap : 0;
        end = box->y + box->height > end ? box->y + box->height : end;
        box->y -= shift;
    }
}

static void place_rows(struct columns *columns)
{
    for (int sweep = 0; sweep < SWEEPS && columns->layout->boxes.count <= ORDERED_MAX; sweep++) {
        for (size_t i = 0; i < columns->count; i++) {
            weigh(columns, sweep % 2 != 0);
            settle(columns, &columns->items[sweep % 2 != 0 ? i : columns->count - 1 - i]);
        }
    }
    close_gaps(columns->layout);
}

static void place_columns(struct columns *columns)
{
    struct layout *layout = columns->layout;
    int x = 0;
    for (size_t i = 0; i < columns->count; i++) {
        struct column *column = &columns->items[i];
        column->x = x;
        vec_each(const size_t *, index, &column->boxes)
            if (layout->boxes.items[*index].width > column->width)
                column->width = layout->boxes.items[*index].width;
        vec_each(const size_t *, index, &column->boxes) {
            struct layout_box *box = &layout->boxes.items[*index];
            box->x = x;
            box->width = column->width;
            if (box->y + box->height > layout->height)
                layout->height = box->y + box->height;
        }
        x += column->width + layout->column_gap;
    }
    layout->width = columns->count > 0 ? x - layout->column_gap : 0;
}

/* Boxes without arrows come below, in rows as wide as the rest. */
static void place_alone(struct layout *layout, int least_width)
{
    int width = layout->width > least_width ? layout->width : least_width;
    int x = 0, y = layout->height > 0 ? layout->height + 2 * layout->row_gap : 0, row_height = 0;
    vec_each(struct layout_box *, box, &layout->boxes) {
        if (!box->is_alone)
            continue;
        if (x > 0 && x + box->width > width) {
            x = 0;
            y += row_height + layout->row_gap;
            row_height = 0;
        }
        box->x = x;
        box->y = y;
        x += box->width + layout->row_gap;
        if (x - layout->row_gap > layout->width)
            layout->width = x - layout->row_gap;
        if (box->height > row_height)
            row_height = box->height;
        layout->height = y + row_height;
    }
}

void layout_place(struct layout *layout)
{
    enum { LEAST_WIDTH = 720 };
    find_circles(layout);
    find_columns(layout);
    add_ways(layout);
    struct columns columns = columns_of(layout);
    order(&columns);
    place_rows(&columns);
    place_columns(&columns);
    place_alone(layout, LEAST_WIDTH);
}
