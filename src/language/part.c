#include "language/part.h"

#include "base/buf.h"
#include "base/named.h"

#define KEYS_BYTES_MAX 1024

struct part_key {
    str name;
    struct eval_value (*get)(struct arena *arena, const void *row);
};

/* A kind of part. Either its keys are known, or they are names that the project gave. */
struct part_kind {
    const struct part_key *keys;
    size_t key_count;
    struct eval_value (*find)(struct arena *arena, const void *row, str name);
    struct eval_value (*all)(struct arena *arena, const void *row);
};

static struct eval_value part_of(const struct part_kind *kind, const void *row)
{
    return (struct eval_value){.kind = EVAL_NODE, .part = kind, .row = row};
}

/* A list of parts of one kind out of a vector of its rows. */
static struct eval_value parts_of(
    struct arena *arena, const struct part_kind *kind, const void *rows, size_t count, size_t size)
{
    struct eval_value list = {.kind = EVAL_LIST, .items = arena_array(arena, struct eval_value, count)};
    for (; list.count < count; list.count++)
        list.items[list.count] = part_of(kind, (const char *)rows + list.count * size);
    return list;
}

#define PARTS(kind, vec) parts_of(arena, (kind), (vec)->items, (vec)->count, sizeof *(vec)->items)

/* As the file has it: an empty text is one that was left out. */
static struct eval_value said(str text)
{
    return eval_text_if(text.len > 0, text);
}

/* ---- environment */

static struct eval_value value_of(const struct value *value)
{
    struct eval_value text = eval_text_if(value->set, value->text);
    text.variable = value->name;
    text.from = value;
    return text;
}

static struct eval_value environment_find(struct arena *arena, const void *row, str name)
{
    const struct value *value = env_get(row, name);
    (void)arena;
    return value ? value_of(value) : (struct eval_value){0};
}

static struct eval_value environment_all(struct arena *arena, const void *row)
{
    const struct env *env = row;
    struct eval_value list = {
        .kind = EVAL_LIST, .items = arena_array(arena, struct eval_value, env->map.entries.count)};
    vec_each(const struct map_entry *, entry, &env->map.entries)
        if (!entry->removed)
            list.items[list.count++] = value_of(entry->value);
    return list;
}

static const struct part_kind environment_part = {.find = environment_find, .all = environment_all};

/* ---- rows of a service */

EVAL_GETTER(port_host_ip, struct workload_port, eval_text_if(row->host_ip_set, row->host_ip))
EVAL_GETTER(port_published, struct workload_port, said(row->published))
EVAL_GETTER(port_target, struct workload_port, eval_text(arena_printf(arena, "%u", row->target)))
EVAL_GETTER(port_protocol, struct workload_port, said(row->protocol))

static const struct part_key port_keys[] = {
    {STR_INIT("host_ip"), port_host_ip},
    {STR_INIT("published"), port_published},
    {STR_INIT("target"), port_target},
    {STR_INIT("protocol"), port_protocol},
};

EVAL_GETTER(mount_type, struct workload_mount, eval_text(row->bind ? STR("bind") : STR("volume")))
EVAL_GETTER(mount_source, struct workload_mount, said(row->source))
EVAL_GETTER(mount_target, struct workload_mount, said(row->target))
EVAL_GETTER(mount_read_only, struct workload_mount, eval_truth(row->read_only))

static const struct part_key mount_keys[] = {
    {STR_INIT("type"), mount_type},
    {STR_INIT("source"), mount_source},
    {STR_INIT("target"), mount_target},
    {STR_INIT("read_only"), mount_read_only},
};

EVAL_GETTER(resource_source, struct workload_resource, said(row->source))
EVAL_GETTER(resource_target, struct workload_resource, said(row->target))

static const struct part_key resource_keys[] = {
    {STR_INIT("source"), resource_source},
    {STR_INIT("target"), resource_target},
};

EVAL_GETTER(
    deploy_replicas, struct workload, eval_text(arena_printf(arena, "%lld", (long long)row->replicas.count)))

static const struct part_key deploy_keys[] = {{STR_INIT("replicas"), deploy_replicas}};

#define KIND_OF(rows)                                                                                        \
    {                                                                                                        \
        .keys = (rows), .key_count = ARRAY_COUNT(rows)                                                       \
    }

static const struct part_kind port_part = KIND_OF(port_keys);
static const struct part_kind mount_part = KIND_OF(mount_keys);
static const struct part_kind resource_part = KIND_OF(resource_keys);
static const struct part_kind deploy_part = KIND_OF(deploy_keys);

/* ---- a service */

static struct eval_value words(struct arena *arena, struct value *const *items, size_t count, bool is_set)
{
    struct eval_value list = {.kind = EVAL_LIST, .items = arena_array(arena, struct eval_value, count)};
    for (; list.count < count; list.count++)
        list.items[list.count] = (struct eval_value){
            .kind = EVAL_TEXT, .text = items[list.count]->text, .from = items[list.count]};
    return is_set ? list : (struct eval_value){0};
}

EVAL_GETTER(service_depends_on, struct workload,
    EVAL_TEXTS_OF(arena, &row->depends_on, struct workload_dependency, service))
EVAL_GETTER(
    service_env_files, struct workload, EVAL_TEXTS_OF(arena, &row->env_files, struct workload_env_file, path))
EVAL_GETTER(service_image, struct workload, said(row->image))
EVAL_GETTER(service_container_name, struct workload, said(row->container_name))
EVAL_GETTER(service_hostname, struct workload, said(row->hostname))
EVAL_GETTER(service_user, struct workload, said(row->user))
EVAL_GETTER(service_working_dir, struct workload, said(row->working_directory))
EVAL_GETTER(service_network_mode, struct workload, said(row->network.text))
EVAL_GETTER(
    service_command, struct workload, words(arena, row->command.items, row->command.count, row->command_set))
EVAL_GETTER(service_entrypoint, struct workload,
    words(arena, row->entrypoint.items, row->entrypoint.count, row->entrypoint_set))
EVAL_GETTER(service_environment, struct workload, part_of(&environment_part, &row->environment))
EVAL_GETTER(service_ports, struct workload, PARTS(&port_part, &row->ports))
EVAL_GETTER(service_volumes, struct workload, PARTS(&mount_part, &row->mounts))
EVAL_GETTER(service_secrets, struct workload, PARTS(&resource_part, &row->secrets))
EVAL_GETTER(service_configs, struct workload, PARTS(&resource_part, &row->configs))
EVAL_GETTER(service_expose, struct workload, eval_texts(arena, &row->expose))
EVAL_GETTER(service_networks, struct workload, eval_texts(arena, &row->networks))
EVAL_GETTER(service_profiles, struct workload, eval_texts(arena, &row->profiles))
EVAL_GETTER(service_deploy, struct workload, part_of(&deploy_part, row))
EVAL_GETTER(
    service_healthcheck, struct workload, row->has_healthcheck ? eval_truth(true) : (struct eval_value){0})

static const struct part_key service_keys[] = {
    {STR_INIT("image"), service_image},
    {STR_INIT("command"), service_command},
    {STR_INIT("entrypoint"), service_entrypoint},
    {STR_INIT("environment"), service_environment},
    {STR_INIT("env_file"), service_env_files},
    {STR_INIT("ports"), service_ports},
    {STR_INIT("expose"), service_expose},
    {STR_INIT("networks"), service_networks},
    {STR_INIT("network_mode"), service_network_mode},
    {STR_INIT("volumes"), service_volumes},
    {STR_INIT("secrets"), service_secrets},
    {STR_INIT("configs"), service_configs},
    {STR_INIT("depends_on"), service_depends_on},
    {STR_INIT("deploy"), service_deploy},
    {STR_INIT("profiles"), service_profiles},
    {STR_INIT("container_name"), service_container_name},
    {STR_INIT("hostname"), service_hostname},
    {STR_INIT("user"), service_user},
    {STR_INIT("working_dir"), service_working_dir},
    {STR_INIT("healthcheck"), service_healthcheck},
};

static const struct part_kind service_part = KIND_OF(service_keys);

static struct eval_value services_find(struct arena *arena, const void *row, str name)
{
    const struct workload *workload = deployment_workload(row, name);
    (void)arena;
    return workload ? part_of(&service_part, workload) : (struct eval_value){0};
}

static struct eval_value services_all(struct arena *arena, const void *row)
{
    const struct deployment *deployment = row;
    struct eval_value list = {
        .kind = EVAL_LIST, .items = arena_array(arena, struct eval_value, deployment->workloads.count)};
    vec_each(struct workload *const *, workload, &deployment->workloads)
        list.items[list.count++] = part_of(&service_part, *workload);
    return list;
}

static const struct part_kind services_part = {.find = services_find, .all = services_all};

/* ---- steps */

struct eval_value part_services(const struct deployment *deployment)
{
    return deployment ? part_of(&services_part, deployment) : (struct eval_value){0};
}

static struct eval_value all_keys(struct arena *arena, const struct eval_value *part)
{
    const struct part_kind *kind = part->part;
    struct eval_value list = {
        .kind = EVAL_LIST, .items = arena_array(arena, struct eval_value, kind->key_count)};
    for (size_t i = 0; i < kind->key_count; i++) {
        struct eval_value value = kind->keys[i].get(arena, part->row);
        if (value.kind != EVAL_UNSET)
            list.items[list.count++] = value;
    }
    return list;
}

bool part_step(
    struct arena *arena, const struct eval_value *part, str name, struct eval_value *ret_value, str *ret_keys)
{
    const struct part_kind *kind = part->part;
    if (str_eq(name, STR("*"))) {
        *ret_value = kind->all ? kind->all(arena, part->row) : all_keys(arena, part);
        return true;
    }
    if (kind->find) {
        *ret_value = kind->find(arena, part->row, name);
        return true;
    }
    const struct part_key *key =
        named_find(NAMED_BY(kind->keys, kind->key_count, struct part_key, name), name);
    if (key) {
        *ret_value = key->get(arena, part->row);
        return true;
    }
    struct buf keys = buf_new(arena, KEYS_BYTES_MAX);
    for (size_t i = 0; i < kind->key_count; i++)
        buf_printf(&keys, "%s" STR_FMT, i ? ", " : "", STR_ARG(kind->keys[i].name));
    *ret_keys = buf_view(&keys);
    return false;
}
