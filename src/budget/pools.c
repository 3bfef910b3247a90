#include "budget/pools.h"

#include "base/vec.h"
#include "budget/pools_tables.h"

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

/* How a variable that sizes a pool ends, whatever is before it. */
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
    return data_pools_count;
}

const struct pool_library *pool_library_at(size_t index)
{
    return &data_pools[index];
}

const struct pool_library *pool_library_find(str name)
{
    for (size_t i = 0; i < data_pools_count; i++)
        if (str_eq(data_pools[i].name, name))
            return &data_pools[i];
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
    return data_programs_count;
}

const struct pool_program *pool_program_at(size_t index)
{
    return &data_programs[index];
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
