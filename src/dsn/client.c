#include "dsn/client.h"

#include "dsn/django.h"
#include "dsn/form.h"
#include "dsn/framework.h"
#include "dsn/gomysql.h"
#include "dsn/hostlist.h"
#include "dsn/jdbc.h"
#include "dsn/keyvalue.h"
#include "dsn/mongo.h"
#include "dsn/mssql_j.h"
#include "dsn/node_postgres.h"
#include "dsn/odbc.h"
#include "dsn/postgres.h"
#include "dsn/pq.h"
#include "dsn/redis_more.h"
#include "dsn/redis_urls.h"
#include "dsn/service.h"
#include "dsn/service_rules.h"
#include "dsn/sqlalchemy.h"
#include "dsn/sqlserver.h"
#include "dsn/symfony.h"
#include "dsn/tns.h"
#include "dsn/url.h"

static const str postgres_schemes[] = {STR_INIT("postgresql"), STR_INIT("postgres"), {0}};
static const str django_schemes[] = {STR_INIT("postgres"), STR_INIT("postgresql"), STR_INIT("psql"),
    STR_INIT("pgsql"), STR_INIT("postgis"), STR_INIT("mysql"), STR_INIT("mysql2"), STR_INIT("mysqlgis"),
    STR_INIT("mysql-connector"), STR_INIT("redshift"), {0}};
static const str mongo_schemes[] = {STR_INIT("mongodb"), STR_INIT("mongodb+srv"), {0}};
static const str sqlserver_schemes[] = {STR_INIT("sqlserver"), STR_INIT("azuresql"), {0}};

static const str user_keys[] = {STR_INIT("user"), {0}};
static const str password_keys[] = {STR_INIT("password"), {0}};
static const str sqlalchemy_databases[] = {STR_INIT("database"), STR_INIT("dbname"), {0}};

static const str nocodb_users[] = {STR_INIT("u"), STR_INIT("user"), {0}};
static const str nocodb_passwords[] = {STR_INIT("p"), STR_INIT("password"), {0}};
static const str nocodb_databases[] = {STR_INIT("d"), STR_INIT("db"), STR_INIT("database"), {0}};

static const struct override_keys nocodb_keys = {
    .user = nocodb_users,
    .password = nocodb_passwords,
    .database = nocodb_databases,
};
static const struct override_keys node_postgres_keys = {
    .user = user_keys,
    .password = password_keys,
};
static const struct override_keys sqlalchemy_keys = {
    .user = user_keys,
    .password = password_keys,
    .database = sqlalchemy_databases,
};

static const struct url_rules libpq_rules = {
    .schemes = postgres_schemes,
    .scheme_case = true,
    .userinfo = USERINFO_LIBPQ,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_NO_NUL, ESCAPES_NO_NUL, ESCAPES_NO_NUL, ESCAPES_NO_NUL},
    .query = QUERY_LIBPQ,
    .override = OVERRIDE_QUERY,
    .keys = &postgres_keys,
    .knows = libpq_knows,
    .finish = libpq_finish,
    .finishes_odd_only = true,
};

static const struct url_rules libpq_17_rules = {
    .schemes = postgres_schemes,
    .scheme_case = true,
    .userinfo = USERINFO_LIBPQ,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_TRIMMED, ESCAPES_TRIMMED, ESCAPES_TRIMMED, ESCAPES_TRIMMED},
    .query = QUERY_LIBPQ,
    .override = OVERRIDE_QUERY,
    .keys = &postgres_keys,
    .knows = libpq_knows,
    .finish = libpq_finish,
    .finishes_odd_only = true,
};

static const struct url_rules sqlalchemy_rules = {
    .userinfo = USERINFO_SQLALCHEMY,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .query = QUERY_PYTHON,
    .override = OVERRIDE_QUERY,
    .keys = &sqlalchemy_keys,
    .prepare = sqlalchemy_prepare,
    .empty_port_refused = true,
    .loads = sqlalchemy_loads,
    .finish = sqlalchemy_finish,
    .finishes_odd_only = true,
};

static const struct url_rules asyncpg_rules = {
    .library = LIBRARY_PYTHON,
    .schemes = postgres_schemes,
    .userinfo = USERINFO_FIRST_AT,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_PYTHON_STRICT,
    .override = OVERRIDE_AUTHORITY,
    .keys = &postgres_keys,
    .finish = asyncpg_finish,
    .finishes_odd_only = true,
    .defaults = asyncpg_defaults,
};

static const struct url_rules asyncpg_31_rules = {
    .library = LIBRARY_PYTHON,
    .schemes = postgres_schemes,
    .userinfo = USERINFO_FIRST_AT,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_PYTHON_STRICT,
    .override = OVERRIDE_AUTHORITY,
    .keys = &postgres_keys,
    .one_port_for_all = true,
    .finish = asyncpg_finish,
    .finishes_odd_only = true,
    .defaults = asyncpg_defaults,
};

static const struct url_rules pgx_rules = {
    .library = LIBRARY_GO,
    .schemes = postgres_schemes,
    .scheme_case = true,
    .userinfo = USERINFO_LAST_AT,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_STRICT, ESCAPES_LITERAL, ESCAPES_STRICT, ESCAPES_LENIENT},
    .first_counts = true,
    .fragment = true,
    .query = QUERY_GO,
    .override = OVERRIDE_QUERY,
    .keys = &pgx_keys,
    .finish = pgx_finish,
    .finishes_odd_only = true,
};

/* pgx after 5.10 reads URLs as libpq does, but for keys of its own. */
static const struct url_rules pgx_next_rules = {
    .schemes = postgres_schemes,
    .scheme_case = true,
    .userinfo = USERINFO_LIBPQ,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_TRIMMED, ESCAPES_TRIMMED, ESCAPES_TRIMMED, ESCAPES_TRIMMED},
    .query = QUERY_LIBPQ,
    .override = OVERRIDE_QUERY,
    .keys = &pgx_keys,
    .finish = pgx_next_finish,
    .finishes_odd_only = true,
};

/* convertURL() of lib/pq: net/url, and keywords of what it found. */
static const struct url_rules pq_rules = {
    .library = LIBRARY_GO,
    .schemes = postgres_schemes,
    .scheme_case = true,
    .userinfo = USERINFO_LAST_AT,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_STRICT, ESCAPES_LITERAL, ESCAPES_STRICT, ESCAPES_LENIENT},
    .first_counts = true,
    .fragment = true,
    .query = QUERY_GO,
    .finish = pq_finish,
    .finishes_odd_only = true,
};

static const struct url_rules node_postgres_rules = {
    .library = LIBRARY_WHATWG,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_JS, ESCAPES_JS, ESCAPES_JS_PATH, ESCAPES_LENIENT},
    .fragment = true,
    .override = OVERRIDE_QUERY,
    .keys = &node_postgres_keys,
    .keeps_blanks = true,
    .empty_host_allowed = true,
    .prepare = node_postgres_prepare,
    .finish = node_postgres_finish,
    .finishes_odd_only = true,
};

static const struct url_rules mysql2_rules = {
    .library = LIBRARY_WHATWG,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_JS, ESCAPES_JS, ESCAPES_JS, ESCAPES_LENIENT},
    .fragment = true,
};

/* The login stands in the query alone: pg://host:5432?u=USER&p=PASSWORD&d=DATABASE. */
static const struct url_rules nocodb_rules = {
    .library = LIBRARY_WHATWG,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .fragment = true,
    .override = OVERRIDE_QUERY,
    .keys = &nocodb_keys,
};

static const struct url_rules pymongo_rules = {
    .schemes = mongo_schemes,
    .userinfo = USERINFO_REST,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .plus_is_blank = true,
    .lower_host = true,
    .min_port = 1,
    .finish = pymongo_finish,
};

/* The drivers' common specification, connection-string: all but PyMongo leave + alone. */
static const struct url_rules mongodb_rules = {
    .schemes = mongo_schemes,
    .userinfo = USERINFO_REST,
    .hosts = HOSTS_LIST,
    .escapes = {ESCAPES_JS, ESCAPES_JS, ESCAPES_JS, ESCAPES_LENIENT},
    .min_port = 1, /* hosts in small letters, but for sockets: mongo_finish() */
    .finish = mongo_finish,
};

static const struct url_rules django_environ_rules = {
    .library = LIBRARY_PYTHON,
    .schemes = django_schemes,
    .userinfo = USERINFO_LAST_AT,
    .hosts = HOSTS_LATER,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_PYTHON,
    .first_counts = true,
    .quotes_without_path = true,
    .prepare = django_environ_prepare,
    .finish = django_environ_finish,
    .finishes_odd_only = true,
};

static const struct url_rules go_mssqldb_rules = {
    .library = LIBRARY_GO,
    .schemes = sqlserver_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_STRICT, ESCAPES_GO_HOST, ESCAPES_STRICT, ESCAPES_LENIENT},
    .query = QUERY_GO,
    .first_counts = true,
    .fragment = true,
    .finish = go_mssqldb_finish,
};

static const struct dsn_client clients[] = {
    [CLIENT_LIBPQ] = {STR_INIT("libpq"), url_read, &libpq_rules, .version = STR_INIT("up to 16"),
        .about = STR_INIT("psql, psycopg2, psycopg, and whatever else links libpq"), .later = CLIENT_LIBPQ_17,
        .differs_on = STR_INIT(" ")},
    [CLIENT_SQLALCHEMY] = {STR_INIT("sqlalchemy"), url_read, &sqlalchemy_rules, .version = STR_INIT("2.0"),
        .about = STR_INIT("make_url() of SQLAlchemy 2.0 and the dialect's connect arguments")},
    [CLIENT_ASYNCPG] = {STR_INIT("asyncpg"), url_read, &asyncpg_rules, .version = STR_INIT("0.27 to 0.30"),
        .about = STR_INIT("asyncpg.connect(dsn): urlsplit, lists, settings from unknown keys"),
        .later = CLIENT_ASYNCPG_31, .differs_on = STR_INIT(",?")},
    [CLIENT_PGX] = {STR_INIT("pgx"), url_read, &pgx_rules, .version = STR_INIT("4 and 5, up to 5.10"),
        .about = STR_INIT("Go's pgx and pgconn: net/url, ports by position"), .later = CLIENT_PGX_NEXT,
        .differs_on = STR_INIT(" ,%&[@")},
    [CLIENT_NODE_POSTGRES] = {STR_INIT("node-postgres"), url_read, &node_postgres_rules,
        .version = STR_INIT("pg-connection-string 2"),
        .about = STR_INIT("pg-connection-string: the URL standard, any scheme")},
    [CLIENT_NODE_POSTGRES_BARE] = {STR_INIT("node-postgres"), node_postgres_bare_read,
        .version = STR_INIT("pg-connection-string 2"),
        .about = STR_INIT("the same without a scheme: a directory and a database, or a database alone")},
    [CLIENT_PQ] = {STR_INIT("lib/pq"), url_read, &pq_rules, .version = STR_INIT("1.11 and later"),
        .about = STR_INIT("Go's lib/pq, whose URLs become keywords")},
    [CLIENT_DJANGO_ENVIRON] = {STR_INIT("django-environ"), url_read, &django_environ_rules,
        .version = STR_INIT("0.11 and later"),
        .about = STR_INIT("django-environ's db_url(): urlparse, psql:// too")},
    [CLIENT_PGJDBC] = {STR_INIT("pgjdbc"), pgjdbc_read, .version = STR_INIT("42"),
        .about = STR_INIT("the PostgreSQL JDBC driver")},
    [CLIENT_NPGSQL] = {STR_INIT("npgsql"), adonet_read, .version = STR_INIT("8 to 10, MySqlConnector 2"),
        .about = STR_INIT("ADO.NET strings of Npgsql and MySQL connectors")},
    [CLIENT_SQLCLIENT] = {STR_INIT("sqlclient"), sqlclient_read, .version = STR_INIT("5 to 7"),
        .about = STR_INIT("ADO.NET strings of Microsoft.Data.SqlClient")},
    [CLIENT_SQLCMD] = {STR_INIT("sqlclient"), url_read, &go_mssqldb_rules,
        .version = STR_INIT("go-mssqldb 1"),
        .about = STR_INIT("sqlcmd and other programs that hand go-mssqldb's forms on, under the name of "
                          "their shared words")},
    [CLIENT_SQLCMD_ODBC] = {STR_INIT("sqlclient"), go_mssqldb_odbc_read, .version = STR_INIT("go-mssqldb 1"),
        .about = STR_INIT("the same, its odbc: pairs")},
    [CLIENT_GO_MSSQLDB] = {STR_INIT("go-mssqldb"), url_read, &go_mssqldb_rules, .version = STR_INIT("1"),
        .about = STR_INIT("Go's SQL Server driver 1.x: sqlserver:// by net/url, odbc: pairs")},
    [CLIENT_GO_MSSQLDB_ODBC] = {STR_INIT("go-mssqldb"), go_mssqldb_odbc_read, .version = STR_INIT("1"),
        .about = STR_INIT("the same, its odbc: pairs"), .strict_resolver = true},
    [CLIENT_TEDIOUS] = {STR_INIT("tedious"), mssql_j_bare_read, .version = STR_INIT("18"),
        .about = STR_INIT(
            "sqlserver://host:port;database=… of Prisma and Node's tedious: JDBC's form without jdbc:")},
    [CLIENT_ODBC] = {STR_INIT("odbc"), odbc_read, .version = STR_INIT("unixODBC 2.3"),
        .about = STR_INIT("SQLDriverConnect of unixODBC and iODBC")},
    [CLIENT_GO_SQL_DRIVER] = {STR_INIT("go-sql-driver"), gomysql_read, .version = STR_INIT("up to 1.7"),
        .about = STR_INIT("Go's MySQL driver: user:password@tcp(host:port)/database"),
        .strict_resolver = true, .later = CLIENT_GO_SQL_DRIVER_18, .differs_on = STR_INIT("%")},
    [CLIENT_MYSQL2] = {STR_INIT("mysql2"), url_read, &mysql2_rules, .version = STR_INIT("3"),
        .about = STR_INIT("Node's mysql2: the URL standard, everything decoded")},
    [CLIENT_NOCODB] = {STR_INIT("nocodb"), url_read, &nocodb_rules, .version = STR_INIT("0.2"),
        .about = STR_INIT("NocoDB's NC_DB: the URL standard, the login in the query")},
    [CLIENT_DOCTRINE] = {STR_INIT("doctrine"), url_read, &doctrine_rules,
        .version = STR_INIT("DBAL 4, Laravel 11 to 13"),
        .about = STR_INIT("PHP's parse_url(), everything decoded: Doctrine's DsnParser, Laravel")},
    [CLIENT_ECTO] = {STR_INIT("ecto"), url_read, &ecto_rules, .version = STR_INIT("3"),
        .about = STR_INIT("Elixir's Ecto: any scheme, the path is one database")},
    [CLIENT_SQLX] = {STR_INIT("sqlx"), url_read, &sqlx_rules, .version = STR_INIT("0.8, Prisma 6"),
        .about = STR_INIT("Rust's sqlx and Prisma over a socket of MySQL: socket= in the query")},
    [CLIENT_JDBC] = {STR_INIT("jdbc"), jdbc_read,
        .version = STR_INIT("Connector/J 9, MariaDB 3, mssql-jdbc 12 and 13"),
        .about = STR_INIT("JDBC drivers of MySQL, MariaDB, SQL Server, Oracle and others")},
    [CLIENT_PYMONGO] = {STR_INIT("pymongo"), url_read, &pymongo_rules, .version = STR_INIT("3 and 4"),
        .about = STR_INIT("PyMongo, close to the MongoDB connection string specification")},
    [CLIENT_MONGODB] = {STR_INIT("mongodb"), url_read, &mongodb_rules, .version = STR_INIT("specification 1"),
        .about = STR_INIT("the other MongoDB drivers, by their common specification")},
    [CLIENT_REDIS_PY] = {STR_INIT("redis-py"), url_read, &redis_py_rules, .version = STR_INIT("4 and later"),
        .about = STR_INIT("redis-py: urlsplit, the host is unquoted, ?db= beats the path")},
    [CLIENT_IOREDIS] = {STR_INIT("ioredis"), url_read, &ioredis_rules, .version = STR_INIT("5 and later"),
        .about = STR_INIT("ioredis: the URL standard, the query fills gaps")},
    [CLIENT_IOREDIS_BARE] = {STR_INIT("ioredis"), ioredis_bare_read, .version = STR_INIT("5 and later"),
        .about = STR_INIT("the same without a scheme: a port, a path, host:port/database")},
    [CLIENT_SYMFONY] = {STR_INIT("symfony"), url_read, &symfony_rules, .version = STR_INIT("7"),
        .about = STR_INIT("Symfony's Redis: a path is a socket, its last number the database")},
    [CLIENT_SYMFONY_HOSTS] = {STR_INIT("symfony"), symfony_hosts_read, .version = STR_INIT("7"),
        .about = STR_INIT("the same without an authority: redis:?host[name:port]&host[…]")},
    [CLIENT_SYMFONY_AMQP] = {STR_INIT("symfony"), url_read, &symfony_amqp_rules, .version = STR_INIT("7"),
        .about = STR_INIT("Messenger's AMQP: /virtual host/exchange")},
    [CLIENT_LETTUCE] = {STR_INIT("lettuce"), url_read, &lettuce_rules, .version = STR_INIT("5 to 7"),
        .about =
            STR_INIT("Lettuce, Spring's Redis: lists, redis+ssl://, redis-sentinel://, redis-socket://")},
    [CLIENT_REDIS_RS] = {STR_INIT("redis-rs"), url_read, &redis_rs_rules, .version = STR_INIT("1"),
        .about = STR_INIT("Rust's redis: redis+unix:///path?user=…&pass=…&db=…")},
    [CLIENT_GO_REDIS] = {STR_INIT("go-redis"), url_read, &go_redis_rules, .version = STR_INIT("9"),
        .about = STR_INIT("Go's go-redis: net/url, parameters of its own and no others")},
    [CLIENT_JEDIS] = {STR_INIT("jedis"), url_read, &jedis_rules, .version = STR_INIT("7"),
        .about = STR_INIT("Java's Jedis: java.net.URI, a port must be there, a password beside a user")},
    [CLIENT_PREDIS] = {STR_INIT("predis"), url_read, &predis_rules, .version = STR_INIT("3"),
        .about = STR_INIT("PHP's Predis: parse_url(), tcp:// and tls:// too, nothing of a login is decoded")},
    [CLIENT_STACKEXCHANGE] = {STR_INIT("stackexchange"), endpoints_read, .version = STR_INIT("2 and 3"),
        .about = STR_INIT(".NET's StackExchange.Redis: host:port,host:port,password=…,ssl=true")},
    [CLIENT_NODE_REDIS] = {STR_INIT("node-redis"), url_read, &node_redis_rules,
        .version = STR_INIT("4 and later"),
        .about = STR_INIT("node-redis: the URL standard, the host stays as it is; unix:// since 6")},
    [CLIENT_KOMBU] = {STR_INIT("kombu"), url_read, &kombu_rules, .version = STR_INIT("5"),
        .about = STR_INIT("Celery's transport: urlsplit, everything unquoted")},
    [CLIENT_AMQP] = {STR_INIT("amqp"), url_read, &amqp_rules, .version = STR_INIT("1"),
        .about = STR_INIT("amqp091-go and others that follow the RabbitMQ URI specification")},
    [CLIENT_CURL] = {STR_INIT("curl"), url_read, &curl_rules, .version = STR_INIT("7.88"),
        .about = STR_INIT("libcurl: the first @, the host is decoded")},
    [CLIENT_URLLIB] = {STR_INIT("urllib"), url_read, &urllib_rules,
        .version = STR_INIT("Python 3.11, fixes of 2025"),
        .about = STR_INIT("Python's urlsplit: requests, httpx and most Python programs")},
    [CLIENT_WHATWG] = {STR_INIT("whatwg"), url_read, &whatwg_rules,
        .version = STR_INIT("the standard of 2024"),
        .about = STR_INIT("the URL standard: browsers, Node, Deno, Rust's url")},
    [CLIENT_GO_URL] = {STR_INIT("go-url"), url_read, &go_url_rules, .version = STR_INIT("Go 1.19 and later"),
        .about = STR_INIT("Go's net/url")},
    [CLIENT_ORACLE] = {STR_INIT("oracle"), tns_read, .version = STR_INIT("19"),
        .about = STR_INIT("Oracle clients: EZConnect and TNS descriptors")},
    [CLIENT_KAFKA] = {STR_INIT("kafka"), hostlist_read, .version = STR_INIT("any"),
        .about = STR_INIT("lists of servers, as Kafka, memcached and Elasticsearch clients take them")},
    [CLIENT_NODEMAILER] = {STR_INIT("nodemailer"), url_read, &nodemailer_rules,
        .version = STR_INIT("6 and later"),
        .about = STR_INIT("Nodemailer: the URL standard, everything decoded")},
    [CLIENT_CLICKHOUSE] = {STR_INIT("clickhouse"), url_read, &clickhouse_rules,
        .version = STR_INIT("clickhouse-go 2"),
        .about = STR_INIT("clickhouse-go and clickhouse-driver: host lists")},
    [CLIENT_AZURE] = {STR_INIT("azure"), azure_read, .version = STR_INIT("any"),
        .about = STR_INIT("Azure SDK connection strings")},
    [CLIENT_FILE] = {STR_INIT("file"), file_read, .version = STR_INIT("SQLite 3"),
        .about = STR_INIT("file: paths of SQLite, as Prisma writes them")},
    [CLIENT_RAILS] = {STR_INIT("rails"), rails_sqlite_read, .version = STR_INIT("7"),
        .about = STR_INIT("sqlite3: of Rails and of programs that hand the rest to SQLite as it is")},
    [CLIENT_URL] = {STR_INIT("url"), url_read, &any_rules, .version = STR_INIT("RFC 3986"),
        .about = STR_INIT("RFC 3986, read kindly: for schemes without a client of their own")},
    [CLIENT_PGX_KEYWORDS] = {STR_INIT("pgx"), pgx_conninfo_read, .version = STR_INIT("4 and 5, up to 5.10"),
        .about = STR_INIT("pgx, keyword/value form"), .strict_resolver = true,
        .later = CLIENT_PGX_KEYWORDS_NEXT, .differs_on = STR_INIT(" ")},
    [CLIENT_PQ_KEYWORDS] = {STR_INIT("lib/pq"), pq_conninfo_read, .version = STR_INIT("1.11 and later"),
        .about = STR_INIT("lib/pq 1.11 and later: lists, an empty host is this machine"),
        .strict_resolver = true},
    [CLIENT_LIBPQ_KEYWORDS] = {STR_INIT("libpq"), conninfo_read, .version = STR_INIT("10 and later"),
        .about = STR_INIT("libpq, keyword/value form")},
    [CLIENT_LIBPQ_17] = {STR_INIT("libpq"), url_read, &libpq_17_rules, .version = STR_INIT("17 and later"),
        .about = STR_INIT("the same: blanks around the parts of a URL vanish, others are refused")},
    [CLIENT_ASYNCPG_31] = {STR_INIT("asyncpg"), url_read, &asyncpg_31_rules,
        .version = STR_INIT("0.31 and later"), .about = STR_INIT("the same: one port serves all hosts")},
    [CLIENT_PGX_NEXT] = {STR_INIT("pgx"), url_read, &pgx_next_rules, .version = STR_INIT("after 5.10"),
        .about = STR_INIT("the same: URLs as libpq 17 reads them, any key"), .strict_resolver = true},
    [CLIENT_PGX_KEYWORDS_NEXT] = {STR_INIT("pgx"), pgx_next_conninfo_read, .version = STR_INIT("after 5.10"),
        .about = STR_INIT("the same: blanks and backslashes as libpq has them"), .strict_resolver = true},
    [CLIENT_GO_SQL_DRIVER_18] = {STR_INIT("go-sql-driver"), gomysql_18_read,
        .version = STR_INIT("1.8 and later"), .about = STR_INIT("the same: the database is decoded"),
        .strict_resolver = true},
};

_Static_assert(ARRAY_COUNT(clients) == CLIENT_COUNT, "every client has a row");

const struct dsn_client *client_row(enum client_id id)
{
    return &clients[id];
}

const struct dsn_client *dsn_client_at(size_t index)
{
    return index < CLIENT_COUNT ? &clients[index] : NULL;
}

str dsn_client_name(const struct dsn_client *client)
{
    return client ? client->name : STR("");
}

str dsn_client_version(const struct dsn_client *client)
{
    return client->version;
}

str dsn_client_about(const struct dsn_client *client)
{
    return client->about;
}

str dsn_client_release(const struct dsn_client *client)
{
    for (size_t i = 0; i < CLIENT_COUNT; i++)
        if (clients[i].later != CLIENT_LIBPQ && client == &clients[clients[i].later])
            return client->version;
    return STR("");
}
