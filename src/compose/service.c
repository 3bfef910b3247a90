/*
 * One service, one secret, one config of the merged tree as a plain struct.
 */
#include "compose/loader.h"

static str text_of(const struct yaml_node *mapping, str key)
{
    const struct yaml_node *node = yaml_get(mapping, key);
    return node && node->kind == YAML_SCALAR && !yaml_is_null(node) ? node->text : (str){0};
}

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

static void read_networks(struct loader *l, struct compose_service *service)
{
    const struct yaml_node *networks = yaml_get(service->node, STR("networks"));
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

static void read_profiles(struct loader *l, struct compose_service *service)
{
    add_texts(l->arena, yaml_get(service->node, STR("profiles")), &service->profiles);
    service->active = service->profiles.count == 0;
    vec_each(str *, profile, &service->profiles)
        service->active = service->active || profile_is_on(l, *profile);
}

static void add_env_file(struct loader *l, struct compose_service *service, struct yaml_node *item)
{
    struct compose_env_file *file = vec_add(l->arena, &service->env_files);
    *file = (struct compose_env_file){.path = item->text, .required = true, .at = item->inner};
    if (item->kind == YAML_MAPPING) {
        const struct yaml_node *required = yaml_get(item, STR("required"));
        file->path = text_of(item, STR("path"));
        file->format = text_of(item, STR("format"));
        file->required = required == NULL || is_true(required);
        file->at = place_of(item, STR("path"));
    }
}

static void read_env_files(struct loader *l, struct compose_service *service)
{
    struct yaml_node *files = yaml_get(service->node, STR("env_file"));
    if (files == NULL)
        return;
    if (files->kind == YAML_SCALAR)
        add_env_file(l, service, files);
    vec_each(struct yaml_node **, item, &files->items)
        if ((*item)->kind != YAML_SEQUENCE)
            add_env_file(l, service, *item);
}

static void read_ports(struct loader *l, struct compose_service *service)
{
    const struct yaml_node *ports = yaml_get(service->node, STR("ports"));
    if (ports != NULL)
        vec_each(struct yaml_node **, row, &ports->items)
            if ((*row)->kind == YAML_MAPPING)
                vec_push(l->arena, &service->ports, ports_of_row(l, *row));
}

static struct compose_secret_use secret_use(struct loader *l, const struct yaml_node *item, str directory)
{
    bool is_long = item->kind == YAML_MAPPING;
    struct compose_secret_use use = {
        .source = is_long ? text_of(item, STR("source")) : item->text, .at = item->at};
    str target = is_long ? text_of(item, STR("target")) : (str){0};
    if (target.len == 0)
        target = use.source;
    use.target = path_join(l->arena, directory, target);
    return use;
}

static void read_secrets(struct loader *l, struct compose_service *service)
{
    const struct yaml_node *secrets = yaml_get(service->node, STR("secrets"));
    const struct yaml_node *configs = yaml_get(service->node, STR("configs"));
    if (secrets != NULL)
        vec_each(struct yaml_node **, item, &secrets->items)
            vec_push(l->arena, &service->secrets, secret_use(l, *item, STR("/run/secrets")));
    if (configs != NULL)
        vec_each(struct yaml_node **, item, &configs->items)
            vec_push(l->arena, &service->configs, secret_use(l, *item, STR("/")));
}

static struct compose_mount mount_of(const struct yaml_node *item)
{
    struct compose_mount mount = {.at = item->at};
    if (item->kind == YAML_MAPPING) {
        mount.source = text_of(item, STR("source"));
        mount.target = text_of(item, STR("target"));
        mount.bind = str_eq(text_of(item, STR("type")), STR("bind"));
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

static void read_mounts(struct loader *l, struct compose_service *service)
{
    const struct yaml_node *volumes = yaml_get(service->node, STR("volumes"));
    if (volumes != NULL)
        vec_each(struct yaml_node **, item, &volumes->items)
            vec_push(l->arena, &service->mounts, mount_of(*item));
}

static void depend(struct loader *l, struct compose_service *service, struct compose_dependency dependency)
{
    vec_each(struct compose_dependency *, known, &service->depends_on)
        if (str_eq(known->service, dependency.service))
            return;
    vec_push(l->arena, &service->depends_on, dependency);
}

/* links, shared namespaces and volumes_from make dependencies too (loader/normalize.go). */
static void read_implied_dependencies(struct loader *l, struct compose_service *service)
{
    static const str namespaces[] = {
        STR_INIT("network_mode"),
        STR_INIT("ipc"),
        STR_INIT("pid"),
        STR_INIT("uts"),
        STR_INIT("cgroup"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(namespaces); i++) {
        str text = text_of(service->node, namespaces[i]);
        struct compose_dependency implied = {.required = true, .at = place_of(service->node, namespaces[i])};
        if (str_starts(text, STR("service:"))) {
            implied.service = str_skip(text, STR("service:").len);
            depend(l, service, implied);
        }
    }
    static const str lists[] = {STR_INIT("links"), STR_INIT("volumes_from")};
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        const struct yaml_node *list = yaml_get(service->node, lists[i]);
        if (list == NULL)
            continue;
        vec_each(struct yaml_node **, item, &list->items) {
            str name = str_cut_byte((*item)->text, ':').head;
            bool is_container = i == 1 && str_starts((*item)->text, STR("container:"));
            if (!is_container)
                depend(l, service, (struct compose_dependency){name, true, (*item)->inner});
        }
    }
}

static void read_dependencies(struct loader *l, struct compose_service *service)
{
    const struct yaml_node *depends_on = yaml_get(service->node, STR("depends_on"));
    if (depends_on != NULL) {
        vec_each(struct yaml_node **, item, &depends_on->items)
            depend(l, service, (struct compose_dependency){(*item)->text, true, (*item)->inner});
        vec_each(struct yaml_pair *, pair, &depends_on->pairs) {
            const struct yaml_node *required = yaml_get(pair->value, STR("required"));
            bool is_required = required == NULL || is_true(required);
            depend(l, service, (struct compose_dependency){pair->key->text, is_required, pair->key->at});
        }
    }
    read_implied_dependencies(l, service);
}

static void read_replicas(struct loader *l, struct compose_service *service)
{
    const struct yaml_node *node = yaml_get(service->node, STR("scale"));
    if (node == NULL)
        node = yaml_get(yaml_get(service->node, STR("deploy")), STR("replicas"));
    struct scalar scalar = scalar_resolve(l->arena, node);
    service->replicas = 1;
    if (scalar.kind != SCALAR_INTEGER && scalar.kind != SCALAR_FLOAT)
        return;
    service->replicas = scalar.kind == SCALAR_INTEGER ? scalar.integer : (int64_t)scalar.number;
    service->replicas_at = node->inner;
}

static void read_names(struct compose_service *service)
{
    service->image = text_of(service->node, STR("image"));
    service->image_at = place_of(service->node, STR("image"));
    service->has_build = yaml_get(service->node, STR("build")) != NULL;
    service->container_name = text_of(service->node, STR("container_name"));
    service->hostname = text_of(service->node, STR("hostname"));
    service->network_mode = text_of(service->node, STR("network_mode"));
    service->network_mode_at = place_of(service->node, STR("network_mode"));
    service->healthcheck = yaml_get(service->node, STR("healthcheck"));
}

void service_build(struct loader *l, const struct yaml_pair *pair)
{
    if (pair->value->kind != YAML_MAPPING)
        return;
    struct compose_service *service = arena_new(l->arena, struct compose_service);
    *service = (struct compose_service){.name = pair->key->text, .at = pair->key->at, .node = pair->value};
    service->environment.arena = l->arena;
    vec_push(l->arena, &l->project->services, service);
    map_set(l->arena, &l->project->services_by_name, service->name, service);
    read_names(service);
    read_networks(l, service);
    read_profiles(l, service);
    read_env_files(l, service);
    read_ports(l, service);
    add_texts(l->arena, yaml_get(service->node, STR("expose")), &service->expose);
    read_secrets(l, service);
    read_mounts(l, service);
    read_dependencies(l, service);
    read_replicas(l, service);
    command_words(l, yaml_get(service->node, STR("command")), service, false);
    command_words(l, yaml_get(service->node, STR("entrypoint")), service, true);
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
        loader_refuse(l, pair->key->at, "only one of %s may stand here", choices);
    else if (sources == 0 && !is_elsewhere)
        loader_refuse(l, pair->key->at, "one of %s must stand here", choices);
}

static struct compose_secret *resource_of(struct loader *l, const struct yaml_pair *pair)
{
    struct compose_secret *secret = arena_new(l->arena, struct compose_secret);
    *secret = (struct compose_secret){
        .name = pair->key->text,
        .file = text_of(pair->value, STR("file")),
        .environment = text_of(pair->value, STR("environment")),
        .content = text_of(pair->value, STR("content")),
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
        }
    if (configs != NULL)
        vec_each(const struct yaml_pair *, pair, &configs->pairs) {
            check_sources(l, pair, true);
            vec_push(l->arena, &l->project->configs, resource_of(l, pair));
        }
}
