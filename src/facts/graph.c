#include "facts/graph.h"

#include "base/number.h"
#include "base/word.h"
#include "deploy/image.h"
#include "facts/address.h"
#include "facts/program.h"
#include "facts/redis_conf.h"
#include "facts/secret_file.h"

/* What the container itself is handed: the project's environment is no server's. */
static const struct value *own_variable(const struct service *service, str name)
{
    const struct value *value = name.len ? env_get(&service->workload->environment, name) : NULL;
    return value && value->set ? value : NULL;
}

/* OPTION=VALUE, which Redis and its kin do not take. */
static bool takes_equals(const struct service *service)
{
    return service->image->family != FAMILY_REDIS;
}

/* The argument of an option inside a script: a bare word, one in quotes, or a variable of the container. */
static const struct value *script_argument(
    struct facts *facts, const struct service *service, const struct value *script, str option)
{
    size_t at = str_find(script->text, option);
    size_t from = at == STR_NONE ? script->text.len : at + option.len;
    if (from < script->text.len && script->text.ptr[from] == '=' && takes_equals(service))
        from++;
    while (from < script->text.len && byte_is_blank(script->text.ptr[from]))
        from++;
    /* An option that only begins so, and one at the very end, have no argument. */
    if (from == script->text.len || from == at + option.len)
        return NULL;
    char quote = script->text.ptr[from];
    bool quoted = quote == '"' || quote == '\'';
    from += quoted;
    str rest = str_skip(script->text, from);
    size_t length = quoted ? str_find_byte(rest, quote) : str_find_any(rest, STR(" \t\n;&|"));
    str word = str_take(rest, length);
    /* A slice keeps its pieces, so that a finding about the password points into the command. */
    if (!str_starts(word, STR("$")))
        return value_slice(facts->arena, script, from, from + word.len);
    return own_variable(service, str_trim_bytes(word, STR("${}")));
}

/* What an option of the command sets, or NULL: `--requirepass WORD`, `--api-key=WORD`, or inside a script. */
static const struct value *command_option(struct facts *facts, const struct service *service, str option)
{
    const struct workload *workload = service->workload;
    size_t count = workload->entrypoint.count + workload->command.count;
    for (size_t i = 0; option.len && i < count; i++) {
        bool first = i < workload->entrypoint.count;
        struct value *const *list = first ? workload->entrypoint.items : workload->command.items;
        size_t at = first ? i : i - workload->entrypoint.count;
        size_t end = first ? workload->entrypoint.count : workload->command.count;
        str text = list[at]->text;
        if (str_eq_fold(text, option))
            return at + 1 < end ? list[at + 1] : NULL;
        if (str_starts_fold(text, option) && !str_has_byte(text, ' ')) {
            if (text.ptr[option.len] == '=' && takes_equals(service))
                return value_slice(facts->arena, list[at], option.len + 1, text.len);
        } else if (str_contains(text, option)) {
            return script_argument(facts, service, list[at], option);
        }
    }
    return NULL;
}

/* X before X_FILE: images that know both refuse to start with both, which is a finding of its own. */
static const struct value *variable_or_file(
    const struct facts *facts, const struct service *service, str name)
{
    const struct value *value = own_variable(service, name);
    return value || name.len == 0 ? value : secret_file_value(facts, service, name);
}

/* "neo4j/password": one variable that holds both, user first. Without the mark it is no login ("none"). */
static void split_login(struct facts *facts, struct server *server, str mark)
{
    const struct value *both = server->password;
    size_t at = both ? str_find(both->text, mark) : STR_NONE;
    server->password = NULL;
    if (at == STR_NONE)
        return;
    server->user = value_slice(facts->arena, both, 0, at);
    server->password = value_slice(facts->arena, both, at + mark.len, both->text.len);
}

/* The login that the variables of an image create, as far as it is not known yet. */
static void take_login(struct facts *facts, struct server *server, const struct image_info *image)
{
    const struct service *service = server->service;
    if (!server->user)
        server->user = own_variable(service, image->user_variable);
    if (!server->password)
        server->password = variable_or_file(facts, service, image->password_variable);
    if (image->login_mark.len)
        split_login(facts, server, image->login_mark);
    if (!server->admin_password)
        server->admin_password = variable_or_file(facts, service, image->admin_password_variable);
    str names = image->database_variable, name;
    while (!server->database && str_next(&names, ' ', &name))
        server->database = own_variable(service, name);
}

/* A variable or a word that sets up its login is set to what cannot be seen, or any may be. */
static bool hides_login(const struct service *service, const struct image_info *image)
{
    const struct workload *workload = service->workload;
    const str names[] = {image->user_variable, image->password_variable, image->admin_password_variable};
    bool hides = workload->environment_is_open;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const struct value *value = names[i].len ? env_get(&workload->environment, names[i]) : NULL;
        hides |= value && (value->is_hidden || value_hides(value, 0, value->text.len));
    }
    vec_each(struct value *const *, word, &workload->command)
        hides |= value_hides(*word, 0, (*word)->text.len);
    return hides;
}

/* The server that a known store's service runs, with the login its own variables create. */
struct server *graph_add_server(struct facts *facts, struct service *service)
{
    const struct image_info *image = service->image;
    struct server *server = arena_new(facts->arena, struct server);
    const struct workload *workload = service->workload;
    const struct deployment_address *address = address_of(facts, workload);
    server->name = address ? address->label : workload->name;
    server->service = service;
    server->host = workload->container_name.len ? workload->container_name : server->name;
    if (image) {
        server->family = image->family;
        server->port = address ? address_outer_port(address, image->port) : image->port;
        /* The command wins: it is what the server is started with, whatever its variables say. */
        server->user = command_option(facts, service, image->user_option);
        server->password = command_option(facts, service, image->password_option);
        if (!server->password && image->family == FAMILY_REDIS) {
            struct redis_conf conf = redis_conf_read(facts, service);
            server->password = conf.password;
            server->is_open = conf.is_open;
        }
        take_login(facts, server, image);
        const struct image_info *kin = image_kin(image);
        if (kin)
            take_login(facts, server, kin);
        server->hides_login = hides_login(service, image) || (kin && hides_login(service, kin));
        server->user_text = server->user ? server->user->text : image->default_user;
    }
    server->database_text = server->database ? server->database->text : STR("");
    /* The official images create a database named like the user where none is asked for (docker-library). */
    if (!server->database && image && image->family == FAMILY_POSTGRESQL)
        server->database_text = server->user_text;
    service->server = server;
    vec_push(facts->arena, &facts->servers, server);
    return server;
}

static bool listens_on(const struct workload *workload, uint16_t wanted)
{
    uint64_t number;
    vec_each(const struct workload_port *, port, &workload->ports)
        if (port->target == wanted)
            return true;
    vec_each(const str *, exposed, &workload->expose)
        if (number_parse_unsigned(*exposed, UINT16_MAX, &number) && number == wanted)
            return true;
    return false;
}

/* Images of somebody's own: a store by a word of its name or the service's, beside the store's own port. */
static const struct image_info *store_by_name(const struct workload *workload)
{
    str named = image_reference(workload->image).name;
    for (size_t i = 0; i < image_count(); i++) {
        const struct image_info *image = image_at(i);
        if ((image->kind != IMAGE_DATA_STORE && image->kind != IMAGE_BROKER) ||
            !listens_on(workload, image->port))
            continue;
        str word = image_reference(image->repository).name;
        if (word_is_in(named, word) || word_is_in(workload->name, word))
            return image;
    }
    return NULL;
}

/* What its program is known as: by the image, by the server that its command starts, by name and port. */
static const struct image_info *known_image(struct arena *arena, const struct workload *workload)
{
    str reference = workload_reference(workload);
    const struct image_info *image = reference.len ? image_find(reference) : NULL;
    str by_command = image ? STR("") : program_image(arena, workload);
    if (by_command.len)
        image = image_find(by_command);
    /* What it is built from says more than what it is called. */
    bool is_built = workload->built && workload->built->base.len;
    return image || is_built ? image : store_by_name(workload);
}

static bool holds_data(const struct service *service)
{
    const struct image_info *image = service->image;
    return image && !service->is_client &&
           (image->kind == IMAGE_DATA_STORE || image->kind == IMAGE_BROKER || image->kind == IMAGE_POOLER);
}

static void add_binds(struct facts *facts, const struct service *service)
{
    vec_each(const struct workload_port *, port, &service->workload->ports) {
        struct bind *bind = arena_new(facts->arena, struct bind);
        bind->service = service;
        bind->port = port;
        bind->class = port->is_private    ? HOST_CLASS_PRIVATE
                      : port->host_ip.len ? host_classify(facts->arena, port->host_ip)
                                          : HOST_CLASS_WILDCARD;
        bind->fixed_public = bind->class == HOST_CLASS_PUBLIC;
        vec_push(facts->arena, &facts->binds, bind);
    }
}

/* Follows shared networks; a chain ends after as many steps as there are services. */
static void settle_network(struct facts *facts, struct service *service)
{
    const struct service *at = service;
    for (size_t steps = 0; steps <= facts->services.count; steps++) {
        const struct workload_network *network = &at->workload->network;
        if (network->kind == NETWORK_MACHINE)
            service->on_host_network = true;
        if (network->kind != NETWORK_WORKLOAD)
            return;
        struct service *owner = facts_service(facts, network->shares);
        service->shares = owner == service ? NULL : owner;
        if (owner && owner != service && service->workload->active)
            owner->has_sidecar = true;
        if (!owner)
            return;
        at = owner;
    }
}

void graph_services(struct facts *facts)
{
    if (!facts->deployment)
        return;
    addresses_gather(facts);
    vec_each(struct workload *const *, workload, &facts->deployment->workloads) {
        struct service *service = arena_new(facts->arena, struct service);
        service->workload = *workload;
        /* What is scaled to nothing starts no more than what no profile asks for. */
        if ((*workload)->active && span_is_set((*workload)->replicas.at) &&
            replicas_most(&(*workload)->replicas) == 0) {
            struct workload *idle = arena_new(facts->arena, struct workload);
            *idle = **workload;
            idle->active = false;
            service->workload = idle;
        }
        service->image = known_image(facts->arena, *workload);
        service->is_client =
            service->image && ((*workload)->is_task || program_is_client(facts->arena, *workload));
        service->holds_data = holds_data(service);
        vec_push(facts->arena, &facts->services, service);
        map_set(facts->arena, &facts->service_rows, (*workload)->name, service);
    }
    vec_each(struct service *const *, service, &facts->services) {
        settle_network(facts, *service);
        /* What does not start publishes nothing. */
        if (!(*service)->workload->active)
            continue;
        add_binds(facts, *service);
    }
}

void graph_servers(struct facts *facts)
{
    vec_each(struct service *const *, service, &facts->services)
        if ((*service)->workload->active && (*service)->holds_data)
            graph_add_server(facts, *service);
}

bool graph_has_programs(const struct facts *facts)
{
    vec_each(struct service *const *, service, &facts->services) {
        bool is_own = !(*service)->image || (*service)->workload->build;
        if ((*service)->workload->active && is_own && !(*service)->holds_data)
            return true;
    }
    return false;
}
