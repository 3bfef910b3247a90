#include "rewrite/driver.h"

/* clang-format off */
static const struct dialect_row dialects[] = {
    {.name = STR_INIT("postgresql"), .sync = STR_INIT("psycopg2"), .async = STR_INIT("asyncpg")},
    {.name = STR_INIT("cockroachdb"), .sync = STR_INIT("psycopg2"), .async = STR_INIT("asyncpg")},
    {.name = STR_INIT("mysql"), .sync = STR_INIT("pymysql"), .async = STR_INIT("aiomysql")},
    {.name = STR_INIT("mariadb"), .sync = STR_INIT("pymysql"), .async = STR_INIT("aiomysql")},
    {.name = STR_INIT("sqlite"), .sync = STR_INIT(""), .async = STR_INIT("aiosqlite")},
    {.name = STR_INIT("mssql"), .sync = STR_INIT("pyodbc"), .async = STR_INIT("aioodbc")},
    {.name = STR_INIT("oracle"), .sync = STR_INIT("oracledb"), .async = STR_INIT("oracledb_async")},
    {.name = STR_INIT("clickhouse"), .sync = STR_INIT("native"), .async = STR_INIT("asynch")},
    {.name = STR_INIT("redshift"), .sync = STR_INIT("redshift_connector"), .async = STR_INIT("")},
};

static const struct driver_row drivers[] = {
    {STR_INIT("postgresql"), STR_INIT("psycopg2"), DRIVER_SYNC, .async = STR_INIT("asyncpg"), .loads = true},
    {STR_INIT("postgresql"), STR_INIT("psycopg"), DRIVER_BOTH, .loads = true},
    {STR_INIT("postgresql"), STR_INIT("psycopg_async"), DRIVER_ASYNC, .sync = STR_INIT("psycopg"), .loads = true},
    {STR_INIT("postgresql"), STR_INIT("psycopg2cffi"), DRIVER_SYNC, .async = STR_INIT("asyncpg"), .loads = true},
    {STR_INIT("postgresql"), STR_INIT("pg8000"), DRIVER_SYNC, .async = STR_INIT("asyncpg"), .loads = true},
    {STR_INIT("postgresql"), STR_INIT("asyncpg"), DRIVER_ASYNC, .sync = STR_INIT("psycopg2"), .loads = true},
    {STR_INIT("postgresql"), STR_INIT("aiopg"), DRIVER_ASYNC, .sync = STR_INIT("psycopg2"), .async = STR_INIT("asyncpg")},
    {STR_INIT("cockroachdb"), STR_INIT("psycopg2"), DRIVER_SYNC, .async = STR_INIT("asyncpg"), .loads = true},
    {STR_INIT("cockroachdb"), STR_INIT("psycopg"), DRIVER_BOTH, .loads = true},
    {STR_INIT("cockroachdb"), STR_INIT("asyncpg"), DRIVER_ASYNC, .sync = STR_INIT("psycopg2"), .loads = true},
    {STR_INIT("mysql"), STR_INIT("mysqldb"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mysql"), STR_INIT("pymysql"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mysql"), STR_INIT("mysqlconnector"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mysql"), STR_INIT("cymysql"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mysql"), STR_INIT("pyodbc"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mysql"), STR_INIT("aiomysql"), DRIVER_ASYNC, .sync = STR_INIT("pymysql"), .loads = true},
    {STR_INIT("mysql"), STR_INIT("asyncmy"), DRIVER_ASYNC, .sync = STR_INIT("pymysql"), .loads = true},
    {STR_INIT("mariadb"), STR_INIT("mysqldb"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mariadb"), STR_INIT("pymysql"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mariadb"), STR_INIT("mysqlconnector"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mariadb"), STR_INIT("mariadbconnector"), DRIVER_SYNC, .async = STR_INIT("aiomysql"), .loads = true},
    {STR_INIT("mariadb"), STR_INIT("aiomysql"), DRIVER_ASYNC, .sync = STR_INIT("pymysql"), .loads = true},
    {STR_INIT("mariadb"), STR_INIT("asyncmy"), DRIVER_ASYNC, .sync = STR_INIT("pymysql"), .loads = true},
    {STR_INIT("sqlite"), STR_INIT("pysqlite"), DRIVER_SYNC, .async = STR_INIT("aiosqlite"), .loads = true},
    {STR_INIT("sqlite"), STR_INIT("pysqlcipher"), DRIVER_SYNC, .loads = true},
    {STR_INIT("sqlite"), STR_INIT("aiosqlite"), DRIVER_ASYNC, .loads = true},
    {STR_INIT("mssql"), STR_INIT("pyodbc"), DRIVER_SYNC, .async = STR_INIT("aioodbc"), .loads = true},
    {STR_INIT("mssql"), STR_INIT("pymssql"), DRIVER_SYNC, .loads = true},
    {STR_INIT("mssql"), STR_INIT("mssqlpython"), DRIVER_SYNC, .loads = true},
    {STR_INIT("mssql"), STR_INIT("aioodbc"), DRIVER_ASYNC, .sync = STR_INIT("pyodbc"), .loads = true},
    {STR_INIT("oracle"), STR_INIT("cx_oracle"), DRIVER_SYNC, .async = STR_INIT("oracledb_async"), .loads = true},
    {STR_INIT("oracle"), STR_INIT("oracledb"), DRIVER_SYNC, .async = STR_INIT("oracledb_async"), .loads = true},
    {STR_INIT("oracle"), STR_INIT("oracledb_async"), DRIVER_ASYNC, .sync = STR_INIT("oracledb"), .loads = true},
    {STR_INIT("clickhouse"), STR_INIT("native"), DRIVER_SYNC, .async = STR_INIT("asynch"), .loads = true},
    {STR_INIT("clickhouse"), STR_INIT("http"), DRIVER_SYNC, .async = STR_INIT("asynch"), .loads = true},
    {STR_INIT("clickhouse"), STR_INIT("asynch"), DRIVER_ASYNC, .sync = STR_INIT("native"), .loads = true},
    {STR_INIT("redshift"), STR_INIT("redshift_connector"), DRIVER_SYNC, .loads = true},
    {STR_INIT("redshift"), STR_INIT("psycopg2"), DRIVER_SYNC, .loads = true},
};

#define KEEP     PARAMETER_KEEP
#define DROP     PARAMETER_DROP
#define REFUSE   PARAMETER_REFUSE
#define SETTING  PARAMETER_SETTING
#define DATABASE PARAMETER_DATABASE

/* Columns: libpq, SQLAlchemy with asyncpg, an asyncpg DSN. A name that has no row is dropped. */
static const struct parameter_row parameters[] = {
    {STR_INIT("sslmode"), {PARAMETER_TLS, PARAMETER_TLS, PARAMETER_TLS}, STR_INIT("asyncpg under SQLAlchemy calls it ssl")},
    {STR_INIT("ssl"), {PARAMETER_TLS, PARAMETER_TLS, PARAMETER_TLS}, STR_INIT("libpq calls it sslmode")},
    {STR_INIT("host"), {KEEP, KEEP, KEEP}, STR_INIT("")},
    {STR_INIT("port"), {KEEP, KEEP, KEEP}, STR_INIT("")},
    {STR_INIT("user"), {KEEP, KEEP, KEEP}, STR_INIT("")},
    {STR_INIT("password"), {KEEP, KEEP, KEEP}, STR_INIT("")},
    {STR_INIT("passfile"), {KEEP, KEEP, KEEP}, STR_INIT("")},
    {STR_INIT("dbname"), {DATABASE, DATABASE, DATABASE}, STR_INIT("write the database behind the host")},
    {STR_INIT("database"), {DATABASE, DATABASE, DATABASE}, STR_INIT("write the database behind the host")},
    {STR_INIT("hostaddr"), {KEEP, REFUSE, REFUSE}, STR_INIT("only libpq dials an address under another name")},
    {STR_INIT("service"), {KEEP, REFUSE, REFUSE}, STR_INIT("only libpq reads service files everywhere")},
    {STR_INIT("target_session_attrs"), {KEEP, KEEP, KEEP}, STR_INIT("")},
    {STR_INIT("channel_binding"), {KEEP, DROP, DROP}, STR_INIT("asyncpg cannot enforce channel binding")},
    {STR_INIT("sslrootcert"), {KEEP, DROP, KEEP}, STR_INIT("set PGSSLROOTCERT, or connect_args={\"ssl\": context}")},
    {STR_INIT("sslcert"), {KEEP, DROP, KEEP}, STR_INIT("set PGSSLCERT, or connect_args={\"ssl\": context}")},
    {STR_INIT("sslkey"), {KEEP, DROP, KEEP}, STR_INIT("set PGSSLKEY, or connect_args={\"ssl\": context}")},
    {STR_INIT("sslcrl"), {KEEP, DROP, KEEP}, STR_INIT("set PGSSLCRL, or connect_args={\"ssl\": context}")},
    {STR_INIT("sslpassword"), {KEEP, DROP, KEEP}, STR_INIT("use connect_args={\"ssl\": context}")},
    {STR_INIT("ssl_min_protocol_version"), {KEEP, DROP, KEEP}, STR_INIT("use connect_args={\"ssl\": context}")},
    {STR_INIT("ssl_max_protocol_version"), {KEEP, DROP, KEEP}, STR_INIT("use connect_args={\"ssl\": context}")},
    {STR_INIT("connect_timeout"), {KEEP, DROP, DROP}, STR_INIT("asyncpg takes timeout=, as a number, in connect_args only")},
    {STR_INIT("command_timeout"), {DROP, KEEP, DROP}, STR_INIT("an argument of asyncpg.connect()")},
    {STR_INIT("prepared_statement_cache_size"), {DROP, KEEP, DROP}, STR_INIT("an argument of SQLAlchemy's asyncpg dialect")},
    {STR_INIT("statement_cache_size"), {DROP, DROP, DROP}, STR_INIT("a number: connect_args={\"statement_cache_size\": 0}")},
    {STR_INIT("prepared_statement_name_func"), {DROP, DROP, DROP}, STR_INIT("a function: connect_args only")},
    {STR_INIT("server_settings"), {DROP, DROP, DROP}, STR_INIT("a mapping: connect_args only")},
    {STR_INIT("timeout"), {DROP, DROP, DROP}, STR_INIT("a number: connect_args only; libpq calls it connect_timeout")},
    {STR_INIT("application_name"), {KEEP, DROP, KEEP}, STR_INIT("use connect_args={\"server_settings\": …}")},
    {STR_INIT("client_encoding"), {KEEP, DROP, KEEP}, STR_INIT("asyncpg always speaks UTF-8")},
    {STR_INIT("options"), {KEEP, DROP, KEEP}, STR_INIT("use connect_args={\"server_settings\": …}")},
    {STR_INIT("search_path"), {SETTING, DROP, KEEP}, STR_INIT("libpq takes options=-csearch_path%3D…")},
    {STR_INIT("statement_timeout"), {SETTING, DROP, KEEP}, STR_INIT("libpq takes options=-cstatement_timeout%3D…")},
    {STR_INIT("lock_timeout"), {SETTING, DROP, KEEP}, STR_INIT("libpq takes options=-clock_timeout%3D…")},
    {STR_INIT("idle_in_transaction_session_timeout"), {SETTING, DROP, KEEP}, STR_INIT("libpq takes options=-c…")},
    {STR_INIT("timezone"), {SETTING, DROP, KEEP}, STR_INIT("libpq takes options=-ctimezone%3D…")},
    {STR_INIT("jit"), {SETTING, DROP, KEEP}, STR_INIT("libpq takes options=-cjit%3D…")},
    {STR_INIT("fallback_application_name"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("keepalives"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("keepalives_idle"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("keepalives_interval"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("keepalives_count"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("tcp_user_timeout"), {KEEP, DROP, KEEP}, STR_INIT("libpq only")},
    {STR_INIT("gssencmode"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("krbsrvname"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("gsslib"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("gssdelegation"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("requirepeer"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("require_auth"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("replication"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("sslcompression"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("sslcrldir"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("sslsni"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("sslcertmode"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("sslnegotiation"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("load_balance_hosts"), {KEEP, DROP, DROP}, STR_INIT("libpq only")},
    {STR_INIT("pgbouncer"), {DROP, DROP, DROP}, STR_INIT("Prisma's; behind PgBouncer set statement_cache_size=0 in connect_args")},
    {STR_INIT("connection_limit"), {DROP, DROP, DROP}, STR_INIT("Prisma's; the pool is sized in the program")},
    {STR_INIT("pool_timeout"), {DROP, DROP, DROP}, STR_INIT("Prisma's; the pool is sized in the program")},
    {STR_INIT("schema"), {DROP, DROP, DROP}, STR_INIT("Prisma's; elsewhere it is options=-csearch_path%3D…")},
    {STR_INIT("sslaccept"), {DROP, DROP, DROP}, STR_INIT("Prisma's; elsewhere sslmode says it")},
    {STR_INIT("pool_max_conns"), {DROP, DROP, DROP}, STR_INIT("pgx's")},
    {STR_INIT("default_query_exec_mode"), {DROP, DROP, DROP}, STR_INIT("pgx's")},
    {STR_INIT("uselibpqcompat"), {DROP, DROP, DROP}, STR_INIT("node-postgres's")},
    {STR_INIT("currentSchema"), {DROP, DROP, DROP}, STR_INIT("JDBC's; elsewhere options=-csearch_path%3D…")},
    {STR_INIT("prepareThreshold"), {DROP, DROP, DROP}, STR_INIT("JDBC's")},
    {STR_INIT("reWriteBatchedInserts"), {DROP, DROP, DROP}, STR_INIT("JDBC's")},
    {STR_INIT("charset"), {DROP, DROP, DROP}, STR_INIT("MySQL's")},
};
/* clang-format on */

const struct driver_row *driver_find(str dialect, str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(drivers); i++)
        if (str_eq_fold(drivers[i].dialect, dialect) && str_eq_fold(drivers[i].name, name))
            return &drivers[i];
    return NULL;
}

const struct dialect_row *driver_dialect_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(dialects); i++)
        if (str_eq_fold(dialects[i].name, name))
            return &dialects[i];
    return NULL;
}

const struct parameter_row *driver_parameter_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(parameters); i++)
        if (str_eq(parameters[i].name, name))
            return &parameters[i];
    return NULL;
}

const struct driver_row *driver_at(size_t index)
{
    return index < ARRAY_COUNT(drivers) ? &drivers[index] : NULL;
}

const struct dialect_row *driver_dialect_at(size_t index)
{
    return index < ARRAY_COUNT(dialects) ? &dialects[index] : NULL;
}

const struct parameter_row *driver_parameter_at(size_t index)
{
    return index < ARRAY_COUNT(parameters) ? &parameters[index] : NULL;
}

/* Words of libpq's sslmode, and what people write in their place. */
static const struct {
    str spelling, word;
} tls_words[] = {
    {STR_INIT("disable"), STR_INIT("disable")},
    {STR_INIT("allow"), STR_INIT("allow")},
    {STR_INIT("prefer"), STR_INIT("prefer")},
    {STR_INIT("require"), STR_INIT("require")},
    {STR_INIT("verify-ca"), STR_INIT("verify-ca")},
    {STR_INIT("verify-full"), STR_INIT("verify-full")},
    {STR_INIT("true"), STR_INIT("require")},
    {STR_INIT("True"), STR_INIT("require")},
    {STR_INIT("1"), STR_INIT("require")},
    {STR_INIT("false"), STR_INIT("disable")},
    {STR_INIT("False"), STR_INIT("disable")},
    {STR_INIT("0"), STR_INIT("disable")},
};

str tls_word(str value)
{
    for (size_t i = 0; i < ARRAY_COUNT(tls_words); i++)
        if (str_eq(tls_words[i].spelling, value))
            return tls_words[i].word;
    return STR("");
}
