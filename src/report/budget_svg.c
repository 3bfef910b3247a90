#include "report/budget_svg.h"

/* Pixels. */
enum {
    MARGIN = 20,
    WIDTH = 720,
    ROOM = WIDTH - 2 * MARGIN,
    BAR_HEIGHT = 30,
    LABEL_LEAST = 22, /* a share that is narrower bears no number */
    TERM_HEIGHT = 19,
    CONSUMER_ROOM = 150,
    FORMULA_X = MARGIN + 18 + CONSUMER_ROOM,
    FORMULA_ROOM = 240,
    TOTAL_X = FORMULA_X + FORMULA_ROOM + 8,
    TOTAL_ROOM = MARGIN + ROOM - TOTAL_X,
    STEP = 12, /* of a source that says where another's number comes from */
};

static const char *const share_classes[] = {"a", "b", "c", "d", "e", "f"};

/* The colour of a verdict, and the same for a text that ends where it is put. */
static const struct {
    const char *class, *at_end;
} verdict_looks[BUDGET_VERDICT_COUNT] = {
    [BUDGET_OK] = {"good", "good end"},
    [BUDGET_WARN] = {"mild", "mild end"},
    [BUDGET_FAIL] = {"bad", "bad end"},
};

/* One bar: what a connection is wide. */
struct scale {
    int64_t most; /* connections at the right end */
    bool is_open; /* something has no bound: the last share goes on to the end */
};

static bool is_bounded(int64_t amount)
{
    return amount != NUMBER_UNBOUNDED && amount >= 0;
}

static int64_t larger(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

static struct scale scale_of(const struct budget_row *row)
{
    struct scale scale = {.most = 1};
    int64_t shares = 0;
    vec_each(const struct budget_term *, term, &row->terms) {
        if (term->known && is_bounded(term->total))
            shares = number_add(shares, term->total);
        else
            scale.is_open = true;
    }
    scale.most = larger(scale.most, shares);
    if (row->capacity.known) {
        if (is_bounded(row->capacity.usable))
            scale.most = larger(scale.most, row->capacity.usable);
        if (count_is_known(row->capacity.max_connections) && is_bounded(row->capacity.max_connections.value))
            scale.most = larger(scale.most, row->capacity.max_connections.value);
    }
    if (scale.is_open)
        scale.most = number_add(scale.most, scale.most / 4 + 1);
    return scale;
}

static int x_of(const struct scale *scale, int64_t amount)
{
    if (!is_bounded(amount) || amount >= scale->most)
        return MARGIN + ROOM;
    return MARGIN + (int)((double)amount / (double)scale->most * ROOM);
}

static const char *share_class(size_t index)
{
    return share_classes[index % ARRAY_COUNT(share_classes)];
}

static str amount_text(struct arena *arena, const struct budget_term *term)
{
    return term->known ? count_text(arena, term->total) : STR("?");
}

static void draw_share(struct svg *svg, int from, int to, int y, size_t index, const struct budget_term *term)
{
    svg_shape(svg, "<g><rect class=\"%s%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
        share_class(index), term->basis == BASIS_ASSUMED ? " guess" : "", from, y,
        to - from > 2 ? to - from - 1 : 1, BAR_HEIGHT);
    str text = amount_text(svg->gate->arena, term);
    if (to - from >= LABEL_LEAST && svg_width(SVG_PLAIN, text) < to - from)
        svg_text(svg, (from + to) / 2, y + 19, SVG_PLAIN, term->basis == BASIS_ASSUMED ? "mid" : "on mid",
            ROOM, text);
    svg_tip(
        svg, arena_printf(svg->gate->arena, STR_FMT ": " STR_FMT, STR_ARG(term->consumer), STR_ARG(text)));
    svg_shape(svg, "</g>\n");
}

static void draw_shares(struct svg *svg, const struct scale *scale, int y, const struct budget_row *row)
{
    int64_t sum = 0;
    for (size_t i = 0; i < row->terms.count; i++) {
        const struct budget_term *term = &row->terms.items[i];
        int from = x_of(scale, sum);
        bool is_known = term->known && is_bounded(term->total);
        sum = is_known ? number_add(sum, term->total) : sum;
        if (!is_known && term->known)
            draw_share(svg, from, MARGIN + ROOM, y, i, term);
        else if (is_known && term->total > 0)
            draw_share(svg, from, x_of(scale, sum), y, i, term);
    }
}

/* What the server keeps for itself, and the two lines: what ordinary roles can have, and all. */
static void draw_limits(struct svg *svg, const struct scale *scale, int y, const struct budget_row *row)
{
    const struct capacity *capacity = &row->capacity;
    struct arena *arena = svg->gate->arena;
    int bottom = y + BAR_HEIGHT;
    if (!capacity->known || !is_bounded(capacity->usable)) {
        svg_text(svg, MARGIN, bottom + 15, SVG_PLAIN, "soft", ROOM,
            capacity->known ? STR("no limit") : STR("the limit is not known"));
        return;
    }
    int usable = x_of(scale, capacity->usable);
    bool has_most = count_is_known(capacity->max_connections) &&
                    is_bounded(capacity->max_connections.value) &&
                    capacity->max_connections.value > capacity->usable;
    if (has_most) {
        int most = x_of(scale, capacity->max_connections.value);
        svg_shape(svg, "<rect class=\"kept\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"6\"/>\n", usable,
            bottom - 6, most - usable);
        svg_shape(svg, "<line class=\"most\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", most, y - 3, most,
            bottom + 5);
    }
    svg_shape(svg, "<line class=\"limit\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", usable, y - 6, usable,
        bottom + 5);
    str text = arena_printf(arena, "%lld usable", (long long)capacity->usable);
    if (has_most)
        text = arena_printf(
            arena, STR_FMT " of %lld", STR_ARG(text), (long long)capacity->max_connections.value);
    int x = usable - svg_width(SVG_PLAIN, text) / 2, right = MARGIN + ROOM - svg_width(SVG_PLAIN, text);
    x = x > right ? right : x;
    svg_text(svg, x > MARGIN ? x : MARGIN, bottom + 17, SVG_PLAIN, "", ROOM, text);
}

static void draw_excess(struct svg *svg, const struct scale *scale, int y, const struct budget_row *row)
{
    const struct capacity *capacity = &row->capacity;
    bool is_over = row->demand_known && capacity->known && is_bounded(capacity->usable) &&
                   (!is_bounded(row->demand) || row->demand > capacity->usable);
    if (!is_over)
        return;
    int from = x_of(scale, capacity->usable), to = x_of(scale, row->demand);
    svg_shape(svg, "<rect class=\"over\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", from, y - 2,
        to > from ? to - from : 1, BAR_HEIGHT + 4);
}

/* Where the numbers of a consumer come from, in lines below it; returns where the next one begins. */
static int draw_sources(struct svg *svg, int y, const struct sources *sources, const struct budget_term *term)
{
    str_vec from = budget_term_from(svg->gate->arena, sources, term);
    vec_each(const str *, line, &from) {
        int x = FORMULA_X + (str_starts(*line, STR(" ")) ? STEP : 0);
        y += SVG_LINE * svg_paragraph(svg, x, y, SVG_SMALL, "soft", MARGIN + ROOM - x, *line);
    }
    return y + TERM_HEIGHT - SVG_LINE;
}

/* Some lines for each consumer; returns where the next one begins. */
static int draw_terms(struct svg *svg, int y, const struct sources *sources, const struct budget_row *row)
{
    struct arena *arena = svg->gate->arena;
    for (size_t i = 0; i < row->terms.count; i++) {
        const struct budget_term *term = &row->terms.items[i];
        bool is_guess = term->basis == BASIS_ASSUMED;
        svg_shape(svg, "<rect class=\"%s%s\" x=\"%d\" y=\"%d\" width=\"11\" height=\"11\" rx=\"2\"/>\n",
            share_class(i), is_guess ? " guess" : "", MARGIN, y - 9);
        svg_text(svg, MARGIN + 18, y, SVG_PLAIN, "", CONSUMER_ROOM, term->consumer);
        svg_text(svg, FORMULA_X, y, SVG_CODE, "soft", FORMULA_ROOM, budget_term_formula(arena, term));
        str total = arena_printf(
            arena, "= " STR_FMT "%s", STR_ARG(amount_text(arena, term)), is_guess ? " assumed" : "");
        svg_text(svg, TOTAL_X, y, SVG_PLAIN, is_guess ? "soft" : "", TOTAL_ROOM, total);
        y = draw_sources(svg, y + SVG_LINE, sources, term);
    }
    if (row->terms.count == 0)
        svg_text(svg, MARGIN, y, SVG_PLAIN, "soft", ROOM, str_from_c(budget_no_client));
    return y + (row->terms.count == 0 ? TERM_HEIGHT : 0);
}

/* What the running server says of its limit, and who holds slots beside the consumers. */
static int draw_live(struct svg *svg, int y, const struct sources *sources, const struct budget_row *row)
{
    if (!count_is_known(row->capacity.outside))
        return y;
    str text = budget_limit_text(svg->gate->arena, sources, row);
    return y + SVG_LINE * svg_paragraph(svg, MARGIN, y, SVG_PLAIN, "soft", ROOM, text);
}

static int draw_words(struct svg *svg, int y, const struct budget_row *row)
{
    struct arena *arena = svg->gate->arena;
    const char *class = verdict_looks[row->verdict].class;
    vec_each(const struct budget_problem *, problem, &row->problems)
        y += SVG_LINE * svg_paragraph(svg, MARGIN, y, SVG_PLAIN, class, ROOM, problem->message);
    vec_each(const str *, fix, &row->fixes)
        y += SVG_LINE * svg_paragraph(svg, MARGIN, y, SVG_PLAIN, "", ROOM,
                            arena_printf(arena, "fix: " STR_FMT, STR_ARG(*fix)));
    return y;
}

static int draw_row(struct svg *svg, int y, const struct sources *sources, const struct budget_row *row)
{
    struct arena *arena = svg->gate->arena;
    str headline = budget_row_headline(row);
    svg_text(svg, MARGIN, y, SVG_NAME, "", ROOM / 2, row->server);
    str demand = row->demand_known ? count_text(arena, row->demand) : STR("?");
    str said = arena_printf(arena, STR_FMT " at worst: " STR_FMT, STR_ARG(demand), STR_ARG(headline));
    svg_text(svg, MARGIN + ROOM, y, SVG_NAME,
        budget_row_is_known(row) ? verdict_looks[row->verdict].at_end : "soft end", ROOM / 2, said);
    struct scale scale = scale_of(row);
    int bar = y + 14;
    svg_shape(svg, "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", MARGIN, bar, ROOM,
        BAR_HEIGHT);
    draw_shares(svg, &scale, bar, row);
    draw_excess(svg, &scale, bar, row);
    draw_limits(svg, &scale, bar, row);
    y = draw_terms(svg, bar + BAR_HEIGHT + 42, sources, row);
    y = draw_live(svg, y + 4, sources, row);
    return draw_words(svg, y, row) + 34;
}

str budget_svg(const struct facts *facts, const struct budgets *budgets, str label, bool with_style)
{
    struct gate *gate = sources_gate(facts->sources);
    if (budgets->rows.count == 0)
        return STR("");
    struct svg body = svg_new(gate), svg = svg_new(gate);
    int y = MARGIN + 12;
    vec_each(struct budget_row *const *, row, &budgets->rows)
        y = draw_row(&body, y, facts->sources, *row);
    svg_open(&svg, WIDTH, y - MARGIN + 4,
        arena_printf(gate->arena, "connections in " STR_FMT, STR_ARG(label)), with_style);
    svg_append(&svg, &body);
    return svg_close(&svg);
}
