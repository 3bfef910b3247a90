/* What poolers open on the servers after them: budget/budget_parts.h. */
#include "budget/budget_parts.h"

#define CLIENTS_DEFAULT 100 /* PgBouncer's max_client_conn */
#define POOL_DEFAULT    20  /* … and default_pool_size */

static void declare(struct budget_builder *b, const struct expr *expr, struct count *number)
{
    if (expr)
        *number = declared_count(b, expr);
}

/* What the service says, or PgBouncer's defaults where a pooler is only declared. */
static struct pooler read_settings(struct budget_builder *b, const struct budget_row *row)
{
    if (row->service) {
        struct settings_reader reader = row_reader(b, row->service);
        return pooler_of_service(&reader);
    }
    struct pooler settings = {.known = true, .mode = STR("session"), .at = row->at};
    settings.max_client_conn = count_default(CLIENTS_DEFAULT, STR("default of PgBouncer"));
    vec_push(b->arena, &settings.databases,
        ((struct pooler_database){.name = STR("*"),
            .pool_size = count_default(POOL_DEFAULT, STR("default of PgBouncer")),
            .reserve_pool_size = count_default(0, STR("")),
            .max_connections = count_default(0, STR("")),
            .at = row->at}));
    return settings;
}

static struct count instances_of(struct budget_builder *b, const struct budget_row *row)
{
    const struct config_pooler *declared = row->pooler->declared;
    if (declared && declared->instances)
        return declared_count(b, declared->instances);
    return row->service ? term_instances(row->service->workload) : count_default(1, STR(""));
}

/* Each pooler that an update starts beside the others fills a pool of its own. */
static struct count surge_of(const struct budget_row *row)
{
    const struct config_pooler *declared = row->pooler->declared;
    bool is_own = row->service && row->service->workload->active && !(declared && declared->instances);
    return is_own ? term_surge(row->service->workload) : count_default(0, STR(""));
}

/* It stands beside its clients, so that each of them that an update starts brings one more. */
static bool is_beside_clients(const struct budget_row *row)
{
    const struct workload_group *group = row->service ? row->service->workload->group : NULL;
    if (row->known && group)
        vec_each(const struct connection *const *, client, &row->known->clients)
            if ((*client)->service && (*client)->service != row->service &&
                (*client)->service->workload->group == group)
                return true;
    return false;
}

/* Client side: max_client_conn of every instance. */
static void set_capacity(struct budget_builder *b, struct budget_row *row)
{
    struct budget_pooler *pooler = row->pooler;
    struct capacity *capacity = &row->capacity;
    capacity->max_connections = pooler->settings.max_client_conn;
    capacity->at = pooler->settings.at;
    if (pooler->declared && pooler->declared->max_client_conn) {
        capacity->max_connections = declared_count(b, pooler->declared->max_client_conn);
        capacity->at = pooler->declared->max_client_conn->at;
    }
    if (count_is_known(capacity->max_connections) && count_is_known(pooler->instances))
        capacity->max_connections.value = number_multiply(capacity->max_connections.value,
            number_add(pooler->instances.value, is_beside_clients(row) ? surge_of(row).value : 0));
    capacity->is_usable_declared = true;
    capacity_settle(capacity);
    row->at = capacity->at;
}

static void add_pair(struct budget_builder *b, struct map *pairs, str database, str user)
{
    map_set(b->arena, pairs, arena_join(b->arena, database, STR("\n"), user), pairs);
}

/* The databases that are asked for under a line: its own name, or what the known clients of `*` say. */
static str_vec databases_of(
    struct budget_builder *b, const struct budget_row *row, const struct pooler_database *database)
{
    str_vec names = {0};
    bool is_any = str_eq(database->name, STR("*"));
    if (!is_any)
        vec_push(b->arena, &names, database->name);
    if (is_any && row->known)
        vec_each(const struct connection *const *, client, &row->known->clients)
            vec_push(b->arena, &names, (*client)->database);
    return names;
}

/*
 * The (database, user) pairs that open a pool of their own: those of the known clients, at least one. Whoever
 * else stands in auth_file may log in to each database as well; that all of them do is a guess.
 */
static struct count count_pairs(
    struct budget_builder *b, const struct budget_row *row, const struct pooler_database *database)
{
    struct map pairs = {0};
    bool is_any = str_eq(database->name, STR("*"));
    if (row->known)
        vec_each(const struct connection *const *, client, &row->known->clients)
            if (is_any || str_eq((*client)->database, database->name))
                add_pair(
                    b, &pairs, (*client)->database, database->user.len ? database->user : (*client)->user);
    size_t known = pairs.live;
    str_vec databases = databases_of(b, row, database);
    vec_each(const str *, name, &databases)
        vec_each(const str *, user, &row->pooler->settings.users)
            if (database->user.len == 0)
                add_pair(b, &pairs, *name, *user);
    if (pairs.live > known && pairs.live > 1)
        return count_assumed((int64_t)pairs.live, STR("pairs of database and user, all of auth_file"));
    return count_default(pairs.live > 1 ? (int64_t)pairs.live : 1, STR("pairs of database and user"));
}

/* Lowers pairs × pool to what max_db_connections lets through. */
static void bound(struct budget_term *term, struct count databases, struct count most)
{
    if (!count_is_known(most) || most.value == 0 || !count_is_known(databases))
        return;
    int64_t open = number_multiply(term->processes.value, term->each.value);
    if (open <= number_multiply(databases.value, most.value))
        return;
    term->processes = databases;
    term->each = most;
}

static void add_term(struct budget_builder *b, struct budget_row *row, struct budget_row *server,
    const struct pooler_database *database, bool only)
{
    const struct config_pooler *declared = row->pooler->declared;
    struct budget_term term = {
        .consumer =
            only ? row->server
                 : arena_printf(b->arena, STR_FMT "/" STR_FMT, STR_ARG(row->server), STR_ARG(database->name)),
        .instances = row->pooler->instances,
        .surge = surge_of(row),
        .processes = count_pairs(b, row, database),
        .at = database->at,
        .service = row->service,
        .variable = server->variable,
        .pooler = row,
    };
    struct count size = database->pool_size, reserve = database->reserve_pool_size;
    struct count databases = count_default(1, STR("databases")), most = database->max_connections;
    if (declared) {
        declare(b, declared->pairs, &term.processes);
        declare(b, declared->pool_size, &size);
        declare(b, declared->reserve_pool_size, &reserve);
        declare(b, declared->databases, &databases);
        declare(b, declared->max_db_connections, &most);
    }
    term.each = reserve.value > 0 || reserve.state == COUNT_BAD ? count_add(b->arena, size, reserve) : size;
    bound(&term, databases, most);
    term.basis =
        term.each.state == COUNT_READ && term.processes.state != COUNT_ASSUMED ? BASIS_READ : BASIS_ASSUMED;
    term.declared = declared != NULL;
    vec_each(const struct budget_term *, client, &row->terms)
        term.declared |= client->declared;
    if (declared)
        term.basis = BASIS_DECLARED;
    term_add(b, server, term);
    row->pooler->sessions = number_add(row->pooler->sessions, vec_last(&server->terms)->total);
}

/* Where a database line leads: its host, else the server that the pooler's own variables name. */
static struct budget_row *server_of(
    struct budget_builder *b, struct budget_row *row, const struct pooler_database *database)
{
    if (database->host.len > 0)
        return row_behind(b, row->service, database->host, database->port, FAMILY_POSTGRESQL);
    if (!row->service)
        return NULL;
    const struct connection_list *connections = connections_of(b, row->service);
    vec_each(const struct connection *const *, connection, &connections->items)
        vec_each(const struct target *, target, &(*connection)->targets) {
            struct budget_row *server = row_of_target(b, target, (*connection)->family);
            if (server && server != row)
                return server;
        }
    return NULL;
}

static void declared_server(struct budget_builder *b, struct budget_row *row)
{
    const struct config_text *name = &row->pooler->declared->server;
    struct budget_row *server = NULL;
    enum reference reference = row_of_reference(b, name->text, &server);
    if (reference == REFERENCE_UNKNOWN || server == row)
        declared_fault(b, name->at, "pooler `" STR_FMT "` needs the server behind it, `" STR_FMT "` is none",
            STR_ARG(row->pooler->declared->name), STR_ARG(name->text));
    else if (server && row->pooler->settings.databases.count > 0)
        add_term(b, row, server, &row->pooler->settings.databases.items[0], true);
}

void pooled_terms(struct budget_builder *b)
{
    for (size_t i = 0; i < b->poolers.count; i++) { /* a pooler may lead to a further one */
        struct budget_row *row = b->poolers.items[i];
        struct budget_pooler *pooler = row->pooler;
        pooler->settings = read_settings(b, row);
        pooler->instances = instances_of(b, row);
        pooler->mode = pooler->settings.mode;
        if (pooler->declared && pooler->declared->mode.text.len)
            pooler->mode = pooler->declared->mode.text;
        set_capacity(b, row);
        if (pooler->declared && pooler->declared->server.text.len) {
            declared_server(b, row);
            continue;
        }
        bool only = pooler->settings.databases.count == 1;
        vec_each(const struct pooler_database *, database, &pooler->settings.databases) {
            struct budget_row *server = server_of(b, row, database);
            if (server && server != row)
                add_term(b, row, server, database, only);
        }
    }
}
