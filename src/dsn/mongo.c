#include "dsn/mongo.h"

#include "dsn/url.h"

static bool userinfo_ok(const struct url_parts *parts)
{
    return !parts->has_userinfo ||
           (parts->user.len > 0 && !str_has_byte(parts->userinfo, '@') &&
               !str_has_byte(parts->password, ':') && !has_bare_percent(parts->userinfo));
}

static const struct dsn_parameter *OR_NULL option(const struct reader *reader, str name)
{
    const str names[] = {name, {0}};
    return name.len ? reader_parameter_fold(reader, names) : NULL;
}

static bool has_option(const struct reader *reader, str name, str value)
{
    const struct dsn_parameter *found = option(reader, name);
    return found && (value.len == 0 || str_eq(found->value.text, value));
}

/* tls and ssl are one option under two names. */
static bool tls_agrees(const struct reader *reader)
{
    const struct dsn_parameter *tls = option(reader, STR("tls")), *ssl = option(reader, STR("ssl"));
    return tls == NULL || ssl == NULL || str_eq(tls->value.text, ssl->value.text);
}

/* Options that may not stand together; a value of none is any. */
static const struct {
    str name, value, other, other_value;
} contradictions[] = {
    {STR_INIT("tlsInsecure"), {0}, STR_INIT("tlsAllowInvalidCertificates"), {0}},
    {STR_INIT("tlsInsecure"), {0}, STR_INIT("tlsAllowInvalidHostnames"), {0}},
    {STR_INIT("tlsInsecure"), {0}, STR_INIT("tlsDisableOCSPEndpointCheck"), {0}},
    {STR_INIT("tlsInsecure"), {0}, STR_INIT("tlsDisableCertificateRevocationCheck"), {0}},
    {STR_INIT("tlsAllowInvalidCertificates"), {0}, STR_INIT("tlsDisableOCSPEndpointCheck"), {0}},
    {STR_INIT("tlsAllowInvalidCertificates"), {0}, STR_INIT("tlsDisableCertificateRevocationCheck"), {0}},
    {STR_INIT("tlsDisableOCSPEndpointCheck"), {0}, STR_INIT("tlsDisableCertificateRevocationCheck"), {0}},
    {STR_INIT("loadBalanced"), STR_INIT("true"), STR_INIT("directConnection"), STR_INIT("true")},
    {STR_INIT("loadBalanced"), STR_INIT("true"), STR_INIT("replicaSet"), {0}},
};

static bool options_agree(const struct reader *reader)
{
    for (size_t i = 0; i < ARRAY_COUNT(contradictions); i++)
        if (has_option(reader, contradictions[i].name, contradictions[i].value) &&
            has_option(reader, contradictions[i].other, contradictions[i].other_value))
            return false;
    return tls_agrees(reader);
}

/* Options that speak of one server, of several, or of the DNS. */
static bool options_fit_hosts(const struct reader *reader, bool srv)
{
    const struct dsn_parameter *most = option(reader, STR("srvMaxHosts"));
    bool is_direct = has_option(reader, STR("directConnection"), STR("true"));
    bool is_balanced = has_option(reader, STR("loadBalanced"), STR("true"));
    if (!srv && (most || option(reader, STR("srvServiceName"))))
        return false;
    if (srv && most && !str_eq(most->value.text, STR("0")) &&
        (is_balanced || option(reader, STR("replicaSet"))))
        return false;
    return !((is_direct || is_balanced) && reader->reading->hosts.count > 1) && !(is_direct && srv);
}

static size_t count_options(const struct reader *reader, str name)
{
    size_t count = 0;
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters)
        count += str_eq_fold(it->key.text, name);
    return count;
}

/* Each option of a proxy once, a login whole, and none of them without the proxy's host. */
static bool proxy_is_whole(const struct reader *reader)
{
    static const str names[] = {
        STR_INIT("proxyHost"), STR_INIT("proxyPort"), STR_INIT("proxyUsername"), STR_INIT("proxyPassword")};
    size_t counts[ARRAY_COUNT(names)];
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        counts[i] = count_options(reader, names[i]);
        if (counts[i] > 1 || (counts[i] && !counts[0]))
            return false;
    }
    return counts[2] == counts[3];
}

/* What a mechanism demands of the login; for OIDC and AWS a program may bring more than the URL. */
static const struct {
    str name;
    bool needs_user, refuses_password, is_external;
} mechanisms[] = {
    {STR_INIT("GSSAPI"), .needs_user = true, .is_external = true},
    {STR_INIT("MONGODB-X509"), .refuses_password = true, .is_external = true},
    {STR_INIT("MONGODB-OIDC"), .refuses_password = true},
    {STR_INIT("PLAIN"), .needs_user = true},
    {STR_INIT("MONGODB-CR"), .needs_user = true},
    {STR_INIT("SCRAM-SHA-1"), .needs_user = true},
    {STR_INIT("SCRAM-SHA-256"), .needs_user = true},
};

static bool login_fits(const struct reader *reader)
{
    const struct dsn_parameter *source = option(reader, STR("authSource"));
    const struct dsn_reading *reading = reader->reading;
    if (source && source->value.text.len == 0)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(mechanisms); i++)
        if (has_option(reader, STR("authMechanism"), mechanisms[i].name))
            return !(mechanisms[i].needs_user && reading->user.text.len == 0) &&
                   !(mechanisms[i].refuses_password && reading->password.present) &&
                   !(mechanisms[i].is_external && source && !str_eq(source->value.text, STR("$external")));
    return true;
}

static enum dsn_error check_hosts(struct reader *reader, bool srv)
{
    const dsn_hosts *hosts = &reader->reading->hosts;
    if (hosts->count == 0 || (srv && (hosts->count != 1 || hosts->items[0].port_part.present)))
        return DSN_BAD_HOST;
    vec_each(struct dsn_host *, it, hosts) {
        if (it->host.text.len == 0)
            return DSN_BAD_HOST;
        if (str_ends(it->host.text, STR(".sock")) && str_has_byte(it->host.text, '/'))
            it->class = HOST_CLASS_SOCKET;
        else if (!reader->rules->lower_host)
            it->host.text = arena_lower(reader->arena, it->host.text);
    }
    return DSN_OK;
}

/* An option without a value. */
static bool has_bare_option(str query)
{
    for (str pair; query.len && str_next(&query, '&', &pair);)
        if (pair.len && !str_has_byte(pair, '='))
            return true;
    return false;
}

static enum dsn_error finish(struct reader *reader, const struct url_parts *parts)
{
    bool srv = str_ends_fold(parts->scheme, STR("+srv"));
    if (has_bare_option(parts->query))
        return reader_fail(reader, parts->query.ptr, DSN_BAD_PARAMETER);
    if (!userinfo_ok(parts))
        return reader_fail(reader, parts->userinfo.ptr, DSN_BAD_USERINFO);
    enum dsn_error error = check_hosts(reader, srv);
    if (error)
        return reader_fail(reader, parts->hosts.ptr, error);
    if (find_any(reader->reading->database.text, STR("/\\ \"$")) != STR_NONE)
        return reader_fail(reader, parts->path.ptr, DSN_BAD_DATABASE);
    bool fits = options_agree(reader) && options_fit_hosts(reader, srv) && login_fits(reader);
    return fits ? DSN_OK : reader_fail(reader, parts->query.ptr, DSN_BAD_PARAMETER);
}

enum dsn_error mongo_finish(struct reader *reader, const struct url_parts *parts)
{
    enum dsn_error error = finish(reader, parts);
    if (!error && !proxy_is_whole(reader))
        return reader_fail(reader, parts->query.ptr, DSN_BAD_PARAMETER);
    return error;
}

enum dsn_error pymongo_finish(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_part *database = &reader->reading->database;
    size_t collection = str_find_byte(database->text, '.');
    if (collection != STR_NONE)
        *database = part_slice(*database, 0, collection);
    return finish(reader, parts);
}
