#include "deploy/deployment.h"

struct workload *deployment_workload(const struct deployment *deployment, str name)
{
    return map_get(&deployment->workloads_by_name, name);
}

str workload_reference(const struct workload *workload)
{
    const struct workload_image *built = workload->built;
    return built && built->unknown.len == 0 ? built->base : workload->image;
}
