/* Where each host of a connection leads: facts/graph.h. */
#include "facts/graph.h"

#include "base/number.h"
#include "facts/address.h"
#include "facts/connection.h"
#include "facts/loopback.h"
#include "facts/relay.h"
#include "text/mask.h"

/* The servers of one key: a published port, or a family. */
struct server_list {
    VEC(struct server *) servers;
};

/* What resolves inside the project: looked up once for every connection. */
struct names {
    struct map active, inactive;     /* lower-case name → struct service * */
    struct map by_port;              /* published port, as a number → struct server_list * */
    struct map by_family;            /* family → struct server_list * of the project's own servers */
    VEC(const struct bind *) ranges; /* published ranges */
    bool some_meet_others;           /* an active service is on one of them */
};

/* Names are compared in lower case, as DNS does; the first that has one keeps it. */
static void add_name(struct facts *facts, struct map *map, str name, struct service *service)
{
    if (name.len && !map_has(map, arena_lower(facts->arena, name)))
        map_set(facts->arena, map, arena_lower(facts->arena, name), service);
}

static struct names collect_names(struct facts *facts)
{
    struct names names = {0};
    vec_each(struct service *const *, service, &facts->services) {
        const struct workload *workload = (*service)->workload;
        struct map *map = workload->active ? &names.active : &names.inactive;
        add_name(facts, map, workload->name, *service);
        add_name(facts, map, workload->container_name, *service);
        add_name(facts, map, workload->hostname, *service);
        vec_each(const str *, alias, &workload->aliases)
            add_name(facts, map, *alias, *service);
    }
    return names;
}

/* Whether a service has the name to itself, from `extra_hosts` or links. */
static bool has_own_name(const struct service *service, str host)
{
    if (service)
        vec_each(const struct workload_alias *, name, &service->workload->own_names)
            if (str_eq_fold(name->name, host))
                return true;
    return false;
}

/* What other projects have on a network that both share is not known here: any name may be one of theirs. */
static bool meets_others(const struct facts *facts, const struct names *names, const struct service *client)
{
    if (!client)
        return names->some_meet_others;
    const struct map *external = &facts->deployment->external_networks;
    /* The other container's networks are described elsewhere. */
    if (client->workload->network.kind == NETWORK_CONTAINER)
        return true;
    vec_each(const str *, network, &client->workload->networks)
        if (map_has(external, *network))
            return true;
    /* Without a list a service is on the default network alone. */
    return client->workload->networks.count == 0 && map_has(external, STR("default"));
}

static void collect_networks(struct facts *facts, struct names *names)
{
    vec_each(struct service *const *, service, &facts->services)
        if ((*service)->workload->active && meets_others(facts, names, *service))
            names->some_meet_others = true;
}

/* A published port as a key, so that "0080" and "80" are one; empty for a range. */
static str port_key(struct arena *arena, str published)
{
    uint64_t number;
    if (!number_parse_unsigned(published, 65535, &number))
        return STR("");
    return arena_printf(arena, "%u", (unsigned)number);
}

static bool range_holds(str range, int32_t port)
{
    struct str_cut cut = str_cut_byte(range, '-');
    uint64_t low, high;
    return cut.found && number_parse_unsigned(cut.head, 65535, &low) &&
           number_parse_unsigned(cut.tail, 65535, &high) && (uint64_t)port >= low && (uint64_t)port <= high;
}

static void list_server(struct arena *arena, struct map *map, str key, struct server *server)
{
    struct server_list *list = map_get(map, key);
    if (!list) {
        list = arena_new(arena, struct server_list);
        map_set(arena, map, key, list);
    }
    vec_push(arena, &list->servers, server);
}

static void collect_servers(struct facts *facts, struct names *names)
{
    vec_each(struct bind *const *, bind, &facts->binds) {
        struct server *server = (*bind)->service->server;
        str key = port_key(facts->arena, (*bind)->port->published);
        if (server && key.len)
            list_server(facts->arena, &names->by_port, key, server);
        else if (server)
            vec_push(facts->arena, &names->ranges, *bind);
    }
    vec_each(struct server *const *, server, &facts->servers)
        if ((*server)->service && (*server)->family)
            list_server(facts->arena, &names->by_family, family_name((*server)->family), *server);
}

static bool same_family(const struct server *server, enum family_id family)
{
    return family_reaches(family, server->family);
}

/* The server that publishes this port on the host, else the one active server of the family. */
static struct server *server_meant(
    struct facts *facts, const struct names *names, enum family_id family, int32_t port)
{
    const struct server_list *list = map_get(&names->by_port, arena_printf(facts->arena, "%d", port));
    for (size_t i = 0; list && i < list->servers.count; i++)
        if (same_family(list->servers.items[i], family))
            return list->servers.items[i];
    /* Ranges are few: a list that is walked, and not a key for each of their ports. */
    vec_each(const struct bind *const *, bind, &names->ranges)
        if (range_holds((*bind)->port->published, port) && same_family((*bind)->service->server, family))
            return (*bind)->service->server;
    /* With two servers of a family nobody can say which one was meant, and a wrong fix is worse than none. */
    const struct server_list *kin = family ? map_get(&names->by_family, family_name(family)) : NULL;
    return kin && kin->servers.count == 1 ? kin->servers.items[0] : NULL;
}

/* True when loopback inside `client` reaches a server: the two share a network namespace. */
static bool shares_network(const struct service *client, const struct server *server)
{
    if (!client)
        return false;
    /* Whatever listens on that network is then on the same loopback, though we may not know what does. */
    if (client->on_host_network || client->shares || client->workload->network.kind == NETWORK_CONTAINER)
        return true;
    return server && server->service && (server->service->shares == client || server->service == client);
}

/* One row for all that lead to the same address, so that budgets add up what clients of one server open. */
static struct server *external_server(struct facts *facts, const struct target *target, enum family_id family)
{
    str host = arena_lower(facts->arena, target->host);
    str name = arena_printf(facts->arena, STR_FMT ":%d", STR_ARG(host), target->port);
    struct server *server = map_get(&facts->server_rows, name);
    if (server && same_family(server, family))
        return server;
    server = arena_new(facts->arena, struct server);
    *server = (struct server){.name = name, .host = target->host, .port = target->port, .family = family};
    map_set(facts->arena, &facts->server_rows, name, server);
    vec_push(facts->arena, &facts->servers, server);
    return server;
}

/* Where names are addresses: what none of them proves to be a mistake may be of another deployment. */
static void resolve_address(struct facts *facts, const struct connection *connection, struct target *target)
{
    if (has_own_name(connection->service, target->host) || !address_resolve(facts, connection, target))
        target->kind = TARGET_EXTERNAL;
    if (target->kind == TARGET_EXTERNAL)
        target->server = external_server(facts, target, connection->family);
}

static void resolve_name(struct facts *facts, const struct names *names, const struct connection *connection,
    struct target *target)
{
    if (facts->deployment && facts->deployment->names_are_addresses) {
        resolve_address(facts, connection, target);
        return;
    }
    str host = arena_lower(facts->arena, target->host);
    /* A final dot makes a name absolute; it is the same name. */
    if (str_ends(host, STR(".")))
        host.len--;
    struct service *service = map_get(&names->active, host);
    if (service) {
        target->kind = TARGET_SERVER;
        /* A connection makes a server of any service that it leads to: something answers there. */
        target->server = service->server ? service->server : graph_add_server(facts, service);
        service->holds_data = service->holds_data || (connection->to_store && !service->image);
        return;
    }
    target->inactive = map_get(&names->inactive, host);
    if (target->inactive) {
        target->kind = TARGET_INACTIVE;
        return;
    }
    /* A dotted name may be anywhere; one label resolves in the project or nowhere. */
    bool single_label = !str_has_byte(host, '.');
    bool unknown = facts->deployment && single_label && !str_eq(host, STR(MASK)) &&
                   !has_own_name(connection->service, host) &&
                   !meets_others(facts, names, connection->service);
    target->kind = !unknown                                              ? TARGET_EXTERNAL
                   : !connection->dsn || dsn_names_host(connection->dsn) ? TARGET_UNKNOWN
                                                                         : TARGET_NONE;
    if (target->kind == TARGET_NONE)
        return;
    if (unknown)
        target->server = server_meant(facts, names, connection->family, target->port);
    else
        target->server = external_server(facts, target, connection->family);
}

/* The server behind a relay: all that go there are counted together, whichever pod they come from. */
static struct server *relayed_server(
    struct facts *facts, const struct connection *connection, const struct service *relay, int32_t port)
{
    str instance = relay_instance(relay->workload, port);
    str name = arena_lower(facts->arena, instance.len ? instance : relay->workload->name);
    struct server *server = map_get(&facts->server_rows, name);
    if (server)
        return server;
    server = arena_new(facts->arena, struct server);
    /* The port is the relay's own: an instance is called by its name alone. */
    *server = (struct server){.name = name, .host = name, .family = connection->family};
    map_set(facts->arena, &facts->server_rows, name, server);
    vec_push(facts->arena, &facts->servers, server);
    return server;
}

static void resolve_loopback(struct facts *facts, const struct names *names,
    const struct connection *connection, struct target *target)
{
    struct service *mate = loopback_mate(facts, connection->service, target->port, false);
    if (mate) {
        target->kind = TARGET_OWN_NETWORK;
        bool is_relay = mate->image && mate->image->kind == IMAGE_RELAY;
        target->server = is_relay       ? relayed_server(facts, connection, mate, target->port)
                         : mate->server ? mate->server
                                        : graph_add_server(facts, mate);
        return;
    }
    target->server = server_meant(facts, names, connection->family, target->port);
    bool is_joined = connection->service && connection->service->workload->group &&
                     connection->service->workload->group->is_open;
    /* A sidecar listens on this very loopback, and what it forwards to is not known here. */
    bool right = shares_network(connection->service, target->server) ||
                 loopback_is_own(facts, connection, target) ||
                 loopback_is_published(facts, connection, target) ||
                 (connection->service && connection->service->has_sidecar) || is_joined ||
                 loopback_is_served(connection->service, connection->family);
    target->kind = right ? TARGET_OWN_NETWORK : TARGET_LOOPBACK;
    target->late = right ? NULL : loopback_mate(facts, connection->service, target->port, true);
}

static void resolve(struct facts *facts, const struct names *names, const struct connection *connection,
    struct target *target)
{
    switch (target->class) {
    case HOST_CLASS_FILE:
        target->kind = TARGET_FILE;
        break;
    case HOST_CLASS_SOCKET:
        target->kind = TARGET_SOCKET;
        break;
    case HOST_CLASS_DEV_HOST:
        /* Where `extra_hosts` maps the name, somebody meant the machine, and it resolves. */
        if (has_own_name(connection->service, target->host)) {
            target->kind = TARGET_EXTERNAL;
            target->server = external_server(facts, target, connection->family);
            break;
        }
        target->kind = TARGET_DEV_HOST;
        target->server = server_meant(facts, names, connection->family, target->port);
        break;
    case HOST_CLASS_LOOPBACK:
    case HOST_CLASS_WILDCARD:
        resolve_loopback(facts, names, connection, target);
        break;
    case HOST_CLASS_NAME:
        resolve_name(facts, names, connection, target);
        break;
    /* Addresses elsewhere, private ones too: they are servers that others may share. */
    default:
        target->kind = TARGET_EXTERNAL;
        target->server = external_server(facts, target, connection->family);
    }
}

/* Clients that read the same host differently written are one target, else each would be a finding. */
static struct target *known_target(struct connection *connection, const struct target *wanted)
{
    vec_each(struct target *, target, &connection->targets)
        if (str_eq_fold(target->host, wanted->host) && target->port == wanted->port &&
            target->class == wanted->class)
            return target;
    return NULL;
}

static void add_target(
    struct facts *facts, const struct names *names, struct connection *connection, struct target target)
{
    /* "db\\SALES": an instance of SQL Server on that host. */
    struct str_cut instance = str_cut_byte(target.host, '\\');
    if (instance.found) {
        target.host = instance.head;
        target.class = host_classify(facts->arena, target.host);
    }
    if (known_target(connection, &target))
        return;
    resolve(facts, names, connection, &target);
    vec_push(facts->arena, &connection->targets, target);
    if (target.server)
        vec_push(facts->arena, &target.server->clients, connection);
}

/* A client that splits elsewhere may take a piece of the password for a host: such a host is never named. */
static str nameable(const struct dsn *dsn, const struct dsn_host *host)
{
    return dsn_part_is_secret(dsn, &host->host) ? STR(MASK) : host->host.text;
}

static void add_hosts(struct facts *facts, const struct names *names, struct connection *connection,
    const dsn_hosts *hosts, const struct dsn_reading *reading)
{
    const struct value *value = connection->variable->value;
    for (size_t i = 0; i < hosts->count && !connection->dsn->indirect; i++) { /* service= leads elsewhere */
        const struct dsn_host *host = &hosts->items[i];
        if (value_hides(value, host->host.offset, host->host.length)) /* wherever that leads to */
            continue;
        bool hides_port =
            host->port_part.present && value_hides(value, host->port_part.offset, host->port_part.length);
        add_target(facts, names, connection,
            (struct target){.host = nameable(connection->dsn, host),
                .port = hides_port ? 0 : host->port,
                .class = host->class,
                .host_index = i,
                .reading = reading});
    }
}

/* Many programs take "db:5432" in their host variable (WORDPRESS_DB_HOST and its kin). */
static str split_port(str host, uint64_t *ret_port)
{
    struct str_cut cut = str_cut_byte(host, ':');
    return cut.found && number_parse_unsigned(cut.tail, 65535, ret_port) ? cut.head : host;
}

static void add_set_host(struct facts *facts, const struct names *names, struct connection *connection,
    struct target target, str host)
{
    const struct value *port = connection->parts[PART_PORT];
    uint64_t number = 0;
    bool given = port && number_parse_unsigned(str_trim(port->text), 65535, &number);
    target.host = split_port(host, &number);
    /* A port that is written into the host wins over that of the variable. */
    given = given || number > 0 || connection->hides[PART_PORT];
    target.port = given ? (int32_t)number : family_row(connection->family)->port;
    target.class = str_starts(host, STR("/")) ? HOST_CLASS_SOCKET : host_classify(facts->arena, target.host);
    add_target(facts, names, connection, target);
}

static void resolve_set(struct facts *facts, const struct names *names, struct connection *connection)
{
    str text = connection->parts[PART_HOST]->text, rest = text, host;
    if (value_hides(connection->parts[PART_HOST], 0, text.len))
        return;
    str whole = str_trim(text);
    if (!str_has_any(whole, STR(",; ")) || !connection_holds_hosts(facts->arena, text, false)) {
        add_set_host(facts, names, connection, (struct target){0}, whole);
        return;
    }
    while (connection_next_host(&rest, &host)) {
        struct target target = {.offset = (size_t)(host.ptr - text.ptr), .length = host.len};
        add_set_host(facts, names, connection, target, host);
    }
}

void graph_resolve(struct facts *facts)
{
    struct names names = collect_names(facts);
    collect_servers(facts, &names);
    collect_networks(facts, &names);
    vec_each(struct connection *const *, row, &facts->connections) {
        struct connection *connection = *row;
        if (!connection->dsn) {
            resolve_set(facts, &names, connection);
            continue;
        }
        /* Every likely client counts: where one reads a loopback host, that is what will happen to it. */
        bool any = false;
        vec_each(const struct dsn_reading *, reading, &connection->dsn->readings) {
            if (!reading->likely || reading->error != DSN_OK)
                continue;
            any = true;
            add_hosts(facts, &names, connection, &reading->hosts, reading);
        }
        /* No client takes the string as it is; the family's own reading says at least what was meant. */
        if (!any)
            add_hosts(facts, &names, connection, &connection->dsn->hosts, NULL);
    }
}
