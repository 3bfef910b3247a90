#include "cli/wait_targets.h"

#include "base/number.h"
#include "dsn/secret.h"
#include "rewrite/driver.h"

enum { LINES_BYTES = 1024 * 1024 };

/* A place and how to ask it. Empty texts and port 0 are left out of the line. */
struct place {
    str protocol, name, host, socket, path, expect, user, database, tls, authority;
    int32_t port;
};

static const char hex_digits[] = "0123456789ABCDEF";

static void add_field(struct buf *line, const char *key, str value)
{
    if (value.len == 0)
        return;
    buf_printf(line, "%s%s=", line->len > 0 ? "\t" : "", key);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if (byte > ' ' && byte != '%' && byte != 0x7F) {
            buf_byte(line, (char)byte);
            continue;
        }
        buf_byte(line, '%');
        buf_byte(line, hex_digits[byte >> 4]);
        buf_byte(line, hex_digits[byte & 15]);
    }
}

static void set_fault(struct wait_list *list, bool is_usage, str fault)
{
    if (list->fault.len > 0)
        return;
    list->fault = fault;
    list->fault_is_usage = is_usage;
}

/*
 * The fields pass the gate as every text that leaves the program does; here one that would be masked is
 * none.
 */
static bool holds_secret(struct wait_list *list, const struct place *place)
{
    struct gate *gate = sources_gate(list->facts->sources);
    const str fields[] = {
        place->host, place->socket, place->path, place->user, place->database, place->authority};
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
        if (gate_holds(gate, fields[i]))
            return true;
    return false;
}

static void add_place(struct wait_list *list, const struct place *place)
{
    struct buf line = buf_new(list->arena, LINES_BYTES);
    add_field(&line, "protocol", place->protocol);
    add_field(&line, "host", place->host);
    if (place->port > 0 && place->host.len > 0)
        add_field(&line, "port", arena_printf(list->arena, "%d", place->port));
    add_field(&line, "socket", place->socket);
    add_field(&line, "path", place->path);
    add_field(&line, "expect", place->expect);
    add_field(&line, "user", place->user);
    add_field(&line, "database", place->database);
    add_field(&line, "tls", place->tls);
    add_field(&line, "authority", place->authority);
    str key = buf_view(&line);
    if (holds_secret(list, place)) {
        set_fault(list, false, STR("a part of a target is a secret of another connection string"));
        return;
    }
    if (map_set(list->arena, &list->known, key, list) != NULL)
        return;
    buf_str(&list->lines, key);
    if (str_is_name(place->name))
        buf_printf(&list->lines, "\tname=" STR_FMT, STR_ARG(place->name));
    buf_byte(&list->lines, '\n');
    list->count++;
}

static void pass_over(struct wait_list *list, str name, const char *why)
{
    vec_push(list->arena, &list->passed_over,
        arena_printf(list->arena, STR_FMT ": %s", STR_ARG(name.len > 0 ? name : STR("a target")), why));
}

static str parameter(const struct dsn *dsn, str key)
{
    vec_each(const struct dsn_parameter *, row, &dsn->parameters)
        if (str_eq(row->key.text, key) && !row->secret)
            return row->value.text;
    return STR("");
}

static str variable(const struct wait_list *list, str name)
{
    const struct value *value = env_get(&list->facts->environment, name);
    return value != NULL && value->set ? value->text : STR("");
}

static str first_given(const str *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (texts[i].len > 0)
            return texts[i];
    return STR("");
}

/* As bootgate-wait knows it: "allow" is left to what it does by itself, TLS where the server has it. */
static str postgres_tls(str mode)
{
    str word = tls_word(mode);
    return str_eq(word, STR("allow")) ? STR("") : word;
}

static void fill_postgres(struct wait_list *list, struct place *place, const struct dsn *dsn)
{
    const str modes[] = {
        dsn ? parameter(dsn, STR("sslmode")) : STR(""),
        dsn ? parameter(dsn, STR("ssl")) : STR(""), /* asyncpg */
        variable(list, STR("PGSSLMODE")),
    };
    const str authorities[] = {
        dsn ? parameter(dsn, STR("sslrootcert")) : STR(""), variable(list, STR("PGSSLROOTCERT"))};
    place->protocol = STR("postgres");
    place->tls = postgres_tls(first_given(modes, ARRAY_COUNT(modes)));
    str authority = first_given(authorities, ARRAY_COUNT(authorities));
    if (!str_eq(authority, STR("system")))
        place->authority = authority;
}

/* A PostgreSQL socket is named by its directory, every other by itself. */
static str socket_path(struct wait_list *list, const struct dsn_host *host, bool is_postgres)
{
    str path = host->host.text;
    bool is_named = str_starts(path, STR("/")) || str_starts(path, STR("@"));
    if (!is_named || !is_postgres)
        return is_named ? path : STR("");
    return arena_printf(
        list->arena, STR_FMT "/.s.PGSQL.%d", STR_ARG(path), host->port > 0 ? host->port : 5432);
}

static bool is_secret_query(str query)
{
    for (str pair; str_next(&query, '&', &pair);)
        if (key_is_secret(str_cut_byte(pair, '=').head))
            return true;
    return false;
}

/* Path and query of a URL as written; a query that holds a secret stays here. */
static str url_path(struct arena *arena, str url)
{
    url = str_cut_byte(url, '#').head;
    str rest = str_cut(url, STR("://")).tail;
    size_t at = str_find_any(rest, STR("/?"));
    if (at == STR_NONE)
        return STR("/");
    str path = str_skip(rest, at);
    struct str_cut query = str_cut_byte(path, '?');
    if (query.found && is_secret_query(query.tail))
        path = query.head;
    return str_starts(path, STR("/")) ? path : arena_concat(arena, STR("/"), path);
}

/*
 * How the string is to be asked, apart from where. A URL that is written out asks for a page. One that a
 * variable holds is the base of a service: any answer but a fault of the server says that it is up, and whom
 * its client trusts over TLS is not known here.
 */
static struct place place_of(struct wait_list *list, const struct dsn *dsn, str name, bool is_written)
{
    struct place place = {.protocol = STR("tcp"), .name = name};
    if (family_id_of(dsn->family) == FAMILY_POSTGRESQL) {
        fill_postgres(list, &place, dsn);
        if (!dsn_part_is_secret(dsn, &dsn->user))
            place.user = dsn->user.text;
        place.database = dsn->database.text;
    }
    bool is_http = str_eq(dsn->scheme.text, STR("http"));
    if (is_written && (is_http || str_eq(dsn->scheme.text, STR("https")))) {
        place.protocol = dsn->scheme.text;
        place.path = url_path(list->arena, dsn->text);
    } else if (is_http) {
        place.protocol = STR("http");
        place.expect = STR("100-499");
    }
    return place;
}

/* Schemes whose host is no place that could be connected to. */
static const struct {
    str scheme;
    const char *why;
} unreachable_schemes[] = {
    {STR_INIT("s3"), "its host is a bucket"},
    {STR_INIT("s3a"), "its host is a bucket"},
    {STR_INIT("statsd"), "it is spoken to over UDP"},
    {STR_INIT("syslog"), "it is spoken to over UDP"},
    {STR_INIT("udp"), "it is spoken to over UDP"},
};

static bool is_waitable(struct wait_list *list, const struct dsn *dsn, str name)
{
    const char *why = NULL;
    if (dsn->indirect)
        why = "a service file or data source says where it goes";
    else if (str_ends(dsn->scheme.text, STR("+srv")))
        why = "its hosts are in DNS SRV records";
    else if (dsn->hosts.count == 0)
        why = "it names no host";
    for (size_t i = 0; i < ARRAY_COUNT(unreachable_schemes); i++)
        if (str_eq(dsn->scheme.text, unreachable_schemes[i].scheme))
            why = unreachable_schemes[i].why;
    if (why != NULL)
        pass_over(list, name, why);
    return why == NULL;
}

static void add_host(struct wait_list *list, struct place place, const struct dsn_host *host)
{
    bool is_postgres = str_eq(place.protocol, STR("postgres"));
    if (host->class == HOST_CLASS_FILE) {
        pass_over(list, place.name, "a file needs no waiting");
        return;
    }
    if (host->class == HOST_CLASS_SOCKET)
        place.socket = socket_path(list, host, is_postgres);
    else
        place.host = host->host.text;
    place.port = host->port;
    if (place.socket.len == 0 && (place.host.len == 0 || place.port == 0))
        pass_over(list, place.name, "it names no host and port");
    else
        add_place(list, &place);
}

static bool has_secret_part(const struct dsn *dsn, const dsn_hosts *hosts, const struct dsn_part *database)
{
    vec_each(const struct dsn_host *, host, hosts)
        if (dsn_part_is_secret(dsn, &host->host) || dsn_part_is_secret(dsn, &host->port_part))
            return true;
    return dsn_part_is_secret(dsn, database);
}

/*
 * Nothing of a password may reach the program that opens sockets: where one client reads as a host or a
 * database what another reads as the password, nobody knows which bytes are which.
 */
static bool is_safe(const struct dsn *dsn)
{
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        if (it->likely && it->error == DSN_OK && has_secret_part(dsn, &it->hosts, &it->database))
            return false;
    return !has_secret_part(dsn, &dsn->hosts, &dsn->database);
}

static void add_dsn(struct wait_list *list, const struct dsn *dsn, str name, bool is_written)
{
    if (!is_safe(dsn)) {
        set_fault(list, is_written,
            arena_printf(list->arena,
                STR_FMT " is read differently by its clients, so that nobody knows where its password ends: "
                        "percent-encode @ / ? # in it",
                STR_ARG(name.len > 0 ? name : STR("a target"))));
        return;
    }
    if (dsn->error != DSN_OK) { /* in development the finding is a warning: nobody else would stop here */
        set_fault(list, is_written,
            arena_printf(list->arena,
                STR_FMT " is not a valid connection string, so it names nothing to wait for", STR_ARG(name)));
        return;
    }
    if (!is_waitable(list, dsn, name))
        return;
    struct place place = place_of(list, dsn, name, is_written);
    vec_each(const struct dsn_host *, host, &dsn->hosts)
        add_host(list, place, host);
}

/* A set of HOST, PORT, USER, … variables. */
static void add_set(struct wait_list *list, const struct connection *connection)
{
    struct place place = {.protocol = STR("tcp"), .name = connection->variable->value->name};
    if (connection->family == FAMILY_POSTGRESQL) {
        fill_postgres(list, &place, NULL);
        place.user = connection->user;
        place.database = connection->database;
    }
    vec_each(const struct target *, target, &connection->targets) {
        struct dsn_host host = {
            .host = {.text = target->host, .present = true},
            .port = target->port,
            .class = target->class,
        };
        add_host(list, place, &host);
    }
}

static void add_connection(struct wait_list *list, const struct connection *connection)
{
    if (connection->dsn != NULL)
        add_dsn(list, connection->dsn, connection->variable->value->name, false);
    else
        add_set(list, connection);
}

/* Inside the deployment: each of its hosts is a bare name, a private or this machine's address. */
static bool is_inside(const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets) {
        bool is_near = target->class == HOST_CLASS_PRIVATE || target->class == HOST_CLASS_LOOPBACK;
        bool is_bare = target->class != HOST_CLASS_PUBLIC && !str_has_byte(target->host, '.');
        if (!is_near && !is_bare)
            return false;
    }
    return true;
}

/* Web services elsewhere are not what a start depends on; stores are, wherever they stand. */
static void add_all(struct wait_list *list)
{
    vec_each(struct connection *const *, connection, &list->facts->connections) {
        if ((*connection)->family != FAMILY_HTTP || is_inside(*connection))
            add_connection(list, *connection);
        else
            pass_over(list, (*connection)->label, "a web service elsewhere; name it to wait for it");
    }
}

static bool add_host_port(struct wait_list *list, str text, str name)
{
    struct str_cut cut = str_rcut_byte(text, ':');
    uint64_t port;
    bool is_bracketed = str_starts(cut.head, STR("[")) && str_ends(cut.head, STR("]"));
    bool is_plain = !str_has_any(cut.head, STR(":/@ "));
    if (!cut.found || cut.head.len == 0 || !(is_bracketed || is_plain) ||
        !number_parse_unsigned(cut.tail, 65535, &port) || port == 0)
        return false;
    struct place place = {.protocol = STR("tcp"), .name = name, .host = cut.head, .port = (int32_t)port};
    add_place(list, &place);
    return true;
}

static const struct connection *connection_named(const struct wait_list *list, str name)
{
    vec_each(struct connection *const *, connection, &list->facts->connections)
        if (str_eq((*connection)->variable->value->name, name))
            return *connection;
    return NULL;
}

static void add_variable(struct wait_list *list, str name)
{
    const struct connection *connection = connection_named(list, name);
    str text = variable(list, name);
    if (connection != NULL) {
        add_connection(list, connection);
    } else if (text.len == 0) {
        set_fault(list, false,
            arena_printf(list->arena, STR_FMT " is not set, so it names nothing to wait for", STR_ARG(name)));
    } else if (!add_host_port(list, text, name)) {
        const struct dsn *dsn = dsn_parse(list->arena, text, NULL, name);
        if (dsn->error == DSN_OK)
            add_dsn(list, dsn, name, false);
        else
            set_fault(list, false,
                arena_printf(
                    list->arena, STR_FMT " holds no connection string and no host:port", STR_ARG(name)));
    }
}

static void add_url(struct wait_list *list, str url)
{
    const struct dsn *dsn = dsn_parse(list->arena, url, NULL, STR(""));
    if (dsn->error == DSN_OK)
        add_dsn(list, dsn, STR(""), true);
    else
        set_fault(list, true, STR("a target is neither a variable nor a URL nor host:port"));
}

static void add_named(struct wait_list *list, str word)
{
    str name = str_starts(word, STR("$")) ? str_trim_bytes(str_skip(word, 1), STR("{}")) : word;
    if (str_is_name(name))
        add_variable(list, name);
    else if (!add_host_port(list, word, STR("")))
        add_url(list, word);
}

/* A target of the configuration, with ${NAME} expanded. */
static void add_template(struct wait_list *list, const struct config_wait *row)
{
    struct env environment = list->facts->environment;
    struct template_scope scope = env_scope(&environment);
    struct template_result result = template_expand(list->arena, row->target.text, NULL, &scope);
    if (result.error != TEMPLATE_OK) {
        set_fault(list, false, STR("a target of the configuration's `wait` cannot be expanded"));
        return;
    }
    if (row->kind == WAIT_URL)
        add_url(list, result.text);
    else if (!add_host_port(list, result.text, STR("")))
        set_fault(list, false, STR("a `tcp` target of the configuration's `wait` is not host:port"));
}

struct wait_list wait_targets(struct arena *arena, const struct facts *facts, const str_vec *named)
{
    struct wait_list list = {.arena = arena, .facts = facts, .lines = buf_new(arena, LINES_BYTES)};
    vec_each(const str *, word, named)
        add_named(&list, *word);
    if (named->count > 0)
        return list;
    vec_each(const struct config_wait *, row, &facts->config->wait) {
        if (row->kind == WAIT_VARIABLE)
            add_variable(&list, row->target.text);
        else
            add_template(&list, row);
    }
    if (facts->config->wait.count == 0)
        add_all(&list);
    return list;
}
