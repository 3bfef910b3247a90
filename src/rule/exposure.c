#include "rule/exposure.h"

static const struct {
    const char *how, *label, *help;
} exposures[] = {
    [EXPOSED_MACHINE] = {"on every address of its node", "no hostIP",
        "leave hostPort out: a Service reaches it without"},
    [EXPOSED_NODES] = {"on every node", "open on every address of every node", "type: ClusterIP"},
    [EXPOSED_BALANCER] = {"by a load balancer", "open to the internet",
        "type: ClusterIP, or an internal load balancer, or loadBalancerSourceRanges"},
    [EXPOSED_WEB] = {"behind a web proxy that asks for no login", "whoever reaches the proxy reaches it",
        "put a login before it, or take the route out"},
};

/* Object storage speaks HTTP to the world on purpose, and signs each request. */
static bool is_made_for_web(const struct service *service)
{
    return service->image && family_row(service->image->family)->signs_requests;
}

/* Web programs and proxies are open on purpose: nothing is to be said of them. */
static enum severity severity_of(const struct bind *bind, bool guarded, const struct door_info *door)
{
    const struct image_info *image = bind->service->image;
    if (!guarded && image && image->kind == IMAGE_METRICS && bind->port->exposure != EXPOSED_WEB)
        return SEVERITY_WARNING;
    if (!guarded)
        return door && door->kind != DOOR_PUBLIC ? SEVERITY_WARNING : SEVERITY_OFF;
    if (bind->port->exposure == EXPOSED_WEB)
        return is_made_for_web(bind->service) ? SEVERITY_OFF : SEVERITY_WARNING;
    return SEVERITY_ERROR;
}

void exposure_judge(
    struct check_run *run, const struct bind *bind, bool guarded, const struct door_info *door)
{
    enum severity severity = severity_of(bind, guarded, door);
    if (severity == SEVERITY_OFF)
        return;
    enum exposure exposure = bind->port->exposure;
    struct place place = {.at = bind->port->at, .service = bind->service};
    str by = bind->port->by.len ? arena_join(run->arena, STR(", `"), bind->port->by, STR("`")) : STR("");
    struct diag *finding = finding_add_as(run, RULE_WILDCARD_BIND, severity, place,
        "`" STR_FMT "` is open on port %u %s" STR_FMT, STR_ARG(workload_label(bind->service->workload)),
        bind->port->target, exposures[exposure].how, STR_ARG(by));
    finding_label(run, finding, "%s", exposures[exposure].label);
    if (door)
        finding_why(run, finding, "this is " STR_FMT, STR_ARG(door->about));
    finding_help(run, finding, "%s", exposures[exposure].help);
}
