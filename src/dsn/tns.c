#include "dsn/tns.h"

enum { ORACLE_PORT = 1521 };

/* "(KEY=value)" at text[at]: the value up to the closing parenthesis; false when the key is another one. */
static bool take_group(str text, size_t at, str key, size_t *ret_from, size_t *ret_to)
{
    str rest = str_trim_start(str_skip(text, at + 1));
    if (!str_starts_fold(rest, key))
        return false;
    rest = str_trim_start(str_skip(rest, key.len));
    if (rest.len == 0 || rest.ptr[0] != '=')
        return false;
    rest = str_trim_start(str_skip(rest, 1));
    size_t close = str_find_byte(rest, ')');
    if (close == STR_NONE)
        close = rest.len;
    *ret_from = (size_t)(rest.ptr - text.ptr);
    *ret_to = *ret_from + str_trim_end(str_take(rest, close)).len;
    return true;
}

enum dsn_error tns_read_descriptor(struct reader *reader, const struct dsn_part *descriptor)
{
    str text = descriptor->text;
    dsn_hosts *hosts = &reader->reading->hosts;
    for (size_t i = 0; i < text.len; i++) {
        size_t from, to;
        if (text.ptr[i] != '(')
            continue;
        if (take_group(text, i, STR("HOST"), &from, &to)) {
            enum dsn_error error =
                reader_add_host(reader, part_slice(*descriptor, from, to), (struct dsn_part){0}, ORACLE_PORT);
            if (error)
                return error;
        } else if (hosts->count && take_group(text, i, STR("PORT"), &from, &to)) {
            struct dsn_host *last = vec_last(hosts);
            last->port_part = part_slice(*descriptor, from, to);
            if (!port_parse(last->port_part.text, 1, true, &last->port))
                return DSN_BAD_PORT;
        } else if (take_group(text, i, STR("SERVICE_NAME"), &from, &to) ||
                   take_group(text, i, STR("SID"), &from, &to)) {
            reader->reading->database = part_slice(*descriptor, from, to);
        }
    }
    return hosts->count ? DSN_OK : DSN_BAD_HOST;
}

/* [//]host[:port][/service[:server]] */
static enum dsn_error read_ezconnect(struct reader *reader, str text)
{
    size_t scheme = str_find(text, STR("://")); /* tcps://host:port/service */
    text = scheme != STR_NONE            ? str_skip(text, scheme + 3)
           : str_starts(text, STR("//")) ? str_skip(text, 2)
                                         : text;
    text = str_cut_byte(text, '?').head; /* parameters: where the wallet lies, how long to wait */
    struct str_cut service = str_cut_byte(text, '/');
    if (service.found) {
        str name = str_take(service.tail, find_any(service.tail, STR(":")));
        reader->reading->database = reader_part(reader, name, name);
    }
    struct str_cut sid = str_rcut_byte(service.head, ':'); /* host:port:SID, thin JDBC's oldest form */
    bool has_sid = !service.found && sid.found && sid.head.len && sid.head.ptr[0] != '[' &&
                   str_has_byte(sid.head, ':') && !str_has_byte(sid.head, ',');
    if (has_sid) {
        reader->reading->database = reader_part(reader, sid.tail, sid.tail);
        service.head = sid.head;
    }
    str rest = service.head, item;
    while (str_next(&rest, ',', &item)) {
        struct str_cut port =
            item.len && item.ptr[0] == '[' ? str_cut(item, STR("]:")) : str_rcut_byte(item, ':');
        str host = str_trim_bytes(port.head, STR("[]"));
        struct dsn_part port_part =
            port.found ? reader_part(reader, port.tail, port.tail) : (struct dsn_part){0};
        int32_t number = ORACLE_PORT;
        if (port.found && !port_parse(port.tail, 1, false, &number))
            return reader_fail(reader, port.tail.ptr, DSN_BAD_PORT);
        enum dsn_error error = reader_add_host(reader, reader_part(reader, host, host), port_part, number);
        if (error)
            return error;
    }
    return DSN_OK;
}

enum dsn_error tns_read_place(struct reader *reader, const struct dsn_part *place)
{
    return read_ezconnect(reader, place->text);
}

enum dsn_error tns_read(struct reader *reader)
{
    str text = reader->text;
    size_t descriptor = str_find_byte(text, '(');
    size_t at = str_rfind_byte(descriptor == STR_NONE ? text : str_take(text, descriptor), '@');
    if (at != STR_NONE) {
        struct str_cut login = str_cut_byte(str_take(text, at), '/');
        reader->reading->user = reader_part(reader, login.head, login.head);
        if (login.found)
            reader->reading->password =
                reader_part(reader, login.tail, str_trim_bytes(login.tail, STR("\"")));
        text = str_skip(text, at + 1);
    }
    if (descriptor != STR_NONE) {
        struct dsn_part whole = reader_part(reader, text, text);
        return tns_read_descriptor(reader, &whole);
    }
    return read_ezconnect(reader, text);
}
