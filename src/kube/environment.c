#include "kube/environment.h"

#include "base/nearest.h"
#include "base/number.h"
#include "kube/quantity.h"

#define NEAR_LOOKS_MAX 1000000 /* of a run: who misses thousands of objects has not misspelt one */

/* A container's environment while it is made. */
struct making {
    struct kube *k;
    const struct pod *pod;
    const struct yaml_node *container;
    struct workload *workload;
    struct env *env;
    struct env later; /* names of all entries of env, for those that are used too early */
    open_sources open;
    struct map unseen; /* by the object that cannot be seen: its place among those of the workload, from 1 */
};

/* What cannot be seen: a variable that is set, and to what is not known. */
static struct value *hidden_variable(
    struct making *m, str name, span key, span at, const struct value *unseen)
{
    struct value *value = arena_new(m->k->arena, struct value);
    *value = (struct value){.name = name, .is_hidden = true, .origin = ORIGIN_SERVICE, .key = key, .at = at};
    struct template_use use = {.at = key, .from = unseen, .found = true, .live = true};
    vec_push(m->k->arena, &value->uses, use);
    return value;
}

/* A key's value under the name of a variable. */
static void put_copy(struct making *m, str name, span key, const struct value *root)
{
    struct arena *arena = m->k->arena;
    if (root->is_hidden) {
        env_put(m->env, hidden_variable(m, name, key, key, root));
        return;
    }
    struct value *value = arena_new(arena, struct value);
    *value = (struct value){.name = name,
        .text = root->text,
        .set = true,
        .is_outline = root->is_outline,
        .origin = ORIGIN_SERVICE,
        .key = key,
        .at = key,
        .left = root->left};
    if (root->is_outline) /* each hidden part for itself */
        pieces_append(arena, &value->pieces, &root->pieces, 0, root->text.len);
    else
        pieces_add(arena, &value->pieces, root->text.len, key, root);
    struct template_use use = {.at = key, .from = root, .found = true, .live = true};
    vec_push(arena, &value->uses, use);
    env_put(m->env, value);
}

/* ---- what is not there, or not to be seen */

/* One row an object, with all variables that hang on it. */
static void note_unseen(struct making *m, const struct holder_object *holder, str variable, span at)
{
    struct arena *arena = m->k->arena;
    str label = values_label(m->k, holder);
    size_t place = (uintptr_t)map_get(&m->unseen, label);
    struct workload_unseen *row = place ? &m->workload->unseen.items[place - 1] : NULL;
    if (!row) {
        row = vec_add(arena, &m->workload->unseen);
        *row = (struct workload_unseen){.object = label, .at = at};
        map_set(arena, &m->unseen, label, (void *)(uintptr_t)m->workload->unseen.count);
        if (holder->made_by)
            row->made_by = arena_join(arena, holder->made_by->kind->name, STR(" "), holder->made_by->name);
    }
    if (variable.len)
        vec_push(arena, &row->variables, variable);
}

/* An object of another name or namespace that may be meant; a hash behind the name is a generator's. */
static const struct kube_object *near_object(struct making *m, const struct holder_object *holder)
{
    enum kube_role role = str_eq(str_from_c(holder->kind), STR("Secret")) ? KUBE_SECRET : KUBE_SETTINGS;
    struct nearest nearest = {.word = holder->name};
    const struct kube_object *found = NULL;
    m->k->near_looks += m->k->index.of_role[role].count;
    if (m->k->near_looks > NEAR_LOOKS_MAX)
        return NULL;
    vec_each(struct kube_object *const *, row, &m->k->index.of_role[role]) {
        const struct kube_object *object = *row;
        if (!str_eq(object->zone, holder->zone)) {
            /* What names no namespace goes where the command line says: perhaps to this very one. */
            bool is_elsewhere = object->zone.len && holder->zone.len && str_eq(object->name, holder->name);
            found = is_elsewhere && !found ? object : found;
            continue;
        }
        bool is_hashed = str_starts(object->name, holder->name) &&
                         object->name.len == holder->name.len + 11 &&
                         object->name.ptr[holder->name.len] == '-';
        size_t former = nearest.best.len ? nearest.distance : SIZE_MAX;
        nearest_offer(&nearest, object->name);
        if (is_hashed || (nearest.best.len && nearest.distance < former))
            found = object;
    }
    return found;
}

static void note_missing(struct making *m, struct workload_missing missing)
{
    vec_push(m->k->arena, &m->workload->missing, missing);
}

static void miss_object(struct making *m, const struct holder_object *holder, str variable, span at)
{
    if (str_eq(holder->name, STR("kube-root-ca.crt")))
        return;
    const struct kube_object *near = holder->made_by ? NULL : near_object(m, holder);
    note_unseen(m, holder, variable, at);
    if (!near)
        return;
    str where = str_eq(near->zone, holder->zone) ? STR("")
                                                 : arena_join(m->k->arena, STR(" of namespace "), near->zone);
    note_missing(m, (struct workload_missing){.variable = variable,
                        .object = values_label(m->k, holder),
                        .nearest = arena_join(
                            m->k->arena, str_from_c(holder->kind), STR(" `"), near->name, STR("`"), where),
                        .at = at,
                        .there_at = near->at});
}

static void miss_key(struct making *m, const struct holder_object *holder, str variable, str key, span at)
{
    struct nearest nearest = {.word = key};
    str_vec keys = values_keys(m->k, holder);
    vec_each(const str *, known, &keys)
        nearest_offer(&nearest, *known);
    const struct kube_object *there = holder->object ? holder->object : holder->made_by;
    note_missing(m, (struct workload_missing){.variable = variable,
                        .object = values_label(m->k, holder),
                        .key = key,
                        .nearest = nearest.best,
                        .at = at,
                        .there_at = there->at,
                        .is_fatal = true});
}

/* ---- envFrom */

static void put_all(struct making *m, const struct holder_object *holder, str prefix, span at)
{
    str_vec keys = values_keys(m->k, holder);
    vec_each(const str *, key, &keys) {
        const struct value *root = values_get(m->k, holder, *key, at);
        str name = prefix.len ? arena_concat(m->k->arena, prefix, *key) : *key;
        if (!root)
            continue;
        put_copy(m, name, at, root);
        if (root->is_hidden || root->is_outline)
            note_unseen(m, holder, name, at);
    }
}

static void read_source(struct making *m, const struct yaml_node *item)
{
    str prefix = kube_text_of(item, STR("prefix"));
    for (int is_secret = 0; is_secret < 2; is_secret++) {
        const struct yaml_node *reference =
            yaml_get(item, is_secret ? STR("secretRef") : STR("configMapRef"));
        const struct yaml_node *name = yaml_get(reference, STR("name"));
        if (!reference || yaml_is_null(reference))
            continue;
        span at = name ? name->inner : reference->at;
        struct holder_object holder = values_find(m->k, is_secret, m->pod->object->zone, kube_text(name));
        bool is_optional = kube_is_true(yaml_get(reference, STR("optional")));
        put_all(m, &holder, prefix, at);
        if (values_are_known(&holder))
            continue;
        m->workload->environment_is_open = true;
        vec_push(m->k->arena, &m->open, ((struct open_source){.holder = holder, .prefix = prefix}));
        if (!is_optional)
            miss_object(m, &holder, STR(""), at);
    }
}

/* ---- env */

static void read_key(
    struct making *m, const struct yaml_node *reference, str name, span entry, bool is_secret)
{
    const struct yaml_node *object = yaml_get(reference, STR("name")), *key = yaml_get(reference, STR("key"));
    bool is_optional = kube_is_true(yaml_get(reference, STR("optional")));
    struct holder_object holder = values_find(m->k, is_secret, m->pod->object->zone, kube_text(object));
    span at = object ? object->inner : entry;
    const struct value *root = values_get(m->k, &holder, kube_text(key), at);
    if (root) {
        put_copy(m, name, entry, root);
        if (!holder.object && !is_optional)
            miss_object(m, &holder, name, at);
        else if (root->is_hidden || root->is_outline)
            note_unseen(m, &holder, name, at);
    } else if (!is_optional) { /* else what stood there before stays */
        miss_key(m, &holder, name, kube_text(key), key ? key->inner : at);
        /* Where the name stands: that of the object is no secret, whatever the variable is. */
        env_put(
            m->env, hidden_variable(m, name, entry, entry, kube_unseen_value(m->k, STR("key"), name, at)));
    }
}

/* metadata.labels['app'] → app */
static bool quoted_key(str path, str before, str *ret_key)
{
    if (!str_starts(path, before) || !str_ends(path, STR("']")))
        return false;
    *ret_key = str_slice(path, before.len, path.len - 2);
    return true;
}

static void put_text(struct making *m, str name, span entry, str text, const struct yaml_node *from)
{
    struct value *value = arena_new(m->k->arena, struct value);
    *value = (struct value){.name = name,
        .text = text,
        .set = true,
        .origin = ORIGIN_SERVICE,
        .key = entry,
        .at = from ? from->inner : entry};
    pieces_add(m->k->arena, &value->pieces, text.len, value->at, NULL);
    env_put(m->env, value);
}

static void read_field(struct making *m, const struct yaml_node *field, str name, span entry)
{
    str path = kube_text_of(field, STR("fieldPath")), key;
    const struct yaml_node *metadata = m->pod->metadata, *found = NULL;
    if (str_eq(path, STR("metadata.namespace")) && m->pod->object->zone.len) {
        put_text(m, name, entry, m->pod->object->zone, yaml_get(m->pod->object->metadata, STR("namespace")));
    } else if (str_eq(path, STR("metadata.name")) && m->pod->object->kind->pod.len == 0) {
        put_text(m, name, entry, m->pod->object->name, yaml_get(metadata, STR("name")));
    } else if (str_eq(path, STR("spec.serviceAccountName"))) {
        found = yaml_get(m->pod->spec, STR("serviceAccountName"));
        put_text(m, name, entry, found ? kube_text(found) : STR("default"), found);
    } else if (quoted_key(path, STR("metadata.labels['"), &key)) {
        found = yaml_get(yaml_get(metadata, STR("labels")), key);
        put_text(m, name, entry, kube_text(found), found);
    } else if (quoted_key(path, STR("metadata.annotations['"), &key)) {
        found = yaml_get(yaml_get(metadata, STR("annotations")), key);
        put_text(m, name, entry, kube_text(found), found);
    } else {
        span at = field->at;
        env_put(m->env, hidden_variable(m, name, entry, at, kube_unseen_value(m->k, STR("field"), path, at)));
    }
}

/* limits.cpu of this container, divided and rounded up; without a limit it is the node's. */
static void read_resource(struct making *m, const struct yaml_node *field, str name, span entry)
{
    str resource = kube_text_of(field, STR("resource")), other = kube_text_of(field, STR("containerName"));
    struct str_cut cut = str_cut_byte(resource, '.');
    const struct yaml_node *resources = yaml_get(m->container, STR("resources"));
    const struct yaml_node *node = yaml_get(yaml_get(resources, cut.head), cut.tail);
    bool is_own = other.len == 0 || str_eq(other, m->workload->part);
    if (!node && str_eq(cut.head, STR("requests")))
        node = yaml_get(yaml_get(resources, STR("limits")), cut.tail);
    int64_t number;
    if (is_own && node && quantity_divide(kube_text(node), kube_text_of(field, STR("divisor")), &number))
        put_text(m, name, entry, arena_integer(m->k->arena, number), node);
    else
        env_put(m->env, hidden_variable(m, name, entry, field->at,
                            kube_unseen_value(m->k, STR("resource"), resource, field->at)));
}

static void read_value_from(struct making *m, const struct yaml_node *source, str name, span entry)
{
    vec_each(const struct yaml_pair *, pair, &source->pairs) {
        const struct yaml_node *node = pair->value;
        str key = pair->key->text;
        if (yaml_is_null(node))
            continue;
        if (str_eq(key, STR("secretKeyRef")) || str_eq(key, STR("configMapKeyRef")))
            read_key(m, node, name, entry, str_eq(key, STR("secretKeyRef")));
        else if (str_eq(key, STR("fieldRef")))
            read_field(m, node, name, entry);
        else if (str_eq(key, STR("resourceFieldRef")))
            read_resource(m, node, name, entry);
        else /* fileKeyRef, and what comes after it */
            env_put(m->env, hidden_variable(m, name, entry, node->at,
                                kube_unseen_value(m->k, STR("file"), name, node->at)));
    }
}

/* X=$(X) b adds to X: that is meant. All else that stands twice hides what was there. */
static void warn_twice(struct making *m, const struct yaml_node *name, const struct yaml_node *value)
{
    const struct value *former = env_get(&m->later, name->text);
    bool was_here = former && former->key.offset != name->inner.offset && former->set;
    str itself = arena_join(m->k->arena, STR("$("), name->text, STR(")"));
    if (!was_here || (value && str_contains(kube_text(value), itself)))
        return;
    struct diag *diag = diag_add(m->k->diags, STR("duplicate-key"), SEVERITY_WARNING, name->inner,
        STR_FMT " is set twice in this env", STR_ARG(name->text));
    diag->variable = name->text;
    diag->service = workload_label(m->workload);
    diag->label = STR("hides the earlier one, where it has a value");
    diag_related(m->k->diags, diag, former->key, "first here");
    diag_help(m->k->diags, diag, "remove one of them: what applies the manifest may drop either");
}

static void read_entry(struct making *m, const struct yaml_node *entry)
{
    const struct yaml_node *name = yaml_get(entry, STR("name"));
    const struct yaml_node *value = yaml_get(entry, STR("value")),
                           *source = yaml_get(entry, STR("valueFrom"));
    if (!name || kube_text(name).len == 0)
        return;
    struct value *mark = map_get(&m->later.map, name->text);
    warn_twice(m, name, value);
    if (mark)
        mark->set = true; /* it was come to */
    if (source && !yaml_is_null(source)) {
        read_value_from(m, source, name->text, name->inner);
        return;
    }
    struct expansion known = {.env = m->env,
        .platform = m->pod->platform,
        .later = &m->later,
        .open = &m->open,
        .owner = m->workload->label};
    env_put(m->env, expand_value(m->k, value, name->text, name->inner, &known));
}

/* The names of all entries: where one is first set. */
static void list_names(struct making *m, const struct yaml_node *entries)
{
    vec_each(struct yaml_node *const *, entry, &entries->items) {
        const struct yaml_node *name = yaml_get(*entry, STR("name"));
        if (!name || kube_text(name).len == 0 || env_get(&m->later, name->text))
            continue;
        struct value *mark = arena_new(m->k->arena, struct value);
        *mark = (struct value){.name = name->text, .key = name->inner};
        env_put(&m->later, mark);
    }
}

open_sources environment_fill(
    struct kube *k, const struct pod *pod, const struct yaml_node *container, struct workload *workload)
{
    struct making making = {.k = k,
        .pod = pod,
        .container = container,
        .workload = workload,
        .env = &workload->environment,
        .later = {.arena = k->arena}};
    const struct yaml_node *from = yaml_get(container, STR("envFrom")),
                           *env = yaml_get(container, STR("env"));
    workload->environment.arena = k->arena;
    workload->platform = pod->platform;
    if (from)
        vec_each(struct yaml_node *const *, item, &from->items)
            read_source(&making, *item);
    if (!env)
        return making.open;
    workload->environment_at = env->at;
    list_names(&making, env);
    vec_each(struct yaml_node *const *, entry, &env->items)
        read_entry(&making, *entry);
    return making.open;
}
