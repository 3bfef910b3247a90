#include "facts/program.h"

#include "deploy/launcher.h"
#include "text/host.h"

/* Clients that come with the images of stores and brokers, under the names of their own documentation. */
static const str clients[] = {
    STR_INIT("psql"),
    STR_INIT("pg_dump"),
    STR_INIT("pg_dumpall"),
    STR_INIT("pg_restore"),
    STR_INIT("pg_basebackup"),
    STR_INIT("pg_receivewal"),
    STR_INIT("pg_isready"),
    STR_INIT("pgbench"),
    STR_INIT("vacuumdb"),
    STR_INIT("reindexdb"),
    STR_INIT("createdb"),
    STR_INIT("createuser"),
    STR_INIT("redis-cli"),
    STR_INIT("redis-benchmark"),
    STR_INIT("valkey-cli"),
    STR_INIT("keydb-cli"),
    STR_INIT("mysql"),
    STR_INIT("mysqldump"),
    STR_INIT("mysqladmin"),
    STR_INIT("mysqlcheck"),
    STR_INIT("mysqlimport"),
    STR_INIT("mariadb"),
    STR_INIT("mariadb-dump"),
    STR_INIT("mariadb-admin"),
    STR_INIT("mariadb-check"),
    STR_INIT("mongo"),
    STR_INIT("mongosh"),
    STR_INIT("mongodump"),
    STR_INIT("mongorestore"),
    STR_INIT("mongoexport"),
    STR_INIT("mongoimport"),
    STR_INIT("cqlsh"),
    STR_INIT("nodetool"),
    STR_INIT("clickhouse-client"),
    STR_INIT("cypher-shell"),
    STR_INIT("influx"),
    STR_INIT("etcdctl"),
    STR_INIT("rabbitmqadmin"),
    STR_INIT("rabbitmqctl"),
    STR_INIT("kafka-topics"),
    STR_INIT("kafka-topics.sh"),
    STR_INIT("kafka-configs.sh"),
    STR_INIT("kafka-console-consumer.sh"),
    STR_INIT("kafka-console-producer.sh"),
    STR_INIT("elasticsearch-certutil"),
};

/* The servers themselves, and the scripts of the images that start them; the image that each is known by. */
static const struct {
    str program, image;
} servers[] = {
    {STR_INIT("postgres"), STR_INIT("postgres")},
    {STR_INIT("redis-server"), STR_INIT("redis")},
    {STR_INIT("redis-sentinel"), STR_INIT("")},
    {STR_INIT("valkey-server"), STR_INIT("valkey")},
    {STR_INIT("keydb-server"), STR_INIT("keydb")},
    {STR_INIT("mysqld"), STR_INIT("mysql")},
    {STR_INIT("mysqld_safe"), STR_INIT("mysql")},
    {STR_INIT("mariadbd"), STR_INIT("mariadb")},
    {STR_INIT("mongod"), STR_INIT("mongo")},
    {STR_INIT("mongos"), STR_INIT("mongo")},
    {STR_INIT("cassandra"), STR_INIT("cassandra")},
    {STR_INIT("clickhouse-server"), STR_INIT("clickhouse-server")},
    {STR_INIT("rabbitmq-server"), STR_INIT("rabbitmq")},
    {STR_INIT("etcd"), STR_INIT("etcd")},
    {STR_INIT("pg_ctl"), STR_INIT("postgres")},
};

static const str *OR_NULL server_image(str program)
{
    for (size_t i = 0; i < ARRAY_COUNT(servers); i++)
        if (str_eq(program, servers[i].program))
            return &servers[i].image;
    return NULL;
}

/* What a command starts: its program, or the file that a shell is given. */
static str started(const struct command *command)
{
    size_t at = command_launchers(command), file = launcher_file(command, at);
    return command->words.items[file ? file : at].text;
}

bool program_is_client(struct arena *arena, const struct workload *service)
{
    bool is_client = false;
    struct commands commands = commands_of(arena, service);
    vec_each(const str *, program, &service->beside)
        if (server_image(*program))
            return false;
    vec_each(const struct command *, command, &commands.list) {
        str word = started(command), program = path_base(word);
        bool is_known_client = STR_IS_IN(program, clients);
        /* `postgres -c …` may be written as `-c …` alone: the image puts the server before it. What a script
         * of the project starts nobody knows, and a script that waits with pg_isready and then starts the
         * server is a server. */
        bool is_script = str_ends(word, STR(".sh")) && !is_known_client;
        if (str_starts(word, STR("-")) || is_script || server_image(program))
            return false;
        is_client |= is_known_client;
    }
    return is_client;
}

str program_image(struct arena *arena, const struct workload *service)
{
    struct commands commands = commands_of(arena, service);
    const struct command *last = command_last(&commands);
    const str *image = last ? server_image(path_base(started(last))) : NULL;
    return image ? *image : STR("");
}
