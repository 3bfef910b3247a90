#include "dsn/symfony.h"

#include "dsn/family.h"
#include "dsn/service.h"
#include "dsn/url.h"
#include "dsn/value.h"

/* --- Redis */

static const str redis_schemes[] = {STR_INIT("redis"), STR_INIT("rediss"), {0}};

bool redis_has_path(str text)
{
    size_t scheme = str_find(text, STR("://"));
    str rest = str_skip(text, scheme == STR_NONE ? text.len : scheme + 3);
    str authority = str_take(rest, find_any(rest, STR("/?#"))), path = str_skip(rest, authority.len);
    bool has_host = authority.len > 0 && authority.ptr[authority.len - 1] != '@';
    return !has_host && path.len > 1 && path.ptr[0] == '/' && !byte_is_digit(path.ptr[1]) &&
           path.ptr[1] != '?';
}

/* host[NAME], host[NAME:PORT], host[/path:]: a server; others are settings. */
static bool take_server(str key, str *ret_server)
{
    static const str before = STR_INIT("host[");
    bool is_server = str_starts(key, before) && str_ends(key, STR("]")) && key.len > before.len + 1;
    *ret_server = is_server ? str_slice(key, before.len, key.len - 1) : STR("");
    return is_server;
}

static enum dsn_error add_server(struct reader *reader, struct dsn_part key, str server)
{
    struct str_cut cut = str_rcut_byte(server, ':');
    int32_t port = 0;
    size_t from = (size_t)(server.ptr - key.text.ptr);
    struct dsn_part whole = part_slice(key, from, from + server.len);
    if (!cut.found)
        return reader_add_host(reader, whole, (struct dsn_part){0}, 0);
    struct dsn_part host = part_slice(whole, 0, cut.head.len);
    struct dsn_part number = part_slice(whole, cut.head.len + 1, server.len);
    if (number.text.len == 0) /* a socket */
        return reader_add_host(reader, host, (struct dsn_part){0}, 0);
    if (!port_parse(number.text, 1, false, &port))
        return reader_fail_part(reader, &number, DSN_BAD_PORT);
    return reader_add_host(reader, host, number, port);
}

static enum dsn_error add_servers(struct reader *reader)
{
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters) {
        str server;
        enum dsn_error error =
            take_server(it->key.text, &server) ? add_server(reader, it->key, server) : DSN_OK;
        if (error)
            return error;
    }
    return DSN_OK;
}

/* The path and the query may both name the database, and then it must be the same one. */
static enum dsn_error use_parameters(struct reader *reader)
{
    const struct dsn_parameter *number = reader_parameter(reader, STR("dbindex"));
    const struct dsn_parameter *password = reader_parameter(reader, STR("auth"));
    struct dsn_part *database = &reader->reading->database;
    if (number && part_filled(database) && !str_eq(number->value.text, database->text))
        return reader_fail_part(reader, &number->value, DSN_BAD_DATABASE);
    if (number)
        *database = number->value;
    if (password && !reader->reading->password.present)
        reader->reading->password = password->value;
    return DSN_OK;
}

/* Without a host the path is a socket; a number after it is the database. A user alone is a password. */
static enum dsn_error symfony_finish(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    if (reading->user.present && !reading->password.present) {
        reading->password = reading->user;
        reading->user = (struct dsn_part){0};
    }
    if (parts->hosts.len == 0 && parts->path.len > 1) {
        struct str_cut cut = str_rcut_byte(parts->path, '/');
        bool has_number = cut.head.len && str_is_digits(cut.tail);
        str path = has_number ? cut.head : parts->path;
        reading->database = has_number ? reader_part(reader, cut.tail, cut.tail) : (struct dsn_part){0};
        reading->hosts.count = 0;
        enum dsn_error error =
            reader_add_host(reader, reader_part(reader, path, path), (struct dsn_part){0}, 0);
        if (error)
            return error;
    }
    enum dsn_error error = use_parameters(reader);
    return error ? error : add_servers(reader);
}

const struct url_rules symfony_rules = {
    .schemes = redis_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .query = QUERY_FORM,
    .finish = symfony_finish,
};

bool symfony_has_hosts(str text)
{
    bool is_redis = str_starts(text, STR("redis:")) || str_starts(text, STR("rediss:"));
    return is_redis && (str_contains(text, STR("?host[")) || str_contains(text, STR("&host[")));
}

bool symfony_has_number(str text)
{
    return str_contains(text, STR("?dbindex=")) || str_contains(text, STR("&dbindex="));
}

static enum dsn_error read_login(struct reader *reader, str login)
{
    struct str_cut cut = str_cut_byte(login, ':');
    struct dsn_reading *reading = reader->reading;
    if (!cut.found)
        return reader_decode(reader, login, ESCAPES_LENIENT, DSN_BAD_ESCAPE, &reading->password);
    enum dsn_error error =
        cut.head.len ? reader_decode(reader, cut.head, ESCAPES_LENIENT, DSN_BAD_ESCAPE, &reading->user)
                     : DSN_OK;
    return error ? error
                 : reader_decode(reader, cut.tail, ESCAPES_LENIENT, DSN_BAD_ESCAPE, &reading->password);
}

enum dsn_error symfony_hosts_read(struct reader *reader)
{
    str rest = str_skip(reader->text, reader->scheme.len + 1);
    struct str_cut query = str_cut_byte(rest, '?');
    struct str_cut login = str_rcut_byte(query.head, '@');
    enum dsn_error error = login.found ? read_login(reader, login.head) : DSN_OK;
    for (str pair; !error && str_next(&query.tail, '&', &pair);) {
        struct str_cut cut = str_cut_byte(pair, '=');
        str value = cut.found ? cut.tail : str_skip(pair, pair.len);
        struct dsn_part key_part = {0}, value_part = {0};
        error = reader_decode(reader, cut.head, ESCAPES_LENIENT, DSN_BAD_ESCAPE, &key_part);
        if (!error)
            error = reader_decode(reader, value, ESCAPES_LENIENT, DSN_BAD_ESCAPE, &value_part);
        if (!error && cut.head.len)
            error = reader_add_parameter(reader, key_part, value_part);
    }
    if (!error)
        error = use_parameters(reader);
    return error ? error : add_servers(reader);
}

/* --- AMQP: Messenger's Connection::fromDsn() */

static const str amqp_schemes[] = {STR_INIT("amqp"), STR_INIT("amqps"), {0}};
static const str host_keys[] = {STR_INIT("host"), {0}};
static const str port_keys[] = {STR_INIT("port"), {0}};
static const str vhost_keys[] = {STR_INIT("vhost"), {0}};

static const struct override_keys amqp_keys = {.host = host_keys, .port = port_keys, .database = vhost_keys};

static str path_of(str text)
{
    size_t scheme = str_find(text, STR("://"));
    str rest = str_skip(text, scheme == STR_NONE ? text.len : scheme + 3);
    rest = str_take(rest, find_any(rest, STR("?#")));
    return str_skip(rest, str_find_byte(rest, '/'));
}

bool amqp_has_exchange(str text)
{
    return str_has_byte(str_trim_bytes(path_of(text), STR("/")), '/');
}

/* The virtual host is the first of the path's segments; the next one names an exchange. */
static enum dsn_error symfony_amqp_finish(struct reader *reader, const struct url_parts *parts)
{
    str first = str_cut_byte(str_trim_bytes(parts->path, STR("/")), '/').head;
    if (first.len == 0 || url_parameter(reader, STR("vhost")))
        return DSN_OK;
    return reader_decode(reader, first, ESCAPES_LENIENT, DSN_BAD_ESCAPE, &reader->reading->database);
}

const struct url_rules symfony_amqp_rules = {
    .schemes = amqp_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_FORM,
    .override = OVERRIDE_QUERY,
    .keys = &amqp_keys,
    .finish = symfony_amqp_finish,
    .defaults = amqp_defaults,
};
