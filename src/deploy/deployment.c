#include "deploy/deployment.h"

struct workload *deployment_workload(const struct deployment *deployment, str name)
{
    return map_get(&deployment->workloads_by_name, name);
}
