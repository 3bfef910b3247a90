/* Which row a name, an address or a connection means: budget/budget_parts.h. */
#include "budget/budget_parts.h"

#include "facts/address.h"

#define PGBOUNCER_PORT 6432

/* ---- services and families */

/* The family of a port that is one's own, or a pooler's, where nothing else tells. */
static enum family_id family_of_port(int32_t port)
{
    if (port == PGBOUNCER_PORT)
        return FAMILY_POSTGRESQL;
    for (enum family_id id = FAMILY_NONE + 1; id < FAMILY_COUNT; id++)
        if (family_row(id)->pooled && family_row(id)->port == port)
            return id;
    return FAMILY_NONE;
}

static void add_host(struct budget_builder *b, str name, const struct service *service)
{
    str key = arena_lower(b->arena, name);
    const struct service *known = map_get(&b->hosts, key);
    if (name.len && (!known || (!known->workload->active && service->workload->active)))
        map_set(b->arena, &b->hosts, key, (void *)(uintptr_t)service);
}

static void add_user(
    struct budget_builder *b, const struct service *service, const struct connection *connection)
{
    str key = service_name(service);
    struct connection_list *list = map_get(&b->users, key);
    if (!list) {
        list = arena_new(b->arena, struct connection_list);
        map_set(b->arena, &b->users, key, list);
    }
    vec_push(b->arena, &list->items, connection);
}

/* A connection string goes before a set of parts of the same name. */
static void add_variable(struct budget_builder *b, str name, const struct connection *connection)
{
    const struct connection *known = map_get(&b->variables, name);
    if (name.len && (!known || (!known->dsn && connection->dsn)))
        map_set(b->arena, &b->variables, name, (void *)(uintptr_t)connection);
}

void rows_prepare(struct budget_builder *b)
{
    vec_each(struct service *const *, service, &b->facts->services) {
        const struct workload *workload = (*service)->workload;
        add_host(b, workload->name, *service);
        add_host(b, workload->container_name, *service);
        add_host(b, workload->hostname, *service);
        vec_each(const str *, alias, &workload->aliases)
            add_host(b, *alias, *service);
    }
    vec_each(struct bind *const *, bind, &b->facts->binds)
        if (!map_has(&b->published, (*bind)->port->published))
            map_set(b->arena, &b->published, (*bind)->port->published, (void *)(uintptr_t)(*bind)->service);
    vec_each(struct connection *const *, connection, &b->facts->connections) {
        const struct variable *variable = (*connection)->variable;
        if (variable && variable->value)
            add_variable(b, variable->value->name, *connection);
        add_variable(b, (*connection)->label, *connection);
        add_user(b, (*connection)->service, *connection);
    }
}

const struct connection_list *connections_of(const struct budget_builder *b, const struct service *service)
{
    static const struct connection_list none = {0};
    const struct connection_list *list = map_get(&b->users, service_name(service));
    return list ? list : &none;
}

const struct sizing_list *sizing_of(struct budget_builder *b, const struct service *service)
{
    str name = service_name(service); /* empty: the deployment's own environment */
    struct sizing_list *list = map_get(&b->sizings, name);
    if (list)
        return list;
    list = consumer_sizing(b->arena, service ? &service->workload->environment : &b->facts->environment);
    map_set(b->arena, &b->sizings, name, list);
    return list;
}

static const struct service *service_of_host(const struct budget_builder *b, str host)
{
    return map_get(&b->hosts, arena_lower(b->arena, host));
}

struct settings_reader row_reader(const struct budget_builder *b, const struct service *service)
{
    return (struct settings_reader){
        b->arena, b->facts->sources, b->facts->host, b->facts->deployment, service->workload};
}

/* ---- capacity of a new row */

static void read_capacity(struct budget_builder *b, struct budget_row *row)
{
    if (row->service) {
        struct settings_reader reader = row_reader(b, row->service);
        bool is_limited = !row->service->image || !row->service->image->has_no_limit;
        row->capacity = capacity_of_service(&reader, row->family, is_limited);
    } else if (row->known) {
        const struct provider_info *provider = provider_find(row->known->host);
        row->capacity.hint = provider ? provider->limit : STR("");
    }
    row->at = row->capacity.at;
}

static struct budget_row *add_row(struct budget_builder *b, str key, struct budget_row row)
{
    struct budget_row *made = arena_new(b->arena, struct budget_row);
    *made = row;
    map_set(b->arena, &b->rows, key, made);
    bool is_pooler = row.service && row.service->image && row.service->image->kind == IMAGE_POOLER;
    if (is_pooler) {
        made->pooler = arena_new(b->arena, struct budget_pooler);
        vec_push(b->arena, &b->poolers, made);
    } else {
        read_capacity(b, made);
        vec_push(b->arena, &b->budgets->rows, made);
    }
    return made;
}

static str address_text(struct budget_builder *b, str host, int32_t port)
{
    return port > 0 ? arena_join(b->arena, host, STR(":"), arena_integer(b->arena, port)) : host;
}

/* The name that clients use first, and the port that the server has inside its network. */
static str server_label(struct budget_builder *b, const struct server *server)
{
    vec_each(const struct connection *const *, client, &server->clients)
        vec_each(const struct target *, target, &(*client)->targets)
            if (target->server == server && target->kind == TARGET_SERVER)
                return address_text(b, target->address ? target->address->label : target->host,
                    target->port ? target->port : server->port);
    return address_text(b, server->host, server->port);
}

static enum family_id server_family(const struct server *server)
{
    enum family_id family = server->family;
    vec_each(const struct connection *const *, client, &server->clients)
        if (family == FAMILY_NONE)
            family = (*client)->family;
    return family ? family : family_of_port(server->port);
}

static struct budget_row *row_of_server(struct budget_builder *b, const struct server *server)
{
    struct budget_row *row = map_get(&b->rows, server->name);
    if (row)
        return row;
    row = add_row(b, server->name,
        (struct budget_row){
            .server = server_label(b, server),
            .known = server,
            .service = server->service,
            .family = server_family(server),
        });
    /* Each client is a term, as a rule: a list that grows leaves its former places behind. */
    vec_reserve(b->arena, &row->terms, server->clients.count);
    return row;
}

/* ---- references */

static struct budget_row *row_of_host(struct budget_builder *b, str host, int32_t port, enum family_id family)
{
    const struct service *service = service_of_host(b, host);
    if (!service)
        service = address_called(b->facts, host, port);
    if (!service && host_classify(b->arena, host) == HOST_CLASS_LOOPBACK)
        service = map_get(&b->published, arena_integer(b->arena, port));
    if (service && service->server)
        return row_of_server(b, service->server);
    str label = address_text(b, host, port);
    str key = service ? service->workload->name : arena_lower(b->arena, label);
    struct budget_row *row = map_get(&b->rows, key);
    if (row)
        return row;
    const struct server *server = service ? NULL : map_get(&b->facts->server_rows, key);
    if (server)
        return row_of_server(b, server);
    return add_row(b, key,
        (struct budget_row){
            .server = label,
            .service = service,
            .family = family ? family : family_of_port(port),
        });
}

struct budget_row *row_behind(
    struct budget_builder *b, const struct service *client, str host, int32_t port, enum family_id family)
{
    const struct service *service = address_program(b->facts, client, host, port);
    return service && service->server ? row_of_server(b, service->server)
                                      : row_of_host(b, host, port, family);
}

struct budget_row *row_of_target(struct budget_builder *b, const struct target *target, enum family_id family)
{
    if (target->kind == TARGET_FILE || target->kind == TARGET_NONE)
        return NULL;
    if (target->server)
        return row_of_server(b, target->server);
    return row_of_host(b, target->host, target->port, family);
}

static struct budget_row *row_of_address(struct budget_builder *b, str address)
{
    struct str_cut cut = str_rcut_byte(address, ':');
    uint64_t port = 0;
    if (!cut.found || !number_parse_unsigned(cut.tail, 65535, &port))
        return row_of_host(b, address, 0, FAMILY_NONE);
    return row_of_host(b, str_trim_bytes(cut.head, STR("[]")), (int32_t)port, FAMILY_NONE);
}

void row_named(struct budget_row *row, str name, const struct connection *connection)
{
    if (row->variable.len > 0)
        return;
    row->variable = name;
    row->variable_at = connection_locate(connection, PART_WHOLE);
}

static enum reference row_of_variable(struct budget_builder *b, str name, struct budget_row **ret_row)
{
    const struct connection *connection = map_get(&b->variables, name);
    if (!connection)
        return REFERENCE_UNKNOWN;
    vec_each(const struct target *, target, &connection->targets) {
        struct budget_row *row = row_of_target(b, target, connection->family);
        if (!row)
            continue;
        row_named(row, name, connection);
        *ret_row = row;
        return REFERENCE_ROW;
    }
    return connection->targets.count ? REFERENCE_NO_SERVER : REFERENCE_UNKNOWN;
}

/* A row for a variable that is set nowhere, or to something that is no connection string. */
static struct budget_row *row_of_nothing(struct budget_builder *b, str name)
{
    struct budget_row *row = map_get(&b->rows, name);
    return row ? row : add_row(b, name, (struct budget_row){.server = name, .variable = name});
}

static bool is_variable_name(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (byte_lower(name.ptr[i]) == name.ptr[i] && byte_is_letter(name.ptr[i]))
            return false;
    return str_is_name(name);
}

enum reference row_of_reference(struct budget_builder *b, str name, struct budget_row **ret_row)
{
    *ret_row = map_get(&b->named, name);
    if (*ret_row)
        return REFERENCE_ROW;
    enum reference reference = row_of_variable(b, name, ret_row);
    if (reference != REFERENCE_UNKNOWN)
        return reference;
    bool is_address = str_has_byte(name, ':');
    if (is_address || service_of_host(b, name)) {
        *ret_row = row_of_address(b, name);
        return REFERENCE_ROW;
    }
    if (!is_variable_name(name) && !env_get(&b->facts->environment, name))
        return REFERENCE_UNKNOWN;
    *ret_row = row_of_nothing(b, name);
    return REFERENCE_ROW;
}

/* ---- budget.servers */

static void declare_number(struct budget_builder *b, const struct expr *expr, struct count *number)
{
    if (expr)
        *number = declared_count(b, expr);
}

static void declare_capacity(struct budget_builder *b, struct budget_row *row)
{
    const struct config_server *declared = row->declared;
    struct capacity *capacity = &row->capacity;
    declare_number(b, declared->max_connections, &capacity->max_connections);
    if (declared->max_connections || declared->usable)
        capacity->hold = HOLD_ALWAYS;
    if (declared->max_connections && !declared->reserved && row->family == FAMILY_POSTGRESQL &&
        !count_is_known(capacity->superuser_reserved))
        capacity->superuser_reserved = count_default(3, STR("superuser_reserved_connections"));
    declare_number(b, declared->reserved, &capacity->superuser_reserved);
    declare_number(b, declared->role_limit, &capacity->role_limit);
    if (declared->usable) {
        capacity->max_connections = declared_count(b, declared->usable);
        capacity->is_usable_declared = true;
    }
    capacity_settle(capacity);
    if (!span_is_set(row->at))
        row->at = declared->max_connections ? declared->max_connections->at
                  : declared->usable        ? declared->usable->at
                                            : declared->key;
}

static struct budget_row *row_of_config(struct budget_builder *b, const struct config_server *server)
{
    struct budget_row *row = NULL;
    if (server->address.text.len)
        return row_of_address(b, server->address.text);
    if (server->url.text.len) {
        enum reference reference = row_of_variable(b, server->url.text, &row);
        return reference == REFERENCE_UNKNOWN ? row_of_nothing(b, server->url.text) : row;
    }
    /* Named like a service, or the only one of its kind. */
    if (service_of_host(b, server->name))
        return row_of_address(b, server->name);
    return row_of_nothing(b, server->name);
}

void rows_of_declared_servers(struct budget_builder *b)
{
    vec_each(const struct config_server *, server, &b->facts->config->budget.servers) {
        struct budget_row *row = row_of_config(b, server);
        if (!row)
            continue;
        row->declared = server;
        if (row->family == FAMILY_NONE)
            row->family = FAMILY_POSTGRESQL;
        declare_capacity(b, row);
        map_set(b->arena, &b->named, server->name, row);
    }
}

/* ---- poolers */

/* The row of a declared pooler: its service's, where one of that name runs it. */
static struct budget_row *row_of_pooler(struct budget_builder *b, const struct config_pooler *pooler)
{
    const struct service *service = service_of_host(b, pooler->name);
    struct budget_row *row = service ? row_of_address(b, pooler->name) : NULL;
    if (row && row->pooler)
        return row;
    struct budget_row *made = arena_new(b->arena, struct budget_row);
    *made = (struct budget_row){.server = pooler->name, .family = FAMILY_POSTGRESQL, .at = pooler->key};
    made->pooler = arena_new(b->arena, struct budget_pooler);
    vec_push(b->arena, &b->poolers, made);
    return made;
}

void rows_of_poolers(struct budget_builder *b)
{
    vec_each(const struct config_pooler *, pooler, &b->facts->config->budget.poolers) {
        struct budget_row *row = row_of_pooler(b, pooler);
        row->pooler->declared = pooler;
        map_set(b->arena, &b->named, pooler->name, row);
    }
}

void rows_of_services(struct budget_builder *b)
{
    vec_each(struct server *const *, server, &b->facts->servers)
        if ((*server)->service && family_row(server_family(*server))->pooled)
            row_of_server(b, *server);
}
