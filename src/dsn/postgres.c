#include "dsn/postgres.h"

#include "base/buf.h"
#include "dsn/url.h"
#include "dsn/value.h"

#define DEFAULT_SOCKET STR("/var/run/postgresql")

/* PQconninfoOptions: fe-connect.c of version 15, then additions of 16, 17 and 18. */
static const str libpq_keywords[] = {STR_INIT("service"), STR_INIT("user"), STR_INIT("password"),
    STR_INIT("passfile"), STR_INIT("channel_binding"), STR_INIT("connect_timeout"), STR_INIT("dbname"),
    STR_INIT("host"), STR_INIT("hostaddr"), STR_INIT("port"), STR_INIT("client_encoding"),
    STR_INIT("options"), STR_INIT("application_name"), STR_INIT("fallback_application_name"),
    STR_INIT("keepalives"), STR_INIT("keepalives_idle"), STR_INIT("keepalives_interval"),
    STR_INIT("keepalives_count"), STR_INIT("tcp_user_timeout"), STR_INIT("sslmode"),
    STR_INIT("sslcompression"), STR_INIT("sslcert"), STR_INIT("sslkey"), STR_INIT("sslpassword"),
    STR_INIT("sslrootcert"), STR_INIT("sslcrl"), STR_INIT("sslcrldir"), STR_INIT("sslsni"),
    STR_INIT("requirepeer"), STR_INIT("ssl_min_protocol_version"), STR_INIT("ssl_max_protocol_version"),
    STR_INIT("gssencmode"), STR_INIT("krbsrvname"), STR_INIT("gsslib"), STR_INIT("replication"),
    STR_INIT("target_session_attrs"), STR_INIT("authtype"), STR_INIT("tty"), STR_INIT("require_auth"),
    STR_INIT("load_balance_hosts"), STR_INIT("sslcertmode"), STR_INIT("gssdelegation"),
    STR_INIT("sslnegotiation"), STR_INIT("min_protocol_version"), STR_INIT("max_protocol_version"),
    STR_INIT("scram_client_key"), STR_INIT("scram_server_key"), STR_INIT("oauth_issuer"),
    STR_INIT("oauth_client_id"), STR_INIT("oauth_client_secret"), STR_INIT("oauth_scope"),
    STR_INIT("sslkeylogfile"), STR_INIT("servicefile")};

static const str user_keys[] = {STR_INIT("user"), {0}};
static const str password_keys[] = {STR_INIT("password"), {0}};
static const str database_keys[] = {STR_INIT("dbname"), {0}};
static const str pgx_database_keys[] = {STR_INIT("dbname"), STR_INIT("database"), {0}};

const struct override_keys postgres_keys = {
    .user = user_keys,
    .password = password_keys,
    .database = database_keys,
};
const struct override_keys pgx_keys = {
    .user = user_keys,
    .password = password_keys,
    .database = pgx_database_keys,
};

bool libpq_knows(str keyword)
{
    return STR_IS_IN(keyword, libpq_keywords);
}

struct dsn_part take_parameter(struct reader *reader, str key)
{
    dsn_parameters *list = &reader->reading->parameters;
    struct dsn_part taken = {0};
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct dsn_parameter *it = &list->items[i];
        if (!str_eq(it->key.text, key))
            list->items[kept++] = *it;
        else if (!taken.present || !reader->rules->first_counts)
            taken = it->value;
    }
    list->count = kept;
    return taken;
}

bool postgres_socket_directory(struct dsn_part *path)
{
    static const str name = STR_INIT("/.s.PGSQL.");
    size_t at = str_find(path->text, name);
    str number = at == STR_NONE ? STR("") : str_skip(path->text, at + name.len);
    if (at == STR_NONE || !str_is_digits(number))
        return false;
    *path = part_slice(*path, 0, at);
    return true;
}

static size_t count_entries(const struct dsn_part *list)
{
    size_t count = 1;
    for (size_t i = 0; i < list->text.len; i++)
        count += list->text.ptr[i] == ',';
    return count;
}

/* The port for the next host: its own entry, or the only one for all. */
static struct dsn_part next_port(const struct dsn_part *ports, bool one_for_all, size_t *at)
{
    struct dsn_part entry = {0};
    if (one_for_all)
        return *ports;
    part_next_entry(ports, at, &entry);
    return entry;
}

enum dsn_error libpq_connect(struct reader *reader, const struct postgres_place *place)
{
    const struct dsn_part *list = part_filled(&place->hostaddr) ? &place->hostaddr : &place->host;
    size_t hosts = count_entries(list), ports = count_entries(&place->port);
    bool mismatch = ports > 1 && ports != hosts;
    if (part_filled(&place->hostaddr) && part_filled(&place->host))
        mismatch = mismatch || count_entries(&place->host) != hosts;
    enum dsn_error fault = mismatch ? DSN_BAD_PORT : DSN_OK;
    struct dsn_part entry, name = {0};
    size_t at = 0, port_at = 0, name_at = 0;
    while (part_next_entry(list, &at, &entry)) {
        struct dsn_part port_part = next_port(&place->port, ports == 1, &port_at);
        int32_t port = POSTGRES_PORT;
        if (port_part.text.len && !port_parse(port_part.text, 1, true, &port))
            fault = DSN_BAD_PORT, port = 0;
        if (list == &place->hostaddr && entry.text.len == 0 && part_next_entry(&place->host, &name_at, &name))
            entry = name;
        if (entry.text.len == 0)
            entry = part_default(DEFAULT_SOCKET);
        enum dsn_error error = reader_add_host(reader, entry, port_part, port);
        if (error)
            return error;
    }
    return fault ? reader_fail_part(reader, &place->port, fault) : DSN_OK;
}

enum dsn_error pgx_connect(struct reader *reader, const struct postgres_place *place)
{
    struct dsn_part host, port_part, first_port = {0};
    size_t at = 0, port_at = 0, first_at = 0;
    str unnamed = place->host.present ? STR("localhost") : DEFAULT_SOCKET; /* ":5432" is dialled here */
    part_next_entry(&place->port, &first_at, &first_port);
    while (part_next_entry(&place->host, &at, &host)) {
        if (!part_next_entry(&place->port, &port_at, &port_part))
            port_part = first_port;
        int32_t port = POSTGRES_PORT;
        if (place->port.present && !port_parse(port_part.text, 1, false, &port)) {
            return reader_fail_part(reader, &port_part, DSN_BAD_PORT);
        }
        if (host.text.len == 0)
            host = part_default(unnamed);
        enum dsn_error error = reader_add_host(reader, host, port_part, port);
        if (error)
            return error;
    }
    return DSN_OK;
}

/* Host and port of the authority, each as one comma list, as conninfo_uri_parse_options() joins them. */
static enum dsn_error join_hosts(struct reader *reader, str hosts, struct postgres_place *place)
{
    struct buf host_list = buf_new(reader->arena, hosts.len + 1);
    struct buf port_list = buf_new(reader->arena, hosts.len + 1);
    str rest = hosts;
    for (bool more = hosts.len > 0; more;) {
        struct str_cut cut = {.head = STR("")};
        if (rest.len && rest.ptr[0] == '[') {
            struct str_cut literal = str_cut_byte(str_skip(rest, 1), ']');
            if (!literal.found || literal.head.len == 0)
                return reader_fail(reader, rest.ptr, DSN_BAD_HOST);
            buf_str(&host_list, literal.head);
            rest = literal.tail;
            if (rest.len && rest.ptr[0] != ':' && rest.ptr[0] != ',')
                return reader_fail(reader, rest.ptr, DSN_BAD_HOST);
        } else {
            size_t end = find_any(rest, STR(":,"));
            buf_str(&host_list, str_take(rest, end == STR_NONE ? rest.len : end));
            rest = str_skip(rest, end == STR_NONE ? rest.len : end);
        }
        if (rest.len && rest.ptr[0] == ':') {
            cut = str_cut_byte(str_skip(rest, 1), ',');
            buf_str(&port_list, cut.head);
            more = cut.found;
            rest = cut.tail;
        } else {
            more = rest.len > 0;
            rest = str_skip(rest, 1);
        }
        if (more) {
            buf_byte(&host_list, ',');
            buf_byte(&port_list, ',');
        }
    }
    place->host = reader_part(reader, hosts, buf_view(&host_list));
    place->port = reader_part(reader, hosts, buf_view(&port_list));
    return DSN_OK;
}

/* One plain host with at most one port needs no joining: the usual case, and its places are exact. */
static enum dsn_error one_host(struct reader *reader, str hosts, struct postgres_place *place, bool *ret_one)
{
    *ret_one = find_any(hosts, STR(",[")) == STR_NONE;
    if (!*ret_one)
        return DSN_OK;
    struct str_cut cut = str_cut_byte(hosts, ':');
    place->host = reader_part(reader, cut.head, cut.head);
    if (cut.found)
        place->port = reader_part(reader, cut.tail, cut.tail);
    return DSN_OK;
}

/* One bracketed address: the place is what stands between the brackets. */
static bool one_literal(struct reader *reader, str hosts, struct postgres_place *place)
{
    size_t close = str_find_byte(hosts, ']');
    if (close == STR_NONE || close < 2 || hosts.ptr[0] != '[' || str_has_byte(hosts, ','))
        return false;
    str address = str_slice(hosts, 1, close), rest = str_skip(hosts, close + 1);
    if (rest.len && rest.ptr[0] != ':')
        return false;
    place->host = reader_part(reader, address, address);
    if (rest.len)
        place->port = reader_part(reader, str_skip(rest, 1), str_skip(rest, 1));
    return true;
}

static bool decode_in_place(struct reader *reader, struct dsn_part *part, enum escapes escapes)
{
    return escapes_decode(reader->arena, part->text, escapes, false, &part->text);
}

static enum dsn_error authority_place(
    struct reader *reader, str hosts, enum escapes escapes, struct postgres_place *place)
{
    bool one;
    enum dsn_error error = one_host(reader, hosts, place, &one);
    if (!error && !one && !one_literal(reader, hosts, place))
        error = join_hosts(reader, hosts, place);
    if (error)
        return error;
    if (!decode_in_place(reader, &place->host, escapes) || !decode_in_place(reader, &place->port, escapes))
        return reader_fail(reader, hosts.ptr, DSN_BAD_ESCAPE);
    return DSN_OK;
}

static void override_place(struct reader *reader, struct postgres_place *place)
{
    struct dsn_part host = take_parameter(reader, STR("host")), port = take_parameter(reader, STR("port"));
    if (host.present)
        place->host = host;
    if (port.present)
        place->port = port;
}

/* What the override step has copied need not stand among the parameters too. */
static void drop_credentials(struct reader *reader)
{
    const struct override_keys *keys = reader->rules->keys;
    const str *const lists[] = {keys->user, keys->password, keys->database};
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
        for (const str *key = lists[i]; key->len != 0; key++)
            take_parameter(reader, *key);
}

static bool is_service(const struct reader *reader)
{
    const struct dsn_parameter *service = reader_parameter(reader, STR("service"));
    return service && service->value.text.len;
}

void unset_if_empty(struct dsn_part *part)
{
    if (part->text.len == 0)
        *part = (struct dsn_part){0};
}

static enum dsn_error check_keywords(struct reader *reader)
{
    vec_each(struct dsn_parameter *, it, &reader->reading->parameters) {
        /* the one kindness to JDBC users */
        if (str_eq(it->key.text, STR("ssl")) && str_eq(it->value.text, STR("true"))) {
            it->key.text = STR("sslmode");
            it->value.text = STR("require");
        } else if (!libpq_knows(it->key.text)) {
            return reader_fail_part(reader, &it->key, DSN_BAD_PARAMETER);
        }
    }
    return DSN_OK;
}

enum dsn_error libpq_finish(struct reader *reader, const struct url_parts *parts)
{
    struct postgres_place place = {0};
    enum dsn_error error = authority_place(reader, parts->hosts, reader->rules->escapes.host, &place);
    if (!error)
        error = check_keywords(reader);
    if (error)
        return error;
    override_place(reader, &place);
    place.hostaddr = take_parameter(reader, STR("hostaddr"));
    drop_credentials(reader);
    unset_if_empty(&reader->reading->user);
    unset_if_empty(&reader->reading->password);
    unset_if_empty(&reader->reading->database);
    if (is_service(reader) && !part_filled(&place.host) && !part_filled(&place.hostaddr)) {
        reader->reading->indirect = true;
        return DSN_OK;
    }
    return libpq_connect(reader, &place);
}

enum dsn_error pgx_next_finish(struct reader *reader, const struct url_parts *parts)
{
    struct postgres_place place = {0};
    enum dsn_error error = authority_place(reader, parts->hosts, reader->rules->escapes.host, &place);
    if (error)
        return error;
    override_place(reader, &place);
    drop_credentials(reader);
    unset_if_empty(&reader->reading->user);
    unset_if_empty(&reader->reading->password);
    unset_if_empty(&reader->reading->database);
    reader->reading->indirect = is_service(reader);
    return reader->reading->indirect ? DSN_OK : libpq_connect(reader, &place);
}

/* --- asyncpg, connect_utils.py */

/* With no host at all asyncpg tries the usual socket directories, then this machine over TCP. */
static enum dsn_error asyncpg_default(struct reader *reader, struct dsn_part port_part, int32_t port)
{
    static const str places[] = {STR_INIT("/run/postgresql"), STR_INIT("/var/run/postgresql"),
        STR_INIT("/tmp"), STR_INIT("/private/tmp"), STR_INIT("localhost")};
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        enum dsn_error error = reader_add_host(reader, part_default(places[i]), port_part, port);
        if (error)
            return error;
    }
    return DSN_OK;
}

struct hostspec {
    str host, port;
};

/* _parse_hostlist(): "[v6]:port", "/dir" or "host:port". */
static enum dsn_error cut_hostspec(str item, struct hostspec *ret)
{
    if (item.len == 0)
        return DSN_BAD_HOST; /* IndexError */
    if (item.ptr[0] == '[') {
        struct str_cut literal = str_cut_byte(str_skip(item, 1), ']');
        if (!literal.found || literal.head.len == 0)
            return DSN_BAD_HOST;
        *ret = (struct hostspec){.host = literal.head};
        if (literal.tail.len && literal.tail.ptr[0] == ':')
            ret->port = str_skip(literal.tail, 1);
        return DSN_OK;
    }
    struct str_cut cut = item.ptr[0] == '/' ? (struct str_cut){.head = item} : str_cut_byte(item, ':');
    *ret = (struct hostspec){.host = cut.head, .port = cut.tail};
    return DSN_OK;
}

/* The hosts of `list`; `ports` from the query win over those that stand with the hosts. */
static enum dsn_error asyncpg_hosts(
    struct reader *reader, const struct dsn_part *list, enum escapes escapes, const struct dsn_part *ports)
{
    size_t at = 0, port_at = 0, hosts = count_entries(list);
    bool given = part_filled(ports);
    bool one = reader->rules->one_port_for_all && count_entries(ports) == 1;
    if (given && !one && count_entries(ports) != hosts)
        return DSN_BAD_PORT;
    struct dsn_part entry;
    while (part_next_entry(list, &at, &entry)) {
        struct hostspec spec;
        enum dsn_error error = cut_hostspec(entry.text, &spec);
        if (error)
            return error;
        size_t from = (size_t)(spec.host.ptr - entry.text.ptr),
               from_port = spec.port.len ? (size_t)(spec.port.ptr - entry.text.ptr) : 0;
        struct dsn_part host = part_slice(entry, from, from + spec.host.len), port_part = {0};
        if (given)
            port_part = next_port(ports, one, &port_at);
        else if (spec.port.len)
            port_part = part_slice(entry, from_port, from_port + spec.port.len);
        int32_t port = POSTGRES_PORT;
        decode_in_place(reader, &host, escapes);
        host.present = host.text.len > 0; /* the resolver is asked for "" */
        decode_in_place(reader, &port_part, escapes);
        if (port_part.text.len && !port_parse(port_part.text, 0, true, &port)) {
            return reader_fail_part(reader, &port_part, DSN_BAD_PORT);
        }
        error = reader_add_host(reader, host, port_part, port);
        if (error)
            return error;
    }
    return DSN_OK;
}

void asyncpg_defaults(struct dsn_reading *reading)
{
    if (part_filled(&reading->user) && !part_filled(&reading->database))
        reading->database = part_default(reading->user.text);
}

static bool is_gss_library(str value)
{
    return str_eq(value, STR("gssapi")) || str_eq(value, STR("sspi"));
}

static const struct value_rule asyncpg_values[] = {
    {STR_INIT("gsslib"), is_gss_library},
};

enum dsn_error asyncpg_finish(struct reader *reader, const struct url_parts *parts)
{
    enum dsn_error fault = values_check(reader, asyncpg_values, ARRAY_COUNT(asyncpg_values), false);
    if (fault)
        return fault;
    struct dsn_part port = take_parameter(reader, STR("port")), host = take_parameter(reader, STR("host"));
    struct dsn_part database = take_parameter(reader, STR("database"));
    if (!part_filled(&reader->reading->database))
        reader->reading->database = database.present ? database : reader->reading->database;
    drop_credentials(reader);
    unset_if_empty(&reader->reading->user);
    unset_if_empty(&reader->reading->password);
    unset_if_empty(&reader->reading->database);
    if (is_service(reader) && parts->hosts.len == 0 && !part_filled(&host)) {
        reader->reading->indirect = true;
        return DSN_OK;
    }
    if (parts->hosts.len) {
        struct dsn_part list = reader_part(reader, parts->hosts, parts->hosts);
        /* the port is looked at before the query is: only the authority's counts there */
        return asyncpg_hosts(reader, &list, ESCAPES_LENIENT, &(struct dsn_part){0});
    }
    postgres_socket_directory(&host);
    if (part_filled(&host))
        return asyncpg_hosts(reader, &host, ESCAPES_LITERAL, &port);
    int32_t number = POSTGRES_PORT; /* to older releases one port does not match five places to try */
    bool is_one = reader->rules->one_port_for_all && port_parse(port.text, 0, true, &number);
    return part_filled(&port) && !is_one ? DSN_BAD_PORT : asyncpg_default(reader, port, number);
}

/* --- pgx */

/* isIPOnly(): an address, or a text without a port. */
static bool is_place_alone(str item)
{
    return !str_has_byte(item, ':') || host_is_ipv6(str_trim_bytes(item, STR("[]")));
}

/* One more of a comma list; its part is given from then on, though it may be empty. */
static void add_entry(
    struct reader *reader, struct buf *list, str hosts, str entry, struct dsn_part *ret_part)
{
    if (ret_part->present)
        buf_byte(list, ',');
    buf_str(list, entry);
    *ret_part = reader_part(reader, hosts, buf_view(list));
}

/* parseURLSettings(): empty members vanish, ports go into a list of their own. */
static enum dsn_error pgx_place(struct reader *reader, str hosts, struct postgres_place *place)
{
    str decoded, item, host, port;
    if (!escapes_decode(reader->arena, hosts, ESCAPES_GO_HOST, false, &decoded))
        return reader_fail(reader, hosts.ptr, DSN_BAD_ESCAPE);
    struct buf host_list = buf_new(reader->arena, decoded.len + 1);
    struct buf port_list = buf_new(reader->arena, decoded.len + 1);
    for (str rest = decoded; rest.len && str_next(&rest, ',', &item);) {
        if (item.len == 0)
            continue;
        if (is_place_alone(item)) {
            add_entry(reader, &host_list, hosts, str_trim_bytes(item, STR("[]")), &place->host);
            continue;
        }
        if (!go_split_host_port(item, &host, &port))
            return reader_fail(reader, hosts.ptr, DSN_BAD_HOST);
        if (host.len)
            add_entry(reader, &host_list, hosts, host, &place->host);
        if (port.len)
            add_entry(reader, &port_list, hosts, port, &place->port);
    }
    return DSN_OK;
}

enum dsn_error pgx_finish(struct reader *reader, const struct url_parts *parts)
{
    struct postgres_place place = {0};
    bool one;
    enum dsn_error error = one_host(reader, parts->hosts, &place, &one);
    unset_if_empty(&place.host);
    unset_if_empty(&place.port);
    if (!one || find_any(parts->hosts, STR("%]")) != STR_NONE || str_has_byte(place.port.text, ':')) {
        place = (struct postgres_place){0};
        error = pgx_place(reader, parts->hosts, &place);
    }
    if (error)
        return error;
    override_place(reader, &place);
    drop_credentials(reader);
    struct dsn_part *database = &reader->reading->database;
    while (database->text.len && database->text.ptr[0] == '/') /* strings.TrimLeft */
        *database = part_slice(*database, 1, database->text.len);
    if (is_service(reader)) {
        reader->reading->indirect = true;
        return DSN_OK;
    }
    return pgx_connect(reader, &place);
}
