#include "kube/exposure.h"

#include "base/number.h"
#include "base/word.h"
#include "kube/values.h"

/* Annotations by which providers keep a load balancer inside; one without a word takes any but "false". */
static const struct {
    str key, word;
} private_marks[] = {
    {STR_INIT("service.beta.kubernetes.io/aws-load-balancer-scheme"), STR_INIT("internal")},
    {STR_INIT("service.beta.kubernetes.io/aws-load-balancer-internal"), STR_INIT("")},
    {STR_INIT("networking.gke.io/load-balancer-type"), STR_INIT("internal")},
    {STR_INIT("cloud.google.com/load-balancer-type"), STR_INIT("internal")},
    {STR_INIT("service.beta.kubernetes.io/azure-load-balancer-internal"), STR_INIT("")},
    {STR_INIT("service.beta.kubernetes.io/oci-load-balancer-internal"), STR_INIT("")},
    {STR_INIT("service.beta.kubernetes.io/openstack-internal-load-balancer"), STR_INIT("")},
    {STR_INIT("service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type"), STR_INIT("private")},
    {STR_INIT("load-balancer.hetzner.cloud/disable-public-network"), STR_INIT("")},
    {STR_INIT("alb.ingress.kubernetes.io/scheme"), STR_INIT("internal")},
};

static bool is_private_by_mark(const struct yaml_node *metadata)
{
    for (size_t i = 0; i < ARRAY_COUNT(private_marks); i++) {
        str said = kube_annotation(metadata, private_marks[i].key);
        if (said.len && (private_marks[i].word.len ? str_eq_fold(said, private_marks[i].word)
                                                   : !str_eq_fold(said, STR("false"))))
            return true;
    }
    return false;
}

/* Somebody is asked for a login before the program, or addresses are chosen. */
static bool is_guarded(const struct yaml_node *metadata)
{
    const struct yaml_node *annotations = yaml_get(metadata, STR("annotations"));
    if (annotations)
        vec_each(const struct yaml_pair *, pair, &annotations->pairs) {
            str key = str_rcut_byte(pair->key->text, '/').tail, said = kube_text(pair->value);
            bool speaks = word_is_in(key, STR("auth")) || word_is_in(key, STR("whitelist")) ||
                          word_is_in(key, STR("allowlist")) || word_is_in(key, STR("oauth2")) ||
                          (word_is_in(key, STR("middlewares")) && str_contains(said, STR("auth")));
            if (speaks && said.len && !str_eq_fold(said, STR("none")))
                return true;
        }
    return false;
}

/* ---- programs behind a port */

/* Of one unit the program that listens there: as it says, else one that says nothing, else the first. */
static struct workload *program_of(const struct deployment_address *address, size_t first, int32_t target)
{
    const struct workload_group *group = address->workloads.items[first]->group;
    struct workload *silent = NULL;
    for (size_t i = first; i < address->workloads.count && address->workloads.items[i]->group == group; i++) {
        struct workload *workload = address->workloads.items[i];
        if (workload_declares_port(workload, target))
            return workload;
        silent = !silent && workload->expose.count == 0 ? workload : silent;
    }
    return silent ? silent : address->workloads.items[first];
}

static void publish(struct kube *k, const struct deployment_address *address, const struct address_port *port,
    struct workload_port row)
{
    row.target = (uint32_t)port->target;
    row.protocol = port->protocol.len ? arena_lower(k->arena, port->protocol) : STR("tcp");
    if (row.published.len == 0)
        row.published = arena_integer(k->arena, port->port);
    for (size_t i = 0; i < address->workloads.count; i++) {
        bool is_first =
            i == 0 || address->workloads.items[i]->group != address->workloads.items[i - 1]->group;
        if (is_first && port->target > 0)
            vec_push(k->arena, &program_of(address, i, port->target)->ports, row);
    }
}

static const struct address_port *port_named(const struct deployment_address *address, str port)
{
    uint64_t number = 0;
    bool is_number = number_parse_unsigned(port, UINT16_MAX, &number);
    vec_each(const struct address_port *, row, &address->ports)
        if (is_number ? row->port == (int32_t)number : str_eq(row->name, port))
            return row;
    return port.len == 0 && address->ports.count ? &address->ports.items[0] : NULL;
}

/* "Service/db" */
static str publisher(struct kube *k, const struct kube_object *object)
{
    return arena_join(k->arena, object->kind->name, STR("/"), object->name);
}

/* ---- Services */

static bool has_private_ranges(const struct yaml_node *spec)
{
    const struct yaml_node *ranges = yaml_get(spec, STR("loadBalancerSourceRanges"));
    bool any = false;
    if (ranges)
        vec_each(struct yaml_node *const *, range, &ranges->items) {
            any = true;
            if (str_ends(kube_text(*range), STR("/0")))
                return false;
        }
    return any;
}

static void publish_service(struct kube *k, const struct kube_object *service)
{
    const struct yaml_node *type = yaml_get(service->spec, STR("type"));
    const struct yaml_node *addresses = yaml_get(service->spec, STR("externalIPs"));
    struct deployment_address *address =
        deployment_address(k->arena, k->deployment, service->name, service->zone);
    bool is_balancer = str_eq(kube_text(type), STR("LoadBalancer"));
    bool is_node = str_eq(kube_text(type), STR("NodePort"));
    bool has_addresses = addresses && addresses->items.count;
    if (!address || (!is_balancer && !is_node && !has_addresses))
        return;
    struct workload_port row = {.by = publisher(k, service),
        .exposure = is_balancer ? EXPOSED_BALANCER : EXPOSED_NODES,
        .is_private =
            is_balancer && (is_private_by_mark(service->metadata) || has_private_ranges(service->spec)),
        .at = is_balancer || is_node ? kube_at(type) : addresses->items.items[0]->at};
    if (!is_balancer && !is_node) {
        row.host_ip = kube_text(addresses->items.items[0]);
        row.host_ip_set = true;
        row.host_ip_at = row.at;
    }
    vec_each(const struct address_port *, port, &address->ports)
        publish(k, address, port, row);
}

/* ---- routes */

/* A route while its backends are looked for. */
struct route {
    struct kube *k;
    const struct kube_object *object;
    enum exposure exposure;
    bool is_private;
};

static void publish_backend(const struct route *route, const struct yaml_node *name, str zone, str port)
{
    struct kube *k = route->k;
    str own = route->object->zone;
    struct deployment_address *address =
        deployment_address(k->arena, k->deployment, kube_text(name), zone.len ? zone : own);
    const struct address_port *row = address ? port_named(address, port) : NULL;
    if (row)
        publish(k, address, row,
            (struct workload_port){.by = publisher(k, route->object),
                .exposure = route->exposure,
                .is_private = route->is_private,
                .at = name->at});
}

/* {number: 80}, {name: http}, 80, http */
static str port_text(const struct yaml_node *port)
{
    if (port && port->kind == YAML_MAPPING) {
        str number = kube_text_of(port, STR("number"));
        return number.len ? number : kube_text_of(port, STR("name"));
    }
    return kube_text(port);
}

/* `backend` of an Ingress, also as it was before v1. */
static void publish_ingress_backend(const struct route *route, const struct yaml_node *backend)
{
    const struct yaml_node *service = yaml_get(backend, STR("service"));
    const struct yaml_node *name =
        service ? yaml_get(service, STR("name")) : yaml_get(backend, STR("serviceName"));
    const struct yaml_node *port =
        service ? yaml_get(service, STR("port")) : yaml_get(backend, STR("servicePort"));
    if (name)
        publish_backend(route, name, STR(""), port_text(port));
}

/* Lists of names and ports below `key`, wherever: backendRefs of the Gateway API, services of Traefik. */
static void publish_references(const struct route *route, const struct yaml_node *rule, str key)
{
    const struct yaml_node *references = yaml_get(rule, key);
    if (references)
        vec_each(struct yaml_node *const *, item, &references->items)
            if (yaml_get(*item, STR("name")))
                publish_backend(route, yaml_get(*item, STR("name")), kube_text_of(*item, STR("namespace")),
                    port_text(yaml_get(*item, STR("port"))));
}

/* A middleware of Traefik that asks for a login is called so. */
static bool asks_by_middleware(const struct yaml_node *rule)
{
    const struct yaml_node *middlewares = yaml_get(rule, STR("middlewares"));
    if (middlewares)
        vec_each(struct yaml_node *const *, item, &middlewares->items)
            if (str_contains_fold(kube_text_of(*item, STR("name")), STR("auth")))
                return true;
    return false;
}

static void publish_rule(const struct route *route, const struct yaml_node *rule)
{
    const struct yaml_node *paths = kube_below(rule, STR("http.paths"));
    if (paths)
        vec_each(struct yaml_node *const *, path, &paths->items)
            publish_ingress_backend(route, yaml_get(*path, STR("backend")));
    publish_references(route, rule, STR("backendRefs"));
    if (!asks_by_middleware(rule))
        publish_references(route, rule, STR("services"));
}

static void publish_route(struct kube *k, const struct kube_object *object)
{
    static const str lists[] = {STR_INIT("rules"), STR_INIT("routes")};
    bool is_raw = word_is_last(object->kind->name, STR("TCP")) || str_starts(object->kind->name, STR("TCP"));
    str class = kube_text_of(object->spec, STR("ingressClassName"));
    class = class.len ? class : kube_annotation(object->metadata, STR("kubernetes.io/ingress.class"));
    struct route route = {.k = k,
        .object = object,
        .exposure = is_raw ? EXPOSED_BALANCER : EXPOSED_WEB,
        .is_private = is_private_by_mark(object->metadata) || word_is_in(class, STR("internal")) ||
                      word_is_in(class, STR("private"))};
    if (is_guarded(object->metadata))
        return;
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        const struct yaml_node *list = yaml_get(object->spec, lists[i]);
        if (list)
            vec_each(struct yaml_node *const *, rule, &list->items)
                publish_rule(&route, *rule);
    }
    const struct yaml_node *to = kube_below(object->spec, STR("to.name")); /* OpenShift's Route */
    publish_ingress_backend(&route, yaml_get(object->spec, STR("defaultBackend")));
    if (to)
        publish_backend(&route, to, STR(""), port_text(kube_below(object->spec, STR("port.targetPort"))));
}

/* ---- the rest */

/* "5432": "shop/postgres:5432" of ingress-nginx: a raw port of its load balancer. */
static void publish_tcp_services(struct kube *k, const struct kube_object *settings)
{
    const struct yaml_node *data = yaml_get(settings->node, STR("data"));
    if (!str_ends(settings->name, STR("tcp-services")) && !str_ends(settings->name, STR("tcp")))
        return;
    if (data)
        vec_each(const struct yaml_pair *, pair, &data->pairs) {
            struct str_cut zone = str_cut_byte(kube_text(pair->value), '/');
            struct str_cut name = str_cut_byte(zone.tail, ':');
            struct deployment_address *address =
                zone.found ? deployment_address(k->arena, k->deployment, name.head, zone.head) : NULL;
            const struct address_port *row =
                address ? port_named(address, str_cut_byte(name.tail, ':').head) : NULL;
            if (row)
                publish(k, address, row,
                    (struct workload_port){.by = publisher(k, settings),
                        .exposure = EXPOSED_BALANCER,
                        .published = pair->key->text,
                        .at = pair->value->at});
        }
}

/* enableMasterLoadBalancer of Zalando's, additional Services of CloudNativePG. */
static void publish_operated(struct kube *k, const struct kube_object *object)
{
    static const str switches[] = {
        STR_INIT("enableMasterLoadBalancer"), STR_INIT("enableReplicaLoadBalancer")};
    struct workload_port row = {.exposure = EXPOSED_BALANCER,
        .is_private = is_private_by_mark(object->metadata),
        .published = STR("5432"),
        .target = 5432,
        .protocol = STR("tcp")};
    for (size_t i = 0; i < ARRAY_COUNT(switches); i++)
        if (kube_is_true(yaml_get(object->spec, switches[i]))) {
            row.at = kube_at(yaml_get(object->spec, switches[i]));
            vec_push(k->arena, &object->group->members.items[0]->ports, row);
        }
    const struct yaml_node *services = kube_below(object->spec, STR("managed.services.additional"));
    if (!services)
        return;
    vec_each(struct yaml_node *const *, service, &services->items) {
        const struct yaml_node *type = kube_below(*service, STR("serviceTemplate.spec.type"));
        str text = kube_text(type);
        if (!str_eq(text, STR("LoadBalancer")) && !str_eq(text, STR("NodePort")))
            continue;
        row.at = kube_at(type);
        row.exposure = str_eq(text, STR("NodePort")) ? EXPOSED_NODES : EXPOSED_BALANCER;
        row.is_private = is_private_by_mark(kube_below(*service, STR("serviceTemplate.metadata")));
        vec_push(k->arena, &object->group->members.items[0]->ports, row);
    }
}

void exposure_build(struct kube *k)
{
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_SERVICE])
        publish_service(k, *object);
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_ROUTE])
        publish_route(k, *object);
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_SETTINGS])
        publish_tcp_services(k, *object);
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_OPERATED])
        publish_operated(k, *object);
}
