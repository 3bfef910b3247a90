/* Consumers that nobody declared: budget/budget_parts.h. */
#include "budget/budget_parts.h"

#include "budget/consumer.h"

/* ---- which connections count */

struct program {
    const struct workload_program *started; /* NULL: what the service's own command runs */
    const struct detection *detection;
};

struct programs {
    VEC(struct program) list;
};

struct detector {
    struct budget_builder *b;
    struct map seen;     /* service, server and string: each counts once */
    struct map programs; /* service's name → struct programs *, filled as connections ask */
};

/* True the first time; a set of parts beside a connection string to the same server is the same client. */
static bool is_new(struct detector *d, const struct service *service, const struct connection *connection,
    const struct budget_row *row)
{
    str user = service_name(service);
    str any = arena_join(d->b->arena, user, STR("\n"), row->server);
    str text = connection->dsn ? connection->dsn->text : connection->label;
    str own = arena_join(d->b->arena, any, STR("\n"), text);
    if (map_has(&d->seen, own) || (!connection->dsn && map_has(&d->seen, any)))
        return false;
    map_set(d->b->arena, &d->seen, any, d);
    map_set(d->b->arena, &d->seen, own, d);
    return true;
}

static void note_undeclared(struct detector *d, struct budget_row *row, const struct service *service,
    const struct connection *connection)
{
    if (!service || map_has(&d->b->declared, term_key(d->b, row, service_name(service))))
        return;
    struct budget_problem *problem =
        row_problem(d->b, row, BUDGET_UNDECLARED, connection_locate(connection, PART_WHOLE),
            "service `" STR_FMT "` also connects to " STR_FMT ": not declared, not counted",
            STR_ARG(service_name(service)), STR_ARG(row->server));
    problem->service = service_name(service);
    problem->variable = connection->label;
}

/* numprocs: each copy has processes of its own. */
static struct count times(
    struct budget_builder *b, struct count processes, const struct workload_number *copies)
{
    struct count count = count_read(copies->text, copies->at, copies->variable, copies->name);
    if (copies->state != NUMBER_KNOWN)
        count = count_assumed(1, STR("numprocs, which only running tells"));
    if (!count_is_known(count) || !count_is_known(processes))
        return count_is_known(count) ? processes : count;
    if (count.value == 1 && count.state == COUNT_READ)
        return processes;
    processes.from = arena_printf(b->arena, STR_FMT "%s%lld copies", STR_ARG(processes.from),
        processes.from.len ? ", " : "", (long long)count.value);
    processes.value = number_multiply(processes.value, count.value);
    processes.state = processes.state > count.state ? processes.state : count.state;
    if (!span_is_set(processes.at))
        processes.at = count.at;
    return processes;
}

/* ---- the programs of a service */

static void add_program(struct budget_builder *b, struct programs *programs, const struct service *service,
    const struct workload_program *OR_NULL started)
{
    struct consumer_input input = {
        .arena = b->arena,
        .running = &b->running,
        .service = service ? service->workload : NULL,
        .environment = service ? &service->workload->environment : &b->facts->environment,
        .sizing = sizing_of(b, service),
        .started = started,
        .program = started ? started->name : STR(""),
        .cpus = b->cpus,
    };
    vec_push(b->arena, &programs->list, ((struct program){started, consumer_program(&input)}));
}

/* Those that the service's supervisor or its own line starts, else that of its command. */
static const struct programs *programs_of(struct detector *d, const struct service *service)
{
    struct budget_builder *b = d->b;
    struct programs *programs = map_get(&d->programs, service_name(service));
    if (programs)
        return programs;
    programs = arena_new(b->arena, struct programs);
    size_t count = service ? service->workload->programs.count : 0;
    for (size_t i = 0; i < count; i++)
        add_program(b, programs, service, &service->workload->programs.items[i]);
    struct consumer_programs beside = {0};
    if (service && count == 0)
        beside = consumer_beside(b->arena, service->workload);
    vec_each(const struct workload_program *, program, &beside.list)
        add_program(b, programs, service, program);
    if (programs->list.count == 0)
        add_program(b, programs, service, NULL);
    map_set(b->arena, &d->programs, service_name(service), programs);
    return programs;
}

static void add_term(struct detector *d, struct budget_row *row, const struct service *service,
    const struct connection *connection, const struct program *program)
{
    struct budget_builder *b = d->b;
    const struct workload_program *started = program->started;
    struct consumer consumer = consumer_of(program->detection, connection);
    /* Beside programs of the project a supervisor starts servers and helpers that open no connection. */
    if (started && consumer.program && consumer.each.value == 0)
        return;
    str name = service ? service_name(service) : connection->label;
    struct budget_term term = {
        .consumer = started ? arena_join(b->arena, name, STR("/"), started->name) : name,
        .instances = service ? term_instances(service->workload) : count_default(1, STR("")),
        .surge = service ? term_surge(service->workload) : count_default(0, STR("")),
        .processes = started ? times(b, consumer.processes, &started->copies) : consumer.processes,
        .each = consumer.each,
        .sharing = consumer.sharing,
        .basis = consumer.is_read ? BASIS_READ : BASIS_ASSUMED,
        .at = connection_locate(connection, PART_WHOLE),
        .service = service,
        .variable = connection->label,
    };
    term_add(b, row, term);
}

static void count_connection(
    struct detector *d, const struct service *service, const struct connection *connection)
{
    if (service && service->image && service->image->kind == IMAGE_POOLER)
        return;
    vec_each(const struct target *, target, &connection->targets) {
        struct budget_row *row = row_of_target(d->b, target, connection->family);
        if (!row || !family_row(row->family)->pooled || (service && row->service == service))
            continue;
        row_named(row, connection->label, connection);
        if (!is_new(d, service, connection, row))
            continue;
        if (row->has_declared) {
            note_undeclared(d, row, service, connection);
            continue;
        }
        vec_each(const struct program *, program, &programs_of(d, service)->list)
            add_term(d, row, service, connection, program);
    }
}

/* The services that are handed a connection; `with_dsn` first, then sets of parts. */
static void count_services(struct detector *d, bool with_dsn)
{
    vec_each(struct connection *const *, connection, &d->b->facts->connections) {
        bool counts = (*connection)->force.kind == FORCE_IN;
        if (!counts || ((*connection)->dsn != NULL) != with_dsn)
            continue;
        if ((*connection)->service)
            count_connection(d, (*connection)->service, *connection);
    }
}

/* A server that no service uses serves whoever reads this environment. */
static void count_environment(struct detector *d, bool with_dsn)
{
    vec_each(struct connection *const *, connection, &d->b->facts->connections) {
        bool counts = (*connection)->force.kind == FORCE_IN && !(*connection)->service;
        if (!counts || ((*connection)->dsn != NULL) != with_dsn)
            continue;
        bool is_used = false;
        vec_each(const struct target *, target, &(*connection)->targets) {
            struct budget_row *row = row_of_target(d->b, target, (*connection)->family);
            is_used |= row && row->has_services;
        }
        if (!is_used)
            count_connection(d, NULL, *connection);
    }
}

void detected_consumers(struct budget_builder *b)
{
    struct detector d = {.b = b};
    count_services(&d, true);
    count_services(&d, false);
    count_environment(&d, true);
    count_environment(&d, false);
}
