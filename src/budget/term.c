#include "budget/budget_parts.h"

#include "base/limit.h"

/* A factor of the formula, unless it is 1. */
static void add_factor(struct buf *formula, str text)
{
    if (str_eq(text, STR("1")))
        return;
    buf_printf(formula, "%s" STR_FMT, formula->len ? " x " : "", STR_ARG(text));
}

static str in_brackets(struct budget_builder *b, str text)
{
    return str_find_byte(text, ' ') == STR_NONE ? text
                                                : arena_printf(b->arena, "(" STR_FMT ")", STR_ARG(text));
}

static str number_text(struct budget_builder *b, struct count count)
{
    return count.state == COUNT_BAD ? STR("?") : count_text(b->arena, count.value);
}

/* "2 x (20 + 40)", "(4 + 2) x 20", "30". */
static str formula_of(struct budget_builder *b, const struct budget_term *term, str each_text)
{
    struct buf formula = buf_new(b->arena, limit_value(LIMIT_VALUE_BYTES));
    str count = number_text(b, term->instances);
    if (term->surge.value > 0)
        count = arena_printf(
            b->arena, "(" STR_FMT " + " STR_FMT ")", STR_ARG(count), STR_ARG(number_text(b, term->surge)));
    str each = each_text.len ? each_text : number_text(b, term->each);
    add_factor(&formula, count);
    add_factor(&formula, number_text(b, term->processes));
    if (formula.len == 0)
        return each;
    add_factor(&formula, in_brackets(b, each));
    return buf_view(&formula);
}

static void add_story(
    struct budget_builder *b, struct budget_term *term, const char *what, struct count count)
{
    if (count.from.len > 0)
        vec_push(b->arena, &term->from, count_story(b->arena, b->facts->sources, str_from_c(what), count));
    if (count.note.len > 0)
        vec_push(b->arena, &term->from, arena_concat(b->arena, STR("  "), count.note));
}

str term_key(struct budget_builder *b, const struct budget_row *row, str consumer)
{
    return arena_printf(b->arena, STR_FMT "\n" STR_FMT, STR_ARG(row->server), STR_ARG(consumer));
}

/* What later decisions about the row stand on. */
static void remember(struct budget_builder *b, struct budget_row *row, const struct budget_term *term)
{
    row->has_declared |= term->declared;
    row->has_services |= term->service != NULL && term->pooler == NULL;
    if (!term->declared)
        return;
    map_set(b->arena, &b->declared, term_key(b, row, term->consumer), row);
    if (term->service)
        map_set(b->arena, &b->declared, term_key(b, row, service_name(term->service)), row);
}

void term_add(struct budget_builder *b, struct budget_row *row, struct budget_term term, str each_text)
{
    struct count surge = term.surge;
    surge.state = surge.state == COUNT_ABSENT ? COUNT_DEFAULT : surge.state;
    term.known = count_is_known(term.instances) && count_is_known(surge) && count_is_known(term.processes) &&
                 count_is_known(term.each);
    term.count = number_add(term.instances.value, surge.value);
    term.total = number_multiply(number_multiply(term.count, term.processes.value), term.each.value);
    term.guessed = !term.declared && (term.each.state != COUNT_READ ||
                                         (term.processes.state == COUNT_ASSUMED && term.processes.value > 1));
    term.formula = formula_of(b, &term, each_text);
    add_story(b, &term, "count", term.instances);
    add_story(b, &term, "surge", term.surge);
    add_story(b, &term, "processes", term.processes);
    add_story(b, &term, term.pooler ? "pool" : "each", term.each);
    remember(b, row, &term);
    vec_push(b->arena, &row->terms, term);
}
