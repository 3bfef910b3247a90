#include "dsn/django.h"

#include "base/buf.h"
#include "dsn/family.h"
#include "dsn/library.h"
#include "dsn/postgres.h"
#include "dsn/url.h"

/* --- before urlparse() */

/* quote(url, safe=":/?&=@"); offsets are kept in `origins`. */
static void quote(struct reader *reader)
{
    static const char hex[] = "0123456789ABCDEF";
    str text = reader->text;
    char *bytes = arena_array(reader->arena, char, text.len * 3);
    uint32_t *origins = arena_array(reader->arena, uint32_t, text.len * 3 + 1);
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        uint32_t origin = reader->origins ? reader->origins[i] : (uint32_t)i;
        bool is_safe = byte_is_unreserved((char)byte) || str_has_byte(STR(":/?&=@"), (char)byte);
        const char escape[] = {'%', hex[byte >> 4], hex[byte & 15]};
        for (size_t k = 0; k < (is_safe ? 1u : 3u); k++) {
            origins[count] = origin;
            bytes[count++] = is_safe ? (char)byte : escape[k];
        }
    }
    origins[count] = reader->origins ? reader->origins[text.len] : (uint32_t)text.len;
    reader->text = (str){bytes, count};
    reader->origins = origins;
}

/* The authority of the text, and whether a path follows it. */
static str find_authority(str text, bool *ret_has_path)
{
    str rest = str_cut(text, STR("://")).tail;
    size_t end = find_any(rest, STR("/?#"));
    *ret_has_path = end != STR_NONE && rest.ptr[end] == '/';
    return str_take(rest, end);
}

void django_environ_prepare(struct reader *reader)
{
    bool has_path;
    if (!library_takes_netloc(find_authority(reader->text, &has_path)))
        quote(reader);
    find_authority(reader->text, &has_path);
    if (!has_path)
        quote(reader);
}

/* --- what becomes of the parts */

/* ParseResult.hostname and .port; false: the port is no number. */
static bool read_place(struct reader *reader, str hosts, struct postgres_place *place)
{
    struct str_cut bracket = str_cut_byte(hosts, '[');
    struct str_cut cut = bracket.found ? str_cut_byte(bracket.tail, ']') : str_cut_byte(hosts, ':');
    str port = bracket.found ? str_cut_byte(cut.tail, ':').tail : cut.tail;
    int32_t number;
    place->host = reader_part(reader, cut.head, arena_lower(reader->arena, cut.head));
    if (port.len)
        place->port = reader_part(reader, port, port);
    return port.len == 0 || port_parse(port, 0, false, &number);
}

/* A list of PostgreSQL servers: each is cut at its last colon, and ports that are empty vanish. */
static void read_list(struct reader *reader, str hosts, struct postgres_place *place)
{
    struct buf names = buf_new(reader->arena, hosts.len + 1), ports = buf_new(reader->arena, hosts.len + 1);
    bool is_first = true;
    for (str rest = hosts, item; str_next(&rest, ',', &item); is_first = false) {
        struct str_cut cut = str_rcut_byte(item, ':');
        if (!is_first)
            buf_byte(&names, ',');
        buf_str(&names, cut.found ? cut.head : item);
        if (cut.tail.len && buf_view(&ports).len)
            buf_byte(&ports, ',');
        if (cut.found)
            buf_str(&ports, cut.tail);
    }
    place->host = reader_part(reader, hosts, buf_view(&names));
    if (buf_view(&ports).len)
        place->port = reader_part(reader, hosts, buf_view(&ports));
}

/* HOST, NAME = path.rsplit("/", 1) */
static void take_socket(struct reader *reader, struct postgres_place *place)
{
    struct dsn_part *database = &reader->reading->database;
    bool is_postgres = family_id_of(reader->family) == FAMILY_POSTGRESQL;
    size_t slash = str_rfind_byte(database->text, '/');
    bool is_path = slash != STR_NONE && database->text.ptr[0] == '/';
    if (!is_path || !(is_postgres || str_contains(database->text, STR("/cloudsql/"))))
        return;
    place->host = part_slice(*database, 0, slash);
    *database = part_slice(*database, slash + 1, database->text.len);
}

static void fill(struct reader *reader, str key, struct dsn_part *part)
{
    const struct dsn_parameter *option = url_parameter(reader, key);
    if (option && !part_filled(part))
        *part = option->value;
}

/* OPTIONS go to psycopg first, what the URL itself says over them; only the database is theirs alone. */
static enum dsn_error connect_postgres(struct reader *reader, struct postgres_place *place)
{
    const struct dsn_parameter *name = url_parameter(reader, STR("dbname"));
    if (name)
        reader->reading->database = name->value;
    fill(reader, STR("host"), &place->host);
    fill(reader, STR("port"), &place->port);
    fill(reader, STR("hostaddr"), &place->hostaddr);
    fill(reader, STR("user"), &reader->reading->user);
    fill(reader, STR("password"), &reader->reading->password);
    reader->reading->indirect =
        url_parameter(reader, STR("service")) && !part_filled(&place->host) && !part_filled(&place->hostaddr);
    return reader->reading->indirect ? DSN_OK : libpq_connect(reader, place);
}

/* MySQL's OPTIONS are the last word, and a directory in the host's place is a socket. */
static enum dsn_error connect_other(struct reader *reader, const struct postgres_place *place)
{
    const struct dsn_parameter *path = url_parameter(reader, STR("unix_socket"));
    int32_t number = 0;
    port_parse(place->port.text, 0, false, &number);
    if (path)
        return reader_add_host(reader, path->value, (struct dsn_part){0}, 0);
    return part_filled(&place->host) ? reader_add_host(reader, place->host, place->port, number) : DSN_OK;
}

enum dsn_error django_environ_finish(struct reader *reader, const struct url_parts *parts)
{
    struct postgres_place place = {0};
    struct dsn_part *database = &reader->reading->database;
    str path = str_skip(parts->path, 1);
    escapes_decode(reader->arena, path, ESCAPES_LENIENT, true, &database->text); /* unquote_plus() */
    bool is_postgres = family_id_of(reader->family) == FAMILY_POSTGRESQL;
    if (is_postgres && str_has_byte(parts->hosts, ','))
        read_list(reader, parts->hosts, &place);
    else if (!read_place(reader, parts->hosts, &place))
        return reader_fail(reader, parts->hosts.ptr, DSN_BAD_PORT);
    take_socket(reader, &place);
    return is_postgres ? connect_postgres(reader, &place) : connect_other(reader, &place);
}
