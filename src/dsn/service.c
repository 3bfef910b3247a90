#include "dsn/service.h"

#include "base/buf.h"
#include "dsn/family.h"
#include "dsn/url.h"

/* --- MongoDB: specifications, source/connection-string */

static bool mongo_userinfo_ok(const struct url_parts *parts)
{
    return !parts->has_userinfo ||
           (parts->user.len > 0 && str_find_byte(parts->userinfo, '@') == STR_NONE &&
               str_find_byte(parts->password, ':') == STR_NONE && !has_bare_percent(parts->userinfo));
}

/* tls and ssl are one option under two names. */
static bool mongo_tls_agrees(const struct reader *reader)
{
    static const str tls_keys[] = {STR_INIT("tls"), {0}}, ssl_keys[] = {STR_INIT("ssl"), {0}};
    const struct dsn_parameter *tls = reader_parameter_fold(reader, tls_keys);
    const struct dsn_parameter *ssl = reader_parameter_fold(reader, ssl_keys);
    return tls == NULL || ssl == NULL || str_eq(tls->value.text, ssl->value.text);
}

static enum dsn_error mongo_check_hosts(struct reader *reader, bool srv)
{
    const dsn_hosts *hosts = &reader->reading->hosts;
    if (hosts->count == 0 || (srv && (hosts->count != 1 || hosts->items[0].port_part.present)))
        return DSN_BAD_HOST;
    vec_each(const struct dsn_host *, it, hosts)
        if (it->host.text.len == 0)
            return DSN_BAD_HOST;
    return DSN_OK;
}

enum dsn_error mongo_finish(struct reader *reader, const struct url_parts *parts)
{
    if (!mongo_userinfo_ok(parts))
        return reader_fail(reader, parts->userinfo.ptr, DSN_BAD_USERINFO);
    enum dsn_error error = mongo_check_hosts(reader, str_ends_fold(parts->scheme, STR("+srv")));
    if (error)
        return reader_fail(reader, parts->hosts.ptr, error);
    struct dsn_part *database = &reader->reading->database;
    size_t collection = str_find_byte(database->text, '.'); /* pymongo: database.collection */
    if (collection != STR_NONE)
        *database = part_slice(*database, 0, collection);
    if (find_any(database->text, STR("/\\ \"$")) != STR_NONE)
        return reader_fail(reader, parts->path.ptr, DSN_BAD_DATABASE);
    return mongo_tls_agrees(reader) ? DSN_OK : reader_fail(reader, parts->query.ptr, DSN_BAD_PARAMETER);
}

/* --- Redis */

static bool is_number(str text)
{
    return text.len > 0 && str_is_all(text, byte_is_digit);
}

/* int(text): blanks around it, a sign, single underscores between digits. */
static bool is_python_int(str text)
{
    text = str_trim(text);
    if (text.len && (text.ptr[0] == '+' || text.ptr[0] == '-'))
        text = str_skip(text, 1);
    bool is_int = text.len > 0;
    for (str digits; is_int && str_next(&text, '_', &digits);)
        is_int = is_number(digits);
    return is_int;
}

static enum dsn_error read_socket(struct reader *reader, const struct url_parts *parts)
{
    if (!reader->is_socket)
        return DSN_OK;
    reader->reading->hosts.count = 0;
    reader->reading->database = (struct dsn_part){0};
    return reader_add_host(reader, reader_part(reader, parts->path, parts->path), (struct dsn_part){0}, 0);
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
    if (str_find_byte(path, '/') == STR_NONE)
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
    if (!is_python_int(part->text))
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
    enum dsn_error error = read_socket(reader, parts);
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
    enum dsn_error error = read_socket(reader, parts);
    if (reader->is_socket)
        take_number(reader);
    str *database = &reader->reading->database.text;
    *database = drop_zeros(*database);
    if (!error && database->len && !is_number(*database))
        return reader_fail(reader, parts->path.ptr, DSN_BAD_DATABASE);
    return error;
}

/* --- AMQP: amqp091-go ParseURI() */

enum dsn_error amqp_finish(struct reader *reader, const struct url_parts *parts)
{
    (void)parts;
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
        bool address = byte_is_digit(it->host.text.ptr[0]) || str_find_byte(it->host.text, ':') != STR_NONE;
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

enum dsn_error clickhouse_finish(struct reader *reader, const struct url_parts *parts)
{
    (void)parts;
    const struct dsn_parameter *secure = reader_parameter(reader, STR("secure"));
    bool tls =
        secure && (str_eq_fold(secure->value.text, STR("true")) || str_eq(secure->value.text, STR("1")));
    vec_each(struct dsn_host *, it, &reader->reading->hosts)
        if (tls && it->port == 0 && !it->port_part.present)
            it->port = 9440;
    return DSN_OK;
}
