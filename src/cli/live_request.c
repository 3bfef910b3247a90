/* Which logins a deployment has, and how bootgate-live is asked to try them: cli/live_parts.h. */
#include "cli/live_parts.h"

#include "base/limit.h"
#include "base/number.h"
#include "deploy/path.h"
#include "facts/login.h"
#include "live/wire.h"
#include "rewrite/driver.h"

#include <stdlib.h>

#define POSTGRESQL_PORT 5432
#define PGBOUNCER_PORT  6432

struct request {
    struct facts *facts;
    struct arena *arena;
    const struct live_pipe *pipe;
    struct live *live;
    struct map known; /* what distinguishes logins → 1 + its index */
    struct buf lines;
    struct map extensions; /* asked for by anybody */
    struct map fitting;    /* the --map options that fit a target, whether it can be asked or not */
};

/* A place and how it is asked. */
struct place {
    str host, socket, verify, asked;
    int32_t port;
    str user, password, database, tls, authority, certificate, key;
    bool has_password, is_console;
};

static void pass_over(struct request *r, const struct connection *connection, const char *why)
{
    str line = arena_printf(r->arena, STR_FMT ": %s", STR_ARG(connection->label), why);
    str_vec_add_new(r->arena, &r->live->unasked, line);
}

/* ---- how the client asks */

static str parameter(const struct dsn *dsn, str key)
{
    if (dsn)
        vec_each(const struct dsn_parameter *, row, &dsn->parameters)
            if (str_eq(row->key.text, key) && !row->secret)
                return row->value.text;
    return STR("");
}

/* What the program that connects is handed. */
static const struct env *environment_of(const struct request *r, const struct connection *connection)
{
    return connection->service ? &connection->service->workload->environment : &r->facts->environment;
}

static str variable(const struct request *r, const struct connection *connection, str name)
{
    const struct value *value = env_get(environment_of(r, connection), name);
    return value && value->set ? value->text : STR("");
}

/* DB_HOST says nothing of the kind of server: where it leads does. */
static bool is_asked(const struct connection *connection, const struct target *target)
{
    enum family_id family = connection->family;
    if (family == FAMILY_NONE && target && target->server)
        family = target->server->family;
    return family_row(family)->is_asked;
}

/* Who logs in, as far as the connection itself or variables beside it say. */
struct credentials {
    str user, password;
    bool has_password;
    bool is_hidden; /* some of it cannot be seen here */
};

/* What is found takes the place of `text`, unless it cannot be seen. */
static bool take(const struct value *OR_NULL value, str *ret_text, bool *ret_is_hidden)
{
    *ret_is_hidden |= value && value->is_hidden;
    if (value && value->set)
        *ret_text = value->text;
    return value != NULL;
}

static struct credentials credentials_of(const struct request *r, const struct connection *connection)
{
    struct credentials found = {connection->user, connection->password, connection->has_password,
        connection->hides[PART_USER] || connection->hides[PART_PASSWORD]};
    if (found.is_hidden)
        return found;
    struct login login = login_beside(r->facts, connection);
    take(login.user, &found.user, &found.is_hidden);
    found.has_password |= take(login.password, &found.password, &found.is_hidden);
    if (!found.has_password) /* which most clients read */
        found.has_password =
            take(login_variable(r->facts, connection, STR("PGPASSWORD")), &found.password, &found.is_hidden);
    return found;
}

/* What clients do where nothing is said, if it is not to try TLS first and go on without. */
static const struct {
    str client, tls;
} client_tls[] = {
    {STR_INIT("node-postgres"), STR_INIT("disable")},
    {STR_INIT("lib/pq"), STR_INIT("require")},
};

static str tls_of(const struct request *r, const struct connection *connection)
{
    const struct dsn *dsn = connection->dsn;
    const str said[] = {parameter(dsn, STR("sslmode")), parameter(dsn, STR("ssl")),
        variable(r, connection, STR("PGSSLMODE"))};
    for (size_t i = 0; i < ARRAY_COUNT(said); i++) {
        str word = arena_lower(r->arena, said[i]);
        word = str_eq(word, STR("no-verify")) ? STR("require") : tls_word(word); /* node-postgres's */
        if (word.len > 0)
            return word;
    }
    for (size_t i = 0; dsn && dsn->client && i < ARRAY_COUNT(client_tls); i++)
        if (str_eq(dsn_client_name(dsn->client), client_tls[i].client))
            return client_tls[i].tls;
    return STR("prefer");
}

/* A file that a parameter or variable names, as this machine has it. */
static str file_of(
    const struct request *r, const struct connection *connection, const char *key, const char *name)
{
    str path = parameter(connection->dsn, str_from_c(key));
    if (path.len == 0)
        path = variable(r, connection, str_from_c(name));
    if (str_eq(path, STR("system")))
        return STR("/etc/ssl/certs/ca-certificates.crt");
    if (path.len == 0 || !connection->service)
        return path;
    struct workload_path place =
        workload_path(r->arena, r->facts->deployment, connection->service->workload, path);
    return place.kind == PATH_FILE ? place.file : path;
}

/* ---- where from here */

static bool split_address(str text, str *ret_host, str *ret_port)
{
    struct str_cut cut = str_rcut_byte(text, ':');
    *ret_host = str_trim_bytes(cut.head, STR("[]"));
    *ret_port = cut.tail;
    return cut.found && ret_host->len > 0;
}

/* Sets of parts mostly leave the usual port out. */
static int32_t port_of(const struct target *target)
{
    if (target->port > 0)
        return target->port;
    return target->server && target->server->port > 0 ? target->server->port : POSTGRESQL_PORT;
}

/* The last --map of the place counts. */
static bool find_map(struct request *r, const struct target *target, str *ret_host, int32_t *ret_port)
{
    bool is_mapped = false;
    str here = arena_integer(r->arena, port_of(target)), host, port;
    vec_each(const str *, map, &r->pipe->maps) {
        struct str_cut cut = str_cut_byte(*map, '=');
        if (!split_address(cut.head, &host, &port) || !str_eq_fold(host, target->host) || !str_eq(port, here))
            continue;
        uint64_t number = 0;
        map_set(r->arena, &r->fitting, *map, r);
        is_mapped = split_address(cut.tail, ret_host, &port) && number_parse_unsigned(port, 65535, &number);
        *ret_port = (int32_t)number;
    }
    return is_mapped;
}

/* What a container calls this machine, or a directory of its own, is another place from here. */
static const char *why_not_from_here(const struct connection *connection, const struct target *target)
{
    bool is_inside = connection->service && !connection->service->on_host_network;
    if (is_inside && target->class == HOST_CLASS_SOCKET)
        return "its socket is inside the container";
    if (is_inside && (target->kind == TARGET_LOOPBACK || target->kind == TARGET_OWN_NETWORK))
        return "this machine is another one inside the container: say where it is with --map";
    return NULL;
}

/* "db:5432", "[::1]:5432", "/run/postgresql:5432" */
static str address_text(struct arena *arena, str host, int32_t port)
{
    bool is_v6 = str_has_byte(host, ':');
    return arena_printf(arena, is_v6 ? "[" STR_FMT "]:%d" : STR_FMT ":%d", STR_ARG(host), port);
}

static bool find_place(
    struct request *r, const struct connection *connection, const struct target *target, struct place *place)
{
    str host;
    int32_t port = port_of(target);
    if (find_map(r, target, &host, &port)) {
        place->verify = target->host;
        place->asked = address_text(r->arena, host, port);
    } else {
        const char *why = why_not_from_here(connection, target);
        host = target->host;
        if (why) {
            pass_over(r, connection, why);
            return false;
        }
    }
    place->port = port;
    if (target->class == HOST_CLASS_SOCKET && place->asked.len == 0)
        place->socket = host;
    else
        place->host = host;
    return host.len > 0;
}

/* ---- lines */

/* What bootgate-live takes: one text that it cannot would cost the answers to all logins. */
static bool is_sendable(str text)
{
    return text.len <= LIVE_TEXT_BYTES && !str_has_byte(text, '\0');
}

static bool is_place_sendable(const struct place *place)
{
    const str texts[] = {place->host, place->socket, place->verify, place->user, place->password,
        place->database, place->authority, place->certificate, place->key};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        if (!is_sendable(texts[i]))
            return false;
    return true;
}

static void set_text(const struct request *r, json_t *line, const char *key, str text)
{
    if (text.len > 0)
        json_object_set_new(line, key, wire_text(r->arena, text));
}

/* No role, database or extension can be called what cannot be sent. */
static void add_name(const struct request *r, json_t *names, str name)
{
    if (name.len > 0 && is_sendable(name))
        json_array_append_new(names, wire_text(r->arena, name));
}

/* The names that this server's clients use: what one login may see, the others may need. */
static void set_names(const struct request *r, json_t *line, const struct server *server)
{
    json_t *roles = json_array(), *databases = json_array();
    struct map seen = {0};
    for (size_t i = 0; server && i < server->clients.count; i++) {
        const struct connection *client = server->clients.items[i];
        str role = arena_concat(r->arena, STR("r"), client->user);
        str database = arena_concat(r->arena, STR("d"), client->database);
        if (!map_set(r->arena, &seen, role, r->live))
            add_name(r, roles, client->user);
        if (!map_set(r->arena, &seen, database, r->live))
            add_name(r, databases, client->database);
    }
    json_object_set_new(line, "roles", roles);
    json_object_set_new(line, "databases", databases);
    json_t *extensions = json_array();
    vec_each(const struct map_entry *, entry, &r->extensions.entries)
        add_name(r, extensions, entry->key);
    json_object_set_new(line, "extensions", extensions);
}

static void write_line(struct request *r, size_t id, const struct place *place, const struct server *server)
{
    json_t *line = json_pack("{s:I, s:i}", "id", (json_int_t)id, "port", (int)place->port);
    set_text(r, line, "host", place->host);
    set_text(r, line, "socket", place->socket);
    set_text(r, line, "verify", place->verify);
    set_text(r, line, "user", place->user);
    if (place->has_password)
        json_object_set_new(line, "password", wire_text(r->arena, place->password));
    set_text(r, line, "database", place->database);
    set_text(r, line, "tls", place->tls);
    set_text(r, line, "authority", place->authority);
    set_text(r, line, "certificate", place->certificate);
    set_text(r, line, "key", place->key);
    if (place->is_console)
        json_object_set_new(line, "console", json_true());
    else
        set_names(r, line, server);
    char *text = json_dumps(line, JSON_COMPACT);
    if (text)
        buf_printf(&r->lines, "%s\n", text);
    free(text);
    json_decref(line);
}

static str place_key(struct arena *arena, const struct place *place)
{
    const str separator = STR("\x1f");
    return arena_join(arena, place->host, separator, place->socket, separator, place->verify, separator,
        arena_integer(arena, place->port), separator, place->user, separator,
        place->has_password ? STR("1") : STR("0"), place->password, separator, place->database, separator,
        place->tls, separator, place->authority, separator, place->certificate, separator, place->key,
        place->is_console ? STR("c") : STR(""));
}

static void add_place(struct request *r, const struct place *place, const struct connection *connection,
    const struct target *target)
{
    str key = place_key(r->arena, place);
    size_t number = (size_t)(uintptr_t)map_get(&r->known, key);
    if (number == 0 && r->live->logins.count == LIVE_LOGINS)
        return;
    if (number == 0) {
        struct live_login *login = vec_add(r->arena, &r->live->logins);
        number = r->live->logins.count;
        *login = (struct live_login){
            .server = target->server,
            .label = address_text(r->arena, target->host, port_of(target)),
            .asked = place->asked,
            .host = target->host,
            .port = port_of(target),
            .user = place->user,
            .database = place->database,
            .is_console = place->is_console,
        };
        map_set(r->arena, &r->known, key, (void *)(uintptr_t)number);
        if (is_place_sendable(place)) {
            write_line(r, number - 1, place, target->server);
        } else {
            login->is_answered = true;
            login->state = LIVE_UNSENDABLE;
        }
    }
    vec_push(r->arena, &r->live->logins.items[number - 1].connections, connection);
}

static bool is_pooler(const struct target *target)
{
    const struct service *service = target->server ? target->server->service : NULL;
    bool is_image = service && service->image && service->image->kind == IMAGE_POOLER;
    return is_image || port_of(target) == PGBOUNCER_PORT;
}

/* Which bytes are the password must be sure before they are shown to whoever listens there. */
static const char *why_unclear(const struct connection *connection, const struct credentials *credentials)
{
    const struct dsn *dsn = connection->dsn;
    if (credentials->is_hidden || connection->hides[PART_HOST] || connection->hides[PART_DATABASE])
        return "a part of it cannot be seen here";
    if (credentials->user.len == 0)
        return "it names no user";
    if (!dsn)
        return NULL;
    if (dsn->error != DSN_OK)
        return "it is not a valid connection string";
    if (dsn->indirect)
        return "a service file says where it goes";
    if (dsn_part_is_secret(dsn, &dsn->database))
        return "its clients read it differently";
    vec_each(const struct dsn_host *, host, &dsn->hosts)
        if (dsn_part_is_secret(dsn, &host->host))
            return "its clients read it differently";
    return NULL;
}

static bool leads_nowhere(const struct target *target)
{
    return target->kind == TARGET_INACTIVE || target->kind == TARGET_FILE || target->kind == TARGET_NONE;
}

/* The password has a field of its own: what is masked in a report has no place in any other. */
static bool holds_secret(const struct request *r, const struct place *place)
{
    struct gate *gate = sources_gate(r->facts->sources);
    const str fields[] = {place->host, place->socket, place->verify, place->user, place->database,
        place->authority, place->certificate, place->key};
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
        if (gate_holds(gate, fields[i]))
            return true;
    return false;
}

static bool may_be_asked(const struct connection *connection)
{
    bool is_any = is_asked(connection, NULL);
    vec_each(const struct target *, target, &connection->targets)
        is_any |= is_asked(connection, target);
    return is_any;
}

/* What is passed over says so itself: that a --map of its place fits nothing would mislead. */
static void fit_maps(struct request *r, const struct connection *connection)
{
    str host;
    int32_t port;
    vec_each(const struct target *, target, &connection->targets)
        find_map(r, target, &host, &port);
}

static void add_connection(struct request *r, const struct connection *connection)
{
    struct credentials credentials = credentials_of(r, connection);
    const char *why = why_unclear(connection, &credentials);
    if (why) {
        fit_maps(r, connection);
        pass_over(r, connection, why);
        return;
    }
    if (connection->targets.count == 0)
        pass_over(r, connection, "it names no host");
    vec_each(const struct target *, target, &connection->targets) {
        bool is_anothers = target->reading && target->reading->client != connection->dsn->client;
        struct place place = {
            .user = credentials.user,
            .password = credentials.password,
            .has_password = credentials.has_password,
            .database = connection->database.len > 0 ? connection->database : credentials.user,
            .tls = tls_of(r, connection),
            .authority = file_of(r, connection, "sslrootcert", "PGSSLROOTCERT"),
            .certificate = file_of(r, connection, "sslcert", "PGSSLCERT"),
            .key = file_of(r, connection, "sslkey", "PGSSLKEY"),
        };
        if (!is_asked(connection, target) || is_anothers || leads_nowhere(target) ||
            !find_place(r, connection, target, &place))
            continue;
        if (holds_secret(r, &place)) {
            pass_over(r, connection, "a part of it is a secret of another");
            continue;
        }
        add_place(r, &place, connection, target);
        place.is_console = is_pooler(target);
        place.database = STR("pgbouncer");
        if (place.is_console)
            add_place(r, &place, connection, target);
    }
}

static void collect_extensions(struct request *r)
{
    vec_each(const struct config_server *, server, &r->facts->config->budget.servers)
        vec_each(const struct config_text *, extension, &server->extensions)
            map_set(r->arena, &r->extensions, extension->text, r->live);
    vec_each(struct server *const *, server, &r->facts->servers) {
        live_wishes wishes = live_wishes_of(r->facts, *server);
        vec_each(const struct live_wish *, wish, &wishes)
            map_set(r->arena, &r->extensions, wish->extension, r->live);
    }
}

/* A --map that fits nothing is a mistake that would go unseen. */
static void check_maps(struct request *r)
{
    vec_each(const str *, map, &r->pipe->maps) {
        if (map_has(&r->fitting, *map) || r->live->fault.len > 0)
            continue;
        r->live->fault_is_usage = true;
        r->live->fault = arena_printf(r->arena,
            "--map " STR_FMT " fits no PostgreSQL server that the deployment connects to", STR_ARG(*map));
    }
}

str live_request(struct facts *facts, const struct live_pipe *pipe)
{
    struct request r = {
        .facts = facts,
        .arena = facts->arena,
        .pipe = pipe,
        .live = facts->live,
        .lines = buf_new(facts->arena, limit_value(LIMIT_LIVE_BYTES)),
    };
    collect_extensions(&r);
    vec_each(struct connection *const *, connection, &facts->connections)
        if (may_be_asked(*connection) && (*connection)->force.kind == FORCE_IN)
            add_connection(&r, *connection);
    check_maps(&r);
    if (r.lines.overflow || facts->live->logins.count == LIVE_LOGINS)
        facts->live->fault = STR("the deployment has more logins than can be asked for at once");
    return buf_view(&r.lines);
}
