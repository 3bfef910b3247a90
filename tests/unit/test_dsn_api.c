/* The public header alone: parse, classify, mask, rewrite. */
#include "unit.h"

#include "bootgate/dsn.h"

static struct bg_dsn *parse(const char *text)
{
    return bg_dsn_parse(text, str_from_c(text).len, NULL);
}

static void test_parse(void **state)
{
    (void)state;
    struct bg_dsn *dsn = parse("postgresql+asyncpg://app:p%40w@db/app");
    struct bg_host host;
    assert_int_equal(bg_dsn_error(dsn), BG_DSN_OK);
    assert_string_equal(bg_dsn_family(dsn), "postgresql");
    assert_string_equal(bg_dsn_driver(dsn), "asyncpg");
    assert_string_equal(bg_dsn_password(dsn), "p@w");
    assert_true(bg_dsn_host(dsn, 0, &host));
    assert_string_equal(host.host, "db");
    assert_int_equal(host.port, 5432);
    assert_false(bg_dsn_host(dsn, 1, &host));
    assert_string_equal(bg_dsn_reading_client(dsn, 0), "sqlalchemy");
    assert_null(bg_dsn_reading_client(dsn, 99));
    assert_false(bg_dsn_ambiguous(dsn));
    bg_dsn_free(dsn);
    bg_dsn_free(NULL);
}

static void test_masked(void **state)
{
    static const char *const cases[][2] = {
        {"postgresql://app:pw@db/app", "postgresql://app:********@db/app"},
        {"postgresql://db/app?password=pw&x=y", "postgresql://db/app?password=********&x=y"},
        {"postgresql://app:p@w@db/app", "postgresql://app:********@db/app"},
        {"redis://cache:6379/0", "redis://cache:6379/0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bg_dsn *dsn = parse(cases[i][0]);
        assert_string_equal(bg_dsn_masked(dsn), cases[i][1]);
        bg_dsn_free(dsn);
    }
}

static void test_rewrite(void **state)
{
    (void)state;
    const char *text = "postgresql+asyncpg://app:pw@db/app?command_timeout=3";
    struct bg_rewrite *rewrite = bg_dsn_rewrite(text, str_from_c(text).len, "sync");
    assert_string_equal(bg_rewrite_text(rewrite), "postgresql+psycopg2://app:pw@db/app");
    assert_null(bg_rewrite_reason(rewrite));
    assert_string_equal(bg_rewrite_dropped(rewrite, 0), "command_timeout");
    assert_null(bg_rewrite_dropped(rewrite, 1));
    bg_rewrite_free(rewrite);
    rewrite = bg_dsn_rewrite(text, str_from_c(text).len, "nosuch");
    assert_null(bg_rewrite_text(rewrite));
    assert_non_null(bg_rewrite_reason(rewrite));
    bg_rewrite_free(rewrite);
}

static void test_classify(void **state)
{
    (void)state;
    assert_int_equal(bg_host_classify("0x7f.1", 6), BG_HOST_LOOPBACK);
    assert_int_equal(bg_host_classify("db", 2), BG_HOST_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_masked),
        cmocka_unit_test(test_rewrite),
        cmocka_unit_test(test_classify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
