#include "kube/link.h"

/* A namespace's variables while they are made. */
struct links {
    struct kube *k;
    struct env *env;
    const struct deployment_address *address;
    const struct value *ip; /* hidden */
    str prefix;             /* of its names: REDIS */
};

/* Upper case, - to _ */
static str variable_name(struct arena *arena, str name)
{
    struct buf upper = buf_new(arena, name.len);
    for (size_t i = 0; i < name.len; i++)
        buf_byte(&upper, name.ptr[i] == '-' ? '_' : byte_upper(name.ptr[i]));
    return buf_view(&upper);
}

/* `before`, the address where `with_address` is set, `after`. */
static void put(struct links *l, str tail, str before, bool with_address, str after)
{
    struct arena *arena = l->k->arena;
    struct value *value = arena_new(arena, struct value);
    span at = l->address->at;
    *value = (struct value){.name = arena_concat(arena, l->prefix, tail),
        .set = true,
        .origin = ORIGIN_PLATFORM,
        .at = at,
        .key = at,
        .text = arena_join(arena, before, with_address ? l->ip->text : STR(""), after)};
    pieces_add(arena, &value->pieces, before.len, at, NULL);
    if (with_address)
        pieces_add(arena, &value->pieces, l->ip->text.len, at, l->ip);
    if (after.len)
        pieces_add(arena, &value->pieces, after.len, at, NULL);
    env_put(l->env, value);
}

static void put_port(struct links *l, const struct address_port *port, bool is_first)
{
    struct arena *arena = l->k->arena;
    str number = arena_integer(arena, port->port), behind = arena_concat(arena, STR(":"), number);
    str protocol = port->protocol.len ? arena_lower(arena, port->protocol) : STR("tcp");
    str stem = arena_join(arena, STR("_PORT_"), number, STR("_"), variable_name(arena, protocol));
    str scheme = arena_concat(arena, protocol, STR("://"));
    if (is_first) {
        put(l, STR("_SERVICE_HOST"), STR(""), true, STR(""));
        put(l, STR("_SERVICE_PORT"), number, false, STR(""));
        put(l, STR("_PORT"), scheme, true, behind);
    }
    if (port->name.len)
        put(l, arena_concat(arena, STR("_SERVICE_PORT_"), variable_name(arena, port->name)), number, false,
            STR(""));
    put(l, stem, scheme, true, behind);
    put(l, arena_concat(arena, stem, STR("_PROTO")), protocol, false, STR(""));
    put(l, arena_concat(arena, stem, STR("_PORT")), number, false, STR(""));
    put(l, arena_concat(arena, stem, STR("_ADDR")), STR(""), true, STR(""));
}

static void put_address(struct kube *k, const struct deployment_address *address)
{
    struct env *env = map_get(&k->links, address->zone);
    if (!env) {
        env = arena_new(k->arena, struct env);
        env->arena = k->arena;
        map_set(k->arena, &k->links, address->zone, env);
    }
    struct links l = {.k = k,
        .env = env,
        .address = address,
        .ip = kube_unseen_value(
            k, arena_join(k->arena, STR("Service "), address->zone), address->name, address->at),
        .prefix = variable_name(k->arena, address->name)};
    for (size_t i = 0; i < address->ports.count; i++)
        put_port(&l, &address->ports.items[i], i == 0);
}

void link_build(struct kube *k)
{
    vec_each(struct deployment_address *const *, address, &k->deployment->addresses)
        if ((*address)->kind == ADDRESS_FORWARDS)
            put_address(k, *address);
}

const struct env *link_env(const struct kube *k, str zone)
{
    return map_get(&k->links, zone);
}
