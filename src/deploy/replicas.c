#include "deploy/replicas.h"

#include "base/number.h"

int64_t replicas_most(const struct workload_replicas *replicas)
{
    return replicas->most > replicas->count ? replicas->most : replicas->count;
}

int64_t replicas_surge(const struct workload_replicas *replicas, int64_t count)
{
    int64_t more = replicas->surge;
    if (replicas->is_percent)
        more = number_add(number_multiply(count, more), 99) / 100;
    return more > count ? count : more;
}
