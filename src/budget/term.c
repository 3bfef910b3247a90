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
    return str_has_byte(text, ' ') ? arena_printf(arena, "(" STR_FMT ")", STR_ARG(text)) : text;
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
    if (term->aside.len)
        vec_push(arena, &telling.lines, arena_concat(arena, STR("not added: "), term->aside));
    return telling.lines;
}

str budget_basis_name(enum budget_basis basis)
{
    static const str names[BASIS_COUNT] = {
        [BASIS_DECLARED] = STR_INIT("declared"),
        [BASIS_READ] = STR_INIT("read"),
        [BASIS_ASSUMED] = STR_INIT("assumed"),
    };
    return names[basis];
}

static bool is_to_declare(const struct budget_term *term)
{
    return term->basis == BASIS_ASSUMED && term->known && !term->pooler;
}

/*
 * Names of declarations are said once, and one variable may lead the programs to several servers: both are
 * settled over all rows at once, when they are complete.
 */
void terms_settle_names(struct budget_builder *b)
{
    struct map counts = {0}, servers = {0};
    vec_each(struct budget_row *const *, row, &b->budgets->rows)
        vec_each(struct budget_term *, term, &(*row)->terms) {
            struct budget_row *former = map_set(b->arena, &servers, term->variable, *row);
            if (former && former != *row)
                map_set(b->arena, &b->budgets->shared, term->variable, *row);
            if (!is_to_declare(term))
                continue;
            term->number = (uintptr_t)map_get(&counts, term->consumer) + 1;
            map_set(b->arena, &counts, term->consumer, (void *)(uintptr_t)term->number);
        }
}

str budget_term_server(struct arena *arena, const struct budgets *budgets, const struct budget_row *row,
    const struct budget_term *term)
{
    if (str_is_name(term->variable) && !map_has(&budgets->shared, term->variable))
        return term->variable;
    return arena_printf(arena, "\"" STR_FMT "\"", STR_ARG(row->server));
}

str_vec budget_row_declarations(
    struct arena *arena, const struct budgets *budgets, const struct budget_row *row)
{
    str_vec lines = {0};
    vec_each(const struct budget_term *, term, &row->terms) {
        if (!is_to_declare(term))
            continue;
        struct buf line = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
        buf_printf(&line, "budget: {consumers: {" STR_FMT, STR_ARG(term->consumer));
        if (term->number > 1)
            buf_printf(&line, "-%zu", term->number);
        buf_printf(&line, ": {server: " STR_FMT, STR_ARG(budget_term_server(arena, budgets, row, term)));
        if (term->service)
            buf_printf(&line, ", service: " STR_FMT, STR_ARG(service_name(term->service)));
        if (term->open.len)
            buf_printf(&line, ", count: %lld", (long long)term->count);
        buf_printf(&line, ", processes: " STR_FMT ", each: " STR_FMT "}}}",
            STR_ARG(count_text(arena, term->processes.value)), STR_ARG(count_text(arena, term->each.value)));
        vec_push(arena, &lines, buf_view(&line));
    }
    if (row->terms.count == 0 && row->service)
        vec_push(arena, &lines,
            arena_printf(arena, "budget: {consumers: {NAME: {server: \"" STR_FMT "\", count: N, each: N}}}",
                STR_ARG(row->server)));
    return lines;
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

struct count term_instances(const struct workload *workload)
{
    const struct workload_replicas *replicas = &workload->replicas;
    bool is_idle = span_is_set(replicas->at) && replicas->count == 0;
    bool is_scaled = replicas->most > replicas->count;
    int64_t most = replicas_most(replicas);
    if (!workload->active && !is_idle && !replicas->is_asked)
        return count_default(0, STR("its profile is off"));
    struct count count = count_default(most, is_scaled            ? replicas->most_from
                                             : replicas->from.len ? replicas->from
                                             : most == 1          ? STR("")
                                                                  : STR("replicas"));
    count.at = is_scaled ? replicas->most_at : replicas->at;
    return count;
}

struct count term_surge(const struct workload *workload)
{
    const struct workload_replicas *replicas = &workload->replicas;
    int64_t more = replicas_surge(replicas, replicas_most(replicas));
    if (!span_is_set(replicas->surge_at) || more == 0)
        return count_default(0, STR(""));
    return (struct count){
        .state = COUNT_READ, .value = more, .at = replicas->surge_at, .from = replicas->surge_from};
}

/* How many of them run while nothing is scaled or updated. */
static int64_t steady_instances(const struct budget_term *term)
{
    const struct workload_replicas *replicas = term->service ? &term->service->workload->replicas : NULL;
    bool is_scaled = replicas && replicas->most > replicas->count && term->instances.value == replicas->most;
    return is_scaled ? replicas->count : term->instances.value;
}

void term_add(struct budget_builder *b, struct budget_row *row, struct budget_term term)
{
    struct count surge = term.surge;
    surge.state = surge.state == COUNT_ABSENT ? COUNT_DEFAULT : surge.state;
    term.known = count_is_known(term.instances) && count_is_known(surge) && count_is_known(term.processes) &&
                 count_is_known(term.each);
    term.count = number_add(term.instances.value, surge.value);
    term.total = number_multiply(number_multiply(term.count, term.processes.value), term.each.value);
    term.steady =
        number_multiply(number_multiply(steady_instances(&term), term.processes.value), term.each.value);
    term.guessed = !term.declared && (term.each.state != COUNT_READ ||
                                         (term.processes.state == COUNT_ASSUMED && term.processes.value > 1));
    bool is_own_count = term.service && str_eq(term.instances.from, term.service->workload->replicas.from);
    term.open = is_own_count ? term.service->workload->replicas.open : STR("");
    if (term.open.len)
        term.basis = BASIS_ASSUMED;
    remember(b, row, &term);
    vec_push(b->arena, &row->terms, term);
}
