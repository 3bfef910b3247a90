/* Host texts and their classes: the table of the reference, row by row. */
#include "unit.h"

#include "dsn/dsn.h"

static const struct {
    const char *host;
    enum host_class wanted;
} cases[] = {
    {"localhost", HOST_CLASS_LOOPBACK},
    {"LocalHost", HOST_CLASS_LOOPBACK},
    {"localhost.", HOST_CLASS_LOOPBACK},
    {"foo.localhost", HOST_CLASS_LOOPBACK},
    {"localhost.localdomain", HOST_CLASS_LOOPBACK},
    {"ip6-loopback", HOST_CLASS_LOOPBACK},
    {"127.0.0.1", HOST_CLASS_LOOPBACK},
    {"127.1.2.3", HOST_CLASS_LOOPBACK},
    {"127.1", HOST_CLASS_LOOPBACK},
    {"127.66051", HOST_CLASS_LOOPBACK},
    {"127.000.000.001", HOST_CLASS_LOOPBACK},
    {"0177.0.0.1", HOST_CLASS_LOOPBACK},
    {"017700000001", HOST_CLASS_LOOPBACK},
    {"0x7f.1", HOST_CLASS_LOOPBACK},
    {"0X7F.1", HOST_CLASS_LOOPBACK},
    {"0x7f000001", HOST_CLASS_LOOPBACK},
    {"2130706433", HOST_CLASS_LOOPBACK},
    {"127.0.0.1.", HOST_CLASS_LOOPBACK},
    {"::1", HOST_CLASS_LOOPBACK},
    {"::01", HOST_CLASS_LOOPBACK},
    {"0:0:0:0:0:0:0:1", HOST_CLASS_LOOPBACK},
    {"[::1]", HOST_CLASS_LOOPBACK},
    {"::1%lo", HOST_CLASS_LOOPBACK},
    {"::ffff:127.0.0.1", HOST_CLASS_LOOPBACK},
    {"::ffff:7f00:1", HOST_CLASS_LOOPBACK},
    {"(local)", HOST_CLASS_LOOPBACK},
    {".", HOST_CLASS_LOOPBACK},
    {".\\SQLEXPRESS", HOST_CLASS_LOOPBACK},
    {"(localdb)\\MSSQLLocalDB", HOST_CLASS_LOOPBACK},
    {"localhost:5433", HOST_CLASS_LOOPBACK},
    {"１２７.0.0.1", HOST_CLASS_LOOPBACK},
    {"ｌｏｃａｌｈｏｓｔ", HOST_CLASS_LOOPBACK},
    {"ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", HOST_CLASS_LOOPBACK},
    {"localhoſt", HOST_CLASS_LOOPBACK},
    {"127。0。0。1", HOST_CLASS_LOOPBACK},
    {"0", HOST_CLASS_WILDCARD},
    {"0.0", HOST_CLASS_WILDCARD},
    {"0x0", HOST_CLASS_WILDCARD},
    {"00.00.00.00", HOST_CLASS_WILDCARD},
    {"0.0.0.0", HOST_CLASS_WILDCARD},
    {"::", HOST_CLASS_WILDCARD},
    {"0:0:0:0:0:0:0:0", HOST_CLASS_WILDCARD},
    {"::ffff:0.0.0.0", HOST_CLASS_WILDCARD},
    {"/var/run/postgresql", HOST_CLASS_SOCKET},
    {"@abstract", HOST_CLASS_SOCKET},
    {"", HOST_CLASS_SOCKET},
    {"10.1.2.3", HOST_CLASS_PRIVATE},
    {"172.31.0.1", HOST_CLASS_PRIVATE},
    {"192.168.0.1", HOST_CLASS_PRIVATE},
    {"100.124.170.43", HOST_CLASS_PRIVATE},
    {"169.254.169.254", HOST_CLASS_PRIVATE},
    {"fd00::1", HOST_CLASS_PRIVATE},
    {"fe80::1%eth0", HOST_CLASS_PRIVATE},
    {"::ffff:10.0.0.1", HOST_CLASS_PRIVATE},
    {"172.32.0.1", HOST_CLASS_PUBLIC},
    {"100.128.0.1", HOST_CLASS_PUBLIC},
    {"8.8.8.8", HOST_CLASS_PUBLIC},
    {"128.0.0.1", HOST_CLASS_PUBLIC},
    {"1", HOST_CLASS_PUBLIC},
    {"2001:db8::1", HOST_CLASS_PUBLIC},
    {"64:ff9b::7f00:1", HOST_CLASS_PUBLIC},
    {"host.docker.internal", HOST_CLASS_DEV_HOST},
    {"Host.Docker.Internal.", HOST_CLASS_DEV_HOST},
    {"db", HOST_CLASS_NAME},
    {"dataland-postgres", HOST_CLASS_NAME},
    {"mylocalhost", HOST_CLASS_NAME},
    {"localhost.example.com", HOST_CLASS_NAME},
    {"127.0.0.1.example.com", HOST_CLASS_NAME},
    {"127.0.0.256", HOST_CLASS_NAME},
    {"256.0.0.1", HOST_CLASS_NAME},
    {"1270.0.0.1", HOST_CLASS_NAME},
    {"4294967296", HOST_CLASS_NAME},
    {"127.0.0.1.2", HOST_CLASS_NAME},
    {"0178.0.0.1", HOST_CLASS_NAME},
    {"%6cocalhost", HOST_CLASS_NAME},
    {"bücher.example", HOST_CLASS_NAME},
    {"local\xFFhost", HOST_CLASS_NAME},
};

static void test_classes(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        assert_str(str_from_c(cases[i].host), host_class_name(cases[i].wanted),
            host_class_name(host_classify(&arena, str_from_c(cases[i].host))));
    arena_free(&arena);
}

/* A NUL is a byte like any other: it hides nothing. */
static void test_bytes(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_int_equal(host_classify(&arena, STR("localhost\0.example")), HOST_CLASS_NAME);
    assert_int_equal(host_classify(&arena, STR("::1\0")), HOST_CLASS_NAME);
}

static void test_canonical(void **state)
{
    static const char *const pairs[][2] = {
        {"DB.Example.", "db.example"},
        {"0x7f.1", "127.0.0.1"},
        {"0:0::1", "::1"},
        {"[::1]", "::1"},
        {"/Tmp", "/Tmp"},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++)
        assert_str(str_from_c(pairs[i][0]), str_from_c(pairs[i][1]),
            host_canonical(&arena, str_from_c(pairs[i][0])));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
