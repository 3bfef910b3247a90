#include "dsn/common.h"

#include "dsn/family.h"
#include "dsn/url.h"

/* One letter for each byte of ASCII, whose low bits are its kind: A ordinary, B %, D +, H odd, P control,
 * ` in pairs. */
static const char kinds_of_bytes[128 + 1] = "PPPPPPPPPPPPPPPP"
                                            "PPPPPPPPPPPPPPPP"
                                            "HHHHHB`HHHHDAAAA"  /*  !"#$%&'()*+,-./ */
                                            "AAAAAAAAAAAHH`HA"  /* 0123456789:;<=>? */
                                            "AAAAAAAAAAAAAAAA"  /* @ABCDEFGHIJKLMNO */
                                            "AAAAAAAAAAAHHHHA"  /* PQRSTUVWXYZ[\]^_ */
                                            "HAAAAAAAAAAAAAAA"  /* `abcdefghijklmno */
                                            "AAAAAAAAAAAHHHAP"; /* pqrstuvwxyz{|}~ */

unsigned byte_kinds(str text)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        kinds |=
            byte < 128 ? (unsigned char)kinds_of_bytes[byte] : KIND_ODD; /* no control byte is among them */
    }
    return kinds & KIND_ALL;
}

/* A name in small letters that no resolver takes for a number, or an address as inet_ntoa(3) writes it. */
static bool is_settled_host(const struct dsn_host *host)
{
    str text = host->host.text;
    size_t label = 0, dots = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '.')
            label = i + 1, dots++;
        else if (text.ptr[i] == '~' || (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z'))
            return false;
    }
    if (label < text.len && byte_is_letter(text.ptr[label]))
        return true;
    return dots == 3 && host->class != HOST_CLASS_NAME && !host_is_short_ipv4(text);
}

/* No leading zero, which one client counts as a digit and another one does not. */
static bool is_settled_port(const struct dsn_host *host)
{
    return !host->port_part.present || (host->port > 0 && host->port_part.text.ptr[0] != '0');
}

static bool are_settled_hosts(const dsn_hosts *hosts)
{
    vec_each(const struct dsn_host *, it, hosts)
        if (!part_filled(&it->host) || !is_settled_host(it) || !is_settled_port(it))
            return false;
    return hosts->count > 0;
}

/*
 * Of user and password: one colon at most, no comma, and escapes of printable ASCII alone, which all clients
 * decode.
 */
static bool is_settled_login(const struct url_parts *parts, bool has_escapes)
{
    if (str_has_byte(parts->password, ':') || str_has_byte(parts->userinfo, ','))
        return false;
    str text = has_escapes ? parts->userinfo : STR("");
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%')
            continue;
        int high = text.len - i > 2 ? byte_hex(text.ptr[i + 1]) : -1, low = byte_hex(text.ptr[i + 2]);
        int value = high * 16 + low;
        if (high < 0 || low < 0 || value <= ' ' || value > '~')
            return false;
    }
    return true;
}

/* Pairs with one = and something on both sides; no delimiter of other parts. */
static bool are_settled_pairs(str query)
{
    for (str rest = query, pair; query.len && str_next(&rest, '&', &pair);) {
        struct str_cut cut = str_cut_byte(pair, '=');
        if (cut.head.len == 0 || cut.tail.len == 0 || str_has_byte(cut.tail, '='))
            return false;
    }
    return find_any(query, STR("?@:")) == STR_NONE;
}

/* Only where they stand for what they are: no @ but the one, no = and & but in the query. */
static bool are_settled_delimiters(str text, unsigned kinds, const struct url_parts *parts)
{
    str before_query = {text.ptr, parts->has_query ? (size_t)(parts->query.ptr - text.ptr) : text.len};
    bool has_pairs = (kinds & KIND_PAIR) && find_any(before_query, STR("=&")) != STR_NONE;
    return !has_pairs && !str_has_byte(parts->userinfo, '@') && !str_has_byte(parts->path, '@');
}

/* Keys that no client takes for more than a setting: whatever else it may mean is left to its rules. */
static const str settings[] = {STR_INIT("application_name"), STR_INIT("channel_binding"), STR_INIT("charset"),
    STR_INIT("connect_timeout"), STR_INIT("connection_limit"), STR_INIT("pgbouncer"),
    STR_INIT("pool_timeout"), STR_INIT("schema"), STR_INIT("sslmode"), STR_INIT("sslrootcert"),
    STR_INIT("target_session_attrs")};

static bool are_settings(const dsn_parameters *parameters)
{
    vec_each(const struct dsn_parameter *, it, parameters)
        if (!STR_IS_IN(it->key.text, settings))
            return false;
    return true;
}

static bool is_whole(const struct reader *reader, const struct url_common *common)
{
    const struct url_parts *parts = &common->parts;
    bool has_login =
        !parts->has_userinfo || (parts->user.len && (!parts->has_password || parts->password.len));
    bool has_database = parts->path.len > 1 && !str_has_byte(str_skip(parts->path, 1), '/');
    return has_login && (has_database || reader->family->plain_path) &&
           are_settings(&common->reading.parameters);
}

bool common_is_possible(const struct reader *reader, unsigned kinds)
{
    str rest = str_skip(reader->text, reader->scheme.len);
    bool is_at_start = reader->scheme.ptr == reader->text.ptr && str_starts(rest, STR("://"));
    bool has_authority = is_at_start && rest.len > 3 && rest.ptr[3] != '/';
    bool has_plus = (kinds & KIND_PLUS) && str_has_byte(rest, '+');
    return has_authority && !has_plus && !(kinds & (KIND_ODD | KIND_CONTROL));
}

bool common_is_settled(const struct reader *reader, unsigned kinds, struct url_common *common)
{
    const struct url_parts *parts = &common->parts;
    str rest = str_skip(reader->text, reader->scheme.len + 3);
    common->has_escapes = (kinds & KIND_PERCENT) != 0;
    common->is_whole = is_whole(reader, common);
    vec_each(const struct dsn_parameter *, it, &common->reading.parameters)
        common->has_secret_parameter = common->has_secret_parameter || it->secret;
    if (common->has_escapes && str_has_byte(str_skip(rest, parts->userinfo.len), '%'))
        return false;
    return are_settled_hosts(&common->reading.hosts) && is_settled_login(parts, common->has_escapes) &&
           are_settled_delimiters(rest, kinds, parts) &&
           (!parts->has_query || (parts->query.len && are_settled_pairs(parts->query)));
}

bool common_serves(const struct url_common *common, const struct url_rules *rules)
{
    bool is_quoted = rules->quotes_without_path && !common->parts.has_path;
    return !is_quoted && !(common->has_escapes && rules->escapes.userinfo == ESCAPES_LITERAL) &&
           (common->reading.hosts.count == 1 || rules->hosts == HOSTS_LIST);
}

bool common_is_finished(const struct url_common *common, const struct url_rules *rules)
{
    bool is_settled = rules->finish == NULL || rules->finishes_odd_only;
    if (!common->is_whole || !is_settled || !common_serves(common, rules))
        return false;
    for (size_t i = 0; rules->knows && i < common->reading.parameters.count; i++)
        if (!rules->knows(common->reading.parameters.items[i].key.text))
            return false;
    return true;
}

void common_adopt(struct reader *reader)
{
    const struct dsn_reading *common = &reader->common->reading;
    struct dsn_reading *reading = reader->reading;
    reading->user = common->user;
    reading->password = common->password;
    reading->database = common->database;
    if (reader->rules->hosts != HOSTS_LATER)
        vec_each(const struct dsn_host *, it, &common->hosts) {
            struct dsn_host *host = vec_add(reader->arena, &reading->hosts);
            *host = *it;
            host->port = it->port_part.present ? it->port : 0; /* a default: not yet for this one */
        }
    if (common->parameters.count == 0)
        return;
    vec_reserve(reader->arena, &reading->parameters, common->parameters.count);
    vec_each(const struct dsn_parameter *, it, &common->parameters)
        vec_push(reader->arena, &reading->parameters, *it);
}
