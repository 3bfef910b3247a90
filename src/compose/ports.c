/*
 * Published ports: the short form taken apart, ranges as rows, every port in long form.
 *
 * types.ParsePortConfig of compose-go over docker/go-connections nat.ParsePortSpec; transform/ports.go.
 */
#include "compose/ports.h"

#include "base/limit.h"
#include "base/number.h"
#include "compose/node.h"
#include "compose/unique.h"

#include <arpa/inet.h>

struct port_range {
    uint64_t first, last;
};

/* The short form [ip:][published:]target[/protocol], as slices of its text. */
struct short_port {
    str address, published, target, protocol;
    struct port_range published_range, target_range;
};

/* An IPv4 or IPv6 address as Go's net.ParseIP takes it. */
static bool is_address(str text)
{
    char address[INET6_ADDRSTRLEN + 16];
    unsigned char bytes[16];
    if (text.len >= sizeof address || str_has_byte(text, '\0'))
        return false;
    memcpy(address, text.ptr, text.len);
    address[text.len] = '\0';
    return inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1;
}

static bool parse_range(str text, struct port_range *ret_range)
{
    struct str_cut cut = str_cut_byte(text, '-');
    if (!number_parse_unsigned(cut.head, 65535, &ret_range->first))
        return false;
    if (!cut.found)
        ret_range->last = ret_range->first;
    else if (!number_parse_unsigned(cut.tail, 65535, &ret_range->last))
        return false;
    return ret_range->first <= ret_range->last;
}

/* Takes the brackets off an IPv6 address; since go-connections 0.6 it may stand without them too. */
static bool parse_address(str *address)
{
    if (address->len > 0 && address->ptr[0] == '[') {
        if (str_find_byte(*address, ']') != address->len - 1)
            return false;
        *address = str_slice(*address, 1, address->len - 1);
    }
    return address->len == 0 || is_address(*address);
}

static bool is_protocol(str text)
{
    return str_eq_fold(text, STR("tcp")) || str_eq_fold(text, STR("udp")) || str_eq_fold(text, STR("sctp"));
}

/* NULL: good; else what is wrong. */
static const char *parse_short(str text, struct short_port *port)
{
    struct str_cut target = str_rcut_byte(text, ':');
    struct str_cut host = target.found ? str_rcut_byte(target.head, ':') : (struct str_cut){0};
    port->target = target.found ? target.tail : text;
    port->published = host.found ? host.tail : target.found ? target.head : (str){0};
    port->address = host.found ? host.head : (str){0};
    struct str_cut protocol = str_cut_byte(port->target, '/');
    port->target = protocol.head;
    port->protocol = protocol.tail.len > 0 ? protocol.tail : STR("tcp");
    if (port->target.len == 0)
        return "no container port is given";
    if (!is_protocol(port->protocol))
        return "the protocol must be tcp, udp or sctp";
    if (!parse_address(&port->address))
        return "the address must be an IPv4 or IPv6 address";
    if (!parse_range(port->target, &port->target_range))
        return "the container port must be a number or a range up to 65535";
    if (port->published.len == 0)
        return NULL;
    if (!parse_range(port->published, &port->published_range))
        return "the published port must be a number or a range up to 65535";
    uint64_t targets = port->target_range.last - port->target_range.first;
    if (targets != 0 && targets != port->published_range.last - port->published_range.first)
        return "the published and the container range differ in length";
    return NULL;
}

static void put(struct loader *l, struct yaml_node *row, str key, struct yaml_node *value)
{
    struct yaml_pair pair = {.key = node_key(l->arena, row, key), .value = value};
    yaml_put(l->arena, row, pair);
}

/* A part of the short form as a string at its own place. */
static struct yaml_node *part_node(
    struct loader *l, const struct yaml_node *item, const struct value *value, str part)
{
    size_t from = (size_t)(part.ptr - value->text.ptr);
    struct value *slice = value_slice(l->arena, value, from, from + part.len);
    struct yaml_node *node = node_string(l->arena, item, slice);
    node->at = node->inner = slice->at;
    return node;
}

static str published_text(struct loader *l, const struct short_port *port, uint64_t step)
{
    unsigned long long first = port->published_range.first + step, last = port->published_range.last;
    if (port->target_range.first == port->target_range.last && first != last)
        return arena_printf(l->arena, "%llu-%llu", first, last);
    return arena_unsigned(l->arena, first);
}

static struct yaml_node *short_row(
    struct loader *l, struct yaml_node *item, const struct short_port *port, uint64_t step)
{
    const struct value *value = node_value(l, item);
    struct yaml_node *row = node_mapping(l->arena, item);
    row->computed = value;
    struct yaml_node *node =
        node_key(l->arena, item, arena_unsigned(l->arena, port->target_range.first + step));
    node->style = YAML_PLAIN;
    put(l, row, STR("target"), node);
    put(l, row, STR("protocol"), node_key(l->arena, item, arena_lower(l->arena, port->protocol)));
    if (port->published.len > 0)
        put(l, row, STR("published"), node_key(l->arena, item, published_text(l, port, step)));
    if (port->address.len > 0)
        put(l, row, STR("host_ip"), part_node(l, item, value, port->address));
    return row;
}

static void expand_short(struct loader *l, struct yaml_node *item, struct yaml_node *rows)
{
    struct short_port port = {0};
    const char *fault = parse_short(node_value(l, item)->text, &port);
    if (fault != NULL) {
        loader_refuse(l, item->at, "this port cannot be read: %s", fault);
        return;
    }
    uint64_t count = port.target_range.last - port.target_range.first + 1;
    l->ports += count;
    if (l->ports > limit_value(LIMIT_COMPOSE_PORTS)) {
        loader_limit(l, LIMIT_COMPOSE_PORTS, item->at);
        return;
    }
    for (uint64_t step = 0; step < count; step++)
        vec_push(l->arena, &rows->items, short_row(l, item, &port, step));
}

/* False: the port cannot be told. */
static bool check_long(struct loader *l, const struct yaml_node *row)
{
    bool good = true;
    struct scalar target = scalar_resolve(l->arena, yaml_get(row, STR("target")));
    if (target.kind != SCALAR_INTEGER || target.is_large || target.integer < 0 ||
        target.integer > UINT32_MAX) {
        loader_refuse(l, row->at, "this port has no target that is a port number");
        good = false;
    }
    const struct yaml_node *address = yaml_get(row, STR("host_ip"));
    if (address != NULL && address->kind == YAML_SCALAR && !is_address(address->text)) {
        loader_refuse(l, address->at, "host_ip must be an IP address");
        good = false;
    }
    return good;
}

static void expand_item(struct loader *l, struct yaml_node *item, struct yaml_node *rows)
{
    if (item->kind == YAML_MAPPING) {
        if (item->computed || check_long(l, item))
            vec_push(l->arena, &rows->items, item);
        return;
    }
    struct scalar scalar = scalar_resolve(l->arena, item);
    if (scalar.kind == SCALAR_STRING) {
        expand_short(l, item, rows);
    } else if (scalar.kind == SCALAR_INTEGER) {
        struct yaml_node *row = node_mapping(l->arena, item);
        put(l, row, STR("target"), item);
        if (check_long(l, row))
            vec_push(l->arena, &rows->items, row);
    } else {
        loader_refuse(l, item->at, "a port must be a string, an integer or a mapping");
    }
}

static void expand_ports(struct loader *l, struct yaml_node *service)
{
    struct yaml_pair *pair = (struct yaml_pair *)yaml_pair(service, STR("ports"));
    if (pair == NULL || pair->value->kind != YAML_SEQUENCE)
        return;
    struct yaml_node *rows = node_sequence(l->arena, pair->value);
    vec_each(struct yaml_node **, item, &pair->value->items)
        if (!l->broken)
            expand_item(l, *item, rows);
    pair->value = unique_items(l, rows, IDENTITY_PORT, STR(""));
}

void ports_apply(struct loader *l, struct yaml_node *model)
{
    struct yaml_node *services = yaml_get(model, STR("services"));
    if (services == NULL || services->kind != YAML_MAPPING)
        return;
    vec_each(struct yaml_pair *, pair, &services->pairs)
        if (!pair->value->settled && pair->value->kind == YAML_MAPPING)
            expand_ports(l, pair->value);
}

struct workload_port ports_of_row(struct loader *l, struct yaml_node *row)
{
    struct workload_port port = {.at = row->at, .from = row->computed};
    struct yaml_node *address = yaml_get(row, STR("host_ip"));
    struct scalar target = scalar_resolve(l->arena, yaml_get(row, STR("target")));
    port.target = target.kind == SCALAR_INTEGER ? (uint32_t)target.integer : 0;
    port.published = node_text(row, STR("published"));
    str protocol = node_text(row, STR("protocol"));
    port.protocol = protocol.ptr ? protocol : STR("tcp");
    port.host_ip = node_text(row, STR("host_ip"));
    port.host_ip_set = port.host_ip.len > 0;
    if (address != NULL && address->kind == YAML_SCALAR)
        port.host_ip_at = address->inner;
    if (address != NULL && port.from == NULL)
        port.from = address->computed;
    if (row->computed != NULL)
        port.pieces = row->computed->pieces;
    return port;
}
