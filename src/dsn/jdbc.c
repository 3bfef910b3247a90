#include "dsn/jdbc.h"

#include "base/buf.h"
#include "dsn/connector_j.h"
#include "dsn/family.h"
#include "dsn/mariadb_j.h"
#include "dsn/mssql_j.h"
#include "dsn/postgres.h"
#include "dsn/tns.h"
#include "dsn/url.h"

static const str prefix = STR_INIT("jdbc:");

/* Drivers that hand the rest on to another one, so that jdbc:NAME: stands where jdbc: does. */
static const str wrappers[] = {STR_INIT("aws-wrapper"), STR_INIT("log4jdbc"), STR_INIT("otel"),
    STR_INIT("p6spy"), STR_INIT("pool"), STR_INIT("proxy")};

/* R2DBC's URLs are r2dbc:[pool:]driver://…, or r2dbcs: where they ask for TLS. */
static const str r2dbc_prefixes[] = {STR_INIT("r2dbc:"), STR_INIT("r2dbcs:")};

/* What stands before the protocol; 0: this is none of them. */
static size_t prefix_length(str text)
{
    size_t length = str_starts(text, prefix) ? prefix.len : 0;
    for (size_t i = 0; i < ARRAY_COUNT(r2dbc_prefixes); i++)
        if (str_starts(text, r2dbc_prefixes[i]))
            length = r2dbc_prefixes[i].len;
    for (size_t i = 0; length && i < ARRAY_COUNT(wrappers); i++) {
        str rest = str_skip(text, length);
        if (str_starts(rest, wrappers[i]) && str_starts(str_skip(rest, wrappers[i].len), STR(":")))
            length += wrappers[i].len + 1;
    }
    return length;
}

bool jdbc_is_reactive(str text)
{
    return str_starts(text, r2dbc_prefixes[0]) || str_starts(text, r2dbc_prefixes[1]);
}

str jdbc_protocol(str text)
{
    size_t length = prefix_length(text);
    if (length == 0)
        return STR("");
    text = str_skip(text, length);
    size_t colon = str_find_byte(text, ':');
    return colon == STR_NONE ? STR("") : str_take(text, colon);
}

/* The pair before `separator`; one inside {braces} does not end it. False when nothing is left. */
static bool next_pair(str *rest, char separator, str *ret_pair)
{
    if (rest->ptr == NULL)
        return false;
    bool braces = false;
    size_t end = 0;
    for (; end < rest->len && (braces || rest->ptr[end] != separator); end++)
        braces = separator == ';' && (rest->ptr[end] == '{' || (braces && rest->ptr[end] != '}'));
    *ret_pair = str_take(*rest, end);
    *rest = end < rest->len ? str_skip(*rest, end + 1) : (str){0};
    return true;
}

/* What a value means: Java's URLDecoder, + included, or {braces} taken off. */
static bool decode_value(struct arena *arena, str raw, bool decode, str *ret_value)
{
    *ret_value = raw;
    if (decode)
        return escapes_decode(arena, raw, ESCAPES_STRICT, true, ret_value);
    if (raw.len > 1 && raw.ptr[0] == '{' && raw.ptr[raw.len - 1] == '}')
        *ret_value = str_slice(raw, 1, raw.len - 1);
    return true;
}

static enum dsn_error read_pairs(struct reader *reader, str pairs, char separator, bool decode)
{
    str rest = pairs, pair;
    while (pairs.len && next_pair(&rest, separator, &pair)) {
        struct str_cut cut = str_cut_byte(pair, '=');
        if (pair.len == 0)
            continue;
        str raw = cut.found ? cut.tail : str_skip(pair, pair.len), value;
        if (!decode_value(reader->arena, raw, decode, &value))
            return reader_fail(reader, raw.ptr, DSN_BAD_ESCAPE);
        enum dsn_error error = reader_add_parameter(
            reader, reader_part(reader, cut.head, cut.head), reader_part(reader, raw, value));
        if (error)
            return error;
    }
    return DSN_OK;
}

static void use_credentials(struct reader *reader)
{
    static const str users[] = {STR_INIT("user"), STR_INIT("userName"), STR_INIT("username"), {0}};
    static const str passwords[] = {STR_INIT("password"), {0}};
    const struct dsn_parameter *user = reader_parameter_fold(reader, users);
    const struct dsn_parameter *password = reader_parameter_fold(reader, passwords);
    if (user)
        reader->reading->user = user->value;
    if (password)
        reader->reading->password = password->value;
}

/* host[:port] of one member, cut at the last colon that is not inside brackets. */
static struct str_cut cut_member(str member)
{
    size_t colon = str_rfind_byte(member, ':'), bracket = str_rfind_byte(member, ']');
    if (colon == STR_NONE || (bracket != STR_NONE && bracket > colon))
        return (struct str_cut){.head = member};
    return (struct str_cut){str_take(member, colon), str_skip(member, colon + 1), true};
}

static enum dsn_error add_member(struct reader *reader, str member, int32_t default_port)
{
    struct str_cut cut = cut_member(member);
    str host = cut.head;
    struct dsn_part port = {0};
    int32_t number = default_port;
    if (cut.found) {
        port = reader_part(reader, cut.tail, cut.tail);
        if (!port_parse(cut.tail, 1, false, &number))
            return reader_fail(reader, cut.tail.ptr, DSN_BAD_PORT);
    }
    if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = str_slice(host, 1, host.len - 1);
    struct dsn_part part = host.len ? reader_part(reader, host, host) : part_default(STR("localhost"));
    return reader_add_host(reader, part, port, number);
}

/* String.split(): empty members at the end are none. */
static str without_last_commas(str list)
{
    while (list.len > 1 && list.ptr[list.len - 1] == ',')
        list.len--;
    return list;
}

static enum dsn_error set_database(struct reader *reader, str raw)
{
    str text;
    if (!escapes_decode(reader->arena, raw, ESCAPES_STRICT, true, &text))
        return reader_fail(reader, raw.ptr, DSN_BAD_ESCAPE);
    if (raw.len)
        reader->reading->database = reader_part(reader, raw, text);
    return DSN_OK;
}

/* The last parameter of either name: the driver's own one, or libpq's, in any letters and with a = only. */
static const struct dsn_parameter *find_either(const struct reader *reader, str name, str other)
{
    const struct dsn_parameter *found = NULL;
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters) {
        bool is_pair = it->value.offset > it->key.offset + it->key.length;
        if (str_eq(it->key.text, name) || (is_pair && str_eq_fold(it->key.text, other)))
            found = it;
    }
    return found;
}

/* The host or the port of a member host:port. */
static struct dsn_part half_of_member(struct dsn_part member, bool port)
{
    struct str_cut cut = cut_member(member.text);
    if (!port)
        return part_slice(member, 0, cut.head.len);
    return cut.found ? part_slice(member, cut.head.len + 1, member.text.len) : part_default(STR("5432"));
}

static struct dsn_part without_brackets(struct dsn_part host)
{
    size_t length = host.text.len;
    bool bracketed = length > 2 && host.text.ptr[0] == '[' && host.text.ptr[length - 1] == ']';
    return bracketed ? part_slice(host, 1, length - 1) : host;
}

/* The query's host and port are taken for the server's; there must be as many ports as hosts. */
static enum dsn_error pgjdbc_places(struct reader *reader, str members)
{
    const struct dsn_parameter *host = find_either(reader, STR("PGHOST"), STR("host"));
    const struct dsn_parameter *port = find_either(reader, STR("PGPORT"), STR("port"));
    struct dsn_part server = reader_part(reader, members, members), hosts = host ? host->value : server,
                    ports = port ? port->value : server, name, number_part;
    size_t host_at = 0, port_at = 0;
    hosts.text = without_last_commas(hosts.text);
    ports.text = without_last_commas(ports.text);
    while (part_next_entry(&hosts, &host_at, &name)) {
        int32_t number;
        bool paired = part_next_entry(&ports, &port_at, &number_part);
        number_part = paired && !port ? half_of_member(number_part, true) : number_part;
        if (!paired || !port_parse(number_part.text, 1, false, &number))
            return reader_fail_part(reader, &ports, DSN_BAD_PORT);
        name = without_brackets(host ? name : half_of_member(name, false));
        enum dsn_error error = reader_add_host(
            reader, name.text.len ? name : part_default(STR("localhost")), number_part, number);
        if (error)
            return error;
    }
    return part_next_entry(&ports, &port_at, &number_part) ? reader_fail_part(reader, &ports, DSN_BAD_PORT)
                                                           : DSN_OK;
}

/* //hosts/database, or a database on this machine. */
static enum dsn_error pgjdbc_server(struct reader *reader, str server)
{
    struct str_cut cut = {.head = STR(""), .tail = server, .found = true};
    if (str_eq(server, STR("//")) || str_eq(server, STR("///")))
        cut.tail = STR("");
    else if (str_starts(server, STR("//")))
        cut = str_cut_byte(str_skip(server, 2), '/');
    else if (str_starts(server, STR("/")))
        return reader_fail(reader, server.ptr, DSN_MALFORMED);
    if (!cut.found)
        return reader_fail(reader, server.ptr, DSN_BAD_DATABASE);
    if (str_starts(server, STR("//")) && str_has_byte(cut.tail, '/'))
        return reader_fail(reader, cut.tail.ptr, DSN_BAD_DATABASE);
    enum dsn_error error = set_database(reader, cut.tail);
    if (error)
        return error;
    const struct dsn_parameter *database = find_either(reader, STR("PGDBNAME"), STR("dbname"));
    if (database)
        reader->reading->database = database->value;
    return pgjdbc_places(reader, cut.head);
}

enum dsn_error pgjdbc_read(struct reader *reader)
{
    struct str_cut query = str_cut_byte(reader->text, '?');
    str protocol = STR("postgresql:");
    size_t length = prefix_length(query.head);
    if (!str_starts(str_skip(query.head, length), protocol))
        return reader_fail(reader, reader->text.ptr, DSN_BAD_SCHEME);
    enum dsn_error error = read_pairs(reader, query.tail, '&', true);
    reader_login_from_parameters(reader);
    const struct dsn_parameter *user = reader_parameter(reader, STR("user"));
    if (!error)
        error = pgjdbc_server(reader, str_skip(query.head, length + protocol.len));
    if (user && reader->reading->database.text.len == 0)
        reader->reading->database = part_default(user->value.text);
    return error;
}

/* --- drivers without a grammar of their own here */

static enum dsn_error add_members(struct reader *reader, str hosts)
{
    enum dsn_error error = DSN_OK;
    for (str member; !error && str_next(&hosts, ',', &member);)
        error = add_member(reader, member, reader->family->port);
    return error;
}

/* jdbc:PROTOCOL:[mode:]//[user[:password]@]hosts[/database][?k=v&… or ;k=v;…] */
static enum dsn_error read_authority(struct reader *reader, str rest)
{
    size_t slashes = str_find(rest, STR("//"));
    if (slashes == STR_NONE)
        return reader_fail(reader, rest.ptr, DSN_MALFORMED);
    rest = str_skip(rest, slashes + 2);
    size_t pairs = find_any(rest, STR("?;"));
    str head = str_take(rest, pairs), tail = pairs == STR_NONE ? STR("") : str_skip(rest, pairs + 1);
    bool semicolons = pairs != STR_NONE && rest.ptr[pairs] == ';';
    struct str_cut path = str_cut_byte(head, '/');
    struct str_cut login = str_rcut_byte(path.head, '@');
    if (login.found) {
        struct str_cut password = str_cut_byte(login.head, ':');
        reader->reading->user = reader_part(reader, password.head, password.head);
        if (password.found)
            reader->reading->password = reader_part(reader, password.tail, password.tail);
    }
    str hosts = login.found ? login.tail : path.head;
    enum dsn_error error = set_database(reader, path.tail);
    if (!error)
        error = read_pairs(reader, tail, semicolons ? ';' : '&', !semicolons);
    if (error)
        return error;
    use_credentials(reader);
    return hosts.len ? add_members(reader, hosts) : DSN_OK;
}

/* jdbc:oracle:thin:[user/password]@(//host:port/service | host:port:sid | (DESCRIPTION=…)) */
static enum dsn_error read_oracle(struct reader *reader, str rest)
{
    size_t colon = str_find_byte(rest, ':');
    str text = str_skip(rest, colon == STR_NONE ? 0 : colon + 1);
    struct reader nested = *reader;
    nested.text = text;
    uint32_t *origins = arena_array(reader->arena, uint32_t, text.len + 1);
    for (size_t i = 0; i <= text.len; i++)
        origins[i] = (uint32_t)(rest.ptr - reader->text.ptr) + (uint32_t)(rest.len - text.len + i);
    nested.origins = origins;
    return tns_read(&nested);
}

/* Embedded databases: everything behind the protocol is a file, unless it names a server. */
static enum dsn_error read_file(struct reader *reader, str rest)
{
    if (str_contains(rest, STR("://")))
        return read_authority(reader, rest);
    str name = str_take(rest, find_any(rest, STR("?;")));
    enum dsn_error error = reader_add_host(reader, reader_part(reader, name, name), (struct dsn_part){0}, 0);
    if (!error)
        vec_last(&reader->reading->hosts)->class = HOST_CLASS_FILE;
    return error;
}

/* R2DBC decodes user and password, and refuses a query that names what is before it (ConnectionUrlParser). */
static enum dsn_error read_reactive(struct reader *reader, str rest)
{
    static const str before[] = {STR_INIT("driver"), STR_INIT("protocol"), STR_INIT("user"),
        STR_INIT("password"), STR_INIT("host"), STR_INIT("port"), STR_INIT("database")};
    struct dsn_part *parts[] = {&reader->reading->user, &reader->reading->password};
    enum dsn_error error = read_authority(reader, rest);
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters)
        if (!error && STR_IS_IN(it->key.text, before))
            error = reader_fail_part(reader, &it->key, DSN_BAD_PARAMETER);
    for (size_t i = 0; i < ARRAY_COUNT(parts) && !error; i++)
        if (parts[i]->present &&
            !escapes_decode(reader->arena, parts[i]->text, ESCAPES_STRICT, true, &parts[i]->text))
            error = reader_fail_part(reader, parts[i], DSN_BAD_ESCAPE);
    return error;
}

/* What no driver takes for a protocol. */
static enum dsn_error read_nothing(struct reader *reader, str rest)
{
    return reader_fail(reader, rest.ptr, DSN_BAD_SCHEME);
}

static const struct {
    str protocol;
    enum dsn_error (*read)(struct reader *, str rest);
} protocols[] = {
    {STR_INIT("mysql"), connector_j_read},
    {STR_INIT("mysql+srv"), connector_j_srv_read},
    {STR_INIT("mariadb"), mariadb_j_read},
    {STR_INIT("loadbalance"), read_nothing}, /* modes of MySQL's */
    {STR_INIT("replication"), read_nothing},
    {STR_INIT("sqlserver"), mssql_j_read},
    {STR_INIT("oracle"), read_oracle},
    {STR_INIT("sqlite"), read_file},
    {STR_INIT("h2"), read_file},
    {STR_INIT("hsqldb"), read_file},
    {STR_INIT("derby"), read_file},
    {STR_INIT("duckdb"), read_file},
    {STR_INIT("postgres"), read_nothing}, /* names that other clients know */
    {STR_INIT("pgsql"), read_nothing},
    {STR_INIT("mssql"), read_nothing},
};

/*
 * A driver that has no row: //host:port/… where it is written so, and a text of the driver's own otherwise
 * (jdbc:phoenix:zk1,zk2:2181), of which nothing can be said.
 */
static enum dsn_error read_unknown(struct reader *reader, str rest)
{
    struct dsn_reading *reading = reader->reading;
    struct dsn_reading before = *reading;
    if (str_starts(rest, STR("//")) && read_authority(reader, rest) == DSN_OK)
        return DSN_OK;
    *reading = before;
    reader->fault = 0;
    reading->indirect = true;
    return DSN_OK;
}

enum dsn_error jdbc_read(struct reader *reader)
{
    str protocol = jdbc_protocol(reader->text);
    if (protocol.len == 0 || protocol.ptr[0] == '/' || str_trim(protocol).len < protocol.len)
        return reader_fail(reader, reader->text.ptr, DSN_BAD_SCHEME);
    str rest = str_skip(reader->text, prefix_length(reader->text) + protocol.len + 1);
    if (jdbc_is_reactive(reader->text))
        return read_reactive(reader, rest);
    for (size_t i = 0; i < ARRAY_COUNT(protocols); i++)
        if (str_eq(protocols[i].protocol, protocol))
            return protocols[i].read(reader, rest);
    bool is_known = scheme_find(protocol) && !scheme_find(protocol)->named;
    return is_known ? read_authority(reader, rest) : read_unknown(reader, rest);
}
