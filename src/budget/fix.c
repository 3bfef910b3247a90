/* Each single change that would make a sum fit: budget/budget_parts.h. */
#include "budget/budget_parts.h"

static void add_fix(struct budget_builder *b, struct budget_row *row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_fix(struct budget_builder *b, struct budget_row *row, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vec_push(b->arena, &row->fixes, arena_vprintf(b->arena, format, arguments));
    va_end(arguments);
}

/* The greatest demand that fits, the headroom included. */
static int64_t room_of(const struct budget_row *row, const struct eval_value *factor)
{
    int64_t room = row->capacity.usable;
    if (!factor || row->pooler)
        return room;
    int64_t with_margin =
        number_multiply(row->capacity.max_connections.value, factor->divisor) / factor->number;
    return with_margin < room ? with_margin : room;
}

/* Whether `factor` is worth lowering: it is above 1 and what fits is at least 1. */
static bool can_lower(int64_t now, int64_t others, int64_t room, int64_t *ret_most)
{
    if (now <= 1 || others <= 0 || room < others)
        return false;
    *ret_most = room / others;
    return *ret_most < now;
}

/* The last operand of `each: A + B`, lowered; a sum is what SQLAlchemy's two settings make. */
static str split_each(struct budget_builder *b, const struct budget_term *term, int64_t most)
{
    const struct expr *expr = term->each_expr;
    if (!expr || expr->kind != EXPR_BINARY || expr->operation != OPERATOR_ADD)
        return STR("");
    struct count first = declared_count(b, expr->left);
    if (!count_is_known(first) || first.value > most)
        return STR("");
    return arena_printf(
        b->arena, ", such as %lld + %lld", (long long)first.value, (long long)(most - first.value));
}

/* The most replicas that are no more than `most` while they are updated. */
static int64_t replicas_within(const struct workload_replicas *replicas, int64_t now, int64_t most)
{
    int64_t count = most < now ? most : now;
    while (count > 1 && number_add(count, replicas_surge(replicas, count)) > most)
        count--;
    return count;
}

static void lower_instances(
    struct budget_builder *b, struct budget_row *row, const struct budget_term *term, int64_t most)
{
    const struct workload_replicas *replicas = term->service ? &term->service->workload->replicas : NULL;
    if (!replicas || term->surge.value == 0 || !str_eq(term->surge.from, replicas->surge_from)) {
        add_fix(b, row, "at most %lld instance%s of " STR_FMT " instead of %lld", (long long)most,
            most == 1 ? "" : "s", STR_ARG(term->consumer), (long long)term->count);
        return;
    }
    int64_t count = replicas_within(replicas, term->instances.value, most);
    int64_t at_once = number_add(count, replicas_surge(replicas, count));
    if (at_once <= most && count < term->instances.value)
        add_fix(b, row, "at most %lld replica%s of " STR_FMT " instead of %lld: %lld at once with the surge",
            (long long)count, count == 1 ? "" : "s", STR_ARG(term->consumer),
            (long long)term->instances.value, (long long)at_once);
}

/* What one term alone could give up. `room` is left for it. */
static void lower_term(
    struct budget_builder *b, struct budget_row *row, const struct budget_term *term, int64_t room)
{
    int64_t most;
    str name = term->consumer;
    int64_t processes = term->processes.value, each = term->each.value;
    if (can_lower(term->count, number_multiply(processes, each), room, &most))
        lower_instances(b, row, term, most);
    if (!term->pooler && can_lower(processes, number_multiply(term->count, each), room, &most))
        add_fix(b, row, "at most %lld process%s of " STR_FMT " instead of %lld", (long long)most,
            most == 1 ? "" : "es", STR_ARG(name), (long long)processes);
    if (can_lower(each, number_multiply(term->count, processes), room, &most))
        add_fix(b, row, "at most %lld connection%s per %s of " STR_FMT " instead of %lld" STR_FMT,
            (long long)most, most == 1 ? "" : "s", term->pooler ? "pool" : "process", STR_ARG(name),
            (long long)each, STR_ARG(split_each(b, term, most)));
}

static void lower_terms(struct budget_builder *b, struct budget_row *row, int64_t room)
{
    vec_each(const struct budget_term *, term, &row->terms) {
        if (!term->known || term->total == NUMBER_UNBOUNDED)
            continue;
        int64_t others = row->demand - term->total;
        if (room > others)
            lower_term(b, row, term, room - others);
    }
}

static void raise_limit(struct budget_builder *b, struct budget_row *row, const struct eval_value *factor)
{
    const struct capacity *capacity = &row->capacity;
    int64_t needed = row->demand;
    if (row->pooler) {
        int64_t instances = row->pooler->instances.value > 0 ? row->pooler->instances.value : 1;
        add_fix(
            b, row, "max_client_conn of at least %lld", (long long)((needed + instances - 1) / instances));
        return;
    }
    if (count_is_known(capacity->role_limit) && capacity->role_limit.value < needed)
        add_fix(b, row, "a connection limit of at least %lld for the role", (long long)needed);
    if (capacity->is_usable_declared) {
        add_fix(b, row, "a plan with at least %lld usable connections", (long long)needed);
        return;
    }
    needed = number_add(needed, number_add(capacity->superuser_reserved.value, capacity->reserved.value));
    int64_t with_margin = factor ? eval_scale(row->demand, factor) : 0;
    needed = with_margin > needed ? with_margin : needed;
    if (needed > capacity->max_connections.value)
        add_fix(b, row, "max_connections of at least %lld", (long long)needed);
}

static void put_pooler(struct budget_builder *b, struct budget_row *row)
{
    vec_each(const struct budget_term *, term, &row->terms)
        if (term->pooler)
            return;
    if (row->family == FAMILY_POSTGRESQL && !row->pooler)
        add_fix(b, row,
            "PgBouncer in transaction mode in front of " STR_FMT ", with at most %lld connections",
            STR_ARG(row->server), (long long)row->capacity.usable);
}

static bool wants_fix(const struct budget_row *row)
{
    vec_each(const struct budget_problem *, problem, &row->problems)
        if (problem->kind == BUDGET_OVER || problem->kind == BUDGET_CLIENTS_OVER ||
            problem->kind == BUDGET_HEADROOM)
            return true;
    return false;
}

void row_fixes(struct budget_builder *b, struct budget_row *row, const struct eval_value *factor)
{
    vec_each(const struct budget_term *, term, &row->terms)
        if (term->known && term->total == NUMBER_UNBOUNDED)
            add_fix(b, row, "a ceiling for " STR_FMT ": a pool's maximum, or the concurrency in front of it",
                STR_ARG(term->consumer));
    if (!wants_fix(row) || row->demand == NUMBER_UNBOUNDED)
        return;
    lower_terms(b, row, room_of(row, factor));
    raise_limit(b, row, factor);
    put_pooler(b, row);
}
