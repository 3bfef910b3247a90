#include "rule/server_settings.h"

#include "base/number.h"
#include "base/word.h"

/* Variables by which images are told their port, by their last words. */
static const str port_names[] = {STR_INIT("port number"), STR_INIT("pgport"), STR_INIT("mysql tcp port"),
    STR_INIT("mssql tcp port"), STR_INIT("rabbitmq node port"), STR_INIT("listen port")};

static bool is_listed(str list, int32_t port)
{
    str item;
    uint64_t number;
    while (str_next(&list, ' ', &item))
        if (number_parse_unsigned(item, UINT16_MAX, &number) && (int32_t)number == port)
            return true;
    return false;
}

/* `--port 6380`, `-p5433`, `-c port=…`, MongoDB's --shardsvr and --configsvr, and any script. */
static bool may_say_port(str word)
{
    return word_is_in(word, STR("port")) || word_is_in(word, STR("conf")) ||
           word_is_in(word, STR("config")) || str_ends(word, STR("svr")) || str_starts(word, STR("-p")) ||
           str_starts(word, STR("/")) || str_contains(word, STR(" -p"));
}

static bool is_told_by_command(const struct workload *workload)
{
    vec_each(struct value *const *, word, &workload->entrypoint)
        if (may_say_port((*word)->text))
            return true;
    vec_each(struct value *const *, word, &workload->command)
        if (may_say_port((*word)->text))
            return true;
    return false;
}

/* The usual one may be written down as well. */
static bool is_told_by_variable(const struct workload *workload, int32_t usual)
{
    uint64_t number;
    vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
        const struct value *value = entry->value;
        bool is_usual = number_parse_unsigned(value->text, UINT16_MAX, &number) && (int32_t)number == usual;
        for (size_t i = 0; !entry->removed && !is_usual && i < ARRAY_COUNT(port_names); i++)
            if (word_is_last(value->name, port_names[i]))
                return true;
    }
    return workload->environment_is_open;
}

/* A file of settings may say it; the time zone, scripts of the first start and data say nothing. */
static bool is_told_by_file(const struct workload *workload)
{
    static const str settings[] = {STR_INIT("conf"), STR_INIT("config"), STR_INIT("cnf"), STR_INIT("ini")};
    vec_each(const struct workload_mount *, mount, &workload->mounts)
        for (size_t i = 0; mount->bind && i < ARRAY_COUNT(settings); i++)
            if (word_is_in(mount->target, settings[i]) || str_starts(mount->target, STR("/etc/redis")) ||
                str_starts(mount->target, STR("/etc/mysql")))
                return true;
    return workload->configs.count > 0;
}

/* Of an option, or of a variable: VALKEY_EXTRA_FLAGS="--requirepass …", DFLY_requirepass, REDIS_ARGS. */
static bool may_say_password(str text)
{
    static const str words[] = {STR_INIT("pass"), STR_INIT("acl"), STR_INIT("conf"), STR_INIT("args"),
        STR_INIT("flags"), STR_INIT("$"), STR_INIT("/")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (str_contains_fold(text, words[i]))
            return true;
    return false;
}

/* ACLs and passwords come by options, by variables of the image, by whatever a script is handed. */
static bool is_told_password(const struct workload *workload)
{
    bool is_told = workload->entrypoint.count > 0 || workload->environment_is_open;
    vec_each(struct value *const *, word, &workload->command)
        is_told |= may_say_password((*word)->text);
    vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
        const struct value *value = entry->value;
        bool is_set = !entry->removed && (value->is_hidden || value->text.len > 0);
        bool is_none = word_is_in(value->name, STR("empty")); /* ALLOW_EMPTY_PASSWORD */
        is_told |= is_set && !is_none && may_say_password(value->name);
    }
    return is_told;
}

bool server_knows_no_password(const struct server *server)
{
    const struct workload *workload = server->service->workload;
    return family_row(server->family)->refuses_needless && server->service->image &&
           server->service->image->open_by_default && !server->password && !server->hides_login &&
           !workload->build && !is_told_password(workload) && !is_told_by_file(workload);
}

bool server_port_is_shut(const struct server *server, int32_t port)
{
    const struct workload *workload = server->service->workload;
    str listens = family_row(server->family)->listens;
    /* What is built here may have settings of its own; where a pooler listens is one of them. */
    if (!server->service->image || server->service->image->kind == IMAGE_POOLER || workload->build ||
        !is_listed(listens, server->port))
        return false;
    return !is_listed(listens, port) && !is_told_by_command(workload) &&
           !is_told_by_variable(workload, server->port) && !is_told_by_file(workload);
}
