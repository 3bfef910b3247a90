#include "kube/operator.h"

#include "kube/pooler.h"
#include "kube/quantity.h"
#include "kube/values.h"

/* CreateSecret() of pkg/specs/secrets.go. */
static const struct seal_form cluster_forms[] = {
    {STR_INIT("host"), STR_INIT("*-rw")},
    {STR_INIT("port"), STR_INIT("5432")},
    {STR_INIT("uri"), STR_INIT("postgresql://{username}:{password}@*-rw<>:5432/{dbname}")},
    {STR_INIT("fqdn-uri"),
        STR_INIT("postgresql://{username}:{password}@*-rw<.svc.cluster.local>:5432/{dbname}")},
    {STR_INIT("jdbc-uri"),
        STR_INIT("jdbc:postgresql://*-rw<>:5432/{dbname}?password={password}&user={username}")},
    {STR_INIT("fqdn-jdbc-uri"), STR_INIT("jdbc:postgresql://*-rw<.svc.cluster.local>:5432/{dbname}"
                                         "?password={password}&user={username}")},
    {{0}, {0}},
};
/* userSecret() of internal/controller/postgrescluster/postgres.go. */
static const struct seal_form postgres_cluster_forms[] = {
    {STR_INIT("host"), STR_INIT("*-primary<.svc>")},
    {STR_INIT("port"), STR_INIT("5432")},
    {STR_INIT("uri"), STR_INIT("postgresql://{user}:{password}@*-primary<.svc>:5432/{dbname}")},
    {STR_INIT("jdbc-uri"),
        STR_INIT("jdbc:postgresql://*-primary<.svc>:5432/{dbname}?password={password}&user={user}")},
    {STR_INIT("pgbouncer-host"), STR_INIT("*-pgbouncer<.svc>")},
    {STR_INIT("pgbouncer-port"), STR_INIT("5432")},
    {STR_INIT("pgbouncer-uri"), STR_INIT("postgresql://{user}:{password}@*-pgbouncer<.svc>:5432/{dbname}")},
    {STR_INIT("pgbouncer-jdbc-uri"), STR_INIT("jdbc:postgresql://*-pgbouncer<.svc>:5432/{dbname}"
                                              "?password={password}&prepareThreshold=0&user={user}")},
    {{0}, {0}},
};

/* How an operator names what it makes; `*` is the name of its object. */
static const struct {
    str kind;
    str secrets[2], keys; /* Secrets by their names, and what is in each */
    str per_user;         /* … one for each user, `%` */
    str names[4];
    int16_t port;
    str image, image_at;           /* where the object names none, and where it names one */
    str parameters;                /* where it holds settings of the server, NAME: VALUE */
    const struct seal_form *forms; /* of what is in its Secrets; NULL: nothing of it is known */
} operators[] = {
    {STR_INIT("Cluster"), {STR_INIT("*-app"), STR_INIT("*-superuser")},
        STR_INIT("username user password dbname host port pgpass uri jdbc-uri fqdn-uri fqdn-jdbc-uri"), {0},
        {STR_INIT("*-rw"), STR_INIT("*-ro"), STR_INIT("*-r")}, 5432,
        STR_INIT("ghcr.io/cloudnative-pg/postgresql"), STR_INIT("imageName"),
        STR_INIT("postgresql.parameters"), cluster_forms},
    {STR_INIT("postgresql"), {{0}}, STR_INIT("username password"),
        STR_INIT("%.*.credentials.postgresql.acid.zalan.do"), {STR_INIT("*"), STR_INIT("*-repl")}, 5432,
        STR_INIT("ghcr.io/zalando/spilo"), STR_INIT("dockerImage"), STR_INIT("postgresql.parameters"), NULL},
    {STR_INIT("PostgresCluster"), {{0}}, {0}, STR_INIT("*-pguser-%"),
        {STR_INIT("*-primary"), STR_INIT("*-replicas"), STR_INIT("*-ha")}, 5432,
        STR_INIT("registry.developers.crunchydata.com/crunchydata/crunchy-postgres"), STR_INIT("image"),
        STR_INIT("patroni.dynamicConfiguration.postgresql.parameters"), postgres_cluster_forms},
};

static str put_in(struct arena *arena, str pattern, char mark, str name)
{
    struct str_cut cut = str_cut_byte(pattern, mark);
    return cut.found ? arena_join(arena, cut.head, name, cut.tail) : pattern;
}

str operator_name(struct arena *arena, str pattern, str name)
{
    return put_in(arena, pattern, '*', name);
}

static void seal(struct kube *k, str zone, str name, struct seal row)
{
    struct seal *seal = arena_new(k->arena, struct seal);
    *seal = row;
    map_set(k->arena, &k->seals, arena_join(k->arena, zone, STR(" "), name), seal);
}

/* Names of Kubernetes have no underscore. */
static str dashed(struct arena *arena, str name)
{
    struct buf out = buf_new(arena, name.len);
    for (size_t i = 0; i < name.len; i++)
        buf_byte(&out, name.ptr[i] == '_' ? '-' : name.ptr[i]);
    return buf_view(&out);
}

/* `users`: a mapping by name, or rows with a name; without one there is the user of the object. */
static void seal_users(struct kube *k, str pattern, struct seal row)
{
    const struct kube_object *object = row.made_by;
    const struct yaml_node *users = yaml_get(object->spec, STR("users"));
    str stem = operator_name(k->arena, pattern, object->name);
    if (users)
        vec_each(const struct yaml_pair *, pair, &users->pairs)
            seal(k, object->zone, put_in(k->arena, stem, '%', dashed(k->arena, pair->key->text)), row);
    if (users)
        vec_each(struct yaml_node *const *, item, &users->items)
            seal(k, object->zone, put_in(k->arena, stem, '%', kube_text_of(*item, STR("name"))), row);
    seal(k, object->zone, put_in(k->arena, stem, '%', object->name), row);
}

static void seal_operated(struct kube *k, const struct kube_object *object)
{
    for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
        if (!str_eq(operators[i].kind, object->kind->name))
            continue;
        struct seal row = {.made_by = object, .keys = operators[i].keys, .forms = operators[i].forms};
        for (size_t j = 0; j < ARRAY_COUNT(operators[i].secrets); j++)
            if (operators[i].secrets[j].len)
                seal(k, object->zone, operator_name(k->arena, operators[i].secrets[j], object->name), row);
        if (operators[i].per_user.len)
            seal_users(k, operators[i].per_user, row);
    }
}

void operator_seal(struct kube *k)
{
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_UNSEEN]) {
        str target = (*object)->kind->target.len
                         ? kube_text(kube_below((*object)->node, (*object)->kind->target))
                         : STR("");
        seal(k, (*object)->zone, target.len ? target : (*object)->name, (struct seal){.made_by = *object});
    }
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_OPERATED])
        seal_operated(k, *object);
}

/* ---- servers */

static void put_variable(struct kube *k, struct workload *workload, str name, const struct value *root)
{
    struct value *value = arena_new(k->arena, struct value);
    *value = (struct value){.name = name, .origin = ORIGIN_SERVICE, .at = root->at, .key = root->key};
    value->set = !root->is_hidden;
    value->is_hidden = root->is_hidden;
    value->text = value->set ? root->text : STR("");
    pieces_add(k->arena, &value->pieces, value->text.len, root->at, root);
    struct template_use use = {.at = root->at, .from = root, .found = true, .live = true};
    vec_push(k->arena, &value->uses, use);
    env_put(&workload->environment, value);
}

static void put_text(struct kube *k, struct workload *workload, str name, const struct yaml_node *node)
{
    struct value *value = arena_new(k->arena, struct value);
    *value = (struct value){.name = name,
        .text = kube_text(node),
        .set = true,
        .origin = ORIGIN_SERVICE,
        .at = kube_inner(node),
        .key = kube_inner(node)};
    pieces_add(k->arena, &value->pieces, value->text.len, kube_inner(node), NULL);
    env_put(&workload->environment, value);
}

/* The login that CloudNativePG sets up: of a basic-auth Secret, or of one that it makes itself. */
static void put_login(struct kube *k, const struct kube_object *object, struct workload *workload)
{
    const struct yaml_node *initdb = kube_below(object->spec, STR("bootstrap.initdb"));
    const struct yaml_node *owner = yaml_get(initdb, STR("owner")),
                           *database = yaml_get(initdb, STR("database"));
    str secret = kube_text(kube_below(initdb, STR("secret.name")));
    struct holder_object holder = values_find(k, true, object->zone, secret);
    span at = secret.len ? kube_inner(kube_below(initdb, STR("secret.name"))) : object->at;
    const struct value *user = holder.object ? values_get(k, &holder, STR("username"), at) : NULL;
    const struct value *password = holder.object ? values_get(k, &holder, STR("password"), at) : NULL;
    if (user)
        put_variable(k, workload, STR("POSTGRES_USER"), user);
    else if (kube_text(owner).len)
        put_text(k, workload, STR("POSTGRES_USER"), owner);
    put_variable(k, workload, STR("POSTGRES_PASSWORD"),
        password
            ? password
            : kube_unseen_value(k, arena_concat(k->arena, STR("made by "), object->name), object->zone, at));
    /* Others may be made of objects of their own, or by hand. */
    if (kube_text(database).len && k->index.of_role[KUBE_MADE].count == 0)
        put_text(k, workload, STR("POSTGRES_DB"), database);
}

/* A program that an operator starts; `unit` is what reports call it. */
struct workload *operator_program(struct kube *k, const struct kube_object *object, str unit, int16_t port)
{
    struct workload *workload = arena_new(k->arena, struct workload);
    struct workload_group *group = arena_new(k->arena, struct workload_group);
    *workload = (struct workload){.name = unit,
        .label = unit,
        .unit = unit,
        .zone = object->zone,
        .at = object->at,
        .active = true,
        .image_at = object->at,
        .group = group,
        .environment = {.arena = k->arena},
        .environment_is_open = true,
        .replicas = {.count = 1}};
    if (map_has(&k->deployment->workloads_by_name, unit)) /* another namespace has one */
        workload->name = workload->label = arena_join(k->arena, object->zone, STR("/"), unit);
    vec_push(k->arena, &group->members, workload);
    vec_push(k->arena, &workload->expose, arena_integer(k->arena, port));
    vec_push(k->arena, &k->deployment->workloads, workload);
    map_set(k->arena, &k->deployment->workloads_by_name, workload->name, workload);
    return workload;
}

void operator_address(
    struct kube *k, const struct kube_object *object, struct workload *workload, str name, int16_t number)
{
    struct deployment_address *address = arena_new(k->arena, struct deployment_address);
    *address = (struct deployment_address){.name = name, .zone = object->zone, .at = object->at};
    address->label = object->zone.len ? arena_join(k->arena, name, STR("."), object->zone) : name;
    struct address_port port = {.port = number, .target = number, .at = object->at};
    vec_push(k->arena, &address->ports, port);
    vec_push(k->arena, &address->workloads, workload);
    deployment_add_address(k->arena, k->deployment, address);
}

/* `before`, then the text of a node, as a word with its place. */
static void add_word(
    struct kube *k, struct workload *workload, str before, const struct yaml_node *OR_NULL node)
{
    struct value *word = arena_new(k->arena, struct value);
    span at = node ? node->inner : workload->at;
    *word = (struct value){.text = node ? arena_concat(k->arena, before, node->text) : before,
        .set = true,
        .origin = ORIGIN_SETTINGS,
        .at = at};
    pieces_add(k->arena, &word->pieces, word->text.len, at, NULL);
    vec_push(k->arena, &workload->command, word);
}

/* The settings of a server, as it would be told them when it is started. */
static void add_parameters(
    struct kube *k, const struct kube_object *object, struct workload *workload, str path)
{
    const struct yaml_node *parameters = kube_below(object->spec, path);
    workload->command_set = workload->entrypoint_set = true;
    add_word(k, workload, STR("postgres"), NULL);
    if (parameters)
        vec_each(const struct yaml_pair *, pair, &parameters->pairs) {
            add_word(k, workload, STR("-c"), NULL);
            add_word(k, workload, arena_concat(k->arena, pair->key->text, STR("=")), pair->value);
        }
}

static void add_server(struct kube *k, struct kube_object *object, size_t row)
{
    const struct yaml_node *image = yaml_get(object->spec, operators[row].image_at);
    str unit = arena_join(k->arena, object->kind->name, STR("/"), object->name);
    struct workload *workload = operator_program(k, object, unit, operators[row].port);
    workload->image = image ? kube_text(image) : operators[row].image;
    workload->image_at = image ? image->inner : object->at;
    workload->memory = quantity_memory(object->spec);
    workload->environment_is_open = !str_eq(object->kind->name, STR("Cluster"));
    if (!workload->environment_is_open)
        put_login(k, object, workload);
    add_parameters(k, object, workload, operators[row].parameters);
    object->group = (struct workload_group *)(uintptr_t)workload->group;
    for (size_t i = 0; i < ARRAY_COUNT(operators[row].names); i++)
        if (operators[row].names[i].len)
            operator_address(k, object, workload,
                operator_name(k->arena, operators[row].names[i], object->name), operators[row].port);
}

void operator_build(struct kube *k)
{
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_OPERATED]) {
        for (size_t i = 0; i < ARRAY_COUNT(operators); i++)
            if (str_eq(operators[i].kind, (*object)->kind->name))
                add_server(k, *object, i);
        pooler_build(k, *object);
    }
}
