#include "cli/wait_target.h"

#include "base/number.h"
#include "env/env.h"

enum {
    LINES_BYTES_MAX = 1 << 20,
    PORT_MAX = 65535,
};

/* What a line is made of. Empty texts are left out. */
struct target_line {
    str name, family, scheme;
    str host;
    int32_t port;
    enum host_class class;
    str path, expect;
    str user, database, tls, authority;
};

struct wait_targets wait_targets_new(struct arena *arena, const struct facts *facts)
{
    return (struct wait_targets){arena, facts, buf_new(arena, LINES_BYTES_MAX)};
}

static void put_encoded(struct buf *buf, str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if (byte < 0x21 || byte == 0x7F || byte == '%')
            buf_printf(buf, "%%%02X", byte);
        else
            buf_byte(buf, value.ptr[i]);
    }
}

static void put(struct buf *buf, const char *key, str value)
{
    if (value.len == 0)
        return;
    buf_printf(buf, "\t%s=", key);
    put_encoded(buf, value);
}

static const char *protocol_of(const struct target_line *line)
{
    if (str_eq(line->family, STR("postgresql")))
        return "postgres";
    if (!str_eq(line->family, STR("http")))
        return "tcp";
    return str_eq(line->scheme, STR("https")) ? "https" : "http";
}

/* libpq's socket is a file in the directory that stands for the host. */
static str socket_path(struct arena *arena, const struct target_line *line)
{
    if (!str_eq(line->family, STR("postgresql")))
        return line->host;
    return arena_printf(
        arena, STR_FMT "/.s.PGSQL.%d", STR_ARG(line->host), line->port > 0 ? (int)line->port : 5432);
}

static void put_line(struct wait_targets *targets, const struct target_line *line)
{
    struct buf *buf = &targets->lines;
    const char *protocol = protocol_of(line);
    bool is_socket = line->class == HOST_CLASS_SOCKET;
    if (line->class == HOST_CLASS_FILE || (line->host.len == 0 && !is_socket))
        return;
    buf_printf(buf, "protocol=%s", protocol);
    put(buf, "name", line->name);
    if (is_socket) {
        put(buf, "socket", socket_path(targets->arena, line));
    } else {
        put(buf, "host", line->host);
        put(buf, "port", line->port > 0 ? arena_printf(targets->arena, "%d", (int)line->port) : STR(""));
    }
    put(buf, "path", line->path);
    put(buf, "expect", line->expect);
    put(buf, "user", line->user);
    put(buf, "database", line->database);
    put(buf, "tls", line->tls);
    put(buf, "authority", line->authority);
    buf_byte(buf, '\n');
}

static str parameter(const struct dsn *dsn, str key)
{
    vec_each(const struct dsn_parameter *, parameter, &dsn->parameters)
        if (str_eq(parameter->key.text, key) && !parameter->secret)
            return parameter->value.text;
    return STR("");
}

/* sslmode as the probe knows it; `allow` asks for less than prefer and is served by it. */
static str tls_of(const struct dsn *dsn)
{
    static const str modes[] = {STR_INIT("disable"), STR_INIT("prefer"), STR_INIT("require"),
        STR_INIT("verify-ca"), STR_INIT("verify-full")};
    str given = parameter(dsn, STR("sslmode"));
    if (given.len == 0)
        given = parameter(dsn, STR("ssl"));
    for (size_t i = 0; i < ARRAY_COUNT(modes); i++)
        if (str_eq(given, modes[i]))
            return modes[i];
    return str_eq(given, STR("true")) ? STR("require") : STR("");
}

/* The path of an HTTP URL: what follows the authority, without query and fragment. */
static str path_of(str url)
{
    str rest = str_cut(url, STR("://")).tail;
    size_t at = str_find_any(rest, STR("/?#"));
    if (at == STR_NONE || rest.ptr[at] != '/')
        return STR("/");
    rest = str_skip(rest, at);
    size_t end = str_find_any(rest, STR("?#"));
    return end == STR_NONE ? rest : str_take(rest, end);
}

static void add_dsn_facts(struct target_line *line, const struct dsn *dsn)
{
    line->scheme = dsn->scheme.text;
    if (str_eq(line->family, STR("postgresql"))) {
        line->tls = tls_of(dsn);
        str authority = parameter(dsn, STR("sslrootcert"));
        line->authority = str_eq(authority, STR("system")) ? STR("") : authority;
    }
    if (!str_eq(line->family, STR("http")))
        return;
    line->path = path_of(dsn->text);
    /* A base URL has no page of its own: any answer that is no fault of the server says it is up. */
    if (str_eq(line->path, STR("/")))
        line->expect = STR("100-499");
}

void wait_add_connection(struct wait_targets *targets, const struct connection *connection)
{
    bool is_postgres = str_eq(connection->family, STR("postgresql"));
    vec_each(const struct target *, target, &connection->targets) {
        struct target_line line = {
            .name = connection->variable != NULL ? connection->variable->value->name : STR(""),
            .family = connection->family,
            .host = target->host,
            .port = target->port,
            .class = target->class,
            .user = is_postgres ? connection->user : STR(""),
            .database = is_postgres ? connection->database : STR(""),
        };
        if (connection->dsn != NULL)
            add_dsn_facts(&line, connection->dsn);
        put_line(targets, &line);
    }
}

static bool add_string(struct wait_targets *targets, str name, str text)
{
    const struct dsn *dsn = dsn_parse(targets->arena, text, NULL, name);
    if (dsn->error != DSN_OK || dsn->hosts.count == 0)
        return false;
    str family = dsn_family_name(dsn->family);
    bool is_postgres = str_eq(family, STR("postgresql"));
    vec_each(const struct dsn_host *, host, &dsn->hosts) {
        struct target_line line = {
            .name = name,
            .family = family,
            .host = host->host.text,
            .port = host->port,
            .class = host->class,
            .user = is_postgres ? dsn->user.text : STR(""),
            .database = is_postgres ? dsn->database.text : STR(""),
        };
        add_dsn_facts(&line, dsn);
        put_line(targets, &line);
    }
    return true;
}

static bool add_host_and_port(struct wait_targets *targets, str word)
{
    struct str_cut cut = str_rcut_byte(word, ':');
    uint64_t port;
    if (!cut.found || cut.head.len == 0 || !number_parse_unsigned(cut.tail, PORT_MAX, &port) || port == 0)
        return false;
    struct target_line line = {.host = str_trim_bytes(cut.head, STR("[]")), .port = (int32_t)port};
    put_line(targets, &line);
    return true;
}

static bool add_variable(struct wait_targets *targets, str name)
{
    bool is_known = false;
    vec_each(struct connection *const *, connection, &targets->facts->connections) {
        if (!str_eq((*connection)->label, name) && !str_eq((*connection)->variable->value->name, name))
            continue;
        wait_add_connection(targets, *connection);
        is_known = true;
    }
    const struct value *value = env_get(&targets->facts->environment, name);
    bool is_set = value != NULL && value->set && value->text.len > 0;
    return is_known ||
           (is_set && (add_string(targets, name, value->text) || add_host_and_port(targets, value->text)));
}

bool wait_add_word(struct wait_targets *targets, str word)
{
    if (str_is_name(word) && env_get(&targets->facts->environment, word) != NULL)
        return add_variable(targets, word);
    if (str_contains(word, STR("://")))
        return add_string(targets, STR(""), word);
    return add_host_and_port(targets, word);
}

static struct template_value from_environment(void *self, str name)
{
    const struct value *value = env_get(self, name);
    bool is_found = value != NULL && value->set;
    return (struct template_value){
        .found = is_found, .text = is_found ? value->text : STR(""), .from = value};
}

bool wait_add_configured(struct wait_targets *targets, const struct config_wait *wait)
{
    if (wait->kind == WAIT_VARIABLE)
        return add_variable(targets, wait->target.text);
    struct template_scope scope = {(void *)&targets->facts->environment, from_environment};
    struct template_result expanded = template_expand(targets->arena, wait->target.text, NULL, &scope);
    if (expanded.error != TEMPLATE_OK)
        return false;
    return wait->kind == WAIT_URL ? add_string(targets, STR(""), expanded.text)
                                  : add_host_and_port(targets, expanded.text);
}
