#include "check/suppose.h"

#include "base/nearest.h"
#include "base/number.h"

#define REPLICAS_MAX 1000000

bool suppose_parse(str text, struct supposition *ret_supposition)
{
    struct str_cut cut = str_rcut_byte(text, '=');
    uint64_t replicas;
    str key = STR(".replicas");
    if (!cut.found || !str_ends(cut.head, key) || cut.head.len == key.len ||
        !number_parse_unsigned(cut.tail, REPLICAS_MAX, &replicas))
        return false;
    *ret_supposition = (struct supposition){
        .name = str_take(cut.head, cut.head.len - key.len), .replicas = (int64_t)replicas};
    return true;
}

static void take(struct supposition *supposition, struct workload *workload)
{
    struct workload_replicas *replicas = &workload->replicas;
    supposition->is_met = true;
    *replicas = (struct workload_replicas){.count = supposition->replicas,
        .from = STR_INIT("--what-if"),
        .surge = replicas->surge,
        .is_percent = replicas->is_percent,
        .surge_at = replicas->surge_at,
        .surge_from = replicas->surge_from,
        .is_asked = true};
    workload->active = supposition->replicas > 0;
}

void suppose_apply(suppositions *list, const struct deployment *deployment)
{
    vec_each(struct supposition *, supposition, list) {
        struct nearest nearest = {.word = supposition->name};
        vec_each(struct workload *const *, workload, &deployment->workloads) {
            nearest_offer(&nearest, workload_label(*workload));
            if (workload_is_called(*workload, supposition->name))
                take(supposition, *workload);
        }
        supposition->nearest = nearest.best.len ? nearest.best : supposition->nearest;
    }
}

str_vec suppose_unmet(struct arena *arena, const suppositions *list)
{
    str_vec reasons = {0};
    vec_each(const struct supposition *, supposition, list) {
        if (supposition->is_met)
            continue;
        str reason = arena_join(arena, STR("no program is called `"), supposition->name, STR("`"));
        if (supposition->nearest.len)
            reason = arena_join(
                arena, reason, STR(": did you mean `"), arena_concat(arena, supposition->nearest, STR("`?")));
        vec_push(arena, &reasons, reason);
    }
    return reasons;
}
