#include "cli/wait_run.h"

#include "cli/session.h"
#include "cli/wait_process.h"
#include "cli/wait_targets.h"
#include "host/posix.h"
#include "text/mask.h"

/* What bootgate-wait may know of our environment: how to speak, how to resolve names, whom to trust. */
static const str passed_on[] = {
    STR_INIT("COLUMNS"),
    STR_INIT("HOSTALIASES"),
    STR_INIT("LANG"),
    STR_INIT("LC_ALL"),
    STR_INIT("LC_CTYPE"),
    STR_INIT("LD_LIBRARY_PATH"),
    STR_INIT("LOCALDOMAIN"),
    STR_INIT("NO_COLOR"),
    STR_INIT("PATH"),
    STR_INIT("RES_OPTIONS"),
    STR_INIT("SSL_CERT_DIR"),
    STR_INIT("SSL_CERT_FILE"),
    STR_INIT("TERM"),
};

/* Where it is looked for, from the directory of this program on. */
static const char *const places[] = {
    "bootgate-wait",
    "../libexec/bootgate/bootgate-wait",
    "../lib/bootgate/bootgate-wait",
};

static const struct code_row {
    int code;
    enum outcome outcome;
} code_rows[] = {
    {0, OUTCOME_OK},
    {64, OUTCOME_USAGE},
    {69, OUTCOME_UNAVAILABLE},
    {75, OUTCOME_TIMED_OUT},
    {130, OUTCOME_INTERRUPTED},
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

static bool is_passed_on(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(passed_on); i++)
        if (str_eq(passed_on[i], name))
            return true;
    return false;
}

typedef VEC(const char *) c_string_vec;

static const char *const *environment_of(struct session *session)
{
    c_string_vec entries = {0};
    const char *const *given = session->host->environment(session->host->self);
    for (; given != NULL && *given != NULL; given++)
        if (is_passed_on(str_cut_byte(str_from_c(*given), '=').head))
            vec_push(session->arena, &entries, *given);
    vec_add(session->arena, &entries);
    return entries.items;
}

static const char *const *programs_of(struct session *session)
{
    c_string_vec programs = {0};
    str self = posix_program_path(session->arena);
    str directory = path_directory(self);
    for (size_t i = 0; self.len > 0 && i < ARRAY_COUNT(places); i++) {
        str path = path_join(session->arena, directory, str_from_c(places[i]));
        vec_push(session->arena, &programs, arena_c_string(session->arena, path));
    }
    vec_push(session->arena, &programs, "bootgate-wait");
    vec_add(session->arena, &programs);
    return programs.items;
}

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
    int code = wait_process(
        programs_of(session), arguments_of(session), environment_of(session), buf_view(&list.lines));
    return outcome_of(session, code);
}
