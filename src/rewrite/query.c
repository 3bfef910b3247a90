/* The query of the new string, parameter by parameter: what rewrite/rewriter.h promises of it. */
#include "base/percent.h"
#include "dsn/reader.h"
#include "rewrite/foreign.h"
#include "rewrite/rewriter.h"

struct query_writer {
    struct rewriter *rewriter;
    bool first;
    bool options;   /* an options= is written */
    bool has_hosts; /* host and port of the query are written */
};

static void begin_pair(struct query_writer *writer)
{
    buf_byte(&writer->rewriter->out, writer->first ? '?' : '&');
    writer->first = false;
}

static void write_pair(struct query_writer *writer, str key, str value)
{
    begin_pair(writer);
    buf_str(&writer->rewriter->out, key);
    buf_byte(&writer->rewriter->out, '=');
    buf_str(&writer->rewriter->out, value);
}

static bool goes_to_pg8000(const struct rewriter *rewriter)
{
    return rewriter->goal.sqlalchemy && str_eq(rewriter->goal.driver, STR("pg8000"));
}

/* host=DIRECTORY, or unix_sock=DIRECTORY/.s.PGSQL.PORT; `path` may be either. */
static void write_socket(struct query_writer *writer, str path, str port)
{
    static const str name = STR_INIT("/.s.PGSQL.");
    struct buf *out = &writer->rewriter->out;
    size_t at = str_find(path, name);
    port = at == STR_NONE ? port : str_skip(path, at + name.len);
    path = at == STR_NONE ? path : str_take(path, at);
    begin_pair(writer);
    buf_str(out, goes_to_pg8000(writer->rewriter) ? STR("unix_sock=") : STR("host="));
    percent_encode(out, path, STR("/:@,"), false);
    if (goes_to_pg8000(writer->rewriter))
        buf_printf(out, STR_FMT STR_FMT, STR_ARG(name), STR_ARG(port.len ? port : STR("5432")));
    else if (port.len && !str_eq(port, STR("5432")))
        write_pair(writer, STR("port"), port);
}

/* host=h:p for each member of the authority; asyncpg wants every port, IPv6 has no such spelling. */
static bool write_moved_hosts(struct query_writer *writer)
{
    struct rewriter *rewriter = writer->rewriter;
    str hosts = rewriter->pieces.hosts, decoded, rest, item;
    if (rewriter_is_socket(hosts)) {
        struct str_cut cut = str_cut_byte(hosts, ':');
        if (str_has_byte(hosts, ',') || !rewriter_decode(rewriter, cut.head, &decoded))
            return rewriter_fail(
                rewriter, REWRITE_NO_SUCH_FORM, STR("SQLAlchemy cannot name several sockets"));
        write_socket(writer, decoded, cut.tail);
        return true;
    }
    if (!rewriter_decode(rewriter, hosts, &decoded))
        return false;
    if (rewriter_is_escaped(hosts) || str_has_byte(hosts, '['))
        return rewriter_fail(
            rewriter, REWRITE_NO_SUCH_FORM, STR("SQLAlchemy has no spelling for this list of hosts"));
    rest = hosts;
    while (str_next(&rest, ',', &item)) {
        if (item.len == 0 || item.ptr[0] == ':')
            return rewriter_fail(rewriter, REWRITE_AMBIGUOUS,
                STR("an empty member of the host list means the local socket to libpq alone"));
        struct str_cut cut = str_cut_byte(item, ':');
        begin_pair(writer);
        buf_str(&rewriter->out, STR("host="));
        buf_str(&rewriter->out, cut.head);
        buf_printf(&rewriter->out, ":" STR_FMT, STR_ARG(cut.tail.len ? cut.tail : STR("5432")));
    }
    return true;
}

static bool is_tls_key(str key)
{
    return str_eq(key, STR("ssl")) || str_eq(key, STR("sslmode"));
}

/* What the pairs after this one say of TLS in the other word. */
static str later_tls(str rest, str key)
{
    str found = {0}, pair;
    while (rest.ptr && str_next(&rest, '&', &pair)) {
        struct str_cut cut = str_cut_byte(pair, '=');
        if (is_tls_key(cut.head) && !str_eq(cut.head, key))
            found = tls_word(cut.tail);
    }
    return found;
}

/* pg8000 takes a context, and no word in a URL. */
static bool leave_tls_out(struct rewriter *rewriter, str key, str word)
{
    static const str weak[] = {STR_INIT("disable"), STR_INIT("allow"), STR_INIT("prefer")};
    if (!STR_IS_IN(word, weak))
        return rewriter_fail(rewriter, REWRITE_PARAMETER,
            STR("pg8000 takes TLS as connect_args={\"ssl_context\": context} alone"));
    rewriter_drop(rewriter, key, STR("pg8000 knows no such word"));
    return true;
}

static bool write_tls(struct query_writer *writer, str key, str value, str rest)
{
    struct rewriter *rewriter = writer->rewriter;
    str word = tls_word(value), later = later_tls(rest, key);
    if (value.len == 0) {
        rewriter_drop(rewriter, key, STR("it has no value"));
        return true;
    }
    bool exact = str_eq(word, value);
    if (word.len == 0 || (str_eq(key, STR("sslmode")) && !exact))
        return rewriter_fail(
            rewriter, REWRITE_PARAMETER, STR("sslmode or ssl has a value that no client knows"));
    if (later.len && !str_eq(later, word))
        return rewriter_fail(rewriter, REWRITE_PARAMETER, STR("ssl and sslmode say different things"));
    if (later.len)
        return true; /* once is enough */
    if (goes_to_pg8000(rewriter))
        return leave_tls_out(rewriter, key, word);
    write_pair(writer, rewriter->goal.connector == CONNECTOR_SA_ASYNC ? STR("ssl") : STR("sslmode"), word);
    return true;
}

/* libpq splits a pair at every =, and takes + for itself where the others mean a blank. */
static void write_kept(struct query_writer *writer, str key, str value)
{
    struct rewriter *rewriter = writer->rewriter;
    bool libpq_uri = !rewriter->goal.sqlalchemy;
    bool from_sqlalchemy =
        rewriter->source_driver.len > 0 && rewriter->goal.connector == CONNECTOR_LIBPQ && libpq_uri;
    begin_pair(writer);
    buf_str(&rewriter->out, key);
    buf_byte(&rewriter->out, '=');
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] == '=' && libpq_uri)
            buf_str(&rewriter->out, STR("%3D"));
        else if (value.ptr[i] == '+' && from_sqlalchemy)
            buf_str(&rewriter->out, STR("%20"));
        else
            buf_byte(&rewriter->out, value.ptr[i]);
}

static bool write_setting(struct query_writer *writer, str key, str value)
{
    struct rewriter *rewriter = writer->rewriter;
    if (writer->options || str_contains(rewriter->pieces.query, STR("options="))) {
        rewriter_drop(rewriter, key, STR("put it into options="));
        return true;
    }
    begin_pair(writer);
    buf_printf(&rewriter->out, "options=-c" STR_FMT "%%3D" STR_FMT, STR_ARG(key), STR_ARG(value));
    writer->options = true;
    return true;
}

/* What pg8000 takes of what libpq takes. */
static bool is_taken_by_pg8000(str key)
{
    static const str keys[] = {STR_INIT("application_name"), STR_INIT("client_encoding"), STR_INIT("host"),
        STR_INIT("password"), STR_INIT("port"), STR_INIT("user")};
    return STR_IS_IN(key, keys);
}

/* What pg8000 alone takes. */
static bool is_own_of_pg8000(str key)
{
    static const str keys[] = {STR_INIT("source_address"), STR_INIT("unix_sock"), STR_INIT("timeout"),
        STR_INIT("tcp_keepalive"), STR_INIT("replication"), STR_INIT("startup_params")};
    return STR_IS_IN(key, keys) || is_taken_by_pg8000(key);
}

/* host= with a directory, unix_sock= with the socket itself. */
static bool is_socket_pair(str key, str value)
{
    bool is_path = str_starts(value, STR("/")) || str_starts_fold(value, STR("%2F"));
    return is_path && (str_eq(key, STR("unix_sock")) || str_eq(key, STR("host"))) &&
           !str_has_byte(value, ',');
}

/* The query's value of that name, the last one; empty: none. */
static str query_value(const struct rewriter *rewriter, str key)
{
    str rest = rewriter->pieces.query, pair, found = {0};
    while (rest.ptr && str_next(&rest, '&', &pair)) {
        struct str_cut cut = str_cut_byte(pair, '=');
        found = str_eq(cut.head, key) ? cut.tail : found;
    }
    return found;
}

/* Whether a socket of the query stands for its port too: pg8000 names the whole of it. */
static bool is_port_of_socket(const struct rewriter *rewriter)
{
    bool is_pg8000 = goes_to_pg8000(rewriter) || str_eq(rewriter->source_driver, STR("pg8000"));
    return is_pg8000 && (is_socket_pair(STR("host"), query_value(rewriter, STR("host"))) ||
                            is_socket_pair(STR("unix_sock"), query_value(rewriter, STR("unix_sock"))));
}

static bool write_socket_pair(struct query_writer *writer, str value)
{
    struct rewriter *rewriter = writer->rewriter;
    str path, port = goes_to_pg8000(rewriter) ? query_value(rewriter, STR("port")) : STR("");
    if (!rewriter_decode(rewriter, value, &path))
        return false;
    write_socket(writer, path, port);
    return true;
}

static bool write_checked(struct query_writer *writer, str key, str value, str rest)
{
    struct rewriter *rewriter = writer->rewriter;
    const struct parameter_row *row = driver_parameter_find(key);
    bool pg8000 = goes_to_pg8000(rewriter);
    if (pg8000 && str_eq(rewriter->source_driver, STR("pg8000")) && is_own_of_pg8000(key)) {
        write_kept(writer, key, value);
        return true;
    }
    bool is_refused = rewriter->goal.connector == CONNECTOR_LIBPQ && str_contains(value, STR(".s.PGSQL."));
    if (is_socket_pair(key, value) && (pg8000 || is_refused || str_eq(key, STR("unix_sock"))))
        return write_socket_pair(writer, value);
    if (str_eq(key, STR("port")) && is_port_of_socket(rewriter))
        return true;
    if (row == NULL) {
        rewriter_drop(rewriter, key, STR("no connector of PostgreSQL knows it"));
        return true;
    }
    switch (row->action[rewriter->goal.connector]) {
    case PARAMETER_TLS:
        return write_tls(writer, key, value, rest);
    case PARAMETER_SETTING:
        if (!pg8000)
            return write_setting(writer, key, value);
        rewriter_drop(rewriter, key, STR("pg8000 does not take it"));
        return true;
    case PARAMETER_REFUSE:
        return rewriter_fail(rewriter, REWRITE_PARAMETER,
            arena_printf(rewriter->arena, STR_FMT " cannot be expressed: " STR_FMT, STR_ARG(key),
                STR_ARG(row->about)));
    case PARAMETER_DATABASE: /* already in the path */
        return true;
    case PARAMETER_DROP:
        rewriter_drop(rewriter, key, row->about);
        return true;
    case PARAMETER_KEEP:
        if (!pg8000 || is_taken_by_pg8000(key))
            break;
        if (str_eq(key, STR("hostaddr")) || str_eq(key, STR("service")))
            return rewriter_fail(rewriter, REWRITE_PARAMETER, STR("only libpq reads hostaddr and service"));
        rewriter_drop(rewriter, key, STR("pg8000 does not take it"));
        return true;
    }
    write_kept(writer, key, value);
    return true;
}

/* MySQL's words for TLS that Python's drivers do not take; leaving one out would open the connection. */
static const str mysql_tls_keys[] = {STR_INIT("ssl-mode"), STR_INIT("sslmode"), STR_INIT("ssl_mode"),
    STR_INIT("sslaccept"), STR_INIT("useSSL"), STR_INIT("requireSSL"), STR_INIT("tls"), STR_INIT("ssl"),
    STR_INIT("verifyServerCertificate")};

/* Parameters of Go's driver that mean nothing in Python. */
static const str go_mysql_keys[] = {STR_INIT("parseTime"), STR_INIT("loc"), STR_INIT("collation"),
    STR_INIT("timeout"), STR_INIT("readTimeout"), STR_INIT("writeTimeout"), STR_INIT("multiStatements"),
    STR_INIT("interpolateParams"), STR_INIT("allowNativePasswords"), STR_INIT("checkConnLiveness"),
    STR_INIT("clientFoundRows"), STR_INIT("maxAllowedPacket")};

static bool is_off(str value)
{
    static const str words[] = {
        STR_INIT("false"), STR_INIT("0"), STR_INIT("disabled"), STR_INIT("disable"), STR_INIT("none")};
    return STR_IS_IN_FOLD(value, words);
}

/* A parameter without a row of its own: what connect() would refuse is left out. */
static bool write_unlisted(struct query_writer *writer, str key, str name, str value)
{
    struct rewriter *rewriter = writer->rewriter;
    bool is_same = str_eq(rewriter->source_driver, rewriter->goal.driver);
    if (!is_same && !driver_takes_argument(rewriter->family, rewriter->goal.driver, name)) {
        rewriter_drop(rewriter, name,
            arena_printf(rewriter->arena, STR_FMT " does not know it", STR_ARG(rewriter->goal.driver)));
        return true;
    }
    write_kept(writer, key, value);
    return true;
}

static bool write_mysql(struct query_writer *writer, str key, str name, str value)
{
    struct rewriter *rewriter = writer->rewriter;
    if (STR_IS_IN_FOLD(key, mysql_tls_keys)) {
        if (!is_off(value))
            return rewriter_fail(rewriter, REWRITE_PARAMETER,
                STR("Python's MySQL drivers take TLS as ssl_ca, ssl_cert and ssl_key, not in this word"));
        rewriter_drop(rewriter, key, STR("Python's MySQL drivers do not know it"));
        return true;
    }
    if (STR_IS_IN_FOLD(key, go_mysql_keys)) {
        rewriter_drop(rewriter, key, STR("it belongs to Go's driver"));
        return true;
    }
    return write_unlisted(writer, key, name, value);
}

/* A parameter of a database that is not PostgreSQL. */
static bool write_foreign(struct query_writer *writer, str key, str value)
{
    struct rewriter *rewriter = writer->rewriter;
    bool is_same = str_eq(rewriter->source_driver, rewriter->goal.driver);
    str name = key;
    escapes_decode(rewriter->arena, key, ESCAPES_LENIENT, true, &name);
    const struct foreign_parameter *row = is_same ? NULL : foreign_parameter_find(rewriter->family, name);
    if (row && !foreign_parameter_taken(row, rewriter->goal.driver)) {
        if (row->needed)
            return rewriter_fail(rewriter, REWRITE_PARAMETER,
                arena_printf(rewriter->arena, STR_FMT " cannot be expressed: " STR_FMT, STR_ARG(row->name),
                    STR_ARG(row->about)));
        const struct foreign_parameter *other = foreign_parameter_find(rewriter->family, row->as);
        if (other && foreign_parameter_taken(other, rewriter->goal.driver))
            write_kept(writer, row->as, value);
        else
            rewriter_drop(rewriter, row->name, row->about);
        return true;
    }
    if (row && !is_same && !driver_takes_argument(rewriter->family, rewriter->goal.driver, name)) {
        write_kept(writer, row->name, value); /* words of ODBC have no case, arguments have one */
        return true;
    }
    if (row == NULL && rewriter->family == FAMILY_MYSQL)
        return write_mysql(writer, key, name, value);
    return write_unlisted(writer, key, name, value);
}

static bool is_last_of_its_name(str rest, str key)
{
    str pair;
    while (rest.ptr && str_next(&rest, '&', &pair))
        if (str_eq(str_cut_byte(pair, '=').head, key))
            return false;
    return true;
}

static bool write_one(struct query_writer *writer, str pair, str rest)
{
    struct rewriter *rewriter = writer->rewriter;
    struct str_cut cut = str_cut_byte(pair, '=');
    bool host = str_eq(cut.head, STR("host"));
    if (pair.len == 0 || (host && rewriter_hosts_in_authority(rewriter)))
        return true;
    if (!rewriter->goal.checked) {
        if (cut.found && !is_last_of_its_name(rest, cut.head))
            return true; /* SQLAlchemy makes a list of two, which no driver takes */
        if (cut.found)
            return write_foreign(writer, cut.head, cut.tail);
        begin_pair(writer);
        buf_str(&rewriter->out, pair);
        return true;
    }
    if (writer->has_hosts && (host || str_eq(cut.head, STR("port"))))
        return true;
    if (!host && !is_last_of_its_name(rest, cut.head))
        return true; /* the last one counts, for all but SQLAlchemy, which chokes on two */
    if (rewriter_is_escaped(cut.head))
        return rewriter_fail(rewriter, REWRITE_PARAMETER, STR("a parameter's name is written with escapes"));
    return write_checked(writer, cut.head, cut.tail, rest);
}

/* asyncpg under SQLAlchemy wants a port with each of several hosts: host=h:p for all in the query. */
static void write_hosts_with_ports(struct query_writer *writer)
{
    struct rewriter *rewriter = writer->rewriter;
    str_vec hosts = {0};
    str rest = rewriter->pieces.query, ports = query_value(rewriter, STR("port")), pair, item;
    bool is_odd = rewriter_is_escaped(ports), is_one = !str_has_byte(ports, ',');
    while (rest.ptr && str_next(&rest, '&', &pair))
        for (str list = str_starts(pair, STR("host=")) ? str_skip(pair, 5) : (str){0};
             str_next(&list, ',', &item);) {
            is_odd = is_odd || item.len == 0 || item.ptr[0] == '/' || find_any(item, STR("%[")) != STR_NONE;
            vec_push(rewriter->arena, &hosts, item);
        }
    if (is_odd || hosts.count < 2 || rewriter->goal.connector != CONNECTOR_SA_ASYNC)
        return;
    vec_each(const str *, it, &hosts) {
        str port = STR("");
        if (is_one)
            port = ports;
        else
            str_next(&ports, ',', &port);
        begin_pair(writer);
        buf_printf(&rewriter->out, "host=" STR_FMT, STR_ARG(*it));
        if (!str_has_byte(*it, ':'))
            buf_printf(&rewriter->out, ":" STR_FMT, STR_ARG(port.len ? port : STR("5432")));
    }
    writer->has_hosts = true;
}

bool rewriter_write_query(struct rewriter *rewriter)
{
    struct query_writer writer = {.rewriter = rewriter, .first = true};
    str rest = rewriter->pieces.query, pair;
    if (rewriter_hosts_in_query(rewriter) && !write_moved_hosts(&writer))
        return false;
    if (rewriter->pieces.has_query && rewriter->goal.checked)
        write_hosts_with_ports(&writer);
    while (rewriter->pieces.has_query && str_next(&rest, '&', &pair))
        if (!write_one(&writer, pair, rest))
            return false;
    return true;
}
