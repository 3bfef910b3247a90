#include "report/graph_svg.h"

#include "base/limit.h"
#include "report/layout.h"
#include "report/picture.h"
#include "report/svg.h"

/* Pixels. */
enum {
    MARGIN = 20,
    TITLE_HEIGHT = 30,
    LEGEND_HEIGHT = 34,
    HEAD_HEIGHT = 42,
    BARE_HEAD_HEIGHT = 28, /* of a box that says nothing about itself */
    ROW_HEIGHT = 20,
    RULES_HEIGHT = 14, /* the names of the rules, below a row */
    BOX_FOOT = 9,
    PADDING = 12,
    BADGE = 22,
    BOX_LEAST = 150,
    BOX_MOST = 250,
    COLUMN_GAP = 84,
    ROW_GAP = 22,
    RADIUS = 8,
};

/* How severity shows; colour is never alone: marks carry a sign, and rows the names of their rules. */
static const struct {
    const char *text, *row, *badge, *dot, *way, *sign;
} looks[] = {
    [SEVERITY_OFF] = {"", NULL, NULL, "dot", "", ""},
    [SEVERITY_NOTE] = {"", NULL, NULL, "dot", "", ""},
    [SEVERITY_WARNING] = {"mild", "row-mild", "badge-mild", "dot-mild", "way-mild", "?"},
    [SEVERITY_ERROR] = {"bad", "row-bad", "badge-bad", "dot-bad", "way-bad", "!"},
};

static const char *const box_classes[] = {
    [PICTURE_PROGRAM] = "box",
    [PICTURE_STORE] = "box store",
    [PICTURE_OUTSIDE] = "box outside",
};

static bool shows_rules(const struct picture_row *row)
{
    return looks[row->mark.worst].row != NULL && row->mark.rules.count > 0;
}

static str about_box(struct arena *arena, const struct picture_box *box)
{
    if (box->is_active)
        return box->about;
    return arena_printf(arena, "not started%s" STR_FMT, box->about.len > 0 ? " · " : "", STR_ARG(box->about));
}

static int head_height(const struct picture_box *box)
{
    return box->about.len > 0 || !box->is_active ? HEAD_HEIGHT : BARE_HEAD_HEIGHT;
}

static void widen(int *width, int wanted)
{
    wanted += 2 * PADDING;
    *width = wanted > *width ? wanted : *width;
}

static str rules_of(struct arena *arena, const struct picture_row *row)
{
    return str_vec_join(arena, &row->mark.rules, STR(", "));
}

static int box_width(struct arena *arena, const struct picture_box *box)
{
    int width = BOX_LEAST;
    widen(&width, svg_width(SVG_NAME, box->name) + (looks[box->mark.worst].badge != NULL ? BADGE : 0));
    widen(&width, svg_width(SVG_PLAIN, about_box(arena, box)));
    vec_each(const struct picture_row *, row, &box->rows) {
        widen(&width, svg_width(SVG_CODE, row->text) + PADDING);
        if (shows_rules(row))
            widen(&width, svg_width(SVG_SMALL, rules_of(arena, row)));
    }
    return width < BOX_MOST ? width : BOX_MOST;
}

/* `room`: of the box's own width, so that a wider column changes no line. */
static int row_height(const struct picture *picture, const struct picture_row *row, int room)
{
    int lines =
        shows_rules(row) ? svg_lines(picture->gate, SVG_SMALL, room, rules_of(picture->arena, row)) : 0;
    int more = lines > 1 ? (lines - 1) * SVG_LINE : 0;
    if (row->kind == PICTURE_FINDING)
        return lines > 0 ? ROW_HEIGHT + more : 0;
    return ROW_HEIGHT + more + (lines > 0 ? RULES_HEIGHT : 0);
}

static int room_of(const struct picture *picture, const struct picture_box *box)
{
    return box_width(picture->arena, box) - 2 * PADDING;
}

static int box_height(const struct picture *picture, const struct picture_box *box)
{
    int height = head_height(box), rows = 0, room = room_of(picture, box);
    vec_each(const struct picture_row *, row, &box->rows)
        rows += row_height(picture, row, room);
    return height + rows + (rows > 0 ? BOX_FOOT : 0);
}

static struct layout lay_out(const struct picture *picture)
{
    struct layout layout = {.arena = picture->arena, .column_gap = COLUMN_GAP, .row_gap = ROW_GAP};
    vec_each(const struct picture_box *, box, &picture->boxes)
        layout_box(&layout, box_width(picture->arena, box), box_height(picture, box));
    for (size_t i = 0; i < picture->boxes.count; i++) {
        const struct picture_box *box = &picture->boxes.items[i];
        int y = head_height(box), room = room_of(picture, box);
        vec_each(const struct picture_row *, row, &box->rows) {
            if (row->to != SIZE_MAX)
                layout_arrow(
                    &layout, i, y + ROW_HEIGHT / 2, row->to, head_height(&picture->boxes.items[row->to]) / 2);
            y += row_height(picture, row, room);
        }
    }
    layout_place(&layout);
    return layout;
}

/* ---- drawing */

static void draw_row(struct svg *svg, const struct layout_box *at, int y, int height, int rules_room,
    const struct picture_row *row)
{
    int room = at->width - 2 * PADDING, x = at->x + PADDING;
    if (height == 0)
        return;
    if (looks[row->mark.worst].row != NULL)
        svg_shape(svg, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
            looks[row->mark.worst].row, at->x + 1, y, at->width - 2, height);
    if (row->kind != PICTURE_FINDING) {
        const char *class = looks[row->mark.worst].text;
        if (class[0] == '\0' && row->kind != PICTURE_CONNECTION)
            class = "soft";
        svg_text(svg, x, y + 14, SVG_CODE, class, room - (row->to != SIZE_MAX ? PADDING : 0), row->text);
        y += ROW_HEIGHT - RULES_HEIGHT;
    }
    if (shows_rules(row))
        svg_paragraph(svg, x, y + 23 - (row->kind == PICTURE_FINDING ? 9 : 0), SVG_SMALL,
            looks[row->mark.worst].text, rules_room, rules_of(svg->gate->arena, row));
}

static void draw_badge(struct svg *svg, const struct layout_box *at, const struct mark *mark)
{
    if (looks[mark->worst].badge == NULL)
        return;
    int x = at->x + at->width - PADDING - 8, y = at->y + 14;
    svg_shape(svg, "<g><circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"9\"/>\n", looks[mark->worst].badge, x, y);
    svg_text(svg, x - 3, y + 4, SVG_PLAIN, "on", BADGE, str_from_c(looks[mark->worst].sign));
    svg_tip(svg, str_vec_join(svg->gate->arena, &mark->rules, STR(", ")));
    svg_shape(svg, "</g>\n");
}

static void draw_box(struct svg *svg, const struct picture *picture, const struct layout_box *at,
    const struct picture_box *box)
{
    int room = at->width - 2 * PADDING, rules_room = room_of(picture, box);
    svg_shape(svg, "<rect class=\"%s%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>\n",
        box_classes[box->kind], box->is_active ? "" : " asleep", at->x, at->y, at->width, at->height,
        box->kind == PICTURE_STORE ? RADIUS + RADIUS / 2 : RADIUS);
    svg_text(svg, at->x + PADDING, at->y + 19, SVG_NAME, "",
        room - (looks[box->mark.worst].badge != NULL ? BADGE : 0), box->name);
    svg_text(svg, at->x + PADDING, at->y + 34, SVG_PLAIN, "soft", room, about_box(svg->gate->arena, box));
    draw_badge(svg, at, &box->mark);
    int y = at->y + head_height(box);
    if (at->height > head_height(box))
        svg_shape(svg, "<line class=\"rule\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", at->x, y,
            at->x + at->width, y);
    vec_each(const struct picture_row *, row, &box->rows) {
        int height = row_height(picture, row, rules_room);
        draw_row(svg, at, y, height, rules_room, row);
        y += height;
    }
}

/* Level at both ends, so that arrows leave and arrive straight. */
static void curve(struct svg *svg, int from_x, int from_y, int to_x, int to_y)
{
    int reach = to_x > from_x ? (to_x - from_x) / 2 : COLUMN_GAP;
    svg_shape(svg, " C%d %d %d %d %d %d", from_x + reach, from_y, to_x - reach, to_y, to_x, to_y);
}

static void draw_arrow(struct svg *svg, const struct layout *layout, const struct layout_arrow *arrow,
    const struct picture_row *row)
{
    const struct layout_box *from = &layout->boxes.items[arrow->from], *to = &layout->boxes.items[arrow->to];
    enum severity worst = row->mark.worst;
    int x = from->x + from->width, y = from->y + arrow->from_y;
    svg_shape(svg, "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"3\"/>\n<path class=\"way %s%s\" d=\"M%d %d",
        looks[worst].dot, x, y, looks[worst].way, row->is_not_in_use ? " way-off" : "", x, y);
    vec_each(const size_t *, way, &arrow->ways) {
        const struct layout_box *box = &layout->boxes.items[*way];
        int middle = box->y + box->height / 2;
        curve(svg, x, y, box->x, middle);
        x = box->x + box->width;
        y = middle;
        svg_shape(svg, " L%d %d", x, y);
    }
    int end = to->x - 7, end_y = to->y + arrow->to_y;
    curve(svg, x, y, end, end_y);
    svg_shape(svg, "\"/>\n<path class=\"%s\" d=\"M%d %d l-1 -4.5 l8 4.5 l-8 4.5 z\"/>\n", looks[worst].dot,
        end, end_y);
}

/* The worst ones last, so that nothing lies on them. */
static void draw_arrows(struct svg *svg, const struct layout *layout, const struct picture *picture)
{
    for (enum severity worst = SEVERITY_OFF; worst <= SEVERITY_ERROR; worst++) {
        const struct layout_arrow *arrow = layout->arrows.items;
        for (size_t i = 0; i < picture->boxes.count; i++) {
            vec_each(const struct picture_row *, row, &picture->boxes.items[i].rows) {
                if (row->to == SIZE_MAX || row->to == i)
                    continue;
                if (row->mark.worst == worst)
                    draw_arrow(svg, layout, arrow, row);
                arrow++;
            }
        }
    }
}

static void draw_legend(struct svg *svg, int y)
{
    static const struct {
        const char *shape, *text;
    } items[] = {
        {"<rect class=\"box\" width=\"16\" height=\"12\" rx=\"3\"/>\n", "program"},
        {"<rect class=\"box store\" width=\"16\" height=\"12\" rx=\"6\"/>\n", "holds data"},
        {"<rect class=\"box outside\" width=\"16\" height=\"12\" rx=\"3\"/>\n", "outside"},
        {"<rect class=\"box asleep\" width=\"16\" height=\"12\" rx=\"3\"/>\n", "not started"},
        {"<rect class=\"badge-bad\" width=\"12\" height=\"12\" rx=\"6\"/>\n", "! error"},
        {"<rect class=\"badge-mild\" width=\"12\" height=\"12\" rx=\"6\"/>\n", "? warning"},
    };
    int x = 0;
    for (size_t i = 0; i < ARRAY_COUNT(items); i++) {
        str text = str_from_c(items[i].text);
        svg_shape(svg, "<g transform=\"translate(%d %d)\">", x, y);
        buf_str(&svg->out, str_from_c(items[i].shape));
        svg_text(svg, 22, 10, SVG_PLAIN, "soft", 100, text);
        svg_shape(svg, "</g>\n");
        x += svg_width(SVG_PLAIN, text) + 44;
    }
}

static str draw_too_many(struct svg *svg, const struct picture *picture, bool with_style)
{
    svg_open(svg, 720, 2 * MARGIN + TITLE_HEIGHT, STR("too many services for a picture"), with_style);
    svg_text(svg, MARGIN, MARGIN + 16, SVG_NAME, "", 680,
        arena_printf(picture->arena, "%zu services and places are too many for a picture, which holds %zu",
            picture->boxes.count, limit_value(LIMIT_PICTURE_BOXES)));
    return svg_close(svg);
}

str graph_svg(const struct graph_input *input, bool with_style)
{
    struct picture picture = picture_of(input);
    struct svg svg = svg_new(picture.gate);
    if (picture.boxes.count > limit_value(LIMIT_PICTURE_BOXES))
        return draw_too_many(&svg, &picture, with_style);
    struct layout layout = lay_out(&picture);
    int width = layout.width + 2 * MARGIN, least = 560 + 2 * MARGIN;
    str title = arena_printf(picture.arena, "who talks to whom in " STR_FMT, STR_ARG(picture.label));
    svg_open(&svg, width > least ? width : least, layout.height + 2 * MARGIN + TITLE_HEIGHT + LEGEND_HEIGHT,
        title, with_style);
    svg_text(&svg, MARGIN, MARGIN + 8, SVG_NAME, "", layout.width, picture.label);
    svg_shape(&svg, "<g transform=\"translate(%d %d)\">\n", MARGIN, MARGIN + TITLE_HEIGHT);
    draw_arrows(&svg, &layout, &picture);
    for (size_t i = 0; i < picture.boxes.count; i++)
        draw_box(&svg, &picture, &layout.boxes.items[i], &picture.boxes.items[i]);
    draw_legend(&svg, layout.height + LEGEND_HEIGHT - 12);
    svg_shape(&svg, "</g>\n");
    return svg_close(&svg);
}

void graph_write_svg(struct out *out, const struct graph_input *graphs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out_passed(out, graph_svg(&graphs[i], true));
}
