#include "dsn/keyvalue.h"

#include "dsn/postgres.h"
#include "dsn/pq.h"
#include "dsn/url.h"

/* A scanner over keyword = value pairs; `at` moves only past what was read. */
struct pair_scanner {
    str text;
    size_t at;
    bool pgx; /* pgx's differences: see pgx_conninfo_read() */
};

static void skip_blanks(struct pair_scanner *scanner)
{
    while (scanner->at < scanner->text.len && byte_is_blank(scanner->text.ptr[scanner->at]))
        scanner->at++;
}

/* `keyword [blanks] =`: libpq wants one word, pgx takes everything before the = and trims it. */
static bool scan_keyword(struct pair_scanner *scanner, str *ret_keyword)
{
    str rest = str_skip(scanner->text, scanner->at);
    struct str_cut cut = str_cut_byte(rest, '=');
    *ret_keyword = str_trim(cut.head);
    if (!cut.found || ret_keyword->len == 0)
        return false;
    for (size_t i = 0; !scanner->pgx && i < ret_keyword->len; i++)
        if (byte_is_blank(ret_keyword->ptr[i]))
            return false;
    scanner->at += cut.head.len + 1;
    skip_blanks(scanner);
    return true;
}

/* The length of the value that starts at `from`: up to a blank, or to the closing quote. STR_NONE: no end. */
static size_t value_length(const struct pair_scanner *scanner, size_t from, bool quoted)
{
    str text = scanner->text;
    for (size_t i = from; i < text.len; i++) {
        if (quoted ? text.ptr[i] == '\'' : byte_is_blank(text.ptr[i]))
            return i - from;
        if (text.ptr[i] == '\\' && ++i == text.len && scanner->pgx)
            return STR_NONE;
    }
    return quoted ? STR_NONE : text.len - from;
}

/* Backslash takes the next byte as it is; a last lone one vanishes. */
static str drop_backslashes(struct arena *arena, str raw)
{
    if (raw.len == 0 || memchr(raw.ptr, '\\', raw.len) == NULL)
        return raw;
    char *bytes = arena_array(arena, char, raw.len);
    size_t count = 0;
    for (size_t i = 0; i < raw.len; i++)
        if (raw.ptr[i] != '\\' || ++i < raw.len)
            bytes[count++] = raw.ptr[i];
    return (str){bytes, count};
}

/* strings.Replace(): every `\\` and `byte` behind it becomes `byte` alone. */
static str replace_escaped(struct arena *arena, str raw, char byte)
{
    char *bytes = arena_array(arena, char, raw.len);
    size_t count = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.ptr[i] == '\\' && i + 1 < raw.len && raw.ptr[i + 1] == byte)
            i++;
        bytes[count++] = raw.ptr[i];
    }
    return (str){bytes, count};
}

/* pgx: first every \\ is made one, then every \' a quote; other bytes keep their backslash. */
static str pgx_unescape(struct arena *arena, str raw)
{
    if (!str_has_byte(raw, '\\'))
        return raw;
    return replace_escaped(arena, replace_escaped(arena, raw, '\\'), '\'');
}

/* No quotes and backslashes, one blank between two pairs, one = in each: all clients scan the same. */
static bool is_settled(str text)
{
    bool in_value = false;
    char before = ' ';
    for (size_t i = 0; i < text.len; before = text.ptr[i++]) {
        char byte = text.ptr[i];
        bool is_odd_blank = byte_is_blank(byte) && (byte != ' ' || before == ' ' || before == '=');
        if (byte == '\'' || byte == '\\' || is_odd_blank || (byte == '=' && in_value))
            return false;
        in_value = byte == '=' || (in_value && byte != ' ');
    }
    return true;
}

static void copy_pairs(struct arena *arena, const dsn_parameters *from, dsn_parameters *to)
{
    vec_reserve(arena, to, from->count);
    vec_each(const struct dsn_parameter *, it, from)
        vec_push(arena, to, *it);
}

static enum dsn_error scan(struct reader *reader, bool pgx)
{
    struct pair_scanner scanner = {.text = reader->text, .pgx = pgx};
    for (;;) {
        if (!pgx)
            skip_blanks(&scanner);
        if (scanner.at >= scanner.text.len)
            return DSN_OK;
        size_t start = scanner.at;
        str keyword;
        if (!scan_keyword(&scanner, &keyword))
            return reader_fail(reader, scanner.text.ptr + start, DSN_MALFORMED);
        bool quoted = scanner.at < scanner.text.len && scanner.text.ptr[scanner.at] == '\'';
        size_t from = scanner.at + quoted, length = value_length(&scanner, from, quoted);
        if (length == STR_NONE)
            return reader_fail(reader, scanner.text.ptr + scanner.at, DSN_BAD_QUOTING);
        str raw = str_slice(scanner.text, from, from + length);
        enum dsn_error error = reader_add_parameter(reader, reader_part(reader, keyword, keyword),
            reader_part(
                reader, raw, pgx ? pgx_unescape(reader->arena, raw) : drop_backslashes(reader->arena, raw)));
        if (error)
            return error;
        scanner.at = from + length + (pgx || quoted); /* pgx drops the one byte behind, quote or blank */
    }
}

/* The second client takes what the first one has scanned, where that is the same for both. */
static enum dsn_error scan_pairs(struct reader *reader, bool pgx)
{
    dsn_parameters *list = &reader->reading->parameters;
    if (reader->pairs->count) {
        copy_pairs(reader->arena, reader->pairs, list);
        return DSN_OK;
    }
    enum dsn_error error = scan(reader, pgx);
    if (!error && is_settled(reader->text))
        copy_pairs(reader->arena, list, reader->pairs);
    return error;
}

/* A keyword and where its value goes. */
struct setting {
    str keyword;
    struct dsn_part *part;
};

static struct dsn_part *setting_target(const struct setting *settings, size_t count, str keyword)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(settings[i].keyword, keyword))
            return settings[i].part;
    return NULL;
}

/* Moves the values of those keywords, the last of each, out of the parameters. */
static void take_settings(struct reader *reader, const struct setting *settings, size_t count)
{
    dsn_parameters *list = &reader->reading->parameters;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct dsn_part *target = setting_target(settings, count, list->items[i].key.text);
        if (target)
            *target = list->items[i].value;
        else if (kept++ != i)
            list->items[kept - 1] = list->items[i];
    }
    list->count = kept;
}

static bool goes_by_service(struct reader *reader, const struct postgres_place *place)
{
    const struct dsn_parameter *service = reader_parameter(reader, STR("service"));
    bool known = part_filled(&place->host) || part_filled(&place->hostaddr);
    bool named = service && service->value.text.len;
    reader->reading->indirect = !known && (named || reader->reading->indirect);
    return reader->reading->indirect;
}

/* What both clients read alike: login and database, and where the server is. */
static void take_login(struct reader *reader, struct postgres_place *place)
{
    struct dsn_reading *reading = reader->reading;
    const struct setting settings[] = {
        {STR("user"), &reading->user},
        {STR("password"), &reading->password},
        {STR("dbname"), &reading->database},
        {STR("host"), &place->host},
        {STR("hostaddr"), &place->hostaddr},
        {STR("port"), &place->port},
    };
    take_settings(reader, settings, ARRAY_COUNT(settings));
}

enum dsn_error conninfo_read(struct reader *reader)
{
    enum dsn_error error = scan_pairs(reader, false);
    if (error)
        return error;
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters)
        if (!libpq_knows(it->key.text)) {
            return reader_fail_part(reader, &it->key, DSN_BAD_PARAMETER);
        }
    struct postgres_place place = {0};
    take_login(reader, &place);
    str database = reader->reading->database.text;
    if (str_starts(database, STR("postgresql://")) || str_starts(database, STR("postgres://")) ||
        str_has_byte(database, '='))
        reader->reading->indirect = true; /* psql and PQconnectdbParams expand it, PQconnectdb does not */
    if (goes_by_service(reader, &place))
        return DSN_OK;
    /* brackets belong to URLs: no resolver knows "[::1]" */
    enum dsn_error fault = str_starts(place.host.text, STR("[")) ? DSN_BAD_HOST : DSN_OK;
    error = libpq_connect(reader, &place);
    return fault ? fault : error;
}

enum dsn_error pq_conninfo_read(struct reader *reader)
{
    enum dsn_error error = scan_pairs(reader, false);
    if (error)
        return error;
    struct postgres_place place = {0};
    take_login(reader, &place);
    return goes_by_service(reader, &place) ? DSN_OK : pq_connect(reader, &place);
}

static enum dsn_error read_pgx(struct reader *reader, bool pgx)
{
    enum dsn_error error = scan_pairs(reader, pgx);
    if (error)
        return error;
    struct dsn_reading *reading = reader->reading;
    struct postgres_place place = {0};
    const struct setting settings[] = {
        {STR("user"), &reading->user},
        {STR("password"), &reading->password},
        {STR("dbname"), &reading->database},
        {STR("database"), &reading->database},
        {STR("host"), &place.host},
        {STR("port"), &place.port},
    };
    take_settings(reader, settings, ARRAY_COUNT(settings));
    if (goes_by_service(reader, &place))
        return DSN_OK;
    return pgx ? pgx_connect(reader, &place) : libpq_connect(reader, &place);
}

enum dsn_error pgx_conninfo_read(struct reader *reader)
{
    return read_pgx(reader, true);
}

enum dsn_error pgx_next_conninfo_read(struct reader *reader)
{
    return read_pgx(reader, false);
}

bool conninfo_recognise(str text, bool name_helps)
{
    static const str places[] = {
        STR_INIT("host"), STR_INIT("hostaddr"), STR_INIT("dbname"), STR_INIT("service"), STR_INIT("user")};
    struct str_cut cut = str_cut_byte(text, '=');
    str first = str_trim(cut.head);
    if (!cut.found || !libpq_knows(first))
        return false;
    bool place = false, another = str_has_byte(cut.tail, '=');
    for (size_t i = 0; i < ARRAY_COUNT(places) && !place; i++)
        place = str_eq(first, places[i]) || str_contains(cut.tail, places[i]);
    return place && (another || name_helps);
}
