/* `bootgate env --compare`: cli/env_view.h. */
#include "env/compare.h"
#include "env/spell.h"

#include "cli/env_view.h"
#include "cli/reveal.h"
#include "cli/session.h"
#include "rule/secret.h"
#include "text/mask.h"

#include <unistd.h>

/* A name that any reader gives a value is one. */
static str shown_name(const struct session *session, const struct comparison *comparison,
    const struct compared_variable *variable)
{
    bool has_value = false;
    for (size_t i = 0; i < comparison->readers.count; i++) {
        const struct value *value = variable->values[i].value;
        has_value = has_value || (value != NULL && value->set);
    }
    return reveal_name(session, variable->name, has_value);
}

static json_t *values_json(const struct session *session, const struct comparison *comparison,
    const struct compared_variable *variable)
{
    json_t *object = json_object();
    for (size_t i = 0; i < comparison->readers.count; i++) {
        const struct value *value = variable->values[i].value;
        str reader = dialect_name(comparison->readers.items[i].dialect);
        if (value != NULL)
            json_set_text_key(session->gate, object, reader, env_value_json(session, value));
    }
    return object;
}

static json_t *difference_json(const struct session *session, const struct comparison *comparison,
    const struct compared_variable *variable)
{
    struct arena *arena = session->arena;
    return json_pack("{s:o, s:o, s:o}", "variable",
        json_text(session->gate, shown_name(session, comparison, variable)), "how",
        json_text(session->gate, compare_sentence(arena, comparison, variable)), "advice",
        json_text_or_null(session->gate, variable->advice));
}

static void print_json(struct session *session, const struct comparison *comparison)
{
    json_t *dialects = json_array(), *variables = json_object(), *different = json_array(),
           *errors = json_object();
    vec_each(const struct compared_reader *, reader, &comparison->readers) {
        str name = dialect_name(reader->dialect);
        json_array_append_new(dialects, json_text(session->gate, name));
        if (!reader->result.ok)
            json_set_text_key(
                session->gate, errors, name, env_faults_json(session, &reader->diags, SEVERITY_ERROR));
    }
    vec_each(const struct compared_variable *, variable, &comparison->variables) {
        json_set_text_key(session->gate, variables, shown_name(session, comparison, variable),
            values_json(session, comparison, variable));
        if (variable->differs)
            json_array_append_new(different, difference_json(session, comparison, variable));
    }
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    json_out(&out, json_pack("{s:i, s:o, s:o, s:o, s:o}", "version", 1, "dialects", dialects, "variables",
                       variables, "differences", different, "errors", errors));
    out_text(&out, "\n");
    out_flush(&out);
}

static bool is_same(const struct value *a, const struct value *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->set == b->set && (!a->set || str_eq(a->text, b->text));
}

static bool takes_part(const struct comparison *comparison, size_t reader)
{
    return comparison->readers.items[reader].result.ok;
}

/* The readers from `from` on that see what it sees, as "docker, podman"; empty where an earlier one does. */
static str sharers(struct arena *arena, const struct comparison *comparison,
    const struct compared_variable *variable, size_t from)
{
    struct buf names = buf_new(arena, 4096);
    for (size_t i = 0; i < comparison->readers.count; i++) {
        if (!takes_part(comparison, i) || !is_same(variable->values[from].value, variable->values[i].value))
            continue;
        if (i < from)
            return STR("");
        buf_printf(&names, "%s" STR_FMT, names.len > 0 ? ", " : "",
            STR_ARG(dialect_name(comparison->readers.items[i].dialect)));
    }
    return buf_view(&names);
}

static str shown_value(const struct session *session, const struct value *value)
{
    if (value == NULL)
        return STR("(not there)");
    if (!value->set)
        return STR("(no value)");
    return arena_printf(session->arena, "`" STR_FMT "`", STR_ARG(env_value_text(session, value)));
}

static void print_variable(const struct session *session, struct out *out,
    const struct comparison *comparison, const struct compared_variable *variable)
{
    out_printf(
        out, STR_FMT "\n", STR_ARG(gate_visible(session->gate, shown_name(session, comparison, variable))));
    for (size_t i = 0; i < comparison->readers.count; i++) {
        if (!takes_part(comparison, i))
            continue;
        str readers = sharers(session->arena, comparison, variable, i);
        const struct compared_value *seen = &variable->values[i];
        if (readers.len > 0)
            out_printf(out, "  " STR_FMT "  " STR_FMT "%s" STR_FMT "\n",
                STR_ARG(shown_value(session, seen->value)), STR_ARG(readers), seen->how.len > 0 ? ": " : "",
                STR_ARG(seen->how));
    }
    if (variable->advice.len > 0)
        out_printf(out, "  = " STR_FMT "\n", STR_ARG(variable->advice));
}

static void print_text(struct session *session, const struct comparison *comparison)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    vec_each(const struct compared_variable *, variable, &comparison->variables)
        print_variable(session, &out, comparison, variable);
    vec_each(const struct compared_reader *, reader, &comparison->readers)
        if (!reader->result.ok)
            out_printf(&out, "refused by " STR_FMT "\n", STR_ARG(dialect_name(reader->dialect)));
    out_flush(&out);
}

/* The dialects of --compare's argument, all where it has none. False: one of them does not exist. */
static bool choose(struct session *session, dialect_list *ret_dialects)
{
    str list = session->settings.compare, name;
    if (list.len == 0)
        for (int id = 0; id < DIALECT_COUNT; id++)
            vec_push(session->arena, ret_dialects, dialect_get((enum dialect_id)id));
    while (list.len > 0 && str_next(&list, ',', &name)) {
        const struct dialect *dialect = dialect_find(str_trim(name));
        if (dialect == NULL)
            return false;
        vec_push(session->arena, ret_dialects, dialect);
    }
    return true;
}

enum outcome env_compare_run(struct session *session, str path)
{
    dialect_list dialects = {0};
    if (!choose(session, &dialects))
        return session_fault(session, OUTCOME_USAGE, "no such dialect, see bootgate rules --dialects");
    struct env_file_view view;
    env_file_open(session, path, &view);
    if (view.source == NULL)
        return session_fault(session, OUTCOME_MISSING_INPUT, STR_FMT ": " STR_FMT,
            STR_ARG(gate_visible(session->gate, path)), STR_ARG(view.fault));
    struct comparison comparison = compare_readers(
        session->arena, &view.sources, view.source, dialects.items, dialects.count, &view.outer);
    const struct env *known = NULL;
    vec_each(const struct compared_reader *, reader, &comparison.readers)
        if (!session->settings.reveal) {
            secret_hide_env(session->gate, &view.sources, &reader->result.env, known);
            known = &reader->result.env;
        }
    if (session_is_json(session))
        print_json(session, &comparison);
    else
        print_text(session, &comparison);
    return OUTCOME_OK;
}
