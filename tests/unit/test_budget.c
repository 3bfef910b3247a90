#include "unit.h"

#include "budget/budget.h"
#include "check/check.h"
#include "host/memory.h"

#define TEXT_MAX 100000

/* One deployment in memory, judged. */
struct run {
    struct arena arena;
    struct check_result *result;
    struct budgets *budgets;
};

static void judge(struct run *run, const struct memory_file *files)
{
    struct host host = memory_host(files);
    struct check_options options = {.mode = STR("production")};
    run->arena = (struct arena){0};
    run->result = check_files(&run->arena, &host, &options);
    run->budgets = NULL;
    if (run->result->projects.count == 0)
        return;
    struct diags unheard = {.arena = &run->arena, .sources = &run->result->sources};
    run->budgets = budget_compute(&run->arena, &unheard, run->result->projects.items[0].facts, 2);
}

static str joined(struct arena *arena, const str_vec *lines)
{
    struct buf text = buf_new(arena, TEXT_MAX);
    vec_each(const str *, line, lines)
        buf_printf(&text, STR_FMT "\n", STR_ARG(*line));
    return text.len ? buf_view(&text) : STR("");
}

static const char env[] = "DATABASE_URL=postgresql+asyncpg://app@db:5432/app\nWORKERS=4\n";
static const char compose[] = "services:\n  db:\n    image: postgres:16\n";

#define BUDGET(text) "version: 1\nbudget:\n" text

static const struct {
    const char *config, *wanted;
} fixes[] = {
    {BUDGET("  consumers: {a: {server: DATABASE_URL, processes: 2, each: 20 + 40}}\n"),
        "at most 1 process of a instead of 2\n"
        "at most 48 connections per process of a instead of 60, such as 20 + 28\n"
        "max_connections of at least 123\n"
        "PgBouncer in transaction mode in front of db:5432, with at most 97 connections\n"},
    {BUDGET("  headroom: 1.5\n  consumers: {a: {server: DATABASE_URL, processes: 2, each: 40}}\n"),
        "at most 1 process of a instead of 2\n"
        "at most 33 connections per process of a instead of 40\n"
        "max_connections of at least 120\n"
        "PgBouncer in transaction mode in front of db:5432, with at most 97 connections\n"},
    {BUDGET("  consumers: {a: {server: DATABASE_URL, count: 3, each: 40}, b: {server: DATABASE_URL, each: "
            "10}}\n"),
        "at most 2 instances of a instead of 3\n"
        "at most 29 connections per process of a instead of 40\n"
        "max_connections of at least 133\n"
        "PgBouncer in transaction mode in front of db:5432, with at most 97 connections\n"},
    {BUDGET("  servers: {m: {url: DATABASE_URL, role-limit: 20}}\n  consumers: {a: {server: m, processes: 5, "
            "each: 5}}\n"),
        "at most 4 processes of a instead of 5\n"
        "at most 4 connections per process of a instead of 5\n"
        "a connection limit of at least 25 for the role\n"
        "PgBouncer in transaction mode in front of db:5432, with at most 20 connections\n"},
    {BUDGET("  servers: {m: {url: DATABASE_URL, usable: 20}}\n  consumers: {a: {server: m, each: 25}}\n"),
        "at most 20 connections per process of a instead of 25\n"
        "a plan with at least 25 usable connections\n"
        "PgBouncer in transaction mode in front of db:5432, with at most 20 connections\n"},
    {BUDGET("  servers: {m: {url: DATABASE_URL}}\n  poolers: {p: {server: m, pool_size: 20, pairs: 6, mode: "
            "transaction}}\n  consumers: {a: {via: p, each: 25}}\n"),
        "at most 16 connections per pool of p instead of 20\n"
        "max_connections of at least 123\n"},
    {BUDGET("  consumers: {a: {server: DATABASE_URL, each: unbounded}}\n"),
        "a ceiling for a: a pool's maximum, or the concurrency in front of it\n"},
    {BUDGET("  consumers: {a: {server: DATABASE_URL, each: 97}}\n"), ""},
};

/* Each fix alone is enough: the least max_connections that is named makes it fit, one less does not. */
static void test_fixes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(fixes); i++) {
        const struct memory_file files[] = {
            {"/app/.env", env}, {"/app/bootgate.yaml", fixes[i].config}, {"/app/compose.yaml", compose}, {0}};
        struct run run;
        judge(&run, files);
        assert_true(run.budgets && run.budgets->rows.count > 0);
        assert_str(str_from_c(fixes[i].config), str_from_c(fixes[i].wanted),
            joined(&run.arena, &run.budgets->rows.items[0]->fixes));
        arena_free(&run.arena);
    }
}

static void test_table(void **state)
{
    (void)state;
    const char *config = BUDGET(
        "  consumers:\n    agent: {server: DATABASE_URL, processes: \"${WORKERS:-2}\", each: 20 + 10}\n"
        "    cron: {server: DATABASE_URL, each: asyncpg}\n");
    const struct memory_file files[] = {
        {"/app/.env", env}, {"/app/bootgate.yaml", config}, {"/app/compose.yaml", compose}, {0}};
    struct run run;
    judge(&run, files);
    assert_non_null(run.budgets);
    str_vec lines = budget_table(&run.arena, &run.result->sources, run.budgets->rows.items[0]);
    assert_str(str_from_c(config),
        STR("db:5432: max_connections 100: the server's default (compose.yaml:3), 3 reserved\n"
            "  consumer  formula        total  from\n"
            "  --------  -------------  -----  --------------------------------------------\n"
            "  agent     4 x (20 + 10)    120  processes 4: ${WORKERS:-2} (bootgate.yaml:4)\n"
            "                                    WORKERS at .env:2\n"
            "                                  each 30: 20 + 10 (bootgate.yaml:4)\n"
            "  cron      10                10  each 10: asyncpg (bootgate.yaml:5)\n"
            "  --------  -------------  -----\n"
            "  total                      130  of 97: 33 too many\n"),
        joined(&run.arena, &lines));
    arena_free(&run.arena);
}

/* ---- nothing that stands in a budget section makes it crash */

static const char *const words[] = {"budget", "servers", "poolers", "consumers", "main", "DATABASE_URL",
    "url", "at", "max_connections", "usable", "role-limit", "reserved", "server", "via", "service", "when",
    "count", "surge", "processes", "each", "pool_size", "pairs", "instances", "max_client_conn",
    "max_db_connections", "mode", "session", "db", "db:5432", "unbounded", "-1", "0", "9223372036854775807",
    "1e9", "25%", "sqlalchemy + 10", "${WORKERS:-x}", "${NOPE}", "1 / 0", "cpus * 4", "''", "[1]", "{a: 1}",
    "headroom", "1.5", "p", "bouncer"};

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* A budget section of random keys and values, sometimes a well-formed one with random numbers. */
static void scramble(struct buf *text, uint64_t *seed)
{
    const char *number = words[29 + next(seed) % 14], *other = words[29 + next(seed) % 14];
    buf_printf(text,
        "version: 1\nbudget:\n  servers: {main: {url: DATABASE_URL, max_connections: \"%s\"}}\n"
        "  poolers: {p: {server: main, pool_size: \"%s\", pairs: \"%s\"}}\n  consumers:\n",
        number, other, words[29 + next(seed) % 14]);
    for (size_t i = 0; i < 1 + next(seed) % 4; i++) {
        buf_printf(
            text, "    c%zu: {%s: %s", i, next(seed) % 2 ? "server" : "via", words[next(seed) % 6 + 4]);
        for (size_t field = next(seed) % 4; field > 0; field--)
            buf_printf(
                text, ", %s: \"%s\"", words[14 + next(seed) % 12], words[next(seed) % ARRAY_COUNT(words)]);
        buf_printf(text, "}\n");
    }
}

static void test_fuzzed_sections(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (size_t i = 0; i < 500; i++) {
        struct arena scratch = {0};
        struct buf config = buf_new(&scratch, TEXT_MAX);
        scramble(&config, &seed);
        const struct memory_file files[] = {{"/app/.env", env},
            {"/app/bootgate.yaml", arena_c_string(&scratch, buf_view(&config))},
            {"/app/compose.yaml", compose}, {0}};
        struct run run;
        judge(&run, files);
        /* Whatever it said, a demand that is not known or not bounded never passes. */
        for (size_t row = 0; run.budgets && row < run.budgets->rows.count; row++) {
            const struct budget_row *judged = run.budgets->rows.items[row];
            bool unknown = !judged->demand_known || judged->demand == NUMBER_UNBOUNDED;
            if (unknown && judged->verdict != BUDGET_FAIL)
                fail_msg("input «" STR_FMT "» passed", STR_ARG(buf_view(&config)));
            assert_true(judged->demand >= 0);
            budget_table(&run.arena, &run.result->sources, judged);
        }
        arena_free(&run.arena);
        arena_free(&scratch);
    }
}

static const char *const scraps[] = {"max_connections", " = ", "=", "'", "''", "\\", "\n", "#", ";", "[", "]",
    "[databases]", "[pgbouncer]", "%include ", "include ", "include_dir ", "'p.ini'", "p.ini", "app", "*",
    "host=db ", "pool_size=", "default_pool_size", "max_client_conn", "pool_mode", "session", "20", "-1",
    "0x", "1e999", "99999999999", " ", "\t", "\r", "\"", "$", "${", "-c", "-N", "sh -c ", "&&", "\xC3",
    "\xFF"};

/* Scraps of settings and commands in any order: nothing crashes, reads too far or runs for ever. */
static void test_fuzzed_settings(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (size_t i = 0; i < 300; i++) {
        struct arena scratch = {0};
        struct buf settings = buf_new(&scratch, TEXT_MAX), command = buf_new(&scratch, TEXT_MAX);
        for (size_t scrap = next(&seed) % 60; scrap > 0; scrap--)
            buf_printf(&settings, "%s", scraps[next(&seed) % ARRAY_COUNT(scraps)]);
        for (size_t scrap = next(&seed) % 20; scrap > 0; scrap--)
            buf_printf(&command, " %s", scraps[20 + next(&seed) % (ARRAY_COUNT(scraps) - 22)]);
        str text = arena_printf(&scratch,
            "services:\n  db:\n    image: postgres:16\n    command: |-\n      sh -c \"postgres" STR_FMT "\"\n"
            "    volumes: ['./p.ini:/var/lib/postgresql/data/postgresql.conf']\n"
            "  pooler:\n    image: pgbouncer\n    volumes: ['./p.ini:/etc/pgbouncer/pgbouncer.ini']\n",
            STR_ARG(buf_view(&command)));
        const struct memory_file files[] = {{"/app/.env", env},
            {"/app/compose.yaml", arena_c_string(&scratch, text)},
            {"/app/p.ini", arena_c_string(&scratch, settings.len ? buf_view(&settings) : STR(""))}, {0}};
        struct run run;
        judge(&run, files);
        for (size_t row = 0; run.budgets && row < run.budgets->rows.count; row++)
            budget_table(&run.arena, &run.result->sources, run.budgets->rows.items[row]);
        arena_free(&run.arena);
        arena_free(&scratch);
    }
}

/* No secret of a settings file or connection string comes out. */
static void test_no_secret(void **state)
{
    (void)state;
    const struct memory_file files[] = {
        {"/app/.env", "DATABASE_URL=postgresql://app:s3ntinel-Qx71@pooler:6432/app\n"},
        {"/app/bootgate.yaml", BUDGET("  consumers: {a: {server: DATABASE_URL, each: 200}}\n")},
        {"/app/compose.yaml",
            "services:\n  db:\n    image: postgres:16\n  pooler:\n    image: edoburu/pgbouncer\n"
            "    volumes: ['./p.ini:/etc/pgbouncer/pgbouncer.ini']\n"},
        {"/app/p.ini",
            "[databases]\napp = host=db password=s3ntinel-Qx71 pool_size=s3ntinel-Qx71\n[pgbouncer]\n"
            "max_client_conn = s3ntinel-Qx71\n"},
        {0}};
    struct run run;
    judge(&run, files);
    assert_non_null(run.budgets);
    vec_each(struct budget_row *const *, row, &run.budgets->rows) {
        str_vec lines = budget_table(&run.arena, &run.result->sources, *row);
        assert_false(str_contains(joined(&run.arena, &lines), STR("s3ntinel")));
        assert_false(str_contains(joined(&run.arena, &(*row)->fixes), STR("s3ntinel")));
        vec_each(const struct budget_problem *, problem, &(*row)->problems)
            assert_false(str_contains(problem->message, STR("s3ntinel")));
    }
    arena_free(&run.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixes),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_fuzzed_sections),
        cmocka_unit_test(test_fuzzed_settings),
        cmocka_unit_test(test_no_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
