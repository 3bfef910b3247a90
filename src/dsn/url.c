#include "dsn/url.h"

#include "base/limit.h"
#include "dsn/common.h"
#include "dsn/family.h"
#include "dsn/library.h"

#define CURL_FORBIDDEN_BYTES STR(" \r\n\t/:#?!@{}[]\\$'\"^`*<>=;,+&()") /* lib/urlapi.c */

str url_scheme(str text)
{
    size_t length = 0;
    while (
        length < text.len && (byte_is_name(text.ptr[length]) || str_has_byte(STR("+-."), text.ptr[length])))
        length++;
    bool ended = length < text.len && text.ptr[length] == ':';
    return ended && length > 0 && byte_is_letter(text.ptr[0]) ? str_take(text, length) : STR("");
}

bool part_filled(const struct dsn_part *part)
{
    return part->present && part->text.len > 0;
}

/* --- scheme */

/* Spelled as SQLAlchemy ([\w+]+) or RFC 3986 wants it, and one of the client's list. */
static bool is_accepted_scheme(const struct url_rules *rules, str scheme)
{
    str refused = rules->userinfo == USERINFO_SQLALCHEMY ? STR("-.")
                  : rules->library == LIBRARY_OWN        ? STR("")
                                                         : STR("_");
    if (rules->schemes == NULL)
        return scheme.len > 0 && find_any(scheme, refused) == STR_NONE;
    for (const str *it = rules->schemes; it->len != 0; it++)
        if (rules->scheme_case ? str_eq(*it, scheme) : str_eq_fold(*it, scheme))
            return true;
    return false;
}

/* How many of the slashes at the front announce an authority; 0: there is none. */
static size_t authority_slashes(const struct url_rules *rules, str scheme, str rest)
{
    bool special = library_is_special(rules, scheme);
    size_t count = 0;
    while (count < rest.len && (rest.ptr[count] == '/' || (special && rest.ptr[count] == '\\')))
        count++;
    if (special) /* any number of them, even none */
        return count;
    if (rules->library == LIBRARY_CURL)
        return count <= 3 ? count : 0;
    return count >= 2 ? 2 : 0;
}

static enum dsn_error split_scheme(struct reader *reader, str *text, struct url_parts *parts)
{
    parts->scheme = text->ptr == reader->scheme.ptr ? reader->scheme : url_scheme(*text);
    if (!is_accepted_scheme(reader->rules, parts->scheme))
        return reader_fail(reader, text->ptr, DSN_BAD_SCHEME);
    str rest = str_skip(*text, parts->scheme.len + 1);
    size_t slashes = authority_slashes(reader->rules, parts->scheme, rest);
    bool optional = reader->rules->library == LIBRARY_PYTHON || reader->rules->library == LIBRARY_WHATWG;
    parts->has_authority = slashes > 0 || library_is_special(reader->rules, parts->scheme);
    if (!parts->has_authority && !optional)
        return reader_fail(reader, rest.ptr, DSN_BAD_SCHEME);
    *text = str_skip(rest, slashes);
    return DSN_OK;
}

/* --- authority, path, query */

static void set_userinfo(struct url_parts *parts, str userinfo)
{
    struct str_cut cut = str_cut_byte(userinfo, ':');
    parts->userinfo = userinfo;
    parts->user = cut.head;
    parts->password = cut.tail;
    parts->has_userinfo = true;
    parts->has_password = cut.found;
}

/* Everything behind the hosts. */
static void set_rest(const struct url_rules *rules, struct url_parts *parts, str rest)
{
    if (rules->fragment) {
        struct str_cut cut = str_cut_byte(rest, '#');
        parts->fragment = cut.tail;
        rest = cut.head;
    }
    struct str_cut query = str_cut_byte(rest, '?');
    parts->query = query.tail;
    parts->has_query = query.found;
    parts->has_path = query.head.len > 0;
    parts->path = query.head;
}

static size_t find_or_end(str text, str bytes)
{
    size_t at = find_any(text, bytes);
    return at == STR_NONE ? text.len : at;
}

/* Cuts the authority first, the userinfo inside it. */
static void split_standard(const struct reader *reader, str text, struct url_parts *parts)
{
    const struct url_rules *rules = reader->rules;
    str ends = library_is_special(rules, parts->scheme) ? STR("/?#\\") : STR("/?#");
    size_t end = parts->has_authority ? find_or_end(text, ends) : 0;
    parts->authority = str_take(text, end);
    struct str_cut at = rules->userinfo == USERINFO_FIRST_AT ? str_cut_byte(parts->authority, '@')
                                                             : str_rcut_byte(parts->authority, '@');
    parts->hosts = at.found ? at.tail : parts->authority;
    if (at.found)
        set_userinfo(parts, at.head);
    set_rest(rules, parts, str_skip(text, end));
}

/* conninfo_uri_parse_options(): an @ counts when it stands before the first /, whatever lies between. */
static void split_libpq(const struct reader *reader, str text, struct url_parts *parts)
{
    size_t at = find_any(text, STR("@/"));
    if (at != STR_NONE && text.ptr[at] == '@') {
        /* the password ends at the first @ behind the first colon, and that is the same @ */
        set_userinfo(parts, str_take(text, at));
        text = str_skip(text, at + 1);
    }
    size_t end = 0;
    while (end < text.len && text.ptr[end] != '/' && text.ptr[end] != '?') {
        size_t close = text.ptr[end] == '[' && (end == 0 || text.ptr[end - 1] == ',')
                           ? str_find_byte(str_skip(text, end), ']')
                           : STR_NONE;
        end += close == STR_NONE ? 1 : close + 1;
    }
    parts->hosts = str_take(text, end);
    set_rest(reader->rules, parts, str_skip(text, end));
}

/* _parse_url(): user [^:/]*, password [^@]*, host [^/:?]+ or [..], port [^/?]*, database [^?]*. */
static void split_sqlalchemy(const struct reader *reader, str text, struct url_parts *parts)
{
    size_t colon = find_or_end(text, STR(":/"));
    bool has_colon = colon < text.len && text.ptr[colon] == ':';
    size_t at = has_colon ? str_find_byte(str_skip(text, colon), '@') : STR_NONE;
    if (at != STR_NONE) {
        set_userinfo(parts, str_take(text, colon + at));
        parts->user = str_take(text, colon);
        parts->password = str_slice(text, colon + 1, colon + at);
        text = str_skip(text, colon + at + 1);
    } else if ((at = str_rfind_byte(str_take(text, colon), '@')) != STR_NONE) {
        parts->user = parts->userinfo = str_take(text, at);
        parts->has_userinfo = true;
        text = str_skip(text, at + 1);
    }
    size_t end = find_or_end(text, STR("/?"));
    parts->hosts = str_take(text, end);
    size_t close = str_rfind_byte(parts->hosts, ']');
    bool literal = close != STR_NONE && close > 1 && parts->hosts.ptr[0] == '[';
    if (literal && close + 1 < end && text.ptr[close + 1] != ':')
        parts->hosts = str_take(text, close + 1); /* the pattern is not anchored: the rest goes unread */
    else
        set_rest(reader->rules, parts, str_skip(text, end));
}

/* The last @ before the path; # is a letter like any other. */
static void split_rest(const struct reader *reader, str text, struct url_parts *parts)
{
    size_t end = find_or_end(text, STR("/?"));
    size_t at = str_rfind_byte(str_take(text, end), '@');
    if (at != STR_NONE) {
        set_userinfo(parts, str_take(text, at));
        text = str_skip(text, at + 1);
        end = find_or_end(text, STR("/?"));
    }
    parts->hosts = str_take(text, end);
    set_rest(reader->rules, parts, str_skip(text, end));
}

static void (*const splitters[])(const struct reader *, str, struct url_parts *) = {
    [USERINFO_FIRST_AT] = split_standard,
    [USERINFO_LAST_AT] = split_standard,
    [USERINFO_LIBPQ] = split_libpq,
    [USERINFO_SQLALCHEMY] = split_sqlalchemy,
    [USERINFO_REST] = split_rest,
};

/* --- hosts */

struct host_port {
    str host, port;
    bool has_port, bracketed;
};

/* Splits one "host:port" or "[v6]:port". False: text behind the bracket, or no closing one. */
static bool cut_host_port(const struct url_rules *rules, str item, struct host_port *ret)
{
    *ret = (struct host_port){.host = item};
    if (item.len && item.ptr[0] == '[') {
        size_t close = rules->library == LIBRARY_GO || rules->userinfo == USERINFO_SQLALCHEMY
                           ? str_rfind_byte(item, ']')
                           : str_find_byte(item, ']');
        bool literal = rules->userinfo == USERINFO_SQLALCHEMY && (close == STR_NONE || close == 1);
        if (close == STR_NONE && !literal)
            return false;
        if (!literal) {
            ret->bracketed = true;
            ret->host = str_slice(item, 1, close);
            str rest = str_skip(item, close + 1);
            ret->has_port = rest.len > 0 && rest.ptr[0] == ':';
            ret->port = str_skip(rest, 1);
            return rest.len == 0 || ret->has_port || rules->userinfo == USERINFO_SQLALCHEMY;
        }
    }
    struct str_cut cut = rules->library == LIBRARY_GO ? str_rcut_byte(item, ':') : str_cut_byte(item, ':');
    if (cut.found)
        *ret = (struct host_port){.host = cut.head, .port = cut.tail, .has_port = true};
    return true;
}

/* hostname_check() and ipv6_parse(), after decoding. */
static bool curl_host_ok(str host, bool bracketed)
{
    struct str_cut zone = str_cut_byte(host, '%');
    if (bracketed)
        return host_is_ipv6(zone.head) && !(zone.found && zone.tail.len == 0);
    return find_any(host, CURL_FORBIDDEN_BYTES) == STR_NONE;
}

static enum dsn_error add_host(struct reader *reader, str item)
{
    const struct url_rules *rules = reader->rules;
    struct host_port cut;
    if (!cut_host_port(rules, item, &cut))
        return reader_fail(reader, item.ptr, DSN_BAD_HOST);
    struct dsn_part host, port = {0};
    enum dsn_error error = DSN_OK;
    str decoded;
    bool is_literal = cut.bracketed && rules->library == LIBRARY_CURL; /* never decoded: the zone says %25 */
    enum escapes escapes = is_literal ? ESCAPES_LITERAL : rules->escapes.host;
    if (!escapes_decode(reader->arena, cut.host, escapes, rules->plus_is_blank, &decoded))
        return reader_fail(reader, cut.host.ptr, DSN_BAD_HOST);
    if (rules->library == LIBRARY_CURL && !curl_host_ok(decoded, cut.bracketed))
        return reader_fail(reader, cut.host.ptr, DSN_BAD_HOST);
    host = reader_part(reader, cut.host, decoded);
    if (cut.bracketed && rules->library == LIBRARY_WHATWG)
        host.text = host_canonical(reader->arena, host.text);
    if (rules->lower_host)
        host.text = arena_lower(reader->arena, host.text);
    int32_t number = 0;
    if (cut.has_port) {
        port = reader_part(reader, cut.port, cut.port);
        if (cut.port.len == 0 && rules->empty_port_refused)
            error = DSN_BAD_PORT;
        else if (cut.port.len > 0 &&
                 !port_parse(cut.port, rules->min_port, rules->userinfo == USERINFO_SQLALCHEMY, &number))
            error = DSN_BAD_PORT;
    }
    if (error)
        reader_fail(reader, cut.port.ptr, error);
    else if (number == 0 &&
             rules->userinfo == USERINFO_SQLALCHEMY) /* translate_connect_args() leaves 0 out */
        port = (struct dsn_part){0};
    if (cut.host.len == 0 && !cut.has_port)
        host.present = false;
    enum dsn_error added = reader_add_host(reader, host, port, number);
    return added ? added : error;
}

static enum dsn_error read_hosts(struct reader *reader, const struct url_parts *parts)
{
    if (parts->hosts.len == 0 || reader->rules->hosts == HOSTS_LATER)
        return DSN_OK;
    if (reader->rules->hosts == HOSTS_ONE)
        return add_host(reader, parts->hosts);
    str rest = parts->hosts, item;
    while (str_next(&rest, ',', &item)) {
        enum dsn_error error = add_host(reader, item);
        if (error)
            return error;
    }
    return DSN_OK;
}

/* --- userinfo, database, query */

static enum dsn_error read_userinfo(struct reader *reader, const struct url_parts *parts)
{
    const struct url_rules *rules = reader->rules;
    struct dsn_reading *reading = reader->reading;
    if (!parts->has_userinfo)
        return DSN_OK;
    str text;
    if (!escapes_decode(reader->arena, parts->user, rules->escapes.userinfo, rules->plus_is_blank, &text))
        return reader_fail(reader, parts->user.ptr, DSN_BAD_ESCAPE);
    reading->user = reader_part(reader, parts->user, text);
    if (!parts->has_password)
        return DSN_OK;
    if (!escapes_decode(reader->arena, parts->password, rules->escapes.userinfo, rules->plus_is_blank, &text))
        return reader_fail(reader, parts->password.ptr, DSN_BAD_ESCAPE);
    reading->password = reader_part(reader, parts->password, text);
    return DSN_OK;
}

static enum dsn_error read_database(struct reader *reader, const struct url_parts *parts)
{
    str path = parts->path;
    if (path.len && path.ptr[0] == '/')
        path = str_skip(path, 1);
    if (!parts->has_path || reader->family->plain_path)
        return DSN_OK;
    return reader_decode(
        reader, path, reader->rules->escapes.database, DSN_BAD_ESCAPE, &reader->reading->database);
}

static enum dsn_error add_pair(struct reader *reader, str key, str value)
{
    const struct url_rules *rules = reader->rules;
    bool plus = rules->query != QUERY_LIBPQ && rules->query != QUERY_PLAIN;
    str key_text, value_text;
    if (!escapes_decode(reader->arena, key, rules->escapes.query, plus, &key_text) ||
        !escapes_decode(reader->arena, value, rules->escapes.query, plus, &value_text))
        return reader_fail(reader, key.ptr, DSN_BAD_ESCAPE);
    return reader_add_parameter(
        reader, reader_part(reader, key, key_text), reader_part(reader, value, value_text));
}

/* One pair between ampersands, by the client's idea of a query. */
static enum dsn_error read_pair(struct reader *reader, str pair)
{
    struct str_cut cut = str_cut_byte(pair, '=');
    str decoded;
    switch (reader->rules->query) {
    case QUERY_LIBPQ:
        if (!cut.found || str_has_byte(cut.tail, '='))
            return reader_fail(reader, pair.ptr, DSN_BAD_PARAMETER);
        break;
    case QUERY_PYTHON_STRICT:
        if (!cut.found)
            return reader_fail(reader, pair.ptr, DSN_BAD_PARAMETER);
        __attribute__((fallthrough));
    case QUERY_PYTHON:
        if (cut.tail.len == 0)
            return DSN_OK;
        break;
    case QUERY_GO:
        if (str_has_byte(pair, ';') || !escapes_decode(reader->arena, pair, ESCAPES_STRICT, false, &decoded))
            return DSN_OK;
        __attribute__((fallthrough));
    case QUERY_FORM:
    case QUERY_PLAIN:
        if (pair.len == 0)
            return DSN_OK;
        break;
    }
    return add_pair(reader, cut.head, cut.found ? cut.tail : str_skip(pair, pair.len));
}

/* Room for as many parameters as there are pairs. */
static void reserve_parameters(struct reader *reader, str query)
{
    size_t pairs = 1, most = limit_value(LIMIT_DSN_PARAMETERS);
    for (size_t i = 0; i < query.len && pairs < most; i++)
        pairs += query.ptr[i] == '&';
    vec_reserve(reader->arena, &reader->reading->parameters, pairs);
}

static enum dsn_error read_query(struct reader *reader, const struct url_parts *parts)
{
    str rest = parts->query, pair;
    bool libpq = reader->rules->query == QUERY_LIBPQ;
    if (rest.len == 0)
        return DSN_OK;
    reserve_parameters(reader, rest);
    while (str_next(&rest, '&', &pair)) {
        if (libpq && pair.len == 0 && pair.ptr == parts->query.ptr + parts->query.len)
            break; /* a trailing & */
        enum dsn_error error = read_pair(reader, pair);
        if (error)
            return error;
    }
    return DSN_OK;
}

/* --- overrides */

const struct dsn_parameter *url_parameter(const struct reader *reader, str key)
{
    return reader->rules->first_counts ? reader_first_parameter(reader, key) : reader_parameter(reader, key);
}

static const struct dsn_parameter *find_key(const struct reader *reader, const str *keys)
{
    const struct dsn_parameter *found = NULL;
    for (const str *key = keys; key && key->len != 0; key++) {
        const struct dsn_parameter *it = url_parameter(reader, *key);
        if (it && (it->value.text.len || reader->rules->query == QUERY_GO))
            found = it;
    }
    return found;
}

static void override_part(const struct reader *reader, const str *keys, struct dsn_part *part)
{
    if (reader->rules->override == OVERRIDE_AUTHORITY && part_filled(part))
        return;
    const struct dsn_parameter *found = find_key(reader, keys);
    if (found)
        *part = found->value;
}

/* A client with one host: the query names another one, or another port, or fills what is not given. */
static enum dsn_error override_host(struct reader *reader)
{
    dsn_hosts *hosts = &reader->reading->hosts;
    bool fills = reader->rules->override == OVERRIDE_AUTHORITY;
    struct dsn_host old = hosts->count ? hosts->items[0] : (struct dsn_host){0};
    const struct dsn_parameter *host =
        fills && part_filled(&old.host) ? NULL : find_key(reader, reader->rules->keys->host);
    const struct dsn_parameter *port =
        fills && part_filled(&old.port_part) ? NULL : find_key(reader, reader->rules->keys->port);
    if (host == NULL && port == NULL)
        return DSN_OK;
    int32_t number = old.port;
    if (port && !port_parse(port->value.text, reader->rules->min_port, false, &number))
        return DSN_BAD_PORT;
    hosts->count = 0;
    return reader_add_host(reader, host ? host->value : old.host, port ? port->value : old.port_part, number);
}

static void override_login(struct reader *reader)
{
    const struct override_keys *keys = reader->rules->keys;
    vec_each(struct dsn_parameter *, it, &reader->reading->parameters) /* whatever the client calls it */
        for (const str *key = keys->password; key && key->len != 0; key++)
            it->secret = it->secret || str_eq(it->key.text, *key);
    struct dsn_part *user = &reader->reading->user, *password = &reader->reading->password;
    if (keys->login_at_once && (part_filled(user) || part_filled(password)))
        return;
    override_part(reader, keys->user, user);
    override_part(reader, keys->password, password);
}

static enum dsn_error apply_overrides(struct reader *reader)
{
    const struct override_keys *keys = reader->rules->keys;
    if (reader->rules->override == OVERRIDE_NONE || keys == NULL)
        return DSN_OK;
    override_login(reader);
    override_part(reader, keys->database, &reader->reading->database);
    return keys->host ? override_host(reader) : DSN_OK;
}

/* Splits and decodes, before overrides and what the client makes of the parts. */
static enum dsn_error take_apart(struct reader *reader, struct url_parts *ret_parts)
{
    str text;
    enum dsn_error error = library_prepare(reader, &text);
    if (!error)
        error = split_scheme(reader, &text, ret_parts);
    if (error)
        return error;
    splitters[reader->rules->userinfo](reader, text, ret_parts);
    enum dsn_error (*const steps[])(struct reader *, const struct url_parts *) = {
        library_check,
        read_userinfo,
        read_hosts,
        read_database,
        read_query,
    };
    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        error = steps[i](reader, ret_parts);
        if (error)
            return error;
    }
    return DSN_OK;
}

/* What the client takes for granted, and whether it takes the scheme at all. */
static enum dsn_error conclude(const struct url_rules *rules, str scheme, struct dsn_reading *reading)
{
    if (rules->defaults)
        rules->defaults(reading);
    return rules->loads && !rules->loads(scheme) ? DSN_BAD_SCHEME : DSN_OK;
}

static enum dsn_error finish(struct reader *reader, const struct url_parts *parts)
{
    enum dsn_error fault = apply_overrides(reader);
    if (!fault && reader->rules->finish)
        fault = reader->rules->finish(reader, parts);
    if (fault)
        return fault;
    fault = conclude(reader->rules, parts->scheme, reader->reading);
    return fault ? reader_fail(reader, parts->scheme.ptr, fault) : DSN_OK;
}

static enum dsn_error read_alone(struct reader *reader)
{
    struct url_parts parts = {0};
    enum dsn_error error = take_apart(reader, &parts);
    return error ? error : finish(reader, &parts);
}

/* RFC 3986, kindly, for strings on which nothing depends on that. */
static const struct url_rules common_rules = {
    .userinfo = USERINFO_LAST_AT,
    .hosts = HOSTS_LIST,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT},
};

bool url_read_common(const struct reader *reader, unsigned kinds, struct url_common *ret)
{
    if (!common_is_possible(reader, kinds))
        return false;
    *ret = (struct url_common){0};
    struct reader common = *reader;
    common.rules = &common_rules;
    common.reading = &ret->reading;
    return take_apart(&common, &ret->parts) == DSN_OK && common_is_settled(reader, kinds, ret);
}

enum dsn_error url_read(struct reader *reader)
{
    if (!reader->common || !common_serves(reader->common, reader->rules)) {
        reader->common = NULL;
        return read_alone(reader);
    }
    if (!is_accepted_scheme(reader->rules, reader->scheme))
        return reader_fail(reader, reader->text.ptr, DSN_BAD_SCHEME);
    common_adopt(reader);
    return finish(reader, &reader->common->parts);
}

enum dsn_error url_adopt(
    const struct url_common *common, const struct url_rules *rules, struct dsn_reading *reading)
{
    if (!is_accepted_scheme(rules, common->parts.scheme))
        return DSN_BAD_SCHEME;
    *reading = common->reading;
    return conclude(rules, common->parts.scheme, reading);
}
