/*
 * What `budget`, `graph`, `init` and `env --service` share: a project that was read and judged, looked at
 * from another side.
 */
#ifndef CLI_PROJECT_H
#define CLI_PROJECT_H

#include "check/check.h"
#include "cli/options.h"
#include "report/json_text.h"

/* Reads and judges what the session's operands and options name. Never NULL. */
struct check_result *project_read(struct session *session);
/* --what-if NAME.replicas=N */
extern const struct option_group option_group_asking;
/* Whether --what-if can be understood; a fault is told. */
bool project_supposes(struct session *session);
/* What makes judging impossible, a line each on standard error. The outcome that follows from it. */
enum outcome project_faults(struct session *session, const struct check_result *result);
/* The same as the JSON documents have it: [{"file", "line", "message"}], NULL where there is none. */
json_t *project_errors_json(struct gate *gate, const struct check_result *result);

/* The budgets of all projects of a run, as `bootgate budget --format json` lists its servers. */
json_t *project_budgets_json(struct gate *gate, const struct check_result *result);

#endif
