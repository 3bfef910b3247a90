#include "dsn/form.h"

#include "base/word.h"
#include "dsn/endpoints.h"
#include "dsn/framework.h"
#include "dsn/gomysql.h"
#include "dsn/hostlist.h"
#include "dsn/jdbc.h"
#include "dsn/keyvalue.h"
#include "dsn/redis_more.h"
#include "dsn/sqlserver.h"
#include "dsn/symfony.h"
#include "dsn/url.h"

static enum dsn_error add_file(struct reader *reader, struct dsn_part path)
{
    enum dsn_error error = reader_add_host(reader, path, (struct dsn_part){0}, 0);
    path.present = true;
    reader->reading->database = path;
    if (!error)
        vec_last(&reader->reading->hosts)->class = HOST_CLASS_FILE;
    return error;
}

enum dsn_error file_read(struct reader *reader)
{
    size_t colon = str_find_byte(reader->text, ':');
    str path = colon == STR_NONE ? reader->text : str_skip(reader->text, colon + 1);
    path = str_take(path, find_any(path, STR("?#")));
    if (str_starts(path, STR("///"))) /* an empty authority */
        path = str_skip(path, 2);
    return add_file(reader, reader_part(reader, path, path));
}

enum dsn_error rails_sqlite_read(struct reader *reader)
{
    str rest = str_skip(reader->text, reader->scheme.len + 1);
    rest = str_take(rest, find_any(rest, STR("?#")));
    if (str_starts(rest, STR("//"))) {
        str after = str_skip(rest, 2);
        rest = str_eq(after, STR(":memory:")) ? after : str_skip(after, str_find_byte(after, '/'));
    }
    return add_file(reader, rest.len ? reader_part(reader, rest, rest) : part_default(STR(":memory:")));
}

/* --- Key=Value; strings */

/* Keys that settle whose string it is; the first one found, in the order of the table, decides. */
static const struct {
    str key;
    enum family_id family;
    enum client_id client;
} telling_keys[] = {
    {STR_INIT("accountendpoint"), FAMILY_AZURE, CLIENT_AZURE},
    {STR_INIT("usedevelopmentstorage"), FAMILY_AZURE, CLIENT_AZURE},
    {STR_INIT("defaultendpointsprotocol"), FAMILY_AZURE, CLIENT_AZURE},
    {STR_INIT("blobendpoint"), FAMILY_AZURE, CLIENT_AZURE},
    {STR_INIT("endpoint"), FAMILY_AZURE, CLIENT_AZURE},
    {STR_INIT("accountname"), FAMILY_AZURE, CLIENT_AZURE},
    {STR_INIT("driver"), FAMILY_MSSQL, CLIENT_ODBC},
    {STR_INIT("dsn"), FAMILY_MSSQL, CLIENT_ODBC},
    {STR_INIT("filedsn"), FAMILY_MSSQL, CLIENT_ODBC},
    {STR_INIT("host"), FAMILY_POSTGRESQL, CLIENT_NPGSQL},
    {STR_INIT("username"), FAMILY_POSTGRESQL, CLIENT_NPGSQL},
    {STR_INIT("ssl mode"), FAMILY_POSTGRESQL, CLIENT_NPGSQL},
    {STR_INIT("search path"), FAMILY_POSTGRESQL, CLIENT_NPGSQL},
    {STR_INIT("sslmode"), FAMILY_MYSQL, CLIENT_NPGSQL},
    {STR_INIT("allowuservariables"), FAMILY_MYSQL, CLIENT_NPGSQL},
    {STR_INIT("allow user variables"), FAMILY_MYSQL, CLIENT_NPGSQL},
    {STR_INIT("allowpublickeyretrieval"), FAMILY_MYSQL, CLIENT_NPGSQL},
    {STR_INIT("port"), FAMILY_MYSQL, CLIENT_NPGSQL},
    {STR_INIT("server"), FAMILY_MSSQL, CLIENT_SQLCLIENT},
    {STR_INIT("data source"), FAMILY_MSSQL, CLIENT_SQLCLIENT},
    {STR_INIT("datasource"), FAMILY_MSSQL, CLIENT_SQLCLIENT},
    {STR_INIT("address"), FAMILY_MSSQL, CLIENT_SQLCLIENT},
    {STR_INIT("addr"), FAMILY_MSSQL, CLIENT_SQLCLIENT},
    {STR_INIT("network address"), FAMILY_MSSQL, CLIENT_SQLCLIENT},
};

struct pairs_match {
    size_t index; /* into telling_keys, or its count */
    size_t known, pairs;
    str driver_value, port_value, source_value;
};

/* A rough pass over the pairs: good enough to tell whose they are. */
static struct pairs_match match_pairs(str text)
{
    struct pairs_match match = {.index = ARRAY_COUNT(telling_keys)};
    str rest = text, pair;
    while (str_next(&rest, ';', &pair) && match.pairs < 64) {
        struct str_cut cut = str_cut_byte(pair, '=');
        str key = str_trim(cut.head);
        if (!cut.found)
            continue;
        match.pairs++;
        for (size_t i = 0; i < ARRAY_COUNT(telling_keys); i++)
            if (str_eq_fold(key, telling_keys[i].key)) {
                match.known++;
                match.index = i < match.index ? i : match.index;
            }
        if (str_eq_fold(key, STR("driver")))
            match.driver_value = str_trim(cut.tail);
        if (str_eq_fold(key, STR("port")))
            match.port_value = str_trim(cut.tail);
        if (str_eq_fold(key, STR("data source")) || str_eq_fold(key, STR("datasource")))
            match.source_value = str_trim(cut.tail);
    }
    return match;
}

/* //host:1521/service, host:1521/service: to SQL Server's client a port is after a comma. */
static bool is_oracle_source(str source)
{
    struct str_cut cut = str_cut_byte(str_starts(source, STR("//")) ? str_skip(source, 2) : source, '/');
    str port = str_cut_byte(cut.head, ':').tail;
    int32_t number;
    return cut.found && cut.tail.len &&
           (str_starts(source, STR("//")) || port_parse(port, 1, false, &number));
}

/* An ODBC driver's name tells the family; so does a port that is a family's own. */
static enum family_id pairs_family(const struct pairs_match *match)
{
    enum family_id family = telling_keys[match->index].family;
    if (family == FAMILY_AZURE)
        return family;
    if (str_contains_fold(match->driver_value, STR("postgres")) ||
        str_contains_fold(match->driver_value, STR("psql")))
        return FAMILY_POSTGRESQL;
    if (str_contains_fold(match->driver_value, STR("mysql")) ||
        str_contains_fold(match->driver_value, STR("maria")))
        return FAMILY_MYSQL;
    if (str_contains_fold(match->driver_value, STR("oracle")) ||
        str_contains_fold(match->source_value, STR("(description")) || is_oracle_source(match->source_value))
        return FAMILY_ORACLE;
    if (str_contains_fold(match->driver_value, STR("sqlite")) ||
        str_ends_fold(match->source_value, STR(".db")) ||
        str_ends_fold(match->source_value, STR(".sqlite")) ||
        str_eq_fold(match->source_value, STR(":memory:")))
        return FAMILY_SQLITE;
    if (str_eq(match->port_value, STR("5432")))
        return FAMILY_POSTGRESQL;
    if (str_eq(match->port_value, STR("3306")))
        return FAMILY_MYSQL;
    return family;
}

static bool is_pairs(str text, struct pairs_match *ret_match)
{
    if (!str_has_byte(text, '='))
        return false;
    *ret_match = match_pairs(text);
    return ret_match->index < ARRAY_COUNT(telling_keys);
}

/* Pairs end at semicolons here and at blanks there: what stands behind the first value? */
static bool first_value_ends_at_semicolon(str text)
{
    str value = str_trim_start(str_cut_byte(text, '=').tail);
    size_t end = find_any(value, STR("; \t\n"));
    str rest = end == STR_NONE ? STR("") : str_trim_start(str_skip(value, end));
    return rest.len > 0 && rest.ptr[0] == ';';
}

/* --- forms */

static bool is_tns(str text)
{
    str start = str_take(text, 4096);
    return str_has_byte(start, '(') &&
           (str_contains_fold(start, STR("(description")) || str_contains_fold(start, STR("(address")));
}

/* A word in a variable's name that tells the family of a list without schemes. */
static const struct {
    str word;
    enum family_id family;
} telling_names[] = {
    {STR_INIT("kafka"), FAMILY_KAFKA},
    {STR_INIT("broker"), FAMILY_KAFKA},
    {STR_INIT("brokers"), FAMILY_KAFKA},
    {STR_INIT("bootstrap"), FAMILY_KAFKA},
    {STR_INIT("bootstrapservers"), FAMILY_KAFKA},
    {STR_INIT("redis"), FAMILY_REDIS},
    {STR_INIT("valkey"), FAMILY_REDIS},
    {STR_INIT("amqp"), FAMILY_AMQP},
    {STR_INIT("rabbit"), FAMILY_AMQP},
    {STR_INIT("rabbitmq"), FAMILY_AMQP},
    {STR_INIT("elastic"), FAMILY_HTTP},
    {STR_INIT("elasticsearch"), FAMILY_HTTP},
    {STR_INIT("mongo"), FAMILY_MONGODB},
    {STR_INIT("mongodb"), FAMILY_MONGODB},
    {STR_INIT("postgres"), FAMILY_POSTGRESQL},
    {STR_INIT("postgresql"), FAMILY_POSTGRESQL},
    {STR_INIT("mysql"), FAMILY_MYSQL},
    {STR_INIT("smtp"), FAMILY_SMTP},
};

static enum family_id family_of_name(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(telling_names); i++)
        if (word_is_in(name, telling_names[i].word))
            return telling_names[i].family;
    return FAMILY_HOSTS;
}

static bool is_url(str text, str *ret_scheme)
{
    str trimmed = str_trim_start(text);
    *ret_scheme = url_scheme(trimmed);
    str rest = str_skip(trimmed, ret_scheme->len);
    if (ret_scheme->len == 0)
        return false;
    if (str_starts(rest, STR("://")) || symfony_has_hosts(trimmed))
        return true;
    const struct dsn_scheme *scheme = scheme_find(*ret_scheme);
    if (scheme && scheme->family == FAMILY_SQLITE && str_starts_fold(*ret_scheme, STR("sqlite")))
        return true; /* sqlite3:file.db */
    return str_starts(rest, STR(":/")) && (scheme != NULL || str_eq(*ret_scheme, STR("socket")));
}

static void set_clients(struct form_match *match, enum client_id first, enum client_id second)
{
    match->clients[0] = first;
    match->clients[1] = second;
    match->client_count = match->likely_count = second == CLIENT_COUNT ? 1 : 2;
}

/* pg://host?u=USER&p=PASSWORD: a login of one letter each, which NocoDB alone reads. */
static bool has_login_in_query(str text)
{
    struct str_cut cut = str_cut_byte(text, '?');
    str rest = str_cut_byte(cut.tail, '#').head, pair;
    bool user = false, password = false;
    while (str_next(&rest, '&', &pair)) {
        user = user || str_starts(pair, STR("u="));
        password = password || str_starts(pair, STR("p="));
    }
    return (user || password) && !str_has_byte(cut.head, '@');
}

/* The form is one client's first of all, and nobody else's. */
static void put_first(struct form_match *match, enum client_id client)
{
    size_t at = 0;
    while (at < match->client_count && match->clients[at] != client)
        at++;
    if (at == match->client_count)
        match->client_count++;
    for (size_t i = at; i > 0; i--)
        match->clients[i] = match->clients[i - 1];
    match->clients[0] = client;
    match->likely_count = 1;
}

/* redis+socket:// is Celery's; of the other schemes its URL parser makes what never connects. */
static void settle_socket_clients(struct form_match *match)
{
    match->likely_count--;
    if (str_eq_fold(match->scheme_text, STR("redis+socket")))
        put_first(match, CLIENT_KOMBU);
}

/* The one client whose form of a URL it is; CLIENT_COUNT: the family's may read it, all of them. */
static enum client_id only_client(const struct form_match *match, str text)
{
    if (scheme_wrapped(match->scheme_text).len)
        return CLIENT_SQLALCHEMY;
    if (family_row(match->family)->dialect && has_login_in_query(text))
        return CLIENT_NOCODB;
    if (match->scheme && match->scheme->only)
        return match->scheme->only;
    if (match->scheme && match->scheme->list)
        return CLIENT_URL;
    if (match->family == FAMILY_REDIS && symfony_has_hosts(text))
        return str_contains(text, STR("://")) ? CLIENT_SYMFONY : CLIENT_SYMFONY_HOSTS;
    if (match->family == FAMILY_REDIS && symfony_has_number(text))
        return CLIENT_SYMFONY;
    if (match->family == FAMILY_REDIS && redis_rs_has_login(text))
        return CLIENT_REDIS_RS;
    if (match->family == FAMILY_REDIS && redis_has_list(text))
        return CLIENT_LETTUCE;
    if (match->family == FAMILY_MYSQL && sqlx_has_socket(text))
        return CLIENT_SQLX;
    if (match->family == FAMILY_SQLITE && doctrine_has_host_of_file(text))
        return CLIENT_DOCTRINE;
    bool is_sqlserver = match->family == FAMILY_MSSQL && str_eq_fold(match->scheme_text, STR("sqlserver"));
    if (is_sqlserver && sqlserver_has_pairs(text))
        return CLIENT_TEDIOUS;
    /* mysql://user:password@tcp(host:port)/db: migration tools take the scheme off for Go's driver */
    if (match->family == FAMILY_MYSQL && str_has_byte(text, '(') &&
        gomysql_recognise(str_skip(text, match->scheme_text.len + 3)))
        return CLIENT_GO_SQL_DRIVER;
    return CLIENT_COUNT;
}

static void set_sqlite_clients(struct form_match *match, str text)
{
    bool is_sqlalchemy = str_contains(text, STR("://")) && !str_contains(text, STR("://:memory:")) &&
                         !str_eq_fold(match->scheme_text, STR("sqlite3"));
    if (is_sqlalchemy)
        set_clients(match, CLIENT_SQLALCHEMY, CLIENT_RAILS);
    else
        set_clients(match, CLIENT_RAILS, CLIENT_SQLALCHEMY);
    match->likely_count = 1;
}

/* Who reads a URL: the family's clients, unless its form is that of one of them. */
static void set_url_clients(struct form_match *match, str text)
{
    const struct dsn_family *family = family_row(match->family);
    bool is_socket = match->scheme && match->scheme->socket;
    enum client_id only = only_client(match, text);
    for (size_t i = 0; i < family->client_count; i++)
        match->clients[i] = family->clients[i];
    match->client_count = family->client_count;
    match->likely_count = family->client_count - family->unlikely_count;
    if (only != CLIENT_COUNT)
        set_clients(match, only, CLIENT_COUNT);
    else if (match->family == FAMILY_SQLITE && str_starts_fold(match->scheme_text, STR("sqlite")))
        set_sqlite_clients(match, text);
    else if (is_socket && match->clients[match->likely_count - 1] == CLIENT_KOMBU)
        settle_socket_clients(match);
    else if (match->family == FAMILY_REDIS && !is_socket && redis_has_path(text))
        put_first(match, CLIENT_SYMFONY);
    else if (match->family == FAMILY_AMQP && amqp_has_exchange(text))
        put_first(match, CLIENT_SYMFONY_AMQP);
    bool exact = match->scheme && match->scheme->name.len == match->scheme_text.len;
    if (only == CLIENT_COUNT && family->dialect && !exact && str_has_byte(match->scheme_text, '+'))
        put_first(match, CLIENT_SQLALCHEMY);
}

/* tcp://redis:6379 in REDIS_URL: the scheme says how to get there, the name what is there. */
static bool is_transport(str scheme)
{
    return str_eq_fold(scheme, STR("tcp")) || str_eq_fold(scheme, STR("tls"));
}

static void match_url(struct form_match *match, str text, enum family_id family, str name)
{
    match->form = FORM_URL;
    match->scheme = scheme_find(match->scheme_text);
    match->family = match->scheme ? match->scheme->family : FAMILY_URL;
    if (family != FAMILY_NONE && match->scheme == NULL)
        match->family = family;
    enum family_id named = family;
    if (is_transport(match->scheme_text) && named == FAMILY_NONE)
        named = family_of_name(name);
    if (is_transport(match->scheme_text) && family_row(named)->by_transport) {
        match->family = named;
        set_clients(match, family_row(named)->by_transport, CLIENT_COUNT);
        return;
    }
    if (match->family == FAMILY_SQLITE && str_eq_fold(match->scheme_text, STR("file"))) {
        match->form = FORM_FILE;
        set_clients(match, CLIENT_FILE, CLIENT_COUNT);
        return;
    }
    set_url_clients(match, text);
}

static void match_jdbc(struct form_match *match, str text)
{
    str protocol = jdbc_protocol(text);
    match->form = FORM_JDBC;
    match->scheme_text = str_take(text, (size_t)(protocol.ptr - text.ptr) + protocol.len);
    match->scheme = scheme_find(protocol);
    match->family =
        match->scheme ? match->scheme->family
        : str_eq(protocol, STR("h2")) || str_eq(protocol, STR("hsqldb")) || str_eq(protocol, STR("derby"))
            ? FAMILY_SQLITE
            : FAMILY_SQL;
    bool is_pgjdbc = str_eq(protocol, STR("postgresql")) && !jdbc_is_reactive(text);
    set_clients(match, is_pgjdbc ? CLIENT_PGJDBC : CLIENT_JDBC, CLIENT_COUNT);
}

static void match_pair_form(struct form_match *match, const struct pairs_match *pairs, enum family_id family)
{
    match->form = FORM_PAIRS;
    match->family = family != FAMILY_NONE ? family : pairs_family(pairs);
    enum client_id client = telling_keys[pairs->index].client;
    if (client == CLIENT_SQLCLIENT && match->family != FAMILY_MSSQL)
        client = CLIENT_NPGSQL;
    set_clients(match, client, CLIENT_COUNT);
}

/* odbc: before the pairs: go-mssqldb's, or PDO's where they name a driver or a data source. */
static void match_odbc(struct form_match *match, str text, enum family_id family)
{
    struct pairs_match pairs = match_pairs(str_skip(text, STR("odbc:").len));
    bool is_known = pairs.index < ARRAY_COUNT(telling_keys);
    match->form = FORM_PAIRS;
    match->family = family != FAMILY_NONE ? family : is_known ? pairs_family(&pairs) : FAMILY_MSSQL;
    if (is_known && telling_keys[pairs.index].client == CLIENT_ODBC)
        set_clients(match, CLIENT_ODBC, CLIENT_COUNT);
    else
        set_clients(match, CLIENT_GO_MSSQLDB_ODBC, CLIENT_SQLCMD_ODBC);
}

static void match_list(struct form_match *match, str text, enum family_id family, str name)
{
    str first = urllist_first(text);
    bool url = first.len > 0;
    match->form = FORM_LIST;
    match->scheme = url ? scheme_find(first) : NULL;
    match->scheme_text = url ? first : STR("");
    match->family = match->scheme           ? match->scheme->family
                    : family != FAMILY_NONE ? family
                                            : family_of_name(name);
    set_clients(match, CLIENT_KAFKA, CLIENT_COUNT);
}

/* No scheme, no pairs, no list: a family's own short form, of which the first client's reading counts. */
static void match_bare(struct form_match *match, enum client_id first, enum client_id second)
{
    match->form = FORM_LIST;
    match->scheme_text = STR("");
    set_clients(match, first, second);
    match->likely_count = 1;
}

struct form_match form_match(str text, enum family_id family, str name)
{
    struct form_match match = {.form = FORM_NONE, .family = family};
    struct pairs_match pairs;
    if (jdbc_protocol(text).len)
        match_jdbc(&match, text);
    else if (str_starts(text, STR("file:")))
        match.form = FORM_FILE, match.family = FAMILY_SQLITE, match.scheme_text = str_take(text, 4),
        set_clients(&match, CLIENT_FILE, CLIENT_COUNT);
    else if (str_starts_fold(text, STR("odbc:")))
        match_odbc(&match, text, family);
    else if (endpoints_recognise(text))
        match.form = FORM_ENDPOINTS, match.family = FAMILY_REDIS, match.scheme_text = STR(""),
        set_clients(&match, CLIENT_STACKEXCHANGE, CLIENT_COUNT);
    else if (urllist_recognise(text))
        match_list(&match, text, family, name);
    else if (is_url(text, &match.scheme_text))
        match_url(&match, text, family, name);
    else if (gomysql_recognise(text) || family == FAMILY_MYSQL)
        match.form = FORM_GO_MYSQL, match.family = FAMILY_MYSQL, match.scheme_text = STR(""),
        set_clients(&match, CLIENT_GO_SQL_DRIVER, CLIENT_COUNT);
    else if (is_tns(text) && !str_starts_fold(text, STR("data source")))
        match.form = FORM_TNS, match.family = FAMILY_ORACLE, match.scheme_text = STR(""),
        set_clients(&match, CLIENT_ORACLE, CLIENT_COUNT);
    else if (conninfo_recognise(text, true) && !first_value_ends_at_semicolon(text))
        match.form = FORM_CONNINFO, match.family = FAMILY_POSTGRESQL, match.scheme_text = STR(""),
        set_clients(&match, CLIENT_LIBPQ_KEYWORDS, CLIENT_PGX_KEYWORDS),
        match.clients[match.client_count++] = CLIENT_PQ_KEYWORDS;
    else if (is_pairs(text, &pairs))
        match_pair_form(&match, &pairs, family);
    else if (family == FAMILY_ORACLE)
        match.form = FORM_TNS, set_clients(&match, CLIENT_ORACLE, CLIENT_COUNT);
    else if (family == FAMILY_REDIS && !str_has_byte(text, ','))
        match_bare(&match, CLIENT_IOREDIS_BARE, CLIENT_KAFKA);
    else if (family == FAMILY_POSTGRESQL &&
             (str_starts(text, STR("/")) || find_any(text, STR(":,")) == STR_NONE))
        match_bare(&match, CLIENT_KAFKA, CLIENT_NODE_POSTGRES_BARE);
    else if (hostlist_recognise(text) || (family != FAMILY_NONE && family != FAMILY_SQLITE))
        match_list(&match, text, family, name);
    if (match.form != FORM_URL && match.form != FORM_LIST && match.form != FORM_JDBC &&
        match.form != FORM_FILE)
        match.scheme_text = STR("");
    return match;
}
