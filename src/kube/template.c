#include "kube/template.h"

#include "kube/manifest.h"
#include "kube/reference.h"

const struct value *template_unseen(struct kube *k, str name, span at)
{
    return kube_unseen_value(k, STR("template"), name, at);
}

static void see_text(struct kube *k, const struct yaml_node *node)
{
    size_t at = 0, end;
    str name;
    if (k->is_template || !node || !reference_next(kube_text(node), &at, &name, &end))
        return;
    k->is_template = true;
    struct diag *diag = diag_add(k->diags, STR("not-visible"), SEVERITY_NOTE, node->inner,
        "the manifests are a template: what is put in for `${" STR_FMT "}` and its like cannot be seen here",
        STR_ARG(name));
    diag->label = arena_printf(k->arena, "${" STR_FMT "} is no name, image or number", STR_ARG(name));
    diag->why = STR("envsubst, Flux or another program puts it in before they are applied");
    diag_help(k->diags, diag, "judge what is applied: envsubst < FILE | bootgate check -");
}

static void see_pod(struct kube *k, const struct kube_object *object)
{
    static const str lists[] = {STR_INIT("initContainers"), STR_INIT("containers")};
    const struct yaml_node *spec = yaml_get(manifest_template(object), STR("spec"));
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        const struct yaml_node *list = yaml_get(spec, lists[i]);
        if (list)
            vec_each(struct yaml_node *const *, container, &list->items)
                see_text(k, yaml_get(*container, STR("image")));
    }
}

void template_see(struct kube *k, const struct kube_object *object)
{
    const struct yaml_node *data = yaml_get(object->node, STR("data"));
    see_text(k, yaml_get(object->metadata, STR("name")));
    see_text(k, yaml_get(object->metadata, STR("namespace")));
    see_text(k, yaml_get(object->spec, STR("replicas")));
    see_text(k, yaml_get(object->spec, STR("type")));
    if (object->kind->role == KUBE_WORKLOAD)
        see_pod(k, object);
    if (object->kind->role == KUBE_SECRET && data) /* it is no base64 */
        vec_each(const struct yaml_pair *, pair, &data->pairs)
            see_text(k, pair->value);
}
