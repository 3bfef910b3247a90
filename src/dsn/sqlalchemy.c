#include "dsn/sqlalchemy.h"

#include "dsn/family.h"
#include "dsn/odbc.h"
#include "dsn/postgres.h"
#include "dsn/sqlserver.h"
#include "dsn/tns.h"
#include "dsn/url.h"

/* Names that people write and SQLAlchemy has no dialect for (1.4 took "postgres" away). */
static const str no_dialects[] = {STR_INIT("postgres"), STR_INIT("sqlite3"), STR_INIT("mysql2"),
    STR_INIT("mysqlx"), STR_INIT("postgis"), STR_INIT("pgsql"), STR_INIT("asyncpg"), STR_INIT("psycopg2"),
    STR_INIT("pg"), STR_INIT("timescaledb"), STR_INIT("sqlserver"), STR_INIT("psql"), STR_INIT("mysqli"),
    STR_INIT("trilogy"), STR_INIT("socket"), STR_INIT("timescale"), STR_INIT("timescalegis"),
    STR_INIT("oraclegis")};

void sqlalchemy_prepare(struct reader *reader)
{
    str wrapped = scheme_wrapped(reader->scheme);
    if (wrapped.len == 0)
        return;
    size_t skipped = reader->scheme.len - wrapped.len, length = reader->text.len - skipped;
    uint32_t *origins = arena_array(reader->arena, uint32_t, length + 1);
    for (size_t i = 0; i <= length; i++)
        origins[i] = (uint32_t)(i + skipped);
    struct str_cut cut = str_cut_byte(wrapped, '+');
    reader->text = str_skip(reader->text, skipped);
    reader->origins = origins;
    reader->scheme = wrapped;
    reader->dialect = cut.head;
    reader->driver = cut.tail;
}

static bool has_upper(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z')
            return true;
    return false;
}

bool sqlalchemy_loads(str scheme)
{
    struct str_cut cut = str_cut_byte(scheme, '+');
    if (has_upper(scheme) || (cut.found && cut.tail.len == 0))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(no_dialects); i++)
        if (str_eq(no_dialects[i], cut.head))
            return false;
    return true;
}

/* The parts of host= and port= that _split_multihost_from_url() finds. */
struct multihost {
    const struct dsn_parameter *first_host, *last_host, *port;
    size_t hosts;
};

static struct multihost find_multihost(const struct reader *reader)
{
    struct multihost found = {0};
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters) {
        if (str_eq(it->key.text, STR("host"))) {
            found.first_host = found.first_host ? found.first_host : it;
            found.last_host = it;
            found.hosts++;
        } else if (str_eq(it->key.text, STR("port"))) {
            found.port = it;
        }
    }
    return found;
}

/* "^[a-zA-Z0-9\-\.]*(:\d*)?$": a host name with at most one port. */
static bool is_host_with_port(str text)
{
    struct str_cut cut = str_cut_byte(text, ':');
    for (size_t i = 0; i < cut.head.len; i++)
        if (!byte_is_alnum(cut.head.ptr[i]) && cut.head.ptr[i] != '-' && cut.head.ptr[i] != '.')
            return false;
    return str_is_all(cut.tail, byte_is_digit);
}

/* One host of ?host=h:p, or of ?host=h1:p1&host=h2:p2. */
static enum dsn_error add_query_host(struct reader *reader, const struct dsn_part *value)
{
    struct dsn_part host = *value, port = {0};
    size_t colon = str_find_byte(value->text, ':');
    int32_t number = 0;
    if (colon != STR_NONE && value->text.ptr[0] != '/') {
        host = part_slice(*value, 0, colon);
        port = part_slice(*value, colon + 1, value->text.len);
        if (port.text.len && !port_parse(port.text, 0, true, &number))
            return DSN_BAD_PORT;
    }
    return reader_add_host(reader, host, port, number);
}

/* asyncpg's dialect wants a name and a port of each of several hosts. */
static bool lacks_ports(struct reader *reader, const struct multihost *query)
{
    if (!str_eq(reader->driver, STR("asyncpg")))
        return false;
    bool lacks = false;
    if (query->hosts > 1)
        vec_each(const struct dsn_host *, it, &reader->reading->hosts)
            lacks = lacks || it->host.text.len == 0 || it->port == 0;
    bool is_list = query->hosts == 1 && str_has_byte(query->last_host->value.text, ',');
    size_t at = 0, port_at = 0;
    struct dsn_part ports = query->port ? query->port->value : (struct dsn_part){0}, entry;
    bool is_one = !str_has_byte(ports.text, ','); /* one port for all */
    while (is_list && part_next_entry(&query->last_host->value, &at, &entry)) {
        bool has_port =
            is_one ? ports.text.len > 0 : part_next_entry(&ports, &port_at, &(struct dsn_part){0});
        lacks = lacks || entry.text.len == 0 || !has_port;
    }
    return lacks;
}

static enum dsn_error read_repeated_hosts(struct reader *reader, const struct multihost *query)
{
    if (query->port)
        return DSN_BAD_PARAMETER; /* the two spellings do not mix */
    reader->reading->hosts.count = 0;
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters) {
        enum dsn_error error =
            str_eq(it->key.text, STR("host")) ? add_query_host(reader, &it->value) : DSN_OK;
        if (error)
            return error;
    }
    return lacks_ports(reader, query) ? DSN_BAD_PARAMETER : DSN_OK;
}

static size_t count_commas(str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == ',';
    return count;
}

/* psycopg2 and psycopg hand host and port to libpq, which splits at commas; asyncpg takes the host whole. */
static enum dsn_error connect_postgres(struct reader *reader, const struct multihost *query)
{
    dsn_hosts *hosts = &reader->reading->hosts;
    bool asyncpg = str_eq(reader->driver, STR("asyncpg"));
    struct postgres_place place = {0};
    if (hosts->count) {
        place.host = hosts->items[0].host;
        place.port = hosts->items[0].port_part;
        place.host.present = true;
    }
    if (query->port && count_commas(query->port->value.text) > 0 &&
        count_commas(query->port->value.text) !=
            (query->last_host ? count_commas(query->last_host->value.text) : 0))
        return DSN_BAD_PARAMETER; /* number of hosts and ports don't match */
    if (query->last_host && lacks_ports(reader, query))
        return DSN_BAD_PARAMETER;
    if (query->last_host)
        place.host = query->last_host->value;
    if (query->port)
        place.port = query->port->value;
    const struct dsn_parameter *address = reader_parameter(reader, STR("hostaddr"));
    if (address && !asyncpg)
        place.hostaddr = address->value;
    hosts->count = 0;
    if (asyncpg && query->last_host)
        postgres_socket_directory(&place.host);
    if (!asyncpg || !part_filled(&place.host) || query->last_host)
        return libpq_connect(reader, &place);
    int32_t port = POSTGRES_PORT;
    if (place.port.text.len)
        port_parse(place.port.text, 0, true, &port);
    return reader_add_host(reader, place.host, place.port, port);
}

/* pg8000: unix_sock names the socket itself; without it and a host this machine is dialled. */
static enum dsn_error connect_pg8000(struct reader *reader)
{
    dsn_hosts *hosts = &reader->reading->hosts;
    const struct dsn_parameter *path = reader_parameter(reader, STR("unix_sock"));
    if (path == NULL || path->value.text.len == 0) {
        bool is_open = hosts->count == 0 || !part_filled(&hosts->items[0].host);
        struct dsn_part port = hosts->count ? hosts->items[0].port_part : (struct dsn_part){0};
        int32_t number = hosts->count ? hosts->items[0].port : 0;
        hosts->count = is_open ? 0 : hosts->count;
        return is_open ? reader_add_host(reader, part_default(STR("localhost")), port, number) : DSN_OK;
    }
    struct dsn_part directory = path->value;
    postgres_socket_directory(&directory);
    hosts->count = 0;
    return reader_add_host(reader, directory, (struct dsn_part){0}, POSTGRES_PORT);
}

static enum dsn_error finish_postgres(struct reader *reader)
{
    if (str_eq(reader->driver, STR("pg8000")))
        return connect_pg8000(reader);
    struct multihost query = find_multihost(reader);
    const struct dsn_parameter *service = reader_parameter(reader, STR("service"));
    if (service && reader->reading->hosts.count == 0 && query.hosts == 0) {
        reader->reading->indirect = true;
        return DSN_OK;
    }
    if (query.hosts > 1)
        return read_repeated_hosts(reader, &query);
    if (query.hosts == 1 && !query.port && is_host_with_port(query.last_host->value.text) &&
        str_has_byte(query.last_host->value.text, ':')) {
        reader->reading->hosts.count = 0;
        return add_query_host(reader, &query.last_host->value);
    }
    return connect_postgres(reader, &query);
}

/* opts.update(url.query): what the query names goes to the driver instead. */
static enum dsn_error finish_other(struct reader *reader)
{
    static const str sockets[] = {STR_INIT("unix_socket"), STR_INIT("socket"), STR_INIT("socketPath"), {0}};
    static const str hosts[] = {STR_INIT("host"), STR_INIT("server"), {0}};
    const struct dsn_parameter *named = reader_parameter_fold(reader, sockets);
    named = named ? named : reader_parameter_fold(reader, hosts);
    if (named == NULL)
        return DSN_OK;
    const struct dsn_parameter *port_value = reader_parameter(reader, STR("port"));
    struct dsn_part port = port_value ? port_value->value : (struct dsn_part){0};
    int32_t number = 0;
    if (port.text.len && !port_parse(port.text, 0, true, &number))
        return DSN_BAD_PORT;
    reader->reading->hosts.count = 0;
    return reader_add_host(reader, named->value, port, number);
}

static enum dsn_error finish_mssql(struct reader *reader)
{
    const struct dsn_parameter *nested = reader_parameter(reader, STR("odbc_connect"));
    if (nested) {
        reader->reading->hosts.count = 0;
        return odbc_read_nested(reader, &nested->value);
    }
    bool pyodbc = reader->driver.len == 0 || str_eq(reader->driver, STR("pyodbc")) ||
                  str_eq(reader->driver, STR("aioodbc"));
    if (pyodbc && !part_filled(&reader->reading->database) && reader->reading->hosts.count == 1) {
        reader->reading->hosts.count = 0; /* the name of an ODBC data source, not a host */
        reader->reading->indirect = true;
        return DSN_OK;
    }
    vec_each(struct dsn_host *, it, &reader->reading->hosts) {
        size_t comma = str_find_byte(it->host.text, ','); /* host,port */
        int32_t port = 0;
        if (comma != STR_NONE && port_parse(str_skip(it->host.text, comma + 1), 1, true, &port)) {
            it->port_part = part_slice(it->host, comma + 1, it->host.text.len);
            it->host = part_slice(it->host, 0, comma);
            it->port = port;
            it->class = host_classify(reader->arena, it->host.text);
        }
        sqlserver_settle_host(reader, it);
    }
    return finish_other(reader);
}

static enum dsn_error finish_oracle(struct reader *reader)
{
    dsn_hosts *hosts = &reader->reading->hosts;
    struct dsn_part whole = reader->reading->database; /* //user:password@/(DESCRIPTION=…), Django's */
    if (hosts->count == 0 && str_starts(whole.text, STR("(")))
        return tns_read_descriptor(reader, &whole);
    if (hosts->count != 1 || !str_has_byte(hosts->items[0].host.text, '('))
        return DSN_OK;
    struct dsn_part descriptor = hosts->items[0].host;
    hosts->count = 0;
    return tns_read_descriptor(reader, &descriptor);
}

/* No host: a file, or memory. With one it is a remote SQLite of a third-party dialect, or a mistake. */
static enum dsn_error finish_sqlite(struct reader *reader)
{
    if (reader->reading->hosts.count)
        return DSN_OK;
    struct dsn_part file = reader->reading->database;
    if (!part_filled(&file))
        file = part_default(STR(":memory:"));
    enum dsn_error error = reader_add_host(reader, file, (struct dsn_part){0}, 0);
    if (!error)
        vec_last(&reader->reading->hosts)->class = HOST_CLASS_FILE;
    return error;
}

static enum dsn_error (*const finishers[FAMILY_COUNT])(struct reader *) = {
    [FAMILY_POSTGRESQL] = finish_postgres,
    [FAMILY_MYSQL] = finish_other,
    [FAMILY_MSSQL] = finish_mssql,
    [FAMILY_ORACLE] = finish_oracle,
    [FAMILY_SQLITE] = finish_sqlite,
};

enum dsn_error sqlalchemy_finish(struct reader *reader, const struct url_parts *parts)
{
    enum dsn_error (*finish)(struct reader *) = finishers[family_id_of(reader->family)];
    (void)parts;
    return finish ? finish(reader) : DSN_OK;
}
