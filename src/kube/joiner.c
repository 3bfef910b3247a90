#include "kube/joiner.h"

#include "kube/manifest.h"

/* All of the labels; without any of them nothing is selected. */
static bool has_labels(const struct kube_object *object, const struct yaml_node *selector)
{
    const struct yaml_node *wanted = yaml_get(selector, STR("matchLabels"));
    const struct yaml_node *labels = yaml_get(object->metadata, STR("labels"));
    if (!wanted || wanted->pairs.count == 0)
        return false;
    vec_each(const struct yaml_pair *, pair, &wanted->pairs) {
        const struct yaml_node *own = yaml_get(labels, pair->key->text);
        if (!own || !str_eq(kube_text(own), kube_text(pair->value)))
            return false;
    }
    return true;
}

/* spec.workloadSelector: a kind in the same namespace, by its name or by labels of the object itself. */
static bool selects(const struct kube_object *joiner, const struct kube_object *object)
{
    const struct yaml_node *selector = yaml_get(joiner->spec, STR("workloadSelector"));
    str name = kube_text_of(selector, STR("name"));
    if (!str_eq(kube_text_of(selector, STR("kind")), object->kind->name) ||
        !str_eq(joiner->zone, object->zone))
        return false;
    return name.len ? str_eq(name, object->name) : has_labels(object, yaml_get(selector, STR("selector")));
}

void joiner_build(struct kube *k)
{
    vec_each(struct kube_object *const *, joiner, &k->index.of_role[KUBE_JOINER])
        vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_WORKLOAD]) {
            if (!(*object)->group || !selects(*joiner, *object))
                continue;
            (*object)->group->is_open = true;
            vec_each(struct workload *const *, workload, &(*object)->group->members)
                (*workload)->environment_is_open = true;
        }
}
