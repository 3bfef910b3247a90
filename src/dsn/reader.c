#include "dsn/reader.h"

#include "base/limit.h"
#include "base/number.h"
#include "dsn/client.h"
#include "dsn/secret.h"

enum { PORT_MAX = 65535 };

/* One escape at text[at]: its value, or -1 where it is malformed. */
static int escape_value(str raw, size_t at)
{
    if (raw.len - at < 3)
        return -1;
    int high = byte_hex(raw.ptr[at + 1]), low = byte_hex(raw.ptr[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool escape_allowed(enum escapes escapes, int value)
{
    if (value < 0)
        return false;
    if (escapes == ESCAPES_NO_NUL)
        return value != 0;
    return escapes != ESCAPES_GO_HOST || value >= 0x80 || value == '%';
}

bool escapes_decode(struct arena *arena, str raw, enum escapes escapes, bool plus_is_blank, str *ret_text)
{
    bool has_escape = escapes != ESCAPES_LITERAL && raw.len != 0 && memchr(raw.ptr, '%', raw.len) != NULL;
    bool has_plus = plus_is_blank && raw.len != 0 && memchr(raw.ptr, '+', raw.len) != NULL;
    *ret_text = raw;
    if (!has_escape && !has_plus)
        return true;
    char *bytes = arena_array(arena, char, raw.len);
    size_t count = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char byte = raw.ptr[i];
        if (has_escape && byte == '%') {
            int value = escape_value(raw, i);
            if (escapes != ESCAPES_LENIENT && !escape_allowed(escapes, value))
                return false;
            if (value >= 0) {
                byte = (char)value;
                i += 2;
            }
        } else if (has_plus && byte == '+') {
            byte = ' ';
        }
        bytes[count++] = byte;
    }
    *ret_text = (str){bytes, count};
    return true;
}

struct dsn_part reader_part(const struct reader *reader, str raw, str text)
{
    size_t from = raw.ptr ? (size_t)(raw.ptr - reader->text.ptr) : 0, to = from + raw.len;
    if (reader->origins) {
        size_t start = reader->origins[from];
        to = raw.len ? reader->origins[to - 1] + 1 : start;
        from = start;
    }
    return (struct dsn_part){
        .text = text, .offset = (uint32_t)from, .length = (uint32_t)(to - from), .present = true};
}

enum dsn_error reader_decode(
    struct reader *reader, str raw, enum escapes escapes, enum dsn_error error, struct dsn_part *ret_part)
{
    str text;
    if (!escapes_decode(reader->arena, raw, escapes, false, &text))
        return reader_fail(reader, raw.ptr, error);
    *ret_part = reader_part(reader, raw, text);
    return DSN_OK;
}

struct dsn_part part_slice(struct dsn_part whole, size_t from, size_t to)
{
    struct dsn_part part = whole;
    part.text = str_slice(whole.text, from, to);
    if (whole.length == whole.text.len) {
        part.offset = whole.offset + (uint32_t)from;
        part.length = (uint32_t)part.text.len;
    }
    return part;
}

struct dsn_part part_default(str text)
{
    return (struct dsn_part){.text = text};
}

enum dsn_error reader_fail(struct reader *reader, const char *at, enum dsn_error error)
{
    reader->fault = at ? (size_t)(at - reader->text.ptr) : 0;
    return error;
}

enum dsn_error reader_add_host(
    struct reader *reader, struct dsn_part host, struct dsn_part port_part, int32_t port)
{
    if (reader->reading->hosts.count >= limit_value(LIMIT_DSN_HOSTS))
        return DSN_TOO_LARGE;
    if (reader->reading->hosts.capacity == 0) /* most strings name one */
        vec_reserve(reader->arena, &reader->reading->hosts, 1);
    struct dsn_host *added = vec_add(reader->arena, &reader->reading->hosts);
    *added = (struct dsn_host){
        .host = host, .port_part = port_part, .port = port, .class = host_classify(host.text)};
    if (client_resolves_strictly(reader->reading->client) && host_is_short_ipv4(host.text))
        added->class = HOST_CLASS_NAME;
    return DSN_OK;
}

enum dsn_error reader_add_parameter(struct reader *reader, struct dsn_part key, struct dsn_part value)
{
    if (reader->reading->parameters.count >= limit_value(LIMIT_DSN_PARAMETERS))
        return DSN_TOO_LARGE;
    struct dsn_parameter *added = vec_add(reader->arena, &reader->reading->parameters);
    *added = (struct dsn_parameter){.key = key, .value = value, .secret = key_is_secret(key.text)};
    return DSN_OK;
}

const struct dsn_parameter *reader_parameter(const struct reader *reader, str key)
{
    const dsn_parameters *list = &reader->reading->parameters;
    for (size_t i = list->count; i-- > 0;)
        if (str_eq(list->items[i].key.text, key))
            return &list->items[i];
    return NULL;
}

const struct dsn_parameter *reader_first_parameter(const struct reader *reader, str key)
{
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters)
        if (str_eq(it->key.text, key))
            return it;
    return NULL;
}

const struct dsn_parameter *reader_parameter_fold(const struct reader *reader, const str *keys)
{
    const dsn_parameters *list = &reader->reading->parameters;
    for (size_t i = list->count; i-- > 0;)
        for (const str *key = keys; key->len != 0; key++)
            if (str_eq_fold(list->items[i].key.text, *key))
                return &list->items[i];
    return NULL;
}

bool port_parse(str text, int32_t min, bool blanks, int32_t *ret_port)
{
    uint64_t number;
    if (blanks)
        text = str_trim(text);
    if (!number_parse_unsigned(text, PORT_MAX, &number) || (int32_t)number < min)
        return false;
    *ret_port = (int32_t)number;
    return true;
}
