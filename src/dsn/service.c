#include "dsn/service.h"

#include "base/buf.h"
#include "dsn/family.h"
#include "dsn/url.h"
#include "dsn/value.h"

/* --- Redis */

/* A flag of Python's ssl module, or several with commas between, in brackets or not. */
static bool are_ssl_flags(str value)
{
    static const str flags[] = {STR_INIT("VERIFY_DEFAULT"), STR_INIT("VERIFY_CRL_CHECK_LEAF"),
        STR_INIT("VERIFY_CRL_CHECK_CHAIN"), STR_INIT("VERIFY_X509_STRICT"),
        STR_INIT("VERIFY_ALLOW_PROXY_CERTS"), STR_INIT("VERIFY_X509_TRUSTED_FIRST"),
        STR_INIT("VERIFY_X509_PARTIAL_CHAIN")};
    value = str_trim_bytes(value, STR("[]"));
    for (str flag; str_next(&value, ',', &flag);)
        if (!STR_IS_IN(str_trim(flag), flags))
            return false;
    return true;
}

/* URL_QUERY_ARGUMENT_PARSERS: what parse_url() makes of parameters, or refuses. */
static const struct value_rule redis_values[] = {
    {STR_INIT("socket_timeout,socket_connect_timeout,timeout"), value_is_python_float},
    {STR_INIT("max_connections,health_check_interval"), value_is_python_int},
    {STR_INIT("ssl_include_verify_flags,ssl_exclude_verify_flags"), are_ssl_flags},
};

static enum dsn_error read_socket(struct reader *reader, const struct url_parts *parts)
{
    if (!reader->is_socket)
        return DSN_OK;
    reader->reading->hosts.count = 0;
    reader->reading->database = (struct dsn_part){0};
    struct dsn_part path;
    enum dsn_error error =
        reader_decode(reader, parts->path, reader->rules->socket_escapes, DSN_BAD_ESCAPE, &path);
    return error ? error : reader_add_host(reader, path, (struct dsn_part){0}, 0);
}

enum dsn_error kombu_finish(struct reader *reader, const struct url_parts *parts)
{
    const struct dsn_parameter *number = url_parameter(reader, STR("virtual_host"));
    if (!str_eq_fold(parts->scheme, STR("redis+socket")))
        return DSN_OK;
    enum dsn_error error = read_socket(reader, parts);
    if (number)
        reader->reading->database = number->value;
    return error;
}

static str drop_zeros(str number)
{
    while (number.len > 1 && number.ptr[0] == '0')
        number = str_skip(number, 1);
    return number;
}

/* path.replace("/", "") */
static str drop_slashes(struct arena *arena, str path)
{
    if (!str_has_byte(path, '/'))
        return path;
    struct buf kept = buf_new(arena, path.len);
    for (str piece; str_next(&path, '/', &piece);)
        buf_str(&kept, piece);
    return buf_view(&kept);
}

/* int(text) in its usual spelling; false: no number. */
static bool take_int(struct dsn_part *part)
{
    part->text = str_trim(part->text);
    if (!value_is_python_int(part->text))
        return false;
    part->text = drop_zeros(part->text);
    return true;
}

/*
 * The path is the socket for a socket scheme, else the number of the database, ignored silently where it is
 * none. ?db= counts first, and must be a number.
 */
enum dsn_error redis_finish(struct reader *reader, const struct url_parts *parts)
{
    if (!parts->has_authority) /* startswith("unix://") */
        return reader_fail(reader, parts->scheme.ptr, DSN_BAD_SCHEME);
    enum dsn_error error = values_check(reader, redis_values, ARRAY_COUNT(redis_values), false);
    if (!error)
        error = read_socket(reader, parts);
    struct dsn_part *database = &reader->reading->database;
    const struct dsn_parameter *number = url_parameter(reader, STR("db"));
    bool given = number && number->value.text.len;
    if (given)
        *database = number->value;
    else
        database->text = drop_slashes(reader->arena, database->text);
    if (take_int(database))
        return error;
    *database = (struct dsn_part){0};
    if (error || !given)
        return error;
    return reader_fail_part(reader, &number->value, DSN_BAD_DATABASE);
}

/* Of any other scheme than its own ioredis takes all behind the colon for the path of a socket. */
static enum dsn_error read_raw_socket(struct reader *reader, const struct url_parts *parts)
{
    if (!reader->is_socket)
        return DSN_OK;
    const char *start = parts->scheme.ptr + parts->scheme.len + 1;
    str path = {start, (size_t)(parts->path.ptr + parts->path.len - start)};
    struct dsn_reading *reading = reader->reading;
    reading->hosts.count = 0;
    reading->user = reading->password = reading->database = (struct dsn_part){0};
    return reader_add_host(reader, reader_part(reader, path, path), (struct dsn_part){0}, 0);
}

static void take_number(struct reader *reader)
{
    const struct dsn_parameter *number = reader_parameter(reader, STR("db"));
    if (number && !part_filled(&reader->reading->database))
        reader->reading->database = number->value;
}

enum dsn_error ioredis_finish(struct reader *reader, const struct url_parts *parts)
{
    enum dsn_error error = read_raw_socket(reader, parts);
    take_number(reader);
    return error;
}

enum dsn_error node_redis_finish(struct reader *reader, const struct url_parts *parts)
{
    bool fits = reader->is_socket ? parts->hosts.len == 0 && parts->path.len > 1
                                  : parts->hosts.len > 0 || !parts->has_userinfo;
    if (!fits)
        return reader_fail(reader, parts->authority.ptr, DSN_BAD_HOST);
    enum dsn_error error = read_socket(reader, parts);
    if (reader->is_socket)
        take_number(reader);
    str *database = &reader->reading->database.text;
    *database = drop_zeros(*database);
    if (!error && database->len && !str_is_digits(*database))
        return reader_fail(reader, parts->path.ptr, DSN_BAD_DATABASE);
    return error;
}

static enum dsn_error ioredis_bare_place(struct reader *reader, str authority)
{
    struct str_cut at = str_rcut_byte(authority, '@');
    str place = at.found ? at.tail : authority;
    if (at.found) {
        struct str_cut login = str_cut_byte(at.head, ':');
        reader->reading->user = reader_part(reader, login.head, login.head);
        if (login.found)
            reader->reading->password = reader_part(reader, login.tail, login.tail);
    }
    struct str_cut cut =
        str_starts(place, STR("[")) ? str_cut(str_skip(place, 1), STR("]")) : str_cut_byte(place, ':');
    str port =
        str_starts(place, STR("[")) && str_starts(cut.tail, STR(":")) ? str_skip(cut.tail, 1) : cut.tail;
    int32_t number = reader->family->port;
    if (port.len && !port_parse(port, 0, false, &number))
        return reader_fail(reader, port.ptr, DSN_BAD_PORT);
    return reader_add_host(reader, reader_part(reader, cut.head, cut.head),
        port.len ? reader_part(reader, port, port) : (struct dsn_part){0}, number);
}

enum dsn_error ioredis_bare_read(struct reader *reader)
{
    struct dsn_reading *reading = reader->reading;
    str text = str_trim(reader->text), rest = str_starts(text, STR("//")) ? str_skip(text, 2) : text;
    int32_t port;
    if (str_is_digits(text) && port_parse(text, 0, false, &port))
        return reader_add_host(reader, part_default(STR("localhost")), reader_part(reader, text, text), port);
    struct str_cut query = str_cut_byte(str_cut_byte(rest, '#').head, '?');
    for (str pairs = query.tail, pair; pairs.len && str_next(&pairs, '&', &pair);) {
        struct str_cut cut = str_cut_byte(pair, '=');
        str value = cut.found ? cut.tail : str_skip(pair, pair.len);
        enum dsn_error error = reader_add_parameter(
            reader, reader_part(reader, cut.head, cut.head), reader_part(reader, value, value));
        if (error)
            return error;
    }
    if (str_starts(query.head, STR("/")))
        return reader_add_host(reader, reader_part(reader, query.head, query.head), (struct dsn_part){0}, 0);
    struct str_cut path = str_cut_byte(query.head, '/');
    if (path.tail.len)
        reading->database = reader_part(reader, path.tail, path.tail);
    take_number(reader);
    return ioredis_bare_place(reader, path.head);
}

/* --- AMQP: amqp091-go ParseURI() */

static const struct value_rule amqp_values[] = {
    {STR_INIT("heartbeat,connection_timeout"), value_is_integer},
    {STR_INIT("channel_max"), str_is_digits},
};

enum dsn_error amqp_finish(struct reader *reader, const struct url_parts *parts)
{
    (void)parts;
    enum dsn_error error = values_check(reader, amqp_values, ARRAY_COUNT(amqp_values), false);
    if (error)
        return error;
    size_t blank = str_find_byte(reader->text, ' ');
    return blank == STR_NONE ? DSN_OK : reader_fail(reader, reader->text.ptr + blank, DSN_MALFORMED);
}

void amqp_defaults(struct dsn_reading *reading)
{
    if (!part_filled(&reading->database))
        reading->database = part_default(STR("/"));
    if (!reading->user.present)
        reading->user = part_default(STR("guest"));
    if (!reading->password.present) /* also behind a user of its own */
        reading->password = part_default(STR("guest"));
    vec_each(struct dsn_host *, it, &reading->hosts)
        if (it->host.text.len == 0) {
            it->host = part_default(STR("localhost"));
            it->class = HOST_CLASS_LOOPBACK;
        }
}

/* --- HTTP */

enum dsn_error domain_finish(struct reader *reader, const struct url_parts *parts)
{
    (void)parts;
    vec_each(struct dsn_host *, it, &reader->reading->hosts) {
        if (it->host.text.len == 0)
            continue;
        bool address = byte_is_digit(it->host.text.ptr[0]) || str_has_byte(it->host.text, ':');
        /* curl decodes last: an address that shows only then is left to the resolver as it is */
        bool is_late = reader->rules->library == LIBRARY_CURL && it->host.length != it->host.text.len;
        if (address && !is_late && it->class != HOST_CLASS_NAME)
            it->host.text = host_canonical(reader->arena, it->host.text);
    }
    return DSN_OK;
}

enum dsn_error http_finish(struct reader *reader, const struct url_parts *parts)
{
    if (reader->reading->hosts.count == 0)
        return reader_fail(reader, parts->scheme.ptr, DSN_BAD_HOST);
    vec_each(const struct dsn_host *, it, &reader->reading->hosts)
        if (it->host.text.len == 0)
            return reader_fail(reader, parts->hosts.ptr, DSN_BAD_HOST);
    return domain_finish(reader, parts);
}

/* --- S3: the host is a bucket, the server stands in a parameter */

enum dsn_error s3_finish(struct reader *reader, const struct url_parts *parts)
{
    static const str keys[] = {STR_INIT("endpoint"), STR_INIT("endpoint_url"), STR_INIT("endpointUrl"), {0}};
    const struct dsn_parameter *endpoint = reader_parameter_fold(reader, keys);
    (void)parts;
    if (endpoint == NULL || reader->family != family_row(FAMILY_S3))
        return DSN_OK;
    str text = endpoint->value.text;
    size_t scheme = str_find(text, STR("://"));
    size_t from = scheme == STR_NONE ? 0 : scheme + 3;
    size_t length = find_any(str_skip(text, from), STR("/?#"));
    struct dsn_part place = part_slice(endpoint->value, from, length == STR_NONE ? text.len : from + length);
    size_t colon = str_rfind_byte(place.text, ':');
    struct dsn_part port = {0};
    int32_t number = str_starts_fold(text, STR("http://")) ? 80 : 443;
    if (colon != STR_NONE && !str_ends(place.text, STR("]"))) {
        port = part_slice(place, colon + 1, place.text.len);
        place = part_slice(place, 0, colon);
        if (!port_parse(port.text, 1, false, &number))
            return DSN_BAD_PORT;
    }
    reader->reading->hosts.count = 0;
    return reader_add_host(reader, place, port, number);
}

/* --- ClickHouse: the old tcp:// form carries its credentials in the query */

/* A word of clickhouse-go, or of clickhouse-driver, which takes more of them. */
static bool is_on(str value)
{
    static const str words[] = {
        STR_INIT("1"), STR_INIT("t"), STR_INIT("true"), STR_INIT("y"), STR_INIT("yes"), STR_INIT("on")};
    return value.len == 0 || STR_IS_IN_FOLD(value, words);
}

static bool is_switch(str value)
{
    static const str words[] = {STR_INIT("n"), STR_INIT("no"), STR_INIT("off")};
    return is_on(value) || value_is_go_bool(value) || STR_IS_IN_FOLD(value, words);
}

static const struct value_rule clickhouse_values[] = {
    {STR_INIT("secure,skip_verify"), is_switch},
    {STR_INIT("tls_server_name"), value_is_filled},
    {STR_INIT("compress_level,max_compression_buffer,max_open_conns,max_idle_conns"), value_is_integer},
};

enum dsn_error clickhouse_finish(struct reader *reader, const struct url_parts *parts)
{
    enum dsn_error error = values_check(reader, clickhouse_values, ARRAY_COUNT(clickhouse_values), false);
    if (error)
        return error;
    const struct dsn_parameter *secure = reader_parameter(reader, STR("secure"));
    bool tls = secure && is_on(secure->value.text);
    if (!tls && reader_parameter(reader, STR("tls_server_name")))
        return reader_fail(reader, parts->query.ptr, DSN_BAD_PARAMETER);
    vec_each(struct dsn_host *, it, &reader->reading->hosts)
        if (tls && it->port == 0 && !it->port_part.present)
            it->port = 9440;
    return DSN_OK;
}
