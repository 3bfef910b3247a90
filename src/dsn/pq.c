#include "dsn/pq.h"

#include "dsn/url.h"

static size_t count_entries(const struct dsn_part *list)
{
    size_t count = part_filled(list);
    for (size_t i = 0; i < list->text.len; i++)
        count += list->text.ptr[i] == ',';
    return count;
}

/* netip.ParseAddr(): IPv6, or four decimal numbers. */
static bool is_address(struct arena *arena, str text)
{
    bool is_short = text.len == 0 || host_is_short_ipv4(text);
    return host_is_ipv6(text) || (!is_short && host_classify(arena, text) != HOST_CLASS_NAME);
}

/* One port serves all hosts; of several there must be as many as hosts, unless there is one host alone. */
static bool ports_match(const struct postgres_place *place)
{
    size_t names = count_entries(&place->host), addresses = count_entries(&place->hostaddr);
    size_t hosts = names > addresses ? names : addresses, ports = count_entries(&place->port);
    bool is_pair = names == 0 || addresses == 0 || names == addresses;
    return is_pair && (hosts < 2 || ports < 2 || hosts == ports);
}

static bool read_port(struct dsn_part part, bool is_first, int32_t *ret_port)
{
    *ret_port = POSTGRES_PORT;
    return part_filled(&part) ? port_parse(part.text, 1, false, ret_port) : !(part.present && is_first);
}

enum dsn_error pq_connect(struct reader *reader, const struct postgres_place *place)
{
    if (!ports_match(place))
        return reader_fail_part(reader, &place->port, DSN_BAD_PORT);
    size_t at = 0, address_at = 0, port_at = 0;
    bool one_port = count_entries(&place->port) < 2, is_first = true;
    const struct dsn_part *list = part_filled(&place->hostaddr) ? &place->hostaddr : &place->host;
    for (struct dsn_part entry; part_next_entry(list, &at, &entry); is_first = false) {
        struct dsn_part host = {0}, port_part = place->port;
        int32_t port;
        part_next_entry(&place->host, &address_at, &host);
        if (!one_port)
            part_next_entry(&place->port, &port_at, &port_part);
        if (!read_port(port_part, is_first, &port))
            return reader_fail_part(reader, &port_part, DSN_BAD_PORT);
        if (list == &place->hostaddr && (is_first || entry.text.len) &&
            !is_address(reader->arena, entry.text))
            return reader_fail_part(reader, &entry, DSN_BAD_HOST);
        entry = entry.text.len ? entry : host;
        entry = entry.text.len ? entry : part_default(STR("localhost"));
        enum dsn_error error = reader_add_host(reader, entry, port_part, port);
        if (error)
            return error;
    }
    return DSN_OK;
}

/* sort.Strings() over key='value': the last one is what counts. */
static bool is_greater(struct arena *arena, str a, str b)
{
    return str_compare(arena_printf(arena, STR_FMT "'", STR_ARG(a)),
               arena_printf(arena, STR_FMT "'", STR_ARG(b))) > 0;
}

static void merge(struct reader *reader, str key, struct dsn_part *part)
{
    struct dsn_part named = take_parameter(reader, key);
    unset_if_empty(part);
    if (part_filled(&named) && (!part->present || is_greater(reader->arena, named.text, part->text)))
        *part = named;
}

enum dsn_error pq_finish(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    struct postgres_place place = {0};
    str decoded, host, port = STR("");
    if (!escapes_decode(reader->arena, parts->hosts, ESCAPES_GO_HOST, false, &decoded))
        return reader_fail(reader, parts->hosts.ptr, DSN_BAD_ESCAPE);
    bool is_split = go_split_host_port(decoded, &host, &port);
    bool is_plain = is_split && decoded.ptr == parts->hosts.ptr;
    place.host = reader_part(reader, is_plain ? host : parts->hosts, is_split ? host : decoded);
    place.port = reader_part(reader, is_plain ? port : parts->hosts, port);
    merge(reader, STR("host"), &place.host);
    merge(reader, STR("port"), &place.port);
    merge(reader, STR("hostaddr"), &place.hostaddr);
    merge(reader, STR("user"), &reading->user);
    merge(reader, STR("password"), &reading->password);
    merge(reader, STR("dbname"), &reading->database);
    struct dsn_part database = take_parameter(reader, STR("database"));
    if (part_filled(&database))
        reading->database = database;
    reading->indirect = reader_parameter(reader, STR("service")) != NULL; /* the file has the last word */
    return reading->indirect ? DSN_OK : pq_connect(reader, &place);
}
