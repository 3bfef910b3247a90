#include "cli/project.h"

#include "cli/findings.h"
#include "cli/session.h"
#include "report/report.h"
#include "text/mask.h"

static const struct option_row asking_rows[] = {
    {.name = "what-if",
        .kind = OPTION_LIST,
        .argument = "NAME.replicas=N",
        .offset = offsetof(struct cli_settings, what_if),
        .about = "Work out the budget as if N of this program ran; may be given several times."},
};

const struct option_group option_group_asking = OPTION_GROUP("What to ask", asking_rows);

bool project_supposes(struct session *session)
{
    struct supposition asked;
    vec_each(const str *, text, &session->settings.what_if)
        if (!suppose_parse(*text, &asked)) {
            session_fault(
                session, OUTCOME_USAGE, "--what-if takes NAME.replicas=N, with N from 0 to 1000000");
            return false;
        }
    return true;
}

struct check_result *project_read(struct session *session)
{
    struct check_options options = findings_options(session);
    vec_each(const str *, text, &session->settings.what_if)
        suppose_parse(*text, vec_add(session->arena, &options.suppositions));
    struct check_result *result = check_files(session->arena, session->host, &options);
    session->gate = sources_gate(&result->sources);
    return result;
}

/* As a report sees a run: enough for its list of errors. */
static report_errors errors_of(struct arena *arena, const struct check_result *result)
{
    struct report report = {.diags = &result->diags};
    findings_add_errors(arena, &report, result);
    return report_all_errors(arena, &report);
}

enum outcome project_faults(struct session *session, const struct check_result *result)
{
    report_errors errors = errors_of(session->arena, result);
    vec_each(const struct report_error *, error, &errors) {
        str message = gate_visible(session->gate, error->message);
        str file = gate_visible(session->gate, error->file);
        if (error->line > 0)
            session_fault(session, OUTCOME_BAD_INPUT, STR_FMT ":%u: " STR_FMT, STR_ARG(file), error->line,
                STR_ARG(message));
        else
            session_fault(session, OUTCOME_BAD_INPUT, STR_FMT "%s" STR_FMT, STR_ARG(file),
                file.len > 0 ? ": " : "", STR_ARG(message));
    }
    return errors.count > 0 ? OUTCOME_BAD_INPUT : OUTCOME_OK;
}

json_t *project_errors_json(struct gate *gate, const struct check_result *result)
{
    report_errors errors = errors_of(gate->arena, result);
    if (errors.count == 0)
        return NULL;
    json_t *list = json_array();
    vec_each(const struct report_error *, error, &errors)
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o}", "file", json_text_or_null(gate, error->file), "line",
                      json_number_or_null(error->line), "message", json_visible(gate, error->message)));
    return list;
}
