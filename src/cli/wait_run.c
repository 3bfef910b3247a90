#include "cli/wait_run.h"

#include "cli/companion.h"
#include "cli/session.h"
#include "cli/wait_process.h"
#include "cli/wait_targets.h"
#include "text/mask.h"

static const struct code_row {
    int code;
    enum outcome outcome;
} code_rows[] = {
    {0, OUTCOME_OK},
    {64, OUTCOME_USAGE},
    {69, OUTCOME_UNAVAILABLE},
    {75, OUTCOME_TIMED_OUT},
    {130, OUTCOME_INTERRUPTED},
    {131, OUTCOME_INTERRUPTED}, /* SIGQUIT, from the keyboard too */
    {129, OUTCOME_TERMINATED},
    {143, OUTCOME_TERMINATED},
};

static enum outcome outcome_of(struct session *session, int code)
{
    for (size_t i = 0; i < ARRAY_COUNT(code_rows); i++)
        if (code_rows[i].code == code)
            return code_rows[i].outcome;
    if (code == WAIT_NOT_FOUND)
        return session_fault(session, OUTCOME_INTERNAL,
            "cannot wait: bootgate-wait is neither beside bootgate nor in libexec nor on PATH");
    return session_fault(session, OUTCOME_INTERNAL, "cannot wait: bootgate-wait failed");
}

typedef VEC(const char *) c_string_vec;

static const char *const *arguments_of(struct session *session)
{
    c_string_vec arguments = {0};
    vec_push(session->arena, &arguments, "bootgate-wait");
    if (session->settings.timeout.len > 0) {
        vec_push(session->arena, &arguments, "--timeout");
        vec_push(session->arena, &arguments, arena_c_string(session->arena, session->settings.timeout));
    }
    if (session->settings.quiet > 0)
        vec_push(session->arena, &arguments, "--quiet");
    vec_add(session->arena, &arguments);
    return arguments.items;
}

static void tell_passed_over(struct session *session, const struct wait_list *list)
{
    if (session->settings.verbose == 0)
        return;
    vec_each(const str *, sentence, &list->passed_over) {
        str text = gate_visible(session->gate, *sentence);
        session_fault(session, OUTCOME_OK, "not waited for: " STR_FMT, STR_ARG(text));
    }
}

enum outcome wait_run(
    struct session *session, const struct check_result *result, const str_vec *named, size_t *ret_count)
{
    struct wait_list list = wait_targets(session->arena, result->projects.items[0].facts, named);
    if (ret_count != NULL)
        *ret_count = list.count;
    if (list.fault.len > 0) {
        str fault = gate_visible(session->gate, list.fault);
        return session_fault(session, list.fault_is_usage ? OUTCOME_USAGE : OUTCOME_FINDINGS,
            "cannot wait: " STR_FMT, STR_ARG(fault));
    }
    tell_passed_over(session, &list);
    if (list.count == 0)
        return OUTCOME_OK;
    int code = wait_process(companion_programs(session, "bootgate-wait"), arguments_of(session),
        companion_environment(session), buf_view(&list.lines));
    return outcome_of(session, code);
}
