#include "dsn/gomysql.h"

#include "dsn/family.h"

static enum dsn_error read_parameters(struct reader *reader, str pairs)
{
    str rest = pairs, pair;
    while (pairs.len && str_next(&rest, '&', &pair)) {
        struct str_cut cut = str_cut_byte(pair, '=');
        if (!cut.found)
            continue; /* parseDSNParams() passes over it */
        str value;
        if (!escapes_decode(reader->arena, cut.tail, ESCAPES_STRICT, true, &value))
            return reader_fail(reader, cut.tail.ptr, DSN_BAD_ESCAPE);
        enum dsn_error error = reader_add_parameter(
            reader, reader_part(reader, cut.head, cut.head), reader_part(reader, cut.tail, value));
        if (error)
            return error;
    }
    return DSN_OK;
}

/* host:port as net.SplitHostPort sees it; without a port the default one. */
static enum dsn_error add_tcp(struct reader *reader, str address)
{
    size_t colon = str_rfind_byte(address, ':'), bracket = str_rfind_byte(address, ']');
    bool has_port = colon != STR_NONE && (bracket == STR_NONE || bracket < colon);
    str host = str_trim_bytes(has_port ? str_take(address, colon) : address, STR("[]"));
    str port = has_port ? str_skip(address, colon + 1) : str_skip(address, address.len);
    int32_t number = reader->family->port;
    if (port.len && !port_parse(port, 0, false, &number))
        return reader_fail(reader, port.ptr, DSN_BAD_PORT);
    struct dsn_part host_part = host.len ? reader_part(reader, host, host) : part_default(STR("127.0.0.1"));
    return reader_add_host(
        reader, host_part, has_port ? reader_part(reader, port, port) : (struct dsn_part){0}, number);
}

static enum dsn_error add_address(struct reader *reader, str network, str address, bool has_address)
{
    bool tcp = network.len == 0 || str_eq(network, STR("tcp")) || str_eq(network, STR("tcp6"));
    bool socket = str_eq(network, STR("unix"));
    if (tcp)
        return add_tcp(reader, address);
    if (!has_address && !socket) /* "default addr for network unknown" */
        return reader_fail(reader, network.ptr, DSN_BAD_HOST);
    struct dsn_part part =
        has_address ? reader_part(reader, address, address) : part_default(STR("/tmp/mysql.sock"));
    enum dsn_error error = reader_add_host(reader, part, (struct dsn_part){0}, 0);
    if (!error && !socket) /* a dialer that the program has registered under this name */
        vec_last(&reader->reading->hosts)->class = HOST_CLASS_NAME;
    return error;
}

static enum dsn_error read_network(struct reader *reader, str text)
{
    size_t open = str_find_byte(text, '(');
    if (open == STR_NONE)
        return add_address(reader, text, str_skip(text, text.len), false);
    if (text.ptr[text.len - 1] != ')')
        return reader_fail(reader, text.ptr + open, DSN_BAD_HOST);
    return add_address(reader, str_take(text, open), str_slice(text, open + 1, text.len - 1), true);
}

enum dsn_error gomysql_read(struct reader *reader)
{
    size_t slash = str_rfind_byte(reader->text, '/');
    if (slash == STR_NONE)
        return reader_fail(reader, reader->text.ptr, DSN_BAD_DATABASE);
    str head = str_take(reader->text, slash);
    struct str_cut query = str_cut_byte(str_skip(reader->text, slash + 1), '?');
    size_t at = str_rfind_byte(head, '@');
    if (at != STR_NONE) {
        struct str_cut login = str_cut_byte(str_take(head, at), ':');
        reader->reading->user = reader_part(reader, login.head, login.head);
        if (login.found)
            reader->reading->password = reader_part(reader, login.tail, login.tail);
    }
    str database;
    if (!escapes_decode(reader->arena, query.head, ESCAPES_LITERAL, false, &database))
        return DSN_BAD_ESCAPE;
    if (query.head.len)
        reader->reading->database = reader_part(reader, query.head, database);
    enum dsn_error error = read_network(reader, at == STR_NONE ? head : str_skip(head, at + 1));
    return error ? error : read_parameters(reader, query.tail);
}

static bool is_word(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!byte_is_name(text.ptr[i]))
            return false;
    return text.len > 0;
}

bool gomysql_recognise(str text)
{
    size_t slash = str_rfind_byte(text, '/');
    if (slash == STR_NONE || str_find(str_take(text, slash), STR("://")) != STR_NONE)
        slash = str_find(text, STR(")/"));
    else if (slash > 0 && text.ptr[slash - 1] == ')')
        slash--;
    else
        return slash > 1 && text.ptr[slash - 1] == '@' &&
               str_find_byte(str_take(text, slash), ':') != STR_NONE;
    if (slash == STR_NONE)
        return false;
    size_t open = str_rfind_byte(str_take(text, slash), '(');
    if (open == STR_NONE)
        return false;
    struct str_cut at = str_rcut_byte(str_take(text, open), '@');
    str network = at.found ? at.tail : at.head;
    return is_word(network);
}
