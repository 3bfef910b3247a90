/* Where the parts of a connection are written: facts/facts.h. */
#include "facts/facts.h"

/* The bytes of a part inside the connection string, as the first likely reading has them. */
static const struct dsn_part *dsn_part_of(const struct connection *connection, enum connection_part part)
{
    const struct dsn *dsn = connection->dsn;
    const struct dsn_reading *reading = NULL;
    vec_each(const struct dsn_reading *, candidate, &dsn->readings)
        if (!reading && candidate->likely && candidate->error == DSN_OK)
            reading = candidate;
    const dsn_hosts *hosts = reading ? &reading->hosts : &dsn->hosts;
    const struct dsn_host *first = hosts->count ? &hosts->items[0] : NULL;
    const struct dsn_part *parts[PART_COUNT] = {
        [PART_USER] = reading ? &reading->user : &dsn->user,
        [PART_PASSWORD] = reading ? &reading->password : &dsn->password,
        [PART_DATABASE] = reading ? &reading->database : &dsn->database,
        [PART_HOST] = first ? &first->host : NULL,
        [PART_PORT] = first ? &first->port_part : NULL,
    };
    return parts[part];
}

struct value_bytes connection_bytes(const struct connection *connection, enum connection_part part)
{
    bool is_whole = part == PART_WHOLE;
    const struct value *value =
        connection->dsn ? connection->variable->value : connection->parts[is_whole ? PART_HOST : part];
    if (!connection->dsn || is_whole)
        return (struct value_bytes){value, 0, value ? value->text.len : 0};
    const struct value *beside = connection->parts[part];
    if (beside)
        return (struct value_bytes){beside, 0, beside->text.len};
    const struct dsn_part *bytes = dsn_part_of(connection, part);
    return bytes && bytes->present ? (struct value_bytes){value, bytes->offset, bytes->length}
                                   : (struct value_bytes){0};
}

static span locate(const struct connection *connection, enum connection_part part,
    span (*in_value)(const struct value *value, size_t offset, size_t length))
{
    struct value_bytes bytes = connection_bytes(connection, part);
    return bytes.value ? in_value(bytes.value, bytes.offset, bytes.length) : (span){0};
}

span connection_locate(const struct connection *connection, enum connection_part part)
{
    return locate(connection, part, value_locate);
}

span connection_locate_outer(const struct connection *connection, enum connection_part part)
{
    return locate(connection, part, value_locate_outer);
}

const struct value *connection_part_value(const struct connection *connection, enum connection_part part)
{
    if (!connection->dsn || (part != PART_WHOLE && connection->parts[part]))
        return connection->parts[part == PART_WHOLE ? PART_HOST : part];
    const struct dsn_part *bytes = dsn_part_of(connection, part);
    const struct value *value = connection->variable->value;
    size_t offset = bytes && bytes->present ? bytes->offset : 0;
    const struct value *via;
    while ((via = pieces_via(&value->pieces, offset, &offset)) != NULL)
        value = via;
    return value;
}
