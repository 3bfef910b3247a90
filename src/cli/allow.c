#include "cli/allow.h"

#include "cli/session.h"
#include "language/pack.h"
#include "report/report.h"

static size_t let_through(struct arena *arena, struct check_result *result, str rule)
{
    size_t count = 0;
    vec_each(struct diag *, diag, &result->diags.list) {
        if (diag->fatal || diag->suppressed || !str_eq(diag->rule, rule))
            continue;
        diag->suppressed = arena_new(arena, struct suppression);
        diag->suppressed->reason = STR("--allow on the command line");
        count++;
    }
    return count;
}

void allow_silently(struct session *session, struct check_result *result)
{
    vec_each(const str *, rule, &session->settings.allow)
        let_through(session->arena, result, *rule);
}

/* Says so at every run: what was let through once, in the night, must not be forgotten. */
enum outcome allow_apply(struct session *session, struct check_result *result)
{
    vec_each(const str *, rule, &session->settings.allow) {
        if (rule_find(*rule) == NULL)
            return session_unknown(
                session, OUTCOME_USAGE, "`--allow` names no rule", rule_nearest(*rule, false));
        size_t count = let_through(session->arena, result, *rule);
        session_fault(session, OUTCOME_OK, "WARNING: --allow " STR_FMT " lets %zu finding%s through",
            STR_ARG(*rule), count, report_plural(count));
    }
    return OUTCOME_OK;
}
