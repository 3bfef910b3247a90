#include "rule/address.h"

/* What to write for an address from where the client is. */
static str name_for(const struct connection *connection, const struct deployment_address *address)
{
    const struct service *client = connection->service;
    bool is_same = client && str_eq(client->workload->zone, address->zone);
    return is_same ? address->name : address->label;
}

static void report_workload(struct check_run *run, struct diag *finding, const struct connection *connection,
    const struct deployment_address *address)
{
    finding_label(run, finding, "a workload is called so, and no Service");
    finding_why(run, finding, "names belong to the Services that lead to programs, never to the programs");
    if (address)
        finding_help(
            run, finding, "write `" STR_FMT "`, which leads to it", STR_ARG(name_for(connection, address)));
    else
        finding_help(run, finding, "give it a Service of that name");
}

void address_report_unknown(struct check_run *run, const struct connection *connection,
    const struct target *target, struct place place)
{
    const struct deployment_address *address = target->address;
    struct diag *finding = finding_add(run, RULE_UNKNOWN_HOST, place,
        STR_FMT " names host `" STR_FMT "`, which does not resolve there", STR_ARG(connection->label),
        STR_ARG(target->host));
    switch (target->doubt) {
    case DOUBT_ZONE:
        finding_label(run, finding, "a name of another namespace");
        finding_why(run, finding, "a short name is looked up in the namespace of the program that asks");
        finding_help(run, finding, "write `" STR_FMT "`", STR_ARG(address->label));
        break;
    case DOUBT_SPELLING:
        finding_help(run, finding, "did you mean `" STR_FMT "`?", STR_ARG(name_for(connection, address)));
        break;
    case DOUBT_WORKLOAD:
        report_workload(run, finding, connection, address);
        break;
    case DOUBT_MEMBER:
        finding_why(run, finding, "there are %lld of `" STR_FMT "`, counted from 0",
            (long long)address->members, STR_ARG(address->member_stem));
        break;
    case DOUBT_RESOLVER:
        finding_why(
            run, finding, "on the machine's network it asks the machine's resolver, which knows no Service");
        finding_help(run, finding, "set dnsPolicy: ClusterFirstWithHostNet");
        break;
    case DOUBT_NONE:
        break;
    }
    if (address)
        finding_related(run, finding, address->at, "`" STR_FMT "` is here", STR_ARG(address->label));
    finding_holders(run, finding, connection->variable);
}

void address_report_inactive(struct check_run *run, const struct connection *connection,
    const struct target *target, struct place place)
{
    const struct deployment_address *address = target->address;
    const struct workload *near = address->nearly;
    struct diag *finding = finding_add_as(run, RULE_INACTIVE_HOST, SEVERITY_WARNING, place,
        STR_FMT " names `" STR_FMT "`, which leads to %s", STR_ARG(connection->label), STR_ARG(target->host),
        near ? "no program" : "nothing that runs");
    finding_why(run, finding, "the connection is refused: no program answers at this name");
    if (near) {
        finding_related(run, finding, address->selects_at, "no workload has all of these labels");
        finding_related(
            run, finding, near->at, "`" STR_FMT "` was perhaps meant", STR_ARG(workload_label(near)));
        finding_help(run, finding, "make the selector and the labels of the pods the same");
    } else if (target->inactive) {
        const struct workload *workload = target->inactive->workload;
        bool is_said = span_is_set(workload->replicas.at) && workload->replicas.count == 0;
        finding_related(run, finding, is_said ? workload->replicas.at : workload->at, "`" STR_FMT "` %s",
            STR_ARG(workload_label(workload)), is_said ? "is scaled to nothing here" : "does not run");
    }
    finding_holders(run, finding, connection->variable);
}

/* Headless: the client reaches the program itself, and `port` of the Service means nothing. */
static bool is_programs_own(const struct target *target)
{
    const struct workload *workload = target->server->service->workload;
    const struct image_info *image = target->server->service->image;
    return workload->expose.count == 0 || workload_declares_port(workload, target->port) ||
           (image && image->port == target->port);
}

/* A URL of the web without a port may get one from elsewhere; a store's own port is what its clients use. */
static bool says_port(const struct connection *connection)
{
    if (!connection->dsn || !family_row(connection->family)->is_program)
        return true;
    vec_each(const struct dsn_host *, host, &connection->dsn->hosts)
        if (host->port_part.present)
            return true;
    return false;
}

void address_judge_port(
    struct check_run *run, const struct connection *connection, const struct target *target)
{
    const struct deployment_address *address = target->address;
    const struct address_port *row = deployment_address_port(address, target->port);
    if (target->port == 0 || address->ports.count == 0 || !says_port(connection))
        return;
    bool is_direct = address->kind == ADDRESS_DIRECT;
    if (is_direct ? !row || row->target == row->port || is_programs_own(target) : row && row->target)
        return;
    struct diag *finding = finding_add(run, RULE_PORT_MISMATCH, place_of_part(connection, PART_PORT),
        STR_FMT " uses port %d, which `" STR_FMT "` %s", STR_ARG(connection->label), target->port,
        STR_ARG(target->host), row ? "leads to no port of a program" : "does not have");
    if (is_direct) {
        finding_why(run, finding, "the name stands for the programs themselves: no port is forwarded");
        finding_related(run, finding, row->at, "without effect: the name has no address of its own");
    } else if (row) {
        finding_related(run, finding, row->target_at, "no port of its programs is called `" STR_FMT "`",
            STR_ARG(row->target_name));
    } else {
        finding_related(
            run, finding, address->ports.items[0].at, "its port is %d", address->ports.items[0].port);
    }
    finding_holders(run, finding, connection->variable);
}
