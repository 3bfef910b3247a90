#include "dsn/mssql_j.h"

#include "dsn/sqlserver.h"
#include "dsn/value.h"

/* --- properties */

/* {value}, where }} is one }, and the length of it with its braces. False: it is not closed. */
static bool take_braces(struct arena *arena, str text, size_t *ret_length, str *ret_value)
{
    char *bytes = arena_array(arena, char, text.len + 1);
    size_t count = 0;
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '}' && (i + 1 == text.len || text.ptr[i + 1] != '}')) {
            *ret_length = i + 1;
            *ret_value = i - 1 == count ? str_slice(text, 1, i) : (str){bytes, count};
            return true;
        }
        i += text.ptr[i] == '}';
        bytes[count++] = text.ptr[i];
    }
    return false;
}

/* What is after the = of a property; *rest is left behind its semicolon. */
static enum dsn_error take_value(struct reader *reader, str *rest, struct dsn_part *ret_part)
{
    str text = str_trim_start(*rest), value;
    if (text.len == 0 || text.ptr[0] != '{') {
        struct str_cut cut = str_cut_byte(*rest, ';');
        str raw = str_trim(cut.head);
        *rest = cut.tail;
        *ret_part = reader_part(reader, raw, raw);
        return !str_has_byte(raw, '{') ? DSN_OK : reader_fail(reader, raw.ptr, DSN_BAD_QUOTING);
    }
    size_t length;
    if (!take_braces(reader->arena, text, &length, &value))
        return reader_fail(reader, text.ptr, DSN_BAD_QUOTING);
    *ret_part = reader_part(reader, str_slice(text, 1, length - 1), value);
    struct str_cut cut = str_cut_byte(str_skip(text, length), ';');
    *rest = cut.tail;
    return str_trim(cut.head).len == 0 ? DSN_OK : reader_fail(reader, cut.head.ptr, DSN_BAD_QUOTING);
}

static enum dsn_error read_properties(struct reader *reader, str rest)
{
    while (rest.len) {
        size_t end = find_any(rest, STR("=;"));
        str name = str_trim(str_take(rest, end));
        bool has_value = end != STR_NONE && rest.ptr[end] == '=';
        if (has_value ? name.len == 0 : name.len > 0)
            return reader_fail(reader, name.ptr, DSN_BAD_PARAMETER);
        rest = end == STR_NONE ? STR("") : str_skip(rest, end + 1);
        if (!has_value)
            continue;
        struct dsn_part value;
        enum dsn_error error = take_value(reader, &rest, &value);
        if (!error)
            error = reader_add_parameter(reader, reader_part(reader, name, name), value);
        if (error)
            return error;
    }
    return DSN_OK;
}

static bool is_bool(str value)
{
    return value.len > 0 && value_is_net_bool(value); /* Prisma takes yes and no too */
}

static bool is_encryption(str value)
{
    static const str words[] = {
        STR_INIT("strict"), STR_INIT("mandatory"), STR_INIT("optional"), STR_INIT("danger_plaintext")};
    return is_bool(value) || STR_IS_IN_FOLD(value, words);
}

static const struct value_rule values[] = {
    {STR_INIT("trustServerCertificate"), is_bool},
    {STR_INIT("encrypt"), is_encryption},
    {STR_INIT("loginTimeout,lockTimeout,queryTimeout,socketTimeout"), value_is_integer},
};

/* --- the whole */

static void use(const struct reader *reader, const str *names, struct dsn_part *part)
{
    const struct dsn_parameter *found = reader_parameter_fold(reader, names);
    if (found)
        *part = found->value;
}

/* Properties win over what is before them. */
static enum dsn_error add_server(struct reader *reader, struct dsn_part host, struct dsn_part port)
{
    static const str servers[] = {STR_INIT("serverName"), STR_INIT("server"), {0}};
    static const str ports[] = {STR_INIT("portNumber"), STR_INIT("port"), STR_INIT("portName"), {0}};
    int32_t number = 1433;
    use(reader, servers, &host);
    use(reader, ports, &port);
    port.present = port.text.len > 0;
    if (port.present && !port_parse(port.text, 1, false, &number))
        return reader_fail_part(reader, &port, DSN_BAD_PORT);
    if (host.text.len == 0)
        host = part_default(STR("localhost"));
    enum dsn_error error = reader_add_host(reader, host, port, number);
    if (!error)
        sqlserver_settle_host(reader, vec_last(&reader->reading->hosts));
    return error;
}

enum dsn_error mssql_j_read(struct reader *reader, str rest)
{
    static const str users[] = {
        STR_INIT("user"), STR_INIT("userName"), STR_INIT("uid"), STR_INIT("user id"), {0}};
    static const str passwords[] = {STR_INIT("password"), STR_INIT("pwd"), {0}};
    static const str databases[] = {
        STR_INIT("databaseName"), STR_INIT("database"), STR_INIT("initial catalog"), {0}};
    struct dsn_reading *reading = reader->reading;
    if (!str_starts(rest, STR("//")))
        return reader_fail(reader, rest.ptr, DSN_MALFORMED);
    struct str_cut cut = str_cut_byte(str_skip(rest, 2), ';');
    struct str_cut place = str_cut_byte(cut.head, ':');
    str host = str_trim(place.head), port = str_trim(place.tail);
    if (str_has_byte(host, '='))
        return reader_fail(reader, host.ptr, DSN_BAD_HOST);
    enum dsn_error error = read_properties(reader, cut.tail);
    values_note(reader, values, ARRAY_COUNT(values), true);
    use(reader, users, &reading->user);
    use(reader, passwords, &reading->password);
    use(reader, databases, &reading->database);
    return error ? error
                 : add_server(reader, reader_part(reader, host, host), reader_part(reader, port, port));
}

enum dsn_error mssql_j_bare_read(struct reader *reader)
{
    size_t colon = str_find_byte(reader->text, ':');
    return mssql_j_read(reader, str_skip(reader->text, colon == STR_NONE ? reader->text.len : colon + 1));
}
