#include "dsn/service.h"

#include "base/buf.h"
#include "dsn/family.h"
#include "dsn/library.h"
#include "dsn/url.h"

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

/* float(text): digits with a point and an exponent, or a word. */
static bool is_python_float(str text)
{
    static const str words[] = {STR_INIT("inf"), STR_INIT("infinity"), STR_INIT("nan")};
    text = str_trim(text);
    str bare = text.len && (text.ptr[0] == '+' || text.ptr[0] == '-') ? str_skip(text, 1) : text;
    if (STR_IS_IN_FOLD(bare, words))
        return true;
    size_t exponent = find_any(bare, STR("eE"));
    struct str_cut point = str_cut_byte(str_take(bare, exponent), '.');
    bool whole = point.head.len == 0 || is_python_int(point.head);
    bool part = point.tail.len == 0 || is_python_int(point.tail);
    bool power = exponent == STR_NONE || is_python_int(str_skip(bare, exponent + 1));
    return point.head.len + point.tail.len > 0 && whole && part && power &&
           find_any(point.head, STR("+-")) == STR_NONE && find_any(point.tail, STR("+-")) == STR_NONE;
}

/* URL_QUERY_ARGUMENT_PARSERS: numbers that parse_url() makes of parameters, or refuses. */
static const struct {
    str key;
    bool (*is_number)(str text);
} redis_numbers[] = {
    {STR_INIT("socket_timeout"), is_python_float},
    {STR_INIT("socket_connect_timeout"), is_python_float},
    {STR_INIT("timeout"), is_python_float},
    {STR_INIT("max_connections"), is_python_int},
    {STR_INIT("health_check_interval"), is_python_int},
};

static enum dsn_error check_redis_numbers(struct reader *reader)
{
    for (size_t i = 0; i < ARRAY_COUNT(redis_numbers); i++) {
        const struct dsn_parameter *found = url_parameter(reader, redis_numbers[i].key);
        if (found && found->value.text.len && !redis_numbers[i].is_number(found->value.text))
            return reader_fail_part(reader, &found->value, DSN_BAD_PARAMETER);
    }
    return DSN_OK;
}

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
    enum dsn_error error = check_redis_numbers(reader);
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
    if (!error && database->len && !is_number(*database))
        return reader_fail(reader, parts->path.ptr, DSN_BAD_DATABASE);
    return error;
}

bool redis_has_path(str text)
{
    size_t scheme = str_find(text, STR("://"));
    str rest = str_skip(text, scheme == STR_NONE ? text.len : scheme + 3);
    str authority = str_take(rest, find_any(rest, STR("/?#"))), path = str_skip(rest, authority.len);
    bool has_host = authority.len > 0 && authority.ptr[authority.len - 1] != '@';
    return !has_host && path.len > 1 && path.ptr[0] == '/' && !byte_is_digit(path.ptr[1]) &&
           path.ptr[1] != '?';
}

/* Without a host the path is a socket; a number after it is the database. A user alone is a password. */
enum dsn_error symfony_finish(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    if (reading->user.present && !reading->password.present) {
        reading->password = reading->user;
        reading->user = (struct dsn_part){0};
    }
    if (parts->hosts.len)
        return DSN_OK;
    struct str_cut cut = str_rcut_byte(parts->path, '/');
    bool has_number = cut.head.len && is_number(cut.tail);
    str path = has_number ? cut.head : parts->path;
    reading->database = has_number ? reader_part(reader, cut.tail, cut.tail) : (struct dsn_part){0};
    reading->hosts.count = 0;
    return reader_add_host(reader, reader_part(reader, path, path), (struct dsn_part){0}, 0);
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
    if (is_number(text) && port_parse(text, 0, false, &port))
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

static bool is_integer(str value)
{
    str digits = str_skip(value, value.len && (value.ptr[0] == '-' || value.ptr[0] == '+'));
    return digits.len > 0 && str_is_all(digits, byte_is_digit);
}

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
    return is_on(value) || go_is_bool(value) || STR_IS_IN_FOLD(value, words);
}

static bool is_filled(str value)
{
    return str_trim(value).len > 0;
}

static const struct {
    str name;
    bool (*takes)(str value);
} clickhouse_values[] = {
    {STR_INIT("secure"), is_switch},
    {STR_INIT("skip_verify"), is_switch},
    {STR_INIT("tls_server_name"), is_filled},
    {STR_INIT("compress_level"), is_integer},
    {STR_INIT("max_compression_buffer"), is_integer},
    {STR_INIT("max_open_conns"), is_integer},
    {STR_INIT("max_idle_conns"), is_integer},
};

enum dsn_error clickhouse_finish(struct reader *reader, const struct url_parts *parts)
{
    for (size_t i = 0; i < ARRAY_COUNT(clickhouse_values); i++) {
        const struct dsn_parameter *found = reader_parameter(reader, clickhouse_values[i].name);
        if (found && !clickhouse_values[i].takes(found->value.text))
            return reader_fail_part(reader, &found->value, DSN_BAD_PARAMETER);
    }
    const struct dsn_parameter *secure = reader_parameter(reader, STR("secure"));
    bool tls = secure && is_on(secure->value.text);
    if (!tls && reader_parameter(reader, STR("tls_server_name")))
        return reader_fail(reader, parts->query.ptr, DSN_BAD_PARAMETER);
    vec_each(struct dsn_host *, it, &reader->reading->hosts)
        if (tls && it->port == 0 && !it->port_part.present)
            it->port = 9440;
    return DSN_OK;
}
