/* One share of a sum: budget/budget_parts.h. */
#include "budget/budget_parts.h"

#include "base/limit.h"

/* A factor of the formula, unless it is 1. */
static void add_factor(struct buf *formula, str text)
{
    if (str_eq(text, STR("1")))
        return;
    buf_printf(formula, "%s" STR_FMT, formula->len ? " x " : "", STR_ARG(text));
}

static str in_brackets(struct arena *arena, str text)
{
    return str_find_byte(text, ' ') == STR_NONE ? text : arena_printf(arena, "(" STR_FMT ")", STR_ARG(text));
}

static str number_text(struct arena *arena, struct count count)
{
    return count.state == COUNT_BAD ? STR("?") : count_text(arena, count.value);
}

str budget_term_formula(struct arena *arena, const struct budget_term *term)
{
    struct buf formula = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    str count = number_text(arena, term->instances);
    if (term->surge.value > 0)
        count = arena_printf(
            arena, "(" STR_FMT " + " STR_FMT ")", STR_ARG(count), STR_ARG(number_text(arena, term->surge)));
    str each = term->each_sum.len ? term->each_sum : number_text(arena, term->each);
    add_factor(&formula, count);
    add_factor(&formula, number_text(arena, term->processes));
    if (formula.len == 0)
        return each;
    add_factor(&formula, in_brackets(arena, each));
    return buf_view(&formula);
}

/* The lines of a term while they are made. */
struct telling {
    struct arena *arena;
    const struct sources *sources;
    str_vec lines;
};

/* The variable that leads to the server; a declaration and a pooler speak for themselves. */
static void tell_variable(struct telling *telling, const struct budget_term *term)
{
    str place = count_place(telling->arena, telling->sources, term->at);
    vec_push(telling->arena, &telling->lines,
        place.len
            ? arena_printf(telling->arena, STR_FMT " (" STR_FMT ")", STR_ARG(term->variable), STR_ARG(place))
            : term->variable);
}

static void tell_count(struct telling *telling, const char *what, struct count count)
{
    if (count.from.len > 0)
        vec_push(telling->arena, &telling->lines,
            count_story(telling->arena, telling->sources, str_from_c(what), count));
    if (count.note.len > 0)
        vec_push(telling->arena, &telling->lines, arena_concat(telling->arena, STR("  "), count.note));
}

str_vec budget_term_from(struct arena *arena, const struct sources *sources, const struct budget_term *term)
{
    struct telling telling = {.arena = arena, .sources = sources};
    if (!term->declared && !term->pooler)
        tell_variable(&telling, term);
    tell_count(&telling, "count", term->instances);
    tell_count(&telling, "surge", term->surge);
    tell_count(&telling, "processes", term->processes);
    tell_count(&telling, term->pooler ? "pool" : "each", term->each);
    return telling.lines;
}

str term_key(struct budget_builder *b, const struct budget_row *row, str consumer)
{
    return arena_join(b->arena, row->server, STR("\n"), consumer);
}

/* What later decisions about the row rest on. */
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

void term_add(struct budget_builder *b, struct budget_row *row, struct budget_term term)
{
    struct count surge = term.surge;
    surge.state = surge.state == COUNT_ABSENT ? COUNT_DEFAULT : surge.state;
    term.known = count_is_known(term.instances) && count_is_known(surge) && count_is_known(term.processes) &&
                 count_is_known(term.each);
    term.count = number_add(term.instances.value, surge.value);
    term.total = number_multiply(number_multiply(term.count, term.processes.value), term.each.value);
    term.guessed = !term.declared && (term.each.state != COUNT_READ ||
                                         (term.processes.state == COUNT_ASSUMED && term.processes.value > 1));
    remember(b, row, &term);
    vec_push(b->arena, &row->terms, term);
}
