#include "unit.h"

#include "budget/capacity.h"
#include "deploy/command.h"
#include "host/memory.h"

static struct value *value_of(struct arena *arena, str name, str text)
{
    struct value *value = arena_new(arena, struct value);
    *value = (struct value){.name = name, .text = text, .set = true};
    return value;
}

/* A service as the loader would give it; `environment` and `mounts` are words between blanks. */
static struct workload service_of(
    struct arena *arena, const char *image, const char *command, const char *environment, const char *mounts)
{
    struct workload service = {
        .name = STR("db"), .image = str_from_c(image), .active = true, .environment = {.arena = arena}};
    struct command words = command_split(arena, str_from_c(command), (span){0}, NULL);
    vec_each(const struct command_word *, word, &words.words)
        vec_push(arena, &service.command, value_of(arena, STR(""), word->text));
    service.command_set = service.command.count > 0;
    struct command variables = command_split(arena, str_from_c(environment), (span){0}, NULL);
    vec_each(const struct command_word *, word, &variables.words) {
        struct str_cut cut = str_cut_byte(word->text, '=');
        env_put(&service.environment, value_of(arena, cut.head, cut.tail));
    }
    struct command paths = command_split(arena, str_from_c(mounts), (span){0}, NULL);
    vec_each(const struct command_word *, word, &paths.words) {
        struct str_cut cut = str_cut_byte(word->text, ':');
        vec_push(arena, &service.mounts,
            ((struct workload_mount){.source = cut.head, .target = cut.tail, .bind = true}));
    }
    return service;
}

static const struct memory_file files[] = {
    {"/app/50.conf", "max_connections = 50\n"},
    {"/app/bomb.conf", "include bomb.conf\ninclude bomb.conf\ninclude bomb.conf\ninclude bomb.conf\ninclude "
                       "bomb.conf\nmax_connections = 9\n"},
    {"/app/conf.d/a.conf", "max_connections = 60\n"},
    {"/app/conf.d/b.conf", "MAX_CONNECTIONS=70 # more\n"},
    {"/app/conf.d/c.txt", "max_connections = 1\n"},
    {"/app/data/postgresql.auto.conf", "max_connections = '90'\n"},
    {"/app/data/postgresql.conf", "max_connections = 80\n"},
    {"/app/include.conf", "max_connections = 10\ninclude_dir 'conf.d'\n"},
    {"/app/include_first.conf", "include 'conf.d/a.conf'\nmax_connections 65\n"},
    {"/app/lost.conf", "max_connections = 40\ninclude_if_exists 'nothing.conf'\n"},
    {"/app/loop.conf", "include 'loop.conf'\nmax_connections = 30\n"},
    {"/app/missing.conf", "max_connections = 30\ninclude 'nothing.conf'\n"},
    {"/app/my.cnf", "[client]\nmax_connections=1\n[mysqld]\nmax-connections = 300 # "
                    "more\n[mysqldump]\nmax_connections=2\n"},
    {"/app/none.conf", "# max_connections = 50\nshared_buffers = 128MB\n"},
    {"/app/quotes.conf", "max_connections = '120'\nsuperuser_reserved_connections = '5'\n"},
    {"/app/units.conf", "max_connections = 100MB\n"},
    {NULL, NULL},
};

/* One line of what was found: "200 usable 197", with remarks and the lower figure where they matter. */
static str summary(struct arena *arena, const struct capacity *capacity)
{
    str kinds[] = {STR(" never"), STR(" first-start"), STR(" refused"), STR(" unreadable")};
    struct buf out = buf_new(arena, 1000);
    if (!capacity->known)
        buf_str(&out, STR("unknown"));
    else
        buf_printf(&out, "%lld usable %lld", (long long)capacity->max_connections.value,
            (long long)capacity->usable);
    if (capacity->known && capacity->certain != capacity->usable)
        buf_printf(&out, " certain %lld", (long long)capacity->certain);
    vec_each(const struct capacity_remark *, remark, &capacity->remarks)
        buf_str(&out, kinds[remark->kind]);
    return buf_view(&out);
}

static const struct {
    const char *image, *command, *environment, *mounts, *wanted;
} cases[] = {
    {"postgres:16", "", "", "", "100 usable 97"},
    {"postgres:16", "postgres -c max_connections=200", "", "", "200 usable 197"},
    {"postgres:16", "-c max_connections=200", "", "", "200 usable 197"},
    {"postgres:16", "postgres -cmax_connections=200", "", "", "200 usable 197"},
    {"postgres:16", "postgres --max-connections=200", "", "", "200 usable 197"},
    {"postgres:16", "postgres --max_connections=200", "", "", "200 usable 197"},
    {"postgres:16", "postgres -N 200", "", "", "200 usable 197"},
    {"postgres:16", "postgres -N200", "", "", "200 usable 197"},
    {"postgres:16", "postgres -FN200", "", "", "200 usable 197"},
    {"postgres:16", "postgres -c Max_Connections=40 -N 42", "", "", "42 usable 39"},
    {"postgres:16", "postgres -N 42 -c max_connections=40", "", "", "40 usable 37"},
    {"postgres:16", "postgres -h -N -c max_connections=40", "", "", "40 usable 37"},
    {"postgres:16", "docker-entrypoint.sh postgres -c max_connections=40", "", "", "40 usable 37"},
    {"postgres:16", "sh -c 'exec postgres -c max_connections=40'", "", "", "40 usable 37"},
    {"postgres:16", "bash -euc 'sleep 1 && exec docker-entrypoint.sh postgres -c \"max_connections=40\"'", "",
        "", "40 usable 37"},
    {"postgres:16", "sh -c 'exec postgres -c max_connections=$LIMIT'", "LIMIT=40", "", "40 usable 37"},
    {"postgres:16", "sh -c 'exec postgres -c max_connections=${LIMIT:-60}'", "LIMIT=", "", "60 usable 57"},
    {"postgres:16", "postgres -c shared_buffers=256MB", "", "", "100 usable 97"},
    /* Values as the server reads them. */
    {"postgres:16", "postgres -c max_connections=0x14", "", "", "20 usable 17"},
    {"postgres:16", "postgres -c 'max_connections= 20'", "", "", "20 usable 17"},
    {"postgres:16", "postgres -c max_connections=20.4", "", "", "20 usable 17"},
    {"postgres:16", "postgres -c max_connections=20.5", "", "", "20 usable 17"},
    {"postgres:16", "postgres -c max_connections=21.5", "", "", "22 usable 19"},
    {"postgres:16", "postgres -c max_connections=1e1", "", "", "10 usable 7"},
    {"postgres:16", "postgres -c max_connections=0100", "", "", "64 usable 61"},
    {"postgres:16", "postgres -c max_connections=08", "", "", "unknown refused"},
    {"postgres:16", "postgres -c max_connections=012.0", "", "", "12 usable 9"},
    {"postgres:16", "postgres -c max_connections=08.0", "", "", "unknown refused"},
    {"postgres:16", "postgres -c \"max_connections='26'\"", "", "", "unknown refused"},
    {"postgres:16", "postgres -c max_connections=100MB", "", "", "unknown refused"},
    {"postgres:16", "postgres -c max_connections=", "", "", "unknown refused"},
    {"postgres:16", "postgres -c max_connections", "", "", "unknown refused"},
    {"postgres:16", "postgres -c max_connections=0", "", "", "unknown refused"},
    {"postgres:16", "postgres -c max_connections=262143", "", "", "262143 usable 262140"},
    {"postgres:16", "postgres -c max_connections=262144", "", "", "unknown refused"},
    {"postgres:16", "postgres -c max_connections=20 -c superuser_reserved_connections=20", "", "",
        "unknown refused"},
    {"postgres:16",
        "postgres -c max_connections=130 -c superuser_reserved_connections=10 -c reserved_connections=5", "",
        "", "130 usable 115"},
    /* Settings files. */
    {"postgres:16", "postgres -c config_file=/etc/pg.conf", "", "/app/50.conf:/etc/pg.conf", "50 usable 47"},
    {"postgres:16", "postgres -c config_file=/etc/pg.conf -c max_connections=200", "",
        "/app/50.conf:/etc/pg.conf", "200 usable 197"},
    {"postgres:16", "postgres -c config_file=/etc/pg/include.conf", "", "/app:/etc/pg", "70 usable 67"},
    {"postgres:16", "postgres -c config_file=/etc/pg/include_first.conf", "", "/app:/etc/pg", "65 usable 62"},
    {"postgres:16", "postgres -c config_file=/etc/pg/lost.conf", "", "/app:/etc/pg", "40 usable 37"},
    {"postgres:16", "postgres -c config_file=/etc/pg/loop.conf", "", "/app:/etc/pg", "unknown unreadable"},
    {"postgres:16", "postgres -c config_file=/etc/pg/loop.conf -N 20", "", "/app:/etc/pg", "20 usable 17"},
    {"postgres:16", "postgres -c config_file=/etc/pg/missing.conf", "", "/app:/etc/pg", "unknown unreadable"},
    {"postgres:16", "postgres -c config_file=/etc/pg/bomb.conf", "", "/app:/etc/pg", "unknown unreadable"},
    {"postgres:16", "postgres -c config_file=/etc/pg/none.conf", "", "/app:/etc/pg", "100 usable 97"},
    {"postgres:16", "postgres -c config_file=/etc/pg/quotes.conf", "", "/app:/etc/pg", "120 usable 115"},
    {"postgres:16", "postgres -c config_file=/etc/pg/units.conf", "", "/app:/etc/pg", "unknown refused"},
    {"postgres:16", "postgres -c config_file=/etc/baked.conf", "", "", "unknown unreadable"},
    {"postgres:16", "postgres -c config_file=/etc/baked.conf -N 60", "", "", "60 usable 57"},
    {"postgres:16", "", "", "/app/data:/var/lib/postgresql/data", "90 usable 87"},
    {"postgres:16", "", "PGDATA=/data", "/app/data/postgresql.conf:/data/postgresql.conf", "80 usable 77"},
    {"postgres:16", "", "", "/app/empty:/var/lib/postgresql/data", "100 usable 97"},
    /* initdb. */
    {"pgvector/pgvector:pg16", "", "POSTGRES_INITDB_ARGS='--data-checksums -c max_connections=200'", "",
        "200 usable 197 certain 97 first-start"},
    {"postgres:16", "", "POSTGRES_INITDB_ARGS='--set max_connections=200'", "",
        "200 usable 197 certain 97 first-start"},
    {"postgres:16", "", "POSTGRES_INITDB_ARGS='-c max_connections=50'", "", "50 usable 47 first-start"},
    {"postgres:15", "", "POSTGRES_INITDB_ARGS='-c max_connections=200'", "", "100 usable 97 never"},
    {"postgres:16", "", "POSTGRES_INITDB_ARGS=max_connections=200", "", "100 usable 97 never"},
    {"postgres:16", "-c max_connections=150", "POSTGRES_INITDB_ARGS='-c max_connections=200'", "",
        "150 usable 147"},
    {"postgres:latest", "", "POSTGRES_INITDB_ARGS='-c max_connections=200'", "",
        "200 usable 197 certain 97 first-start"},
    {"postgres:16", "", "POSTGRES_INITDB_ARGS='-c max_connections=200'", "/app/data:/var/lib/postgresql/data",
        "90 usable 87"},
    {"postgres:16", "", "POSTGRES_INITDB_ARGS=--data-checksums", "", "100 usable 97"},
    /* Variables of images. */
    {"bitnami/postgresql:16", "", "POSTGRESQL_MAX_CONNECTIONS=250", "", "250 usable 247"},
    {"postgres:16", "", "POSTGRES_MAX_CONNECTIONS=250 POSTGRESQL_MAX_CONNECTIONS=250", "", "100 usable 97"},
    {"timescale/timescaledb:latest-pg16", "", "TS_TUNE_MAX_CONNS=200", "",
        "200 usable 197 certain 97 first-start"},
    /* MySQL and MariaDB. */
    {"mysql:8.4", "", "", "", "151 usable 151"},
    {"mysql:8.4", "--max-connections=500", "", "", "500 usable 500"},
    {"mysql:8.4", "mysqld --max_connections 500", "", "", "500 usable 500"},
    {"mysql:8.4", "mysqld --max-connections=1K", "", "", "1024 usable 1024"},
    {"mysql:8.4", "mysqld --max-connections=many", "", "", "unknown refused"},
    {"mysql:8.4", "mysqld --max-connections=900000", "", "", "100000 usable 100000"},
    {"mariadb:11", "--max-connections=5", "", "", "10 usable 10"},
    {"mysql:8.4", "", "", "/app/my.cnf:/etc/mysql/conf.d/my.cnf", "300 usable 300"},
    {"mysql:8.4", "--max-connections=500", "", "/app/my.cnf:/etc/my.cnf", "500 usable 500"},
    {"mysql:8.4", "--defaults-file=/x/my.cnf", "", "/app:/x", "300 usable 300"},
    {"bitnami/mariadb:11", "", "MARIADB_EXTRA_FLAGS='--max-connections=250 --x=y'", "", "250 usable 250"},
};

static void test_capacity(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct arena arena = {0};
        struct sources sources = {.arena = &arena};
        struct host host = memory_host(files);
        struct workload service =
            service_of(&arena, cases[i].image, cases[i].command, cases[i].environment, cases[i].mounts);
        struct settings_reader reader = {&arena, &sources, &host, NULL, &service};
        bool is_mysql =
            str_contains(service.image, STR("mysql")) || str_contains(service.image, STR("mariadb"));
        struct capacity capacity =
            capacity_of_service(&reader, is_mysql ? FAMILY_MYSQL : FAMILY_POSTGRESQL, true);
        str input = arena_printf(
            &arena, "%s: %s %s %s", cases[i].image, cases[i].command, cases[i].environment, cases[i].mounts);
        assert_str(input, str_from_c(cases[i].wanted), summary(&arena, &capacity));
        arena_free(&arena);
    }
}

static const struct {
    const char *image;
    int wanted;
} versions[] = {
    {"postgres", 0},
    {"postgres:latest", 0},
    {"postgres:16", 16},
    {"postgres:16.4-alpine3.20", 16},
    {"docker.io/library/postgres:9.6", 9},
    {"pgvector/pgvector:pg15", 15},
    {"pgvector/pgvector:0.8.0-pg17", 17},
    {"pgvector/pgvector:0.8.0", 0},
    {"ankane/pgvector:v0.5.1", 0},
    {"localhost:5000/postgres:14", 14},
    {"postgis/postgis:16-3.4", 16},
    {"postgres:16@sha256:0123", 16},
    {"timescale/timescaledb:latest-pg14", 14},
    {"bitnami/postgresql:15.4.0", 15},
};

static void test_versions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(versions); i++) {
        int got = capacity_image_version(str_from_c(versions[i].image));
        if (got != versions[i].wanted)
            fail_msg("input «%s» wanted %d got %d", versions[i].image, versions[i].wanted, got);
    }
}

static const struct {
    const char *text;
    int64_t unit, wanted; /* -1: it is no setting of memory */
} memories[] = {
    {"256MB", 8192, 268435456},
    {" 1.5 GB ", 8192, 1610612736},
    {"64kB", 1024, 65536},
    {"4096", 1024, 4194304},
    {"16384", 8192, 134217728},
    {"0x10", 1024, 16384},
    {"1e2kB", 1024, 102400},
    {"512B", 1024, 512},
    {"1TB", 8192, 1099511627776},
    {"256mb", 8192, -1},
    {"256 M", 8192, -1},
    {"MB", 8192, -1},
    {"", 8192, -1},
    {"'256MB'", 8192, -1},
    {"1e30TB", 8192, -1},
};

static void test_memories(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(memories); i++) {
        int64_t got;
        if (!capacity_parse_memory(str_from_c(memories[i].text), memories[i].unit, &got))
            got = -1;
        if (got != memories[i].wanted)
            fail_msg("input «%s» wanted %lld got %lld", memories[i].text, (long long)memories[i].wanted,
                (long long)got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_capacity),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_memories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
