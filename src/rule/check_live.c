/*
 * What the running servers said, as findings: logins that are refused, servers that do not answer,
 * extensions, versions. Their limits are the budget's (budget/live.c).
 */
#include "rule/check.h"

#include "budget/capacity.h"
#include "facts/live.h"

/* ---- texts */

/* What starts the server, in the words of who starts it; empty: not known. */
static str start_command(struct check_run *run, const struct live_login *login)
{
    const struct deployment_words *words = deployment_words(run->facts->deployment);
    if (!login->server || !login->server->service)
        return STR("");
    const struct workload *workload = login->server->service->workload;
    str name = deployment_command_name(words, workload);
    return deployment_command(run->arena, words, words->start, name, workload->zone);
}

/* A template with {role}, {database}, {start} and {variable} filled in; empty where one is not known. */
static str filled(struct check_run *run, const struct live_login *login, str template)
{
    struct arena *arena = run->arena;
    const struct connection *connection = login->connections.items[0];
    const struct {
        str name, text;
    } words[] = {
        {STR_INIT("role"), live_identifier(arena, login->user)},
        {STR_INIT("database"), live_identifier(arena, login->database)},
        {STR_INIT("start"), start_command(run, login)},
        {STR_INIT("variable"), connection->variable->value->name},
    };
    struct buf text = buf_new(arena, SIZE_MAX / 4);
    while (template.len > 0) {
        struct str_cut open = str_cut_byte(template, '{'), close = str_cut_byte(open.tail, '}');
        buf_str(&text, open.head);
        for (size_t i = 0; open.found && i < ARRAY_COUNT(words); i++) {
            if (!str_eq(close.head, words[i].name))
                continue;
            if (words[i].text.len == 0)
                return STR("");
            buf_str(&text, words[i].text);
        }
        template = open.found ? close.tail : STR("");
    }
    return buf_view(&text);
}

static str where_text(struct arena *arena, const struct live_login *login)
{
    if (login->asked.len == 0)
        return arena_printf(arena, "`" STR_FMT "`", STR_ARG(login->label));
    return arena_printf(
        arena, "`" STR_FMT "` (asked at " STR_FMT ")", STR_ARG(login->label), STR_ARG(login->asked));
}

static void help(
    struct check_run *run, struct diag *finding, const struct live_login *login, const char *template)
{
    str text = template ? filled(run, login, str_from_c(template)) : STR("");
    if (text.len > 0)
        finding_help(run, finding, STR_FMT, STR_ARG(text));
}

/* ---- logins */

#define HELP_MAX 3

/* Where a refusal is shown, and what mends it: each line alone, or words that lead to the next. */
static const struct {
    enum connection_part part;
    const char *help[HELP_MAX];
} refusals[LIVE_STATE_COUNT] = {
    [LIVE_PASSWORD_WRONG] = {PART_PASSWORD, {"ALTER ROLE {role} PASSWORD '…'"}},
    [LIVE_PASSWORD_MISSING] = {PART_WHOLE, {"write the role's password into the connection"}},
    [LIVE_NOT_ADMITTED] = {PART_WHOLE, {"add to pg_hba.conf of the server, then SELECT pg_reload_conf():",
                                           "host {database} {role} samenet scram-sha-256"}},
    [LIVE_TLS_DEMANDED] = {PART_WHOLE, {"ask for TLS in the connection string: sslmode=require"}},
    [LIVE_ROLE_MISSING] = {PART_USER, {"CREATE ROLE {role} LOGIN PASSWORD '…'"}},
    [LIVE_ROLE_BARRED] = {PART_USER, {"ALTER ROLE {role} LOGIN"}},
    [LIVE_DATABASE_MISSING] = {PART_DATABASE, {"CREATE DATABASE {database} OWNER {role}"}},
    [LIVE_DATABASE_CLOSED] = {PART_DATABASE, {"ALTER DATABASE {database} ALLOW_CONNECTIONS true"}},
    [LIVE_DATABASE_DENIED] = {PART_DATABASE, {"GRANT CONNECT ON DATABASE {database} TO {role}"}},
    [LIVE_SLOTS_GONE] = {PART_WHOLE,
        {"end sessions that are idle, or raise max_connections and start the server anew:",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle' OR state IS NULL "
            "AND backend_type = 'client backend'",
            "ALTER SYSTEM SET max_connections = 200"}},
    [LIVE_ROLE_FULL] = {PART_USER, {"ALTER ROLE {role} CONNECTION LIMIT -1"}},
    [LIVE_DATABASE_FULL] = {PART_DATABASE, {"ALTER DATABASE {database} CONNECTION LIMIT -1"}},
    [LIVE_POOLER_LOGIN] = {PART_WHOLE,
        {"compare the pooler's auth_file and [databases] with the connection; its log names the cause"}},
    [LIVE_POOLER_DOOR] = {PART_WHOLE,
        {"add the database to [databases] of the pooler, or raise its max_client_conn"}},
    [LIVE_TURNED_AWAY] = {PART_WHOLE, {"the server's log names the cause"}},
};

/* PostgreSQL hides whether it is the password or the role: another login may have been told. */
static enum live_state settled_state(const struct check_run *run, const struct live_login *login)
{
    bool is_role_missing = login->state == LIVE_PASSWORD_WRONG && live_has_role(run->facts, login) == 0;
    return is_role_missing ? LIVE_ROLE_MISSING : login->state;
}

static void add_holders(struct check_run *run, struct diag *finding, const struct live_login *login)
{
    for (size_t i = 1; i < login->connections.count; i++) {
        const struct connection *other = login->connections.items[i];
        if (other->service && other->service != login->connections.items[0]->service)
            finding_related(run, finding, connection_locate(other, PART_WHOLE),
                "`" STR_FMT "` logs in with the same", STR_ARG(service_name(other->service)));
    }
}

static void add_refusal_help(
    struct check_run *run, struct diag *finding, const struct live_login *login, enum live_state state)
{
    bool is_doubtful = state == LIVE_PASSWORD_WRONG && live_has_role(run->facts, login) < 0;
    if (is_doubtful)
        finding_help(run, finding, "the role has another password, or there is no such role; one of these:");
    for (size_t i = 0; i < HELP_MAX; i++)
        help(run, finding, login, refusals[state].help[i]);
    if (is_doubtful)
        help(run, finding, login, refusals[LIVE_ROLE_MISSING].help[0]);
}

static void report_refusal(struct check_run *run, const struct live_login *login)
{
    enum live_state state = settled_state(run, login);
    const struct connection *connection = login->connections.items[0];
    struct place place = place_of_part(connection, refusals[state].part);
    str sentence = state == login->state ? live_state_row(state)->sentence : STR("has no such role");
    struct diag *finding = finding_add(run, RULE_LOGIN_REFUSED, place,
        STR_FMT " " STR_FMT ": role `" STR_FMT "`, database `" STR_FMT "`%s" STR_FMT "%s",
        STR_ARG(where_text(run->arena, login)), STR_ARG(sentence), STR_ARG(login->user),
        STR_ARG(login->database), login->sqlstate.len > 0 ? " (" : "", STR_ARG(login->sqlstate),
        login->sqlstate.len > 0 ? ")" : "");
    if (state == LIVE_PASSWORD_WRONG && login->server && login->server->service)
        finding_why(run, finding, "a volume that was set up before keeps the passwords of that day");
    add_refusal_help(run, finding, login, state);
    add_holders(run, finding, login);
}

/* ---- servers that do not answer */

/* `elsewhere` where what starts the server is not known. */
static const struct {
    const char *help, *elsewhere;
} unreachable[LIVE_STATE_COUNT] = {
    [LIVE_NAME_UNKNOWN] = {NULL, "does the name resolve on this machine? --map asks in another place"},
    [LIVE_REFUSED] = {"it must run first: {start}", "does it run, and is that its port?"},
    [LIVE_NO_ROUTE] = {NULL, "is there a way from this machine to it? --map asks in another place"},
    [LIVE_NO_SOCKET] = {NULL, "does it run here, and is that its directory of sockets?"},
    [LIVE_SILENT] = {"is it the right place, and is there a firewall in between? --timeout waits longer"},
    [LIVE_CLOSED] = {"its log names the cause; so does the log of a proxy before it"},
    [LIVE_STARTING] = {"wait for it: bootgate wait {variable}"},
    [LIVE_STOPPING] = {"it must run again: {start}", "does anybody start it again?"},
    [LIVE_STRANGE] = {"what listens there? PostgreSQL's port is 5432, a pooler's mostly 6432"},
    [LIVE_TLS_FAILED] = {"name the certificates to trust in the connection string: sslrootcert=FILE"},
    [LIVE_TLS_MISSING] = {"ALTER SYSTEM SET ssl = on, with a certificate, then SELECT pg_reload_conf()"},
    [LIVE_NO_AUTHORITY] = {"name the file of certificates in the connection string: sslrootcert=FILE"},
};

/* The port of this machine that leads to the server, where one is published. */
static bool add_published(struct check_run *run, struct diag *finding, const struct live_login *login)
{
    const struct service *service = login->server->service;
    vec_each(struct bind *const *, bind, &run->facts->binds) {
        uint64_t published;
        if ((*bind)->service != service || (int32_t)(*bind)->port->target != login->port ||
            !number_parse_unsigned((*bind)->port->published, 65535, &published))
            continue;
        finding_help(run, finding, "its port is published on this machine: --map " STR_FMT "=127.0.0.1:%u",
            STR_ARG(login->label), (unsigned)published);
        return true;
    }
    return false;
}

/* The name that the client asks by, where it is an address of its own. */
static const struct deployment_address *OR_NULL asked_address(const struct live_login *login)
{
    vec_each(const struct target *, target, &login->connections.items[0]->targets)
        if (target->address && target->address->kind != ADDRESS_ALIAS && str_eq(target->host, login->host))
            return target->address;
    return NULL;
}

/* A port of this machine that the deployment's own tool makes of it. */
static bool add_forward(struct check_run *run, struct diag *finding, const struct live_login *login)
{
    enum { LOCAL = 10000 }; /* above the port, so that a server of this machine is not in its place */
    const struct deployment_words *words = deployment_words(run->facts->deployment);
    const struct deployment_address *address = asked_address(login);
    if (words->reach.len == 0 || !address)
        return words->reach.len > 0;
    str name = arena_concat(run->arena, STR("service/"), address->name);
    str command = deployment_command(run->arena, words, words->reach, name, address->zone);
    int port = login->port > 0 && login->port + LOCAL <= 65535 ? login->port + LOCAL : LOCAL;
    finding_help(run, finding,
        "in another window " STR_FMT " %d:%d, then here --map " STR_FMT "=127.0.0.1:%d", STR_ARG(command),
        port, login->port, STR_ARG(login->label), port);
    return true;
}

static void add_map_help(struct check_run *run, struct diag *finding, const struct live_login *login)
{
    bool is_on_machine =
        login->server && login->server->service && login->server->service->workload->on_machine;
    if (!login->server || !login->server->service || login->asked.len > 0 || is_on_machine ||
        add_forward(run, finding, login) || add_published(run, finding, login))
        return;
    finding_help(run, finding,
        "the name is known inside the deployment's network alone: run bootgate live in a container of that "
        "network, or publish the port on 127.0.0.1 and say --map " STR_FMT "=127.0.0.1:PORT",
        STR_ARG(login->label));
}

static void report_unreachable(struct check_run *run, const struct live_login *login)
{
    struct place place = place_of_part(login->connections.items[0], PART_HOST);
    struct diag *finding = finding_add(run, RULE_SERVER_UNREACHABLE, place, STR_FMT " " STR_FMT,
        STR_ARG(where_text(run->arena, login)), STR_ARG(live_state_row(login->state)->sentence));
    if (!finding)
        return;
    finding->fatal = finding->severity == SEVERITY_ERROR;
    size_t said = finding->help.count;
    if (login->state == LIVE_NAME_UNKNOWN || login->state == LIVE_NO_ROUTE || login->state == LIVE_REFUSED)
        add_map_help(run, finding, login);
    help(run, finding, login, unreachable[login->state].help);
    if (finding->help.count == said)
        help(run, finding, login, unreachable[login->state].elsewhere);
}

/* One finding for a server: who does not answer one login answers none. */
static bool is_told(const struct live *live, const struct live_login *login)
{
    vec_each(const struct live_login *, other, &live->logins) {
        if (other == login)
            return false;
        if (!other->is_console && str_eq(other->label, login->label) && other->state == login->state)
            return true;
    }
    return false;
}

static void judge_logins(struct check_run *run)
{
    vec_each(const struct live_login *, login, &run->facts->live->logins) {
        enum live_kind kind = live_state_row(login->state)->kind;
        if (login->is_console || kind == LIVE_KIND_ACCEPTED)
            continue;
        if (kind == LIVE_KIND_LOGIN)
            report_refusal(run, login);
        else if (!is_told(run->facts->live, login))
            report_unreachable(run, login);
    }
}

/* ---- extensions and versions */

enum presence { PRESENCE_UNKNOWN, PRESENCE_NONE, PRESENCE_AVAILABLE, PRESENCE_CREATED };

/* The best of all databases of the server that were asked: one of them holds what needs the extension. */
static enum presence find_extension(
    const struct facts *facts, const struct server *server, str name, const struct live_login **ret_login)
{
    enum presence best = PRESENCE_UNKNOWN;
    vec_each(const struct live_login *, login, &facts->live->logins) {
        if (login->server != server || login->is_console || !login->answer.has_extensions)
            continue;
        enum presence presence = PRESENCE_NONE;
        vec_each(const struct live_extension *, extension, &login->answer.extensions)
            if (str_eq(extension->name, name))
                presence = extension->is_created ? PRESENCE_CREATED : PRESENCE_AVAILABLE;
        if (presence > best) {
            best = presence;
            *ret_login = login;
        }
    }
    return best;
}

static str image_with(str extension)
{
    for (size_t i = 0; i < image_count(); i++) {
        str rest = image_at(i)->extensions;
        for (str word; str_next(&rest, ' ', &word);)
            if (str_eq(word, extension))
                return image_at(i)->repository;
    }
    return STR("");
}

static void report_extension(struct check_run *run, const struct server *server, const struct live_wish *wish,
    const struct live_login *login, bool is_available)
{
    bool is_declared = span_is_set(wish->at);
    struct place place = {
        .at = is_declared ? wish->at : server->service->workload->image_at,
        .service = server->service,
    };
    str database = live_identifier(run->arena, login->database), image = image_with(wish->extension);
    str where = where_text(run->arena, login);
    str in_database =
        arena_printf(run->arena, " in database `" STR_FMT "`, and could create it", STR_ARG(login->database));
    struct diag *finding = finding_add(run, RULE_EXTENSION_MISSING, place,
        STR_FMT " does not have the extension `" STR_FMT "`" STR_FMT, STR_ARG(where),
        STR_ARG(wish->extension), STR_ARG(is_available ? in_database : STR("")));
    if (is_available) {
        finding_help(run, finding, "in database " STR_FMT ", as one who may:", STR_ARG(database));
        finding_help(
            run, finding, "CREATE EXTENSION " STR_FMT, STR_ARG(live_identifier(run->arena, wish->extension)));
    } else {
        finding_help(run, finding, "install it on the server%s" STR_FMT "%s, then create it:",
            image.len > 0 ? ", as the image " : ", with the extension's package for PostgreSQL ",
            STR_ARG(image.len > 0 ? image : live_version_text(run->arena, login->answer.version)),
            image.len > 0 ? " has it" : "");
        finding_help(
            run, finding, "CREATE EXTENSION " STR_FMT, STR_ARG(live_identifier(run->arena, wish->extension)));
    }
}

static void judge_extensions(struct check_run *run, const struct server *server)
{
    live_wishes wishes = live_wishes_of(run->facts, server);
    vec_each(const struct live_wish *, wish, &wishes) {
        const struct live_login *login = NULL;
        enum presence presence = find_extension(run->facts, server, wish->extension, &login);
        bool is_enough =
            presence == PRESENCE_CREATED || (presence == PRESENCE_AVAILABLE && !wish->must_exist);
        if (login && !is_enough)
            report_extension(run, server, wish, login, presence == PRESENCE_AVAILABLE);
    }
}

/* PostgreSQL opens only what its own major version has made. */
static void judge_version(struct check_run *run, const struct server *server)
{
    const struct live_answer *answer = live_of_server(run->facts, server);
    if (!answer || !server->service || server->service->image == NULL ||
        server->service->image->kind != IMAGE_DATA_STORE)
        return;
    int wanted = capacity_image_version(workload_reference(server->service->workload));
    int running = (int)(answer->version / 10000);
    if (wanted == 0 || wanted == running)
        return;
    struct place place = {.at = server->service->workload->image_at, .service = server->service};
    struct diag *finding = finding_add(run, RULE_DATA_VERSION, place,
        "`" STR_FMT "` is PostgreSQL %d here, the running server is " STR_FMT,
        STR_ARG(service_name(server->service)), wanted,
        STR_ARG(live_version_text(run->arena, answer->version)));
    finding_why(run, finding, "another major version does not open the data of the one that runs");
    finding_help(
        run, finding, "stay on version %d, or move the data with pg_dumpall or pg_upgrade first", running);
}

static void judge_live(struct check_run *run)
{
    const struct live *live = run->facts->live;
    if (!live)
        return;
    if (live->fault.len > 0) {
        struct diag *finding =
            finding_add(run, RULE_SERVER_UNREACHABLE, (struct place){0}, STR_FMT, STR_ARG(live->fault));
        if (finding)
            finding->fatal = true;
        return;
    }
    judge_logins(run);
    vec_each(struct server *const *, server, &run->facts->servers) {
        judge_extensions(run, *server);
        judge_version(run, *server);
    }
}

const struct check live_checks[] = {
    {FACT_ENVIRONMENT, {.environment = judge_live}},
    {0},
};
