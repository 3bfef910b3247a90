#include "rule/secret_names.h"

#include "language/pack.h"

/* What messages call things by, beside the rules' own texts. */
static const str own_words[] = {
    STR_INIT("bootgate check exec budget graph wait environment process file line column service container"),
    STR_INIT(
        "connection string database server password secret token default documented published user host"),
    STR_INIT("production development compose docker podman kubectl python node ruby rust systemd shell"),
    STR_INIT("postgres postgresql mysql mariadb redis valkey mongodb rabbitmq sqlserver oracle clickhouse"),
    STR_INIT("true false null none auto empty unset disabled enabled openssl rand base64 localhost loopback"),
};

static void show_texts(struct gate *gate, const str *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        gate_show(gate, texts[i]);
}

static void show_rules(struct gate *gate)
{
    if (gate->has_rules)
        return;
    gate->has_rules = true;
    show_texts(gate, own_words, ARRAY_COUNT(own_words));
    for (size_t i = 0; i < rule_count(); i++) {
        const struct rule_info *rule = rule_at(i);
        const str texts[] = {rule->name, rule->summary, rule->why, rule->help};
        show_texts(gate, texts, ARRAY_COUNT(texts));
    }
}

static void show_service(struct gate *gate, const struct workload *service)
{
    const str texts[] = {
        service->name, service->image, service->container_name, service->hostname, service->network.shares};
    show_texts(gate, texts, ARRAY_COUNT(texts));
    const str_vec *lists[] = {&service->aliases, &service->networks, &service->profiles};
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
        show_texts(gate, lists[i]->items, lists[i]->count);
    vec_each(const struct workload_mount *, mount, &service->mounts) {
        gate_show(gate, mount->source);
        gate_show(gate, mount->target);
    }
    vec_each(const struct workload_env_file *, file, &service->env_files)
        gate_show(gate, file->path);
}

/* A part that no client reads a password in. */
static void show_part(struct gate *gate, const struct dsn *dsn, const struct dsn_part *part)
{
    if (!dsn_part_is_secret(dsn, part))
        gate_show(gate, part->text);
}

static void show_connection(struct gate *gate, const struct connection *connection)
{
    const struct dsn *dsn = connection->dsn;
    gate_show(gate, connection->label);
    if (!dsn) {
        gate_show(gate, connection->user);
        gate_show(gate, connection->database);
        vec_each(const struct target *, target, &connection->targets)
            gate_show(gate, target->host);
        return;
    }
    show_part(gate, dsn, &dsn->scheme);
    show_part(gate, dsn, &dsn->user);
    show_part(gate, dsn, &dsn->database);
    vec_each(const struct dsn_host *, host, &dsn->hosts)
        show_part(gate, dsn, &host->host);
}

/* One outside the project is named by the host of a connection: that was shown, or must not be. */
static void show_server(struct gate *gate, const struct server *server)
{
    if (!server->service)
        return;
    const str texts[] = {server->name, family_name(server->family), server->user_text, server->database_text};
    show_texts(gate, texts, ARRAY_COUNT(texts));
}

static void show_described(
    struct gate *gate, const struct sources *sources, const struct deployment *deployment)
{
    /* Those of the projects before this one were. */
    for (; gate->sources_shown < sources->items.count; gate->sources_shown++)
        gate_show(gate, sources->items.items[gate->sources_shown]->name);
    if (!deployment)
        return;
    gate_show(gate, deployment->name);
    vec_each(struct workload *const *, service, &deployment->workloads)
        show_service(gate, *service);
}

void secret_show_deployment(
    struct gate *gate, const struct sources *sources, const struct deployment *deployment)
{
    show_described(gate, sources, deployment);
    show_rules(gate);
}

/* The project's own names first: its own texts hold those, and the gate looks no further than it must. */
void secret_show_names(struct gate *gate, const struct facts *facts)
{
    show_described(gate, facts->sources, facts->deployment);
    vec_each(struct variable *const *, variable, &facts->variables)
        if ((*variable)->value->set)
            gate_show(gate, (*variable)->value->name);
    vec_each(struct connection *const *, connection, &facts->connections)
        show_connection(gate, *connection);
    vec_each(struct server *const *, server, &facts->servers)
        show_server(gate, *server);
    show_rules(gate);
}
