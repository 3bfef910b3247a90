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

/* A host without a port: false where brackets stand elsewhere than around a name. */
static bool bare_host(str address, str *ret_host)
{
    bool wrapped = address.len > 1 && address.ptr[0] == '[' && address.ptr[address.len - 1] == ']' &&
                   find_any(address, STR(":%")) == STR_NONE;
    *ret_host = wrapped ? str_slice(address, 1, address.len - 1) : address;
    return find_any(*ret_host, STR("[]")) == STR_NONE;
}

/*
 * ensureHavePort(): what does not split is a host without a port. JoinHostPort() leaves a name bare,
 * so one pair around it goes, others stay and are refused.
 */
static enum dsn_error add_tcp(struct reader *reader, str address, bool has_default_port)
{
    str host, port;
    struct dsn_part port_part = {0};
    int32_t number = reader->family->port;
    if (go_split_host_port(address, &host, &port)) {
        port_part = reader_part(reader, port, port);
        if (!port_parse(port, 0, false, &number))
            return reader_fail(reader, port.ptr, DSN_BAD_PORT);
    } else if (!has_default_port || !bare_host(address, &host)) {
        return reader_fail(reader, address.ptr, DSN_BAD_HOST);
    }
    struct dsn_part host_part = host.len ? reader_part(reader, host, host) : part_default(STR("127.0.0.1"));
    return reader_add_host(reader, host_part, port_part, number);
}

/* Config.normalize(): where a network goes that is given no address; empty: it is refused. */
static const struct network {
    str name;
    str default_address;
    bool is_tcp, has_default_port;
} networks[] = {
    {STR_INIT(""), STR_INIT("127.0.0.1"), .is_tcp = true, .has_default_port = true},
    {STR_INIT("tcp"), STR_INIT("127.0.0.1"), .is_tcp = true, .has_default_port = true},
    {STR_INIT("tcp4"), .is_tcp = true},
    {STR_INIT("tcp6"), .is_tcp = true},
    {STR_INIT("unix"), STR_INIT("/tmp/mysql.sock")},
};

static const struct network *find_network(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(networks); i++)
        if (str_eq(networks[i].name, name))
            return &networks[i];
    return NULL;
}

static enum dsn_error add_address(struct reader *reader, str name, str address)
{
    const struct network *network = find_network(name);
    if (address.len == 0 && (network == NULL || network->default_address.len == 0))
        return reader_fail(reader, name.ptr, DSN_BAD_HOST); /* "default addr for network unknown" */
    if (network && network->is_tcp && address.len)
        return add_tcp(reader, address, network->has_default_port);
    struct dsn_part part =
        address.len ? reader_part(reader, address, address) : part_default(network->default_address);
    bool is_tcp = network && network->is_tcp;
    enum dsn_error error =
        reader_add_host(reader, part, (struct dsn_part){0}, is_tcp ? reader->family->port : 0);
    if (!error && !is_tcp) /* another network is a dialer that the program has registered under this name */
        vec_last(&reader->reading->hosts)->class = network ? HOST_CLASS_SOCKET : HOST_CLASS_NAME;
    return error;
}

static enum dsn_error read_network(struct reader *reader, str text)
{
    size_t open = str_find_byte(text, '(');
    if (open == STR_NONE)
        return add_address(reader, text, str_skip(text, text.len));
    if (text.ptr[text.len - 1] != ')')
        return reader_fail(reader, text.ptr + open, DSN_BAD_HOST);
    return add_address(reader, str_take(text, open), str_slice(text, open + 1, text.len - 1));
}

static enum dsn_error read_dsn(struct reader *reader, enum escapes escapes)
{
    bool is_ours = reader->scheme.len && scheme_find(reader->scheme); /* others take it off first */
    size_t scheme = is_ours ? reader->scheme.len + STR("://").len : 0;
    str text = str_skip(reader->text, scheme);
    size_t slash = str_rfind_byte(text, '/');
    if (slash == STR_NONE)
        return reader_fail(reader, text.ptr, DSN_BAD_DATABASE);
    str head = str_take(text, slash);
    struct str_cut query = str_cut_byte(str_skip(text, slash + 1), '?');
    size_t at = str_rfind_byte(head, '@');
    if (at != STR_NONE) {
        struct str_cut login = str_cut_byte(str_take(head, at), ':');
        reader->reading->user = reader_part(reader, login.head, login.head);
        if (login.found)
            reader->reading->password = reader_part(reader, login.tail, login.tail);
    }
    str database;
    if (!escapes_decode(reader->arena, query.head, escapes, false, &database))
        return reader_fail(reader, query.head.ptr, DSN_BAD_ESCAPE);
    if (query.head.len)
        reader->reading->database = reader_part(reader, query.head, database);
    enum dsn_error error = read_network(reader, at == STR_NONE ? head : str_skip(head, at + 1));
    return error ? error : read_parameters(reader, query.tail);
}

enum dsn_error gomysql_read(struct reader *reader)
{
    return read_dsn(reader, ESCAPES_LITERAL);
}

enum dsn_error gomysql_18_read(struct reader *reader)
{
    return read_dsn(reader, ESCAPES_STRICT);
}

static bool is_word(str text)
{
    return text.len > 0 && str_is_all(text, byte_is_name);
}

bool gomysql_recognise(str text)
{
    size_t slash = str_rfind_byte(text, '/');
    if (slash == STR_NONE || str_contains(str_take(text, slash), STR("://")))
        slash = str_find(text, STR(")/"));
    else if (slash > 0 && text.ptr[slash - 1] == ')')
        slash--;
    else
        return slash > 1 && text.ptr[slash - 1] == '@' && str_has_byte(str_take(text, slash), ':');
    if (slash == STR_NONE)
        return false;
    size_t open = str_rfind_byte(str_take(text, slash), '(');
    if (open == STR_NONE)
        return false;
    struct str_cut at = str_rcut_byte(str_take(text, open), '@');
    str network = at.found ? at.tail : at.head;
    return is_word(network);
}
