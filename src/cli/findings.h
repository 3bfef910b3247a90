/*
 * From a judged run to a printed report and an outcome, for every command that judges.
 */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include "check/check.h"
#include "cli/options.h"
#include "report/report.h"

/* The rows of --format (findings) and --fail-on. */
extern const struct option_group option_group_report;

/* Prints `result` to `stream` in the session's format and says what it means. */
enum outcome findings_report(struct session *session, const struct check_result *result, int stream);
/* How many findings that are not suppressed fail the run: at or above --fail-on. */
size_t findings_failing(const struct session *session, const struct check_result *result);
/* What the findings do not say: that there was nothing to judge. */
void findings_add_errors(struct arena *arena, struct report *report, const struct check_result *result);
/* The options of check_files() that the session's settings stand for. */
struct check_options findings_options(const struct session *session);

#endif
