#include "kube/object.h"

#include "kube/scalar.h"

#define TEMPLATE .role = KUBE_WORKLOAD, .pod = STR_INIT("spec.template")

static const struct kube_kind kinds[] = {
    {STR_INIT(""), STR_INIT("Pod"), .role = KUBE_WORKLOAD},
    {STR_INIT("apps"), STR_INIT("Deployment"), TEMPLATE},
    {STR_INIT("apps"), STR_INIT("StatefulSet"), TEMPLATE},
    {STR_INIT("apps"), STR_INIT("DaemonSet"), TEMPLATE},
    {STR_INIT("apps"), STR_INIT("ReplicaSet"), TEMPLATE},
    {STR_INIT(""), STR_INIT("ReplicationController"), TEMPLATE},
    {STR_INIT("batch"), STR_INIT("Job"), TEMPLATE},
    {STR_INIT("batch"), STR_INIT("CronJob"), .role = KUBE_WORKLOAD,
        .pod = STR_INIT("spec.jobTemplate.spec.template")},
    {STR_INIT("argoproj.io"), STR_INIT("Rollout"), TEMPLATE},
    {STR_INIT("apps.openshift.io"), STR_INIT("DeploymentConfig"), TEMPLATE},
    {STR_INIT("keda.sh"), STR_INIT("ScaledJob"), .role = KUBE_WORKLOAD,
        .pod = STR_INIT("spec.jobTargetRef.template")},
    {STR_INIT(""), STR_INIT("ConfigMap"), .role = KUBE_SETTINGS},
    {STR_INIT(""), STR_INIT("Secret"), .role = KUBE_SECRET},
    {STR_INIT(""), STR_INIT("Service"), .role = KUBE_SERVICE},
    {STR_INIT("networking.k8s.io"), STR_INIT("Ingress"), .role = KUBE_ROUTE},
    {STR_INIT("extensions"), STR_INIT("Ingress"), .role = KUBE_ROUTE},
    {STR_INIT(""), STR_INIT("HTTPRoute"), .role = KUBE_ROUTE, .any_group = true},
    {STR_INIT(""), STR_INIT("TCPRoute"), .role = KUBE_ROUTE, .any_group = true},
    {STR_INIT(""), STR_INIT("TLSRoute"), .role = KUBE_ROUTE, .any_group = true},
    {STR_INIT(""), STR_INIT("GRPCRoute"), .role = KUBE_ROUTE, .any_group = true},
    {STR_INIT(""), STR_INIT("IngressRoute"), .role = KUBE_ROUTE, .any_group = true},
    {STR_INIT(""), STR_INIT("IngressRouteTCP"), .role = KUBE_ROUTE, .any_group = true},
    {STR_INIT("route.openshift.io"), STR_INIT("Route"), .role = KUBE_ROUTE},
    {STR_INIT("bitnami.com"), STR_INIT("SealedSecret"), .role = KUBE_UNSEEN,
        .target = STR_INIT("spec.template.metadata.name"), .keys = STR_INIT("spec.encryptedData")},
    {STR_INIT("external-secrets.io"), STR_INIT("ExternalSecret"), .role = KUBE_UNSEEN,
        .target = STR_INIT("spec.target.name")},
    {STR_INIT("external-secrets.io"), STR_INIT("ClusterExternalSecret"), .role = KUBE_UNSEEN,
        .target = STR_INIT("spec.externalSecretName")},
    {STR_INIT("secrets.hashicorp.com"), STR_INIT("VaultStaticSecret"), .role = KUBE_UNSEEN,
        .target = STR_INIT("spec.destination.name")},
    {STR_INIT("secrets.hashicorp.com"), STR_INIT("VaultDynamicSecret"), .role = KUBE_UNSEEN,
        .target = STR_INIT("spec.destination.name")},
    {STR_INIT("onepassword.com"), STR_INIT("OnePasswordItem"), .role = KUBE_UNSEEN},
    {STR_INIT("secrets.infisical.com"), STR_INIT("InfisicalSecret"), .role = KUBE_UNSEEN,
        .target = STR_INIT("spec.managedSecretReference.secretName")},
    {STR_INIT("secrets.doppler.com"), STR_INIT("DopplerSecret"), .role = KUBE_UNSEEN,
        .target = STR_INIT("spec.managedSecret.name")},
    {STR_INIT("isindir.github.com"), STR_INIT("SopsSecret"), .role = KUBE_UNSEEN},
    {STR_INIT("cert-manager.io"), STR_INIT("Certificate"), .role = KUBE_UNSEEN,
        .target = STR_INIT("spec.secretName")},
    {STR_INIT("postgresql.cnpg.io"), STR_INIT("Cluster"), .role = KUBE_OPERATED},
    {STR_INIT("postgresql.cnpg.io"), STR_INIT("Pooler"), .role = KUBE_OPERATED},
    {STR_INIT("postgresql.cnpg.io"), STR_INIT("Database"), .role = KUBE_MADE},
    {STR_INIT("acid.zalan.do"), STR_INIT("postgresql"), .role = KUBE_OPERATED},
    {STR_INIT("postgres-operator.crunchydata.com"), STR_INIT("PostgresCluster"), .role = KUBE_OPERATED},
    {STR_INIT("cloudsql.cloud.google.com"), STR_INIT("AuthProxyWorkload"), .role = KUBE_JOINER},
    {STR_INIT("autoscaling"), STR_INIT("HorizontalPodAutoscaler"), .role = KUBE_SCALER},
    {STR_INIT("keda.sh"), STR_INIT("ScaledObject"), .role = KUBE_SCALER},
};

/* Groups that have older names: extensions/v1beta1 Deployment. */
static bool is_group(const struct kube_kind *kind, str group)
{
    return kind->any_group || str_eq(kind->group, group) ||
           (str_eq(kind->group, STR("apps")) && str_eq(group, STR("extensions")));
}

const struct kube_kind *kube_kind(str api_version, str name)
{
    struct str_cut cut = str_cut_byte(api_version, '/');
    str group = cut.found ? cut.head : STR("");
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        if (str_eq(kinds[i].name, name) && is_group(&kinds[i], group))
            return &kinds[i];
    return NULL;
}

bool kube_kind_is_asked_for(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        if (str_eq(kinds[i].name, name))
            return true;
    return false;
}

static str object_key(struct arena *arena, str kind, str zone, str name)
{
    return arena_join(arena, kind, STR(" "), zone, STR(" "), name);
}

struct kube_object *kube_find(const struct kube_index *index, str kind, str zone, str name)
{
    return map_get(&index->by_name, object_key(index->arena, kind, zone, name));
}

void kube_add(struct kube_index *index, struct kube_object *object)
{
    str key = object_key(index->arena, object->kind->name, object->zone, object->name);
    object->replaced = map_set(index->arena, &index->by_name, key, object);
    vec_push(index->arena, &index->of_role[object->kind->role], object);
}

void kube_settle(struct kube_index *index)
{
    for (size_t role = 0; role < KUBE_ROLE_COUNT; role++) {
        size_t kept = 0;
        vec_each(struct kube_object *const *, object, &index->of_role[role])
            if (kube_find(index, (*object)->kind->name, (*object)->zone, (*object)->name) == *object)
                index->of_role[role].items[kept++] = *object;
        index->of_role[role].count = kept;
    }
}

str kube_annotation(const struct yaml_node *metadata, str key)
{
    return kube_text_of(yaml_get(metadata, STR("annotations")), key);
}
