#include "budget/pools.h"

#include "base/named.h"
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
    return named_find(NAMED_BY(data_pools, data_pools_count, struct pool_library, name), name);
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
    if (str_starts_fold(scheme, STR("db+"))) /* where Celery keeps results: no pool of the program's own */
        return pool_library_find(STR("celery-results"));
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

bool pool_is_parameter(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(parameters); i++)
        if (pool_is_same_name(name, parameters[i]))
            return true;
    return false;
}

static bool is_between(char byte)
{
    return byte == ' ' || byte == '-' || byte == '_' || byte == '.';
}

/* Where the letters of `words` begin at the end of the name, none of a word beside them; STR_NONE: it ends
 * otherwise. */
static size_t ending_at(str name, str words)
{
    size_t at = name.len;
    for (size_t i = words.len; i-- > 0;) {
        if (is_between(words.ptr[i]))
            continue;
        while (at > 0 && is_between(name.ptr[at - 1]))
            at--;
        if (at == 0 || byte_lower(name.ptr[at - 1]) != byte_lower(words.ptr[i]))
            return STR_NONE;
        at--;
    }
    return at == 0 || is_between(name.ptr[at - 1]) ? at : STR_NONE;
}

static str last_byte(str name)
{
    return str_skip(name, name.len ? name.len - 1 : 0);
}

bool pool_is_read_by_library(str name)
{
    str bare = name, listed;
    while (bare.len && is_between(bare.ptr[bare.len - 1]))
        bare.len--;
    struct word_rows rows = word_index_rows(&data_pools_by_last_byte, last_byte(bare));
    for (size_t i = 0; i < rows.count; i++) {
        str rest = data_pools[rows.list[i]].variables;
        while (str_next(&rest, ' ', &listed))
            if (pool_is_same_name(name, listed))
                return true;
    }
    return false;
}

const struct pool_name *pool_name_of_variable(str name, str *ret_prefix)
{
    const struct pool_name *found = NULL;
    struct word_rows rows = word_index_rows(&data_pool_names_by_last_byte, last_byte(name));
    for (size_t i = 0; i < rows.count; i++) {
        const struct pool_name *row = &data_pool_names[rows.list[i]];
        size_t at = ending_at(name, row->words);
        if (at == STR_NONE || (found && at >= ret_prefix->len))
            continue;
        *ret_prefix = str_take(name, at);
        found = row;
    }
    return found;
}

bool pool_is_same_name(str name, str other)
{
    return ending_at(name, other) == 0;
}

size_t worker_name_count(void)
{
    return data_worker_names_count;
}

const struct worker_name *worker_name_at(size_t index)
{
    return &data_worker_names[index];
}
