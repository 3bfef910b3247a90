#include "dsn/library.h"

#define FORBIDDEN_HOST_BYTES STR(" #/:<>?@[\\]^|") /* URL standard: forbidden host code points */

/* The URL standard's special schemes, but for file. */
bool library_is_special(const struct url_rules *rules, str scheme)
{
    static const str special[] = {
        STR_INIT("http"), STR_INIT("https"), STR_INIT("ws"), STR_INIT("wss"), STR_INIT("ftp")};
    for (size_t i = 0; i < ARRAY_COUNT(special); i++)
        if (rules->library == LIBRARY_WHATWG && str_eq_fold(special[i], scheme))
            return true;
    return false;
}

/* --- what a library does to the whole text first */

/* urlsplit and the URL standard drop TAB, LF and CR wherever they stand; offsets are kept in `origins`. */
static void drop_line_breaks(struct reader *reader)
{
    str text = reader->text;
    if (!reader->has_control || find_any(text, STR("\t\n\r")) == STR_NONE)
        return;
    char *bytes = arena_array(reader->arena, char, text.len);
    uint32_t *origins = arena_array(reader->arena, uint32_t, text.len + 1);
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        if (!str_has_byte(STR("\t\n\r"), text.ptr[i])) {
            origins[count] = reader->origins ? reader->origins[i] : (uint32_t)i;
            bytes[count++] = text.ptr[i];
        }
    origins[count] = (uint32_t)text.len;
    reader->text = (str){bytes, count};
    reader->origins = origins;
}

/* --- what a library refuses in userinfo and host */

/* net/url validUserinfo() */
static bool go_userinfo_ok(str userinfo)
{
    for (size_t i = 0; i < userinfo.len; i++)
        if (!byte_is_alnum(userinfo.ptr[i]) && !str_has_byte(STR("-._:~!$&'()*+,;=%@"), userinfo.ptr[i]))
            return false;
    return true;
}

/* net/url shouldEscape() with encodeHost */
static bool go_host_ok(str host)
{
    for (size_t i = 0; i < host.len; i++)
        if ((unsigned char)host.ptr[i] < 0x80 && !byte_is_alnum(host.ptr[i]) &&
            !str_has_byte(STR("!$&'()*+,;=:[]<>\"-_.~%"), host.ptr[i]))
            return false;
    return true;
}

/* parseHost() of net/url: what follows the last colon outside brackets is a number. */
static bool go_port_ok(str hosts)
{
    size_t colon = str_rfind_byte(hosts, ':'), close = str_rfind_byte(hosts, ']');
    if (hosts.len && hosts.ptr[0] == '[') {
        if (close == STR_NONE || (close + 1 < hosts.len && hosts.ptr[close + 1] != ':'))
            return false;
        colon = close + 1 < hosts.len ? close + 1 : STR_NONE;
    }
    return colon == STR_NONE || str_is_all(str_skip(hosts, colon + 1), byte_is_digit);
}

/* _check_bracketed_netloc() */
bool library_takes_netloc(str netloc)
{
    bool open = str_has_byte(netloc, '['), close = str_has_byte(netloc, ']');
    if (!open && !close)
        return true;
    struct str_cut at = str_rcut_byte(netloc, '@');
    str place = at.found ? at.tail : netloc;
    struct str_cut bracket = str_cut_byte(place, '[');
    struct str_cut host = bracket.found ? str_cut_byte(bracket.tail, ']') : str_cut_byte(place, ':');
    if (open != close || (bracket.found && bracket.head.len != 0))
        return false;
    if (bracket.found && host.tail.len != 0 && host.tail.ptr[0] != ':')
        return false;
    struct str_cut zone = str_cut_byte(host.head, '%');
    if (zone.found && (zone.tail.len == 0 || str_has_byte(zone.tail, '%')))
        return false;
    return host_is_ipv6(zone.head);
}

/* The host parser of the URL standard: addresses in brackets, domains, and for other schemes opaque hosts. */
static bool whatwg_host_ok(const struct reader *reader, const struct url_parts *parts)
{
    str hosts = parts->hosts, decoded;
    if (hosts.len && hosts.ptr[0] == '[') {
        size_t close = str_find_byte(hosts, ']');
        return close != STR_NONE && host_is_ipv6(str_slice(hosts, 1, close));
    }
    str host = str_cut_byte(hosts, ':').head;
    if (host.len == 0)
        return hosts.len == 0;
    if (!reader->rules->domain_host && !library_is_special(reader->rules, parts->scheme))
        return find_any(host, FORBIDDEN_HOST_BYTES) == STR_NONE && !has_control_byte(host);
    escapes_decode(reader->arena, host, ESCAPES_LENIENT, false, &decoded);
    return host_is_domain(reader->arena, decoded);
}

static enum dsn_error check_go(struct reader *reader, const struct url_parts *parts)
{
    str decoded;
    if (!go_userinfo_ok(parts->userinfo))
        return reader_fail(reader, parts->userinfo.ptr, DSN_BAD_USERINFO);
    if (!escapes_decode(reader->arena, parts->path, ESCAPES_STRICT, false, &decoded) ||
        !escapes_decode(reader->arena, parts->fragment, ESCAPES_STRICT, false, &decoded))
        return reader_fail(reader, parts->path.ptr, DSN_BAD_ESCAPE);
    if (!go_port_ok(parts->hosts))
        return reader_fail(reader, parts->hosts.ptr, DSN_BAD_PORT);
    return go_host_ok(parts->hosts) ? DSN_OK : reader_fail(reader, parts->hosts.ptr, DSN_BAD_HOST);
}

static enum dsn_error check_python(struct reader *reader, const struct url_parts *parts)
{
    return library_takes_netloc(parts->authority) ? DSN_OK
                                                  : reader_fail(reader, parts->hosts.ptr, DSN_BAD_HOST);
}

static enum dsn_error check_whatwg(struct reader *reader, const struct url_parts *parts)
{
    bool has_path = reader->rules->empty_host_allowed && str_starts(parts->path, STR("/"));
    if (parts->hosts.len == 0 && parts->has_userinfo && !has_path)
        return reader_fail(reader, parts->authority.ptr, DSN_BAD_HOST);
    return whatwg_host_ok(reader, parts) ? DSN_OK : reader_fail(reader, parts->hosts.ptr, DSN_BAD_HOST);
}

static enum dsn_error check_curl(struct reader *reader, const struct url_parts *parts)
{
    return parts->hosts.len != 0 ? DSN_OK : reader_fail(reader, reader->text.ptr, DSN_BAD_HOST);
}

/* --- the libraries */

static const struct library {
    bool drops_line_breaks; /* TAB, LF and CR vanish wherever they stand */
    bool trims_start, trims_end;
    bool refuses_control, refuses_blank;
    enum dsn_error (*check)(struct reader *reader, const struct url_parts *parts); /* NULL: nothing */
} libraries[] = {
    [LIBRARY_OWN] = {0},
    [LIBRARY_PYTHON] = {.drops_line_breaks = true, .trims_start = true, .check = check_python},
    [LIBRARY_GO] = {.refuses_control = true, .check = check_go},
    [LIBRARY_WHATWG] = {.drops_line_breaks = true,
        .trims_start = true,
        .trims_end = true,
        .check = check_whatwg},
    [LIBRARY_CURL] = {.refuses_control = true, .refuses_blank = true, .check = check_curl},
};

enum dsn_error library_prepare(struct reader *reader, str *ret_text)
{
    const struct library *library = &libraries[reader->rules->library];
    bool trims = !reader->rules->keeps_blanks;
    if (reader->rules->prepare)
        reader->rules->prepare(reader);
    if (library->drops_line_breaks)
        drop_line_breaks(reader);
    str text = reader->text;
    while (trims && library->trims_start && text.len && (unsigned char)text.ptr[0] <= ' ')
        text = str_skip(text, 1);
    while (trims && library->trims_end && text.len && (unsigned char)text.ptr[text.len - 1] <= ' ')
        text.len--;
    *ret_text = text;
    if (library->refuses_control && reader->has_control)
        return DSN_MALFORMED;
    return library->refuses_blank && str_has_byte(text, ' ') ? DSN_MALFORMED : DSN_OK;
}

enum dsn_error library_check(struct reader *reader, const struct url_parts *parts)
{
    const struct library *library = &libraries[reader->rules->library];
    return library->check ? library->check(reader, parts) : DSN_OK;
}
