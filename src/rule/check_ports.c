/*
 * One port of the machine that two programs publish: the second container does not start.
 */
#include "base/number.h"
#include "rule/check.h"

#include <stdlib.h>

/* The binds of one port and protocol of the machine. */
struct same_port {
    VEC(const struct bind *) binds;
};

/* The same address, or every one. What one address beside every other comes to depends on the engine. */
static bool addresses_meet(const struct bind *a, const struct bind *b)
{
    str one = a->port->host_ip, other = b->port->host_ip;
    return str_eq(one, other) || (a->class == HOST_CLASS_WILDCARD && b->class == HOST_CLASS_WILDCARD &&
                                     (one.len == 0 || other.len == 0));
}

static void report_conflict(struct check_run *run, const struct bind *bind, const struct bind *first)
{
    struct place place = {.at = bind->port->at, .service = bind->service};
    str name = service_name(bind->service), other = service_name(first->service);
    struct diag *finding = finding_add(run, RULE_PORT_CONFLICT, place,
        "`" STR_FMT "` publishes port " STR_FMT " of the machine, which is taken", STR_ARG(name),
        STR_ARG(bind->port->published));
    finding_related(run, finding, first->port->at, "`" STR_FMT "` publishes it here", STR_ARG(other));
    finding_why(run, finding, "the second container does not start: port is already allocated");
    finding_help(run, finding, "give one of them another port");
}

/* By name of their services: which of two is told must not hang on the order of the file. */
static int compare_binds(const void *left, const void *right)
{
    const struct bind *a = *(const struct bind *const *)left, *b = *(const struct bind *const *)right;
    int order = str_compare(service_name(a->service), service_name(b->service));
    return order ? order
                 : (a->port->at.offset > b->port->at.offset) - (a->port->at.offset < b->port->at.offset);
}

static void judge_conflicts(struct check_run *run)
{
    struct map ports = {0};
    size_t count = run->facts->binds.count;
    const struct bind **binds = arena_array(run->arena, const struct bind *, count);
    for (size_t i = 0; i < count; i++)
        binds[i] = run->facts->binds.items[i];
    qsort(binds, count, sizeof *binds, compare_binds);
    for (const struct bind **bind = binds; bind < binds + count; bind++) {
        const struct workload_port *port = (*bind)->port;
        uint64_t number;
        /* Docker looks for a free one itself where a range or nothing is asked for. */
        bool is_alone = (*bind)->service->on_host_network || (*bind)->service->workload->unit.len;
        if (is_alone || !number_parse_unsigned(port->published, 65535, &number))
            continue; /* of several machines each has the port once */
        str protocol = port->protocol.len ? port->protocol : STR("tcp");
        str key = arena_printf(run->arena, "%u/" STR_FMT, (unsigned)number, STR_ARG(protocol));
        struct same_port *same = map_get(&ports, key);
        if (!same) {
            same = arena_new(run->arena, struct same_port);
            map_set(run->arena, &ports, key, same);
        }
        const struct bind *first = NULL;
        vec_each(const struct bind *const *, known, &same->binds)
            first = !first && addresses_meet(*known, *bind) ? *known : first;
        if (first)
            report_conflict(run, *bind, first);
        vec_push(run->arena, &same->binds, *bind);
    }
}

const struct check port_checks[] = {
    {FACT_ENVIRONMENT, {.environment = judge_conflicts}},
    {0},
};
