/*
 * Where connections lead and where ports are published.
 */
#include "mend/fixer.h"

#include "facts/variable.h"
#include "rule/listen.h"

#define LOOPBACK "127.0.0.1"

/* One setting is one value for the project and another for each program that is handed its file. */
static bool is_same_setting(const struct value *OR_NULL a, const struct value *OR_NULL b)
{
    return a && b && span_is_set(a->at) && span_starts_at(a->at, b->at);
}

/* --- a published store */

/* Some program is handed the setting: what it would make of another address is not known. */
static bool is_handed_on(const struct facts *facts, const struct value *root)
{
    vec_each(struct variable *const *, row, &facts->variables)
        if (is_same_setting((*row)->root, root) && ((*row)->holders.count || (*row)->service))
            return true;
    return false;
}

/* Each ${NAME} of the setting is in the address of a store's port. */
static bool is_for_stores_alone(const struct facts *facts, const struct value *root)
{
    vec_each(const struct template_use *, use, &facts->deployment->uses) {
        bool is_of_store = !is_same_setting(use->from, root);
        for (size_t i = 0; !is_of_store && i < facts->binds.count; i++)
            is_of_store = listen_guards_data(facts->binds.items[i]->service) &&
                          span_holds(facts->binds.items[i]->port->at, use->at);
        if (!is_of_store)
            return false;
    }
    return !is_handed_on(facts, root);
}

/* [::1]: the brackets belong to an IPv6 address. */
static span with_brackets(const struct sources *sources, span at)
{
    const struct source *source = source_of(sources, at);
    size_t end = (size_t)at.offset + at.length;
    if (!source || at.offset == 0 || end >= source->text.len || source->text.ptr[at.offset - 1] != '[' ||
        source->text.ptr[end] != ']')
        return at;
    return (span){at.source, at.offset - 1, at.length + 2};
}

/* The address is written out, in the port or in a setting that nothing else uses. */
static void replace_address(struct mending *mending, const struct workload_port *port)
{
    const struct value *from = port->from;
    span at = port->host_ip_at;
    if (from && from->uses.count) {
        bool is_part =
            port->host_ip.ptr >= from->text.ptr && port->host_ip.ptr < from->text.ptr + from->text.len;
        size_t offset = is_part ? (size_t)(port->host_ip.ptr - from->text.ptr) : 0;
        const struct value *via = pieces_via(&from->pieces, offset, NULL);
        if (via && !is_for_stores_alone(mending->facts, value_root(via)))
            return;
        at = value_locate(from, offset, port->host_ip.len);
    }
    if (str_eq(span_text(mending->facts->sources, at), port->host_ip))
        edit_add(mending->arena, &mending->edits, with_brackets(mending->facts->sources, at), STR(LOOPBACK));
}

/* `${BIND}:5432:5432` with a BIND that is unset or empty. */
static bool add_fallback(struct mending *mending, const struct value *from)
{
    if (!from || !from->uses.count || !str_starts(from->text, STR(":")))
        return false;
    const struct template_use *use = &from->uses.items[0];
    if (use->has_fallback && use->fallback.len)
        return false;
    str text = arena_join(mending->arena, STR("${"), use->name, STR(":-" LOOPBACK "}"));
    return mending_replace(mending, use->at, span_text(mending->facts->sources, use->at), text);
}

static str line_end_of(str text)
{
    size_t end = str_find_byte(text, '\n');
    return end != STR_NONE && end > 0 && text.ptr[end - 1] == '\r' ? STR("\r\n") : STR("\n");
}

/* A mapping: one key more, before the first one. */
static void add_key(struct mending *mending, span at, const struct source *source)
{
    str text = STR("host_ip: " LOOPBACK), end = line_end_of(source->text);
    uint32_t column = source_position(mending->facts->sources, at.source, at.offset).column;
    span place = {at.source, at.offset, 0};
    if (source->text.ptr[at.offset] == '{') {
        place.offset++;
        edit_add(mending->arena, &mending->edits, place, arena_concat(mending->arena, text, STR(", ")));
        return;
    }
    struct buf buf = buf_new(mending->arena, SIZE_MAX / 4);
    buf_printf(&buf, STR_FMT STR_FMT, STR_ARG(text), STR_ARG(end));
    buf_repeat(&buf, ' ', column - 1);
    edit_add(mending->arena, &mending->edits, place, buf_view(&buf));
}

static void add_address(struct mending *mending, const struct workload_port *port)
{
    const struct source *source = source_of(mending->facts->sources, port->at);
    if (!source || port->at.length == 0 || add_fallback(mending, port->from))
        return;
    char first = source->text.ptr[port->at.offset];
    bool is_quoted = first == '"' || first == '\'';
    if (!port->from && !byte_is_digit(first)) {
        add_key(mending, port->at, source);
        return;
    }
    /* A tag, an anchor, a block: who writes ports so may mend them. */
    if (!is_quoted && !byte_is_digit(first) && first != '$')
        return;
    span place = {port->at.source, port->at.offset + is_quoted, 0};
    bool is_random = port->published.len == 0; /* 5432 alone: the address needs the empty port between */
    edit_add(mending->arena, &mending->edits, place, is_random ? STR(LOOPBACK "::") : STR(LOOPBACK ":"));
}

void fix_published(struct mending *mending)
{
    vec_each(struct bind *const *, row, &mending->facts->binds) {
        const struct bind *bind = *row;
        if (bind->port->at.source != mending->finding->at.source ||
            bind->port->at.offset != mending->finding->at.offset || bind->class != HOST_CLASS_WILDCARD ||
            !listen_guards_data(bind->service))
            continue;
        if (bind->port->host_ip_set)
            replace_address(mending, bind->port);
        else
            add_address(mending, bind->port);
        return;
    }
}

/* --- a host, and the port with it */

/* A target's host and port, as values and as bytes of them. */
struct endpoint {
    const struct value *host_value, *port_value;
    size_t host_offset, host_length, port_offset, port_length; /* 0 long: not written */
};

static struct endpoint endpoint_of(const struct connection *connection, const struct target *target)
{
    struct endpoint endpoint = {0};
    if (!connection->dsn) {
        endpoint.host_value = connection->parts[PART_HOST];
        endpoint.port_value = connection->parts[PART_PORT];
        if (endpoint.host_value)
            endpoint.host_length = target->length ? target->length : endpoint.host_value->text.len;
        endpoint.host_offset = target->offset;
        if (endpoint.port_value)
            endpoint.port_length = endpoint.port_value->text.len;
        return endpoint;
    }
    const dsn_hosts *hosts = target->reading ? &target->reading->hosts : &connection->dsn->hosts;
    if (target->host_index >= hosts->count)
        return endpoint;
    const struct dsn_host *host = &hosts->items[target->host_index];
    endpoint.host_value = endpoint.port_value = connection->variable->value;
    if (host->host.present) {
        endpoint.host_offset = host->host.offset;
        endpoint.host_length = host->host.length;
    }
    if (host->port_part.present) {
        endpoint.port_offset = host->port_part.offset;
        endpoint.port_length = host->port_part.length;
    }
    return endpoint;
}

/* The setting is asked for elsewhere, such as for the published port. */
static bool is_used_elsewhere(const struct facts *facts, const struct value *root)
{
    for (size_t i = 0; facts->deployment && i < facts->deployment->uses.count; i++)
        if (is_same_setting(facts->deployment->uses.items[i].from, root))
            return true;
    return false;
}

/* False: the port is not written where it could be changed. */
static bool change_port(struct mending *mending, const struct endpoint *endpoint, int32_t port)
{
    const struct value *value = value_root(endpoint->port_value);
    str digits = arena_integer(mending->arena, port);
    str written =
        str_slice(value->text, endpoint->port_offset, endpoint->port_offset + endpoint->port_length);
    if (str_eq(written, digits))
        return true;
    span outer = value_locate_outer(value, endpoint->port_offset, endpoint->port_length);
    span inner = value_locate(value, endpoint->port_offset, endpoint->port_length);
    bool is_own = span_starts_at(outer, inner);
    if (!is_own) { /* ${DB_PORT}: the reference goes, the setting stays */
        str reference = span_text(mending->facts->sources, outer);
        return str_starts(reference, STR("$")) && mending_replace(mending, outer, reference, digits);
    }
    bool is_whole = endpoint->port_length == value->text.len;
    return !(is_whole && is_used_elsewhere(mending->facts, value)) &&
           mending_replace(mending, inner, written, digits);
}

/* What a URL takes a port with, where none is written. */
static bool takes_port(const struct connection *connection)
{
    return connection->dsn && str_contains(connection->dsn->text, STR("://"));
}

/* The server as its network knows it, host and port. */
static bool redirect(struct mending *mending, const struct connection *connection,
    const struct target *target, const struct endpoint *endpoint)
{
    const struct server *server = target->server;
    const struct value *value = endpoint->host_value;
    int32_t port = server->port ? server->port : target->port;
    str host = str_slice(value->text, endpoint->host_offset, endpoint->host_offset + endpoint->host_length);
    span at = value_locate(value, endpoint->host_offset, endpoint->host_length);
    str new_host = server->host;
    if (endpoint->port_length) {
        if (!change_port(mending, endpoint, port))
            return false;
    } else if (port != target->port) {
        if (!takes_port(connection))
            return false;
        new_host = arena_join(mending->arena, server->host, STR(":"), arena_integer(mending->arena, port));
    }
    if (!str_eq(span_text(mending->facts->sources, at), host))
        return false;
    edit_add(mending->arena, &mending->edits, with_brackets(mending->facts->sources, at), new_host);
    return true;
}

/* The finding's place is that of a target's host. */
static bool is_about_host(const struct mending *mending, const struct endpoint *endpoint)
{
    return endpoint->host_value && endpoint->host_length > 0 &&
           mending_is_at(
               mending, value_locate(endpoint->host_value, endpoint->host_offset, endpoint->host_length));
}

/* Another program is handed the same setting, and for it loopback is right. */
static bool is_right_for_another(const struct mending *mending)
{
    vec_each(struct connection *const *, row, &mending->facts->connections)
        vec_each(const struct target *, target, &(*row)->targets) {
            struct endpoint endpoint = endpoint_of(*row, target);
            if (target->kind == TARGET_OWN_NETWORK && is_about_host(mending, &endpoint))
                return true;
        }
    return false;
}

void fix_host(struct mending *mending)
{
    if (is_right_for_another(mending))
        return;
    vec_each(struct connection *const *, row, &mending->facts->connections) {
        const struct connection *connection = *row;
        vec_each(const struct target *, target, &connection->targets) {
            bool is_astray = target->kind == TARGET_LOOPBACK || target->kind == TARGET_DEV_HOST;
            /* What is no store may be an address for others: browsers, mails, sign-in pages. */
            if (!is_astray || !connection->to_store || !target->server || !target->server->service)
                continue;
            struct endpoint endpoint = endpoint_of(connection, target);
            if (!is_about_host(mending, &endpoint))
                continue;
            if (!redirect(mending, connection, target, &endpoint))
                mending->edits.count = 0;
            return;
        }
    }
}

void fix_port(struct mending *mending)
{
    vec_each(struct connection *const *, row, &mending->facts->connections) {
        const struct connection *connection = *row;
        vec_each(const struct target *, target, &connection->targets) {
            if (target->kind != TARGET_SERVER || !target->server || !target->server->port)
                continue;
            struct endpoint endpoint = endpoint_of(connection, target);
            if (!endpoint.port_value || endpoint.port_length == 0 ||
                !mending_is_at(
                    mending, value_locate(endpoint.port_value, endpoint.port_offset, endpoint.port_length)))
                continue;
            change_port(mending, &endpoint, target->server->port);
            return;
        }
    }
}
