/*
 * One service, one secret, one config of the merged tree as a plain struct.
 */
#include "compose/service.h"

#include "base/number.h"
#include "compose/build.h"
#include "compose/command.h"
#include "compose/format.h"
#include "compose/node.h"
#include "compose/ports.h"
#include "compose/volumes.h"

static span place_of(const struct yaml_node *mapping, str key)
{
    const struct yaml_node *node = yaml_get(mapping, key);
    return node ? node->inner : (span){0};
}

static bool is_true(const struct yaml_node *node)
{
    if (node == NULL)
        return false;
    return node->kind == YAML_MAPPING || str_eq(node->text, STR("true"));
}

/* The texts of a string or a list of strings. */
static void add_texts(struct arena *arena, const struct yaml_node *node, str_vec *texts)
{
    if (node == NULL)
        return;
    if (node->kind == YAML_SCALAR && !yaml_is_null(node))
        vec_push(arena, texts, node->text);
    vec_each(struct yaml_node **, item, &node->items)
        if ((*item)->kind == YAML_SCALAR)
            vec_push(arena, texts, (*item)->text);
}

static void read_networks(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    const struct yaml_node *networks = yaml_get(node, STR("networks"));
    if (networks == NULL)
        return;
    if (networks->kind == YAML_SEQUENCE)
        add_texts(l->arena, networks, &service->networks);
    vec_each(struct yaml_pair *, pair, &networks->pairs) {
        vec_push(l->arena, &service->networks, pair->key->text);
        add_texts(l->arena, yaml_get(pair->value, STR("aliases")), &service->aliases);
    }
}

static bool profile_is_on(const struct loader *l, str profile)
{
    if (profile.len == 0)
        return l->empty_profile;
    vec_each(str *, active, &l->project->profiles)
        if (str_eq(*active, profile) || str_eq(*active, STR("*")))
            return true;
    return false;
}

static void read_profiles(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    add_texts(l->arena, yaml_get(node, STR("profiles")), &service->profiles);
    service->active = service->profiles.count == 0;
    vec_each(str *, profile, &service->profiles)
        service->active = service->active || profile_is_on(l, *profile);
}

static void add_env_file(struct loader *l, struct workload *service, struct yaml_node *item)
{
    struct workload_env_file *file = vec_add(l->arena, &service->env_files);
    *file = (struct workload_env_file){.path = item->text, .required = true, .at = item->inner};
    if (item->kind == YAML_MAPPING) {
        const struct yaml_node *required = yaml_get(item, STR("required"));
        file->path = node_text(item, STR("path"));
        file->format = node_text(item, STR("format"));
        file->required = required == NULL || is_true(required);
        file->at = place_of(item, STR("path"));
    }
}

static void read_env_files(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    struct yaml_node *files = yaml_get(node, STR("env_file"));
    if (files == NULL)
        return;
    if (files->kind == YAML_SCALAR)
        add_env_file(l, service, files);
    vec_each(struct yaml_node **, item, &files->items)
        if ((*item)->kind != YAML_SEQUENCE)
            add_env_file(l, service, *item);
}

static void read_ports(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    const struct yaml_node *ports = yaml_get(node, STR("ports"));
    if (ports != NULL)
        vec_each(struct yaml_node **, row, &ports->items)
            if ((*row)->kind == YAML_MAPPING)
                vec_push(l->arena, &service->ports, ports_of_row(l, *row));
}

static struct workload_resource secret_use(struct loader *l, const struct yaml_node *item, str directory)
{
    bool is_long = item->kind == YAML_MAPPING;
    struct workload_resource use = {
        .source = is_long ? node_text(item, STR("source")) : item->text, .at = item->at};
    str target = is_long ? node_text(item, STR("target")) : (str){0};
    if (target.len == 0)
        target = use.source;
    use.target = path_join(l->arena, directory, target);
    return use;
}

static void read_secrets(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    const struct yaml_node *secrets = yaml_get(node, STR("secrets"));
    const struct yaml_node *configs = yaml_get(node, STR("configs"));
    if (secrets != NULL)
        vec_each(struct yaml_node **, item, &secrets->items)
            vec_push(l->arena, &service->secrets, secret_use(l, *item, STR("/run/secrets")));
    if (configs != NULL)
        vec_each(struct yaml_node **, item, &configs->items)
            vec_push(l->arena, &service->configs, secret_use(l, *item, STR("/")));
}

static struct workload_mount mount_of(const struct yaml_node *item)
{
    struct workload_mount mount = {.at = item->at};
    if (item->kind == YAML_MAPPING) {
        mount.source = node_text(item, STR("source"));
        mount.target = node_text(item, STR("target"));
        mount.bind = str_eq(node_text(item, STR("type")), STR("bind"));
        mount.read_only = is_true(yaml_get(item, STR("read_only")));
        return mount;
    }
    struct volume_parts parts = volume_split(item->text);
    mount.source = parts.source;
    mount.target = parts.target;
    mount.bind = volume_is_path(parts.source);
    str mode;
    while (str_next(&parts.mode, ',', &mode))
        mount.read_only = mount.read_only || str_eq(mode, STR("ro"));
    return mount;
}

static void read_mounts(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    const struct yaml_node *volumes = yaml_get(node, STR("volumes"));
    if (volumes != NULL)
        vec_each(struct yaml_node **, item, &volumes->items)
            vec_push(l->arena, &service->mounts, mount_of(*item));
}

/* The dependencies of a service while they are read, each named once. */
struct dependencies {
    struct loader *l;
    struct workload *service;
    struct map known; /* by name */
};

static void depend(struct dependencies *list, struct workload_dependency dependency)
{
    if (map_has(&list->known, dependency.service))
        return;
    map_set(list->l->arena, &list->known, dependency.service, list);
    vec_push(list->l->arena, &list->service->depends_on, dependency);
}

/* links, shared namespaces and volumes_from make dependencies too (loader/normalize.go). */
static void read_implied_dependencies(struct dependencies *list, const struct yaml_node *node)
{
    static const str namespaces[] = {
        STR_INIT("network_mode"),
        STR_INIT("ipc"),
        STR_INIT("pid"),
        STR_INIT("uts"),
        STR_INIT("cgroup"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(namespaces); i++) {
        str text = node_text(node, namespaces[i]);
        struct workload_dependency implied = {.required = true, .at = place_of(node, namespaces[i])};
        if (str_starts(text, STR("service:"))) {
            implied.service = str_skip(text, STR("service:").len);
            depend(list, implied);
        }
    }
    static const str lists[] = {STR_INIT("links"), STR_INIT("volumes_from")};
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        const struct yaml_node *items = yaml_get(node, lists[i]);
        if (items == NULL)
            continue;
        vec_each(struct yaml_node **, item, &items->items) {
            str name = str_cut_byte((*item)->text, ':').head;
            bool is_container = i == 1 && str_starts((*item)->text, STR("container:"));
            if (!is_container)
                depend(list, (struct workload_dependency){name, true, (*item)->inner});
        }
    }
}

static void read_dependencies(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    struct dependencies list = {.l = l, .service = service};
    const struct yaml_node *depends_on = yaml_get(node, STR("depends_on"));
    if (depends_on != NULL) {
        vec_each(struct yaml_node **, item, &depends_on->items)
            depend(&list, (struct workload_dependency){(*item)->text, true, (*item)->inner});
        vec_each(struct yaml_pair *, pair, &depends_on->pairs) {
            const struct yaml_node *required = yaml_get(pair->value, STR("required"));
            bool is_required = required == NULL || is_true(required);
            depend(&list, (struct workload_dependency){pair->key->text, is_required, pair->key->at});
        }
    }
    read_implied_dependencies(&list, node);
}

/*
 * deploy.update_config: start-first runs `parallelism` tasks more while Swarm replaces them, all of them for
 * 0 (Compose Deploy Specification).
 */
static void read_surge(struct workload_replicas *replicas, const struct yaml_node *deploy)
{
    const struct yaml_node *update = yaml_get(deploy, STR("update_config"));
    const struct yaml_node *order = yaml_get(update, STR("order"));
    const struct yaml_node *parallelism = yaml_get(update, STR("parallelism"));
    if (order == NULL || !str_eq(order->text, STR("start-first")))
        return;
    int64_t tasks = 1;
    if (parallelism != NULL && (!number_parse(parallelism->text, &tasks) || tasks < 0))
        tasks = 1;
    replicas->surge = tasks == 0 ? 100 : tasks;
    replicas->is_percent = tasks == 0;
    replicas->surge_at = order->at;
    replicas->surge_from = STR("update_config start-first");
}

static void read_replicas(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    const struct yaml_node *deploy = yaml_get(node, STR("deploy")), *said = yaml_get(node, STR("scale"));
    if (said == NULL)
        said = yaml_get(deploy, STR("replicas"));
    struct scalar scalar = scalar_resolve(l->arena, said);
    service->replicas.count = 1;
    if (said != NULL && (scalar.kind == SCALAR_INTEGER || scalar.kind == SCALAR_FLOAT)) {
        service->replicas.count = scalar.kind == SCALAR_INTEGER ? scalar.integer : (int64_t)scalar.number;
        service->replicas.at = said->inner;
    }
    read_surge(&service->replicas, deploy);
}

/* `mem_limit`, or the same below `deploy`: Compose refuses two that differ. */
static void read_memory(struct workload *service, const struct yaml_node *node)
{
    const struct yaml_node *said = yaml_get(node, STR("mem_limit"));
    const struct yaml_node *resources = yaml_get(yaml_get(node, STR("deploy")), STR("resources"));
    if (said == NULL)
        said = yaml_get(yaml_get(resources, STR("limits")), STR("memory"));
    if (said != NULL && format_size(said->text, &service->memory.bytes))
        service->memory.at = said->inner;
}

/* `extra_hosts` (a list of NAME:ADDRESS or NAME=ADDRESS, or a mapping) and links: names of its own. */
static void read_own_names(struct loader *l, struct workload *service, const struct yaml_node *node)
{
    static const str keys[] = {STR_INIT("extra_hosts"), STR_INIT("links"), STR_INIT("external_links")};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        const struct yaml_node *names = yaml_get(node, keys[i]);
        if (names == NULL)
            continue;
        vec_each(const struct yaml_pair *, pair, &names->pairs)
            vec_push(
                l->arena, &service->own_names, ((struct workload_alias){pair->key->text, pair->value->text}));
        vec_each(struct yaml_node *const *, item, &names->items) {
            size_t cut = str_find_any((*item)->text, STR(":="));
            if (cut == STR_NONE)
                continue;
            str first = str_take((*item)->text, cut), second = str_skip((*item)->text, cut + 1);
            vec_push(l->arena, &service->own_names, ((struct workload_alias){first, second}));
            if (i > 0) /* SERVICE:ALIAS: both names lead to the service */
                vec_push(l->arena, &service->own_names, ((struct workload_alias){second, first}));
        }
    }
}

static void read_network_mode(struct workload *service, const struct yaml_node *node)
{
    static const struct {
        str text;
        bool whole;
        enum network_kind kind;
    } modes[] = {
        {STR_INIT("host"), true, NETWORK_MACHINE},
        {STR_INIT("none"), true, NETWORK_NONE},
        {STR_INIT("service:"), false, NETWORK_WORKLOAD},
        {STR_INIT("container:"), false, NETWORK_CONTAINER},
    };
    struct workload_network *network = &service->network;
    network->text = node_text(node, STR("network_mode"));
    network->at = place_of(node, STR("network_mode"));
    for (size_t i = 0; i < ARRAY_COUNT(modes); i++)
        if (modes[i].whole ? str_eq(network->text, modes[i].text) : str_starts(network->text, modes[i].text))
            network->kind = modes[i].kind;
    if (network->kind == NETWORK_WORKLOAD)
        network->shares = str_skip(network->text, STR("service:").len);
}

/* Every text with references in it, whatever the key means. */
static void note_settings(struct loader *l, struct workload *service, str key, const struct yaml_node *node)
{
    /* The short form of a port is a mapping by now; its text is kept. */
    if (node->computed && node->computed->uses.count > 0)
        vec_push(l->arena, &service->settings, ((struct workload_setting){key, node->computed}));
    vec_each(struct yaml_node *const *, item, &node->items)
        note_settings(l, service, key, *item);
    vec_each(const struct yaml_pair *, pair, &node->pairs)
        note_settings(l, service, key, pair->value);
}

static bool may_steer_network(struct arena *arena, const struct yaml_node *node)
{
    str_vec names = {0};
    add_texts(arena, yaml_get(node, STR("cap_add")), &names);
    vec_each(const str *, name, &names)
        if (str_eq_fold(*name, STR("NET_ADMIN")) || str_eq_fold(*name, STR("CAP_NET_ADMIN")))
            return true;
    return false;
}

void service_build(struct loader *l, const struct yaml_pair *pair)
{
    const struct yaml_node *node = pair->value;
    if (node->kind != YAML_MAPPING)
        return;
    struct workload *service = arena_new(l->arena, struct workload);
    *service = (struct workload){.name = pair->key->text, .at = pair->key->at};
    service->environment.arena = l->arena;
    vec_push(l->arena, &l->project->workloads, service);
    map_set(l->arena, &l->project->workloads_by_name, service->name, service);
    service->image = node_text(node, STR("image"));
    service->image_at = place_of(node, STR("image"));
    service->build = build_read(l, node);
    service->container_name = node_text(node, STR("container_name"));
    service->working_directory = node_text(node, STR("working_dir"));
    service->user = node_text(node, STR("user"));
    service->hostname = node_text(node, STR("hostname"));
    service->has_healthcheck = yaml_get(node, STR("healthcheck")) != NULL;
    service->steers_network = may_steer_network(l->arena, node);
    const struct yaml_pair *environment = yaml_pair(node, STR("environment"));
    service->environment_at = environment ? environment->key->at : (span){0};
    read_network_mode(service, node);
    read_networks(l, service, node);
    read_own_names(l, service, node);
    read_profiles(l, service, node);
    read_env_files(l, service, node);
    read_ports(l, service, node);
    add_texts(l->arena, yaml_get(node, STR("expose")), &service->expose);
    read_secrets(l, service, node);
    read_mounts(l, service, node);
    read_dependencies(l, service, node);
    read_replicas(l, service, node);
    read_memory(service, node);
    command_words(l, yaml_get(node, STR("command")), service, false);
    command_words(l, yaml_get(node, STR("entrypoint")), service, true);
    vec_each(const struct yaml_pair *, setting, &node->pairs)
        if (!str_eq(setting->key->text, STR("environment"))) /* variables: see environment.h */
            note_settings(l, service, setting->key->text, setting->value);
}

/* validation/validation.go: exactly one source, unless it is external or a driver's business. */
static void check_sources(struct loader *l, const struct yaml_pair *pair, bool is_config)
{
    const struct yaml_node *node = pair->value;
    int sources = (yaml_get(node, STR("file")) != NULL) + (yaml_get(node, STR("environment")) != NULL) +
                  (is_config && yaml_get(node, STR("content")) != NULL);
    bool is_elsewhere = yaml_get(node, STR("external")) != NULL || yaml_get(node, STR("driver")) != NULL;
    const char *choices = is_config ? "`file`, `environment` and `content`" : "`file` and `environment`";
    if (sources > 1)
        loader_refuse(l, pair->key->at, "only one of %s may be set here", choices);
    else if (sources == 0 && !is_elsewhere)
        loader_refuse(l, pair->key->at, "one of %s must be set here", choices);
}

static struct deployment_resource *resource_of(struct loader *l, const struct yaml_pair *pair)
{
    struct deployment_resource *secret = arena_new(l->arena, struct deployment_resource);
    *secret = (struct deployment_resource){
        .name = pair->key->text,
        .file = node_text(pair->value, STR("file")),
        .environment = node_text(pair->value, STR("environment")),
        .content = node_text(pair->value, STR("content")),
        .external = is_true(yaml_get(pair->value, STR("external"))),
        .at = pair->key->at,
    };
    return secret;
}

void resources_build(struct loader *l, struct yaml_node *model)
{
    const struct yaml_node *secrets = yaml_get(model, STR("secrets"));
    const struct yaml_node *configs = yaml_get(model, STR("configs"));
    if (secrets != NULL)
        vec_each(const struct yaml_pair *, pair, &secrets->pairs) {
            check_sources(l, pair, false);
            vec_push(l->arena, &l->project->secrets, resource_of(l, pair));
            map_set(l->arena, &l->project->secrets_by_name, pair->key->text, *vec_last(&l->project->secrets));
        }
    if (configs != NULL)
        vec_each(const struct yaml_pair *, pair, &configs->pairs) {
            check_sources(l, pair, true);
            vec_push(l->arena, &l->project->configs, resource_of(l, pair));
            map_set(l->arena, &l->project->configs_by_name, pair->key->text, *vec_last(&l->project->configs));
        }
}

void networks_build(struct loader *l, const struct yaml_node *model)
{
    const struct yaml_node *networks = yaml_get(model, STR("networks"));
    if (networks == NULL)
        return;
    vec_each(const struct yaml_pair *, pair, &networks->pairs) {
        const struct yaml_node *external = yaml_get(pair->value, STR("external"));
        if (external != NULL && !str_eq_fold(external->text, STR("false")))
            map_set(l->arena, &l->project->external_networks, pair->key->text, l->project);
    }
}
