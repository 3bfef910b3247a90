#include "cli/mending.h"

#include "cli/session.h"

enum outcome mending_refused(struct session *session, str path, enum host_status status)
{
    str why = status == HOST_FAILED ? STR("the system reports an error") : host_status_text(status);
    return session_fault(session, OUTCOME_MISSING_INPUT,
        "nothing was written, because of " STR_FMT ": " STR_FMT, STR_ARG(gate_visible(session->gate, path)),
        STR_ARG(why));
}

enum outcome mending_recover(
    struct session *session, const struct check_result *result, bool *ret_has_recovered)
{
    static const char *const said[] = {
        [RECOVERY_TAKEN_BACK] = "a run that was stopped here was taken back: the files are as they were",
        [RECOVERY_FINISHED] = "a run that was stopped here was finished: its files are all in place",
    };
    enum host_recovery recovery;
    str directory = {0};
    enum host_status status = mend_recover(session->arena, session->host, result, &recovery, &directory);
    if (status != HOST_OK)
        return session_fault(session, OUTCOME_MISSING_INPUT,
            "a run was stopped here, and " STR_FMT "/.bootgate-journal cannot be followed: " STR_FMT
            ". If it is none of yours, remove it",
            STR_ARG(gate_visible(session->gate, directory)), STR_ARG(host_status_text(status)));
    *ret_has_recovered = recovery != RECOVERY_NOTHING;
    if (*ret_has_recovered)
        session_fault(session, OUTCOME_OK, "%s", said[recovery]);
    return OUTCOME_OK;
}
