#include "cli/env_view.h"
#include "cli/reveal.h"
#include "cli/session.h"
#include "text/mask.h"

#include <unistd.h>

/* One reader and what it makes of the file. */
struct column {
    const struct dialect *dialect;
    struct diags diags;
    struct dotenv_result result;
};

typedef VEC(struct column) column_list;

/* The names of all variables, in the order in which the readers first meet them. */
static struct map all_names(struct arena *arena, const column_list *columns)
{
    struct map names = {0};
    vec_each(const struct column *, column, columns)
        vec_each(const struct map_entry *, entry, &column->result.env.map.entries)
            if (column->result.ok && !entry->removed && !map_has(&names, entry->key))
                map_set(arena, &names, entry->key, entry->value);
    return names;
}

static const struct value *seen_by(const struct column *column, str name)
{
    return column->result.ok ? env_get(&column->result.env, name) : NULL;
}

static bool is_same(const struct value *a, const struct value *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->set == b->set && (!a->set || str_eq(a->text, b->text));
}

/* A name that any reader gives a value is one. */
static str shown_name(const struct session *session, const column_list *columns, str name)
{
    bool has_value = false;
    vec_each(const struct column *, column, columns) {
        const struct value *value = seen_by(column, name);
        has_value = has_value || (value != NULL && value->set);
    }
    return reveal_name(session, name, has_value);
}

/* Readers that refuse the file as a whole do not take part. */
static bool differs(const column_list *columns, str name)
{
    const struct column *first = NULL;
    vec_each(const struct column *, column, columns) {
        if (!column->result.ok)
            continue;
        if (first != NULL && !is_same(seen_by(first, name), seen_by(column, name)))
            return true;
        first = first != NULL ? first : column;
    }
    return false;
}

static json_t *values_json(const struct session *session, const column_list *columns, str name)
{
    json_t *object = json_object();
    vec_each(const struct column *, column, columns) {
        const struct value *value = seen_by(column, name);
        if (value != NULL)
            json_set_text_key(
                session->arena, object, dialect_name(column->dialect), env_value_json(session, value));
    }
    return object;
}

static void print_json(struct session *session, const column_list *columns)
{
    struct arena *arena = session->arena;
    struct map names = all_names(arena, columns);
    json_t *dialects = json_array(), *variables = json_object(), *different = json_array(),
           *errors = json_object();
    vec_each(const struct column *, column, columns) {
        str name = dialect_name(column->dialect);
        json_array_append_new(dialects, json_text(arena, name));
        if (!column->result.ok)
            json_set_text_key(arena, errors, name, env_faults_json(session, &column->diags, SEVERITY_ERROR));
    }
    vec_each(const struct map_entry *, entry, &names.entries) {
        str shown = shown_name(session, columns, entry->key);
        json_set_text_key(arena, variables, shown, values_json(session, columns, entry->key));
        if (differs(columns, entry->key))
            json_array_append_new(different, json_text(arena, shown));
    }
    struct out out = out_new(arena, session->host, STDOUT_FILENO);
    json_out(&out, json_pack("{s:i, s:o, s:o, s:o, s:o}", "version", 1, "dialects", dialects, "variables",
                       variables, "differ", different, "errors", errors));
    out_text(&out, "\n");
    out_flush(&out);
}

/* The readers from `from` on that see what it sees, as "docker, podman". */
static str sharers(struct arena *arena, const column_list *columns, const struct column *from, str name)
{
    struct buf buf = buf_new(arena, 4096);
    for (const struct column *column = from; column < columns->items + columns->count; column++)
        if (column->result.ok && is_same(seen_by(from, name), seen_by(column, name)))
            buf_printf(&buf, "%s" STR_FMT, buf.len > 0 ? ", " : "", STR_ARG(dialect_name(column->dialect)));
    return buf_view(&buf);
}

static bool is_first_of_its_kind(const column_list *columns, const struct column *column, str name)
{
    for (const struct column *other = columns->items; other < column; other++)
        if (other->result.ok && is_same(seen_by(other, name), seen_by(column, name)))
            return false;
    return true;
}

static void print_variable(
    const struct session *session, struct out *out, const column_list *columns, str name)
{
    out_printf(out, STR_FMT "%s\n", STR_ARG(mask_visible(session->arena, shown_name(session, columns, name))),
        differs(columns, name) ? "  (readers differ)" : "");
    vec_each(const struct column *, column, columns) {
        if (!column->result.ok || !is_first_of_its_kind(columns, column, name))
            continue;
        const struct value *value = seen_by(column, name);
        str shown = value == NULL ? STR("not there")
                    : !value->set ? STR("no value")
                                  : env_value_text(session, value);
        bool is_value = value != NULL && value->set;
        out_printf(out, "  %s" STR_FMT "%s  " STR_FMT "\n", is_value ? "`" : "(", STR_ARG(shown),
            is_value ? "`" : ")", STR_ARG(sharers(session->arena, columns, column, name)));
    }
}

static void print_text(struct session *session, const column_list *columns)
{
    struct out out = out_new(session->arena, session->host, STDOUT_FILENO);
    struct map names = all_names(session->arena, columns);
    vec_each(const struct map_entry *, entry, &names.entries)
        print_variable(session, &out, columns, entry->key);
    vec_each(const struct column *, column, columns)
        if (!column->result.ok)
            out_printf(&out, "refused by " STR_FMT "\n", STR_ARG(dialect_name(column->dialect)));
    out_flush(&out);
}

/* The dialects of --compare's argument, all where it has none. False: one of them does not exist. */
static bool choose(struct session *session, column_list *ret_columns)
{
    str list = session->settings.compare, name;
    if (list.len == 0)
        for (int id = 0; id < DIALECT_COUNT; id++)
            vec_add(session->arena, ret_columns)->dialect = dialect_get((enum dialect_id)id);
    for (; list.len > 0 && str_next(&list, ',', &name);) {
        const struct dialect *dialect = dialect_find(str_trim(name));
        if (dialect == NULL)
            return false;
        vec_add(session->arena, ret_columns)->dialect = dialect;
    }
    return true;
}

enum outcome env_compare_run(struct session *session, str path)
{
    column_list columns = {0};
    if (!choose(session, &columns))
        return session_fault(session, OUTCOME_USAGE, "no such dialect, see bootgate rules --dialects");
    struct env_file_view view;
    env_file_open(session, path, &view);
    if (view.source == NULL)
        return session_fault(session, OUTCOME_MISSING_INPUT, STR_FMT ": " STR_FMT,
            STR_ARG(mask_visible(session->arena, path)), STR_ARG(view.fault));
    vec_each(struct column *, column, &columns) {
        column->diags = (struct diags){.arena = session->arena, .sources = &view.sources};
        column->result = dotenv_read(
            session->arena, &column->diags, view.source, column->dialect, &view.outer, ORIGIN_ENV_FILE);
    }
    if (env_wants_json(session))
        print_json(session, &columns);
    else
        print_text(session, &columns);
    return OUTCOME_OK;
}
