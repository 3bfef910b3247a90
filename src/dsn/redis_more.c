#include "dsn/redis_more.h"

#include "base/utf8.h"
#include "dsn/endpoints.h"
#include "dsn/family.h"
#include "dsn/url.h"
#include "dsn/value.h"

/* --- Lettuce: RedisURI.create() */

static const str lettuce_schemes[] = {STR_INIT("redis"), STR_INIT("rediss"), STR_INIT("redis+ssl"),
    STR_INIT("redis+tls"), STR_INIT("redis-socket"), STR_INIT("redis+socket"), STR_INIT("redis-sentinel"),
    STR_INIT("rediss-sentinel"), {0}};

static const struct dsn_parameter *OR_NULL number_of(const struct reader *reader)
{
    static const str names[] = {STR_INIT("database"), {0}};
    const struct dsn_parameter *found = reader_parameter_fold(reader, names);
    found = found ? found : reader_parameter(reader, STR("db"));
    return found && str_is_digits(found->value.text) ? found : NULL;
}

/* A user alone is a password; a query names the database, and of a socket nothing else does. */
static enum dsn_error lettuce_finish(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    const struct dsn_parameter *number = number_of(reader);
    if (part_filled(&reading->user) && !reading->password.present) {
        reading->password = reading->user;
        reading->user = (struct dsn_part){0};
    }
    if (reader->is_socket) {
        reading->hosts.count = 0;
        reading->database = (struct dsn_part){0};
        enum dsn_error error =
            reader_add_host(reader, reader_part(reader, parts->path, parts->path), (struct dsn_part){0}, 0);
        if (error)
            return error;
    }
    if (number)
        reading->database = number->value;
    else if (part_filled(&reading->database) && !str_is_digits(reading->database.text) &&
             !str_contains(parts->scheme, STR("sentinel"))) /* there others write the name of the service */
        return reader_fail_part(reader, &reading->database, DSN_BAD_DATABASE);
    return DSN_OK;
}

const struct url_rules lettuce_rules = {
    .schemes = lettuce_schemes,
    .scheme_case = true,
    .userinfo = USERINFO_LAST_AT,
    .hosts = HOSTS_LIST,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .finish = lettuce_finish,
};

bool redis_has_list(str text)
{
    size_t scheme = str_find(text, STR("://"));
    str rest = str_skip(text, scheme == STR_NONE ? text.len : scheme + 3);
    str authority = str_take(rest, find_any(rest, STR("/?#")));
    struct str_cut login = str_rcut_byte(authority, '@');
    return str_has_byte(login.found ? login.tail : authority, ',');
}

/* --- redis-rs: the path of a socket, the login in the query */

static const str redis_rs_schemes[] = {STR_INIT("redis"), STR_INIT("rediss"), STR_INIT("valkey"),
    STR_INIT("valkeys"), STR_INIT("redis+unix"), STR_INIT("valkey+unix"), STR_INIT("unix"), {0}};

static bool is_resp_version(str value)
{
    static const str versions[] = {STR_INIT("2"), STR_INIT("3"), STR_INIT("resp2"), STR_INIT("resp3")};
    return STR_IS_IN(value, versions);
}

static const struct value_rule redis_rs_values[] = {{STR_INIT("protocol"), is_resp_version}};

/* A server, and no wildcard; a fragment speaks of TLS. */
static enum dsn_error redis_rs_place(struct reader *reader, const struct url_parts *parts)
{
    static const str wildcards[] = {STR_INIT("0.0.0.0"), STR_INIT("::")};
    static const str encrypted[] = {STR_INIT("rediss"), STR_INIT("valkeys")};
    struct dsn_reading *reading = reader->reading;
    bool is_tls = STR_IS_IN_FOLD(parts->scheme, encrypted);
    str number = str_trim_bytes(reading->database.text, STR("/"));
    if (parts->hosts.len == 0)
        return reader_fail(reader, parts->scheme.ptr, DSN_BAD_HOST);
    if (!utf8_valid(reading->user.text) || !utf8_valid(reading->password.text))
        return reader_fail(reader, parts->userinfo.ptr, DSN_BAD_USERINFO);
    vec_each(const struct dsn_host *, it, &reading->hosts)
        if (STR_IS_IN(it->host.text, wildcards))
            return reader_fail_part(reader, &it->host, DSN_BAD_HOST);
    if (is_tls && parts->fragment.ptr && !str_eq(parts->fragment, STR("insecure")))
        return reader_fail(reader, parts->fragment.ptr, DSN_MALFORMED);
    if (number.len && !value_is_integer(number))
        return reader_fail_part(reader, &reading->database, DSN_BAD_DATABASE);
    reading->database.text = number;
    return DSN_OK;
}

static enum dsn_error redis_rs_finish(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    const struct dsn_parameter *number = reader_parameter(reader, STR("db"));
    const struct dsn_parameter *user = reader_parameter(reader, STR("user"));
    const struct dsn_parameter *password = reader_parameter(reader, STR("pass"));
    enum dsn_error refused = values_check(reader, redis_rs_values, ARRAY_COUNT(redis_rs_values), false);
    if (refused || !reader->is_socket)
        return refused ? refused : redis_rs_place(reader, parts);
    reading->hosts.count = 0;
    reading->user = user ? user->value : (struct dsn_part){0};
    reading->password = password ? password->value : (struct dsn_part){0};
    reading->database = number ? number->value : (struct dsn_part){0};
    if (number && !value_is_integer(number->value.text))
        return reader_fail_part(reader, &number->value, DSN_BAD_DATABASE);
    struct dsn_part path;
    enum dsn_error error = reader_decode(reader, parts->path, ESCAPES_LENIENT, DSN_BAD_ESCAPE, &path);
    return error ? error : reader_add_host(reader, path, (struct dsn_part){0}, 0);
}

bool redis_rs_has_login(str text)
{
    bool has_login = str_contains(text, STR("?pass=")) || str_contains(text, STR("&pass="));
    return has_login && str_starts(text, STR("unix:"));
}

const struct url_rules redis_rs_rules = {
    .library = LIBRARY_WHATWG,
    .schemes = redis_rs_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .fragment = true,
    .finish = redis_rs_finish,
};

/* --- StackExchange.Redis: ConfigurationOptions.Parse() */

static enum dsn_error add_endpoint(struct reader *reader, str endpoint)
{
    size_t close = str_rfind_byte(endpoint, ']'), colon = str_rfind_byte(endpoint, ':');
    bool has_port = colon != STR_NONE && (close == STR_NONE || colon > close) &&
                    (close != STR_NONE || str_find_byte(endpoint, ':') == colon);
    str host = has_port ? str_take(endpoint, colon) : endpoint;
    struct dsn_part port = {0};
    int32_t number = 0;
    if (has_port) {
        port = reader_part(reader, str_skip(endpoint, colon + 1), str_skip(endpoint, colon + 1));
        if (!port_parse(port.text, 1, false, &number))
            return reader_fail_part(reader, &port, DSN_BAD_PORT);
    }
    host = str_trim_bytes(host, STR("[]"));
    return reader_add_host(reader, reader_part(reader, host, host), port, number);
}

static bool is_option_bool(str value)
{
    static const str words[] = {STR_INIT("true"), STR_INIT("false"), STR_INIT("1"), STR_INIT("0"),
        STR_INIT("yes"), STR_INIT("no"), STR_INIT("on"), STR_INIT("off")};
    return STR_IS_IN_FOLD(value, words);
}

/* Names of SslProtocols, or its number. */
static bool are_protocols(str value)
{
    static const str names[] = {STR_INIT("none"), STR_INIT("ssl2"), STR_INIT("ssl3"), STR_INIT("tls"),
        STR_INIT("tls11"), STR_INIT("tls12"), STR_INIT("tls13"), STR_INIT("default")};
    for (str name; str_next(&value, '|', &name);)
        if (!STR_IS_IN_FOLD(str_trim(name), names) && !value_is_integer(str_trim(name)))
            return false;
    return true;
}

static bool is_proxy(str value)
{
    static const str names[] = {STR_INIT("none"), STR_INIT("twemproxy"), STR_INIT("envoyproxy")};
    return STR_IS_IN_FOLD(value, names) || value_is_integer(value);
}

static bool is_version_byte(char byte)
{
    return byte_is_digit(byte) || byte == '.';
}

static bool is_version(str value)
{
    return value.len > 0 && str_is_all(value, is_version_byte);
}

static bool is_timeout(str value)
{
    return str_is_digits(value) && !str_eq(value, STR("0"));
}

static const struct value_rule option_values[] = {
    {STR_INIT("ssl,abortConnect,allowAdmin,resolveDns,checkCertificateRevocation,highIntegrity,tcpKeepAlive"),
        is_option_bool},
    {STR_INIT("connectTimeout,keepAlive,connectRetry,configCheckSeconds,defaultDatabase"), value_is_integer},
    {STR_INIT("syncTimeout,asyncTimeout"), is_timeout},
    {STR_INIT("sslProtocols"), are_protocols},
    {STR_INIT("proxy"), is_proxy},
    {STR_INIT("version"), is_version},
};

/* Without a port a server is at 6379, and at 6380 where it is spoken to by TLS. */
static void use_options(struct reader *reader)
{
    static const str tls_names[] = {STR_INIT("ssl"), {0}}, users[] = {STR_INIT("user"), {0}},
                     passwords[] = {STR_INIT("password"), {0}},
                     numbers[] = {STR_INIT("defaultDatabase"), {0}},
                     services[] = {STR_INIT("serviceName"), {0}};
    struct dsn_reading *reading = reader->reading;
    const struct dsn_parameter *tls = reader_parameter_fold(reader, tls_names);
    const struct dsn_parameter *user = reader_parameter_fold(reader, users);
    const struct dsn_parameter *password = reader_parameter_fold(reader, passwords);
    const struct dsn_parameter *number = reader_parameter_fold(reader, numbers);
    bool is_sentinel = reader_parameter_fold(reader, services) != NULL;
    reading->user = user ? user->value : (struct dsn_part){0};
    reading->password = password ? password->value : (struct dsn_part){0};
    reading->database = number ? number->value : (struct dsn_part){0};
    bool is_tls = tls && str_eq_fold(str_trim(tls->value.text), STR("true"));
    vec_each(struct dsn_host *, it, &reading->hosts)
        if (it->port == 0 && it->class != HOST_CLASS_SOCKET)
            it->port = is_sentinel ? 26379 : is_tls ? 6380 : 6379;
}

enum dsn_error endpoints_read(struct reader *reader)
{
    str rest = reader->text;
    for (str entry; str_next(&rest, ',', &entry);) {
        entry = str_trim(entry);
        struct str_cut cut = str_cut_byte(entry, '=');
        str key = str_trim_end(cut.head), value = str_trim(cut.tail);
        enum dsn_error error = DSN_OK;
        if (cut.found && !endpoints_know(key) && !str_starts(key, STR("$"))) /* $SET=: a command */
            error = reader_fail(reader, entry.ptr, DSN_BAD_PARAMETER);
        else if (cut.found)
            error = reader_add_parameter(
                reader, reader_part(reader, key, key), reader_part(reader, value, value));
        else if (entry.len)
            error = add_endpoint(reader, entry);
        if (error)
            return error;
    }
    use_options(reader);
    return values_check(reader, option_values, ARRAY_COUNT(option_values), true);
}
