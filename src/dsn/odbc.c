#include "dsn/odbc.h"

#include "dsn/family.h"
#include "dsn/sqlserver.h"
#include "dsn/tns.h"
#include "dsn/url.h"
#include "dsn/value.h"

/* Every accepted spelling of one meaning; the documents of Npgsql, SqlClient, Connector/NET and ODBC. */
static const str host_keys[] = {STR_INIT("host"), STR_INIT("server"), STR_INIT("data source"),
    STR_INIT("datasource"), STR_INIT("address"), STR_INIT("addr"), STR_INIT("servername"),
    STR_INIT("hostname"), STR_INIT("server name"), STR_INIT("network address"), STR_INIT("dbq"), {0}};
static const str port_keys[] = {STR_INIT("port"), {0}};
static const str user_keys[] = {STR_INIT("user id"), STR_INIT("username"), STR_INIT("user"), STR_INIT("uid"),
    STR_INIT("user name"), STR_INIT("userid"), {0}};
static const str password_keys[] = {STR_INIT("password"), STR_INIT("pwd"), STR_INIT("psw"), {0}};
static const str database_keys[] = {STR_INIT("database"), STR_INIT("initial catalog"), STR_INIT("db"),
    STR_INIT("dbname"), STR_INIT("catalog"), STR_INIT("service name"), {0}};
static const str source_keys[] = {STR_INIT("dsn"), STR_INIT("filedsn"), {0}};
static const str endpoint_keys[] = {STR_INIT("accountendpoint"), STR_INIT("blobendpoint"),
    STR_INIT("queueendpoint"), STR_INIT("tableendpoint"), STR_INIT("fileendpoint"), STR_INIT("endpoint"),
    {0}};
static const str account_key_keys[] = {
    STR_INIT("accountkey"), STR_INIT("sharedaccesskey"), STR_INIT("sharedaccesssignature"), {0}};
static const str account_keys[] = {STR_INIT("accountname"), STR_INIT("sharedaccesskeyname"), {0}};

/* --- scanner */

enum quoting {
    QUOTING_ADONET, /* "a""b", 'a''b' */
    QUOTING_ODBC,   /* {a}}b} */
    QUOTING_GO,     /* the same; a key without = is one without a value */
};

/* The end of a key that starts at `at`: the first = that is not doubled; STR_NONE: none. */
static size_t find_key_end(str text, size_t at)
{
    for (size_t i = at; i < text.len; i++) {
        if (text.ptr[i] == ';')
            return STR_NONE;
        if (text.ptr[i] == '=' && i + 1 < text.len && text.ptr[i + 1] == '=')
            i++;
        else if (text.ptr[i] == '=')
            return i;
    }
    return STR_NONE;
}

/* `raw` with each doubled `byte` made single. */
static str undouble(struct arena *arena, str raw, char byte)
{
    if (raw.len == 0 || memchr(raw.ptr, byte, raw.len) == NULL)
        return raw;
    char *bytes = arena_array(arena, char, raw.len);
    size_t count = 0;
    for (size_t i = 0; i < raw.len; i++) {
        bytes[count++] = raw.ptr[i];
        if (raw.ptr[i] == byte && i + 1 < raw.len && raw.ptr[i + 1] == byte)
            i++;
    }
    return (str){bytes, count};
}

static char closing_quote(enum quoting quoting, char open)
{
    if (quoting != QUOTING_ADONET)
        return open == '{' ? '}' : 0;
    return open == '"' || open == '\'' ? open : 0;
}

/* A quoted value whose opening byte stands at text[at]; the offset behind the closing one, or STR_NONE. */
static size_t find_quote_end(str text, size_t at, char quote)
{
    for (size_t i = at + 1; i < text.len; i++) {
        if (text.ptr[i] != quote)
            continue;
        if (i + 1 < text.len && text.ptr[i + 1] == quote)
            i++;
        else
            return i + 1;
    }
    return STR_NONE;
}

/* Reads the value that starts at *at and moves *at behind its semicolon. */
static enum dsn_error scan_value(
    struct reader *reader, enum quoting quoting, size_t *at, struct dsn_part *ret)
{
    str text = reader->text;
    while (*at < text.len && byte_is_blank(text.ptr[*at]))
        ++*at;
    char quote = *at < text.len ? closing_quote(quoting, text.ptr[*at]) : 0;
    if (quote) {
        size_t end = find_quote_end(text, *at, quote);
        if (end == STR_NONE)
            return reader_fail(reader, text.ptr + *at, DSN_BAD_QUOTING);
        str raw = str_slice(text, *at + 1, end - 1);
        *ret = reader_part(reader, raw, undouble(reader->arena, raw, quote));
        str rest = str_trim_start(str_skip(text, end));
        if (rest.len && rest.ptr[0] != ';')
            return reader_fail(reader, rest.ptr, DSN_BAD_QUOTING);
        *at = text.len - rest.len + (rest.len != 0);
        return DSN_OK;
    }
    size_t end = str_find_byte(str_skip(text, *at), ';');
    end = end == STR_NONE ? text.len : *at + end;
    str raw = str_trim_end(str_slice(text, *at, end));
    *ret = reader_part(reader, raw, raw);
    *at = end + (end < text.len);
    return DSN_OK;
}

/* go-mssqldb and PDO write "odbc:" before the pairs. */
static size_t prefix_length(str text)
{
    return str_starts_fold(text, STR("odbc:")) ? STR("odbc:").len : 0;
}

static enum dsn_error scan_pairs(struct reader *reader, enum quoting quoting)
{
    str text = reader->text;
    size_t at = quoting == QUOTING_ADONET ? 0 : prefix_length(text);
    for (;;) {
        while (at < text.len && (byte_is_blank(text.ptr[at]) || text.ptr[at] == ';'))
            at++;
        if (at >= text.len)
            return DSN_OK;
        size_t end = find_key_end(text, at);
        bool is_bare = end == STR_NONE && quoting == QUOTING_GO;
        if (is_bare) {
            size_t semicolon = str_find_byte(str_skip(text, at), ';');
            end = semicolon == STR_NONE ? text.len : at + semicolon;
        }
        str key = end == STR_NONE ? STR("") : str_trim(str_slice(text, at, end));
        if (key.len == 0)
            return reader_fail(reader, text.ptr + at, DSN_BAD_QUOTING);
        struct dsn_part value, key_part = reader_part(reader, key, undouble(reader->arena, key, '='));
        at = is_bare ? end : end + 1;
        enum dsn_error error = scan_value(reader, quoting, &at, &value);
        if (!error)
            error = reader_add_parameter(reader, key_part, value);
        if (error)
            return error;
    }
}

/* --- meaning */

/* ADO.NET: the last pair counts and an empty value takes the key away. ODBC: the first one counts. */
static struct dsn_part find_value(const struct reader *reader, const str *keys, bool first)
{
    const dsn_parameters *list = &reader->reading->parameters;
    for (size_t i = 0; i < list->count; i++) {
        const struct dsn_parameter *it = &list->items[first ? i : list->count - 1 - i];
        for (const str *key = keys; key->len; key++)
            if (str_eq_fold(it->key.text, *key))
                return it->value.text.len ? it->value : (struct dsn_part){0};
    }
    return (struct dsn_part){0};
}

/* SqlClient: [tcp:|np:|lpc:|admin:]host[\instance][,port] */
static enum dsn_error add_sql_server(struct reader *reader, struct dsn_part host)
{
    static const str prefixes[] = {STR_INIT("tcp:"), STR_INIT("np:"), STR_INIT("lpc:"), STR_INIT("admin:")};
    for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++)
        if (str_starts_fold(host.text, prefixes[i]))
            host = part_slice(host, prefixes[i].len, host.text.len);
    struct dsn_part port = {0};
    int32_t number = 1433;
    size_t comma = str_find_byte(host.text, ',');
    if (comma != STR_NONE) {
        port = part_slice(host, comma + 1, host.text.len);
        host = part_slice(host, 0, comma);
        if (!port_parse(port.text, 1, true, &number))
            return DSN_BAD_PORT;
    }
    return reader_add_host(reader, sqlserver_host(host), port, number);
}

/* Npgsql and MySQL connectors: a comma list of host[:port]; Port= serves those without. */
static enum dsn_error add_host_list(
    struct reader *reader, const struct dsn_part *list, const struct dsn_part *ports)
{
    size_t at = 0;
    int32_t common = reader->family->port;
    if (ports->present && !port_parse(ports->text, 1, true, &common))
        return DSN_BAD_PORT;
    while (at <= list->text.len) {
        size_t comma = str_find_byte(str_skip(list->text, at), ',');
        size_t end = comma == STR_NONE ? list->text.len : at + comma;
        while (at < end && byte_is_blank(list->text.ptr[at]))
            at++;
        size_t last = end;
        while (last > at && byte_is_blank(list->text.ptr[last - 1]))
            last--;
        struct dsn_part host = part_slice(*list, at, last), port = *ports;
        int32_t number = common;
        size_t colon = str_rfind_byte(host.text, ':');
        bool single =
            colon != STR_NONE && (str_find_byte(host.text, ':') == colon || host.text.ptr[0] == '[');
        if (single && host.text.ptr[0] != '/' && host.text.ptr[colon > 0 ? colon - 1 : 0] != ':') {
            port = part_slice(host, colon + 1, host.text.len);
            host = part_slice(host, 0, colon);
            if (!port_parse(port.text, 1, true, &number))
                return DSN_BAD_PORT;
        }
        enum dsn_error error = reader_add_host(reader, host, port, number);
        if (error)
            return error;
        at = end + 1;
    }
    return DSN_OK;
}

static bool is_file_name(str text)
{
    static const str ends[] = {STR_INIT(".db"), STR_INIT(".sqlite"), STR_INIT(".sqlite3"), STR_INIT(".db3")};
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
        if (str_ends_fold(text, ends[i]))
            return true;
    return str_eq_fold(text, STR(":memory:"));
}

static enum dsn_error add_places(struct reader *reader, struct dsn_part host, struct dsn_part port)
{
    if (str_has_byte(host.text, '(') && str_has_byte(host.text, '='))
        return tns_read_descriptor(reader, &host);
    if (reader->family->aliases && !port.present && host.length == host.text.len)
        return tns_read_place(reader, &host);
    if (is_file_name(host.text)) {
        enum dsn_error error = reader_add_host(reader, host, (struct dsn_part){0}, 0);
        if (!error)
            vec_last(&reader->reading->hosts)->class = HOST_CLASS_FILE;
        return error;
    }
    if (family_id_of(reader->family) == FAMILY_MSSQL && !port.present)
        return add_sql_server(reader, host);
    return add_host_list(reader, &host, &port);
}

static enum dsn_error apply_meaning(struct reader *reader, bool first)
{
    struct dsn_reading *reading = reader->reading;
    reading->user = find_value(reader, user_keys, first);
    reading->password = find_value(reader, password_keys, first);
    reading->database = find_value(reader, database_keys, first);
    struct dsn_part host = find_value(reader, host_keys, first), port = find_value(reader, port_keys, first);
    if (!host.present && find_value(reader, source_keys, first).present) {
        reading->indirect = true;
        return DSN_OK;
    }
    return host.present ? add_places(reader, host, port) : DSN_OK;
}

enum dsn_error adonet_read(struct reader *reader)
{
    enum dsn_error error = scan_pairs(reader, QUOTING_ADONET);
    return error ? error : apply_meaning(reader, false);
}

static bool is_switch(str value)
{
    return value_is_net_bool(value) || value_is_go_bool(value); /* the same words are go-mssqldb's */
}

static bool is_encryption(str value)
{
    static const str words[] = {
        STR_INIT("strict"), STR_INIT("mandatory"), STR_INIT("optional"), STR_INIT("disable")};
    return is_switch(value) || STR_IS_IN_FOLD(str_trim(value), words);
}

static bool is_integrated(str value)
{
    return is_switch(value) || str_eq_fold(str_trim(value), STR("sspi"));
}

/* Words that clients of no other server have; what .NET Framework alone takes is refused. */
static const struct value_rule sqlclient_values[] = {
    {STR_INIT("encrypt"), is_encryption},
    {STR_INIT("integrated security,trusted_connection"), is_integrated},
    {STR_INIT("trustservercertificate,trust server certificate,multipleactiveresultsets,"
              "multiple active result sets,multisubnetfailover,multi subnet failover"),
        is_switch},
    {STR_INIT("network library,net,network,transparentnetworkipresolution,transparent network ip resolution"),
        value_is_nothing},
};

enum dsn_error sqlclient_read(struct reader *reader)
{
    enum dsn_error error = adonet_read(reader);
    return error ? error : values_check(reader, sqlclient_values, ARRAY_COUNT(sqlclient_values), true);
}

enum dsn_error odbc_read(struct reader *reader)
{
    enum dsn_error error = scan_pairs(reader, QUOTING_ODBC);
    return error ? error : apply_meaning(reader, true);
}

enum dsn_error go_mssqldb_odbc_read(struct reader *reader)
{
    enum dsn_error error = scan_pairs(reader, QUOTING_GO);
    if (!error)
        error = apply_meaning(reader, false);
    if (!error)
        error = go_mssqldb_check(reader);
    bool is_open = !error && reader->reading->hosts.count == 0;
    return is_open ? reader_add_host(reader, part_default(STR("localhost")), (struct dsn_part){0}, 0) : error;
}

enum dsn_error odbc_read_nested(struct reader *reader, const struct dsn_part *value)
{
    struct dsn_reading nested_reading = {.client = reader->reading->client};
    struct reader nested = *reader;
    nested.text = value->text;
    nested.reading = &nested_reading;
    uint32_t *origins = arena_array(reader->arena, uint32_t, value->text.len + 1);
    for (size_t i = 0; i <= value->text.len; i++) /* decoded bytes have no place of their own */
        origins[i] = value->length == value->text.len ? value->offset + (uint32_t)i : value->offset;
    nested.origins = origins;
    enum dsn_error error = odbc_read(&nested);
    struct dsn_reading *outer = reader->reading;
    outer->hosts = nested_reading.hosts;
    outer->indirect = nested_reading.indirect;
    outer->user = nested_reading.user.present ? nested_reading.user : outer->user;
    outer->password = nested_reading.password.present ? nested_reading.password : outer->password;
    outer->database = nested_reading.database.present ? nested_reading.database : outer->database;
    return error;
}

/* --- Azure */

/* The host and port of a URL inside a value. */
static enum dsn_error add_endpoint(struct reader *reader, const struct dsn_part *value)
{
    size_t scheme = str_find(value->text, STR("://"));
    size_t from = scheme == STR_NONE ? 0 : scheme + 3;
    size_t length = find_any(str_skip(value->text, from), STR("/?#"));
    struct dsn_part place = part_slice(*value, from, length == STR_NONE ? value->text.len : from + length);
    struct dsn_part host = place, port = {0};
    int32_t number = str_starts_fold(value->text, STR("http://")) ? 80
                     : str_starts_fold(value->text, STR("sb:"))   ? 5671
                                                                  : 443;
    size_t colon = str_rfind_byte(place.text, ':');
    if (colon != STR_NONE && !str_ends(place.text, STR("]"))) {
        host = part_slice(place, 0, colon);
        port = part_slice(place, colon + 1, place.text.len);
        if (!port_parse(port.text, 1, false, &number))
            return DSN_BAD_PORT;
    }
    return reader_add_host(reader, host, port, number);
}

static enum dsn_error azure_account(struct reader *reader)
{
    static const str suffix_keys[] = {STR_INIT("endpointsuffix"), {0}};
    static const str emulator_keys[] = {STR_INIT("usedevelopmentstorage"), {0}};
    struct dsn_part emulator = find_value(reader, emulator_keys, false);
    if (emulator.present && str_eq_fold(emulator.text, STR("true"))) {
        emulator.text = STR("127.0.0.1"); /* the storage emulator on this machine */
        return reader_add_host(reader, emulator, (struct dsn_part){0}, 10000);
    }
    struct dsn_part account = find_value(reader, account_keys, false);
    struct dsn_part suffix = find_value(reader, suffix_keys, false);
    if (!account.present)
        return DSN_BAD_HOST;
    str domain = suffix.present ? suffix.text : STR("core.windows.net");
    account.text =
        arena_concat(reader->arena, arena_concat(reader->arena, account.text, STR(".blob.")), domain);
    return reader_add_host(reader, account, (struct dsn_part){0}, 443);
}

enum dsn_error azure_read(struct reader *reader)
{
    enum dsn_error error = scan_pairs(reader, QUOTING_ADONET);
    if (error)
        return error;
    struct dsn_reading *reading = reader->reading;
    reading->user = find_value(reader, account_keys, false);
    reading->password = find_value(reader, account_key_keys, false);
    reading->database = find_value(reader, database_keys, false);
    for (const str *key = endpoint_keys; key->len; key++) {
        struct dsn_part endpoint = find_value(reader, (const str[]){*key, {0}}, false);
        error = endpoint.present ? add_endpoint(reader, &endpoint) : DSN_OK;
        if (error)
            return error;
    }
    return reading->hosts.count ? DSN_OK : azure_account(reader);
}
