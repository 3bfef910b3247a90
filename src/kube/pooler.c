#include "kube/pooler.h"

#include "kube/operator.h"
#include "kube/scale.h"

/* The settings of PgBouncer under the names that its usual image takes them by. */
enum { POOLER_SETTINGS_MAX = 5 };

/* How an operator describes the poolers that it makes. */
static const struct pooler {
    str kind;
    str at;       /* below the specification; empty: all of it */
    str switched; /* a boolean of the specification that turns it on or off; empty: none */
    str name;     /* of its Deployment and Service */
    str server;   /* `*`: the object's name, or that of the cluster that it names */
    str instances;
    int64_t usual_instances;
    str strategy; /* of the Deployment; empty: always the default */
    struct {
        str at, name, usual; /* usual: empty where it is PgBouncer's own */
    } settings[POOLER_SETTINGS_MAX];
    str divided; /* what all instances may open together, below `at`: divided among them */
    int64_t usual_divided;
} poolers[] = {
    {STR_INIT("Pooler"), {0}, {0}, STR_INIT("*"), STR_INIT("*-rw"), STR_INIT("instances"), 1,
        STR_INIT("deploymentStrategy"),
        {{STR_INIT("pgbouncer.poolMode"), STR_INIT("POOL_MODE"), {0}},
            {STR_INIT("pgbouncer.parameters.default_pool_size"), STR_INIT("DEFAULT_POOL_SIZE"), {0}},
            {STR_INIT("pgbouncer.parameters.reserve_pool_size"), STR_INIT("RESERVE_POOL_SIZE"), {0}},
            {STR_INIT("pgbouncer.parameters.max_client_conn"), STR_INIT("MAX_CLIENT_CONN"), {0}},
            {STR_INIT("pgbouncer.parameters.max_db_connections"), STR_INIT("MAX_DB_CONNECTIONS"), {0}}},
        {0}, 0},
    /* pkg/cluster/connection_pooler.go: 10,000 clients, at least two pods, 60 connections for all of them. */
    {STR_INIT("postgresql"), STR_INIT("connectionPooler"), STR_INIT("enableConnectionPooler"),
        STR_INIT("*-pooler"), STR_INIT("*"), STR_INIT("numberOfInstances"), 2, {0},
        {{STR_INIT("mode"), STR_INIT("POOL_MODE"), STR_INIT("transaction")},
            {{0}, STR_INIT("MAX_CLIENT_CONN"), STR_INIT("10000")}},
        STR_INIT("maxDBConnections"), 60},
    {STR_INIT("PostgresCluster"), STR_INIT("proxy.pgBouncer"), {0}, STR_INIT("*-pgbouncer"),
        STR_INIT("*-primary"), STR_INIT("replicas"), 1, {0},
        {{STR_INIT("config.global.pool_mode"), STR_INIT("POOL_MODE"), {0}},
            {STR_INIT("config.global.default_pool_size"), STR_INIT("DEFAULT_POOL_SIZE"), {0}},
            {STR_INIT("config.global.reserve_pool_size"), STR_INIT("RESERVE_POOL_SIZE"), {0}},
            {STR_INIT("config.global.max_client_conn"), STR_INIT("MAX_CLIENT_CONN"), {0}},
            {STR_INIT("config.global.max_db_connections"), STR_INIT("MAX_DB_CONNECTIONS"), {0}}},
        {0}, 0},
};

static void put_setting(struct kube *k, struct workload *workload, str name, str text, span at)
{
    struct value *value = arena_new(k->arena, struct value);
    *value = (struct value){
        .name = name, .text = text, .set = true, .origin = ORIGIN_SETTINGS, .at = at, .key = at};
    pieces_add(k->arena, &value->pieces, text.len, at, NULL);
    env_put(&workload->environment, value);
}

static struct workload_replicas pooler_replicas(struct kube *k, const struct kube_object *object,
    const struct pooler *row, const struct yaml_node *OR_NULL spec)
{
    const struct yaml_node *count = yaml_get(spec, row->instances);
    struct workload_replicas replicas = {
        .count = kube_integer(count, row->usual_instances), .at = count ? count->at : (span){0}};
    if (replicas.count < row->usual_instances && replicas.count > 0)
        replicas.count = row->usual_instances;
    const struct yaml_node *strategy = row->strategy.len ? yaml_get(spec, row->strategy) : NULL;
    scale_surge(k, &replicas, strategy, object->at);
    return replicas;
}

/* What all of them may open together is shared out: a pool may take all of its share. */
static void divide(
    struct kube *k, struct workload *workload, const struct pooler *row, const struct yaml_node *OR_NULL spec)
{
    const struct yaml_node *all = yaml_get(spec, row->divided);
    int64_t count = workload->replicas.count > 0 ? workload->replicas.count : 1;
    str share = arena_integer(k->arena, kube_integer(all, row->usual_divided) / count);
    span at = all ? all->at : workload->at;
    put_setting(k, workload, STR("MAX_DB_CONNECTIONS"), share, at);
    put_setting(k, workload, STR("DEFAULT_POOL_SIZE"), share, at);
}

/* The host of the server behind a pooler: of the object's own cluster, or of the one that it names. */
static str pooler_server(struct kube *k, const struct kube_object *object, const struct pooler *row)
{
    str cluster = kube_text(kube_below(object->spec, STR("cluster.name")));
    str type = kube_text_of(object->spec, STR("type"));
    if (cluster.len == 0)
        return operator_name(k->arena, row->server, object->name);
    return arena_join(k->arena, cluster, STR("-"), type.len ? type : STR("rw"));
}

static bool is_wanted(const struct kube_object *object, const struct pooler *row)
{
    const struct yaml_node *switched = row->switched.len ? yaml_get(object->spec, row->switched) : NULL;
    bool is_there = row->at.len == 0 || kube_below(object->spec, row->at) != NULL;
    return !kube_is_false(switched) && (is_there || kube_is_true(switched));
}

static void add_pooler(struct kube *k, struct kube_object *object, const struct pooler *row)
{
    const struct yaml_node *spec = row->at.len ? kube_below(object->spec, row->at) : object->spec;
    str name = operator_name(k->arena, row->name, object->name);
    bool is_itself = str_eq(name, object->name);
    str unit = arena_join(k->arena, is_itself ? object->kind->name : STR("Deployment"), STR("/"), name);
    struct workload *workload = operator_program(k, object, unit, 5432);
    workload->image = STR("ghcr.io/cloudnative-pg/pgbouncer");
    workload->replicas = pooler_replicas(k, object, row, spec);
    put_setting(k, workload, STR("DB_HOST"), pooler_server(k, object, row), object->at);
    put_setting(k, workload, STR("DB_PORT"), STR("5432"), object->at);
    for (size_t i = 0; i < POOLER_SETTINGS_MAX && row->settings[i].name.len; i++) {
        const struct yaml_node *node = row->settings[i].at.len ? kube_below(spec, row->settings[i].at) : NULL;
        str text = node ? node->text : row->settings[i].usual;
        if (text.len)
            put_setting(k, workload, row->settings[i].name, text, node ? node->inner : object->at);
    }
    if (row->divided.len)
        divide(k, workload, row, spec);
    if (is_itself)
        object->group = (struct workload_group *)(uintptr_t)workload->group;
    operator_address(k, object, workload, name, 5432);
}

void pooler_build(struct kube *k, struct kube_object *object)
{
    for (size_t i = 0; i < ARRAY_COUNT(poolers); i++)
        if (str_eq(poolers[i].kind, object->kind->name) && is_wanted(object, &poolers[i]))
            add_pooler(k, object, &poolers[i]);
}
