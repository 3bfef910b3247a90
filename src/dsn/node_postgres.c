#include "dsn/node_postgres.h"

#include "dsn/postgres.h"
#include "dsn/url.h"

/* / |%[^a-f0-9]|%[a-f0-9][^a-f0-9]/i: a % among the last bytes goes unseen. */
static bool is_encoded_anew(str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ')
            return true;
        if (text.ptr[i] != '%' || i + 1 == text.len)
            continue;
        if (byte_hex(text.ptr[i + 1]) < 0 || (i + 2 < text.len && byte_hex(text.ptr[i + 2]) < 0))
            return true;
    }
    return false;
}

/* encodeURI(text).replace(/%25(\d\d)/g, '%$1'): only escapes of two decimal digits survive. */
static bool survives_encoding(str text, size_t at)
{
    char byte = text.ptr[at];
    if (byte == '%')
        return text.len - at > 2 && byte_is_digit(text.ptr[at + 1]) && byte_is_digit(text.ptr[at + 2]);
    return byte_is_name(byte) || find_any((str){&byte, 1}, STR(";/?:@&=+$,#-.!~*'()")) != STR_NONE;
}

void node_postgres_prepare(struct reader *reader)
{
    static const char digits[] = "0123456789ABCDEF";
    str text = reader->text;
    if (!is_encoded_anew(text))
        return;
    char *bytes = arena_array(reader->arena, char, text.len * 3);
    uint32_t *origins = arena_array(reader->arena, uint32_t, text.len * 3 + 1);
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        bool plain = survives_encoding(text, i);
        const char encoded[] = {plain ? (char)byte : '%', digits[byte / 16], digits[byte % 16]};
        for (size_t k = 0; k < (plain ? 1 : sizeof encoded); k++) {
            origins[count] = reader->origins ? reader->origins[i] : (uint32_t)i;
            bytes[count++] = encoded[k];
        }
    }
    origins[count] = reader->origins ? reader->origins[text.len] : (uint32_t)text.len;
    reader->text = (str){bytes, count};
    reader->origins = origins;
}

/* parseInt(text, 10) of a port: the number at the front, whatever follows. */
static bool parse_int(str text, int32_t *ret_port)
{
    text = str_trim_start(text);
    if (text.len && text.ptr[0] == '+')
        text = str_skip(text, 1);
    return port_parse(str_take(text, str_skip_digits(text, 0)), 0, false, ret_port);
}

enum dsn_error node_postgres_bare_read(struct reader *reader)
{
    struct dsn_reading *reading = reader->reading;
    str text = reader->text;
    struct dsn_part host = {.text = STR("base"), .present = true}; /* new URL(text, "postgres://base") */
    if (text.len && text.ptr[0] == '/') {
        struct str_cut cut = str_cut_byte(text, ' ');
        host = reader_part(reader, cut.head, cut.head);
        text = str_cut_byte(cut.tail, ' ').head;
    }
    if (text.len)
        reading->database = reader_part(reader, text, text);
    return reader_add_host(reader, host, (struct dsn_part){0}, POSTGRES_PORT);
}

/* socket:/directory?db=NAME: nothing else of the URL counts but the login. */
static enum dsn_error read_socket(struct reader *reader, const struct url_parts *parts)
{
    struct dsn_reading *reading = reader->reading;
    struct dsn_part directory;
    enum dsn_error error = reader_decode(reader, parts->path, ESCAPES_JS_PATH, DSN_BAD_ESCAPE, &directory);
    reading->database = take_parameter(reader, STR("db"));
    unset_if_empty(&reading->user);
    unset_if_empty(&reading->password);
    reading->hosts.count = 0;
    return error ? error : reader_add_host(reader, directory, (struct dsn_part){0}, POSTGRES_PORT);
}

/* A socket for a host that ?host= replaces is put before the path, and becomes a part of the database. */
static void keep_encoded_host(struct reader *reader, const struct url_parts *parts)
{
    str whole = {parts->hosts.ptr, (size_t)(parts->path.ptr + parts->path.len - parts->hosts.ptr)};
    if (str_starts_fold(parts->hosts, STR("%2F")) && !str_has_byte(parts->hosts, ':'))
        reader_decode(reader, whole, ESCAPES_JS_PATH, DSN_BAD_ESCAPE, &reader->reading->database);
}

/* As libpq has it, verify-ca trusts whom a file names: without the file, pg-connection-string throws. */
static bool lacks_root(const struct reader *reader)
{
    const struct dsn_parameter *compatible = reader_parameter(reader, STR("uselibpqcompat"));
    const struct dsn_parameter *mode = reader_parameter(reader, STR("sslmode"));
    const struct dsn_parameter *root = reader_parameter(reader, STR("sslrootcert"));
    return compatible && str_eq(compatible->value.text, STR("true")) && mode &&
           str_eq(mode->value.text, STR("verify-ca")) && !(root && root->value.text.len);
}

enum dsn_error node_postgres_finish(struct reader *reader, const struct url_parts *parts)
{
    if (str_eq_fold(parts->scheme, STR("socket")))
        return read_socket(reader, parts);
    dsn_hosts *hosts = &reader->reading->hosts;
    struct dsn_part host = take_parameter(reader, STR("host")), port = take_parameter(reader, STR("port"));
    take_parameter(reader, STR("user"));
    take_parameter(reader, STR("password"));
    unset_if_empty(&reader->reading->user);
    unset_if_empty(&reader->reading->password);
    if (part_filled(&host))
        keep_encoded_host(reader, parts);
    if (hosts->count == 0 && !part_filled(&host))
        host = part_default(STR("localhost"));
    if (hosts->count == 0 || part_filled(&host)) {
        struct dsn_part old_port = hosts->count ? hosts->items[0].port_part : (struct dsn_part){0};
        hosts->count = 0;
        enum dsn_error error = reader_add_host(reader, host, old_port, 0);
        if (error)
            return error;
    }
    if (lacks_root(reader))
        return reader_fail(reader, parts->query.ptr, DSN_BAD_PARAMETER);
    struct dsn_host *target = &hosts->items[0];
    target->port_part = part_filled(&port) ? port : target->port_part;
    target->port = POSTGRES_PORT;
    if (target->port_part.text.len && !parse_int(target->port_part.text, &target->port))
        target->port = 0; /* NaN */
    return DSN_OK;
}
