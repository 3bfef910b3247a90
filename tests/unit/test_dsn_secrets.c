/* Secrets of connection strings: what is in a secret range, and in no text of ours. */
#include "unit.h"

#include "rewrite/parameter.h"
#include "rewrite/rewrite.h"

#define SENTINEL "hunter2"

static const char *const secret_strings[] = {
    "postgresql://app:" SENTINEL "@db/app",
    "postgresql://app:" SENTINEL "@x@db/app",
    "postgresql://app:x@" SENTINEL "@db/app",
    "postgresql://app:x/" SENTINEL "@db/app",
    "postgresql://app:x#" SENTINEL "@db/app",
    "postgresql://app:x?" SENTINEL "@db/app",
    "postgresql://app:x:" SENTINEL "@db/app",
    "postgresql://app:100%" SENTINEL "@db/app",
    "postgresql://app:" SENTINEL,
    "postgresql://app:" SENTINEL "@",
    "postgresql://app:" SENTINEL "@db:x/app",
    "postgresql://app:" SENTINEL "@[::1/app",
    "postgresql:/app:" SENTINEL "@db/app",
    "POSTGRESQL+ASYNCPG://app:" SENTINEL "@db/app",
    "postgre://app:" SENTINEL "@db/app",
    "postgresql+://app:" SENTINEL "@db/app",
    "postgresql+nosuch://app:" SENTINEL "@db/app",
    " postgresql://app:" SENTINEL "@db/app",
    "postgresql://app:" SENTINEL "@h1:1,h2:2/app",
    "postgresql://db/app?password=" SENTINEL,
    "postgresql://db/app?user=a&password=" SENTINEL "&x=y",
    "postgresql://db/app?p%61ssword=" SENTINEL,
    "postgresql://db/app?sslpassword=" SENTINEL "&foo",
    "postgresql://db/app?password=x&password=" SENTINEL,
    "host=db password=" SENTINEL,
    "host=db password='" SENTINEL,
    "host=db password = '" SENTINEL "' user",
    "Host=db;Password=" SENTINEL ";Username=u",
    "Host=db;Password=\"" SENTINEL ";Username=u",
    "Server=db;PWD={" SENTINEL "};UID=u",
    "AccountEndpoint=https://a/;AccountKey=" SENTINEL "==;",
    "Endpoint=sb://h/;SharedAccessKeyName=k;SharedAccessKey=" SENTINEL,
    "app:" SENTINEL "@tcp(db)/app",
    "app:" SENTINEL "@tcp(db)",
    "app:a@b:" SENTINEL "/c@tcp(db)/app",
    "mysql://app:" SENTINEL "@db/app?ssl-mode=REQUIRED",
    "mongodb://app:" SENTINEL ":x@db/app",
    "mongodb://app:" SENTINEL "@db,,x/app",
    "redis://" SENTINEL "@cache",
    "redis://:" SENTINEL "@cache:x",
    "amqp://u:" SENTINEL "@a;amqp://u:" SENTINEL "@b",
    "https://" SENTINEL "@api.example/x",
    "https://u:" SENTINEL "@api.example/x",
    "jdbc:postgresql://db/app?user=u&password=" SENTINEL,
    "jdbc:sqlserver://db;user=sa;password={" SENTINEL "}",
    "jdbc:postgresql://app:" SENTINEL "@db/app",
    "mssql+pyodbc:///?odbc_connect=PWD%3D" SENTINEL,
    "custom://u:" SENTINEL "@h/x",
    "nats://u:" SENTINEL "@a,nats://v:" SENTINEL "@b",
    SENTINEL "@db",
    "app:" SENTINEL "@db.example.net",
    "http://$(NAME):" SENTINEL,
    "http://$(NAME):4317" SENTINEL,
};

/* What follows a password without a key of its own, or after a bare @: texts hold it, the gate masks it. */
static const char *const unencoded_strings[] = {
    "postgresql://db/app?password=x&" SENTINEL,
    "postgresql://db/app?password=x&" SENTINEL "&sslmode=require",
    "host=db password=x " SENTINEL " dbname=d",
    "Server=h;Password=x;" SENTINEL ";Uid=u",
    "bigquery://:x:@" SENTINEL "@h/d",
    "bolt://u:x@/" SENTINEL "@h/d",
    "duckdb://u:a@" SENTINEL "@h/d",
};

static bool is_covered(const struct dsn *dsn, size_t from, size_t to)
{
    vec_each(const struct dsn_part *, it, &dsn->secrets)
        if (it->offset <= from && to <= (size_t)it->offset + it->length)
            return true;
    return false;
}

static void assert_no_sentinel(str input, str text)
{
    if (str_contains(text, STR(SENTINEL)))
        fail_msg("input «" STR_FMT "» leaks into «" STR_FMT "»", STR_ARG(input), STR_ARG(text));
}

static void check_covered(str text, const struct dsn *dsn)
{
    for (size_t at = 0; at < text.len;) {
        size_t found = str_find(str_skip(text, at), STR(SENTINEL));
        if (found == STR_NONE)
            return;
        if (!is_covered(dsn, at + found, at + found + sizeof SENTINEL - 1))
            fail_msg(
                "input «" STR_FMT "»: the secret at %zu is in no secret range", STR_ARG(text), at + found);
        at += found + 1;
    }
}

static void check_rewrite_texts(struct arena *arena, str text)
{
    static const char *const targets[] = {
        "sync", "async", "libpq", "asyncpg", "psycopg", "pymysql", "nosuch"};
    for (size_t i = 0; i < ARRAY_COUNT(targets); i++) {
        struct rewrite_result result = dsn_rewrite(arena, text, str_from_c(targets[i]));
        assert_no_sentinel(text, result.reason);
        vec_each(const str *, it, &result.dropped)
            assert_no_sentinel(text, *it);
        vec_each(const str *, it, &result.warnings)
            assert_no_sentinel(text, *it);
    }
}

static void test_secrets(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(secret_strings); i++) {
        str text = str_from_c(secret_strings[i]);
        const struct dsn *dsn = dsn_parse(&arena, text, NULL, STR(""));
        check_covered(text, dsn);
        assert_no_sentinel(text, dsn_error_text(dsn->error));
        check_rewrite_texts(&arena, text);
        parameter_faults faults = dsn_parameter_faults(&arena, dsn, STR("asyncpg"));
        vec_each(const struct parameter_fault *, it, &faults)
            assert_no_sentinel(text, it->about);
    }
    for (size_t i = 0; i < ARRAY_COUNT(unencoded_strings); i++) {
        str text = str_from_c(unencoded_strings[i]);
        check_covered(text, dsn_parse(&arena, text, NULL, STR("")));
    }
    arena_free(&arena);
}

/* Texts that only look like a login. */
static const char *const plain_strings[] = {
    "http://$(HOST_IP):4317",
    "http://$(HOST_IP):4317/v1/traces",
    "noreply@shop.example.net",
    "Shop <noreply@shop.example.net>",
};

static void test_plain(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(plain_strings); i++)
        if (dsn_parse(&arena, str_from_c(plain_strings[i]), NULL, STR(""))->secrets.count)
            fail_msg("«%s» has a secret", plain_strings[i]);
    arena_free(&arena);
}

/* A user name or host beside a password stays visible. */
static void test_visible(void **state)
{
    struct arena arena = {0};
    (void)state;
    const struct dsn *dsn =
        dsn_parse(&arena, STR("postgresql://app:pw@db/app?sslmode=require"), NULL, STR(""));
    assert_false(dsn_part_is_secret(dsn, &dsn->user));
    assert_false(dsn_part_is_secret(dsn, &dsn->hosts.items[0].host));
    assert_false(dsn_part_is_secret(dsn, &dsn->database));
    assert_true(dsn_part_is_secret(dsn, &dsn->password));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_visible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
