#include "dsn/hostlist.h"

#include "dsn/family.h"
#include "dsn/url.h"

/* The scheme's port, else the family's. */
static int32_t member_port(const struct reader *reader, str scheme)
{
    const struct dsn_scheme *row = scheme.len ? scheme_find(scheme) : NULL;
    return row && row->port                       ? row->port
           : row && family_row(row->family)->port ? family_row(row->family)->port
                                                  : reader->family->port;
}

/* The first login stands for all; that of a URL is decoded. */
static void set_login(struct reader *reader, str login, bool is_url)
{
    struct str_cut cut = str_cut_byte(login, ':');
    str user = cut.head, password = cut.tail;
    if (reader->reading->user.present)
        return;
    if (is_url) {
        escapes_decode(reader->arena, cut.head, ESCAPES_LENIENT, false, &user);
        escapes_decode(reader->arena, cut.tail, ESCAPES_LENIENT, false, &password);
    }
    reader->reading->user = reader_part(reader, cut.head, user);
    if (cut.found)
        reader->reading->password = reader_part(reader, cut.tail, password);
}

static enum dsn_error add_member(struct reader *reader, str member)
{
    size_t scheme_end = str_find(member, STR("://"));
    str scheme = scheme_end == STR_NONE ? STR("") : str_take(member, scheme_end);
    str rest = scheme_end == STR_NONE ? member : str_skip(member, scheme_end + 3);
    if (scheme_end != STR_NONE)
        rest = str_take(rest, find_any(rest, STR("/?#")));
    struct str_cut login = str_rcut_byte(rest, '@');
    if (login.found)
        set_login(reader, login.head, scheme_end != STR_NONE);
    str place = login.found ? login.tail : rest;
    bool literal = place.len && place.ptr[0] == '[';
    size_t close = literal ? str_find_byte(place, ']') : STR_NONE;
    if (literal && close == STR_NONE)
        return reader_fail(reader, place.ptr, DSN_BAD_HOST);
    struct str_cut cut = str_cut_byte(literal ? str_skip(place, close + 1) : place, ':');
    str host = literal ? str_slice(place, 1, close) : cut.head;
    if (!literal && str_has_byte(cut.tail, ':')) { /* a bare IPv6 address */
        host = place;
        cut = (struct str_cut){.head = place};
    }
    int32_t number = member_port(reader, scheme);
    if (cut.found && !port_parse(cut.tail, 1, false, &number))
        return reader_fail(reader, cut.tail.ptr, DSN_BAD_PORT);
    if (host.len == 0 && scheme.len == 0)
        return reader_fail(reader, member.ptr, DSN_BAD_HOST);
    struct dsn_part host_part =
        host.len ? reader_part(reader, host, host) : part_default(reader->family->default_host);
    struct dsn_part port = cut.found ? reader_part(reader, cut.tail, cut.tail) : (struct dsn_part){0};
    return reader_add_host(reader, host_part, port, number);
}

/* Symfony's Mailer: failover(smtp://a smtp://b), roundrobin(…). What is inside; empty: it is no such text. */
static str mailer_group(str text)
{
    static const str names[] = {STR_INIT("failover("), STR_INIT("roundrobin(")};
    size_t close = str_rfind_byte(text, ')');
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (str_starts(text, names[i]) && close != STR_NONE && close > names[i].len)
            return str_slice(text, names[i].len, close);
    return STR("");
}

/* postmark+api://KEY@default: a service with an address of its own. */
static bool is_own_service(str member)
{
    struct str_cut scheme = str_cut(member, STR("://"));
    str place = str_take(scheme.tail, find_any(scheme.tail, STR("/?#")));
    struct str_cut login = str_rcut_byte(place, '@');
    return scheme.found && str_eq(login.found ? login.tail : place, STR("default"));
}

static enum dsn_error mailer_read(struct reader *reader, str group)
{
    for (str member; str_next(&group, ' ', &member);) {
        size_t inner =
            str_rfind_byte(str_take(member, str_find(member, STR("://"))), '('); /* a group in it */
        member = str_trim_bytes(str_skip(member, inner == STR_NONE ? 0 : inner + 1), STR("()"));
        struct str_cut scheme = str_cut(member, STR("://")), at = str_rcut_byte(scheme.tail, '@');
        enum dsn_error error = DSN_OK;
        if (is_own_service(member) && at.found)
            set_login(reader, at.head, true);
        else if (scheme.found && !is_own_service(member))
            error = add_member(reader, member);
        if (error)
            return error;
    }
    return DSN_OK;
}

enum dsn_error hostlist_read(struct reader *reader)
{
    str rest = str_trim(reader->text), group = mailer_group(rest);
    char separator = str_has_byte(rest, ';') ? ';' : ',';
    str member;
    if (group.len)
        return mailer_read(reader, group);
    while (str_next(&rest, separator, &member)) {
        member = str_trim(member);
        enum dsn_error error =
            member.len ? add_member(reader, member) : reader_fail(reader, member.ptr, DSN_BAD_HOST);
        if (error)
            return error;
    }
    return DSN_OK;
}

str urllist_first(str text)
{
    text = str_trim_start(text);
    str group = mailer_group(text);
    str first = group.len ? str_trim_start(group) : text, scheme = url_scheme(first);
    return str_starts(str_skip(first, scheme.len), STR("://")) ? scheme : STR("");
}

bool urllist_recognise(str text)
{
    if (mailer_group(str_trim_start(text)).len)
        return urllist_first(text).len > 0;
    if (!str_has_byte(text, ',') && !str_has_byte(text, ';'))
        return false;
    size_t first = str_find(text, STR("://"));
    if (first == STR_NONE || !str_contains(str_skip(text, first + 3), STR("://")))
        return false;
    for (size_t i = first + 3; i < text.len; i++) {
        if (text.ptr[i] != ',' && text.ptr[i] != ';')
            continue;
        str rest = str_trim_start(str_skip(text, i + 1));
        str scheme = url_scheme(rest);
        if (scheme.len && str_starts(str_skip(rest, scheme.len), STR("://")))
            return true;
    }
    return false;
}

static bool is_host_text(str host)
{
    for (size_t i = 0; i < host.len; i++)
        if (!byte_is_alnum(host.ptr[i]) && (unsigned char)host.ptr[i] < 0x80 &&
            !str_has_byte(STR("-._"), host.ptr[i]))
            return false;
    return host.len > 0;
}

bool hostlist_recognise(str text)
{
    str rest = str_trim(text), member;
    bool port = false;
    while (str_next(&rest, ',', &member)) {
        member = str_trim(member);
        size_t scheme = str_find(member, STR("://"));
        member = scheme == STR_NONE ? member : str_skip(member, scheme + 3);
        size_t close = member.len && member.ptr[0] == '[' ? str_find_byte(member, ']') : STR_NONE;
        str tail = close == STR_NONE ? member : str_skip(member, close + 1);
        struct str_cut cut = str_cut_byte(tail, ':');
        int32_t number;
        if (close == STR_NONE && !is_host_text(cut.head))
            return false;
        if (cut.found && !port_parse(cut.tail, 1, false, &number))
            return false;
        port = port || cut.found;
    }
    return port;
}
