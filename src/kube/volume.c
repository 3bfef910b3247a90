#include "kube/volume.h"

#include "kube/values.h"

/* A mount while its files are listed. */
struct mounting {
    struct kube *k;
    const struct pod *pod;
    struct workload *workload;
    str path, sub_path;
    bool is_known; /* every file that is there is listed */
};

static const struct deployment_resource *resource_of(
    struct kube *k, const struct holder_object *holder, const struct value *value, str key)
{
    bool is_secret = holder->object->kind->role == KUBE_SECRET;
    str name = arena_join(k->arena, holder->zone, STR(" "), values_label(k, holder), STR(" "), key);
    const struct deployment_resource *known = map_get(&k->resources, name);
    if (known)
        return known;
    struct deployment_resource *resource = arena_new(k->arena, struct deployment_resource);
    *resource = (struct deployment_resource){
        .name = name, .content = value->text, .external = value->is_hidden, .at = value->at, .value = value};
    map_set(k->arena, &k->resources, name, resource);
    vec_push(k->arena, is_secret ? &k->deployment->secrets : &k->deployment->configs, resource);
    map_set(k->arena, is_secret ? &k->deployment->secrets_by_name : &k->deployment->configs_by_name, name,
        resource);
    return resource;
}

/* One key as one file below the mount, or as the mount itself where a subPath names it. */
static void add_file(struct mounting *m, const struct holder_object *holder, str key, str file, span at)
{
    struct arena *arena = m->k->arena;
    const struct value *value = values_get(m->k, holder, key, at);
    if (!value || (m->sub_path.len && !str_eq(m->sub_path, file)))
        return;
    const struct deployment_resource *resource = resource_of(m->k, holder, value, key);
    struct workload_resource use = {.source = resource->name,
        .target = m->sub_path.len ? m->path : path_join(arena, m->path, file),
        .at = at};
    if (holder->object->kind->role == KUBE_SECRET)
        vec_push(arena, &m->workload->secrets, use);
    else
        vec_push(arena, &m->workload->configs, use);
}

/* All keys under their names, or those of `items` under the paths that these give them. */
static void add_object(struct mounting *m, const struct yaml_node *source, str name, bool is_secret, span at)
{
    struct holder_object holder = values_find(m->k, is_secret, m->pod->object->zone, name);
    const struct yaml_node *items = yaml_get(source, STR("items"));
    if (!holder.object) {
        m->is_known = false;
        return;
    }
    if (items && items->items.count) {
        vec_each(struct yaml_node *const *, item, &items->items)
            add_file(m, &holder, kube_text_of(*item, STR("key")), kube_text_of(*item, STR("path")), at);
        return;
    }
    str_vec keys = values_keys(m->k, &holder);
    vec_each(const str *, key, &keys)
        add_file(m, &holder, *key, *key, at);
}

static void add_source(struct mounting *m, const struct yaml_node *volume, span at)
{
    const struct yaml_node *secret = yaml_get(volume, STR("secret"));
    const struct yaml_node *settings = yaml_get(volume, STR("configMap"));
    if (secret) {
        str name = kube_text_of(secret, STR("secretName")); /* `name` in a projected volume */
        add_object(m, secret, name.len ? name : kube_text_of(secret, STR("name")), true, at);
    } else if (settings) {
        add_object(m, settings, kube_text_of(settings, STR("name")), false, at);
    } else {
        m->is_known = false;
    }
}

static const struct yaml_node *volume_of(const struct pod *pod, str name)
{
    const struct yaml_node *volumes = yaml_get(pod->spec, STR("volumes"));
    if (volumes)
        vec_each(struct yaml_node *const *, volume, &volumes->items)
            if (str_eq(kube_text_of(*volume, STR("name")), name))
                return *volume;
    return NULL;
}

static void read_mount(
    struct kube *k, const struct pod *pod, const struct yaml_node *mount, struct workload *workload)
{
    str name = kube_text_of(mount, STR("name"));
    const struct yaml_node *volume = volume_of(pod, name);
    struct mounting m = {.k = k,
        .pod = pod,
        .workload = workload,
        .path = kube_text_of(mount, STR("mountPath")),
        .sub_path = path_clean(k->arena, kube_text_of(mount, STR("subPath"))),
        .is_known = volume != NULL};
    if (m.path.len == 0)
        return;
    m.sub_path = str_eq(m.sub_path, STR(".")) ? STR("") : m.sub_path;
    const struct yaml_node *projected = kube_below(volume, STR("projected.sources"));
    if (projected)
        vec_each(struct yaml_node *const *, source, &projected->items)
            add_source(&m, *source, mount->at);
    else if (volume)
        add_source(&m, volume, mount->at);
    struct workload_mount row = {.source = name,
        .target = m.path,
        .read_only = kube_is_true(yaml_get(mount, STR("readOnly"))),
        .is_listed = m.is_known,
        .is_lost = volume && yaml_get(volume, STR("emptyDir")) != NULL,
        .at = mount->at};
    vec_push(k->arena, &workload->mounts, row);
}

void volume_fill(
    struct kube *k, const struct pod *pod, const struct yaml_node *container, struct workload *workload)
{
    const struct yaml_node *mounts = yaml_get(container, STR("volumeMounts"));
    if (mounts)
        vec_each(struct yaml_node *const *, mount, &mounts->items)
            read_mount(k, pod, *mount, workload);
}
