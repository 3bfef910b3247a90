#include "rewrite/convert.h"

#include "base/percent.h"
#include "dsn/family.h"
#include "dsn/url.h"

#define USERINFO_ALSO                                                                                        \
    STR("!$&'()*+,;=") /* RFC 3986: sub-delims, which no client takes for a delimiter there */

/* Keys of other forms and what libpq calls them; keys without a row are dropped later, by name. */
static const struct {
    str key, name;
} renamed_keys[] = {
    {STR_INIT("ApplicationName"), STR_INIT("application_name")},
    {STR_INIT("Application Name"), STR_INIT("application_name")},
    {STR_INIT("SSL Mode"), STR_INIT("sslmode")},
    {STR_INIT("SslMode"), STR_INIT("sslmode")},
    {STR_INIT("Root Certificate"), STR_INIT("sslrootcert")},
    {STR_INIT("Timeout"), STR_INIT("connect_timeout")},
    {STR_INIT("connectTimeout"), STR_INIT("connect_timeout")},
    {STR_INIT("Search Path"), STR_INIT("search_path")},
    {STR_INIT("Target Session Attributes"), STR_INIT("target_session_attrs")},
    {STR_INIT("CharSet"), STR_INIT("charset")},
};

/* Keys that have been read into the parts. */
static const str part_keys[] = {STR_INIT("host"), STR_INIT("server"), STR_INIT("data source"),
    STR_INIT("port"), STR_INIT("username"), STR_INIT("user"), STR_INIT("user id"), STR_INIT("uid"),
    STR_INIT("password"), STR_INIT("pwd"), STR_INIT("psw"), STR_INIT("database"), STR_INIT("db"),
    STR_INIT("user name"), STR_INIT("initial catalog"), STR_INIT("userid"), STR_INIT("hostaddr")};

static str renamed_key(str key)
{
    for (size_t i = 0; i < ARRAY_COUNT(renamed_keys); i++)
        if (str_eq_fold(renamed_keys[i].key, key))
            return renamed_keys[i].name;
    return key;
}

/* Npgsql writes VerifyFull, libpq verify-full. */
static str tls_value(struct arena *arena, str key, str value)
{
    if (!str_eq(key, STR("sslmode")))
        return value;
    if (str_eq_fold(value, STR("VerifyFull")))
        return STR("verify-full");
    if (str_eq_fold(value, STR("VerifyCA")))
        return STR("verify-ca");
    return str_eq_fold(value, STR("Required")) ? STR("require") : arena_lower(arena, value);
}

static bool is_placed_elsewhere(const struct dsn_host *host)
{
    return host->class == HOST_CLASS_SOCKET;
}

static void add_parameter(struct buf *buf, bool *first, str key, str value)
{
    buf_byte(buf, *first ? '?' : '&');
    *first = false;
    percent_encode(buf, key, STR(""), false);
    buf_byte(buf, '=');
    percent_encode(buf, value, STR("/:,"), false);
}

static void add_hosts(struct buf *buf, const struct dsn *dsn)
{
    for (size_t i = 0; i < dsn->hosts.count; i++) {
        const struct dsn_host *host = &dsn->hosts.items[i];
        if (is_placed_elsewhere(host))
            continue;
        bool address = str_has_byte(host->host.text, ':');
        if (i > 0)
            buf_byte(buf, ',');
        if (address)
            buf_byte(buf, '[');
        percent_encode(buf, host->host.text, address ? STR(":") : STR(""), false);
        if (address)
            buf_byte(buf, ']');
        bool dialer_default = !host->host.present && family_id_of(dsn->family) == FAMILY_MYSQL;
        if (host->port > 0 && (part_filled(&host->port_part) || dialer_default || dsn->hosts.count > 1))
            buf_printf(buf, ":%d", (int)host->port);
    }
}

static bool is_convertible(const struct dsn *dsn)
{
    enum family_id family = family_id_of(dsn->family);
    if (dsn->error != DSN_OK || dsn->ambiguous || dsn->indirect || dsn->hosts.count == 0)
        return false;
    if (family != FAMILY_POSTGRESQL && family != FAMILY_MYSQL)
        return false;
    bool port = dsn->hosts.items[0].port != 0; /* a name without a port is a dialer of the program */
    return port || is_placed_elsewhere(&dsn->hosts.items[0]);
}

bool convert_to_url(struct arena *arena, const struct dsn *dsn, str *ret_url)
{
    if (!is_convertible(dsn))
        return false;
    bool mysql = family_id_of(dsn->family) == FAMILY_MYSQL, first = true;
    struct buf buf = buf_new(arena, dsn->text.len * 4 + 4096);
    buf_str(&buf, mysql ? STR("mysql://") : STR("postgresql://"));
    percent_encode(&buf, dsn->user.text, USERINFO_ALSO, false);
    if (dsn->password.present) {
        buf_byte(&buf, ':');
        percent_encode(&buf, dsn->password.text, STR("!$&'()*+,;=:"), false);
    }
    if (dsn->user.present || dsn->password.present)
        buf_byte(&buf, '@');
    add_hosts(&buf, dsn);
    if (dsn->database.present) {
        buf_byte(&buf, '/');
        percent_encode(&buf, dsn->database.text, USERINFO_ALSO, false);
    } else if (is_placed_elsewhere(&dsn->hosts.items[0])) {
        buf_byte(&buf, '/');
    }
    vec_each(const struct dsn_host *, it, &dsn->hosts)
        if (is_placed_elsewhere(it) && it->host.present)
            add_parameter(&buf, &first, mysql ? STR("unix_socket") : STR("host"), it->host.text);
    vec_each(const struct dsn_parameter *, it, &dsn->parameters) {
        str key = renamed_key(it->key.text);
        if (!STR_IS_IN_FOLD(it->key.text, part_keys))
            add_parameter(&buf, &first, key, tls_value(arena, key, it->value.text));
    }
    *ret_url = buf_view(&buf);
    return !buf.overflow;
}
