/* Rewriting for a driver by its name: what comes out, and what is said to be left out. */
#include "unit.h"

#include "rewrite/rewrite.h"

static const struct {
    const char *text, *target, *wanted, *dropped;
} rewrites[] = {
    {"postgresql+psycopg2://u:p@/d?host=/run/pg&port=5433", "pg8000",
        "postgresql+pg8000://u:p@/d?unix_sock=/run/pg/.s.PGSQL.5433", ""},
    {"postgresql+psycopg2://u:p@/d?port=5433&host=/run/pg", "pg8000",
        "postgresql+pg8000://u:p@/d?unix_sock=/run/pg/.s.PGSQL.5433", ""},
    {"postgresql+pg8000://u:p@/d?unix_sock=/run/pg/.s.PGSQL.5433&port=1", "psycopg2",
        "postgresql+psycopg2://u:p@/d?host=/run/pg&port=5433", ""},
    {"postgresql+psycopg2://u:p@h/d?statement_timeout=5", "pg8000", "postgresql+pg8000://u:p@h/d",
        "statement_timeout"},
    {"postgresql+psycopg2://u:p@h/d?connect_timeout=5&application_name=x", "pg8000",
        "postgresql+pg8000://u:p@h/d?application_name=x", "connect_timeout"},
    {"postgresql+asyncpg://u:p@h/d?ssl=require", "pg8000", "", ""},
    {"postgresql+pg8000://u:p@h/d?pgbouncer=true&tcp_keepalive=1", "pg8000",
        "postgresql+pg8000://u:p@h/d?tcp_keepalive=1", "pgbouncer"},
    {"postgresql+pg8000://u:p@h/d?statement_timeout=5", "sync", "postgresql+pg8000://u:p@h/d",
        "statement_timeout"},
    {"mysql+pymysql://u:p@h/d?charset=utf8&charset=utf8mb4", "aiomysql",
        "mysql+aiomysql://u:p@h/d?charset=utf8mb4", ""},
    {"mysql://u:p@h/d?use_unicode=1&connection_limit=5", "aiomysql", "mysql+aiomysql://u:p@h/d?use_unicode=1",
        "connection_limit"},
    {"mysql+mysqlconnector://u:p@h/d?connection_timeout=5&raw=true", "pymysql",
        "mysql+pymysql://u:p@h/d?connect_timeout=5", "raw"},
    {"mysql+mysqlconnector://u:p@h/d?connection_timeout=5", "mysql+pyodbc", "mysql+pyodbc://u:p@h/d",
        "connection_timeout"},
    {"mssql+pyodbc://u:p@h/d?APP=shop&TDS_Version=7.4", "pymssql", "mssql+pymssql://u:p@h/d?tds_version=7.4",
        "APP"},
    {"mssql+pyodbc://u:p@h/d?APP=shop&TDS_Version=7.4", "aioodbc",
        "mssql+aioodbc://u:p@h/d?APP=shop&TDS_Version=7.4", ""}, /* ODBC takes any word */
    {"mssql+pyodbc://u:p@/?dsn=shop", "pymssql", "", ""},
    {"oracle+oracledb://u:p@h/?service_name=shop&retry_count=3", "cx_oracle",
        "oracle+cx_oracle://u:p@h/?service_name=shop", "retry_count"},
    {"oracle+oracledb://u:p@h?sid=shop", "cx_oracle", "", ""},
};

static void test_rewrites(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rewrites); i++) {
        str text = str_from_c(rewrites[i].text);
        struct rewrite_result result = dsn_rewrite(&arena, text, str_from_c(rewrites[i].target));
        str dropped = result.dropped.count ? result.dropped.items[0] : STR("");
        assert_str(text, str_from_c(rewrites[i].wanted), result.text);
        assert_str(text, str_from_c(rewrites[i].dropped), dropped);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rewrites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
