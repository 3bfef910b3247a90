#include "facts/address.h"

#include "base/nearest.h"
#include "base/number.h"
#include "base/word.h"
#include "facts/graph.h"

enum { LABELS_MAX = 8, ALIASES_MAX = 8 };

/* Addresses that share a name, or a zone. */
struct address_list {
    VEC(const struct deployment_address *) list;
};

static void list_address(
    struct facts *facts, struct map *map, str key, const struct deployment_address *address)
{
    struct address_list *known = map_get(map, key);
    if (!known) {
        known = arena_new(facts->arena, struct address_list);
        map_set(facts->arena, map, key, known);
    }
    vec_push(facts->arena, &known->list, address);
}

/* The name by which people know a workload, in its zone. */
static str unit_key(struct arena *arena, str zone, str name)
{
    return arena_lower(arena, arena_join(arena, zone, STR(" "), name));
}

void addresses_gather(struct facts *facts)
{
    vec_each(struct deployment_address *const *, address, &facts->deployment->addresses) {
        list_address(facts, &facts->addresses_by_name, arena_lower(facts->arena, (*address)->name), *address);
        list_address(facts, &facts->addresses_by_zone, (*address)->zone, *address);
        vec_each(struct workload *const *, workload, &(*address)->workloads) {
            str key = arena_key(facts->arena, *workload);
            if (!map_has(&facts->address_rows, key))
                map_set(facts->arena, &facts->address_rows, key, *address);
        }
    }
    vec_each(struct workload *const *, workload, &facts->deployment->workloads) {
        str name = str_rcut_byte((*workload)->unit, '/').tail;
        if (name.len && !(*workload)->ends)
            map_set(facts->arena, &facts->workloads_by_unit, unit_key(facts->arena, (*workload)->zone, name),
                *workload);
    }
}

const struct deployment_address *address_of(const struct facts *facts, const struct workload *workload)
{
    return map_get(&facts->address_rows, (str){(const char *)&workload, sizeof workload});
}

int32_t address_outer_port(const struct deployment_address *address, int32_t target)
{
    if (address->kind == ADDRESS_FORWARDS)
        vec_each(const struct address_port *, port, &address->ports)
            if (port->target == target)
                return port->port;
    return target;
}

/* A host as labels: pg-0.postgres.shop.svc.cluster.local */
struct labels {
    str list[LABELS_MAX];
    size_t count;
};

static bool split(str host, struct labels *ret)
{
    str label;
    ret->count = 0;
    while (str_next(&host, '.', &label)) {
        if (label.len == 0 || ret->count == LABELS_MAX)
            return false;
        ret->list[ret->count++] = label;
    }
    return ret->count > 0;
}

/* Where the zone of names ends: before "svc", or at the end. */
static size_t own_labels(const struct labels *labels)
{
    for (size_t i = 2; i < labels->count; i++)
        if (str_eq(labels->list[i], STR("svc")))
            return i;
    return labels->count;
}

/* An address by the labels from `at` on: NAME in the client's zone, or NAME.ZONE; *ret_used: how many. */
static const struct deployment_address *find_at(
    const struct facts *facts, const struct labels *labels, size_t at, size_t end, str zone, size_t *ret_used)
{
    *ret_used = end - at;
    if (*ret_used == 1)
        return deployment_address(facts->arena, facts->deployment, labels->list[at], zone);
    if (*ret_used == 2)
        return deployment_address(facts->arena, facts->deployment, labels->list[at], labels->list[at + 1]);
    return NULL;
}

/* The name of one member of an address, pg-1.postgres, or that of all; *ret_member is empty for all. */
static const struct deployment_address *find_address(
    const struct facts *facts, const struct labels *labels, str zone, str *ret_member)
{
    size_t end = own_labels(labels), used;
    bool is_full = end < labels->count; /* with a zone before "svc" */
    *ret_member = STR("");
    const struct deployment_address *found =
        end == 1 && is_full ? NULL : find_at(facts, labels, 0, end, zone, &used);
    if (found || end < 2)
        return found;
    /* What names no zone lies in the one that it is applied to: its own clients know which. */
    bool has_zone = is_full || str_eq(labels->list[1], STR("default"));
    if (end == 2 && has_zone && zone.len == 0)
        found = deployment_address(facts->arena, facts->deployment, labels->list[0], STR(""));
    if (found)
        return found;
    *ret_member = labels->list[0];
    found = find_at(facts, labels, 1, end, zone, &used);
    return found && found->kind == ADDRESS_DIRECT && !(is_full && used == 1) ? found : NULL;
}

/* pg-1 of pg-0, pg-1; a name that is built otherwise is a pod's that nobody knows here. */
static bool is_beyond(const struct deployment_address *address, str member)
{
    str stem = address->member_stem;
    uint64_t number;
    if (stem.len == 0 || !str_starts(member, stem) || member.len < stem.len + 2 ||
        member.ptr[stem.len] != '-')
        return false;
    bool is_number = number_parse_unsigned(str_skip(member, stem.len + 1), UINT32_MAX, &number);
    return is_number && (int64_t)number >= address->members;
}

/* Of the programs behind an address the one that listens there, as it says, or as its image is known to. */
static struct service *program_at(
    const struct facts *facts, const struct deployment_address *address, int32_t port)
{
    const struct address_port *row =
        address->kind == ADDRESS_FORWARDS ? deployment_address_port(address, port) : NULL;
    int32_t target = row && row->target ? row->target : port;
    struct service *found = NULL, *first = NULL;
    vec_each(struct workload *const *, workload, &address->workloads) {
        struct service *service = facts_service(facts, (*workload)->name);
        if (!service || !service->workload->active)
            continue;
        if (workload_declares_port(*workload, target))
            return service;
        bool is_known = service->image && (service->image->port == target || (service->holds_data && !found));
        found = is_known ? service : found;
        first = first ? first : service;
    }
    return found ? found : first;
}

static void lead(struct facts *facts, const struct connection *connection, struct target *target)
{
    struct service *service = program_at(facts, target->address, target->port);
    if (!service) {
        const struct workload *asleep =
            target->address->workloads.count ? target->address->workloads.items[0] : target->address->nearly;
        target->kind = TARGET_INACTIVE;
        target->inactive = asleep ? facts_service(facts, asleep->name) : NULL;
        return;
    }
    target->kind = TARGET_SERVER;
    target->server = service->server ? service->server : graph_add_server(facts, service);
    service->holds_data = service->holds_data || (connection->to_store && !service->image);
}

/* Letters alone are misspelt: db1 beside db2 is another server, and a short word another word. */
static bool is_misspelt(str word, str known)
{
    struct nearest nearest = {.word = word};
    nearest_offer(&nearest, known);
    bool has_digits = false;
    for (size_t i = 0; i < word.len; i++)
        has_digits |= byte_is_digit(word.ptr[i]);
    for (size_t i = 0; i < known.len; i++)
        has_digits |= byte_is_digit(known.ptr[i]);
    return nearest.best.len && word.len > 3 && known.len > 3 && nearest.distance <= (word.len > 6 ? 2 : 1) &&
           (!has_digits || nearest.distance == 0);
}

/* What proves that a name is a mistake, and what was meant; what says more wins. */
static void doubt(struct facts *facts, struct target *target, str name, str zone)
{
    const struct address_list *same = map_get(&facts->addresses_by_name, name);
    const struct address_list *near = map_get(&facts->addresses_by_zone, zone);
    for (size_t i = 0; same && target->doubt == DOUBT_NONE && i < same->list.count; i++)
        if (zone.len && same->list.items[i]->zone.len && !str_eq(same->list.items[i]->zone, zone)) {
            target->doubt = DOUBT_ZONE;
            target->address = same->list.items[i];
        }
    for (size_t i = 0; near && target->doubt < DOUBT_SPELLING && i < near->list.count; i++)
        if (is_misspelt(name, near->list.items[i]->name)) {
            target->doubt = DOUBT_SPELLING;
            target->address = near->list.items[i];
        }
    const struct workload *workload = map_get(&facts->workloads_by_unit, unit_key(facts->arena, zone, name));
    if (!workload)
        return;
    const struct service *service = facts_service(facts, workload->name);
    target->doubt = DOUBT_WORKLOAD;
    target->address = address_of(facts, workload);
    target->server = service ? service->server : NULL;
}

/* Another name: what it leads to is looked up in its place. */
static const struct deployment_address *follow(
    const struct facts *facts, const struct deployment_address *address, str *ret_host)
{
    str member;
    struct labels labels;
    for (int steps = 0; address && address->kind == ADDRESS_ALIAS && steps < ALIASES_MAX; steps++) {
        *ret_host = str_trim_bytes(arena_lower(facts->arena, address->leads_to), STR("."));
        address = split(*ret_host, &labels) ? find_address(facts, &labels, address->zone, &member) : NULL;
    }
    return address && address->kind != ADDRESS_ALIAS ? address : NULL;
}

static void lead_elsewhere(struct target *target, str host)
{
    target->kind = TARGET_EXTERNAL;
    target->host = host;
}

/* No address has the name: a mistake where something proves it, else one of another deployment. */
static bool is_mistake(struct facts *facts, struct target *target, const struct labels *labels, str zone)
{
    size_t end = own_labels(labels);
    bool may_be_outside = end == 2 && end == labels->count; /* example.com */
    if (end <= 2)
        doubt(facts, target, labels->list[0], end == 2 ? labels->list[1] : zone);
    if (target->doubt == DOUBT_ZONE || (target->doubt != DOUBT_NONE && !may_be_outside)) {
        target->kind = TARGET_UNKNOWN;
        return true;
    }
    target->doubt = DOUBT_NONE;
    target->address = NULL;
    target->server = NULL;
    return false;
}

bool address_resolve(struct facts *facts, const struct connection *connection, struct target *target)
{
    const struct workload *client = connection->service ? connection->service->workload : NULL;
    str zone = client ? client->zone : STR(""), host = arena_lower(facts->arena, target->host), member;
    struct labels labels;
    host = str_ends(host, STR(".")) ? str_take(host, host.len - 1) : host;
    if (!split(host, &labels))
        return false;
    const struct deployment_address *address = find_address(facts, &labels, zone, &member);
    target->address = address;
    if (address && client && client->is_nameless) {
        target->kind = TARGET_UNKNOWN;
        target->doubt = DOUBT_RESOLVER;
        return true;
    }
    if (!address)
        return is_mistake(facts, target, &labels, zone);
    if (address->kind == ADDRESS_ALIAS)
        target->address = follow(facts, address, &host);
    if (!target->address) {
        lead_elsewhere(target, host);
    } else if (member.len && is_beyond(address, member)) {
        target->kind = TARGET_UNKNOWN;
        target->doubt = DOUBT_MEMBER;
    } else if (target->address->is_open) {
        lead_elsewhere(target, target->address->label);
    } else {
        lead(facts, connection, target);
    }
    return true;
}

const struct service *address_program(
    const struct facts *facts, const struct service *client, str host, int32_t port)
{
    str zone = client ? client->workload->zone : STR(""), member;
    struct labels labels;
    host = str_trim_bytes(arena_lower(facts->arena, host), STR("."));
    if (!facts->deployment || !facts->deployment->names_are_addresses || !split(host, &labels))
        return NULL;
    const struct deployment_address *address = find_address(facts, &labels, zone, &member);
    address = address ? follow(facts, address, &host) : NULL;
    return address ? program_at(facts, address, port) : NULL;
}

const struct service *address_called(const struct facts *facts, str host, int32_t port)
{
    const struct deployment_address *found = NULL;
    bool is_clear = true;
    if (!facts->deployment)
        return NULL;
    vec_each(struct deployment_address *const *, row, &facts->deployment->addresses) {
        const struct deployment_address *address = *row;
        if (str_eq_fold(address->label, host))
            return program_at(facts, address, port);
        if (!str_eq_fold(address->name, host) || address->kind == ADDRESS_ALIAS)
            continue;
        is_clear = !found;
        found = address;
    }
    return found && is_clear ? program_at(facts, found, port) : NULL;
}
