/*
 * Where connections lead and where ports are published.
 */
#include "base/number.h"
#include "base/word.h"
#include "facts/address.h"
#include "facts/connection.h"
#include "facts/door.h"
#include "facts/loopback.h"
#include "rule/address.h"
#include "rule/check.h"
#include "rule/dollar.h"
#include "rule/exposure.h"
#include "rule/listen.h"
#include "rule/server_settings.h"
#include "rule/splice.h"

#define PORTS_MANY  8    /* of one program: more of them are one decision */
#define DOCKER_PORT 2375 /* Docker's API without TLS (docs.docker.com, "Protect the Docker daemon socket") */

/* Host and port as one stretch where they are side by side in one file. */
static struct place place_of_host(const struct connection *connection, const struct target *target)
{
    struct place place = place_of_part(connection, PART_HOST);
    if (connection->dsn && target->reading) {
        const struct dsn_host *host = &target->reading->hosts.items[target->host_index];
        const struct value *value = connection->variable->value;
        span alone = value_locate(value, host->host.offset, host->host.length);
        size_t end = host->host.offset + host->host.length;
        bool with_port = host->port_part.present && host->port_part.offset == end + 1;
        size_t length = with_port ? host->host.length + 1 + host->port_part.length : host->host.length;
        span both = value_locate(value, host->host.offset, length);
        /* A port that came out of another variable is no neighbour where the host was written. */
        bool are_neighbours = span_starts_at(both, alone);
        if (host->host.present)
            place.at = are_neighbours ? both : alone;
    } else if (!connection->dsn && target->length) {
        place.at = value_locate(connection->parts[PART_HOST], target->offset, target->length);
    }
    return place;
}

/* The port of a program that has this one on the machine; NULL: none. */
static const struct workload_port *OR_NULL publishes(const struct service *service, int32_t port)
{
    vec_each(const struct workload_port *, row, &service->workload->ports) {
        uint64_t number;
        if (number_parse_unsigned(row->published, 65535, &number) && (int32_t)number == port)
            return row;
    }
    return NULL;
}

static bool published_as(const struct server *server, int32_t port, span *ret_at)
{
    const struct workload_port *row = publishes(server->service, port);
    *ret_at = row ? row->at : (span){0};
    return row != NULL;
}

/* Who is meant by localhost:8000 may be a program beside this one, or users in front of it. */
static void suggest_web(struct check_run *run, struct diag *finding, const struct target *target)
{
    vec_each(struct bind *const *, bind, &run->facts->binds) {
        uint64_t number;
        const struct workload_port *port = (*bind)->port;
        if (!number_parse_unsigned(port->published, 65535, &number) || (int32_t)number != target->port)
            continue;
        finding_help(run, finding,
            "for programs it is " STR_FMT ":%u; for users, write the address under which they reach it",
            STR_ARG(service_name((*bind)->service)), port->target);
        finding_related(run, finding, port->at, "%d exists only on the host", target->port);
        return;
    }
    finding_help(run, finding,
        "name the service that is meant; for users, write the address under which they reach it");
}

/* "db:5432": what to type instead, when the server meant is known. */
static void suggest_service(struct check_run *run, struct diag *finding, const struct target *target,
    const struct connection *connection)
{
    const struct server *server = target->server;
    if (target->late) {
        finding_related(run, finding, target->late->workload->at,
            "`" STR_FMT "` listens there, and is started when this program has ended",
            STR_ARG(target->late->workload->part));
        finding_help(run, finding,
            "list `" STR_FMT "` before it among initContainers, with restartPolicy: Always",
            STR_ARG(target->late->workload->part));
        return;
    }
    bool has_name =
        server && server->service &&
        (!run->facts->deployment->names_are_addresses || address_of(run->facts, server->service->workload));
    bool is_web = connection->dsn && str_starts_fold(connection->dsn->scheme.text, STR("http"));
    if (!has_name && is_web) {
        suggest_web(run, finding, target);
        return;
    }
    if (!has_name) {
        finding_help(run, finding, "name the server's host as %s sees it",
            !connection->service                        ? "the program"
            : connection->service->workload->on_machine ? "this machine"
                                                        : "the container");
        return;
    }
    int32_t port = server->port ? server->port : target->port;
    finding_help(run, finding, "inside the network it is " STR_FMT ":%d", STR_ARG(server->host), port);
    span at;
    if (published_as(server, target->port, &at))
        finding_related(run, finding, at, "%d exists only on the host", target->port);
}

/* An address that the program gives to browsers, mails, sign-in pages: its name says so, or it is its own. */
static bool is_public_address(
    const struct facts *facts, const struct connection *connection, const struct target *target)
{
    static const str words[] = {STR_INIT("public"), STR_INIT("external"), STR_INIT("site"),
        STR_INIT("website"), STR_INIT("frontend"), STR_INIT("nextauth"), STR_INIT("auth url"),
        STR_INIT("webhook"), STR_INIT("app url"), STR_INIT("web url"), STR_INIT("root url"),
        STR_INIT("client url"), STR_INIT("vite"), STR_INIT("react app")};
    for (size_t i = 0; connection->dsn && !connection->to_store && i < ARRAY_COUNT(words); i++)
        if (word_is_in(connection->label, words[i]))
            return true;
    return connection->service && connection_is_web(connection) &&
           (loopback_is_heard(facts, connection->service, target->port) ||
               publishes(connection->service, target->port));
}

static void judge_loopback(
    struct check_run *run, const struct connection *connection, const struct target *target)
{
    struct place place = place_of_host(connection, target);
    str client = service_name(connection->service);
    bool wildcard = target->class == HOST_CLASS_WILDCARD,
         is_public = is_public_address(run->facts, connection, target);
    bool is_development = facts_mode(run->facts, connection->service) == MODE_DEVELOPMENT;
    if ((is_public || run->facts->is_beside) && !wildcard && is_development)
        return; /* the developer's own browser or machine is what asks */
    struct diag *finding = finding_add(run, RULE_LOOPBACK_HOST, place, STR_FMT " points at %s",
        STR_ARG(connection->label), wildcard ? "a wildcard address, which is this machine" : "this machine");
    if (is_public)
        finding_label(run, finding, "whoever is told this address looks on a machine of their own");
    else if (client.len)
        finding_label(run, finding, "loopback: nothing listens here inside the `" STR_FMT "` container",
            STR_ARG(client));
    else
        finding_label(run, finding, wildcard ? "a wildcard is for listening" : "loopback");
    /* Where clients read different hosts, the reader must know which of them this is about. */
    if (target->reading && connection->dsn->ambiguous)
        finding_why(run, finding, "that is what " STR_FMT " reads; " STR_FMT,
            STR_ARG(dsn_client_name(target->reading->client)),
            STR_ARG(facts_mode_sentence(run->facts, run->arena, place.service)));
    else
        finding_why(
            run, finding, STR_FMT, STR_ARG(facts_mode_sentence(run->facts, run->arena, place.service)));
    if (is_public)
        finding_help(
            run, finding, "write the address under which users reach it, such as https://shop.example.org");
    else
        suggest_service(run, finding, target, connection);
    finding_holders(run, finding, connection->variable);
}

static void judge_dev_host(
    struct check_run *run, const struct connection *connection, const struct target *target)
{
    bool on_machine = connection->service && connection->service->workload->on_machine;
    struct diag *finding = finding_add(run, RULE_DEV_HOST, place_of_host(connection, target),
        STR_FMT " goes to %s", STR_ARG(connection->label),
        on_machine ? "a name that only containers know" : "the container's host machine");
    finding_why(run, finding, "`" STR_FMT "` exists with Docker Desktop, not on an ordinary server",
        STR_ARG(target->host));
    suggest_service(run, finding, target, connection);
}

/* No likely client takes it: dsn-syntax says so. */
static bool is_refused(const struct dsn *OR_NULL dsn)
{
    if (!dsn)
        return false;
    bool is_taken = false;
    vec_each(const struct dsn_reading *, reading, &dsn->readings)
        is_taken |= reading->likely && reading->error == DSN_OK;
    return !is_taken;
}

static void judge_unknown(
    struct check_run *run, const struct connection *connection, const struct target *target)
{
    /* Where clients read different hosts dsn-ambiguous says so: what follows is no further fault. */
    if (connection->dsn && connection->dsn->ambiguous)
        return;
    if (target->doubt != DOUBT_NONE) {
        address_report_unknown(run, connection, target, place_of_host(connection, target));
        return;
    }
    /* On a machine a single label may be one of /etc/hosts or of the local domain. */
    if (connection->service && connection->service->workload->on_machine)
        return;
    bool is_blank = str_starts(target->host, STR("<")) || str_starts(target->host, STR("["));
    if (is_blank && is_refused(connection->dsn))
        return; /* postgres://<HOST>:<PORT>/: the form as a whole is one fault */
    struct diag *finding = finding_add(run, RULE_UNKNOWN_HOST, place_of_host(connection, target),
        STR_FMT " names host `" STR_FMT "`, which %s", STR_ARG(connection->label), STR_ARG(target->host),
        is_blank ? "is still to be filled in" : "nothing in the project is called");
    if (!is_blank)
        finding_why(run, finding, "a single label resolves only to a service, container name or alias");
    if (target->server && target->server->service)
        finding_help(run, finding, "did you mean `" STR_FMT "`?", STR_ARG(target->server->host));
    finding_holders(run, finding, connection->variable);
}

static void judge_inactive(
    struct check_run *run, const struct connection *connection, const struct target *target)
{
    if (target->address) {
        address_report_inactive(run, connection, target, place_of_host(connection, target));
        return;
    }
    const struct workload *service = target->inactive->workload;
    struct diag *finding = finding_add(run, RULE_INACTIVE_HOST, place_of_host(connection, target),
        STR_FMT " names `" STR_FMT "`, whose profile is off", STR_ARG(connection->label),
        STR_ARG(target->host));
    finding_related(run, finding, service->at, "the service is declared here");
    if (service->profiles.count)
        finding_help(run, finding, STR_FMT,
            STR_ARG(deployment_word(
                run->arena, deployment_words(run->facts->deployment)->profile, service->profiles.items[0])));
}

/* "db:5433" of a host variable has its port in itself. */
static struct place place_of_port(const struct connection *connection, const struct target *target)
{
    const struct value *host = connection->parts[PART_HOST];
    if (connection->dsn || connection->parts[PART_PORT] || !host)
        return place_of_part(connection, PART_PORT);
    struct place place = place_of_part(connection, PART_HOST);
    str text = str_skip(host->text, target->offset);
    text = target->length ? str_take(text, target->length) : text;
    size_t colon = str_rfind_byte(text, ':');
    if (colon != STR_NONE)
        place.at = value_locate(host, target->offset + colon + 1, text.len - colon - 1);
    return place;
}

/* The published port used inside the network, where only the container's own answers, or any other one. */
static void judge_port(
    struct check_run *run, const struct connection *connection, const struct target *target)
{
    const struct server *server = target->server;
    span at = {0};
    if (target->address) {
        address_judge_port(run, connection, target);
        return;
    }
    if (!server->service || !server->port || target->port == 0 || target->port == server->port)
        return;
    bool is_published = published_as(server, target->port, &at);
    struct place place = place_of_port(connection, target);
    bool is_shut = span_is_set(place.at) && server_port_is_shut(server, target->port);
    if (!is_published && !is_shut)
        return;
    /* The server listens on several ports of its own, and this is one of them: Kafka, RabbitMQ, MinIO. */
    vec_each(const struct workload_port *, port, &server->service->workload->ports)
        if ((int32_t)port->target == target->port)
            return;
    struct diag *finding = finding_add(run, RULE_PORT_MISMATCH, place,
        STR_FMT " uses port %d, which `" STR_FMT "` %s", STR_ARG(connection->label), target->port,
        STR_ARG(target->host), is_published ? "has on the host only" : "does not listen on");
    if (is_published)
        finding_related(run, finding, at, "published here");
    else
        finding_related(run, finding, server->service->workload->at, "nothing here tells it another port");
    finding_help(
        run, finding, "inside the network it is " STR_FMT ":%d", STR_ARG(target->host), server->port);
}

typedef void target_judge(
    struct check_run *run, const struct connection *connection, const struct target *target);

static target_judge *const target_judges[] = {
    [TARGET_SERVER] = judge_port,
    [TARGET_INACTIVE] = judge_inactive,
    [TARGET_UNKNOWN] = judge_unknown,
    [TARGET_LOOPBACK] = judge_loopback,
    [TARGET_DEV_HOST] = judge_dev_host,
    [TARGET_NONE] = NULL,
};

/* http://localhost:$PORT: without its port nobody knows whether the program means itself. */
static bool lacks_port(const struct connection *connection)
{
    const struct value *value = connection->variable->value;
    size_t scheme = str_find(value->text, STR("://"));
    if (!connection->dsn || !connection_is_web(connection) || scheme == STR_NONE)
        return false;
    str authority = str_skip(value->text, scheme + 3);
    authority = str_take(authority, str_find_any(authority, STR("/?#")));
    return str_ends(authority, STR(":")) && dollar_leaves_hole(value);
}

static void judge_connection(struct check_run *run, const struct connection *connection)
{
    if (dollar_blank_host(run->facts->sources, connection->variable->value))
        return; /* unresolved-variable names the cause */
    /* and dsn-syntax these two; with one slash no host is read, and where clients fall back to is no fault */
    const struct dsn *dsn = connection->dsn;
    if (splice_find(connection) || (dsn && dsn->error == DSN_BAD_SCHEME && dsn->hosts.count == 0))
        return;
    bool is_open = lacks_port(connection);
    vec_each(const struct target *, target, &connection->targets)
        if (target_judges[target->kind] && !(is_open && target->kind == TARGET_LOOPBACK))
            target_judges[target->kind](run, connection, target);
}

/* What nobody uses leads nowhere wrong: only that it is left over is worth a word. */
static void judge_left_over(struct check_run *run, const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets)
        if (target->kind == TARGET_INACTIVE)
            judge_inactive(run, connection, target);
}

/*
 * What the web comes in by: 80 and 443 of any program that is no store, and whatever a proxy publishes for
 * what is behind it, but for the port of its own page.
 */
static bool is_web_door(const struct bind *bind)
{
    const struct image_info *image = bind->service->image;
    bool is_proxy = image && image->kind == IMAGE_PROXY;
    bool outside = str_eq(bind->port->published, STR("80")) || str_eq(bind->port->published, STR("443"));
    return (outside && (is_proxy || !image)) || (is_proxy && !door_may_rule(bind->service, bind->port));
}

/* UDP into a program that may make network interfaces: what clients of a VPN call, whatever it is called. */
static bool is_tunnel(const struct bind *bind)
{
    return bind->service->workload->steers_network && str_eq_fold(bind->port->protocol, STR("udp"));
}

/* The variable that the address came from, for the reader who has to change it. */
static struct place place_of_bind(const struct bind *bind)
{
    struct place place = {.at = bind->port->at, .service = bind->service};
    const struct value *from = bind->port->from;
    if (from && from->uses.count && span_is_set(from->uses.items[0].at) &&
        (!bind->port->host_ip_set || from->uses.items[0].at.offset <= bind->port->at.offset + 2 ||
            from->at.offset == bind->port->host_ip_at.offset)) /* `host_ip:` of the long form */
        place.variable = from->uses.items[0].name;
    return place;
}

/* "8443", and "8443/udp" where it is not TCP. */
static str port_text(struct arena *arena, const struct workload_port *port)
{
    bool is_tcp = port->protocol.len == 0 || str_eq(port->protocol, STR("tcp"));
    return arena_printf(
        arena, "%u%s" STR_FMT, port->target, is_tcp ? "" : "/", STR_ARG(is_tcp ? STR("") : port->protocol));
}

/* The line that opened the port, where it is not the one that publishes it: the fallback is not in force. */
static void relate_opener(struct check_run *run, struct diag *finding, const struct bind *bind, str variable)
{
    const struct value *from = bind->port->from;
    for (size_t i = 0; variable.len && i < from->uses.count; i++) {
        const struct template_use *use = &from->uses.items[i];
        if (!str_eq(use->name, variable) || !use->from || use->fallback_taken)
            continue;
        str address = bind->port->host_ip; /* the variable may also be the port's, after no address at all */
        if (address.len ? !str_contains(use->from->text, address) : use->from->text.len > 0)
            return;
        str place = span_is_set(use->from->at) ? STR("here") : STR("in the process environment");
        bool is_replaced = use->has_fallback && use->fallback.len;
        finding_related(run, finding, use->from->at, STR_FMT " is set " STR_FMT "%s", STR_ARG(variable),
            STR_ARG(place), is_replaced ? ": the fallback is not in force" : "");
        return;
    }
}

/* The item as it is written, with this machine's own address: "127.0.0.1:${PORT}:5432". Empty: it is no text. */
static str bound_item(struct check_run *run, const struct bind *bind)
{
    const struct workload_port *port = bind->port;
    str text = str_trim_bytes(span_text(run->facts->sources, port->at), STR("\"'"));
    bool is_short = text.len && !str_has_any(text, STR("{ \n\t"));
    if (str_starts(text, STR("${"))) /* its variables alone */
        is_short = !str_has_any(text, STR(" \n\t,"));
    if (!is_short || str_eq(text, STR("*")))
        return STR("");
    if (port->host_ip_set) {
        str address = STR("0.0.0.0:"), any = STR("[::]:");
        str rest = str_starts(text, address) ? str_skip(text, address.len)
                   : str_starts(text, any)   ? str_skip(text, any.len)
                                             : STR("");
        return rest.len ? arena_concat(run->arena, STR("127.0.0.1:"), rest) : STR("");
    }
    bool is_random = !str_has_byte(text, ':'); /* the machine chooses its port */
    return arena_concat(run->arena, is_random ? STR("127.0.0.1::") : STR("127.0.0.1:"), text);
}

/* The variable that is the address, and nothing else of the item. */
static str address_variable(const struct bind *bind)
{
    const struct value *from = bind->port->from;
    for (size_t i = 0; from && i < from->uses.count; i++) {
        const struct template_use *use = &from->uses.items[i];
        bool is_address =
            use->from && bind->port->host_ip.len && str_eq(str_trim(use->from->text), bind->port->host_ip);
        if (is_address || (use->fallback_taken && str_eq(use->fallback, bind->port->host_ip)))
            return use->name;
    }
    return STR("");
}

static void suggest_bind(struct check_run *run, struct diag *finding, const struct bind *bind)
{
    str variable = address_variable(bind), item = bound_item(run, bind);
    if (variable.len)
        finding_help(run, finding, "set " STR_FMT "=127.0.0.1", STR_ARG(variable));
    else if (item.len)
        finding_help(run, finding, "- \"" STR_FMT "\"", STR_ARG(item));
    else
        finding_help(run, finding, "host_ip: 127.0.0.1");
    finding_help(run, finding, "or a private address; services of one network need no `ports:`");
}

static void explain_bind(
    struct check_run *run, struct diag *finding, const struct bind *bind, const struct door_info *door)
{
    bool engine = bind->port->target == DOCKER_PORT;
    finding_label(run, finding,
        bind->port->host_ip_set ? "reachable from everywhere" : "no host address: 0.0.0.0 and [::]");
    if (door)
        finding_why(run, finding, "this is " STR_FMT, STR_ARG(door->about));
    else
        finding_why(run, finding,
            engine ? "this is Docker's API without TLS: whoever reaches it is root on the host"
                   : "a published port bypasses the host's firewall rules (moby#4737)");
    suggest_bind(run, finding, bind);
}

/* What is said of a published port, and how loud. */
struct opening {
    enum severity severity; /* SEVERITY_OFF: nothing */
    const struct door_info *door;
    bool is_guarded;
};

static struct opening opening_of(const struct bind *bind)
{
    struct opening opening = {.severity = SEVERITY_OFF};
    bool open = bind->class == HOST_CLASS_WILDCARD;
    /* On the host's network `ports:` does nothing; host-network speaks of what listens there. */
    if ((!open && !bind->fixed_public) || bind->service->on_host_network)
        return opening;
    /* The engine's port is root on the machine, whatever image publishes it and to whomever. */
    bool engine = bind->port->target == DOCKER_PORT;
    const struct image_info *image = bind->service->image;
    bool guarded = engine || listen_guards_data(bind->service);
    /* A broker keeps data, and devices outside speak to it all the same: over TLS, on a port of its own. */
    bool may_be_meant = !guarded || (!engine && image && image->kind == IMAGE_BROKER);
    opening.door = may_be_meant ? door_of_port(bind->service, bind->port) : NULL;
    opening.is_guarded = opening.door ? opening.door->kind == DOOR_ADMIN : guarded;
    opening.severity = engine || (opening.is_guarded && open) ? SEVERITY_ERROR : SEVERITY_WARNING;
    /* A front door is meant to be open; it is named, so that a list of what is open is whole. */
    if (!opening.is_guarded && (opening.door || is_web_door(bind) || is_tunnel(bind)))
        opening.severity = SEVERITY_NOTE;
    return opening;
}

/* A program's ports that are one finding: at the lowest, wherever the file lists it. */
struct row_of_ports {
    const struct bind *lowest;
    size_t count;
};

static bool is_lower(const struct bind *a, const struct bind *b)
{
    if (a->port->target != b->port->target)
        return a->port->target < b->port->target;
    return str_compare(a->port->published, b->port->published) < 0;
}

/* A program that publishes many, for radio stations or calls, is one decision: said once. NULL: so few. */
static const struct row_of_ports *row_of_ports(struct check_run *run, const struct service *service)
{
    if (service->workload->ports.count <= PORTS_MANY)
        return NULL;
    struct row_of_ports *row = map_get(&run->rows_of_ports, service_name(service));
    if (row)
        return row;
    row = arena_new(run->arena, struct row_of_ports);
    map_set(run->arena, &run->rows_of_ports, service_name(service), row);
    vec_each(struct bind *const *, bind, &run->facts->binds) {
        if ((*bind)->service != service || opening_of(*bind).severity != SEVERITY_WARNING)
            continue;
        row->lowest = !row->lowest || is_lower(*bind, row->lowest) ? *bind : row->lowest;
        row->count++;
    }
    return row;
}

static void judge_bind(struct check_run *run, const struct bind *bind)
{
    struct opening opening = opening_of(bind);
    if (opening.severity == SEVERITY_OFF)
        return;
    bool open = bind->class == HOST_CLASS_WILDCARD;
    if (bind->service->workload->unit.len) {
        exposure_judge(run, bind, opening.is_guarded, opening.door);
        return;
    }
    const struct row_of_ports *row =
        opening.severity == SEVERITY_WARNING ? row_of_ports(run, bind->service) : NULL;
    if (row && row->lowest != bind)
        return;
    struct place place = place_of_bind(bind);
    str name = service_name(bind->service), port = port_text(run->arena, bind->port);
    if (row && row->count > 1)
        port = arena_printf(run->arena, STR_FMT " and %zu more", STR_ARG(port), row->count - 1);
    struct diag *finding = finding_add_as(run, RULE_WILDCARD_BIND, opening.severity, place,
        open ? "`" STR_FMT "` publishes port " STR_FMT " on every interface"
             : "`" STR_FMT "` publishes port " STR_FMT " on a public address",
        STR_ARG(name), STR_ARG(port));
    relate_opener(run, finding, bind, place.variable);
    explain_bind(run, finding, bind, opening.door);
}

/*
 * Programs of one group have one line that says it: what holds data among them speaks, else the first. An
 * agent that runs on each machine is there to see its network. True: there is nothing more to say.
 */
static bool judge_in_group(struct check_run *run, const struct service *service)
{
    const struct workload *workload = service->workload;
    bool is_store = listen_guards_data(service) && !listen_is_loopback(run->arena, service);
    for (size_t i = 0; !is_store && workload->group && i < workload->group->members.count; i++) {
        const struct service *mate = facts_service(run->facts, workload->group->members.items[i]->name);
        if (mate && mate != service && listen_guards_data(mate) && !listen_is_loopback(run->arena, mate))
            return true;
    }
    enum severity severity = is_store                    ? SEVERITY_ERROR
                             : workload->runs_everywhere ? SEVERITY_NOTE
                                                         : SEVERITY_WARNING;
    struct place place = {.at = workload->network.at, .service = service};
    struct diag *finding = finding_add_as(run, RULE_HOST_NETWORK, severity, place,
        "`" STR_FMT "` shares the network of its node", STR_ARG(workload_label(workload)));
    finding_why(
        run, finding, "every port that it listens on is a port of the node, on each of its addresses");
    finding_help(run, finding, "leave the network to the cluster, and open what is needed with a Service");
    return true;
}

/* A program of the machine itself: only what it listens on can be wrong. */
static void judge_listener(struct check_run *run, const struct service *service, bool is_exposed)
{
    struct place place = {.at = listen_at(service), .service = service};
    if (!is_exposed)
        return;
    struct diag *finding = finding_add(run, RULE_HOST_NETWORK, place,
        "`" STR_FMT "` listens on every interface of this machine", STR_ARG(service_name(service)));
    finding_why(run, finding, "nothing but a firewall is between it and whoever reaches the machine");
    finding_help(run, finding, "let it listen on 127.0.0.1 and put the proxy in front of it");
}

static void judge_service(struct check_run *run, const struct service *service)
{
    if (!service->workload->active || service->workload->network.kind != NETWORK_MACHINE)
        return;
    if (service->workload->unit.len && judge_in_group(run, service))
        return;
    bool exposed = (listen_guards_data(service) && !listen_is_loopback(run->arena, service)) ||
                   listen_is_wildcard(service);
    struct place place = {.at = service->workload->network.at, .service = service};
    str name = service_name(service);
    if (service->workload->on_machine) {
        judge_listener(run, service, exposed);
        return;
    }
    const struct door_info *door = exposed ? NULL : door_of_network(service);
    enum severity severity = exposed ? SEVERITY_ERROR : door ? SEVERITY_NOTE : SEVERITY_WARNING;
    struct diag *finding = finding_add_as(
        run, RULE_HOST_NETWORK, severity, place, "`" STR_FMT "` shares the host's network", STR_ARG(name));
    finding_why(run, finding, "every port that it listens on is a port of the host, `ports:` has no effect");
    if (door)
        finding_label(run, finding, STR_FMT, STR_ARG(door->about));
    else
        finding_help(run, finding, "use the project's network and publish what is needed on 127.0.0.1");
}

const struct check network_checks[] = {
    {FACT_DSN, {.connection = judge_connection}},
    {FACT_DSN, {.connection = judge_left_over}, .force = FORCE_INACTIVE},
    {FACT_BIND, {.bind = judge_bind}},
    {FACT_SERVICE, {.service = judge_service}},
    {0},
};
