#include "kube/operator.h"

/* How an operator names what it makes; `*` is the name of its object. */
static const struct {
    str kind;
    str secrets[3], names[4];
    int16_t port;
    str image;    /* where the object names none */
    str image_at; /* where it names one */
} operators[] = {
    {STR_INIT("Cluster"), {STR_INIT("*-app"), STR_INIT("*-superuser")},
        {STR_INIT("*-rw"), STR_INIT("*-ro"), STR_INIT("*-r")}, 5432,
        STR_INIT("ghcr.io/cloudnative-pg/postgresql"), STR_INIT("imageName")},
    {STR_INIT("Pooler"), {{0}}, {STR_INIT("*")}, 5432, STR_INIT("ghcr.io/cloudnative-pg/pgbouncer"), {0}},
    {STR_INIT("postgresql"), {{0}}, {STR_INIT("*"), STR_INIT("*-repl"), STR_INIT("*-pooler")}, 5432,
        STR_INIT("ghcr.io/zalando/spilo"), STR_INIT("dockerImage")},
    {STR_INIT("PostgresCluster"), {{0}},
        {STR_INIT("*-primary"), STR_INIT("*-replicas"), STR_INIT("*-pgbouncer"), STR_INIT("*-ha")}, 5432,
        STR_INIT("registry.developers.crunchydata.com/crunchydata/crunchy-postgres"), STR_INIT("image")},
};

static str named_after(struct arena *arena, str pattern, str name)
{
    struct str_cut cut = str_cut_byte(pattern, '*');
    return arena_join(arena, cut.head, name, cut.tail);
}

static void seal(struct kube *k, str zone, str name, struct kube_object *maker)
{
    map_set(k->arena, &k->seals, arena_join(k->arena, zone, STR(" "), name), maker);
}

void operator_seal(struct kube *k)
{
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_UNSEEN]) {
        str target = (*object)->kind->target.len
                         ? kube_text(kube_below((*object)->node, (*object)->kind->target))
                         : STR("");
        seal(k, (*object)->zone, target.len ? target : (*object)->name, *object);
    }
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_OPERATED])
        for (size_t i = 0; i < ARRAY_COUNT(operators); i++)
            for (size_t j = 0; str_eq(operators[i].kind, (*object)->kind->name) && j < 3; j++)
                if (operators[i].secrets[j].len)
                    seal(k, (*object)->zone, named_after(k->arena, operators[i].secrets[j], (*object)->name),
                        *object);
}

static struct workload *add_server(struct kube *k, struct kube_object *object, size_t row)
{
    const struct yaml_node *image = yaml_get(object->spec, operators[row].image_at);
    struct workload *workload = arena_new(k->arena, struct workload);
    struct workload_group *group = arena_new(k->arena, struct workload_group);
    *workload = (struct workload){.unit = arena_join(k->arena, object->kind->name, STR("/"), object->name),
        .zone = object->zone,
        .at = object->at,
        .active = true,
        .image = image ? kube_text(image) : operators[row].image,
        .image_at = image ? image->inner : object->at,
        .group = group,
        .environment = {.arena = k->arena},
        .environment_is_open = true,
        .replicas = {.count = 1}};
    workload->name = workload->label = workload->unit;
    vec_push(k->arena, &group->members, workload);
    vec_push(k->arena, &workload->expose, arena_integer(k->arena, operators[row].port));
    vec_push(k->arena, &k->deployment->workloads, workload);
    map_set(k->arena, &k->deployment->workloads_by_name, workload->name, workload);
    object->group = group;
    return workload;
}

static void add_names(struct kube *k, const struct kube_object *object, struct workload *workload, size_t row)
{
    for (size_t i = 0; i < ARRAY_COUNT(operators[row].names); i++) {
        if (operators[row].names[i].len == 0)
            continue;
        struct deployment_address *address = arena_new(k->arena, struct deployment_address);
        *address =
            (struct deployment_address){.name = named_after(k->arena, operators[row].names[i], object->name),
                .zone = object->zone,
                .at = object->at};
        address->label =
            object->zone.len ? arena_join(k->arena, address->name, STR("."), object->zone) : address->name;
        struct address_port port = {
            .port = operators[row].port, .target = operators[row].port, .at = object->at};
        vec_push(k->arena, &address->ports, port);
        vec_push(k->arena, &address->workloads, workload);
        deployment_add_address(k->arena, k->deployment, address);
    }
}

void operator_build(struct kube *k)
{
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_OPERATED])
        for (size_t i = 0; i < ARRAY_COUNT(operators); i++)
            if (str_eq(operators[i].kind, (*object)->kind->name))
                add_names(k, *object, add_server(k, *object, i), i);
}
