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

/* What a mechanism demands of the login and of authMechanismProperties. */
struct mechanism {
    str name;
    bool needs_user, refuses_password, is_external;
    bool needs_password; /* of a user who is named */
    bool (*fits)(str properties, const struct dsn_reading *reading);
};

/* The value of NAME:VALUE in a comma list, an empty one where it is not there. */
static str property(str properties, str name)
{
    for (str pair; properties.len && str_next(&properties, ',', &pair);) {
        struct str_cut cut = str_cut_byte(pair, ':');
        if (cut.found && str_eq_fold(cut.head, name))
            return cut.tail;
    }
    return STR("");
}

static bool gssapi_fits(str properties, const struct dsn_reading *reading)
{
    static const str values[] = {STR_INIT("true"), STR_INIT("false"), STR_INIT("none"), STR_INIT("forward"),
        STR_INIT("forwardAndReverse")};
    (void)reading;
    str value = property(properties, STR("CANONICALIZE_HOST_NAME"));
    return value.len == 0 || STR_IS_IN(value, values);
}

/* A session's token belongs to keys. */
static bool aws_fits(str properties, const struct dsn_reading *reading)
{
    return property(properties, STR("AWS_SESSION_TOKEN")).len == 0 || part_filled(&reading->user);
}

/* Without properties the program brings a callback; what none can bring is a place that nobody knows. */
static bool oidc_fits(str properties, const struct dsn_reading *reading)
{
    static const str names[] = {STR_INIT("ENVIRONMENT"), STR_INIT("TOKEN_RESOURCE")};
    static const str places[] = {STR_INIT("test"), STR_INIT("azure"), STR_INIT("gcp"), STR_INIT("k8s")};
    for (str rest = properties, pair; rest.len && str_next(&rest, ',', &pair);) {
        struct str_cut cut = str_cut_byte(pair, ':');
        if (cut.found && !STR_IS_IN_FOLD(cut.head, names)) /* what is no pair is passed over */
            return false;
    }
    str place = property(properties, STR("ENVIRONMENT"));
    bool is_cloud = str_eq(place, STR("azure")) || str_eq(place, STR("gcp"));
    bool is_test_user = str_eq(place, STR("test")) && part_filled(&reading->user);
    return place.len == 0 || (STR_IS_IN(place, places) && !is_test_user &&
                                 !(is_cloud && property(properties, STR("TOKEN_RESOURCE")).len == 0));
}

static const struct mechanism mechanisms[] = {
    {STR_INIT("GSSAPI"), .needs_user = true, .is_external = true, .fits = gssapi_fits},
    {STR_INIT("MONGODB-X509"), .refuses_password = true, .is_external = true},
    {STR_INIT("MONGODB-OIDC"), .refuses_password = true, .is_external = true, .fits = oidc_fits},
    {STR_INIT("MONGODB-AWS"), .needs_password = true, .is_external = true, .fits = aws_fits},
    {STR_INIT("PLAIN"), .needs_user = true},
    {STR_INIT("MONGODB-CR"), .needs_user = true},
    {STR_INIT("SCRAM-SHA-1"), .needs_user = true},
    {STR_INIT("SCRAM-SHA-256"), .needs_user = true},
};

static bool mechanism_fits(const struct mechanism *mechanism, const struct reader *reader,
    const struct dsn_parameter *OR_NULL source)
{
    const struct dsn_reading *reading = reader->reading;
    const struct dsn_parameter *properties = option(reader, STR("authMechanismProperties"));
    if (mechanism->needs_user && !part_filled(&reading->user))
        return false;
    if (mechanism->needs_password && part_filled(&reading->user) && !reading->password.present)
        return false;
    if (mechanism->refuses_password && reading->password.present)
        return false;
    if (mechanism->is_external && source && !str_eq(source->value.text, STR("$external")))
        return false;
    return !mechanism->fits || !properties || mechanism->fits(properties->value.text, reading);
}

static bool login_fits(const struct reader *reader)
{
    const struct dsn_parameter *source = option(reader, STR("authSource"));
    if (source && source->value.text.len == 0)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(mechanisms); i++)
        if (has_option(reader, STR("authMechanism"), mechanisms[i].name))
            return mechanism_fits(&mechanisms[i], reader, source);
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

/* `raw` is where all servers stand, and what the text of one was decoded from. */
static struct dsn_part part_of_hosts(const struct reader *reader, str raw, str text)
{
    bool is_plain = text.ptr >= raw.ptr && text.ptr + text.len <= raw.ptr + raw.len;
    return reader_part(reader, is_plain ? text : raw, text);
}

static enum dsn_error add_server(struct reader *reader, str raw, str entity)
{
    str host = entity, port = STR("");
    size_t close = str_find(entity, STR("]:"));
    if (str_ends(entity, STR(".sock")))
        return reader_add_host(reader, part_of_hosts(reader, raw, entity), (struct dsn_part){0}, 0);
    struct str_cut cut = str_cut_byte(entity, ':');
    bool is_literal = str_starts(entity, STR("[")), has_port = is_literal ? close != STR_NONE : cut.found;
    if (is_literal && !str_has_byte(entity, ']'))
        return reader_fail(reader, raw.ptr, DSN_BAD_HOST);
    if (has_port) {
        port = is_literal ? str_skip(entity, close + 2) : cut.tail;
        host = is_literal ? str_take(entity, close + 1) : cut.head;
    }
    struct dsn_part place = part_of_hosts(reader, raw, is_literal ? str_slice(host, 1, host.len - 1) : host);
    struct dsn_part number_place = has_port ? part_of_hosts(reader, raw, port) : (struct dsn_part){0};
    int32_t number = 0;
    place.text = arena_lower(reader->arena, place.text);
    if (has_port && !port_parse(port, 1, false, &number))
        return reader_fail_part(reader, &number_place, DSN_BAD_PORT);
    return reader_add_host(reader, place, number_place, number);
}

/* PyMongo 4 decodes all servers at once, before it takes them apart: a%2Cb are two. */
static enum dsn_error split_hosts(struct reader *reader, str raw)
{
    str text;
    if (!escapes_decode(reader->arena, raw, ESCAPES_LENIENT, true, &text))
        return reader_fail(reader, raw.ptr, DSN_BAD_HOST);
    reader->reading->hosts.count = 0;
    for (str entity; str_next(&text, ',', &entity);) {
        enum dsn_error error =
            entity.len ? add_server(reader, raw, entity) : reader_fail(reader, raw.ptr, DSN_BAD_HOST);
        if (error)
            return error;
    }
    return DSN_OK;
}

enum dsn_error pymongo_finish(struct reader *reader, const struct url_parts *parts)
{
    enum dsn_error error = split_hosts(reader, parts->hosts);
    if (error)
        return error;
    struct dsn_part *database = &reader->reading->database;
    if (str_has_byte(database->text, '+') &&
        !escapes_decode(reader->arena, str_skip(parts->path, 1), ESCAPES_LENIENT, true, &database->text))
        return reader_fail(reader, parts->path.ptr, DSN_BAD_ESCAPE);
    size_t collection = str_find_byte(database->text, '.');
    if (collection != STR_NONE)
        *database = part_slice(*database, 0, collection);
    return finish(reader, parts);
}
