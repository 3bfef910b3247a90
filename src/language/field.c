#include "language/field.h"

#include "base/named.h"

/* ---- variables */

EVAL_GETTER(variable_name, struct variable, eval_text(row->value->name))
EVAL_GETTER(variable_value, struct variable, eval_text_if(row->value->set, row->value->text))
EVAL_GETTER(variable_secret, struct variable, eval_truth(row->secret))
EVAL_GETTER(variable_origin, struct variable, eval_text(origin_name(row->value->origin)))
EVAL_GETTER(variable_derived, struct variable, eval_truth(row->derived))

static struct eval_value variable_services(struct arena *arena, const void *fact)
{
    const struct variable *row = fact;
    str_vec names = {0};
    vec_each(const struct holder *, holder, &row->holders)
        vec_push(arena, &names, service_name(holder->service));
    return eval_texts(arena, &names);
}

static const struct field variable_fields[] = {
    {STR_INIT("name"), EVAL_TEXT, false, variable_name, STR_INIT("its name")},
    {STR_INIT("value"), EVAL_TEXT, true, variable_value, STR_INIT("its effective value")},
    {STR_INIT("secret"), EVAL_BOOL, false, variable_secret, STR_INIT("whether it is a secret")},
    {STR_INIT("origin"), EVAL_TEXT, false, variable_origin,
        STR_INIT("who set it: process, env file, service, …")},
    {STR_INIT("derived"), EVAL_BOOL, false, variable_derived,
        STR_INIT("whether it was put together from parts")},
    {STR_INIT("services"), EVAL_LIST, false, variable_services, STR_INIT("the services that are handed it")},
};

/* ---- connections */

static const struct target *first_target(const struct connection *connection)
{
    static const struct target none = {0};
    return connection->targets.count > 0 ? &connection->targets.items[0] : &none;
}

EVAL_GETTER(dsn_name, struct connection, eval_text(row->label))
EVAL_GETTER(dsn_family, struct connection, eval_text(family_name(row->family)))
EVAL_GETTER(dsn_user, struct connection, eval_text_if(row->has_user, row->user))
EVAL_GETTER(dsn_password, struct connection, eval_text_if(row->has_password, row->password))
EVAL_GETTER(dsn_database, struct connection, eval_text_if(row->has_database, row->database))
EVAL_GETTER(dsn_all_hosts, struct connection, EVAL_TEXTS_OF(arena, &row->targets, struct target, host))
EVAL_GETTER(dsn_host, struct connection, eval_text_if(row->targets.count > 0, first_target(row)->host))
EVAL_GETTER(dsn_port, struct connection, eval_number_if(first_target(row)->port > 0, first_target(row)->port))
EVAL_GETTER(dsn_class, struct connection,
    eval_text_if(row->targets.count > 0, host_class_name(first_target(row)->class)))
EVAL_GETTER(
    dsn_driver, struct connection, eval_text_if(row->dsn != NULL, row->dsn ? row->dsn->driver : STR("")))
EVAL_GETTER(dsn_scheme, struct connection,
    eval_text_if(row->dsn && row->dsn->scheme.present, row->dsn ? row->dsn->scheme.text : STR("")))
EVAL_GETTER(dsn_service, struct connection, eval_text_if(row->service != NULL, service_name(row->service)))
EVAL_GETTER(dsn_server, struct connection,
    eval_text_if(first_target(row)->server != NULL,
        first_target(row)->server ? first_target(row)->server->name : STR("")))

static const struct field dsn_fields[] = {
    {STR_INIT("name"), EVAL_TEXT, false, dsn_name, STR_INIT("the variable, or what its parts begin with")},
    {STR_INIT("family"), EVAL_TEXT, false, dsn_family, STR_INIT("the kind of server: postgresql, redis, …")},
    {STR_INIT("scheme"), EVAL_TEXT, false, dsn_scheme, STR_INIT("the scheme as written")},
    {STR_INIT("driver"), EVAL_TEXT, false, dsn_driver, STR_INIT("the scheme's driver; empty: none")},
    {STR_INIT("user"), EVAL_TEXT, false, dsn_user, STR_INIT("the user, decoded")},
    {STR_INIT("password"), EVAL_TEXT, true, dsn_password, STR_INIT("the password, decoded")},
    {STR_INIT("host"), EVAL_TEXT, false, dsn_host, STR_INIT("the first host")},
    {STR_INIT("hosts"), EVAL_LIST, false, dsn_all_hosts, STR_INIT("all hosts")},
    {STR_INIT("host_class"), EVAL_TEXT, false, dsn_class, STR_INIT("loopback, private, public, name, …")},
    {STR_INIT("port"), EVAL_NUMBER, false, dsn_port, STR_INIT("the first host's port")},
    {STR_INIT("database"), EVAL_TEXT, false, dsn_database, STR_INIT("the database")},
    {STR_INIT("service"), EVAL_TEXT, false, dsn_service, STR_INIT("the service that connects")},
    {STR_INIT("server"), EVAL_TEXT, false, dsn_server,
        STR_INIT("the server that it leads to, where that is known")},
};

/* ---- binds */

EVAL_GETTER(bind_service, struct bind, eval_text(service_name(row->service)))
EVAL_GETTER(bind_address, struct bind, eval_text_if(row->port->host_ip_set, row->port->host_ip))
EVAL_GETTER(bind_class, struct bind, eval_text(host_class_name(row->class)))
EVAL_GETTER(bind_published, struct bind, eval_text_if(row->port->published.len > 0, row->port->published))
EVAL_GETTER(bind_port, struct bind, eval_number_if(true, row->port->target))
EVAL_GETTER(bind_protocol, struct bind, eval_text(row->port->protocol))
EVAL_GETTER(bind_kind, struct bind,
    eval_text_if(row->service->image != NULL,
        row->service->image ? image_kind_name(row->service->image->kind) : STR("")))

static const struct field bind_fields[] = {
    {STR_INIT("service"), EVAL_TEXT, false, bind_service, STR_INIT("the service that is published")},
    {STR_INIT("address"), EVAL_TEXT, false, bind_address,
        STR_INIT("the address of the machine; unset: all of them")},
    {STR_INIT("class"), EVAL_TEXT, false, bind_class, STR_INIT("loopback, wildcard, private or public")},
    {STR_INIT("published"), EVAL_TEXT, false, bind_published,
        STR_INIT("the machine's port, or a range; unset: any")},
    {STR_INIT("port"), EVAL_NUMBER, false, bind_port, STR_INIT("the container's port")},
    {STR_INIT("protocol"), EVAL_TEXT, false, bind_protocol, STR_INIT("tcp or udp")},
    {STR_INIT("kind"), EVAL_TEXT, false, bind_kind,
        STR_INIT("data store, admin page, web proxy, …; unset: not known")},
};

/* ---- services */

EVAL_GETTER(service_own_name, struct service, eval_text(row->workload->name))
EVAL_GETTER(service_image, struct service, eval_text_if(row->workload->image.len > 0, row->workload->image))
EVAL_GETTER(service_kind, struct service,
    eval_text_if(row->image != NULL, row->image ? image_kind_name(row->image->kind) : STR("")))
EVAL_GETTER(service_builds, struct service, eval_truth(row->workload->build != NULL))
EVAL_GETTER(service_replicas, struct service, eval_number_if(true, row->workload->replicas.count))
EVAL_GETTER(service_network_mode, struct service,
    eval_text_if(row->workload->network.text.len > 0, row->workload->network.text))
EVAL_GETTER(service_host_network, struct service, eval_truth(row->on_host_network))
EVAL_GETTER(service_profiles, struct service, eval_texts(arena, &row->workload->profiles))
EVAL_GETTER(service_networks, struct service, eval_texts(arena, &row->workload->networks))
EVAL_GETTER(service_ports, struct service, eval_number_if(true, (int64_t)row->workload->ports.count))
EVAL_GETTER(service_healthcheck, struct service, eval_truth(row->workload->has_healthcheck))

static struct eval_value service_variables(struct arena *arena, const void *fact)
{
    const struct service *row = fact;
    str_vec names = {0};
    vec_each(const struct map_entry *, entry, &row->workload->environment.map.entries)
        if (!entry->removed)
            vec_push(arena, &names, entry->key);
    return eval_texts(arena, &names);
}

static const struct field service_fields[] = {
    {STR_INIT("name"), EVAL_TEXT, false, service_own_name, STR_INIT("its name")},
    {STR_INIT("image"), EVAL_TEXT, false, service_image, STR_INIT("its image; unset: it is built")},
    {STR_INIT("kind"), EVAL_TEXT, false, service_kind,
        STR_INIT("what its image is: data store, web proxy, …")},
    {STR_INIT("builds"), EVAL_BOOL, false, service_builds, STR_INIT("whether it has a build section")},
    {STR_INIT("replicas"), EVAL_NUMBER, false, service_replicas, STR_INIT("how many containers of it run")},
    {STR_INIT("network_mode"), EVAL_TEXT, false, service_network_mode, STR_INIT("its network_mode")},
    {STR_INIT("host_network"), EVAL_BOOL, false, service_host_network,
        STR_INIT("whether it is on the machine's network")},
    {STR_INIT("networks"), EVAL_LIST, false, service_networks,
        STR_INIT("its networks; none: the default one")},
    {STR_INIT("profiles"), EVAL_LIST, false, service_profiles, STR_INIT("its profiles")},
    {STR_INIT("ports"), EVAL_NUMBER, false, service_ports, STR_INIT("how many ports it publishes")},
    {STR_INIT("healthcheck"), EVAL_BOOL, false, service_healthcheck,
        STR_INIT("whether it has a health check")},
    {STR_INIT("variables"), EVAL_LIST, false, service_variables,
        STR_INIT("the names of the variables it is handed")},
};

/* ---- servers */

EVAL_GETTER(server_name, struct server, eval_text(row->name))
EVAL_GETTER(server_host, struct server, eval_text_if(row->host.len > 0, row->host))
EVAL_GETTER(server_port, struct server, eval_number_if(row->port > 0, row->port))
EVAL_GETTER(server_family, struct server, eval_text_if(row->family != FAMILY_NONE, family_name(row->family)))
EVAL_GETTER(server_user, struct server, eval_text_if(row->user_text.len > 0, row->user_text))
EVAL_GETTER(server_database, struct server, eval_text_if(row->database_text.len > 0, row->database_text))
EVAL_GETTER(server_clients, struct server, eval_number_if(true, (int64_t)row->clients.count))
EVAL_GETTER(server_own, struct server, eval_truth(row->service != NULL))

static const struct field server_fields[] = {
    {STR_INIT("name"), EVAL_TEXT, false, server_name, STR_INIT("its service, or host:port")},
    {STR_INIT("host"), EVAL_TEXT, false, server_host, STR_INIT("the name that clients use")},
    {STR_INIT("port"), EVAL_NUMBER, false, server_port, STR_INIT("its port")},
    {STR_INIT("family"), EVAL_TEXT, false, server_family, STR_INIT("postgresql, redis, …")},
    {STR_INIT("user"), EVAL_TEXT, false, server_user, STR_INIT("the user that it creates")},
    {STR_INIT("database"), EVAL_TEXT, false, server_database, STR_INIT("the database that it creates")},
    {STR_INIT("clients"), EVAL_NUMBER, false, server_clients, STR_INIT("how many connections lead to it")},
    {STR_INIT("own"), EVAL_BOOL, false, server_own, STR_INIT("whether it is a service of this project")},
};

/* ---- files */

EVAL_GETTER(file_name, struct input_file, eval_text(row->source->name))
EVAL_GETTER(file_example, struct input_file, eval_truth(row->is_example))
EVAL_GETTER(file_live, struct input_file, eval_truth(row->is_live))
EVAL_GETTER(file_mode, struct input_file, eval_text(arena_printf(arena, "%04o", row->mode & 07777)))
EVAL_GETTER(file_variables, struct input_file, eval_number_if(true, (int64_t)row->env.map.live))

static const struct field file_fields[] = {
    {STR_INIT("name"), EVAL_TEXT, false, file_name, STR_INIT("its path")},
    {STR_INIT("example"), EVAL_BOOL, false, file_example, STR_INIT("whether its values are published ones")},
    {STR_INIT("live"), EVAL_BOOL, false, file_live, STR_INIT("whether its values are judged")},
    {STR_INIT("permissions"), EVAL_TEXT, false, file_mode, STR_INIT("its mode in octal, such as 0600")},
    {STR_INIT("variables"), EVAL_NUMBER, false, file_variables, STR_INIT("how many variables it sets")},
};

/* ---- sets */

#define FIELDS(list) (list), ARRAY_COUNT(list)

static const struct field_set sets[] = {
    {STR_INIT("variable"), FACT_VARIABLE, FIELDS(variable_fields)},
    {STR_INIT("dsn"), FACT_DSN, FIELDS(dsn_fields)},
    {STR_INIT("bind"), FACT_BIND, FIELDS(bind_fields)},
    {STR_INIT("service"), FACT_SERVICE, FIELDS(service_fields)},
    {STR_INIT("server"), FACT_SERVER, FIELDS(server_fields)},
    {STR_INIT("file"), FACT_FILE, FIELDS(file_fields)},
};

size_t field_set_count(void)
{
    return ARRAY_COUNT(sets);
}

const struct field_set *field_set_at(size_t index)
{
    return &sets[index];
}

const struct field_set *field_set_find(str over)
{
    return named_find(NAMED_BY(sets, ARRAY_COUNT(sets), struct field_set, over), over);
}

static struct named fields_of(const struct field_set *set)
{
    return NAMED_BY(set->fields, set->count, struct field, name);
}

const struct field *field_find(const struct field_set *set, str name)
{
    return named_find(fields_of(set), name);
}

str field_nearest(const struct field_set *set, str name)
{
    return named_nearest(fields_of(set), name);
}
