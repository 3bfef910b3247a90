#include "dsn/reader.h"

#include "base/limit.h"
#include "base/number.h"
#include "base/utf8.h"
#include "dsn/common.h"
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

bool has_bare_percent(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '%' && escape_value(text, i) < 0)
            return true;
    return false;
}

static const struct escape_rules {
    bool decodes;
    bool strict;         /* a % that begins no escape is refused */
    unsigned char min;   /* escapes of lower bytes are refused */
    bool trims;          /* blanks at the ends vanish, elsewhere they are refused */
    bool go_host;        /* escapes of ASCII but of % itself are refused */
    bool utf8;           /* what is decoded must be UTF-8 */
    bool keeps_reserved; /* escapes of ;/?:@&=+$,# are left alone */
} escape_rules[] = {
    [ESCAPES_LITERAL] = {0},
    [ESCAPES_LENIENT] = {.decodes = true},
    [ESCAPES_STRICT] = {.decodes = true, .strict = true},
    [ESCAPES_NO_NUL] = {.decodes = true, .strict = true, .min = 1},
    [ESCAPES_TRIMMED] = {.decodes = true, .strict = true, .min = 1, .trims = true},
    [ESCAPES_GO_HOST] = {.decodes = true, .strict = true, .go_host = true},
    [ESCAPES_CURL] = {.decodes = true, .min = ' '},
    [ESCAPES_JS] = {.decodes = true, .strict = true, .utf8 = true},
    [ESCAPES_JS_PATH] = {.decodes = true, .strict = true, .utf8 = true, .keeps_reserved = true},
};

static bool escape_refused(const struct escape_rules *rules, int value)
{
    if (value < 0)
        return rules->strict;
    return value < rules->min || (rules->go_host && value < 0x80 && value != '%');
}

static bool escape_stays(const struct escape_rules *rules, int value)
{
    char byte = (char)value;
    return value < 0 || (rules->keeps_reserved && find_any((str){&byte, 1}, STR(";/?:@&=+$,#")) != STR_NONE);
}

bool escapes_decode(struct arena *arena, str raw, enum escapes escapes, bool plus_is_blank, str *ret_text)
{
    const struct escape_rules *rules = &escape_rules[escapes];
    if (rules->trims)
        raw = str_trim_bytes(raw, STR(" "));
    if (rules->trims && find_any(raw, STR(" \t\n\v\f\r")) != STR_NONE)
        return false;
    bool has_escape = rules->decodes && str_has_byte(raw, '%');
    bool has_plus = plus_is_blank && str_has_byte(raw, '+');
    *ret_text = raw;
    if (!has_escape && !has_plus)
        return true;
    char *bytes = arena_array(arena, char, raw.len);
    size_t count = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char byte = raw.ptr[i];
        if (has_escape && byte == '%') {
            int value = escape_value(raw, i);
            if (escape_refused(rules, value))
                return false;
            if (!escape_stays(rules, value)) {
                byte = (char)value;
                i += 2;
            }
        } else if (has_plus && byte == '+') {
            byte = ' ';
        }
        bytes[count++] = byte;
    }
    *ret_text = (str){bytes, count};
    return !rules->utf8 || utf8_valid(*ret_text);
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

bool part_next_entry(const struct dsn_part *list, size_t *at, struct dsn_part *ret_entry)
{
    if (*at > list->text.len)
        return false;
    size_t comma = str_find_byte(str_skip(list->text, *at), ',');
    size_t end = comma == STR_NONE ? list->text.len : *at + comma;
    *ret_entry = part_slice(*list, *at, end);
    *at = end + 1;
    return true;
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

enum dsn_error reader_fail_part(struct reader *reader, const struct dsn_part *part, enum dsn_error error)
{
    reader->fault = part->offset;
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
    const struct dsn_host *known = reader->common ? &reader->common->reading.hosts.items[0] : NULL;
    bool is_known = known && known->host.text.ptr == host.text.ptr && known->host.text.len == host.text.len;
    *added = (struct dsn_host){.host = host,
        .port_part = port_part,
        .port = port,
        .class = is_known ? known->class : host_classify(reader->arena, host.text)};
    const struct dsn_client *client = reader->reading->client;
    bool strict = client && (client->strict_resolver || (client->url && client->url->library == LIBRARY_GO));
    if (strict && added->class != HOST_CLASS_NAME && host_is_short_ipv4(host.text))
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

void reader_login_from_parameters(struct reader *reader)
{
    const struct dsn_parameter *user = reader_parameter(reader, STR("user"));
    const struct dsn_parameter *password = reader_parameter(reader, STR("password"));
    if (user)
        reader->reading->user = user->value;
    if (password)
        reader->reading->password = password->value;
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

bool go_split_host_port(str address, str *ret_host, str *ret_port)
{
    size_t colon = str_rfind_byte(address, ':'), from = 0, to = colon;
    if (colon == STR_NONE)
        return false;
    if (address.ptr[0] == '[') {
        size_t close = str_find_byte(address, ']');
        if (close == STR_NONE || close + 1 != colon)
            return false;
        from = 1, to = close;
    }
    *ret_host = str_slice(address, from, to);
    *ret_port = str_skip(address, colon + 1);
    return (from == 1 || !str_has_byte(*ret_host, ':')) && find_any(*ret_host, STR("[]")) == STR_NONE &&
           find_any(*ret_port, STR("[]")) == STR_NONE;
}
