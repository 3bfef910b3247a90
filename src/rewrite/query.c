/* The query of the new string, parameter by parameter: what rewrite/rewriter.h promises of it. */
#include "base/percent.h"
#include "rewrite/rewriter.h"

struct query_writer {
    struct rewriter *rewriter;
    bool first;
    bool options; /* an options= is written */
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

/* host=h:p for each member of the authority; asyncpg wants every port, IPv6 has no such spelling. */
static bool write_moved_hosts(struct query_writer *writer)
{
    struct rewriter *rewriter = writer->rewriter;
    str hosts = rewriter->pieces.hosts, decoded, rest, item;
    if (rewriter_is_socket(hosts)) {
        struct str_cut cut = str_cut_byte(hosts, ':');
        if (str_find_byte(hosts, ',') != STR_NONE || !rewriter_decode(rewriter, cut.head, &decoded))
            return rewriter_fail(
                rewriter, REWRITE_NO_SUCH_FORM, STR("SQLAlchemy cannot name several sockets"));
        begin_pair(writer);
        buf_str(&rewriter->out, STR("host="));
        percent_encode(&rewriter->out, decoded, STR("/:@,"), false);
        if (cut.tail.len)
            write_pair(writer, STR("port"), cut.tail);
        return true;
    }
    if (!rewriter_decode(rewriter, hosts, &decoded))
        return false;
    if (rewriter_is_escaped(hosts) || str_find_byte(hosts, '[') != STR_NONE)
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

static bool write_tls(struct query_writer *writer, str key, str value)
{
    struct rewriter *rewriter = writer->rewriter;
    str word = tls_word(value);
    if (value.len == 0) {
        rewriter_drop(rewriter, key, STR("it has no value"));
        return true;
    }
    bool exact = str_eq(word, value);
    if (word.len == 0 || (str_eq(key, STR("sslmode")) && !exact))
        return rewriter_fail(
            rewriter, REWRITE_PARAMETER, STR("sslmode or ssl has a value that no client knows"));
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

static bool write_checked(struct query_writer *writer, str key, str value)
{
    struct rewriter *rewriter = writer->rewriter;
    const struct parameter_row *row = driver_parameter_find(key);
    if (row == NULL) {
        rewriter_drop(rewriter, key, STR("no connector of PostgreSQL knows it"));
        return true;
    }
    switch (row->action[rewriter->goal.connector]) {
    case PARAMETER_TLS:
        return write_tls(writer, key, value);
    case PARAMETER_SETTING:
        return write_setting(writer, key, value);
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
        break;
    }
    write_kept(writer, key, value);
    return true;
}

/* MySQL's words for TLS that Python's drivers do not take; leaving one out would open the connection. */
static const str mysql_tls_keys[] = {
    STR_INIT("ssl-mode"),
    STR_INIT("sslmode"),
    STR_INIT("ssl_mode"),
    STR_INIT("sslaccept"),
    STR_INIT("useSSL"),
    STR_INIT("requireSSL"),
    STR_INIT("tls"),
    STR_INIT("ssl"),
    STR_INIT("verifyServerCertificate"),
};

/* Parameters of Go's driver that mean nothing in Python. */
static const str go_mysql_keys[] = {
    STR_INIT("parseTime"),
    STR_INIT("loc"),
    STR_INIT("collation"),
    STR_INIT("timeout"),
    STR_INIT("readTimeout"),
    STR_INIT("writeTimeout"),
    STR_INIT("multiStatements"),
    STR_INIT("interpolateParams"),
    STR_INIT("allowNativePasswords"),
    STR_INIT("checkConnLiveness"),
    STR_INIT("clientFoundRows"),
    STR_INIT("maxAllowedPacket"),
};

static bool is_off(str value)
{
    static const str words[] = {
        STR_INIT("false"), STR_INIT("0"), STR_INIT("disabled"), STR_INIT("disable"), STR_INIT("none")};
    return STR_IS_IN_FOLD(value, words);
}

static bool write_mysql(struct query_writer *writer, str key, str value)
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
    write_kept(writer, key, value);
    return true;
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
        if (rewriter->family == FAMILY_MYSQL)
            return write_mysql(writer, cut.head, cut.tail);
        begin_pair(writer);
        buf_str(&rewriter->out, pair);
        return true;
    }
    if (!host && !is_last_of_its_name(rest, cut.head))
        return true; /* the last one counts, for all but SQLAlchemy, which chokes on two */
    if (rewriter_is_escaped(cut.head))
        return rewriter_fail(rewriter, REWRITE_PARAMETER, STR("a parameter's name is written with escapes"));
    return write_checked(writer, cut.head, cut.tail);
}

bool rewriter_write_query(struct rewriter *rewriter)
{
    struct query_writer writer = {.rewriter = rewriter, .first = true};
    str rest = rewriter->pieces.query, pair;
    if (rewriter_hosts_in_query(rewriter) && !write_moved_hosts(&writer))
        return false;
    while (rewriter->pieces.has_query && str_next(&rest, '&', &pair))
        if (!write_one(&writer, pair, rest))
            return false;
    return true;
}
