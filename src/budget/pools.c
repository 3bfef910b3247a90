#include "budget/pools.h"

#include "base/vec.h"

/* Sources name the project and its file; "mem" marks what was not checked against one. */
static const struct pool_library libraries[] = {
    {
        .name = STR_INIT("sqlalchemy"),
        .each = 15,
        .overflow = 10,
        .how = STR_INIT("pool_size 5 + max_overflow 10, sync and async engines alike"),
        .source = STR_INIT("sqlalchemy lib/sqlalchemy/pool/impl.py"),
    },
    {
        .name = STR_INIT("asyncpg"),
        .each = 10,
        .how = STR_INIT("create_pool(max_size=)"),
        .source = STR_INIT("asyncpg pool.py"),
    },
    {
        .name = STR_INIT("psycopg-pool"),
        .each = 4,
        .how = STR_INIT("ConnectionPool(min_size=4, max_size=None): fixed"),
        .source = STR_INIT("psycopg psycopg_pool/pool.py"),
    },
    {
        .name = STR_INIT("django"),
        .each = 1,
        .how = STR_INIT("one connection per thread and alias: multiply by --threads"),
        .source = STR_INIT("Django documentation, databases"),
    },
    {
        .name = STR_INIT("django-pool"),
        .each = 4,
        .how = STR_INIT("OPTIONS.pool: True is psycopg_pool's default, per alias (Django 5.1)"),
        .source = STR_INIT("Django documentation, databases"),
    },
    {
        .name = STR_INIT("tortoise"),
        .each = 5,
        .how = STR_INIT("?maxsize= of the URL"),
        .source = STR_INIT("tortoise-orm backends/base_postgres/client.py"),
    },
    {
        .name = STR_INIT("prisma6"),
        .each = 1,
        .per_cpu = 2,
        .how = STR_INIT("?connection_limit= of the URL; physical cores × 2 + 1 otherwise (up to Prisma 6)"),
        .source = STR_INIT("Prisma documentation, connection pool"),
    },
    {
        .name = STR_INIT("prisma"),
        .each = 10,
        .how = STR_INIT("the driver's pool (Prisma 7 reads no URL parameter)"),
        .source = STR_INIT("Prisma documentation, connection pool"),
    },
    {
        .name = STR_INIT("node-postgres"),
        .each = 10,
        .how = STR_INIT("Pool({max})"),
        .source = STR_INIT("node-postgres packages/pg-pool/index.js"),
    },
    {
        .name = STR_INIT("postgres-js"),
        .each = 10,
        .how = STR_INIT("max, or ?max= of the URL"),
        .source = STR_INIT("postgres.js src/index.js"),
    },
    {
        .name = STR_INIT("typeorm"),
        .each = 10,
        .how = STR_INIT("poolSize; the driver's default otherwise"),
        .source = STR_INIT("typeorm PostgresDriver.ts"),
    },
    {
        .name = STR_INIT("drizzle"),
        .each = 10,
        .how = STR_INIT("the driver's pool"),
        .source = STR_INIT("drizzle-orm node-postgres/driver.ts"),
    },
    {
        .name = STR_INIT("knex"),
        .each = 10,
        .how = STR_INIT("pool.max"),
        .source = STR_INIT("knex lib/client.js"),
    },
    {
        .name = STR_INIT("sequelize"),
        .each = 5,
        .how = STR_INIT("pool.max; with read replication there are two pools"),
        .source = STR_INIT("sequelize packages/core/src/sequelize-typescript.ts"),
    },
    {
        .name = STR_INIT("mysql2"),
        .each = 10,
        .how = STR_INIT("connectionLimit"),
        .source = STR_INIT("node-mysql2 lib/pool_config.js"),
    },
    {
        .name = STR_INIT("hikari"),
        .each = 10,
        .variables = {STR_INIT("SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE")},
        .how = STR_INIT("maximumPoolSize; Spring Boot's default pool"),
        .source = STR_INIT("HikariCP HikariConfig.java"),
    },
    {
        .name = STR_INIT("r2dbc"),
        .each = 10,
        .variables = {STR_INIT("SPRING_R2DBC_POOL_MAX_SIZE")},
        .how = STR_INIT("maxSize"),
        .source = STR_INIT("r2dbc-pool README"),
    },
    {
        .name = STR_INIT("pgx"),
        .per_cpu = 1,
        .least = 4,
        .how = STR_INIT("?pool_max_conns= of the URL; the greater of 4 and the processors otherwise"),
        .source = STR_INIT("pgx pgxpool/pool.go"),
    },
    {
        .name = STR_INIT("go-database-sql"),
        .each = NUMBER_UNBOUNDED,
        .how = STR_INIT("SetMaxOpenConns; no ceiling without it, GORM included"),
        .source = STR_INIT("Go database/sql, doc comment of SetMaxOpenConns"),
    },
    {
        .name = STR_INIT("sqlx"),
        .each = 10,
        .how = STR_INIT("PoolOptions::max_connections"),
        .source = STR_INIT("sqlx sqlx-core/src/pool/options.rs"),
    },
    {
        .name = STR_INIT("deadpool"),
        .per_cpu = 4,
        .how = STR_INIT("PoolConfig::max_size; physical cores × 4 otherwise"),
        .source = STR_INIT("deadpool src/managed/config.rs"),
    },
    {
        .name = STR_INIT("activerecord"),
        .each = 5,
        .variables = {STR_INIT("RAILS_MAX_THREADS")},
        .how = STR_INIT("pool: of database.yml, whose template reads RAILS_MAX_THREADS; ?pool= of the URL"),
        .source = STR_INIT("rails active_record/database_configurations/hash_config.rb"),
    },
    {
        .name = STR_INIT("ecto"),
        .each = 10,
        .variables = {STR_INIT("POOL_SIZE")},
        .how = STR_INIT("pool_size × pool_count; ?pool_size= of the URL; POOL_SIZE by the Phoenix template"),
        .source = STR_INIT("ecto lib/ecto/repo/supervisor.ex"),
    },
    {
        .name = STR_INIT("php-fpm"),
        .each = 1,
        .how = STR_INIT("one per child and connection name: multiply by pm.max_children"),
        .source = STR_INIT("php-src sapi/fpm/www.conf.in"),
    },
    {
        .name = STR_INIT("npgsql"),
        .each = 100,
        .how = STR_INIT("Maximum Pool Size of the connection string"),
        .source = STR_INIT("npgsql NpgsqlConnectionStringBuilder.cs"),
    },
    {
        .name = STR_INIT("nullpool"),
        .each = NUMBER_UNBOUNDED,
        .how = STR_INIT("one connection per checkout: bound it by the concurrency in front"),
        .source = STR_INIT("sqlalchemy lib/sqlalchemy/pool/impl.py"),
    },
    {
        .name = STR_INIT("n8n"),
        .each = 2,
        .variables = {STR_INIT("DB_POSTGRESDB_POOL_SIZE")},
        .how = STR_INIT("DB_POSTGRESDB_POOL_SIZE"),
        .source = STR_INIT("n8n documentation, database environment variables"),
    },
    {
        .name = STR_INIT("keycloak"),
        .each = 100,
        .variables = {STR_INIT("KC_DB_POOL_MAX_SIZE")},
        .how = STR_INIT("db-pool-max-size"),
        .source = STR_INIT("Keycloak server guide, all configuration"),
    },
    {
        .name = STR_INIT("single"),
        .each = 1,
        .how = STR_INIT("one session at a time: migrations, dumps, exporters"),
        .source = STR_INIT("observed: alembic, pg_dump, postgres_exporter"),
    },
};

static const struct pool_program programs[] = {
    {
        .name = STR_INIT("uvicorn"),
        .option = STR_INIT("workers"),
        .variables = {STR_INIT("UVICORN_WORKERS"), STR_INIT("WEB_CONCURRENCY")},
        .processes = 1,
        .library = STR_INIT("sqlalchemy"),
        .source = STR_INIT("uvicorn main.py, config.py"),
    },
    {
        .name = STR_INIT("fastapi"),
        .option = STR_INIT("workers"),
        .variables = {STR_INIT("WEB_CONCURRENCY")},
        .processes = 1,
        .library = STR_INIT("sqlalchemy"),
        .source = STR_INIT("fastapi-cli cli.py, uvicorn config.py"),
    },
    {
        .name = STR_INIT("gunicorn"),
        .option = STR_INIT("workers"),
        .short_option = 'w',
        .arguments = STR_INIT("GUNICORN_CMD_ARGS"),
        .variables = {STR_INIT("WEB_CONCURRENCY")},
        .processes = 1,
        .library = STR_INIT("sqlalchemy"),
        .source = STR_INIT("gunicorn app/base.py, config.py"),
    },
    {
        .name = STR_INIT("hypercorn"),
        .option = STR_INIT("workers"),
        .short_option = 'w',
        .processes = 1,
        .library = STR_INIT("sqlalchemy"),
        .source = STR_INIT("hypercorn config.py: no environment variable"),
    },
    {
        .name = STR_INIT("granian"),
        .option = STR_INIT("workers"),
        .variables = {STR_INIT("GRANIAN_WORKERS")},
        .processes = 1,
        .library = STR_INIT("sqlalchemy"),
        .source = STR_INIT("granian cli.py"),
    },
    {
        .name = STR_INIT("celery"),
        .subcommand = STR_INIT("worker"),
        .option = STR_INIT("concurrency"),
        .short_option = 'c',
        .range_option = STR_INIT("autoscale"),
        .model_option = STR_INIT("pool"),
        .model_short = 'P',
        .shared_models = STR_INIT("gevent eventlet threads solo"),
        .variables = {STR_INIT("CELERY_WORKER_CONCURRENCY")},
        .library = STR_INIT("sqlalchemy"),
        .source = STR_INIT("celery worker/worker.py, bin/worker.py"),
    },
    {
        .name = STR_INIT("celery"),
        .subcommand = STR_INIT("beat"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("celery beat.py"),
    },
    {
        .name = STR_INIT("dramatiq"),
        .option = STR_INIT("processes"),
        .short_option = 'p',
        .library = STR_INIT("sqlalchemy"),
        .source = STR_INIT("dramatiq cli.py"),
    },
    {
        .name = STR_INIT("rq"),
        .processes = 1,
        .library = STR_INIT("sqlalchemy"),
        .source = STR_INIT("rq cli/cli.py"),
    },
    {
        .name = STR_INIT("puma"),
        .option = STR_INIT("workers"),
        .short_option = 'w',
        .variables = {STR_INIT("WEB_CONCURRENCY")},
        .processes = 1,
        .library = STR_INIT("activerecord"),
        .source = STR_INIT("puma lib/puma/configuration.rb"),
    },
    {
        .name = STR_INIT("rails"),
        .variables = {STR_INIT("WEB_CONCURRENCY")},
        .processes = 1,
        .library = STR_INIT("activerecord"),
        .source = STR_INIT("puma lib/puma/configuration.rb"),
    },
    {
        .name = STR_INIT("unicorn"),
        .variables = {STR_INIT("WEB_CONCURRENCY")},
        .processes = 1,
        .library = STR_INIT("activerecord"),
        .source = STR_INIT("mem: the usual config/unicorn.rb"),
    },
    {
        .name = STR_INIT("sidekiq"),
        .processes = 1,
        .library = STR_INIT("activerecord"),
        .source = STR_INIT("rails hash_config.rb"),
    },
    {
        .name = STR_INIT("pm2-runtime"),
        .option = STR_INIT("instances"),
        .short_option = 'i',
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("pm2 documentation, cluster mode"),
    },
    {.name = STR_INIT("node"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("npm"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("yarn"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("pnpm"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("next"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("nest"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("tsx"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("ts-node"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("bun"),
        .processes = 1,
        .library = STR_INIT("node-postgres"),
        .source = STR_INIT("node-postgres pg-pool")},
    {.name = STR_INIT("java"),
        .processes = 1,
        .library = STR_INIT("hikari"),
        .source = STR_INIT("HikariCP HikariConfig.java")},
    {.name = STR_INIT("dotnet"),
        .processes = 1,
        .library = STR_INIT("npgsql"),
        .source = STR_INIT("npgsql NpgsqlConnectionStringBuilder.cs")},
    {.name = STR_INIT("php-fpm"),
        .processes = 5,
        .library = STR_INIT("php-fpm"),
        .source = STR_INIT("php-src sapi/fpm/www.conf.in: pm.max_children = 5")},
    {.name = STR_INIT("n8n"),
        .processes = 1,
        .library = STR_INIT("n8n"),
        .pooled_alone = true,
        .source = STR_INIT("n8n documentation")},
    {.name = STR_INIT("keycloak"),
        .processes = 1,
        .library = STR_INIT("keycloak"),
        .pooled_alone = true,
        .source = STR_INIT("Keycloak server guide")},
    {.name = STR_INIT("alembic"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("alembic templates/generic/env.py: NullPool")},
    {.name = STR_INIT("flyway"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("mem")},
    {.name = STR_INIT("liquibase"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("mem")},
    {.name = STR_INIT("dbmate"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("mem")},
    {.name = STR_INIT("goose"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("mem")},
    {.name = STR_INIT("prisma"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("mem")},
    {.name = STR_INIT("psql"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("PostgreSQL documentation, psql")},
    {.name = STR_INIT("pg_dump"),
        .option = STR_INIT("jobs"),
        .short_option = 'j',
        .parent = true,
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("PostgreSQL documentation, pg_dump")},
    {.name = STR_INIT("postgres-exporter"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("postgres_exporter README")},
    {.name = STR_INIT("mysqld-exporter"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("mem")},
    {.name = STR_INIT("adminer"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("mem")},
    {.name = STR_INIT("pgadmin4"),
        .processes = 1,
        .library = STR_INIT("single"),
        .pooled_alone = true,
        .source = STR_INIT("mem")},
};

/* Parameters of connection strings that bound a pool; blanks, dashes, underscores and case do not count. */
static const str parameters[] = {
    STR_INIT("connectionlimit"), /* Prisma <= 6, mysql2 */
    STR_INIT("poolmaxconns"),    /* pgx */
    STR_INIT("maxsize"),         /* encode/databases, Tortoise */
    STR_INIT("poolsize"),        /* Ecto */
    STR_INIT("pool"),            /* ActiveRecord */
    STR_INIT("maximumpoolsize"), /* Npgsql, Hikari */
    STR_INIT("maxpoolsize"),     /* Npgsql, SqlClient, MySqlConnector, MongoDB */
};

/* How a variable that sizes a pool ends, whatever stands before. */
static const struct {
    str suffix;
    enum pool_role role;
} suffixes[] = {
    {STR_INIT("DB_POOL_SIZE"), POOL_SIZE},
    {STR_INIT("DATABASE_POOL_SIZE"), POOL_SIZE},
    {STR_INIT("SQLALCHEMY_POOL_SIZE"), POOL_SIZE},
    {STR_INIT("PG_POOL_SIZE"), POOL_SIZE},
    {STR_INIT("POSTGRES_POOL_SIZE"), POOL_SIZE},
    {STR_INIT("MYSQL_POOL_SIZE"), POOL_SIZE},
    {STR_INIT("DB_POOL"), POOL_SIZE},
    {STR_INIT("DATABASE_POOL"), POOL_SIZE},
    {STR_INIT("DB_MAX_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("DATABASE_MAX_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("SQLALCHEMY_MAX_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("PG_MAX_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("POSTGRES_MAX_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("DB_POOL_MAX_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("DATABASE_POOL_MAX_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("DB_MAX_POOL_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("DATABASE_MAX_POOL_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("DB_POOL_OVERFLOW"), POOL_OVERFLOW},
    {STR_INIT("DATABASE_POOL_OVERFLOW"), POOL_OVERFLOW},
};

/* Which library reads a scheme's driver, or a scheme without one. SQLAlchemy spells dialect+driver. */
static const struct {
    str scheme, driver, library;
} drivers[] = {
    {STR_INIT(""), STR_INIT("asyncpg"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("psycopg"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("psycopg2"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("psycopg_async"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("pg8000"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("aiomysql"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("asyncmy"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("pymysql"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("mysqldb"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("mysqlconnector"), STR_INIT("sqlalchemy")},
    {STR_INIT(""), STR_INIT("pyodbc"), STR_INIT("sqlalchemy")},
    {STR_INIT("ecto"), STR_INIT(""), STR_INIT("ecto")},
    {STR_INIT("mysql2"), STR_INIT(""), STR_INIT("activerecord")},
    {STR_INIT("trilogy"), STR_INIT(""), STR_INIT("activerecord")},
};

size_t pool_library_count(void)
{
    return ARRAY_COUNT(libraries);
}

const struct pool_library *pool_library_at(size_t index)
{
    return &libraries[index];
}

const struct pool_library *pool_library_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(libraries); i++)
        if (str_eq(libraries[i].name, name))
            return &libraries[i];
    return NULL;
}

struct count pool_library_each(const struct pool_library *library, int64_t cpus)
{
    if (library->per_cpu > 0 && cpus == 0)
        return library->least > 0 ? count_assumed(library->least, library->name)
                                  : (struct count){.state = COUNT_ABSENT};
    int64_t each = number_add(library->each, number_multiply(library->per_cpu, cpus));
    return count_default(each > library->least ? each : library->least, library->name);
}

const struct pool_library *pool_library_of_driver(str scheme, str driver)
{
    if (str_starts_fold(scheme, STR("jdbc")))
        return pool_library_find(STR("hikari"));
    for (size_t i = 0; i < ARRAY_COUNT(drivers); i++) {
        bool by_driver = drivers[i].driver.len && str_eq_fold(driver, drivers[i].driver);
        bool by_scheme = drivers[i].scheme.len && str_eq_fold(scheme, drivers[i].scheme);
        if (by_driver || by_scheme)
            return pool_library_find(drivers[i].library);
    }
    return NULL;
}

size_t pool_program_count(void)
{
    return ARRAY_COUNT(programs);
}

const struct pool_program *pool_program_at(size_t index)
{
    return &programs[index];
}

/* Equal when blanks, dashes, underscores and case do not count; `plain` has none of them. */
static bool same_letters(str name, str plain)
{
    size_t at = 0;
    for (size_t i = 0; i < name.len; i++) {
        char byte = name.ptr[i];
        if (byte == ' ' || byte == '-' || byte == '_')
            continue;
        if (at == plain.len || byte_lower(byte) != plain.ptr[at++])
            return false;
    }
    return at == plain.len;
}

bool pool_is_parameter(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(parameters); i++)
        if (same_letters(name, parameters[i]))
            return true;
    return false;
}

enum pool_role pool_role_of_variable(str name, str *ret_prefix)
{
    enum pool_role role = POOL_NONE;
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        str suffix = suffixes[i].suffix;
        size_t before = name.len - suffix.len;
        if (!str_ends(name, suffix) || (before > 0 && name.ptr[before - 1] != '_'))
            continue;
        if (role != POOL_NONE && before >= ret_prefix->len)
            continue;
        *ret_prefix = str_take(name, before);
        role = suffixes[i].role;
    }
    return role;
}
