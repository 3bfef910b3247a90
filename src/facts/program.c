#include "facts/program.h"

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

/* Words of a shell, and programs, after which the next word is the program. */
static const str leaders[] = {
    STR_INIT("exec"),
    STR_INIT("do"),
    STR_INIT("then"),
    STR_INIT("else"),
    STR_INIT("if"),
    STR_INIT("elif"),
    STR_INIT("while"),
    STR_INIT("until"),
    STR_INIT("time"),
    STR_INIT("nice"),
    STR_INIT("env"),
    STR_INIT("nohup"),
    STR_INIT("tini"),
    STR_INIT("dumb-init"),
    STR_INIT("!"),
    STR_INIT("{"),
};

/* One more word comes after it before the program does: the user. */
static const str user_changers[] = {STR_INIT("gosu"), STR_INIT("su-exec")};
static const str shells[] = {STR_INIT("sh"), STR_INIT("bash"), STR_INIT("ash"), STR_INIT("dash")};
/* The images' own script starts whatever it is given; with nothing, or with options, the server. */
static const str entry_points[] = {STR_INIT("docker-entrypoint.sh"), STR_INIT("docker-ensure-initdb.sh")};

/* What the words so far say. */
struct reading {
    bool at_program; /* the next word is a program */
    bool user_next;  /* the next word is gosu's user */
    bool started;    /* an entry point came before: options now are the server's */
    bool client, server;
};

/* The row of a server's program, or the number of rows. */
static size_t server_row(str program)
{
    size_t row = 0;
    while (row < ARRAY_COUNT(servers) && !str_eq(program, servers[row].program))
        row++;
    return row;
}

static bool is_script(str word)
{
    return str_ends(word, STR(".sh")) && !STR_IS_IN(path_base(word), clients);
}

static void read_word(struct reading *reading, str word)
{
    str program = path_base(word);
    if (!reading->at_program || word.len == 0)
        return;
    if (reading->user_next) {
        reading->user_next = false;
        return;
    }
    struct str_cut assignment = str_cut_byte(word, '=');
    bool option = str_starts(word, STR("-"));
    /* `postgres -c …` may be written as `-c …` alone: the entry point puts the server before it. */
    reading->server = reading->server || (option && reading->started);
    if (option || STR_IS_IN(program, leaders) || (assignment.found && str_is_name(assignment.head)))
        return;
    reading->user_next = STR_IS_IN(program, user_changers);
    if (reading->user_next)
        return;
    if (STR_IS_IN(program, entry_points)) {
        reading->started = true;
        return;
    }
    reading->client = reading->client || STR_IS_IN(program, clients);
    /* A script of the project may start anything; a store's image that runs one is taken for the server. */
    reading->server = reading->server || server_row(program) < ARRAY_COUNT(servers) || is_script(word);
    reading->at_program = false;
}

static bool ends_command(char byte)
{
    return byte == ';' || byte == '&' || byte == '|' || byte == '(' || byte == ')' || byte == '`' ||
           byte == '\n';
}

/* A script in one word. What is in quotes is an argument: what it holds is no program. */
static void read_script(struct reading *reading, str script)
{
    size_t from = 0;
    char quote = 0;
    reading->at_program = true;
    for (size_t i = 0; i <= script.len; i++) {
        char byte = i < script.len ? script.ptr[i] : '\n';
        if (quote) {
            quote = byte == quote ? 0 : quote;
            continue;
        }
        if (byte == '\'' || byte == '"')
            quote = byte;
        if (!byte_is_blank(byte) && !ends_command(byte))
            continue;
        read_word(reading, str_slice(script, from, i));
        from = i + 1;
        reading->at_program = reading->at_program || ends_command(byte);
    }
}

bool program_is_client(const struct workload *service)
{
    struct reading reading = {.at_program = true, .started = service->entrypoint.count == 0};
    bool in_shell = false;
    size_t count = service->entrypoint.count + service->command.count;
    for (size_t i = 0; i < count; i++) {
        bool first = i < service->entrypoint.count;
        str word = first ? service->entrypoint.items[i]->text
                         : service->command.items[i - service->entrypoint.count]->text;
        /* `sh -c SCRIPT`: the words after it are the script's arguments. */
        if (in_shell && !str_starts(word, STR("-"))) {
            read_script(&reading, word);
            break;
        }
        in_shell = in_shell || (reading.at_program && STR_IS_IN(path_base(word), shells));
        if (!in_shell)
            read_word(&reading, word);
    }
    /* A script that waits with pg_isready and then starts the server is a server. */
    return reading.client && !reading.server;
}

str program_image(const struct workload *service)
{
    const struct value *first = service->entrypoint.count ? service->entrypoint.items[0]
                                : service->command.count  ? service->command.items[0]
                                                          : NULL;
    size_t row = first ? server_row(path_base(first->text)) : ARRAY_COUNT(servers);
    return row < ARRAY_COUNT(servers) ? servers[row].image : STR("");
}
