/*
 * Whether a server and those who connect to it agree on user, password and database.
 */
#include "budget/capacity.h"
#include "deploy/image.h"
#include "deploy/path.h"
#include "env/file_form.h"
#include "facts/live.h"
#include "facts/login.h"
#include "facts/variable.h"
#include "rule/check.h"
#include "rule/credential.h"
#include "rule/data_directory.h"
#include "rule/server_settings.h"
#include "rule/splice.h"
#include "rule/start_script.h"

static bool is_standing_database(enum family_id family, str database)
{
    const str *standing = family_row(family)->standing;
    for (size_t i = 0; i < FAMILY_STANDING_MAX; i++)
        if (str_eq(database, standing[i]))
            return true;
    return false;
}

static void report_login(struct check_run *run, const struct connection *connection,
    const struct server *server, enum connection_part part, const struct value *own)
{
    struct place place = place_of_part(connection, part);
    const char *what = part == PART_USER ? "another user" : "another password";
    str name = service_name(server->service);
    str message = arena_printf(run->arena, STR_FMT " logs in with %s than `" STR_FMT "` is set up with",
        STR_ARG(connection->label), what, STR_ARG(name));
    const struct diag *told = finding_at(run, RULE_CREDENTIALS_DISAGREE, place);
    if (told && str_eq(told->message, message)) /* by another service */
        return;
    struct diag *finding = finding_add(run, RULE_CREDENTIALS_DISAGREE, place, STR_FMT, STR_ARG(message));
    span outer = connection_locate_outer(connection, part);
    bool is_elsewhere = outer.source != place.at.source || outer.offset != place.at.offset;
    if (!finding || is_elsewhere) /* one password may be sent to several servers */
        finding_related(run, finding ? finding : finding_at(run, RULE_CREDENTIALS_DISAGREE, place), outer,
            STR_FMT " sends it to `" STR_FMT "`", STR_ARG(connection->label), STR_ARG(name));
    if (part == PART_USER)
        finding_label(run, finding, "the server creates `" STR_FMT "`", STR_ARG(server->user_text));
    if (own)
        finding_related(run, finding, value_place(own), "`" STR_FMT "` gets it here", STR_ARG(name));
    finding_why(run, finding, "the connection will be refused: password authentication fails");
    str change = server_password_change(run->arena, server, connection->user);
    if (part == PART_USER)
        finding_help(run, finding,
            "log in as `" STR_FMT "`, or create `" STR_FMT "` with a password of its own",
            STR_ARG(server->user_text), STR_ARG(connection->user));
    else if (change.len)
        finding_help(run, finding,
            "set both to the same; an existing volume keeps the old password: " STR_FMT, STR_ARG(change));
    else
        finding_help(run, finding, "set both to the same");
}

/* Clients that read the string differently: one of them sends what the server expects. */
static bool agrees_for_some_client(const struct connection *connection, str password)
{
    if (connection->dsn)
        vec_each(const struct dsn_reading *, reading, &connection->dsn->readings)
            if (reading->likely && reading->error == DSN_OK && str_eq(reading->password.text, password))
                return true;
    return str_eq(connection->password, password);
}

/* One of a list of keys, or another that the server is given as well, such as one to read alone. */
static bool is_one_of_keys(const struct server *server, str key)
{
    if (!server->service->image->has_keys)
        return false;
    vec_each(const struct map_entry *, entry, &server->service->workload->environment.map.entries) {
        const struct value *value = entry->value;
        str list = value->text, own;
        while (!entry->removed && str_next(&list, ',', &own))
            if (str_eq(str_trim(own), key))
                return true;
    }
    return false;
}

/* The path of a secret that the program opens, or a name that it looks up: no password to compare. */
static bool is_pointer(struct check_run *run, const struct connection *connection)
{
    str text = connection->password;
    if (credential_is_pointer(text))
        return true;
    return connection->service && path_is_absolute(text) &&
           workload_path(run->arena, run->facts->deployment, connection->service->workload, text).kind !=
               PATH_UNKNOWN;
}

/* One of the names that an image creates beside its own user. */
static bool is_role_of_image(const struct server *server, str user)
{
    str roles = server->service->image->roles, role;
    while (str_next(&roles, ' ', &role))
        if (str_eq(role, user))
            return true;
    return false;
}

/*
 * A role of its own with a password of its own is made by a migration or by hand, and is no fault. With the
 * password of the server's user somebody has mixed up two names, unless a start script makes that role.
 */
static void compare_user(struct check_run *run, const struct connection *connection,
    const struct server *server, const struct value *password)
{
    bool is_theirs = password && password->text.len && connection->has_password &&
                     agrees_for_some_client(connection, password->text);
    if (!server->user || !is_theirs || is_role_of_image(server, connection->user))
        return;
    enum start_scripts scripts = start_scripts_name(run, server->service, connection->user);
    if (scripts == START_SCRIPTS_NONE || scripts == START_SCRIPTS_OTHER)
        report_login(run, connection, server, PART_USER, server->user);
}

/* What has its own finding: the path of a secret in the server's hands, or a file beside the client's. */
static bool is_another_fault(
    struct check_run *run, const struct connection *connection, const struct server *server)
{
    const struct value *own = connection->parts[PART_PASSWORD];
    const struct value *file =
        own && own->name.len && connection->service
            ? env_get_set(&connection->service->workload->environment, file_form_of(run->arena, own->name))
            : NULL;
    return (own && own->origin != ORIGIN_SECRET_FILE && file) ||
           (server->password && path_is_absolute(server->password->text));
}

static void compare_login(
    struct check_run *run, const struct connection *connection, const struct server *server)
{
    const struct value *password = server->password, *admin = server->admin_password;
    if (connection->hides[PART_USER] || connection->hides[PART_PASSWORD] ||
        (password && value_hides(password, 0, password->text.len)))
        return; /* the same or not: nobody can tell here */
    str admin_user = server->service->image->default_user;
    bool is_admin =
        connection->has_user && admin && str_eq(connection->user, admin_user.len ? admin_user : STR("root"));
    if (is_admin)
        password = admin;
    bool other_user = connection->has_user && connection->user.len && server->user_text.len &&
                      !str_eq(connection->user, server->user_text) && !is_admin;
    if (other_user)
        compare_user(run, connection, server, password);
    else if (password && password->set && connection->has_password && password->text.len &&
             !agrees_for_some_client(connection, password->text) && !is_pointer(run, connection) &&
             !is_another_fault(run, connection, server) && !is_one_of_keys(server, connection->password))
        report_login(run, connection, server, PART_PASSWORD, password);
}

/* No variable asks for a database, no data is there yet, and no program is known to create its own. */
static bool creates_none(
    struct check_run *run, const struct connection *connection, const struct server *server)
{
    const struct service *service = server->service;
    /* What is only called like the store, or built on a base of others, may come with a database. */
    struct image_reference reference = image_reference(workload_reference(service->workload));
    str repository = service->image->repository;
    bool is_itself = str_eq(reference.repository, repository) || str_eq(reference.name, repository);
    return is_itself && service->image->kind == IMAGE_DATA_STORE && service->image->database_variable.len &&
           !server->hides_login && !service->is_client && !data_directory_find(run, service).is_there &&
           !start_programs_create(run, connection->service);
}

static void suggest_variable(
    struct check_run *run, struct diag *finding, const struct server *server, str database)
{
    str variable = str_cut_byte(server->service->image->database_variable, ' ').head;
    finding_related(
        run, finding, server->service->workload->at, STR_FMT " is not set here", STR_ARG(variable));
    finding_help(run, finding, STR_FMT ": " STR_FMT, STR_ARG(variable), STR_ARG(database));
}

static void compare_database(
    struct check_run *run, const struct connection *connection, const struct server *server)
{
    str database = connection->database;
    if (connection->hides[PART_DATABASE] ||
        (server->database && value_hides(server->database, 0, server->database->text.len)))
        return;
    if (connection->dsn && connection->dsn->error != DSN_OK)
        return; /* dsn-syntax says so */
    if (!connection->has_database || database.len == 0 || str_eq(database, server->database_text) ||
        is_standing_database(server->family, database) ||
        start_scripts_create(run, server->service, database) ||
        (!server->database && !creates_none(run, connection, server)))
        return;
    str name = service_name(server->service);
    struct diag *finding = finding_add(run, RULE_DATABASE_DISAGREES, place_of_part(connection, PART_DATABASE),
        STR_FMT " asks for database `" STR_FMT "`, which `" STR_FMT "` does not create",
        STR_ARG(connection->label), STR_ARG(database), STR_ARG(name));
    if (server->database_text.len)
        finding_label(run, finding, "the server creates `" STR_FMT "`", STR_ARG(server->database_text));
    if (server->database)
        finding_related(run, finding, value_place(server->database), "set up here");
    else
        suggest_variable(run, finding, server, database);
    finding_help(run, finding,
        "right where the program creates `" STR_FMT "` itself; else create it in a script below %s",
        STR_ARG(database), START_SCRIPTS_DIRECTORY);
}

/*
 * Something that the program is handed holds the password, or may: it sends what its string leaves out. What
 * has the string in a file of its own has more there.
 */
static bool may_know(const struct connection *connection, str password)
{
    const struct workload *workload = connection->service ? connection->service->workload : NULL;
    bool is_of_file = connection->variable->value->origin == ORIGIN_DEFAULT;
    if (!workload || is_of_file || connection->service->image || workload->environment_is_open ||
        workload->mounts.count || workload->secrets.count || workload->configs.count)
        return true;
    vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && (value->is_hidden || str_contains(value->text, password)))
            return true;
    }
    return false;
}

/* user:@host, which empty-password is about. */
static bool spells_password(const struct dsn *dsn)
{
    vec_each(const struct dsn_reading *, reading, &dsn->readings)
        if (reading->password.present)
            return true;
    return dsn->password.present;
}

/* A string without a password, in the hands of a program that is told none, for a server that has one. */
static void judge_left_out(
    struct check_run *run, const struct connection *connection, const struct server *server)
{
    const struct value *password = server->password;
    if (!connection->dsn || connection->family != server->family || connection->has_password ||
        spells_password(connection->dsn) || !password || password->text.len == 0 ||
        connection->hides[PART_PASSWORD] || value_hides(password, 0, password->text.len) ||
        may_know(connection, password->text))
        return;
    str name = service_name(server->service);
    struct diag *finding = finding_add(run, RULE_CREDENTIALS_DISAGREE, place_of_part(connection, PART_HOST),
        STR_FMT " has no password, and `" STR_FMT "` asks for one", STR_ARG(connection->label),
        STR_ARG(name));
    finding_related(run, finding, value_place(password), "`" STR_FMT "` gets it here", STR_ARG(name));
    finding_why(run, finding, "no variable, secret or mount of the program holds it");
    str setting = value_root(password)->name;
    finding_help(run, finding, "write it before the host: //" STR_FMT ":${" STR_FMT ":?}@" STR_FMT,
        STR_ARG(connection->user), STR_ARG(setting.len ? setting : STR("PASSWORD")), STR_ARG(server->host));
}

/* What frameworks read as no password (Laravel's env()). */
static const str none_words[] = {STR_INIT("null"), STR_INIT("none"), STR_INIT("(null)"), STR_INIT("false")};

/* Redis refuses a password where it has none; some clients go on without (ioredis). */
static void judge_not_asked(
    struct check_run *run, const struct connection *connection, const struct server *server)
{
    if (!connection->has_password || connection->password.len == 0 || connection->family != server->family ||
        STR_IS_IN_FOLD(connection->password, none_words) || !server_knows_no_password(server))
        return;
    str name = service_name(server->service);
    struct diag *finding = finding_add_as(run, RULE_CREDENTIALS_DISAGREE, SEVERITY_WARNING,
        place_of_part(connection, PART_PASSWORD), STR_FMT " sends a password, and `" STR_FMT "` has none",
        STR_ARG(connection->label), STR_ARG(name));
    finding_related(run, finding, server->service->workload->at, "nothing here sets one");
    finding_why(run, finding, "Redis answers AUTH with an error where no password is configured");
    finding_help(run, finding, "give it the same: %s in its command", "--requirepass");
}

/* The connection with the half of its login that stands in variables of their own, as a set of parts. */
static struct connection with_login_beside(const struct facts *facts, const struct connection *connection)
{
    struct connection whole = *connection;
    struct login login = login_beside(facts, connection);
    const struct value *found[PART_COUNT] = {[PART_USER] = login.user, [PART_PASSWORD] = login.password};
    for (int part = PART_USER; part < PART_COUNT; part++)
        if (found[part]) {
            whole.parts[part] = found[part];
            whole.hides[part] = found[part]->is_hidden || value_hides(found[part], 0, found[part]->text.len);
        }
    if (login.user) {
        whole.user = login.user->text;
        whole.has_user = true;
    }
    /* An empty one is what empty-password asks about. */
    if (login.password && (login.password->text.len || login.password->is_hidden)) {
        whole.password = login.password->text;
        whole.has_password = true;
    }
    return whole;
}

static void judge_connection(struct check_run *run, const struct connection *connection)
{
    if (splice_find(connection))
        return; /* dsn-syntax names the cause */
    struct connection whole = {0};
    bool is_whole = false; /* put together for the first server that is reached */
    vec_each(const struct target *, target, &connection->targets) {
        const struct server *server = target->server;
        /* Whom an unknown name means is a guess. */
        if (!server || target->kind == TARGET_UNKNOWN || !server->service || !server->service->image ||
            server->service == connection->service || !family_reaches(connection->family, server->family))
            continue;
        bool is_reached = target->kind == TARGET_SERVER; /* of a wrong host that is fault enough */
        if (is_reached && !is_whole)
            whole = with_login_beside(run->facts, connection);
        is_whole |= is_reached;
        compare_login(run, is_reached ? &whole : connection, server);
        if (is_reached) {
            judge_left_out(run, &whole, server);
            judge_not_asked(run, connection, server);
        }
        if (family_row(server->family)->named_databases)
            compare_database(run, connection, server);
    }
}

/* PostgreSQL opens only what its own major version has made. */
static void judge_version(
    struct check_run *run, const struct server *server, const struct data_directory *data)
{
    str image = server->service->workload->image, name = service_name(server->service);
    int version = capacity_image_version(image);
    if (version == 0 || data->version == 0 || version == data->version)
        return;
    struct place place = {.at = server->service->workload->image_at, .service = server->service};
    struct diag *finding = finding_add(run, RULE_DATA_VERSION, place,
        "`" STR_FMT "` is PostgreSQL %d, its data directory was made by %d", STR_ARG(name), version,
        data->version);
    finding_related(run, finding, data->at, "PG_VERSION is %d in this directory", data->version);
    finding_why(run, finding, "the server refuses to start: the files are incompatible");
    finding_help(run, finding, "stay on version %d, or move the data with pg_dumpall or pg_upgrade first",
        data->version);
}

/* Images take the password when they set up an empty directory, and never again. */
static void judge_kept_password(
    struct check_run *run, const struct server *server, const struct data_directory *data)
{
    const struct value *password = server->password ? server->password : server->admin_password;
    str user = password == server->admin_password ? server_admin(server) : server->user_text;
    str change = server_password_change(run->arena, server, user), name = service_name(server->service);
    /* A running server that was asked has said whether the password reached it. */
    bool is_asked = live_has_answered(run->facts, server);
    if (!data->is_there || !password || password->name.len == 0 || change.len == 0 || is_asked)
        return;
    struct place place = {.at = data->at, .variable = password->name, .service = server->service};
    struct diag *finding = finding_add(run, RULE_DATA_KEEPS_PASSWORD, place,
        "`" STR_FMT "` is set up already: a changed " STR_FMT " does not reach it", STR_ARG(name),
        STR_ARG(password->name));
    finding_related(run, finding, value_place(password), "the password is set here");
    finding_help(run, finding, "change it in the server as well: " STR_FMT, STR_ARG(change));
}

static void judge_data(struct check_run *run, const struct server *server)
{
    if (!server->service || !server->service->image)
        return;
    struct data_directory data = data_directory_find(run, server->service);
    judge_version(run, server, &data);
    judge_kept_password(run, server, &data);
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
        finding_help(run, finding, STR_FMT ", or choose the backend that runs",
            STR_ARG(deployment_word(run->arena, deployment_words(run->facts->deployment)->profile,
                service->workload->profiles.items[0])));
}

const struct check agreement_checks[] = {
    {FACT_DSN, {.connection = judge_connection}},
    {FACT_SERVER, {.server = judge_data}},
    {FACT_VARIABLE, {.variable = judge_choice}},
    {0},
};
