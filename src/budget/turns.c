/* Programs of one group that never run at once: budget/budget_parts.h. */
#include "budget/budget_parts.h"

static const struct workload_group *OR_NULL group_of(const struct budget_term *term)
{
    return term->service && !term->pooler ? term->service->workload->group : NULL;
}

static bool ends(const struct budget_term *term)
{
    return term->service->workload->ends;
}

/* What the programs of a group that go on running open together, and the one that ends before them and opens
 * most. */
struct turns {
    int64_t together;
    const struct budget_term *greatest; /* NULL: none of its consumers ends */
    bool is_known;
};

static struct turns turns_of(const struct budget_row *row, const struct workload_group *group)
{
    struct turns turns = {.is_known = true};
    vec_each(const struct budget_term *, term, &row->terms) {
        if (group_of(term) != group)
            continue;
        turns.is_known &= term->known;
        if (!ends(term))
            turns.together = number_add(turns.together, term->total);
        else if (!turns.greatest || term->total > turns.greatest->total)
            turns.greatest = term;
    }
    return turns;
}

/* Only what is greater counts: all that go on running, or the greatest of those before them. */
static void settle(struct budget_row *row, const struct workload_group *group)
{
    struct turns turns = turns_of(row, group);
    if (!turns.greatest || !turns.is_known)
        return;
    bool before_counts = turns.greatest->total > turns.together;
    str aside =
        before_counts ? STR("runs when what counts has ended") : STR("has ended when the others start");
    vec_each(struct budget_term *, term, &row->terms) {
        bool counts = before_counts ? term == turns.greatest : group_of(term) != group || !ends(term);
        if (group_of(term) != group)
            continue;
        term->steady = ends(term) ? 0 : term->steady;
        if (counts)
            continue;
        term->total = 0;
        term->aside = aside;
    }
}

void row_settle_turns(struct budget_row *row)
{
    vec_each(const struct budget_term *, term, &row->terms)
        if (group_of(term) && ends(term) && term->aside.len == 0)
            settle(row, group_of(term));
}
