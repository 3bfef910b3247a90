#include "kube/address.h"

#include "kube/manifest.h"

/* Pods by each of their labels, so that a Service need not look at all of them. */
struct pod_list {
    VEC(struct kube_object *) pods;
};

static str label_key(struct arena *arena, str zone, str name, str value)
{
    return arena_join(arena, zone, STR(" "), name, STR("="), value);
}

static struct map index_labels(struct kube *k)
{
    struct map index = {0};
    vec_each(struct kube_object *const *, row, &k->index.of_role[KUBE_WORKLOAD]) {
        const struct yaml_node *labels =
            yaml_get(yaml_get(manifest_template(*row), STR("metadata")), STR("labels"));
        (*row)->pod_labels = labels;
        if (!labels)
            continue;
        vec_each(const struct yaml_pair *, pair, &labels->pairs) {
            str key = label_key(k->arena, (*row)->zone, pair->key->text, kube_text(pair->value));
            struct pod_list *list = map_get(&index, key);
            if (!list) {
                list = arena_new(k->arena, struct pod_list);
                map_set(k->arena, &index, key, list);
            }
            vec_push(k->arena, &list->pods, *row);
        }
    }
    return index;
}

/* How many of a selector's labels a pod has. */
static size_t labels_met(const struct yaml_node *selector, const struct kube_object *pod)
{
    size_t met = 0;
    vec_each(const struct yaml_pair *, pair, &selector->pairs) {
        const struct yaml_node *own = yaml_get(pod->pod_labels, pair->key->text);
        met += own && str_eq(kube_text(own), kube_text(pair->value));
    }
    return met;
}

static void lead_to(struct kube *k, struct deployment_address *address, const struct kube_object *pod)
{
    vec_each(struct workload *const *, workload, &pod->group->members)
        if (!(*workload)->ends) /* what ends before the others is ready for nobody */
            vec_push(k->arena, &address->workloads, *workload);
}

/* The pods whose labels hold all of the selector's, by its rarest label. */
static void select_pods(struct kube *k, const struct map *index, struct deployment_address *address,
    const struct yaml_node *selector)
{
    const struct pod_list *fewest = NULL;
    vec_each(const struct yaml_pair *, pair, &selector->pairs) {
        const struct pod_list *list =
            map_get(index, label_key(k->arena, address->zone, pair->key->text, kube_text(pair->value)));
        if (!list)
            return;
        fewest = !fewest || list->pods.count < fewest->pods.count ? list : fewest;
    }
    if (fewest)
        vec_each(struct kube_object *const *, pod, &fewest->pods)
            if (selector->pairs.count == 1 || labels_met(selector, *pod) == selector->pairs.count)
                lead_to(k, address, *pod);
}

/* Nothing has the labels: a workload that is called like it, or has all of them but one, was meant. */
static const struct workload *find_nearly(
    const struct kube *k, const struct deployment_address *address, const struct yaml_node *selector)
{
    vec_each(struct kube_object *const *, row, &k->index.of_role[KUBE_WORKLOAD]) {
        const struct kube_object *pod = *row;
        if (!str_eq(pod->zone, address->zone) || !pod->group || pod->group->members.count == 0)
            continue;
        size_t met = labels_met(selector, pod);
        bool is_close = met > 0 && met + 1 == selector->pairs.count;
        if (is_close || str_eq(pod->name, address->name))
            return pod->group->members.items[0];
    }
    return NULL;
}

/* The port that a name stands for in the programs; 0: none has it. */
static int32_t named_port(const struct kube *k, const struct deployment_address *address, str name)
{
    const struct workload_group *last = NULL;
    vec_each(struct workload *const *, workload, &address->workloads) {
        const struct workload_group *group = (*workload)->group;
        const struct kube_object *pod = map_get(&k->by_group, (str){(const char *)&group, sizeof group});
        if (group == last || !pod)
            continue;
        last = group;
        vec_each(const struct yaml_node *const *, container, &pod->containers) {
            const struct yaml_node *ports = yaml_get(*container, STR("ports"));
            if (ports)
                vec_each(struct yaml_node *const *, port, &ports->items)
                    if (str_eq(kube_text_of(*port, STR("name")), name))
                        return (int32_t)kube_integer(yaml_get(*port, STR("containerPort")), 0);
        }
    }
    return 0;
}

static void add_ports(struct kube *k, struct deployment_address *address, const struct yaml_node *ports)
{
    if (!ports)
        return;
    vec_each(struct yaml_node *const *, item, &ports->items) {
        const struct yaml_node *number = yaml_get(*item, STR("port")),
                               *target = yaml_get(*item, STR("targetPort"));
        int64_t port = kube_integer(number, 0);
        if (port <= 0 || port > UINT16_MAX)
            continue;
        struct address_port row = {.port = (int32_t)port,
            .target = (int32_t)kube_integer(target, target ? 0 : port),
            .name = kube_text_of(*item, STR("name")),
            .protocol = kube_text_of(*item, STR("protocol")),
            .at = kube_at(number),
            .target_at = target ? target->at : (span){0}};
        if (target && row.target == 0) {
            row.target_name = kube_text(target);
            row.target = named_port(k, address, row.target_name);
        }
        vec_push(k->arena, &address->ports, row);
    }
}

/* pg-0.SERVICE: the pods of the StatefulSets that name the Service, and Pods with a hostname below it. */
static void add_members(struct kube *k, struct deployment_address *address)
{
    vec_each(struct kube_object *const *, row, &k->index.of_role[KUBE_WORKLOAD]) {
        const struct kube_object *object = *row;
        bool is_its = str_eq(object->zone, address->zone) && str_eq(object->kind->name, STR("StatefulSet")) &&
                      str_eq(kube_text_of(object->spec, STR("serviceName")), address->name);
        if (!is_its || object->group->members.count == 0)
            continue;
        address->member_stem = object->name;
        address->members = object->group->members.items[0]->replicas.count;
    }
}

static void add_address(struct kube *k, const struct map *index, const struct kube_object *service)
{
    const struct yaml_node *selector = yaml_get(service->spec, STR("selector"));
    struct deployment_address *address = arena_new(k->arena, struct deployment_address);
    *address = (struct deployment_address){.name = service->name,
        .zone = service->zone,
        .label =
            service->zone.len ? arena_join(k->arena, service->name, STR("."), service->zone) : service->name,
        .at = service->at,
        .leads_to = kube_text_of(service->spec, STR("externalName"))};
    if (str_eq(kube_text_of(service->spec, STR("type")), STR("ExternalName")))
        address->kind = ADDRESS_ALIAS;
    else if (str_eq(kube_text_of(service->spec, STR("clusterIP")), STR("None")))
        address->kind = ADDRESS_DIRECT;
    deployment_add_address(k->arena, k->deployment, address);
    if (address->kind == ADDRESS_ALIAS)
        return;
    address->is_open = !selector || selector->pairs.count == 0;
    if (!address->is_open) {
        address->selects_at = selector->at;
        select_pods(k, index, address, selector);
        if (address->workloads.count == 0)
            address->nearly = find_nearly(k, address, selector);
        /* Another release may have pods for it, unless this one has them all but for a letter. */
        address->is_open = address->workloads.count == 0 && !address->nearly;
    }
    add_ports(k, address, yaml_get(service->spec, STR("ports")));
    if (address->kind == ADDRESS_DIRECT)
        add_members(k, address);
}

void address_build(struct kube *k)
{
    struct map index = index_labels(k);
    k->deployment->names_are_addresses = true;
    k->deployment->budget_at_server = true;
    vec_each(struct kube_object *const *, service, &k->index.of_role[KUBE_SERVICE])
        add_address(k, &index, *service);
}
