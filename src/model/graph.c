#include "model/graph.h"

#include "model/program.h"
#include "model/secret_file.h"

static const struct value *own_variable(const struct service *service, str name)
{
    const struct value *value = name.len ? env_get(&service->compose->environment, name) : NULL;
    return value && value->set ? value : NULL;
}

/* Redis and its kin take their password as an option of the command (redis.io, "AUTH"). */
static const struct value *command_password(const struct service *service)
{
    const struct compose_service *compose = service->compose;
    if (!str_eq(service->image->family, STR("redis")))
        return NULL;
    for (size_t i = 0; i + 1 < compose->command.count; i++)
        if (str_eq_fold(compose->command.items[i]->text, STR("--requirepass")))
            return compose->command.items[i + 1];
    return NULL;
}

static const struct value *variable_or_file(
    const struct facts *facts, const struct service *service, str name)
{
    const struct value *value = own_variable(service, name);
    return value || name.len == 0 ? value : secret_file_value(facts, service, name);
}

/* The login that the variables of an image create, as far as it is not known yet. */
static void take_login(struct facts *facts, struct server *server, const struct image_info *image)
{
    const struct service *service = server->service;
    if (!server->user)
        server->user = own_variable(service, image->user_variable);
    if (!server->password)
        server->password = variable_or_file(facts, service, image->password_variable);
    if (!server->admin_password)
        server->admin_password = variable_or_file(facts, service, image->admin_password_variable);
    if (!server->database)
        server->database = own_variable(service, image->database_variable);
}

/* The server that a known store's service runs, with the login its own variables create. */
struct server *graph_add_server(struct facts *facts, struct service *service)
{
    const struct image_info *image = service->image;
    struct server *server = arena_new(facts->arena, struct server);
    const struct compose_service *compose = service->compose;
    server->name = compose->name;
    server->service = service;
    server->host = compose->container_name.len ? compose->container_name : compose->name;
    if (image) {
        server->family = image->family;
        server->port = image->port;
        server->password = command_password(service);
        take_login(facts, server, image);
        if (image_kin(image))
            take_login(facts, server, image_kin(image));
        server->user_text = server->user ? server->user->text : image->default_user;
    }
    server->database_text = server->database ? server->database->text : STR("");
    /* The official images create a database named like the user where none is asked for (docker-library). */
    if (!server->database && image && str_eq(image->family, STR("postgresql")))
        server->database_text = server->user_text;
    service->server = server;
    vec_push(facts->arena, &facts->servers, server);
    return server;
}

static bool runs_server(const struct service *service)
{
    const struct image_info *image = service->image;
    return image && !service->is_client &&
           (image->kind == IMAGE_DATA_STORE || image->kind == IMAGE_BROKER || image->kind == IMAGE_POOLER);
}

static void add_binds(struct facts *facts, const struct service *service)
{
    vec_each(const struct compose_port *, port, &service->compose->ports) {
        struct bind *bind = arena_new(facts->arena, struct bind);
        bind->service = service;
        bind->port = port;
        bind->class = port->host_ip.len ? host_classify(port->host_ip) : HOST_CLASS_WILDCARD;
        bind->fixed_public = bind->class == HOST_CLASS_PUBLIC;
        vec_push(facts->arena, &facts->binds, bind);
    }
}

/* Follows network_mode; a chain of service:x ends after as many steps as there are services. */
static void settle_network(struct facts *facts, struct service *service)
{
    const struct service *at = service;
    for (size_t steps = 0; at && steps <= facts->services.count; steps++) {
        str mode = at->compose->network_mode;
        if (str_eq(mode, STR("host")))
            service->on_host_network = true;
        if (!str_starts(mode, STR("service:")))
            return;
        struct service *owner = facts_service(facts, str_skip(mode, STR("service:").len));
        service->shares = owner == service ? NULL : owner;
        if (owner && owner != service && service->compose->active)
            owner->has_sidecar = true;
        at = owner;
    }
}

void graph_services(struct facts *facts)
{
    if (!facts->project)
        return;
    vec_each(struct compose_service *const *, compose, &facts->project->services) {
        struct service *service = arena_new(facts->arena, struct service);
        service->compose = *compose;
        service->image = (*compose)->image.len ? image_find((*compose)->image) : NULL;
        service->is_client = service->image && program_is_client(*compose);
        vec_push(facts->arena, &facts->services, service);
        map_set(facts->arena, &facts->service_rows, (*compose)->name, service);
    }
    vec_each(struct service *const *, service, &facts->services) {
        settle_network(facts, *service);
        if (!(*service)->compose->active)
            continue;
        add_binds(facts, *service);
    }
}

void graph_servers(struct facts *facts)
{
    vec_each(struct service *const *, service, &facts->services)
        if ((*service)->compose->active && runs_server(*service))
            graph_add_server(facts, *service);
}
