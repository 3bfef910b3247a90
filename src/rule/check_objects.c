/*
 * Objects that hold values for programs: what is missing of them, what cannot be seen, what is in them beside
 * the value; and what the platform puts into an environment by itself.
 */
#include "facts/connection.h"
#include "facts/variable.h"
#include "rule/check.h"

/* ---- references */

static void judge_missing(
    struct check_run *run, const struct service *service, const struct workload_missing *missing)
{
    struct place place = {.at = missing->at, .variable = missing->variable, .service = service};
    str label = workload_label(service->workload);
    enum severity severity = missing->is_fatal ? SEVERITY_ERROR : SEVERITY_WARNING;
    struct diag *finding =
        missing->key.len
            ? finding_add_as(run, RULE_MISSING_REFERENCE, severity, place,
                  "`" STR_FMT "` takes the key `" STR_FMT "` of `" STR_FMT "`, which does not have it",
                  STR_ARG(label), STR_ARG(missing->key), STR_ARG(missing->object))
            : finding_add_as(run, RULE_MISSING_REFERENCE, severity, place,
                  "`" STR_FMT "` takes values of `" STR_FMT "`, which is not here, and another nearly is",
                  STR_ARG(label), STR_ARG(missing->object));
    if (missing->is_fatal)
        finding_why(run, finding, "the container is not created until the key is there");
    if (missing->nearest.len)
        finding_help(run, finding, "did you mean " STR_FMT "?", STR_ARG(missing->nearest));
    finding_related(run, finding, missing->there_at, "this one is here");
}

/* An object of a zone that some programs take values from; one note for all of them. */
static void note_unseen(struct check_run *run, struct map *told, const struct service *service,
    const struct workload_unseen *unseen)
{
    str key = arena_join(run->arena, service->workload->zone, STR(" "), unseen->object);
    size_t number = (size_t)(uintptr_t)map_get(told, key);
    struct diag *finding = number ? &run->diags->list.items[number - 1] : NULL;
    if (finding) {
        finding_related(run, finding, unseen->at, "`" STR_FMT "` takes values of it here",
            STR_ARG(workload_label(service->workload)));
        return;
    }
    struct place place = {.at = unseen->at, .service = service};
    finding = finding_add(run, RULE_NOT_VISIBLE, place, "the values of `" STR_FMT "` cannot be seen here",
        STR_ARG(unseen->object));
    if (!finding)
        return;
    if (diag_is_kept(run->diags, finding->severity))
        map_set(run->arena, told, key, (void *)(uintptr_t)run->diags->list.count);
    str names = STR("");
    vec_each(const str *, name, &unseen->variables)
        names = names.len ? arena_join(run->arena, names, STR(", "), *name) : *name;
    if (names.len)
        finding_label(run, finding, STR_FMT " %s on it", STR_ARG(names),
            unseen->variables.count > 1 ? "hang" : "hangs");
    else
        finding_label(run, finding, "any variable may come from it");
    if (unseen->made_by.len)
        finding_why(run, finding, STR_FMT " makes it in the cluster", STR_ARG(unseen->made_by));
    else
        finding_why(run, finding, "it is not among the files that were read");
}

static void judge_references(struct check_run *run)
{
    struct map told = {0};
    vec_each(struct service *const *, service, &run->facts->services) {
        if (!(*service)->workload->active)
            continue;
        vec_each(const struct workload_missing *, missing, &(*service)->workload->missing)
            judge_missing(run, *service, missing);
        vec_each(const struct workload_unseen *, unseen, &(*service)->workload->unseen)
            note_unseen(run, &told, *service, unseen);
    }
}

/* ---- what is behind the value */

/* One line, and then a line feed or a blank: a key of several lines, or a file, ends as it does. */
static bool ends_loose(str text)
{
    str trimmed = str_trim_end(text);
    return trimmed.len && trimmed.len < text.len && !str_has_byte(trimmed, '\n');
}

/* What a value with a line feed in it breaks: the string or login that it is a part of. */
static bool breaks_connection(const struct check_run *run, const struct variable *variable)
{
    vec_each(struct connection *const *, row, &run->facts->connections) {
        const struct connection *connection = *row;
        if (connection->variable == variable)
            return true;
        if (connection->dsn)
            vec_each(const struct piece *, piece, &connection->variable->value->pieces.list)
                if (piece->via && value_root(piece->via) == variable->root)
                    return true;
        for (int part = PART_USER; part < PART_COUNT; part++) {
            const struct value *value = connection->dsn ? NULL : connection->parts[part];
            if (part != PART_PASSWORD && value && value_root(value) == variable->root)
                return true;
        }
    }
    return false;
}

/* A server's own user or database of that name is another than the one that clients ask for. */
static bool names_login(const struct check_run *run, const struct variable *variable)
{
    vec_each(struct server *const *, row, &run->facts->servers) {
        const struct server *server = *row;
        if ((server->user && value_root(server->user) == variable->root) ||
            (server->database && value_root(server->database) == variable->root))
            return true;
    }
    return false;
}

static void judge_end(struct check_run *run, const struct variable *variable)
{
    str text = variable->value->text;
    if (!value_is_of_object(variable->root) || !ends_loose(text))
        return;
    bool is_fatal = breaks_connection(run, variable) || names_login(run, variable);
    if (!is_fatal && !variable->secret)
        return;
    const char *what = str_has_byte(text, '\n') ? "a line feed" : "white space";
    struct diag *finding =
        finding_add_as(run, RULE_SECRET_NEWLINE, is_fatal ? SEVERITY_ERROR : SEVERITY_WARNING,
            place_of_variable(variable), STR_FMT " ends with %s", STR_ARG(variable->value->name), what);
    finding_why(run, finding, "the program gets it with the value");
    finding_help(run, finding, "encode it with printf '%%s' VALUE | base64, or write |- in place of |");
    finding_holders(run, finding, variable);
}

const struct check object_checks[] = {
    {FACT_ENVIRONMENT, {.environment = judge_references}},
    {FACT_VARIABLE, {.variable = judge_end}},
    {0},
};
