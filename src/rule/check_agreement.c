/*
 * Whether a server and those who connect to it agree on user, password and database.
 */
#include "facts/variable.h"
#include "rule/check.h"

static bool is_standing_database(enum family_id family, str database)
{
    const str *standing = family_row(family)->standing;
    for (size_t i = 0; i < FAMILY_STANDING_MAX; i++)
        if (str_eq(database, standing[i]))
            return true;
    return false;
}

/* Start-up scripts may create further roles and databases: then only what the variables say is comparable. */
static bool has_start_scripts(const struct service *service)
{
    vec_each(const struct workload_mount *, mount, &service->workload->mounts)
        if (str_starts(mount->target, STR("/docker-entrypoint-initdb.d")))
            return true;
    vec_each(const struct workload_resource *, config, &service->workload->configs)
        if (str_starts(config->target, STR("/docker-entrypoint-initdb.d")))
            return true;
    return false;
}

static span place_of_value(const struct value *value)
{
    span at = value_locate(value, 0, value->text.len);
    return span_is_set(at) ? at : value->at;
}

static void report_login(struct check_run *run, const struct connection *connection,
    const struct server *server, enum connection_part part, const struct value *own)
{
    struct place place = place_of_part(connection, part);
    const char *what = part == PART_USER ? "another user" : "another password";
    str name = service_name(server->service);
    struct diag *finding = finding_add(run, RULE_CREDENTIALS_DISAGREE, place,
        STR_FMT " logs in with %s than `" STR_FMT "` is set up with", STR_ARG(connection->label), what,
        STR_ARG(name));
    span outer = connection_locate_outer(connection, part);
    bool is_elsewhere = outer.source != place.at.source || outer.offset != place.at.offset;
    if (!finding || is_elsewhere) /* one password may be sent to several servers */
        finding_related(run, finding ? finding : finding_at(run, RULE_CREDENTIALS_DISAGREE, place), outer,
            STR_FMT " sends it to `" STR_FMT "`", STR_ARG(connection->label), STR_ARG(name));
    if (part == PART_USER)
        finding_label(run, finding, "the server creates `" STR_FMT "`", STR_ARG(server->user_text));
    if (own)
        finding_related(run, finding, place_of_value(own), "`" STR_FMT "` gets it here", STR_ARG(name));
    finding_why(run, finding, "the connection will be refused: password authentication fails");
    str change = family_row(server->family)->password_change;
    if (change.len)
        finding_help(run, finding,
            "set both to the same; an existing volume keeps the old password: " STR_FMT, STR_ARG(change));
    else
        finding_help(run, finding, "set both to the same");
}

static void compare_login(
    struct check_run *run, const struct connection *connection, const struct server *server)
{
    const struct value *password = server->password;
    bool is_admin = connection->has_user && str_eq(connection->user, STR("root"));
    const struct value *admin = server->admin_password;
    if (is_admin && admin)
        password = admin;
    bool other_user = connection->has_user && connection->user.len && server->user_text.len &&
                      !str_eq(connection->user, server->user_text) && !(is_admin && admin);
    if (other_user) {
        if (server->user && !has_start_scripts(server->service))
            report_login(run, connection, server, PART_USER, server->user);
        return;
    }
    if (password && password->set && connection->has_password && password->text.len &&
        !str_eq(password->text, connection->password))
        report_login(run, connection, server, PART_PASSWORD, password);
}

static void compare_database(
    struct check_run *run, const struct connection *connection, const struct server *server)
{
    if (!server->database || !connection->has_database || connection->database.len == 0 ||
        str_eq(connection->database, server->database_text) ||
        is_standing_database(server->family, connection->database) || has_start_scripts(server->service))
        return;
    str name = service_name(server->service);
    struct diag *finding = finding_add(run, RULE_DATABASE_DISAGREES, place_of_part(connection, PART_DATABASE),
        STR_FMT " asks for database `" STR_FMT "`, which `" STR_FMT "` does not create",
        STR_ARG(connection->label), STR_ARG(connection->database), STR_ARG(name));
    finding_label(run, finding, "the server creates `" STR_FMT "`", STR_ARG(server->database_text));
    finding_related(run, finding, place_of_value(server->database), "set up here");
    finding_help(run, finding, "use the same name on both sides");
}

static void judge_connection(struct check_run *run, const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets) {
        const struct server *server = target->server;
        /* Whom an unknown name means is a guess. */
        if (!server || target->kind == TARGET_UNKNOWN || !server->service || !server->service->image ||
            server->service == connection->service || !family_reaches(connection->family, server->family))
            continue;
        compare_login(run, connection, server);
        if (family_row(server->family)->named_databases)
            compare_database(run, connection, server);
    }
}

/* Names that choose a backend end with one of these. */
static const str choosing_words[] = {
    STR_INIT("_BACKEND"), STR_INIT("_STORE"), STR_INIT("_ENGINE"), STR_INIT("_PROVIDER")};

static bool chooses(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(choosing_words); i++)
        if (str_ends(name, choosing_words[i]))
            return true;
    return false;
}

/* The service that is called so, or belongs to a profile of that name; active ones first. */
static const struct service *provider(const struct facts *facts, str choice)
{
    const struct service *found = NULL;
    vec_each(struct service *const *, row, &facts->services) {
        const struct workload *workload = (*row)->workload;
        bool named = str_eq_fold(workload->name, choice);
        vec_each(const str *, profile, &workload->profiles)
            named = named || str_eq_fold(*profile, choice);
        if (named && workload->active)
            return *row;
        if (named && !found)
            found = *row;
    }
    return found;
}

/* A backend is chosen by the very name of a service or profile, and that one is not started. */
static void judge_choice(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    if (!run->facts->deployment || value->text.len == 0 || !chooses(value->name))
        return;
    const struct service *service = provider(run->facts, value->text);
    if (!service || service->workload->active)
        return;
    str name = service_name(service);
    struct diag *finding = finding_add(run, RULE_PROFILE_MISMATCH, place_of_variable(variable),
        STR_FMT " chooses `" STR_FMT "`, which is not started", STR_ARG(value->name), STR_ARG(value->text));
    finding_related(
        run, finding, service->workload->at, "`" STR_FMT "` belongs to a profile that is off", STR_ARG(name));
    if (service->workload->profiles.count)
        finding_help(run, finding, "add `" STR_FMT "` to COMPOSE_PROFILES, or choose the backend that runs",
            STR_ARG(service->workload->profiles.items[0]));
}

const struct check agreement_checks[] = {
    {FACT_DSN, {.connection = judge_connection}},
    {FACT_VARIABLE, {.variable = judge_choice}},
    {0},
};
