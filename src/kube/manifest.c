#include "kube/manifest.h"

#include "kube/base64.h"
#include "kube/reference.h"
#include "text/mask.h"

/* Where a text is wanted, nothing else will do: null alone is the empty text. */
static bool check_text(struct kube *k, const struct yaml_node *node, const char *what, str variable)
{
    enum kube_scalar scalar = kube_scalar(node);
    if (scalar == KUBE_TEXT || scalar == KUBE_NULL)
        return true;
    struct diag *diag =
        kube_refuse(k, node->at, "%s is %s, and has to be a text", what, kube_scalar_name(scalar));
    diag->variable = variable;
    if (scalar == KUBE_BOOLEAN) /* what one of these words is, is no secret */
        diag_help(k->diags, diag, "write it in quotes: \"" STR_FMT "\"", STR_ARG(node->text));
    else if (scalar == KUBE_NUMBER)
        diag_help(k->diags, diag, "write the number in quotes, as in \"8080\"");
    if (scalar == KUBE_BOOLEAN && node->text.len <= 3)
        diag->why = STR("YAML 1.1, which Kubernetes reads, takes y, n, yes, no, on and off for booleans");
    return false;
}

/* A mapping of texts: labels, data. A bare `on:` is the key "true" by the time that it is stored. */
static void check_texts(struct kube *k, const struct yaml_node *mapping, const char *what, bool has_values)
{
    if (!mapping || yaml_is_null(mapping))
        return;
    if (mapping->kind != YAML_MAPPING) {
        kube_refuse(k, mapping->at, "%s is a mapping", what);
        return;
    }
    vec_each(const struct yaml_pair *, pair, &mapping->pairs) {
        if (kube_scalar(pair->key) == KUBE_BOOLEAN) {
            struct diag *diag =
                kube_refuse(k, pair->key->at, "the key `" STR_FMT "` is a boolean, and becomes `%s`",
                    STR_ARG(pair->key->text), kube_is_true(pair->key) ? "true" : "false");
            diag->variable = pair->key->text;
            diag_help(k->diags, diag, "write it in quotes: \"" STR_FMT "\":", STR_ARG(pair->key->text));
        }
        if (has_values)
            check_text(k, pair->value,
                arena_c_string(k->arena, arena_join(k->arena, STR("`"), pair->key->text, STR("`"))),
                pair->key->text);
    }
}

static void check_words(struct kube *k, const struct yaml_node *container, str key)
{
    const struct yaml_node *words = yaml_get(container, key);
    if (!words || yaml_is_null(words))
        return;
    if (words->kind != YAML_SEQUENCE) {
        kube_refuse(k, words->at, "`" STR_FMT "` is a list of texts", STR_ARG(key));
        return;
    }
    vec_each(struct yaml_node *const *, word, &words->items)
        check_text(k, *word,
            arena_c_string(k->arena, arena_join(k->arena, STR("a word of `"), key, STR("`"))), STR(""));
}

/* Exactly one source, and none beside a value (validateEnvVarValueFrom). */
static void check_source(
    struct kube *k, const struct yaml_pair *source, const struct yaml_node *value, str name)
{
    size_t sources = 0;
    const struct yaml_node *node = source->value;
    vec_each(const struct yaml_pair *, pair, &node->pairs)
        sources += !yaml_is_null(pair->value);
    struct diag *diag = NULL;
    if (value && kube_text(value).len)
        diag = kube_refuse(k, value->at, "`" STR_FMT "` has both value and valueFrom", STR_ARG(name));
    else if (node->kind == YAML_MAPPING && sources != 1)
        diag = kube_refuse(k, source->key->at, "valueFrom of `" STR_FMT "` names %s", STR_ARG(name),
            sources ? "more than one source" : "no source");
    if (diag) {
        diag->variable = name;
        diag_help(k->diags, diag, "keep one of them");
    }
}

static void check_entry(struct kube *k, const struct yaml_node *entry)
{
    const struct yaml_node *name = yaml_get(entry, STR("name")), *value = yaml_get(entry, STR("value"));
    const struct yaml_pair *source = yaml_pair(entry, STR("valueFrom"));
    if (entry->kind != YAML_MAPPING) {
        kube_refuse(k, entry->at, "an entry of env is a mapping with a name");
        return;
    }
    if (!name || yaml_is_null(name)) {
        kube_refuse(k, entry->at, "an entry of env has no name");
        return;
    }
    bool is_named = check_text(k, name, "the name of a variable", STR(""));
    str variable = is_named ? name->text : STR("");
    if (is_named && (name->text.len == 0 || str_has_byte(name->text, '=')))
        kube_refuse(k, name->at, "this is no name for a variable");
    if (value)
        check_text(k, value,
            arena_c_string(k->arena, arena_join(k->arena, STR("the value of `"), variable, STR("`"))),
            variable);
    if (source && !yaml_is_null(source->value))
        check_source(k, source, value, variable);
}

static void check_container(struct kube *k, const struct yaml_node *container)
{
    const struct yaml_node *env = yaml_get(container, STR("env")),
                           *from = yaml_get(container, STR("envFrom"));
    if (container->kind != YAML_MAPPING) {
        kube_refuse(k, container->at, "a container is a mapping");
        return;
    }
    if (env && !yaml_is_null(env) && env->kind != YAML_SEQUENCE) {
        struct diag *diag = kube_refuse(k, env->at, "`env` is a list of entries with a name");
        diag_help(k->diags, diag, "- name: NAME, and value: \"…\" below it");
    }
    if (env)
        vec_each(struct yaml_node *const *, entry, &env->items)
            check_entry(k, *entry);
    if (from)
        vec_each(struct yaml_node *const *, entry, &from->items)
            if (yaml_get(*entry, STR("prefix")))
                check_text(k, yaml_get(*entry, STR("prefix")), "the prefix", STR(""));
    check_words(k, container, STR("command"));
    check_words(k, container, STR("args"));
}

const struct yaml_node *manifest_template(const struct kube_object *object)
{
    return object->kind->pod.len ? kube_below(object->node, object->kind->pod) : object->node;
}

static void check_metadata(struct kube *k, const struct yaml_node *metadata)
{
    check_texts(k, yaml_get(metadata, STR("labels")), "labels", true);
    check_texts(k, yaml_get(metadata, STR("annotations")), "annotations", true);
}

/* Both at 0 leaves no way to go on (validateRollingUpdateDeployment). */
static void check_strategy(struct kube *k, const struct kube_object *object)
{
    const struct yaml_node *rolling = kube_below(object->spec, STR("strategy.rollingUpdate"));
    const struct yaml_node *surge = yaml_get(rolling, STR("maxSurge"));
    const struct yaml_node *unavailable = yaml_get(rolling, STR("maxUnavailable"));
    if (!str_eq(object->kind->name, STR("Deployment")) || !surge || !unavailable)
        return;
    int64_t more = kube_integer(surge, -1), less = kube_integer(unavailable, -1);
    bool is_nothing = (more == 0 || str_eq(kube_text(surge), STR("0%"))) &&
                      (less == 0 || str_eq(kube_text(unavailable), STR("0%")));
    if (is_nothing)
        kube_refuse(k, surge->at, "maxSurge and maxUnavailable are both 0: no pod could ever be replaced");
}

/* The server's own kinds need them; a stream without them was perhaps cut in the middle of the object. */
static void check_containers(
    struct kube *k, const struct kube_object *object, const struct yaml_node *OR_NULL list)
{
    static const str groups[] = {STR_INIT(""), STR_INIT("apps"), STR_INIT("batch")};
    if (STR_IS_IN(object->kind->group, groups) && (!list || yaml_is_null(list) || list->weight == 1))
        kube_refuse(k, object->at, "a " STR_FMT " has no `containers`", STR_ARG(object->kind->name));
}

static void check_workload(struct kube *k, const struct kube_object *object)
{
    static const str lists[] = {STR_INIT("initContainers"), STR_INIT("containers")};
    const struct yaml_node *pod = manifest_template(object), *spec = yaml_get(pod, STR("spec"));
    check_metadata(k, object->metadata);
    if (pod != object->node)
        check_metadata(k, yaml_get(pod, STR("metadata")));
    check_strategy(k, object);
    check_containers(k, object, yaml_get(spec, STR("containers")));
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        const struct yaml_node *list = yaml_get(spec, lists[i]);
        if (list && !yaml_is_null(list) && list->kind != YAML_SEQUENCE)
            kube_refuse(k, list->at, "`" STR_FMT "` is a list", STR_ARG(lists[i]));
        else if (list)
            vec_each(struct yaml_node *const *, container, &list->items)
                check_container(k, *container);
    }
}

static void check_secret(struct kube *k, const struct kube_object *object)
{
    const struct yaml_node *data = yaml_get(object->node, STR("data"));
    check_texts(k, data, "`data`", true);
    check_texts(k, yaml_get(object->node, STR("stringData")), "`stringData`", true);
    if (!data || yaml_get(object->node, STR("sops")))
        return;
    vec_each(const struct yaml_pair *, pair, &data->pairs) {
        size_t fault;
        str text = kube_text(pair->value);
        bool is_pointer =
            str_starts(text, STR("<path:")) || str_starts(text, STR("ENC[")) || reference_any(text);
        if (kube_scalar(pair->value) != KUBE_TEXT || is_pointer || go_base64_check(text, &fault))
            continue;
        struct diag *diag = kube_refuse(k, pair->value->at, "`" STR_FMT "` is no base64: illegal at byte %zu",
            STR_ARG(pair->key->text), fault);
        diag->variable = pair->key->text;
        diag_help(k->diags, diag, "encode it (printf '%%s' VALUE | base64), or write it below stringData");
    }
}

void manifest_check(struct kube *k, const struct kube_object *object)
{
    bool is_named = kube_text_of(object->metadata, STR("name")).len > 0 ||
                    kube_text_of(object->metadata, STR("generateName")).len > 0;
    if (!is_named)
        kube_refuse(k, span_sub(object->at, 0, 1), "a " STR_FMT " needs a name", STR_ARG(object->kind->name));
    if (object->kind->role == KUBE_WORKLOAD)
        check_workload(k, object);
    else if (object->kind->role == KUBE_SECRET)
        check_secret(k, object);
    else if (object->kind->role == KUBE_SETTINGS)
        check_texts(k, yaml_get(object->node, STR("data")), "`data`", true);
    else if (object->kind->role == KUBE_SERVICE)
        check_texts(k, yaml_get(object->spec, STR("selector")), "the selector", true);
}
