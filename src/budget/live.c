/* What the running server says of a row, in the place of what the files say: budget/budget_parts.h. */
#include "budget/budget_parts.h"

#include "facts/live.h"

static const str server_itself = STR_INIT("read from the running server");

/* A number of the files beside the server's own. */
struct comparison {
    str name; /* of the setting */
    struct count *count;
    int64_t live; /* -1: the server did not say */
};

/* What mends a limit that the server does not have: by where it is written. */
static str limit_help(struct budget_builder *b, const struct budget_row *row, const struct comparison *it)
{
    vec_each(const struct capacity_remark *, remark, &row->capacity.remarks)
        if (remark->kind == REMARK_FIRST_START && remark->help.len > 0)
            return remark->help;
    if (row->declared && span_is_set(it->count->at) && row->declared->at.source == it->count->at.source)
        return arena_printf(
            b->arena, "write what it has: " STR_FMT ": %lld", STR_ARG(it->name), (long long)it->live);
    if (row->pooler)
        return STR("start the pooler anew, so that it takes the setting");
    return arena_printf(b->arena,
        "start the server anew with the setting, or: ALTER SYSTEM SET " STR_FMT " = %lld, then restart it",
        STR_ARG(it->name), (long long)it->count->value);
}

static void compare(struct budget_builder *b, struct budget_row *row, const struct comparison *it)
{
    if (it->live < 0)
        return;
    if (it->count->state == COUNT_READ && it->count->value != it->live) {
        struct budget_problem *problem = row_problem(b, row, BUDGET_LIVE_LIMIT, it->count->at,
            STR_FMT " of `" STR_FMT "` is %lld here, the running server grants %lld", STR_ARG(it->name),
            STR_ARG(row->server), (long long)it->count->value, (long long)it->live);
        problem->variable = it->count->variable;
        problem->service = row->service ? service_name(row->service) : STR("");
        problem->help = limit_help(b, row, it);
        problem->guessed = false;
    }
    *it->count = (struct count){.state = COUNT_READ, .value = it->live, .from = server_itself};
}

/* What only a new volume, or a file that cannot be read, would tell: the server has told it. */
static void drop_settled_remarks(struct capacity *capacity)
{
    size_t kept = 0;
    for (size_t i = 0; i < capacity->remarks.count; i++) {
        enum capacity_remark_kind kind = capacity->remarks.items[i].kind;
        if (kind != REMARK_FIRST_START && kind != REMARK_UNREADABLE)
            capacity->remarks.items[kept++] = capacity->remarks.items[i];
    }
    capacity->remarks.count = kept;
}

/* ---- who holds sessions */

static bool is_of_term(const struct budget_term *term, const struct connection *connection)
{
    if (term->service)
        return term->service == connection->service;
    return term->variable.len > 0 && str_eq(term->variable, connection->variable->value->name);
}

/* The server's clients, and those of the poolers before it. */
static void add_clients(struct budget_builder *b, const struct budget_row *row, struct connection_list *list)
{
    if (row->known)
        vec_each(const struct connection *const *, client, &row->known->clients)
            vec_push(b->arena, &list->items, *client);
    vec_each(const struct budget_term *, term, &row->terms)
        if (term->pooler && term->pooler->known)
            vec_each(const struct connection *const *, client, &term->pooler->known->clients)
                vec_push(b->arena, &list->items, *client);
}

/* A term that no connection belongs to may use any role: all roles of the deployment are the budget's. */
static bool is_budgeted(const struct budget_row *row, const struct connection_list *clients, str role)
{
    bool is_role = false;
    vec_each(const struct budget_term *, term, &row->terms) {
        bool has_connection = false;
        vec_each(const struct connection *const *, client, &clients->items) {
            has_connection |= is_of_term(term, *client);
            is_role |= str_eq((*client)->user, role) && (term->pooler || is_of_term(term, *client));
        }
        if (has_connection || term->pooler)
            continue;
        vec_each(const struct connection *const *, client, &clients->items)
            is_role |= str_eq((*client)->user, role);
    }
    return is_role;
}

static void subtract_outsiders(struct budget_builder *b, struct budget_row *row,
    const struct connection_list *clients, const struct live_answer *answer)
{
    struct buf names = buf_new(b->arena, SIZE_MAX / 4);
    int64_t count = 0;
    vec_each(const struct live_sessions *, sessions, &answer->sessions) {
        if (is_budgeted(row, clients, sessions->role))
            continue;
        count += sessions->count;
        buf_printf(&names, "%s" STR_FMT " %lld", names.len > 0 ? ", " : "", STR_ARG(sessions->role),
            (long long)sessions->count);
    }
    row->capacity.outside = (struct count){.state = COUNT_READ, .value = count, .from = buf_view(&names)};
}

/* ---- limits of roles and databases */

static int64_t demand_of(
    const struct budget_row *row, const struct connection_list *clients, str name, bool is_role)
{
    int64_t demand = 0;
    vec_each(const struct budget_term *, term, &row->terms) {
        bool is_counted = false;
        vec_each(const struct connection *const *, client, &clients->items)
            is_counted |= (is_of_term(term, *client) || term->pooler) &&
                          str_eq(is_role ? (*client)->user : (*client)->database, name);
        demand = is_counted ? number_add(demand, term->total) : demand;
    }
    return demand;
}

static void judge_limit(struct budget_builder *b, struct budget_row *row,
    const struct connection_list *clients, const struct live_limit *limit, bool is_role)
{
    int64_t demand = demand_of(row, clients, limit->name, is_role);
    if (limit->limit < 0 || demand <= limit->limit)
        return;
    const char *kind = is_role ? "role" : "database";
    struct budget_problem *problem = row_problem(b, row, BUDGET_OVER, row->variable_at,
        "the programs of %s `" STR_FMT "` at " STR_FMT " may ask for " STR_FMT
        " connections, the running server grants it %lld",
        kind, STR_ARG(limit->name), STR_ARG(row->server), STR_ARG(count_text(b->arena, demand)),
        (long long)limit->limit);
    problem->help = arena_printf(b->arena, "ALTER %s " STR_FMT " CONNECTION LIMIT " STR_FMT,
        is_role ? "ROLE" : "DATABASE", STR_ARG(live_identifier(b->arena, limit->name)),
        STR_ARG(demand == NUMBER_UNBOUNDED ? STR("-1") : count_text(b->arena, demand)));
}

static void judge_limits(struct budget_builder *b, struct budget_row *row,
    const struct connection_list *clients, const struct live_answer *answer)
{
    vec_each(const struct live_limit *, limit, &answer->roles)
        judge_limit(b, row, clients, limit, true);
    vec_each(const struct live_limit *, limit, &answer->databases)
        judge_limit(b, row, clients, limit, false);
}

/* A login at the server, else one through a pooler before it, which the server has answered. */
static const struct live_answer *answer_of(const struct budget_builder *b, const struct budget_row *row)
{
    const struct live_answer *answer = live_of_server(b->facts, row->known);
    for (size_t i = 0; !answer && i < row->terms.count; i++)
        if (row->terms.items[i].pooler)
            answer = live_of_server(b->facts, row->terms.items[i].pooler->known);
    return answer;
}

/* The size that all databases have which have none of their own. */
static bool is_usual_size(const struct count *size)
{
    return str_eq_fold(size->from, STR("default_pool_size")) ||
           str_ends(size->variable, STR("DEFAULT_POOL_SIZE"));
}

static void settle_pooler(struct budget_builder *b, struct budget_row *row)
{
    const struct live_pooler *live = live_of_pooler(b->facts, row->known);
    if (!live)
        return;
    int64_t instances = count_is_known(row->pooler->instances) ? row->pooler->instances.value : 1;
    struct comparison clients = {STR("max_client_conn"), &row->capacity.max_connections,
        number_multiply(live->max_client_conn, instances)};
    compare(b, row, &clients);
    capacity_settle(&row->capacity);
    vec_each(const struct pooler_database *, database, &row->pooler->settings.databases) {
        struct count size = database->pool_size; /* the sum was made with it: it is compared, not replaced */
        struct comparison pool = {STR("default_pool_size"), &size, live->default_pool_size};
        if (!is_usual_size(&size))
            continue;
        compare(b, row, &pool);
        return;
    }
}

void row_live(struct budget_builder *b, struct budget_row *row)
{
    if (row->pooler) {
        settle_pooler(b, row);
        return;
    }
    const struct live_answer *answer = answer_of(b, row);
    struct capacity *capacity = &row->capacity;
    if (!answer || capacity->cannot_start)
        return;
    const struct comparison comparisons[] = {
        {STR_INIT("max_connections"), &capacity->max_connections,
            capacity->is_usable_declared ? -1 : answer->max_connections},
        {STR_INIT("superuser_reserved_connections"), &capacity->superuser_reserved,
            answer->superuser_reserved},
        {STR_INIT("reserved_connections"), &capacity->reserved, answer->reserved},
    };
    for (size_t i = 0; i < ARRAY_COUNT(comparisons); i++)
        compare(b, row, &comparisons[i]);
    struct connection_list clients = {0};
    add_clients(b, row, &clients);
    drop_settled_remarks(capacity);
    capacity->hold = HOLD_ALWAYS;
    subtract_outsiders(b, row, &clients, answer);
    capacity_settle(capacity);
    judge_limits(b, row, &clients, answer);
}
