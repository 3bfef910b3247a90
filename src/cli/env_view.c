#include "cli/env_view.h"

#include "base/limit.h"
#include "cli/reveal.h"
#include "cli/session.h"
#include "report/report.h"
#include "text/mask.h"

/* The process environment as an env; entries without `=` are left out. */
static struct env process_environment(struct session *session)
{
    struct arena *arena = session->arena;
    struct env env = {.arena = arena};
    const char *const *entries = session->host->environment(session->host->self);
    for (; entries != NULL && *entries != NULL; entries++) {
        struct str_cut cut = str_cut_byte(str_from_c(*entries), '=');
        if (!cut.found || env_get(&env, cut.head) != NULL)
            continue;
        struct value *value = arena_new(arena, struct value);
        *value = (struct value){.name = cut.head, .text = cut.tail, .set = true, .origin = ORIGIN_PROCESS};
        env_put(&env, value);
    }
    return env;
}

void env_file_open(struct session *session, str path, struct env_file_view *view)
{
    *view = (struct env_file_view){.sources = {.arena = session->arena}};
    session->gate = sources_gate(&view->sources);
    view->process = process_environment(session);
    view->outer = env_scope(&view->process);
    struct host_file file =
        session->host->read(session->host->self, session->arena, path, limit_value(LIMIT_FILE_BYTES));
    if (file.status == HOST_OK)
        view->source = source_add(&view->sources, SOURCE_ENV, path, path, file.text);
    else
        view->fault = host_status_text(file.status);
}

json_t *env_value_json(const struct session *session, const struct value *value)
{
    if (!value->set)
        return json_null();
    return json_text(session->gate, reveal_value(session, value_visible(session->arena, value)));
}

json_t *env_variables_json(const struct session *session, const struct env *env)
{
    json_t *object = json_object();
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed)
            json_set_text_key(session->gate, object, reveal_name(session, entry->key, value->set),
                env_value_json(session, value));
    }
    return object;
}

json_t *env_faults_json(const struct session *session, const struct diags *diags, enum severity severity)
{
    json_t *list = json_array();
    vec_each(const struct diag *, diag, &diags->list) {
        if (diag->severity != severity)
            continue;
        struct report_place place = report_place(diags->sources, diag->at, diag->line_only);
        json_array_append_new(list, json_pack("{s:o, s:o}", "line", json_number_or_null(place.start.line),
                                        "message", json_visible(session->gate, diag->message)));
    }
    return list;
}

str env_value_text(const struct session *session, const struct value *value)
{
    /* as it is: whoever says --reveal wants to see a login too */
    return gate_asked(session->gate, reveal_value(session, value_visible(session->arena, value)));
}

void env_variables_print(const struct session *session, struct out *out, const struct env *env)
{
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (entry->removed)
            continue;
        out_str(out, gate_visible(session->gate, reveal_name(session, entry->key, value->set)));
        if (value->set)
            out_printf(out, "=" STR_FMT, STR_ARG(env_value_text(session, value)));
        out_text(out, value->is_hidden ? "=<hidden>\n" : "\n");
    }
}

void env_faults_print(struct session *session, const struct diags *diags)
{
    struct arena *arena = session->arena;
    vec_each(const struct diag *, diag, &diags->list) {
        struct report_place place = report_place(diags->sources, diag->at, diag->line_only);
        str file = gate_visible(session->gate, place.file),
            message = gate_visible(session->gate, diag->message);
        str severity = severity_name(diag->severity), where = STR("");
        if (place.start.line > 0)
            where = arena_printf(arena, STR_FMT ":%u: ", STR_ARG(file), place.start.line);
        else if (place.has_file)
            where = arena_printf(arena, STR_FMT ": ", STR_ARG(file));
        session_fault(session, OUTCOME_BAD_INPUT, STR_FMT STR_FMT ": " STR_FMT, STR_ARG(where),
            STR_ARG(severity), STR_ARG(message));
    }
}
