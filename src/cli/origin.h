/*
 * Where a value comes from, in JSON, where that is an image: {"image": {"file", "line", "instruction", "stage"}}.
 */
#ifndef CLI_ORIGIN_H
#define CLI_ORIGIN_H

#include "base/null.h"
#include "deploy/deployment.h"
#include "report/json_text.h"

/* NULL: it is not in the Dockerfile of the workload. */
json_t *OR_NULL origin_json(
    struct gate *gate, const struct sources *sources, const struct workload *workload, span at);

#endif
