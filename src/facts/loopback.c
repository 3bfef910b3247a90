#include "facts/loopback.h"

#include "base/number.h"
#include "base/word.h"
#include "deploy/image.h"
#include "facts/connection.h"
#include "facts/graph.h"
#include "facts/relay.h"

#define OWN_ADDRESS_WORDS 3 /* of SEARXNG_BASE_URL */

/* Variables that say on which port a program listens. */
static const str port_variables[] = {
    STR_INIT("PORT"), STR_INIT("APP_PORT"), STR_INIT("HTTP_PORT"), STR_INIT("SERVER_PORT")};

static bool is_port(str text, int32_t port)
{
    uint64_t number;
    return number_parse_unsigned(str_trim(text), 65535, &number) && number == (uint64_t)port;
}

/* PORT, `ports:`, `expose:`. */
bool loopback_is_heard(const struct facts *facts, const struct service *client, int32_t port)
{
    const struct env *env = client ? &client->workload->environment : &facts->environment;
    for (size_t i = 0; i < ARRAY_COUNT(port_variables); i++) {
        const struct value *value = env_get(env, port_variables[i]);
        if (value && value->set && is_port(value->text, port))
            return true;
    }
    if (!client)
        return false;
    vec_each(const struct workload_port *, row, &client->workload->ports)
        if ((int32_t)row->target == port)
            return true;
    vec_each(const str *, exposed, &client->workload->expose)
        if (is_port(*exposed, port))
            return true;
    return false;
}

/* NEXTAUTH_URL_INTERNAL, LOCAL_ROOT_URL and their kin: how a program reaches itself, past its own proxy. */
static bool names_itself(str name)
{
    return word_is_in(name, STR("internal")) || word_is_in(name, STR("self")) ||
           word_is_in(name, STR("local"));
}

/* Debuggers that a program starts beside itself: Chrome's and Node's ports, or a name that says so. */
static bool is_debugger(str name, int32_t port)
{
    static const str words[] = {STR_INIT("debugging"), STR_INIT("debugger"), STR_INIT("devtools"),
        STR_INIT("cdp"), STR_INIT("inspector")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (word_is_in(name, words[i]))
            return true;
    return port == 9222 || port == 9229;
}

/*
 * The address of an image's own program (SEARXNG_BASE_URL in SearXNG's container) that nobody outside is
 * told: it publishes no port, and no proxy of the project does so for it.
 */
static bool is_told_to_nobody(const struct facts *facts, const struct service *client, str name)
{
    str program = path_base(workload_reference(client->workload)), word;
    struct words words;
    /* QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT begins so as well, and is about another program. */
    if (!words_split(name, &words) || words.count > OWN_ADDRESS_WORDS)
        return false;
    program = str_take(program, str_find_any(program, STR(":@")));
    if (client->workload->ports.count > 0 || client->on_host_network || !word_next(&name, &word) ||
        !word_is_in(program, word))
        return false;
    vec_each(struct service *const *, row, &facts->services)
        if ((*row)->workload->active && (*row)->image && (*row)->image->kind == IMAGE_PROXY)
            return false;
    return true;
}

/* Workers and migrations of a program are started from the same image. */
static bool is_same_program(const struct workload *a, const struct workload *b)
{
    if (a->build && b->build)
        return str_eq(a->build->context, b->build->context) &&
               str_eq(a->build->dockerfile, b->build->dockerfile) &&
               str_eq(a->build->target, b->build->target);
    return a->image.len && str_eq(a->image, b->image);
}

/* No other program runs here that could be meant: stores and proxies are none. */
static bool is_alone(const struct facts *facts, const struct service *client)
{
    vec_each(struct service *const *, row, &facts->services) {
        const struct service *other = *row;
        bool is_proxy = other->image && other->image->kind == IMAGE_PROXY;
        if (client && other->workload->active && !other->holds_data && !is_proxy &&
            !is_same_program(other->workload, client->workload))
            return false;
    }
    return client != NULL;
}

/*
 * A program that calls itself: an image's own port (VAULT_ADDR in Vault's container), a debugger, or a name
 * that says so and a port on which the program listens, or nobody else can be meant. A public URL is none: it
 * leads others back here.
 */
bool loopback_is_own(
    const struct facts *facts, const struct connection *connection, const struct target *target)
{
    const struct service *client = connection->service;
    if (!connection_is_web(connection) || (facts->deployment && !client))
        return false;
    if (client && client->image && !client->is_client && client->image->port == target->port)
        return true;
    str name = connection->variable->value->name;
    if (client && is_told_to_nobody(facts, client, name))
        return true;
    return is_debugger(name, target->port) ||
           (names_itself(name) &&
               (loopback_is_heard(facts, client, target->port) || is_alone(facts, client)));
}

/*
 * A deployment of nothing but stores serves programs that run elsewhere, on this machine where they ask for a
 * port that a store publishes on it: what only its env files hold is theirs.
 */
bool loopback_is_published(
    const struct facts *facts, const struct connection *connection, const struct target *target)
{
    const struct server *server = target->server;
    if (connection->service || !facts->deployment || !server || !server->service || graph_has_programs(facts))
        return false;
    vec_each(const struct workload_port *, row, &server->service->workload->ports)
        if (is_port(row->published, target->port))
            return true;
    return false;
}

/* A server that a start script or a supervisor runs in the client's own container: redis-server, mysqld. */
bool loopback_is_served(const struct service *client, enum family_id family)
{
    static const str ends[] = {STR_INIT("-server"), STR_INIT("d"), STR_INIT("ql")};
    if (!client || client->workload->beside_open)
        return client != NULL;
    vec_each(const str *, program, &client->workload->beside) {
        const struct image_info *image = image_find(*program);
        for (size_t i = 0; !image && i < ARRAY_COUNT(ends); i++)
            if (str_ends(*program, ends[i]))
                image = image_find(str_take(*program, program->len - ends[i].len));
        if (image && image->family == family)
            return true;
    }
    return false;
}

/* The word is the port or ends with it, or one of several does: 5432, tcp:5432, --port=5432. */
static bool word_has_port(str word, str port)
{
    str piece;
    while (str_next(&word, ',', &piece))
        if (str_ends(piece, port) &&
            (piece.len == port.len || !byte_is_digit(piece.ptr[piece.len - port.len - 1])))
            return true;
    return false;
}

static bool words_have_port(const struct workload *workload, int32_t port, struct arena *arena)
{
    str number = arena_integer(arena, port);
    vec_each(struct value *const *, word, &workload->entrypoint)
        if (word_has_port((*word)->text, number))
            return true;
    vec_each(struct value *const *, word, &workload->command)
        if (word_has_port((*word)->text, number))
            return true;
    return false;
}

/* PORT and its kin. */
static bool variables_have_port(const struct workload *workload, int32_t port)
{
    vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->set && word_is_last(entry->key, STR("port")) &&
            is_port(value->text, port))
            return true;
    }
    return false;
}

/* tcp:5432, --port=5432: some port is named among the words. */
static bool words_name_port(struct value *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str text = words[i]->text;
        size_t digits = 0;
        while (digits < text.len && byte_is_digit(text.ptr[text.len - digits - 1]))
            digits++;
        char before = digits < text.len ? text.ptr[text.len - digits - 1] : '=';
        if (digits > 1 && (before == ':' || before == '='))
            return true;
    }
    return false;
}

/* A proxy that nobody tells a port: it listens on that of what it stands for. */
static bool is_proxy(const struct service *service)
{
    const struct workload *workload = service->workload;
    if (words_name_port(workload->command.items, workload->command.count) ||
        words_name_port(workload->entrypoint.items, workload->entrypoint.count) || workload->expose.count)
        return false;
    str image = image_reference(service->workload->image).name;
    bool is_kind =
        service->image && (service->image->kind == IMAGE_POOLER || service->image->kind == IMAGE_RELAY);
    return is_kind || word_is_in(image, STR("proxy")) || word_is_in(image, STR("pgbouncer")) ||
           word_is_in(image, STR("envoy"));
}

/* What listens on a port beside a program, `is_late`: when it has ended; NULL: nothing that is known to. */
struct service *loopback_mate(struct facts *facts, const struct service *client, int32_t port, bool is_late)
{
    const struct workload_group *group = client ? client->workload->group : NULL;
    struct service *proxy = NULL;
    for (size_t i = 0; group && i < group->members.count; i++) {
        const struct workload *member = group->members.items[i];
        bool is_meant = member != client->workload && !member->ends &&
                        workload_meets(client->workload, member) != is_late;
        struct service *mate = is_meant ? facts_service(facts, member->name) : NULL;
        if (!mate)
            continue;
        str told = relay_told_port(member);
        if (told.len && !is_port(told, port) && !workload_declares_port(member, port))
            continue;
        bool is_known = workload_declares_port(member, port) || (mate->image && mate->image->port == port);
        if (is_known || words_have_port(member, port, facts->arena) || variables_have_port(member, port))
            return mate;
        proxy = is_proxy(mate) ? mate : proxy;
    }
    return proxy;
}
