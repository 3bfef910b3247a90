#include "dsn/redis_urls.h"

#include "base/number.h"
#include "dsn/family.h"
#include "dsn/url.h"
#include "dsn/value.h"

/* --- go-redis: ParseURL() */

static const str go_redis_schemes[] = {STR_INIT("redis"), STR_INIT("rediss"), STR_INIT("unix"), {0}};

/* The number that strconv.Atoi() and Integer.parseInt() make of it. */
static str bare_number(str number)
{
    number = str_skip(number, number.len && number.ptr[0] == '+');
    while (number.len > 1 && number.ptr[0] == '0')
        number = str_skip(number, 1);
    return number;
}

static bool is_number_or_nothing(str value)
{
    return value.len == 0 || value_is_integer(value);
}

static bool is_time_or_nothing(str value)
{
    return is_number_or_nothing(value) || value_is_go_duration(value);
}

static bool is_plain_bool(str value)
{
    static const str words[] = {STR_INIT("true"), STR_INIT("1"), STR_INIT("false"), STR_INIT("0")};
    return value.len == 0 || STR_IS_IN(value, words);
}

static const struct value_rule go_redis_values[] = {
    {STR_INIT("db,protocol,max_retries,pool_size,min_idle_conns,max_idle_conns,max_active_conns,"
              "max_concurrent_dials"),
        is_number_or_nothing},
    {STR_INIT("min_retry_backoff,max_retry_backoff,dial_timeout,read_timeout,write_timeout,pool_timeout,"
              "conn_max_idle_time,idle_timeout,conn_max_lifetime,max_conn_age,conn_max_lifetime_jitter"),
        is_time_or_nothing},
    {STR_INIT("pool_fifo,skip_verify"), is_plain_bool},
    {STR_INIT("client_name"), value_is_anything},
};

static enum dsn_error go_redis_place(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    struct dsn_part path;
    if (!reader->is_socket) {
        reading->database.text = str_trim_bytes(reading->database.text, STR("/"));
        bool fits = is_number_or_nothing(reading->database.text);
        reading->database.text = fits ? bare_number(reading->database.text) : reading->database.text;
        return fits ? DSN_OK : reader_fail_part(reader, &reading->database, DSN_BAD_DATABASE);
    }
    reading->hosts.count = 0;
    reading->database = (struct dsn_part){0};
    enum dsn_error error = reader_decode(reader, parts->path, ESCAPES_STRICT, DSN_BAD_ESCAPE, &path);
    if (!error && str_trim(path.text).len == 0)
        return reader_fail(reader, parts->scheme.ptr, DSN_BAD_HOST);
    return error ? error : reader_add_host(reader, path, (struct dsn_part){0}, 0);
}

static enum dsn_error go_redis_finish(struct reader *reader, const struct url_parts *parts)
{
    enum dsn_error error = go_redis_place(reader, parts);
    const struct dsn_parameter *number = reader_parameter(reader, STR("db"));
    const struct dsn_parameter *verify = reader_parameter(reader, STR("skip_verify"));
    if (!error)
        error = values_check_all(reader, go_redis_values, ARRAY_COUNT(go_redis_values));
    if (!error && verify && !str_eq_fold(parts->scheme, STR("rediss")))
        return reader_fail_part(reader, &verify->key, DSN_BAD_PARAMETER);
    if (!error && number && number->value.text.len) {
        reader->reading->database = number->value;
        reader->reading->database.text = bare_number(number->value.text);
    }
    return error;
}

const struct url_rules go_redis_rules = {
    .library = LIBRARY_GO,
    .schemes = go_redis_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_STRICT, ESCAPES_GO_HOST, ESCAPES_STRICT, ESCAPES_LENIENT},
    .query = QUERY_GO,
    .fragment = true,
    .finish = go_redis_finish,
};

/* --- Jedis: JedisURIHelper, java.net.URI */

static const str jedis_schemes[] = {STR_INIT("redis"), STR_INIT("rediss"), {0}};

static bool is_resp_number(str value)
{
    return str_eq(value, STR("2")) || str_eq(value, STR("3"));
}

static const struct value_rule jedis_values[] = {{STR_INIT("protocol"), is_resp_number}};

static bool is_domain_byte(char byte)
{
    return byte_is_alnum(byte) || byte == '-' || byte == '.';
}

static bool is_label(str label)
{
    return label.len > 0 && byte_is_alnum(label.ptr[0]) && byte_is_alnum(label.ptr[label.len - 1]);
}

/* URI.getHost(): labels of letters, digits, hyphens, the last of several begins with a letter; an address. */
static bool is_java_host(str host)
{
    str rest = host, label = host;
    bool fits = host.len > 0 && str_is_all(host, is_domain_byte), is_address = true;
    size_t count = 0;
    if (host_is_ipv6(host))
        return true;
    for (uint64_t number; fits && str_next(&rest, '.', &label); count++) {
        fits = is_label(label);
        is_address = is_address && number_parse_unsigned(label, 255, &number);
    }
    return fits && (count == 1 || byte_is_letter(label.ptr[0]) || (is_address && count == 4));
}

static bool is_java_userinfo_byte(char byte)
{
    return byte_is_alnum(byte) || (unsigned char)byte > 0x7F || str_has_byte(STR("_-!.~'()*;:&=+$,%"), byte);
}

/* The login is decoded before it is cut. */
static enum dsn_error jedis_login(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    struct dsn_part login;
    if (!parts->has_userinfo)
        return DSN_OK;
    enum dsn_error error = reader_decode(reader, parts->userinfo, ESCAPES_STRICT, DSN_BAD_ESCAPE, &login);
    struct str_cut cut = str_cut_byte(login.text, ':');
    if (!error && !cut.found)
        return reader_fail(reader, parts->userinfo.ptr, DSN_BAD_USERINFO);
    if (!error && str_eq(parts->user, cut.head) && parts->has_password) /* with places of their own */
        return DSN_OK;
    reading->user = part_slice(login, 0, cut.head.len);
    reading->password = part_slice(login, cut.head.len + 1, login.text.len);
    return error;
}

static enum dsn_error jedis_finish(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    str number = reading->database.text;
    enum dsn_error error = jedis_login(reader, parts);
    if (error)
        return error;
    if (!str_is_all(parts->userinfo, is_java_userinfo_byte))
        return reader_fail(reader, parts->userinfo.ptr, DSN_BAD_USERINFO);
    if (find_any(reader->text, STR(" \"<>\\^`{|}")) != STR_NONE || has_bare_percent(reader->text))
        return reader_fail(reader, reader->text.ptr, DSN_MALFORMED);
    vec_each(const struct dsn_host *, it, &reading->hosts) {
        if (!is_java_host(it->host.text))
            return reader_fail(reader, parts->hosts.ptr, DSN_BAD_HOST);
        if (!part_filled(&it->port_part))
            return reader_fail(reader, parts->hosts.ptr, DSN_BAD_PORT);
    }
    if (reading->hosts.count == 0)
        return reader_fail(reader, parts->scheme.ptr, DSN_BAD_HOST);
    if (number.len && !value_is_integer(number))
        return reader_fail_part(reader, &reading->database, DSN_BAD_DATABASE);
    reading->database.text = bare_number(number);
    return values_check(reader, jedis_values, ARRAY_COUNT(jedis_values), false);
}

const struct url_rules jedis_rules = {
    .schemes = jedis_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_STRICT, ESCAPES_LITERAL, ESCAPES_STRICT, ESCAPES_LENIENT},
    .query = QUERY_PLAIN,
    .first_counts = true,
    .fragment = true,
    .finish = jedis_finish,
};

/* --- Predis: Parameters::parse(), parse_url() */

static const str predis_schemes[] = {
    STR_INIT("redis"), STR_INIT("rediss"), STR_INIT("tcp"), STR_INIT("tls"), STR_INIT("unix"), {0}};
static const str predis_hosts[] = {STR_INIT("host"), {0}}, predis_ports[] = {STR_INIT("port"), {0}};
static const struct override_keys predis_keys = {.host = predis_hosts, .port = predis_ports};

/* Of redis:// a login before the host wins over one of the query; of tcp:// only the query has one. */
static void predis_login(struct reader *reader, bool is_redis)
{
    struct dsn_reading *reading = reader->reading;
    const struct dsn_parameter *user = reader_parameter(reader, STR("username"));
    const struct dsn_parameter *password = reader_parameter(reader, STR("password"));
    if (!is_redis || !part_filled(&reading->user))
        reading->user = user ? user->value : (struct dsn_part){0};
    if (!is_redis || !part_filled(&reading->password))
        reading->password = password ? password->value : (struct dsn_part){0};
}

static enum dsn_error predis_finish(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    const struct dsn_parameter *number = reader_parameter(reader, STR("database"));
    bool is_redis = str_starts_fold(parts->scheme, STR("redis"));
    size_t digits = 0;
    while (digits < reading->database.text.len && byte_is_digit(reading->database.text.ptr[digits]))
        digits++;
    predis_login(reader, is_redis);
    if (is_redis && digits)
        reading->database.text = str_take(reading->database.text, digits);
    else
        reading->database = number ? number->value : (struct dsn_part){0};
    bool has_host = parts->hosts.len > 0 && parts->hosts.ptr[0] != ':';
    if (!reader->is_socket)
        return has_host ? DSN_OK : reader_fail(reader, parts->scheme.ptr, DSN_BAD_HOST);
    reading->hosts.count = 0;
    return reader_add_host(reader, reader_part(reader, parts->path, parts->path), (struct dsn_part){0}, 0);
}

const struct url_rules predis_rules = {
    .schemes = predis_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .query = QUERY_FORM,
    .fragment = true,
    .override = OVERRIDE_QUERY,
    .keys = &predis_keys,
    .finish = predis_finish,
};
