#include "kube/workload.h"

#include "kube/expand.h"
#include "kube/link.h"
#include "kube/manifest.h"
#include "kube/quantity.h"
#include "kube/volume.h"

/* The two lists of a pod, in the order in which they are started. */
static const str container_lists[] = {STR_INIT("initContainers"), STR_INIT("containers")};

#define TURN_OF_PROGRAMS UINT32_MAX /* ordinary containers start when all before them has */

static void publish_on_node(
    struct kube *k, struct workload *workload, const struct yaml_node *port, int64_t target)
{
    const struct yaml_node *host = yaml_get(port, STR("hostPort")), *address = yaml_get(port, STR("hostIP"));
    if (kube_integer(host, 0) <= 0)
        return;
    str protocol = kube_text_of(port, STR("protocol"));
    struct workload_port row = {.host_ip = kube_text(address),
        .host_ip_set = address != NULL,
        .published = kube_text(host),
        .target = (uint32_t)target,
        .protocol = protocol.len ? arena_lower(k->arena, protocol) : STR("tcp"),
        .at = kube_at(host),
        .host_ip_at = kube_at(address)};
    vec_push(k->arena, &workload->ports, row);
}

static void read_ports(struct kube *k, struct workload *workload, const struct yaml_node *container)
{
    const struct yaml_node *ports = yaml_get(container, STR("ports"));
    if (!ports)
        return;
    vec_each(struct yaml_node *const *, port, &ports->items) {
        int64_t number = kube_integer(yaml_get(*port, STR("containerPort")), 0);
        if (number <= 0 || number > UINT16_MAX)
            continue;
        vec_push(k->arena, &workload->expose, arena_integer(k->arena, number));
        publish_on_node(k, workload, *port, number);
    }
}

/* The pod's own hosts file. */
static void read_own_names(struct kube *k, struct workload *workload, const struct yaml_node *spec)
{
    const struct yaml_node *aliases = yaml_get(spec, STR("hostAliases"));
    if (!aliases)
        return;
    vec_each(struct yaml_node *const *, alias, &aliases->items) {
        const struct yaml_node *names = yaml_get(*alias, STR("hostnames"));
        str address = kube_text_of(*alias, STR("ip"));
        if (names)
            vec_each(struct yaml_node *const *, name, &names->items)
                vec_push(
                    k->arena, &workload->own_names, ((struct workload_alias){kube_text(*name), address}));
    }
}

static void read_network(struct workload *workload, const struct yaml_node *spec)
{
    const struct yaml_node *host = yaml_get(spec, STR("hostNetwork"));
    if (!kube_is_true(host))
        return;
    workload->network =
        (struct workload_network){.kind = NETWORK_MACHINE, .text = STR("host"), .at = kube_at(host)};
    str policy = kube_text_of(spec, STR("dnsPolicy"));
    /* Without a policy of its own it asks the machine's resolver (getPodDNSType). */
    workload->is_nameless = !str_eq(policy, STR("ClusterFirstWithHostNet")) && !str_eq(policy, STR("None"));
}

/* Tests run when somebody asks for them, and what is suspended not at all. */
static bool is_started(const struct kube_object *object)
{
    str hooks = kube_annotation(object->metadata, STR("helm.sh/hook")), hook;
    bool is_test = hooks.len > 0;
    while (str_next(&hooks, ',', &hook))
        is_test = is_test && str_starts(str_trim(hook), STR("test"));
    return !is_test && !kube_is_true(yaml_get(object->spec, STR("suspend")));
}

/* Annotations and labels by which others put containers of their own into a pod. */
static bool is_joined_by_others(const struct yaml_node *metadata)
{
    static const str marks[] = {STR_INIT("vault.hashicorp.com/agent-inject"),
        STR_INIT("sidecar.istio.io/inject"), STR_INIT("linkerd.io/inject"),
        STR_INIT("consul.hashicorp.com/connect-inject"), STR_INIT("sidecar.opentelemetry.io/inject"),
        STR_INIT("dapr.io/enabled"), STR_INIT("cloudsql.cloud.google.com/inject")};
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        str said = kube_annotation(metadata, marks[i]);
        said = said.len ? said : kube_text_of(yaml_get(metadata, STR("labels")), marks[i]);
        if (said.len && !str_eq(said, STR("false")) && !str_eq(said, STR("disabled")))
            return true;
    }
    return false;
}

/* Kind and name, with the namespace where another one has the same. */
static str label_of(struct kube *k, const struct kube_object *object, str unit)
{
    const struct kube_object *first = map_get(&k->units, unit);
    bool is_alone = first == object || !object->zone.len;
    return is_alone ? unit : arena_join(k->arena, object->zone, STR("/"), unit);
}

static bool may_steer_network(const struct yaml_node *container)
{
    const struct yaml_node *added =
        yaml_get(yaml_get(yaml_get(container, STR("securityContext")), STR("capabilities")), STR("add"));
    for (size_t i = 0; added && i < added->items.count; i++)
        if (str_eq(kube_text(added->items.items[i]), STR("NET_ADMIN")))
            return true;
    return false;
}

static void add_container(struct kube *k, struct kube_object *object, const struct yaml_node *spec,
    const struct yaml_node *container, struct workload_group *group, uint32_t turn)
{
    const struct yaml_node *name = yaml_get(container, STR("name")),
                           *image = yaml_get(container, STR("image"));
    struct workload *workload = arena_new(k->arena, struct workload);
    *workload = (struct workload){.part = kube_text(name),
        .unit = arena_join(k->arena, object->kind->name, STR("/"), object->name),
        .zone = object->zone,
        .at = name ? name->inner : object->at,
        .active = is_started(object),
        .image = kube_text(image),
        .image_at = image ? image->inner : (span){0},
        .group = group,
        .turn = turn,
        .is_task = str_eq(object->kind->name, STR("Job")) || str_eq(object->kind->name, STR("CronJob")),
        .runs_everywhere = str_eq(object->kind->name, STR("DaemonSet"))};
    workload->label = label_of(k, object, workload->unit);
    workload->ends =
        turn != TURN_OF_PROGRAMS && !str_eq(kube_text_of(container, STR("restartPolicy")), STR("Always"));
    workload->hostname = kube_text_of(spec, STR("hostname"));
    workload->working_directory = kube_text_of(container, STR("workingDir"));
    workload->has_healthcheck = yaml_get(container, STR("readinessProbe")) != NULL;
    workload->steers_network = may_steer_network(container);
    workload->memory = quantity_memory(container);
    read_ports(k, workload, container);
    read_own_names(k, workload, spec);
    read_network(workload, spec);
    vec_push(k->arena, &group->members, workload);
    vec_push(k->arena, &object->containers, container);
}

/* What names the only program of a unit needs no name of its own. */
static void name_members(struct kube *k, const struct workload_group *group)
{
    vec_each(struct workload *const *, row, &group->members) {
        struct workload *workload = *row;
        workload->name = group->members.count == 1
                             ? workload->label
                             : arena_join(k->arena, workload->label, STR("/"), workload->part);
        vec_push(k->arena, &k->deployment->workloads, workload);
        map_set(k->arena, &k->deployment->workloads_by_name, workload->name, workload);
    }
}

void workload_build(struct kube *k, struct kube_object *object)
{
    const struct yaml_node *template = manifest_template(object), *spec = yaml_get(template, STR("spec"));
    struct workload_group *group = arena_new(k->arena, struct workload_group);
    group->is_open = is_joined_by_others(yaml_get(template, STR("metadata")));
    object->group = group;
    map_set(k->arena, &k->by_group, arena_key(k->arena, group), object);
    for (size_t i = 0; i < ARRAY_COUNT(container_lists); i++) {
        const struct yaml_node *list = yaml_get(spec, container_lists[i]);
        uint32_t turn = 0;
        if (list)
            vec_each(struct yaml_node *const *, container, &list->items)
                add_container(k, object, spec, *container, group, i == 0 ? turn++ : TURN_OF_PROGRAMS);
    }
    name_members(k, group);
    str label = group->members.count ? group->members.items[0]->label : STR("");
    kube_allow(k, object->metadata, object->node->at, label);
    if (template != object->node)
        kube_allow(k, yaml_get(template, STR("metadata")), object->node->at, label);
}

static void read_words(struct kube *k, const struct yaml_node *words, const struct expansion *known,
    struct workload *workload, bool is_entrypoint)
{
    if (!words || words->kind != YAML_SEQUENCE)
        return;
    vec_each(struct yaml_node *const *, word, &words->items) {
        struct value *value = expand_value(k, *word, STR(""), (*word)->inner, known);
        if (is_entrypoint)
            vec_push(k->arena, &workload->entrypoint, value);
        else
            vec_push(k->arena, &workload->command, value);
    }
}

void workload_fill(struct kube *k, const struct kube_object *object)
{
    const struct yaml_node *template = manifest_template(object);
    struct pod pod = {.object = object,
        .metadata = yaml_get(template, STR("metadata")),
        .spec = yaml_get(template, STR("spec"))};
    if (!kube_is_false(yaml_get(pod.spec, STR("enableServiceLinks"))))
        pod.platform = link_env(k, object->zone);
    for (size_t i = 0; i < object->group->members.count; i++) {
        struct workload *workload = object->group->members.items[i];
        const struct yaml_node *container = object->containers.items[i];
        const struct yaml_node *command = yaml_get(container, STR("command"));
        const struct yaml_node *arguments = yaml_get(container, STR("args"));
        open_sources open = environment_fill(k, &pod, container, workload);
        struct expansion known = {
            .env = &workload->environment, .platform = pod.platform, .open = &open, .owner = workload->label};
        read_words(k, command, &known, workload, true);
        read_words(k, arguments, &known, workload, false);
        workload->entrypoint_set = workload->entrypoint.count > 0;
        /* `command` also takes the place of the image's own arguments (WithProcessArgs of containerd). */
        workload->command_set = workload->command.count > 0 || workload->entrypoint_set;
        volume_fill(k, &pod, container, workload);
    }
}
