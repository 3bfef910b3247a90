#include "dsn/connector_j.h"

#include "dsn/family.h"

/* The end of a member at `from`: a comma outside brackets and parentheses. */
static size_t member_end(str list, size_t from)
{
    size_t depth = 0, i = from;
    for (; i < list.len && (depth > 0 || list.ptr[i] != ','); i++)
        if (list.ptr[i] == '(' || list.ptr[i] == '[')
            depth++;
        else if ((list.ptr[i] == ')' || list.ptr[i] == ']') && depth)
            depth--;
    return i;
}

static bool next_member(str list, size_t *at, str *ret_member)
{
    if (*at > list.len)
        return false;
    size_t end = member_end(list, *at);
    *ret_member = str_trim(str_slice(list, *at, end));
    *at = end + 1;
    return true;
}

/* URLDecoder: + is a blank. */
static enum dsn_error decode(struct reader *reader, str raw, struct dsn_part *ret_part)
{
    str text;
    raw = str_trim(raw);
    if (!escapes_decode(reader->arena, raw, ESCAPES_STRICT, true, &text))
        return reader_fail(reader, raw.ptr, DSN_BAD_ESCAPE);
    *ret_part = reader_part(reader, raw, text);
    return DSN_OK;
}

static str without_brackets(str host)
{
    bool is_literal = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    return is_literal ? str_slice(host, 1, host.len - 1) : host;
}

/* The property of a name in any case, where it says something: what the servers leave open comes from it. */
static const struct dsn_part *OR_NULL property(const struct reader *reader, str name)
{
    const str names[] = {name, {0}};
    const struct dsn_parameter *found = reader_parameter_fold(reader, names);
    return found && found->value.text.len ? &found->value : NULL;
}

/* What one member says of a server: what is there and empty leaves the default, not the property. */
struct place {
    str host, port;
    bool has_host, has_port;
};

static enum dsn_error place_part(
    struct reader *reader, str raw, const struct dsn_part *OR_NULL given, struct dsn_part *ret_part)
{
    if (raw.len)
        return decode(reader, raw, ret_part);
    if (given)
        *ret_part = *given;
    return DSN_OK;
}

static enum dsn_error add_place(struct reader *reader, struct place place)
{
    struct dsn_part host = part_default(STR("localhost")), port = {0};
    int32_t number = reader->family->port ? reader->family->port : 3306;
    const struct dsn_part *given_host = place.has_host ? NULL : property(reader, STR("host"));
    const struct dsn_part *given_port = place.has_port ? NULL : property(reader, STR("port"));
    enum dsn_error error = place_part(reader, without_brackets(str_trim(place.host)), given_host, &host);
    if (!error)
        error = place_part(reader, str_trim(place.port), given_port, &port);
    if (!error && port.text.len && !port_parse(port.text, 1, false, &number))
        return reader_fail_part(reader, &port, DSN_BAD_PORT);
    return error ? error : reader_add_host(reader, host, port, number);
}

static bool is_key_byte(char byte)
{
    return byte_is_name(byte) || byte_is_blank(byte) || byte == '.' || byte == '-' || byte == '%';
}

/* A value of (key=value,…): the place of the server, or a login of its own. */
static enum dsn_error take_value(struct reader *reader, str pair, struct place *place)
{
    struct str_cut cut = str_cut_byte(pair, '=');
    str key = str_trim(cut.head);
    struct dsn_reading *reading = reader->reading;
    struct dsn_part name;
    if (!str_is_all(key, is_key_byte) || (key.len == 0 && str_trim(cut.tail).len > 0))
        return reader_fail(reader, pair.ptr, DSN_BAD_PARAMETER);
    enum dsn_error error = decode(reader, key, &name);
    if (error || !cut.found) /* a name alone sets nothing */
        return error;
    if (str_eq_fold(name.text, STR("host")))
        place->host = cut.tail, place->has_host = true;
    else if (str_eq_fold(name.text, STR("port")))
        place->port = cut.tail, place->has_port = true;
    else if (str_eq_fold(name.text, STR("user")) && !reading->user.present)
        return decode(reader, cut.tail, &reading->user);
    else if (str_eq_fold(name.text, STR("password")) && !reading->password.present)
        return decode(reader, cut.tail, &reading->password);
    else
        return decode(reader, cut.tail, &name);
    return DSN_OK;
}

/* (host=h,port=p,…) */
static enum dsn_error read_pairs(struct reader *reader, str pairs)
{
    struct place place = {0};
    for (str pair; str_next(&pairs, ',', &pair);) {
        enum dsn_error error = take_value(reader, pair, &place);
        if (error)
            return error;
    }
    return add_place(reader, place);
}

/* address=(host=h)(port=p)… */
static enum dsn_error read_address(struct reader *reader, str groups)
{
    struct place place = {0};
    for (groups = str_trim(groups); groups.len; groups = str_trim_start(groups)) {
        size_t close = str_find_byte(groups, ')');
        if (groups.ptr[0] != '(' || close == STR_NONE)
            return reader_fail(reader, groups.ptr, DSN_BAD_HOST);
        str pair = str_slice(groups, 1, close);
        bool is_name = find_any(str_trim(str_cut_byte(pair, '=').head), STR(" \t")) == STR_NONE;
        enum dsn_error error =
            is_name ? take_value(reader, pair, &place) : reader_fail(reader, pair.ptr, DSN_BAD_PARAMETER);
        if (error)
            return error;
        groups = str_skip(groups, close + 1);
    }
    return add_place(reader, place);
}

/* host[:port], cut at the last colon that is not inside brackets; an empty one of either is a default. */
static enum dsn_error read_generic(struct reader *reader, str host)
{
    size_t colon = str_rfind_byte(host, ':');
    bool is_literal = str_starts(host, STR("[")) && str_find_byte(host, ']') + 1 == host.len;
    if (str_has_byte(host, '@')) /* a second login */
        return reader_fail(reader, host.ptr, DSN_BAD_USERINFO);
    if (colon == STR_NONE || is_literal)
        return add_place(reader, (struct place){.host = host});
    return add_place(
        reader, (struct place){.host = str_take(host, colon), .port = str_skip(host, colon + 1)});
}

/* One spelling of a server, without login. */
static enum dsn_error read_host(struct reader *reader, str host)
{
    static const str address = STR_INIT("address=");
    if (host.len && host.ptr[0] == '(' && host.ptr[host.len - 1] == ')')
        return read_pairs(reader, str_slice(host, 1, host.len - 1));
    if (str_starts_fold(host, address))
        return read_address(reader, str_skip(host, address.len));
    return read_generic(reader, host);
}

/* [h1,(host=h2),h3:p3]: one login for several; an address in brackets is none. */
static enum dsn_error read_hosts(struct reader *reader, str host)
{
    bool is_list = host.len > 1 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']' &&
                   !host_is_ipv6(without_brackets(host));
    if (!is_list)
        return read_host(reader, host);
    size_t at = 0;
    for (str member; next_member(str_slice(host, 1, host.len - 1), &at, &member);) {
        enum dsn_error error = read_host(reader, member);
        if (error)
            return error;
    }
    return DSN_OK;
}

static enum dsn_error read_login(struct reader *reader, str login)
{
    struct dsn_reading *reading = reader->reading;
    struct str_cut cut = str_cut_byte(login, ':');
    if (reading->user.present || reading->password.present) /* the first one stands for the string */
        return DSN_OK;
    enum dsn_error error = str_trim(cut.head).len ? decode(reader, cut.head, &reading->user) : DSN_OK;
    if (!error && cut.found)
        error = decode(reader, cut.tail, &reading->password);
    return error;
}

static enum dsn_error read_authority(struct reader *reader, str authority)
{
    size_t at = 0;
    for (str member; next_member(authority, &at, &member);) {
        struct str_cut cut = str_cut_byte(member, '@');
        enum dsn_error error = cut.found ? read_login(reader, cut.head) : DSN_OK;
        if (!error)
            error = read_hosts(reader, str_trim(cut.found ? cut.tail : member));
        if (error)
            return error;
    }
    return DSN_OK;
}

static enum dsn_error read_properties(struct reader *reader, str query)
{
    for (str pair; query.len && str_next(&query, '&', &pair);) {
        struct str_cut cut = str_cut_byte(pair, '=');
        struct dsn_part key, value;
        if (str_trim(pair).len == 0)
            continue;
        if (str_trim(cut.head).len == 0 || !str_is_all(cut.head, is_key_byte))
            return reader_fail(reader, pair.ptr, DSN_BAD_PARAMETER);
        enum dsn_error error = decode(reader, cut.head, &key);
        if (!error)
            error = decode(reader, cut.found ? cut.tail : str_skip(pair, pair.len), &value);
        if (!error)
            error = reader_add_parameter(reader, key, value);
        if (error)
            return error;
    }
    return DSN_OK;
}

/* fixHostInfo(): a login beside a server wins over the properties, `dbname` over the path. */
static void use_properties(struct reader *reader)
{
    struct dsn_reading *reading = reader->reading;
    const struct dsn_part *user = property(reader, STR("user"));
    const struct dsn_part *password = property(reader, STR("password"));
    const struct dsn_part *database = property(reader, STR("dbname"));
    if (user && !reading->user.text.len)
        reading->user = *user;
    if (password && !reading->password.present)
        reading->password = *password;
    if (database)
        reading->database = *database;
}

/* One more of the byte that has opened a part, with or without blanks between: no URL. */
static bool begins_twice(str text)
{
    str rest = str_trim_start(str_skip(text, 1));
    return rest.len && rest.ptr[0] == text.ptr[0];
}

/* What follows the mode: //servers/database?properties, where all but the mode may be missing. */
static enum dsn_error read_location(struct reader *reader, str rest)
{
    bool is_placed = str_starts(rest, STR("//"));
    rest = str_cut_byte(str_skip(rest, is_placed ? 2 : 0), '#').head;
    str authority = is_placed ? str_take(rest, find_any(rest, STR("/?"))) : str_take(rest, 0);
    rest = str_skip(rest, authority.len);
    str path = str_take(rest, str_find_byte(rest, '?')), query = str_skip(rest, path.len);
    if (begins_twice(path) || begins_twice(query))
        return reader_fail(reader, rest.ptr, DSN_MALFORMED);
    enum dsn_error error = read_properties(reader, str_skip(query, 1));
    if (!error)
        error = read_authority(reader, str_trim(authority));
    struct dsn_part *database = &reader->reading->database;
    if (!error && path.len > 1)
        error = decode(reader, str_skip(path, 1), database);
    database->text = str_trim(database->text); /* once more: %20 is a blank only now */
    if (!error)
        use_properties(reader);
    return error;
}

/* A service of the DNS names the servers: one name and no port, or one for each side of a replication. */
static enum dsn_error check_service(struct reader *reader, bool is_replicated)
{
    const dsn_hosts *hosts = &reader->reading->hosts;
    const struct dsn_part *protocol = property(reader, STR("protocol"));
    size_t most = is_replicated ? 2 : 1;
    if (protocol && str_eq_fold(protocol->text, STR("pipe")))
        return reader_fail_part(reader, protocol, DSN_BAD_PARAMETER);
    if (hosts->count > most)
        return reader_fail_part(reader, &hosts->items[most].host, DSN_BAD_HOST);
    vec_each(const struct dsn_host *, it, hosts)
        if (it->port_part.present)
            return reader_fail_part(reader, &it->port_part, DSN_BAD_PORT);
    return DSN_OK;
}

static enum dsn_error read_mode(struct reader *reader, str rest, bool is_service)
{
    static const str modes[] = {STR_INIT(""), STR_INIT("loadbalance:"), STR_INIT("replication:")};
    str mode = str_take(rest, find_any(rest, STR("/?#")));
    if (!STR_IS_IN(str_trim_end(mode), modes))
        return reader_fail(reader, rest.ptr, DSN_BAD_SCHEME);
    enum dsn_error error = read_location(reader, str_skip(rest, mode.len));
    const struct dsn_part *asked = error ? NULL : property(reader, STR("dnsSrv"));
    if (is_service && asked && str_eq_fold(asked->text, STR("false")))
        return reader_fail_part(reader, asked, DSN_BAD_PARAMETER);
    is_service |= asked && str_eq_fold(asked->text, STR("true"));
    return error || !is_service ? error : check_service(reader, str_starts(mode, STR("replication:")));
}

enum dsn_error connector_j_read(struct reader *reader, str rest)
{
    return read_mode(reader, rest, false);
}

enum dsn_error connector_j_srv_read(struct reader *reader, str rest)
{
    return read_mode(reader, rest, true);
}
