#include "dsn/family.h"

/* clang-format off */
static const struct dsn_family families[] = {
    [FAMILY_POSTGRESQL] = {
        .about = STR_INIT("PostgreSQL and what speaks its protocol"),
        .port = 5432, .listens = STR_INIT("5432"),
        .dialect = true,
        .clients = {CLIENT_LIBPQ, CLIENT_SQLALCHEMY, CLIENT_ASYNCPG, CLIENT_PGX, CLIENT_NODE_POSTGRES,
            CLIENT_PQ, CLIENT_DJANGO_ENVIRON},
        .client_count = 7, .unlikely_count = 2,
        .pooled = true, .named_databases = true, .standing = {STR_INIT("postgres"), STR_INIT("template1")},
        .password_change = STR_INIT("ALTER ROLE {user} PASSWORD '…'"), .takes_hashes = true,
        .is_asked = true, .trusts_loopback = true, .opens_files = true,
    },
    [FAMILY_MYSQL] = {
        .about = STR_INIT("MySQL and MariaDB"), .port = 3306, .listens = STR_INIT("3306 33060"),
        .default_host = STR_INIT("localhost"), .dialect = true,
        .clients = {CLIENT_SQLALCHEMY, CLIENT_MYSQL2, CLIENT_DJANGO_ENVIRON}, .client_count = 3,
        .unlikely_count = 1,
        .pooled = true, .named_databases = true, .standing = {STR_INIT("mysql"), STR_INIT("information_schema")},
        .password_change = STR_INIT("ALTER USER '{user}' IDENTIFIED BY '…'"), .opens_files = true,
        .root_change =
            STR_INIT("ALTER USER IF EXISTS 'root'@'localhost' IDENTIFIED BY '…', 'root'@'%' IDENTIFIED BY '…'"),
    },
    [FAMILY_SQLITE] = {
        .about = STR_INIT("SQLite and other databases in a file"), .file = true,
        .dialect = true, .clients = {CLIENT_SQLALCHEMY}, .client_count = 1,
    },
    [FAMILY_MSSQL] = {
        .about = STR_INIT("Microsoft SQL Server"), .port = 1433, .dialect = true,
        .listens = STR_INIT("1433 1434"),
        .clients = {CLIENT_SQLALCHEMY, CLIENT_GO_MSSQLDB, CLIENT_SQLCMD}, .client_count = 3,
        .unlikely_count = 1,
        .pooled = true, .password_change = STR_INIT("ALTER LOGIN {user} WITH PASSWORD = '…'"),
    },
    [FAMILY_ORACLE] = {
        .about = STR_INIT("Oracle Database"), .port = 1521, .dialect = true, .aliases = true,
        .clients = {CLIENT_SQLALCHEMY}, .client_count = 1,
    },
    [FAMILY_CLICKHOUSE] = {
        .about = STR_INIT("ClickHouse"), .port = 9000, .answers_web = true,
        .default_host = STR_INIT("localhost"), .dialect = true,
        .clients = {CLIENT_CLICKHOUSE}, .client_count = 1,
    },
    [FAMILY_SQL] = {
        .about = STR_INIT("other SQLAlchemy dialects: snowflake, trino, duckdb, …"),
        .dialect = true, .clients = {CLIENT_SQLALCHEMY}, .client_count = 1,
    },
    [FAMILY_MONGODB] = {
        .about = STR_INIT("MongoDB, also by SRV record"), .port = 27017,
        .listens = STR_INIT("27017"),
        .clients = {CLIENT_MONGODB, CLIENT_PYMONGO}, .client_count = 2,
        .password_change = STR_INIT("db.changeUserPassword()"), .opens_files = true,
    },
    [FAMILY_REDIS] = {
        .about = STR_INIT("Redis and Valkey, sockets and sentinels too"), .port = 6379,
        .listens = STR_INIT("6379 26379"), /* the second is Sentinel's */
        .default_host = STR_INIT("localhost"), .token_user = true, .refuses_needless = true,
        .clients = {CLIENT_REDIS_PY, CLIENT_IOREDIS, CLIENT_NODE_REDIS, CLIENT_KOMBU, CLIENT_GO_REDIS,
            CLIENT_LETTUCE, CLIENT_JEDIS, CLIENT_REDIS_RS, CLIENT_PREDIS},
        .client_count = 9, .unlikely_count = 5, .by_transport = CLIENT_PREDIS,
    },
    [FAMILY_AMQP] = {
        .about = STR_INIT("RabbitMQ and other AMQP brokers"), .port = 5672,
        .listens = STR_INIT("5672 5671"),
        .default_host = STR_INIT("localhost"), .clients = {CLIENT_AMQP, CLIENT_KOMBU}, .client_count = 2,
        .password_change = STR_INIT("rabbitmqctl change_password {user} …"), .client_password = STR_INIT("guest"),
        .client_password_by = STR_INIT("no password: clients send their default, guest (kombu, amqp091-go)"),
    },
    [FAMILY_KAFKA] = {
        .about = STR_INIT("Kafka: a list of brokers"), .port = 9092,
        .clients = {CLIENT_KAFKA}, .client_count = 1,
    },
    [FAMILY_HTTP] = {
        .is_program = true, .about = STR_INIT("services that are spoken to over HTTP"), .port = 80,
        .plain_path = true, .token_user = true,
        .clients = {CLIENT_CURL, CLIENT_URLLIB, CLIENT_WHATWG, CLIENT_GO_URL}, .client_count = 4,
    },
    [FAMILY_SMTP] = {
        .is_program = true, .about = STR_INIT("mail servers"), .port = 25,
        .default_host = STR_INIT("localhost"), .clients = {CLIENT_NODEMAILER}, .client_count = 1,
    },
    [FAMILY_S3] = {
        .signs_requests = true,
        .is_program = true, .about = STR_INIT("object storage: the host is a bucket, the server in endpoint="),
        .port = 443, .clients = {CLIENT_URL}, .client_count = 1,
    },
    [FAMILY_AZURE] = {
        .is_program = true, .about = STR_INIT("Azure storage, Cosmos DB and Service Bus key=value strings"),
        .port = 443, .clients = {CLIENT_AZURE}, .client_count = 1,
    },
    [FAMILY_MEMCACHED] = {
        .about = STR_INIT("memcached"), .port = 11211, .listens = STR_INIT("11211"), .carrier = FAMILY_URL,
    },
    [FAMILY_ELASTICSEARCH] = {
        .about = STR_INIT("Elasticsearch and OpenSearch, spoken to over HTTP"), .port = 9200, .carrier = FAMILY_HTTP,
        .password_change = STR_INIT("elasticsearch-reset-password"),
    },
    [FAMILY_COUCHDB] = {
        .about = STR_INIT("CouchDB, spoken to over HTTP"), .port = 5984, .carrier = FAMILY_HTTP,
        .password_change = STR_INIT("PUT /_node/_local/_config/admins/{user}"),
    },
    [FAMILY_ARANGODB] = {
        .about = STR_INIT("ArangoDB, spoken to over HTTP"), .port = 8529, .carrier = FAMILY_HTTP,
        .password_change = STR_INIT("require('@arangodb/users').update()"),
    },
    [FAMILY_INFLUXDB] = {
        .about = STR_INIT("InfluxDB, spoken to over HTTP"), .port = 8086, .carrier = FAMILY_HTTP,
        .password_change = STR_INIT("influx user password"),
    },
    [FAMILY_NEO4J] = {
        .about = STR_INIT("Neo4j, by Bolt"), .port = 7687, .carrier = FAMILY_URL,
        .password_change = STR_INIT("ALTER CURRENT USER SET PASSWORD"),
    },
    [FAMILY_CASSANDRA] = {
        .about = STR_INIT("Cassandra and ScyllaDB"), .port = 9042, .carrier = FAMILY_URL,
        .password_change = STR_INIT("ALTER ROLE {user} WITH PASSWORD = '…'"),
    },
    [FAMILY_NATS] = {
        .about = STR_INIT("NATS"), .port = 4222, .carrier = FAMILY_URL,
    },
    [FAMILY_MQTT] = {
        .about = STR_INIT("MQTT brokers"), .port = 1883, .carrier = FAMILY_URL,
    },
    [FAMILY_HOSTS] = {
        .is_program = true, .about = STR_INIT("a list of host:port, its protocol known only to the program"),
        .clients = {CLIENT_KAFKA}, .client_count = 1,
    },
    [FAMILY_URL] = {
        .is_program = true, .about = STR_INIT("any other scheme://host"), .token_user = true,
        .clients = {CLIENT_URL}, .client_count = 1,
    },
};

static const str names[] = {
#define FAMILY_NAME(id, name) [FAMILY_##id] = STR_INIT(name),
    FAMILY_LIST(FAMILY_NAME)
#undef FAMILY_NAME
};

/* In byte order of the names. */
static const struct dsn_scheme schemes[] = {
    {STR_INIT("amqp"), FAMILY_AMQP, .tls = TLS_NO},
    {STR_INIT("amqps"), FAMILY_AMQP, .port = 5671, .tls = TLS_YES},
    {STR_INIT("asyncpg"), FAMILY_POSTGRESQL},
    {STR_INIT("awsathena"), FAMILY_SQL, .port = 443, .named = true},
    {STR_INIT("azuresql"), FAMILY_MSSQL},
    {STR_INIT("bigquery"), FAMILY_SQL, .named = true},
    {STR_INIT("bolt"), FAMILY_URL, .port = 7687},
    {STR_INIT("bolt+s"), FAMILY_URL, .port = 7687, .tls = TLS_YES},
    {STR_INIT("cassandra"), FAMILY_URL, .port = 9042},
    {STR_INIT("clickhouse"), FAMILY_CLICKHOUSE},
    {STR_INIT("clickhousedb"), FAMILY_CLICKHOUSE, .port = 8123},
    {STR_INIT("clickhouses"), FAMILY_CLICKHOUSE, .port = 9440, .tls = TLS_YES},
    {STR_INIT("cockroach"), FAMILY_POSTGRESQL, .port = 26257},
    {STR_INIT("cockroachdb"), FAMILY_POSTGRESQL, .port = 26257},
    {STR_INIT("consul"), FAMILY_URL, .port = 8500},
    {STR_INIT("couchbase"), FAMILY_URL, .port = 11210},
    {STR_INIT("couchdb"), FAMILY_URL, .port = 5984},
    {STR_INIT("crdb"), FAMILY_POSTGRESQL, .port = 26257},
    {STR_INIT("databricks"), FAMILY_SQL, .port = 443},
    {STR_INIT("db2"), FAMILY_SQL, .port = 50000},
    {STR_INIT("dqlite"), FAMILY_URL, .port = 9001},
    {STR_INIT("duckdb"), FAMILY_SQLITE},
    {STR_INIT("ecto"), FAMILY_POSTGRESQL, .only = CLIENT_ECTO},
    {STR_INIT("elasticsearch"), FAMILY_HTTP, .port = 9200},
    {STR_INIT("etcd"), FAMILY_URL, .port = 2379},
    {STR_INIT("file"), FAMILY_SQLITE},
    {STR_INIT("firebird"), FAMILY_SQL, .port = 3050},
    {STR_INIT("ftp"), FAMILY_URL, .port = 21, .tls = TLS_NO},
    {STR_INIT("gmail+smtp"), FAMILY_SMTP, .port = 465, .tls = TLS_YES},
    {STR_INIT("grpc"), FAMILY_URL},
    {STR_INIT("grpcs"), FAMILY_URL, .port = 443, .tls = TLS_YES},
    {STR_INIT("hana"), FAMILY_SQL, .port = 30015},
    {STR_INIT("hive"), FAMILY_SQL, .port = 10000},
    {STR_INIT("http"), FAMILY_HTTP, .tls = TLS_NO},
    {STR_INIT("https"), FAMILY_HTTP, .port = 443, .tls = TLS_YES},
    {STR_INIT("ibm-db"), FAMILY_SQL, .port = 50000, .only = CLIENT_DOCTRINE},
    {STR_INIT("ibm-db2"), FAMILY_SQL, .port = 50000, .only = CLIENT_DOCTRINE},
    {STR_INIT("ibm_db_sa"), FAMILY_SQL, .port = 50000},
    {STR_INIT("imap"), FAMILY_URL, .port = 143},
    {STR_INIT("imaps"), FAMILY_URL, .port = 993, .tls = TLS_YES},
    {STR_INIT("influxdb"), FAMILY_HTTP, .port = 8086},
    {STR_INIT("kafka"), FAMILY_KAFKA},
    {STR_INIT("keydb"), FAMILY_REDIS},
    {STR_INIT("ldap"), FAMILY_URL, .port = 389},
    {STR_INIT("ldaps"), FAMILY_URL, .port = 636, .tls = TLS_YES},
    {STR_INIT("librabbitmq"), FAMILY_AMQP},
    {STR_INIT("mariadb"), FAMILY_MYSQL},
    {STR_INIT("memcache"), FAMILY_URL, .port = 11211},
    {STR_INIT("memcached"), FAMILY_URL, .port = 11211},
    {STR_INIT("minio"), FAMILY_S3, .port = 9000},
    {STR_INIT("mongo"), FAMILY_MONGODB},
    {STR_INIT("mongodb"), FAMILY_MONGODB},
    {STR_INIT("mongodb+srv"), FAMILY_MONGODB, .tls = TLS_YES},
    {STR_INIT("mqtt"), FAMILY_URL, .port = 1883},
    {STR_INIT("mqtts"), FAMILY_URL, .port = 8883, .tls = TLS_YES},
    {STR_INIT("mssql"), FAMILY_MSSQL},
    {STR_INIT("mssqlms"), FAMILY_MSSQL},
    {STR_INIT("mysql"), FAMILY_MYSQL},
    {STR_INIT("mysql+srv"), FAMILY_MYSQL},
    {STR_INIT("mysql-connector"), FAMILY_MYSQL},
    {STR_INIT("mysql2"), FAMILY_MYSQL},
    {STR_INIT("mysqlgis"), FAMILY_MYSQL},
    {STR_INIT("mysqli"), FAMILY_MYSQL},
    {STR_INIT("mysqlx"), FAMILY_MYSQL, .port = 33060},
    {STR_INIT("mysqlx+srv"), FAMILY_MYSQL, .port = 33060},
    {STR_INIT("nats"), FAMILY_URL, .port = 4222},
    {STR_INIT("neo4j"), FAMILY_URL, .port = 7687},
    {STR_INIT("neo4j+s"), FAMILY_URL, .port = 7687, .tls = TLS_YES},
    {STR_INIT("oci8"), FAMILY_ORACLE, .only = CLIENT_DOCTRINE},
    {STR_INIT("opensearch"), FAMILY_HTTP, .port = 9200},
    {STR_INIT("oracle"), FAMILY_ORACLE},
    {STR_INIT("oraclegis"), FAMILY_ORACLE, .only = CLIENT_URL},
    {STR_INIT("pdo-mysql"), FAMILY_MYSQL, .only = CLIENT_DOCTRINE},
    {STR_INIT("pdo-oci"), FAMILY_ORACLE, .only = CLIENT_DOCTRINE},
    {STR_INIT("pdo-pgsql"), FAMILY_POSTGRESQL, .only = CLIENT_DOCTRINE},
    {STR_INIT("pdo-sqlite"), FAMILY_SQLITE, .only = CLIENT_DOCTRINE},
    {STR_INIT("pdo-sqlsrv"), FAMILY_MSSQL, .only = CLIENT_DOCTRINE},
    {STR_INIT("pdo_mysql"), FAMILY_MYSQL, .only = CLIENT_DOCTRINE},
    {STR_INIT("pdo_pgsql"), FAMILY_POSTGRESQL, .only = CLIENT_DOCTRINE},
    {STR_INIT("pdo_sqlite"), FAMILY_SQLITE, .only = CLIENT_DOCTRINE},
    {STR_INIT("pdo_sqlsrv"), FAMILY_MSSQL, .only = CLIENT_DOCTRINE},
    {STR_INIT("pg"), FAMILY_POSTGRESQL},
    {STR_INIT("pgsql"), FAMILY_POSTGRESQL},
    {STR_INIT("postgis"), FAMILY_POSTGRESQL},
    {STR_INIT("postgres"), FAMILY_POSTGRESQL},
    {STR_INIT("postgresql"), FAMILY_POSTGRESQL},
    {STR_INIT("presto"), FAMILY_SQL, .port = 8080},
    {STR_INIT("prisma+postgres"), FAMILY_POSTGRESQL},
    {STR_INIT("psql"), FAMILY_POSTGRESQL},
    {STR_INIT("psycopg2"), FAMILY_POSTGRESQL},
    {STR_INIT("pulsar"), FAMILY_URL, .port = 6650},
    {STR_INIT("pyamqp"), FAMILY_AMQP},
    {STR_INIT("pyamqps"), FAMILY_AMQP, .port = 5671, .tls = TLS_YES},
    {STR_INIT("pymemcache"), FAMILY_URL, .port = 11211},
    {STR_INIT("qdrant"), FAMILY_HTTP, .port = 6333},
    {STR_INIT("rabbitmq"), FAMILY_AMQP},
    {STR_INIT("redis"), FAMILY_REDIS},
    {STR_INIT("redis+cluster"), FAMILY_REDIS, .list = true},
    {STR_INIT("redis+sentinel"), FAMILY_REDIS, .port = 26379, .list = true},
    {STR_INIT("redis+socket"), FAMILY_REDIS, .socket = true},
    {STR_INIT("redis+ssl"), FAMILY_REDIS, .tls = TLS_YES, .only = CLIENT_LETTUCE},
    {STR_INIT("redis+tls"), FAMILY_REDIS, .tls = TLS_YES, .only = CLIENT_LETTUCE},
    {STR_INIT("redis+unix"), FAMILY_REDIS, .socket = true, .only = CLIENT_REDIS_RS},
    {STR_INIT("redis-cluster"), FAMILY_REDIS, .list = true},
    {STR_INIT("redis-sentinel"), FAMILY_REDIS, .port = 26379, .only = CLIENT_LETTUCE},
    {STR_INIT("redis-socket"), FAMILY_REDIS, .socket = true, .only = CLIENT_LETTUCE},
    {STR_INIT("rediscache"), FAMILY_REDIS, .list = true},
    {STR_INIT("rediss"), FAMILY_REDIS, .tls = TLS_YES},
    {STR_INIT("rediss+cluster"), FAMILY_REDIS, .tls = TLS_YES, .list = true},
    {STR_INIT("rediss+sentinel"), FAMILY_REDIS, .port = 26379, .tls = TLS_YES, .list = true},
    {STR_INIT("rediss-cluster"), FAMILY_REDIS, .tls = TLS_YES, .list = true},
    {STR_INIT("rediss-sentinel"), FAMILY_REDIS, .port = 26379, .tls = TLS_YES, .only = CLIENT_LETTUCE},
    {STR_INIT("redshift"), FAMILY_POSTGRESQL, .port = 5439},
    {STR_INIT("rqlite"), FAMILY_URL, .port = 4001},
    {STR_INIT("s3"), FAMILY_S3, .tls = TLS_YES, .named = true},
    {STR_INIT("s3a"), FAMILY_S3, .tls = TLS_YES, .named = true},
    {STR_INIT("sentinel"), FAMILY_REDIS, .port = 26379, .list = true},
    {STR_INIT("sftp"), FAMILY_URL, .port = 22, .tls = TLS_YES},
    {STR_INIT("smtp"), FAMILY_SMTP},
    {STR_INIT("smtp+ssl"), FAMILY_SMTP, .port = 465, .tls = TLS_YES},
    {STR_INIT("smtp+starttls"), FAMILY_SMTP, .port = 587, .tls = TLS_YES},
    {STR_INIT("smtp+tls"), FAMILY_SMTP, .port = 587, .tls = TLS_YES},
    {STR_INIT("smtps"), FAMILY_SMTP, .port = 465, .tls = TLS_YES},
    {STR_INIT("snowflake"), FAMILY_SQL, .named = true},
    {STR_INIT("socks5"), FAMILY_URL, .port = 1080},
    {STR_INIT("spatialite"), FAMILY_SQLITE},
    {STR_INIT("sqlite"), FAMILY_SQLITE},
    {STR_INIT("sqlite3"), FAMILY_SQLITE},
    {STR_INIT("sqlserver"), FAMILY_MSSQL},
    {STR_INIT("sqlsrv"), FAMILY_MSSQL, .only = CLIENT_DOCTRINE},
    {STR_INIT("ssh"), FAMILY_URL, .port = 22, .tls = TLS_YES},
    {STR_INIT("statsd"), FAMILY_URL, .port = 8125},
    {STR_INIT("submission"), FAMILY_SMTP, .port = 587},
    {STR_INIT("syslog"), FAMILY_URL, .port = 514},
    {STR_INIT("tcp"), FAMILY_URL},
    {STR_INIT("teradatasql"), FAMILY_SQL, .port = 1025},
    {STR_INIT("tidb"), FAMILY_MYSQL, .port = 4000},
    {STR_INIT("timescale"), FAMILY_POSTGRESQL},
    {STR_INIT("timescaledb"), FAMILY_POSTGRESQL},
    {STR_INIT("timescalegis"), FAMILY_POSTGRESQL},
    {STR_INIT("tls"), FAMILY_URL, .tls = TLS_YES},
    {STR_INIT("trilogy"), FAMILY_MYSQL},
    {STR_INIT("trino"), FAMILY_SQL, .port = 8080},
    {STR_INIT("udp"), FAMILY_URL},
    {STR_INIT("unix"), FAMILY_REDIS, .socket = true},
    {STR_INIT("valkey"), FAMILY_REDIS},
    {STR_INIT("valkey+unix"), FAMILY_REDIS, .socket = true, .only = CLIENT_REDIS_RS},
    {STR_INIT("valkeys"), FAMILY_REDIS, .tls = TLS_YES},
    {STR_INIT("vertica"), FAMILY_SQL, .port = 5433},
    {STR_INIT("ws"), FAMILY_HTTP, .tls = TLS_NO},
    {STR_INIT("wss"), FAMILY_HTTP, .port = 443, .tls = TLS_YES},
    {STR_INIT("zk"), FAMILY_URL, .port = 2181},
    {STR_INIT("zookeeper"), FAMILY_URL, .port = 2181},
};
/* clang-format on */

_Static_assert(ARRAY_COUNT(families) == FAMILY_COUNT, "every family has a row");

const struct dsn_family *family_row(enum family_id id)
{
    return &families[id];
}

str family_name(enum family_id id)
{
    return names[id];
}

bool family_reaches(enum family_id connection, enum family_id server)
{
    return connection == FAMILY_NONE || server == FAMILY_NONE || connection == server ||
           families[server].carrier == connection ||
           (connection == FAMILY_HTTP && families[server].answers_web);
}

enum family_id family_id_of(const struct dsn_family *family)
{
    return family ? (enum family_id)(family - families) : FAMILY_NONE;
}

const struct dsn_family *dsn_family_at(size_t index)
{
    return index + 1 < FAMILY_COUNT ? &families[index + 1] : NULL;
}

const struct dsn_family *dsn_family_find(str name)
{
    for (size_t i = FAMILY_NONE + 1; i < FAMILY_COUNT; i++)
        if (str_eq(names[i], name))
            return &families[i];
    const struct dsn_scheme *scheme = scheme_find(name); /* "postgres", "mariadb", "valkey" serve too */
    return scheme ? &families[scheme->family] : NULL;
}

str dsn_family_name(const struct dsn_family *family)
{
    return names[family_id_of(family)];
}

str dsn_family_about(const struct dsn_family *family)
{
    return family ? family->about : STR("");
}

const struct dsn_scheme *scheme_at(size_t index)
{
    return index < ARRAY_COUNT(schemes) ? &schemes[index] : NULL;
}

/* <0, 0, >0 as `scheme`, in whatever letters, stands before, at or behind `name`. */
static int compare_scheme(str scheme, str name)
{
    for (size_t i = 0; i < scheme.len && i < name.len; i++) {
        char byte = byte_lower(scheme.ptr[i]);
        if (byte != name.ptr[i])
            return (unsigned char)byte < (unsigned char)name.ptr[i] ? -1 : 1;
    }
    return (scheme.len > name.len) - (scheme.len < name.len);
}

static const struct dsn_scheme *find_exact(str scheme)
{
    size_t from = 0, to = ARRAY_COUNT(schemes);
    while (from < to) {
        size_t middle = (from + to) / 2;
        int order = compare_scheme(scheme, schemes[middle].name);
        if (order == 0)
            return &schemes[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

str scheme_wrapped(str scheme)
{
    static const str wrappers[] = {STR_INIT("db"), STR_INIT("sqla"), STR_INIT("sqlalchemy")};
    struct str_cut cut = str_cut_byte(scheme, '+');
    return cut.found && STR_IS_IN(cut.head, wrappers) ? cut.tail : STR("");
}

const struct dsn_scheme *scheme_find(str scheme)
{
    str wrapped = scheme_wrapped(scheme);
    scheme = wrapped.len ? wrapped : scheme;
    const struct dsn_scheme *found = find_exact(scheme);
    struct str_cut cut = str_cut_byte(scheme, '+');
    if (found == NULL && cut.found)
        found = find_exact(cut.head);
    return found;
}

bool is_one_letter_off(str a, str b)
{
    if (a.len > b.len) {
        str longer = a;
        a = b;
        b = longer;
    }
    size_t same = 0, tail = 0;
    while (same < a.len && byte_lower(a.ptr[same]) == byte_lower(b.ptr[same]))
        same++;
    while (tail < a.len - same && byte_lower(a.ptr[a.len - 1 - tail]) == byte_lower(b.ptr[b.len - 1 - tail]))
        tail++;
    bool swapped = a.len == b.len && same + tail + 2 == b.len &&
                   byte_lower(a.ptr[same]) == byte_lower(b.ptr[same + 1]) &&
                   byte_lower(a.ptr[same + 1]) == byte_lower(b.ptr[same]);
    return swapped || (b.len - a.len <= 1 && same + tail + 1 >= b.len);
}

/* Letters that the dialect of a misspelt scheme must have; 0: the scheme has too many neighbours. */
static size_t least_letters(const struct dsn_scheme *scheme)
{
    enum family_id family = scheme->family;
    bool store = families[family].dialect || family == FAMILY_MONGODB || family == FAMILY_REDIS;
    if (store && scheme->name.len >= 5)
        return 4;
    if (str_eq(scheme->name, STR("smtp")) || str_eq(scheme->name, STR("smtps")))
        return 4;
    return str_starts(scheme->name, STR("http")) || str_starts(scheme->name, STR("amqp")) ? 3 : 0;
}

str scheme_nearest(str scheme)
{
    if (str_starts(scheme, STR("jdbc:")) || str_starts(scheme, STR("r2dbc:")))
        scheme = str_rcut_byte(scheme, ':').tail;
    str dialect = str_cut_byte(scheme, '+').head;
    if (scheme_find(scheme))
        return STR("");
    for (size_t i = 0; i < ARRAY_COUNT(schemes); i++) {
        size_t least = least_letters(&schemes[i]);
        if (least && dialect.len >= least && is_one_letter_off(dialect, schemes[i].name))
            return schemes[i].name;
    }
    return STR("");
}
