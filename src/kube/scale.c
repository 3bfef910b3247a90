#include "kube/scale.h"

#include "base/number.h"
#include "kube/reference.h"

/* apps/v1 defaults.go: both bounds of a rolling update. */
#define DEFAULT_PERCENT 25
/* keda.sh: maxReplicaCount where none is written. */
#define KEDA_MOST 100

/* ---- maxSurge and its kin */

/* A count, or a share of all pods. */
struct share {
    int64_t amount;
    bool is_percent;
};

/* "25%" or a number; anything else is `otherwise` percent. */
static struct share share_of(const struct yaml_node *OR_NULL node, int64_t otherwise)
{
    struct share share = {otherwise, true};
    str text = kube_text(node);
    int64_t number = kube_integer(node, -1);
    if (number >= 0)
        return (struct share){number, false};
    if (str_ends(text, STR("%")) && number_parse(str_take(text, text.len - 1), &number) && number >= 0)
        share.amount = number;
    return share;
}

static void set_surge(struct workload_replicas *replicas, struct share share,
    const struct yaml_node *OR_NULL node, span at, str from)
{
    replicas->surge = share.amount;
    replicas->is_percent = share.is_percent;
    replicas->surge_at = node ? node->at : at;
    replicas->surge_from = from;
}

static void roll(struct workload_replicas *replicas, const struct yaml_node *OR_NULL rolling, span at)
{
    const struct yaml_node *surge = yaml_get(rolling, STR("maxSurge"));
    set_surge(replicas, share_of(surge, DEFAULT_PERCENT), surge, at,
        surge ? STR("maxSurge") : STR("maxSurge is 25% by default"));
}

void scale_surge(
    struct kube *k, struct workload_replicas *replicas, const struct yaml_node *OR_NULL strategy, span at)
{
    (void)k;
    if (!str_eq(kube_text_of(strategy, STR("type")), STR("Recreate")))
        roll(replicas, yaml_get(strategy, STR("rollingUpdate")), at);
}

/* ---- each kind of workload */

static void scale_deployment(
    struct kube *k, const struct kube_object *object, struct workload_replicas *replicas)
{
    scale_surge(k, replicas, yaml_get(object->spec, STR("strategy")), object->at);
}

/*
 * Argo Rollouts. blueGreen starts all of the new version beside the old one; a canary behind a router keeps
 * the old one whole until it is over; one without replaces pods as a Deployment does.
 */
static void scale_rollout(
    struct kube *k, const struct kube_object *object, struct workload_replicas *replicas)
{
    (void)k;
    const struct yaml_node *strategy = yaml_get(object->spec, STR("strategy"));
    const struct yaml_node *blue_green = yaml_get(strategy, STR("blueGreen"));
    const struct yaml_node *canary = yaml_get(strategy, STR("canary"));
    const struct yaml_node *routing = yaml_get(canary, STR("trafficRouting"));
    if (blue_green)
        set_surge(replicas, (struct share){100, true}, blue_green, object->at,
            STR("blueGreen: both versions run whole"));
    else if (routing)
        set_surge(replicas, (struct share){100, true}, routing, object->at,
            STR("trafficRouting: the old version stays whole"));
    else
        roll(replicas, canary, object->at);
}

/* How many of a Job run at once: no more than have to end. */
static struct workload_replicas job_replicas(const struct yaml_node *OR_NULL spec)
{
    const struct yaml_node *parallelism = yaml_get(spec, STR("parallelism"));
    const struct yaml_node *completions = yaml_get(spec, STR("completions"));
    int64_t count = kube_integer(parallelism, 1), most = kube_integer(completions, count);
    bool is_bounded = most < count;
    const struct yaml_node *says = is_bounded ? completions : parallelism;
    return (struct workload_replicas){.count = is_bounded ? most : count,
        .at = says ? says->at : (span){0},
        .from = is_bounded ? STR("completions")
                : says     ? STR("parallelism")
                           : STR("")};
}

static void scale_job(struct kube *k, const struct kube_object *object, struct workload_replicas *replicas)
{
    (void)k;
    *replicas = job_replicas(object->spec);
}

static void scale_cron_job(
    struct kube *k, const struct kube_object *object, struct workload_replicas *replicas)
{
    (void)k;
    str policy = kube_text_of(object->spec, STR("concurrencyPolicy"));
    *replicas = job_replicas(kube_below(object->spec, STR("jobTemplate.spec")));
    if (policy.len == 0 || str_eq(policy, STR("Allow")))
        replicas->open = STR("concurrencyPolicy allows runs to overlap");
}

/* As many Jobs at once as KEDA may start, each with its own pods. */
static void scale_scaled_job(
    struct kube *k, const struct kube_object *object, struct workload_replicas *replicas)
{
    (void)k;
    const struct yaml_node *most = yaml_get(object->spec, STR("maxReplicaCount"));
    *replicas = job_replicas(yaml_get(object->spec, STR("jobTargetRef")));
    replicas->most = number_multiply(replicas->count, kube_integer(most, KEDA_MOST));
    replicas->most_at = most ? most->at : object->at;
    replicas->most_from =
        most ? STR("maxReplicaCount x parallelism") : STR("maxReplicaCount is 100 by default");
}

static void scale_daemon_set(
    struct kube *k, const struct kube_object *object, struct workload_replicas *replicas)
{
    (void)k;
    *replicas = (struct workload_replicas){.count = 1,
        .from = STR_INIT("on each node"),
        .at = object->at,
        .open = STR_INIT("one runs on each node, and how many nodes there are is not known"),
        .may_be_none = true};
}

static const struct {
    str kind;
    void (*scale)(struct kube *k, const struct kube_object *object, struct workload_replicas *replicas);
} kinds[] = {
    {STR_INIT("Deployment"), scale_deployment},
    {STR_INIT("DeploymentConfig"), scale_deployment},
    {STR_INIT("Rollout"), scale_rollout},
    {STR_INIT("Job"), scale_job},
    {STR_INIT("CronJob"), scale_cron_job},
    {STR_INIT("ScaledJob"), scale_scaled_job},
    {STR_INIT("DaemonSet"), scale_daemon_set},
};

/* ---- who else says how many */

/* How a kind of scaler names its bounds. */
static const struct scaler {
    str kind, most, least;
    int64_t default_most; /* 0: it must be written */
} scalers[] = {
    {STR_INIT("HorizontalPodAutoscaler"), STR_INIT("maxReplicas"), STR_INIT("minReplicas"), 0},
    {STR_INIT("ScaledObject"), STR_INIT("maxReplicaCount"), STR_INIT("minReplicaCount"), KEDA_MOST},
};

static struct kube_object *target_of(struct kube *k, const struct kube_object *object)
{
    const struct yaml_node *target = yaml_get(object->spec, STR("scaleTargetRef"));
    str kind = kube_text_of(target, STR("kind")), name = kube_text_of(target, STR("name"));
    return kube_find(&k->index, kind.len ? kind : STR("Deployment"), object->zone, name);
}

static void apply_scaler(struct kube *k, const struct kube_object *object, const struct scaler *scaler)
{
    const struct kube_object *target = target_of(k, object);
    const struct yaml_node *most = yaml_get(object->spec, scaler->most);
    const struct yaml_node *least = yaml_get(object->spec, scaler->least);
    int64_t ceiling = kube_integer(most, scaler->default_most), floor = kube_integer(least, 0);
    if (!target || !target->group || ceiling <= 0)
        return;
    vec_each(struct workload *const *, workload, &target->group->members) {
        struct workload_replicas *replicas = &(*workload)->replicas;
        /* An HPA leaves alone what is scaled to nothing; KEDA starts it when there is work. */
        bool is_off = span_is_set(replicas->at) && replicas->count == 0 && scaler->default_most == 0;
        if (is_off || ceiling <= replicas->most)
            continue;
        replicas->most = ceiling;
        replicas->most_at = most ? most->at : object->at;
        replicas->most_from =
            arena_join(k->arena, scaler->most, most ? STR(" of ") : STR(" is 100 by default in "),
                arena_join(k->arena, scaler->kind, STR("/"), object->name));
        if (least && floor > replicas->count) {
            replicas->count = floor;
            replicas->at = least->at;
            replicas->from = scaler->least;
        }
    }
}

/* A Rollout that takes the pods of a Deployment over says how many there are, too. */
static void take_over(struct kube *k, const struct kube_object *rollout)
{
    const struct yaml_node *reference = yaml_get(rollout->spec, STR("workloadRef"));
    const struct kube_object *target = kube_find(
        &k->index, kube_text_of(reference, STR("kind")), rollout->zone, kube_text_of(reference, STR("name")));
    const struct yaml_node *count = yaml_get(rollout->spec, STR("replicas"));
    if (!target || !target->group)
        return;
    struct workload_replicas replicas = {
        .count = kube_integer(count, 1), .at = count ? count->at : (span){0}};
    scale_rollout(k, rollout, &replicas);
    vec_each(struct workload *const *, workload, &target->group->members)
        (*workload)->replicas = replicas;
}

/* ${REPLICAS}: one is what there is at least. */
static void leave_open(const struct kube *k, const struct kube_object *object)
{
    str count = kube_text_of(object->spec, STR("replicas"));
    if (k->is_template && object->group && reference_any(count))
        vec_each(struct workload *const *, workload, &object->group->members)
            (*workload)->replicas.open = STR("its replicas are put in when it is applied");
}

static void scale_workload(struct kube *k, const struct kube_object *object)
{
    const struct yaml_node *count = yaml_get(object->spec, STR("replicas"));
    struct workload_replicas replicas = {
        .count = kube_integer(count, 1), .at = count ? count->at : (span){0}};
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        if (str_eq(kinds[i].kind, object->kind->name))
            kinds[i].scale(k, object, &replicas);
    vec_each(struct workload *const *, workload, &object->group->members)
        (*workload)->replicas = replicas;
}

void scale_build(struct kube *k)
{
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_WORKLOAD])
        if ((*object)->group)
            scale_workload(k, *object);
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_WORKLOAD])
        if (str_eq((*object)->kind->name, STR("Rollout")))
            take_over(k, *object);
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_SCALER])
        for (size_t i = 0; i < ARRAY_COUNT(scalers); i++)
            if (str_eq(scalers[i].kind, (*object)->kind->name))
                apply_scaler(k, *object, &scalers[i]);
    vec_each(struct kube_object *const *, object, &k->index.of_role[KUBE_WORKLOAD])
        leave_open(k, *object);
}
