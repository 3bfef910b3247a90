#include "dsn/plain.h"

#include "base/number.h"

/* Parameters that some client takes for a part of the place, or that change others. */
static const str telling_keys[] = {
    STR_INIT("host"),
    STR_INIT("hostaddr"),
    STR_INIT("server"),
    STR_INIT("port"),
    STR_INIT("user"),
    STR_INIT("username"),
    STR_INIT("password"),
    STR_INIT("db"),
    STR_INIT("dbname"),
    STR_INIT("database"),
    STR_INIT("service"),
    STR_INIT("socket"),
    STR_INIT("socketpath"),
    STR_INIT("unix_socket"),
    STR_INIT("ssl"),
    STR_INIT("secure"),
    STR_INIT("u"),
    STR_INIT("p"),
    STR_INIT("endpoint"),
    STR_INIT("endpoint_url"),
    STR_INIT("endpointurl"),
};

static bool is_telling(str key)
{
    for (size_t i = 0; i < ARRAY_COUNT(telling_keys); i++)
        if (str_eq_fold(telling_keys[i], key))
            return true;
    return false;
}

/* --- a cursor over the text: each takes what it names off the front of `rest` */

static str take(str *rest, size_t length)
{
    str taken = {rest->ptr, length};
    *rest = (str){rest->ptr + length, rest->len - length};
    return taken;
}

static bool take_byte(str *rest, char byte)
{
    if (rest->len == 0 || rest->ptr[0] != byte)
        return false;
    take(rest, 1);
    return true;
}

/* The unreserved bytes at the front, perhaps none. */
static str take_word(str *rest)
{
    size_t length = 0;
    while (length < rest->len && byte_is_unreserved(rest->ptr[length]))
        length++;
    return take(rest, length);
}

/* An escape that everybody decodes: of a byte that can be seen. */
static bool is_plain_escape(str text)
{
    if (text.len < 3 || text.ptr[0] != '%')
        return false;
    int high = byte_hex(text.ptr[1]), low = byte_hex(text.ptr[2]), value = high * 16 + low;
    return high >= 0 && low >= 0 && value > ' ' && value < 0x7F;
}

/* A word with such escapes in it. */
static str take_escaped(str *rest)
{
    str all = *rest;
    do
        take_word(rest);
    while (is_plain_escape(*rest) && take(rest, 3).len);
    return str_take(all, all.len - rest->len);
}

/* What stands in a value is never looked for the URL's own delimiters. */
static str take_value(str *rest)
{
    str all = *rest;
    do
        take_word(rest);
    while (take_byte(rest, '/') || take_byte(rest, ':') || take_byte(rest, ','));
    return str_take(all, all.len - rest->len);
}

/* --- parts */

/* A decimal number as everybody writes and reads it. */
static bool is_number(str text, uint64_t max, uint64_t *ret_number)
{
    return number_parse_unsigned(text, max, ret_number) && (text.ptr[0] != '0' || text.len == 1);
}

static bool is_usual_ipv4(str host)
{
    str rest = host, piece;
    size_t count = 0;
    uint64_t number;
    while (str_next(&rest, '.', &piece))
        if (++count > 4 || !is_number(piece, 255, &number))
            return false;
    return count == 4;
}

/* A name in small letters that nobody takes for a number, or an address of four decimal numbers. */
static bool is_plain_host(str host)
{
    if (host.len == 0 || !byte_is_letter(host.ptr[0]))
        return is_usual_ipv4(host);
    char last = 0;
    for (size_t i = 0; i < host.len; last = host.ptr[i++])
        if (host.ptr[i] == '~' || host.ptr[i] == '%' || byte_lower(host.ptr[i]) != host.ptr[i] ||
            (last == '.' && byte_is_digit(host.ptr[i])))
            return false;
    return true;
}

/* first:second, the colon and what follows perhaps absent. */
struct pair {
    str first, second;
    bool has_second;
};

static struct pair take_pair(str *rest, str (*take_one)(str *rest))
{
    struct pair pair = {.first = take_one(rest)};
    pair.has_second = take_byte(rest, ':');
    if (pair.has_second)
        pair.second = take_one(rest);
    return pair;
}

static struct dsn_part escaped_part(struct reader *reader, str raw)
{
    str text;
    escapes_decode(reader->arena, raw, ESCAPES_LENIENT, false, &text);
    return reader_part(reader, raw, text);
}

/* An empty user is none for some clients, a name for others, and refused by the rest. */
static bool set_login(struct reader *reader, const struct pair *login)
{
    if (login->has_second ? login->second.len == 0 : login->first.len == 0)
        return false;
    if (login->first.len == 0 && !reader->family->token_user)
        return false;
    reader->reading->user = escaped_part(reader, login->first);
    if (login->has_second)
        reader->reading->password = escaped_part(reader, login->second);
    return true;
}

static bool add_place(struct reader *reader, const struct pair *place)
{
    struct dsn_part port_part = {0};
    uint64_t port = 0;
    if (!is_plain_host(place->first))
        return false;
    if (place->has_second) {
        if (!is_number(place->second, UINT16_MAX, &port) || port == 0)
            return false;
        port_part = reader_part(reader, place->second, place->second);
    }
    struct dsn_part host = reader_part(reader, place->first, place->first);
    return reader_add_host(reader, host, port_part, (int32_t)port) == DSN_OK;
}

/* user:password@host:port,host:port */
static bool take_authority(struct reader *reader, const struct dsn_scheme *scheme, str *rest)
{
    struct pair pair = take_pair(rest, take_escaped);
    if (take_byte(rest, '@')) {
        if (!set_login(reader, &pair))
            return false;
        pair = take_pair(rest, take_word);
    }
    if (scheme && scheme->srv)
        return !pair.has_second && add_place(reader, &pair);
    bool is_added = add_place(reader, &pair);
    while (is_added && reader->family->lists && take_byte(rest, ',')) {
        pair = take_pair(rest, take_word);
        is_added = add_place(reader, &pair);
    }
    return is_added;
}

static bool is_plain_database(const struct dsn_family *family, str name)
{
    uint64_t number;
    return name.len > 0 && (!family->numbered || is_number(name, UINT16_MAX, &number)) &&
           (!family->collections || str_find_byte(name, '.') == STR_NONE);
}

static bool take_path(struct reader *reader, str *rest)
{
    const struct dsn_family *family = reader->family;
    if (!take_byte(rest, '/'))
        return !family->sources;
    str word = take_word(rest);
    while (family->plain_path && take_byte(rest, '/'))
        take_word(rest);
    if (family->plain_path)
        return true;
    reader->reading->database = reader_part(reader, word, word);
    return is_plain_database(family, word);
}

static bool take_query(struct reader *reader, str *rest)
{
    if (!take_byte(rest, '?'))
        return true;
    vec_reserve(reader->arena, &reader->reading->parameters, 2); /* grows where it stands */
    do {
        str key = take_word(rest);
        bool is_refused = reader->family->knows_key && !reader->family->knows_key(key);
        if (key.len == 0 || is_telling(key) || is_refused || !take_byte(rest, '='))
            return false;
        str value = take_value(rest);
        if (value.len == 0 || reader_add_parameter(reader, reader_part(reader, key, key),
                                  reader_part(reader, value, value)) != DSN_OK)
            return false;
    } while (take_byte(rest, '&'));
    return true;
}

bool plain_read(struct reader *reader, const struct dsn_scheme *scheme)
{
    str rest = str_skip(reader->text, reader->scheme.len);
    if (reader->scheme.ptr != reader->text.ptr || (scheme && scheme->socket) || reader->family->file)
        return false;
    return take_byte(&rest, ':') && take_byte(&rest, '/') && take_byte(&rest, '/') &&
           take_authority(reader, scheme, &rest) && take_path(reader, &rest) && take_query(reader, &rest) &&
           rest.len == 0;
}

bool settings_are_plain(str text)
{
    do
        if (take_word(&text).len == 0 || !take_byte(&text, '=') || take_value(&text).len == 0)
            return false;
    while (take_byte(&text, ' '));
    return text.len == 0;
}
