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

static span locate(const struct connection *connection, enum connection_part part,
    span (*in_value)(const struct value *value, size_t offset, size_t length))
{
    if (!connection->dsn) {
        const struct value *value = connection->parts[part == PART_WHOLE ? PART_HOST : part];
        return value ? in_value(value, 0, value->text.len) : (span){0};
    }
    const struct value *value = connection->variable->value;
    if (part == PART_WHOLE)
        return in_value(value, 0, value->text.len);
    const struct dsn_part *bytes = dsn_part_of(connection, part);
    return bytes && bytes->present ? in_value(value, bytes->offset, bytes->length) : (span){0};
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
    if (!connection->dsn)
        return connection->parts[part == PART_WHOLE ? PART_HOST : part];
    const struct dsn_part *bytes = dsn_part_of(connection, part);
    const struct value *value = connection->variable->value;
    size_t offset = bytes && bytes->present ? bytes->offset : 0;
    const struct value *via;
    while ((via = pieces_via(&value->pieces, offset, &offset)) != NULL)
        value = via;
    return value;
}
