#include "unit.h"

#include "check/check.h"
#include "cli/exec_become.h"
#include "cli/exec_environment.h"
#include "cli/exec_show.h"
#include "cli/wait_targets.h"
#include "host/memory.h"
#include "text/mask.h"

#include <errno.h>
#include <stdlib.h>

enum { ENTRIES_MAX = 8 };

/* The files behind X_FILE, and a configuration. */
static const struct memory_file files[] = {
    {"/app/bootgate.yaml", "version: 1\nrewrite:\n  SYNC: {from: URL, to: sync}\n"},
    {"/app/wait.yaml", "version: 1\nwait:\n  - CACHE_URL\n  - {url: \"$SEARCH_URL/readyz\"}\n  - {tcp: "
                       "\"${MAIL_HOST:-mail}:25\"}\n"},
    {"/run/secrets/lines", "a\nb\n\n"},
    {"/run/secrets/pw", "Vq3kx92mwpL7aTz81\n"},
    {"/run/secrets/windows", "a\r\n"},
    {0},
};

static const char *given[ENTRIES_MAX + 1];

static const char *const *environment(void *self)
{
    (void)self;
    return given;
}

static bool no_variable(void *self, str name, str *ret_value)
{
    (void)self;
    (void)name;
    (void)ret_value;
    return false;
}

static int64_t noon(void *self)
{
    (void)self;
    return 0;
}

static struct host test_host(const char *const *entries)
{
    struct host host = memory_host(files);
    host.environment = environment;
    host.getenv = no_variable;
    host.now = noon;
    size_t count = 0;
    for (; count < ENTRIES_MAX && entries[count] != NULL; count++)
        given[count] = entries[count];
    given[count] = NULL;
    return host;
}

static str joined(struct arena *arena, const char *const *words)
{
    str line = STR("");
    for (; words != NULL && *words != NULL; words++)
        line = arena_printf(arena, STR_FMT "%s%s", STR_ARG(line), line.len > 0 ? "|" : "", *words);
    return line;
}

#define URL        "URL=postgresql+asyncpg://u:Vq3kx92mwpL7aTz81@db/n"
#define SYNC       "SYNC=postgresql+psycopg2://u:Vq3kx92mwpL7aTz81@db/n"
#define EXPAND     .expand_files_given = true
#define FILES(...) .expand_files_given = true, .expand_files = STR_INIT(__VA_ARGS__)

/* What is given, what is asked for, what the command gets; faults stand behind "! ". */
static const struct environment_case {
    const char *entries[ENTRIES_MAX];
    struct cli_settings settings;
    const char *set, *config;
    const char *wanted;
} environment_cases[] = {
    {{"B=1", "A=2", "A=2", "=x", "NONE", "E="}, .wanted = "B=1|A=2|A=2|=x|NONE|E="},
    {{"B=1", "A=2", "A="},
        .wanted =
            "! A is in the environment twice, with different values: programs read the one or the other"},
    {{0}, .wanted = ""},
    {{"X_FILE=/run/secrets/pw"}, .wanted = "X_FILE=/run/secrets/pw"},
    {{"TOKEN_FILE=/run/secrets/pw", "B=1"}, {EXPAND}, .wanted = "B=1|TOKEN=Vq3kx92mwpL7aTz81"},
    {{"TOKEN=", "TOKEN_FILE=/run/secrets/pw", "B=1"}, {EXPAND}, .wanted = "TOKEN=Vq3kx92mwpL7aTz81|B=1"},
    {{"TOKEN=", "B=1", "TOKEN=", "TOKEN_FILE=/run/secrets/pw"}, {EXPAND},
        .wanted = "TOKEN=Vq3kx92mwpL7aTz81|B=1"},
    {{"TOKEN_FILE=/run/secrets/lines"}, {EXPAND}, .wanted = "TOKEN=a\nb"},
    {{"TOKEN_FILE=/run/secrets/windows"}, {EXPAND}, .wanted = "TOKEN=a\r"},
    {{"TOKEN_FILE=-"}, {EXPAND}, .wanted = "! the file that TOKEN_FILE names cannot be read: no such file"},
    {{"DB_PASSWORD_FILE=/run/secrets/pw", "B=1"}, .wanted = "DB_PASSWORD_FILE=/run/secrets/pw|B=1"},
    {{"TOKEN_FILE=", "_FILE=/none"}, {EXPAND}, .wanted = "TOKEN_FILE=|_FILE=/none"},
    {{"SSL_CERT_FILE=/none", "LOG_FILE=/none"}, {EXPAND}, .wanted = "SSL_CERT_FILE=/none|LOG_FILE=/none"},
    {{"CATALOG_FILE=/run/secrets/pw"}, {EXPAND}, .wanted = "CATALOG_FILE=/run/secrets/pw"},
    {{"TLS_KEY_FILE=/none", "WEB_IDENTITY_TOKEN_FILE=/none"}, {EXPAND},
        .wanted = "TLS_KEY_FILE=/none|WEB_IDENTITY_TOKEN_FILE=/none"},
    {{"SHOP_DATABASE_URL_FILE=/run/secrets/pw"}, {EXPAND}, .wanted = "SHOP_DATABASE_URL=Vq3kx92mwpL7aTz81"},
    {{"CATALOG_FILE=/run/secrets/pw"}, {FILES("CATALOG")}, .wanted = "CATALOG=Vq3kx92mwpL7aTz81"},
    {{"LOG_FILE=/run/secrets/pw", "X_FILE=/none"}, {FILES("LOG")},
        .wanted = "X_FILE=/none|LOG=Vq3kx92mwpL7aTz81"},
    {{"X_FILE=/run/secrets/pw"}, {FILES("X_FILE, Y")}, .wanted = "X=Vq3kx92mwpL7aTz81"},
    {{"TOKEN=1", "TOKEN_FILE=/run/secrets/pw"}, {EXPAND},
        .wanted = "! TOKEN and TOKEN_FILE are exclusive, and both are set"},
    {{"TOKEN_FILE=/none"}, {EXPAND},
        .wanted = "! the file that TOKEN_FILE names cannot be read: no such file"},
    {{URL}, .set = "SYNC=sync:URL", .wanted = URL "|" SYNC},
    {{"SYNC=old", URL}, .set = "SYNC=sync:URL", .wanted = SYNC "|" URL},
    {{"A=1"}, .set = "SYNC=sync:URL", .wanted = "! SYNC cannot be made: URL is not set"},
    {{URL}, .config = "/app/bootgate.yaml", .wanted = URL "|" SYNC},
    {{"SYNC=kept", URL}, .config = "/app/bootgate.yaml", .wanted = "SYNC=kept|" URL},
    {{"A=1"}, .config = "/app/bootgate.yaml", .wanted = "A=1"},
};

static str environment_after(struct arena *arena, const struct environment_case *row)
{
    struct host host = test_host(row->entries);
    struct cli_settings settings = row->settings;
    if (row->set != NULL)
        vec_push(arena, &settings.set, str_from_c(row->set));
    struct exec_environment child = {.arena = arena, .host = &host, .settings = &settings};
    struct environment_options options = {
        .config = str_from_c(row->config),
        .mode = STR("development"),
        .amend = exec_environment_amend,
        .amender = &child,
    };
    check_environment(arena, &host, &options);
    const char *const *entries = exec_environment_entries(&child);
    if (child.faults.count > 0)
        return arena_concat(arena, STR("! "), child.faults.items[0].message);
    return joined(arena, entries);
}

static void test_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(environment_cases); i++) {
        const struct environment_case *row = &environment_cases[i];
        struct arena arena = {0};
        assert_str(joined(&arena, row->entries), str_from_c(row->wanted), environment_after(&arena, row));
        arena_free(&arena);
    }
}

static void test_untouched_is_the_same_array(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct host host = test_host((const char *const[]){"A=1", NULL});
    struct cli_settings settings = {0};
    struct exec_environment child = {.arena = &arena, .host = &host, .settings = &settings};
    struct environment_options options = {.amend = exec_environment_amend, .amender = &child};
    check_environment(&arena, &host, &options);
    assert_ptr_equal(exec_environment_entries(&child), given);
    arena_free(&arena);
}

static void test_set_items(void **state)
{
    (void)state;
    static const struct {
        const char *item;
        bool is_sound;
    } rows[] = {
        {"A=sync:B", true},
        {"A_1=postgresql+psycopg:B", true},
        {"A=B", false},
        {"A=sync:", false},
        {"A=:B", false},
        {"=sync:B", false},
        {"1A=sync:B", false},
        {"A=sync:postgresql://x", false},
        {"", false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (exec_set_is_sound(str_from_c(rows[i].item)) != rows[i].is_sound)
            fail_msg("input «%s» wanted %d", rows[i].item, rows[i].is_sound);
}

/* The environment, the command, and what may be shown of it. */
static const struct show_case {
    const char *entries[ENTRIES_MAX];
    const char *words[ENTRIES_MAX];
    const char *wanted;
} show_cases[] = {
    {{0}, {"app", "--listen", ":8080"}, "app --listen :8080"},
    {{0}, {"sh", "-c", "a b; c", ""}, "sh -c 'a b; c' ''"},
    {{0}, {"it's"}, "'it'\\''s'"},
    {{0}, {"app", "--password", "x y"}, "app --password " MASK},
    {{0}, {"app", "--db-password=x"}, "app '--db-password=" MASK "'"},
    {{0}, {"env", "API_TOKEN=x", "app"}, "env 'API_TOKEN=" MASK "' app"},
    {{0}, {"app", "redis://:secret@cache/0"}, "app 'redis://:" MASK "@cache/0'"},
    {{"DB_PASSWORD=Vq3kx92mwpL7"}, {"app", "-pVq3kx92mwpL7", "other"}, "app '-p" MASK "' other"},
    {{URL}, {"app", "Vq3kx92mwpL7aTz81"}, "app " MASK},
    {{0}, {"app", "a\x1b[31mb"}, "app 'a\\x1b[31mb'"},
};

static void test_show(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(show_cases); i++) {
        struct arena arena = {0};
        struct host host = test_host(show_cases[i].entries);
        struct environment_options options = {.mode = STR("development")};
        struct check_result *result = check_environment(&arena, &host, &options);
        str_vec words = {0};
        for (const char *const *word = show_cases[i].words; *word != NULL; word++)
            vec_push(&arena, &words, str_from_c(*word));
        str got = exec_show(sources_gate(&result->sources), &words);
        assert_str(joined(&arena, show_cases[i].words), str_from_c(show_cases[i].wanted), got);
        arena_free(&arena);
    }
}

static void test_failures(void **state)
{
    (void)state;
    static const struct {
        int number;
        enum outcome wanted;
    } rows[] = {
        {ENOENT, OUTCOME_COMMAND_NOT_FOUND},
        {ENOTDIR, OUTCOME_COMMAND_NOT_FOUND},
        {EACCES, OUTCOME_CANNOT_EXECUTE},
        {E2BIG, OUTCOME_CANNOT_EXECUTE},
        {ELOOP, OUTCOME_CANNOT_EXECUTE},
        {EIO, OUTCOME_CANNOT_EXECUTE},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_int_equal(exec_failure(rows[i].number), rows[i].wanted);
        assert_true(exec_failure_text(rows[i].number).len > 0);
    }
}

#define DB "DATABASE_URL=postgresql://u:Vq3kx92mwpL7aTz81@db:5433/n?sslmode=verify-full&sslrootcert=/ca.pem"
#define DB_AT                                                                                                \
    "protocol=postgres\thost=db\tport=5433\tuser=u\tdatabase=n\ttls=verify-full\tauthority=/"                \
    "ca.pem\tname=DATABASE_URL\n"

/* The environment, the targets that are named, and the lines; faults stand behind "! ". */
static const struct wait_case {
    const char *entries[ENTRIES_MAX];
    const char *named[ENTRIES_MAX];
    const char *config;
    const char *wanted;
} wait_cases[] = {
    {{DB}, {0}, NULL, DB_AT},
    {{DB, "OTHER_URL=postgresql://u:x@db:5433/n?sslmode=verify-full&sslrootcert=/ca.pem"}, {0}, NULL, DB_AT},
    {{DB}, {"DATABASE_URL"}, NULL, DB_AT},
    {{DB}, {"${DATABASE_URL}"}, NULL, DB_AT},
    {{0}, {"redis:6379"}, NULL, "protocol=tcp\thost=redis\tport=6379\n"},
    {{"PEER=redis:6379"}, {"PEER"}, NULL, "protocol=tcp\thost=redis\tport=6379\tname=PEER\n"},
    {{0}, {"[fe80::1%eth0]:80"}, NULL, "protocol=tcp\thost=[fe80::1%25eth0]\tport=80\n"},
    {{0}, {"http://a/ready?x=1#y"}, NULL, "protocol=http\thost=a\tport=80\tpath=/ready?x=1\n"},
    {{0}, {"https://a:8443"}, NULL, "protocol=https\thost=a\tport=8443\tpath=/\n"},
    {{0}, {"http://a?token=x"}, NULL, "protocol=http\thost=a\tport=80\tpath=/\n"},
    {{0}, {"mysql://u:p@a/n"}, NULL, "protocol=tcp\thost=a\tport=3306\n"},
    {{0}, {"postgresql://a,b:1/n"}, NULL,
        "protocol=postgres\thost=a\tport=5432\tdatabase=n\nprotocol=postgres\thost=b\tport=1\tdatabase=n\n"},
    {{0}, {"udp://metrics:8125"}, NULL, ""},
    {{0}, {"unix:///run/redis.sock"}, NULL, "protocol=tcp\tsocket=/run/redis.sock\n"},
    {{0}, {"sqlite:///x.db"}, NULL, ""},
    {{0}, {"mongodb+srv://a.example.com/n"}, NULL, ""},
    {{"SENTRY_DSN=https://k@o1.ingest.example.com/1"}, {0}, NULL, ""},
    {{0}, {"NOT_SET"}, NULL, "! NOT_SET is not set, so it names nothing to wait for"},
    {{"A=hello"}, {"A"}, NULL, "! A holds no connection string and no host:port"},
    {{0}, {"a b"}, NULL, "! a target is neither a variable nor a URL nor host:port"},
    {{0}, {"a:0"}, NULL, "! a target is neither a variable nor a URL nor host:port"},
    {{"CACHE_URL=redis://:x@cache/0", "SEARCH_URL=http://search:6333", DB}, {0}, "/app/wait.yaml",
        "protocol=tcp\thost=cache\tport=6379\tname=CACHE_URL\nprotocol=http\thost=search\tport=6333\tpath=/"
        "readyz\n"
        "protocol=tcp\thost=mail\tport=25\n"},
};

static void test_wait_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(wait_cases); i++) {
        const struct wait_case *row = &wait_cases[i];
        struct arena arena = {0};
        struct host host = test_host(row->entries);
        struct environment_options options = {.mode = STR("development"), .config = str_from_c(row->config)};
        struct check_result *result = check_environment(&arena, &host, &options);
        str_vec named = {0};
        for (const char *const *word = row->named; *word != NULL; word++)
            vec_push(&arena, &named, str_from_c(*word));
        struct wait_list list = wait_targets(&arena, result->projects.items[0].facts, &named);
        str got = list.fault.len > 0 ? arena_concat(&arena, STR("! "), list.fault) : buf_view(&list.lines);
        str input = arena_printf(&arena, STR_FMT " / " STR_FMT, STR_ARG(joined(&arena, row->entries)),
            STR_ARG(joined(&arena, row->named)));
        assert_str(input, str_from_c(row->wanted), got);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_untouched_is_the_same_array),
        cmocka_unit_test(test_set_items),
        cmocka_unit_test(test_show),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_wait_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
