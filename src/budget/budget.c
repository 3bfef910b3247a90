#include "budget/budget_parts.h"

/* A service of a store's image that is handed another server: a backup job, a migration, a replica. */
static bool is_client_of_another(struct budget_builder *b, const struct budget_row *row)
{
    const struct connection_list *list = connections_of(b, row->service);
    if (list)
        vec_each(const struct connection *const *, connection, &list->items)
            vec_each(const struct target *, target, &(*connection)->targets)
                if (target->server && target->server->service && target->server->service != row->service)
                    return true;
    return false;
}

/*
 * A row is worth showing when somebody uses it, the project declares it, its limit is set in vain, or it runs
 * here with a limit that is known: clients that were not seen may still be there.
 */
static bool is_shown(struct budget_builder *b, const struct budget_row *row)
{
    bool runs_here = row->service && row->service->workload->active && row->capacity.known;
    return row->terms.count > 0 || row->declared || row->capacity.remarks.count > 0 ||
           (runs_here && !is_client_of_another(b, row));
}

/* Declared servers, found ones, then poolers, whose clients the verdict of a server looks at. */
static void judge_rows(struct budget_builder *b)
{
    struct eval_value factor;
    bool has_headroom = declared_headroom(b, &factor);
    vec_each(struct budget_row *const *, row, &b->poolers)
        row_judge(b, *row, NULL);
    vec_each(struct budget_row *const *, row, &b->budgets->rows)
        row_judge(b, *row, has_headroom ? &factor : NULL);
}

static void keep_shown(struct budget_builder *b)
{
    struct budgets *budgets = b->budgets;
    size_t kept = 0;
    vec_each(struct budget_row *const *, row, &b->poolers)
        vec_push(b->arena, &budgets->rows, *row);
    vec_each(struct budget_row *const *, row, &budgets->rows)
        if (is_shown(b, *row))
            budgets->rows.items[kept++] = *row;
    budgets->rows.count = kept;
}

struct budgets *budget_compute(
    struct arena *arena, struct diags *diags, const struct facts *facts, int64_t cpus)
{
    struct budget_builder b = {
        .arena = arena,
        .diags = diags,
        .facts = facts,
        .cpus = cpus,
        .budgets = arena_new(arena, struct budgets),
        .patterns = {.arena = arena},
        .running = {.deployment = facts->deployment},
    };
    rows_prepare(&b);
    rows_of_declared_servers(&b);
    rows_of_services(&b);
    rows_of_poolers(&b);
    declared_consumers(&b);
    pooled_terms(&b);
    detected_consumers(&b);
    judge_rows(&b);
    keep_shown(&b);
    terms_settle_names(&b);
    return b.budgets;
}
