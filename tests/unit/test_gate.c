/* The gate: which bytes a text loses on its way out, and which it keeps. */
#include "unit.h"

#include "text/gate.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

struct test_case {
    const char *secrets, *names; /* a blank between each */
    str text, want;
};

static const struct test_case cases[] = {
    {"", "", STR_INIT("host Lm4J@h"), STR_INIT("host Lm4J@h")},
    {"Lm4J@h", "", STR_INIT("host Lm4J@h"), STR_INIT("host ********")},
    {"Vq7wXn2K", "", STR_INIT("xVq7wXn2Ky"), STR_INIT("x********y")},
    {"Vq7wXn2K", "", STR_INIT("Vq7wXn2KVq7wXn2K"), STR_INIT("********")},
    {"Vq7wXn2K", "", STR_INIT("Vq7wXn2K Vq7wXn2K"), STR_INIT("******** ********")},
    {"abcDEF DEFghi", "", STR_INIT("-abcDEFghi-"), STR_INIT("-********-")},
    {"abcD abcDEFg", "", STR_INIT("abcDEFg abcDEFx abcx"), STR_INIT("******** ********EFx abcx")},
    {"Ab12 Ab1234 Ab1299", "", STR_INIT("Ab123"), STR_INIT("********3")},
    {"Vq7wXn2K", "", STR_INIT("********Vq7wXn2K********"), STR_INIT("********")},
    {"********", "", STR_INIT("a ******** b"), STR_INIT("a ******** b")},
    /* too short to be hidden by their bytes */
    {"abc 5432 12345", "", STR_INIT("abc on 5432, 12345"), STR_INIT("abc on 5432, 12345")},
    {"123456", "", STR_INIT("a123456"), STR_INIT("a********")},
    /* a word of small letters is hidden as a word, a long one everywhere */
    {"hunter", "", STR_INIT("hunters hunter"), STR_INIT("hunters ********")},
    {"hunterhunter", "", STR_INIT("hunterhunters"), STR_INIT("********s")},
    /* parts of public names */
    {"dataland", "dataland-db", STR_INIT("dataland at dataland-db"), STR_INIT("dataland at dataland-db")},
    {"Vq7wXn2K", "Vq7w", STR_INIT("Vq7wXn2K"), STR_INIT("********")},
    /* the login of a URL that nobody has told of, also after a path was made of it */
    {"", "", STR_INIT("cannot read pg:/u:Vq7w@h/d: no"), STR_INIT("cannot read pg:/u:********@h/d: no")},
    {"", "", STR_INIT("key `a+b://u:Vq@7w/x@h` and pg://:V@h"),
        STR_INIT("key `a+b://u:********@h` and pg://:********@h")},
    {"Vq7wXn2K", "", STR_INIT("pg://u:Vq7wXn2K@h,i:1/?a=b@c"), STR_INIT("pg://u:********@h,i:1/?a=b@c")},
    {"", "", STR_INIT("pg://u:${PW}@h pg://${U:-x}:$PW@h pg://u:${PW:-********}@h"),
        STR_INIT("pg://u:${PW}@h pg://${U:-x}:$PW@h pg://u:${PW:-********}@h")},
    {"", "", STR_INIT("http://h:80/@scope/x git@h:/a:b@c u://x@h C:/u:b@c"),
        STR_INIT("http://h:80/@scope/x git@h:/a:b@c u://x@h C:/u:b@c")},
    {"postgres postgresq", "postgres", STR_INIT("postgres postgresq"), STR_INIT("postgres ********")},
};

/* Thousands of URLs one inside the other: looked through once, or this test does not end in time. */
static void test_nested_urls(void **state)
{
    (void)state;
    enum { URLS = 200 * 1000 };
    static const char *const urls[] = {"ab:/{", "ab:/{x", "ab:/$u"};
    for (size_t i = 0; i < ARRAY_COUNT(urls); i++) {
        struct buf text = buf_new(&arena, SIZE_MAX / 4);
        for (size_t n = 0; n < URLS; n++)
            buf_str(&text, str_from_c(urls[i]));
        for (size_t n = 0; n < URLS; n++)
            buf_str(&text, STR("}"));
        buf_str(&text, STR("@h"));
        assert_true(gate_name(gate_new(&arena), buf_view(&text)).len > 0);
    }
}

static void hide_all(struct gate *gate, const char *words, void (*add)(struct gate *gate, str word))
{
    for (str rest = str_from_c(words), word; str_next(&rest, ' ', &word);)
        add(gate, word);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct gate *gate = gate_new(&arena);
        hide_all(gate, cases[i].secrets, gate_hide);
        hide_all(gate, cases[i].names, gate_show);
        assert_str(cases[i].text, cases[i].want, gate_name(gate, cases[i].text));
        assert_int_equal(gate_holds(gate, cases[i].text), !str_eq(cases[i].text, cases[i].want));
    }
}

/* Each line of a key stands for itself: readers that split the file see them one by one. */
static void test_lines(void **state)
{
    (void)state;
    struct gate *gate = gate_new(&arena);
    gate_hide(gate, STR("-----BEGIN KEY-----\nMIIEvQIB\r\n  ADANBgkq\n"));
    assert_str(STR("lines"), STR("variable ********, ********"),
        gate_text(gate, STR("variable MIIEvQIB, ADANBgkq")));
}

/* What is hidden later is found as well; control bytes are escaped only after the search. */
static void test_growth(void **state)
{
    (void)state;
    struct gate *gate = gate_new(&arena);
    assert_str(STR("nothing"), STR("Vq\x07w"), gate_text(gate, STR("Vq\x07w")));
    gate_hide(gate, STR("Vq\x07w"));
    assert_str(STR("raw"), STR("<********>"), gate_visible(gate, STR("<Vq\x07w>")));
    gate_hide(gate, STR("Xn2K"));
    assert_str(STR("both"), STR("******** ********\\x1b"), gate_visible(gate, STR("Vq\x07w Xn2K\x1b")));
}

/* A secret that is longer than a piece is hidden as a whole, and in no more places than before; one as long
 * as a file, whose start comes again and again, is not walked over each time, or this takes too long. */
static void test_long_secrets(void **state)
{
    (void)state;
    enum { LINES = 300 * 1000 };
    struct buf secret = buf_new(&arena, SIZE_MAX / 4);
    for (size_t i = 0; i < LINES; i++)
        buf_str(&secret, STR("password=Vq7w "));
    str almost = buf_view(&secret);
    buf_str(&secret, STR("Lm4J@h"));
    struct gate *gate = gate_new(&arena);
    gate_hide(gate, buf_view(&secret));
    assert_str(STR("the secret"), STR("********"), gate_text(gate, buf_view(&secret)));
    assert_str(STR("within a text"), STR("a********b"),
        gate_text(gate, arena_join(&arena, STR("a"), buf_view(&secret), STR("b"))));
    assert_true(gate_text(gate, almost).len < almost.len);
    assert_str(STR("its ends"), STR("password=Vq7w Lm4J@h"), gate_text(gate, STR("password=Vq7w Lm4J@h")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_cases, free_arena),
        cmocka_unit_test_teardown(test_nested_urls, free_arena),
        cmocka_unit_test_teardown(test_lines, free_arena),
        cmocka_unit_test_teardown(test_long_secrets, free_arena),
        cmocka_unit_test_teardown(test_growth, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
