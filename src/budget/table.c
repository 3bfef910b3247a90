/* The sum of a row as a table of text: budget/budget.h. */
#include "budget/budget.h"

#include "base/limit.h"

#define GAP 2 /* blanks between columns */

const char budget_no_client[] =
    "no client was seen: nothing that runs here is handed a connection that leads to it";

enum column {
    COLUMN_CONSUMER,
    COLUMN_FORMULA,
    COLUMN_TOTAL,
    COLUMN_FROM,
    COLUMN_COUNT,
};

static const struct {
    str title;
    bool right;
} columns[COLUMN_COUNT] = {
    [COLUMN_CONSUMER] = {STR_INIT("consumer"), false},
    [COLUMN_FORMULA] = {STR_INIT("formula"), false},
    [COLUMN_TOTAL] = {STR_INIT("total"), true},
    [COLUMN_FROM] = {STR_INIT("from"), false},
};

struct line {
    str cells[COLUMN_COUNT];
};

/* The table while it is laid out. */
struct layout {
    struct arena *arena;
    VEC(struct line) lines;
    size_t widths[COLUMN_COUNT];
};

static void add_line(struct layout *layout, struct line line)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (line.cells[i].len > layout->widths[i])
            layout->widths[i] = line.cells[i].len;
    vec_push(layout->arena, &layout->lines, line);
}

static str line_text(const struct layout *layout, const struct line *line)
{
    struct buf text = buf_new(layout->arena, limit_value(LIMIT_VALUE_BYTES));
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        str cell = line->cells[i];
        size_t padding = layout->widths[i] - cell.len;
        buf_repeat(&text, ' ', GAP + (columns[i].right ? padding : 0));
        buf_str(&text, cell);
        buf_repeat(&text, ' ', columns[i].right ? 0 : padding);
    }
    return str_trim_end(buf_view(&text));
}

static str rule_text(const struct layout *layout, size_t count)
{
    struct buf text = buf_new(layout->arena, limit_value(LIMIT_VALUE_BYTES));
    for (size_t i = 0; i < count; i++) {
        buf_repeat(&text, ' ', GAP);
        buf_repeat(&text, '-', layout->widths[i]);
    }
    return buf_view(&text);
}

static str total_text(struct arena *arena, bool known, int64_t total)
{
    return known ? count_text(arena, total) : STR("?");
}

static void add_term(struct layout *layout, const struct sources *sources, const struct budget_term *term)
{
    str_vec from = budget_term_from(layout->arena, sources, term);
    struct line line = {.cells = {
                            [COLUMN_CONSUMER] = term->consumer,
                            [COLUMN_FORMULA] = budget_term_formula(layout->arena, term),
                            [COLUMN_TOTAL] = total_text(layout->arena, term->known, term->total),
                        }};
    for (size_t i = 0; i < from.count; i++) {
        line.cells[COLUMN_FROM] = from.items[i];
        add_line(layout, line);
        line = (struct line){0};
    }
    if (from.count == 0)
        add_line(layout, line);
}

static str comparison(struct arena *arena, const struct budget_row *row)
{
    if (!row->capacity.known)
        return STR("of an unknown number");
    str usable = count_text(arena, row->capacity.usable);
    if (!row->demand_known || row->demand == NUMBER_UNBOUNDED || row->demand <= row->capacity.usable)
        return arena_printf(arena, "of " STR_FMT, STR_ARG(usable));
    return arena_printf(arena, "of " STR_FMT ": %lld too many", STR_ARG(usable),
        (long long)(row->demand - row->capacity.usable));
}

str budget_limit_text(struct arena *arena, const struct sources *sources, const struct budget_row *row)
{
    const struct capacity *capacity = &row->capacity;
    const char *name = row->pooler                    ? "max_client_conn"
                       : capacity->is_usable_declared ? "usable"
                                                      : "max_connections";
    if (!capacity->known)
        return arena_printf(arena, "%s not known", name);
    struct buf text = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    buf_str(&text, count_story(arena, sources, str_from_c(name), capacity->max_connections));
    if (!capacity->is_usable_declared)
        buf_printf(&text, ", %lld reserved",
            (long long)number_add(capacity->superuser_reserved.value, capacity->reserved.value));
    if (capacity->outside.value > 0)
        buf_printf(&text, ", %lld in use by others (" STR_FMT ")", (long long)capacity->outside.value,
            STR_ARG(capacity->outside.from));
    if (count_is_known(capacity->role_limit))
        buf_printf(&text, ", role limit " STR_FMT, STR_ARG(count_text(arena, capacity->role_limit.value)));
    if (capacity->certain != capacity->usable)
        buf_printf(&text, ", %lld usable on an older volume", (long long)capacity->certain);
    return buf_view(&text);
}

/* The sum, as a table with a rule below its head and one above its total. */
static void add_sum(
    struct arena *arena, const struct sources *sources, const struct budget_row *row, str_vec *lines)
{
    struct layout layout = {.arena = arena};
    struct line head = {0};
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        head.cells[i] = columns[i].title;
    add_line(&layout, head);
    vec_each(const struct budget_term *, term, &row->terms)
        add_term(&layout, sources, term);
    size_t terms_end = layout.lines.count;
    add_line(&layout, (struct line){.cells = {
                                        [COLUMN_CONSUMER] = STR("total"),
                                        [COLUMN_TOTAL] = total_text(arena, row->demand_known, row->demand),
                                        [COLUMN_FROM] = comparison(arena, row),
                                    }});

    if (row->demand_known && row->steady != row->demand)
        add_line(&layout, (struct line){.cells = {
                                            [COLUMN_CONSUMER] = STR("steady"),
                                            [COLUMN_TOTAL] = count_text(arena, row->steady),
                                            [COLUMN_FROM] = STR("while nothing is updated or scaled up"),
                                        }});

    for (size_t i = 0; i < layout.lines.count; i++) {
        if (i == 1)
            vec_push(arena, lines, rule_text(&layout, COLUMN_COUNT));
        if (i == terms_end)
            vec_push(arena, lines, rule_text(&layout, COLUMN_FROM));
        vec_push(arena, lines, line_text(&layout, &layout.lines.items[i]));
    }
}

str_vec budget_table(struct arena *arena, const struct sources *sources, const struct budget_row *row)
{
    str_vec lines = {0};
    vec_push(arena, &lines,
        arena_printf(arena, STR_FMT ": " STR_FMT, STR_ARG(row->server),
            STR_ARG(budget_limit_text(arena, sources, row))));
    if (row->terms.count > 0)
        add_sum(arena, sources, row, &lines);
    else
        vec_push(arena, &lines, arena_printf(arena, "%*s%s", GAP, "", budget_no_client));
    return lines;
}
