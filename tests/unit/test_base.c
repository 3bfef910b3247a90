#include "unit.h"

#include "base/jwt.h"
#include "base/limit.h"
#include "base/map.h"
#include "base/number.h"
#include "base/stored_password.h"
#include "base/utf8.h"
#include "base/word.h"

static void test_str_cuts(void **state)
{
    (void)state;
    struct {
        str text, head, tail;
        bool found;
    } cases[] = {
        {STR("a=b=c"), STR("a"), STR("b=c"), true},
        {STR("=x"), STR(""), STR("x"), true},
        {STR("x="), STR("x"), STR(""), true},
        {STR("none"), STR("none"), STR(""), false},
        {STR(""), STR(""), STR(""), false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct str_cut cut = str_cut_byte(cases[i].text, '=');
        assert_int_equal(cut.found, cases[i].found);
        assert_str(cases[i].text, cases[i].head, cut.head);
        assert_str(cases[i].text, cases[i].tail, cut.tail);
    }
    assert_str(STR("a=b=c"), STR("a=b"), str_rcut_byte(STR("a=b=c"), '=').head);
}

/* The token of RFC 7515 A.1 has line ends and blanks in its claims; this one is made of plain ones. */
static void test_jwt(void **state)
{
    (void)state;
    static const str token = STR_INIT("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                                      "eyJpc3MiOiJzaG9wIiwicm9sZSI6ICJhbm9uIiwieCI6ImFcImIifQ."
                                      "Db6F7p7k4vGU-Hr-faHfBQucJVsfnXNBaCiNaTYT3ks");
    struct arena arena = {0};
    struct jwt jwt;
    assert_true(jwt_read(&arena, token, &jwt));
    assert_true(jwt.is_hs256);
    assert_str(token, STR("shop"), jwt_claim(&jwt, STR("iss")));
    assert_str(token, STR("anon"), jwt_claim(&jwt, STR("role")));
    assert_str(token, STR(""), jwt_claim(&jwt, STR("x")));
    assert_str(token, STR(""), jwt_claim(&jwt, STR("anon")));
    assert_true(jwt_is_signed_with(&arena, &jwt, STR("a secret of the test")));
    assert_false(jwt_is_signed_with(&arena, &jwt, STR("another")));
    static const str refused[] = {STR_INIT(""), STR_INIT("eyJhbGciOiJIUzI1NiJ9"), STR_INIT("eyJh.eyJh"),
        STR_INIT("eyJh.eyJh.eyJh.eyJh"), STR_INIT("eyJ*.eyJh.eyJh")};
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++)
        assert_false(jwt_read(&arena, refused[i], &jwt));
    arena_free(&arena);
}

static void test_str_pieces(void **state)
{
    (void)state;
    struct {
        str text;
        size_t pieces;
    } cases[] = {{STR(""), 1}, {STR("a"), 1}, {STR("a,b"), 2}, {STR("a,,b"), 3}, {STR(","), 2}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        str rest = cases[i].text, piece;
        size_t count = 0;
        while (str_next(&rest, ',', &piece))
            count++;
        assert_int_equal(count, cases[i].pieces);
    }
}

static void test_str_names(void **state)
{
    (void)state;
    struct {
        str text;
        bool is_name;
    } cases[] = {
        {STR("A"), true}, {STR("_1"), true}, {STR("1A"), false}, {STR(""), false}, {STR("A-B"), false}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        assert_int_equal(str_is_name(cases[i].text), cases[i].is_name);
}

static void test_map_keeps_order(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct map map = {0};
    int values[1000];
    for (size_t i = 0; i < ARRAY_COUNT(values); i++)
        map_set(&arena, &map, arena_printf(&arena, "key%zu", i), &values[i]);
    assert_ptr_equal(map_get(&map, STR("key999")), &values[999]);
    assert_null(map_get(&map, STR("key1000")));
    map_remove(&map, STR("key5"));
    assert_false(map_has(&map, STR("key5")));
    assert_int_equal(map.live, 999);
    assert_ptr_equal(map_set(&arena, &map, STR("key6"), &values[0]), &values[6]);
    assert_str(STR("entry 7"), STR("key7"), map.entries.items[7].key);
    arena_free(&arena);
}

static void test_short_map_becomes_a_table(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct map map = {0};
    int values[20];
    for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
        str key = arena_join(&arena, STR("key"), arena_unsigned(&arena, i));
        assert_null(map_set(&arena, &map, key, &values[i]));
        assert_ptr_equal(map_set(&arena, &map, key, &values[i]), &values[i]);
        if (i == 3)
            map_remove(&map, STR("key2"));
        for (size_t k = 0; k <= i; k++) {
            key = arena_join(&arena, STR("key"), arena_unsigned(&arena, k));
            assert_ptr_equal(map_get(&map, key), i >= 3 && k == 2 ? NULL : &values[k]);
        }
        assert_false(map_has(&map, STR("key")));
    }
    assert_int_equal(map.live, ARRAY_COUNT(values) - 1);
    assert_null(map_set(&arena, &map, STR("key2"), &values[0]));
    assert_int_equal(map.entries.count, ARRAY_COUNT(values));
    arena_free(&arena);
}

static void test_arena_texts(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_str(STR("join"), STR("a:b"), arena_join(&arena, STR("a"), STR(":"), STR(""), STR("b")));
    assert_str(STR("empty"), STR(""), arena_join(&arena, (str){0}));
    assert_str(STR("zero"), STR("0"), arena_integer(&arena, 0));
    assert_str(STR("least"), STR("-9223372036854775808"), arena_integer(&arena, INT64_MIN));
    assert_str(STR("most"), STR("18446744073709551615"), arena_unsigned(&arena, UINT64_MAX));
    arena_free(&arena);
}

static void test_words(void **state)
{
    static const struct {
        str name, phrase;
        bool is_in, is_last;
    } rows[] = {
        {STR_INIT("HEALTH_URL"), STR_INIT("health"), true, false},
        {STR_INIT("HEALTHCARE_URL"), STR_INIT("health"), false, false},
        {STR_INIT("healthUrl"), STR_INIT("health"), true, false},
        {STR_INIT("Db__Port"), STR_INIT("port"), true, true},
        {STR_INIT("DBPort"), STR_INIT("port"), true, true},
        {STR_INIT("TRANSPORT"), STR_INIT("port"), false, false},
        {STR_INIT("no_proxy"), STR_INIT("no proxy"), true, true},
        {STR_INIT("NO_HTTP_PROXY"), STR_INIT("no proxy"), false, false},
        {STR_INIT("A_A_B"), STR_INIT("a b"), true, true},
        {STR_INIT("PORT_PORT"), STR_INIT("port"), true, true},
        {STR_INIT("__"), STR_INIT("port"), false, false},
        {STR_INIT(""), STR_INIT("port"), false, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_int_equal(word_is_in(rows[i].name, rows[i].phrase), rows[i].is_in);
        assert_int_equal(word_is_last(rows[i].name, rows[i].phrase), rows[i].is_last);
        struct words split; /* asked both ways, the same is said */
        words_split(rows[i].name, &split);
        assert_int_equal(words_contain(&split, rows[i].phrase), rows[i].is_in);
        assert_int_equal(words_end_with(&split, split.count, rows[i].phrase), rows[i].is_last);
    }
    struct words words;
    assert_true(words_split(STR("db.rootPassword_2"), &words));
    assert_int_equal(words.count, 4);
    assert_str(STR("hump"), STR("Password"), words.list[2]);
    assert_true(words_end_with(&words, 3, STR("root password")));
    assert_false(words_split(STR("-"), &words));
}

static void test_buf_cap(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf buf = buf_new(&arena, 5);
    buf_str(&buf, STR("abcde"));
    assert_false(buf.overflow);
    buf_byte(&buf, 'f');
    assert_true(buf.overflow);
    assert_str(STR("cap 5"), STR("abcde"), buf_view(&buf));
    arena_free(&arena);
}

static void test_utf8(void **state)
{
    (void)state;
    struct {
        str text;
        uint32_t code;
    } cases[] = {
        {STR("A"), 'A'},
        {STR("\xC3\xA9"), 0xE9},
        {STR("\xE2\x82\xAC"), 0x20AC},
        {STR("\xF0\x9F\x98\x80"), 0x1F600},
        {STR("\xC0\x80"), UTF8_INVALID},     /* overlong */
        {STR("\xED\xA0\x80"), UTF8_INVALID}, /* surrogate */
        {STR("\xF4\x90\x80\x80"), UTF8_INVALID},
        {STR("\xE2\x82"), UTF8_INVALID},
        {STR("\x80"), UTF8_INVALID},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        size_t len;
        assert_int_equal(utf8_decode(cases[i].text, &len), cases[i].code);
        if (cases[i].code == UTF8_INVALID)
            continue;
        struct buf buf = buf_new(&arena, 8);
        utf8_append(&buf, cases[i].code);
        assert_str(cases[i].text, cases[i].text, buf_view(&buf));
    }
    arena_free(&arena);
}

static void test_arena_extends_the_newest(void **state)
{
    (void)state;
    struct arena arena = {0};
    char *first = arena_alloc(&arena, 40, 1);
    memset(first, 'x', 40);
    assert_true(arena_extend(&arena, first, 40, 100));
    for (size_t i = 40; i < 100; i++)
        assert_int_equal(first[i], 0);
    char *second = arena_alloc(&arena, 8, 1);
    assert_true(second >= first + 100);
    assert_false(arena_extend(&arena, first, 100, 200));        /* not the newest any more */
    assert_false(arena_extend(&arena, second, 8, 1024 * 1024)); /* past the end of its chunk */
    assert_false(arena_extend(&arena, NULL, 0, 16));
    arena_free(&arena);
    struct arena limited = {.limit = 16};
    char *only = arena_alloc(&limited, 8, 1);
    assert_false(arena_extend(&limited, only, 8, 24));
    assert_true(arena_extend(&limited, only, 8, 16));
    arena_free(&limited);
}

static void test_arena_clears(void **state)
{
    (void)state;
    struct arena arena = {0};
    arena_clear(&arena);
    for (size_t round = 0; round < 3; round++) {
        for (size_t size = 1; size < 3 * 1024 * 1024; size *= 2) {
            char *block = arena_alloc(&arena, size, 1);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(block[i], 0);
            memset(block, 'x', size);
        }
        arena_clear(&arena);
        assert_int_equal(arena_used(&arena), 0);
    }
    arena_free(&arena);
    assert_null(arena.chunks);
}

static void test_numbers_saturate(void **state)
{
    (void)state;
    assert_int_equal(number_add(INT64_MAX - 1, 5), INT64_MAX);
    assert_int_equal(number_add(NUMBER_UNBOUNDED, -5), NUMBER_UNBOUNDED);
    assert_int_equal(number_multiply(INT64_MAX / 2, 3), INT64_MAX);
    assert_int_equal(number_multiply(NUMBER_UNBOUNDED, 0), 0);
    assert_int_equal(number_multiply(INT64_MIN, 2), INT64_MIN);
    assert_int_equal(number_subtract(INT64_MIN, 1), INT64_MIN);
    struct {
        str text;
        bool ok;
        int64_t value;
    } cases[] = {
        {STR("0"), true, 0},
        {STR("-1"), true, -1},
        {STR("9223372036854775807"), true, INT64_MAX},
        {STR("-9223372036854775808"), true, INT64_MIN},
        {STR("9223372036854775808"), false, 0},
        {STR(""), false, 0},
        {STR("-"), false, 0},
        {STR("1 "), false, 0},
        {STR("1e3"), false, 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        int64_t value = 0;
        assert_int_equal(number_parse(cases[i].text, &value), cases[i].ok);
        assert_int_equal(value, cases[i].value);
    }
}

/* The password of RFC 7677 3, as PostgreSQL stores it; other keys, and what is no hash to it. */
static void test_stored_passwords(void **state)
{
    (void)state;
#define SCRAM_OF_PENCIL                                                                                      \
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"                                                           \
    "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    static const struct {
        str text;
        enum stored_kind kind;
        bool is_of_pencil;
    } cases[] = {
        {STR_INIT(SCRAM_OF_PENCIL), STORED_SCRAM, true},
        {STR_INIT(
             "SCRAM-SHA-256$4097:W22ZaJ0SNY7soEsUEjb6gQ==$"
             "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="),
            STORED_SCRAM, false},
        {STR_INIT(
             "SCRAM-SHA-256$0:W22ZaJ0SNY7soEsUEjb6gQ==$"
             "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="),
            STORED_PLAIN, false},
        {STR_INIT("SCRAM-SHA-256$4096:c2FsdA==$YQ==:Yg=="), STORED_PLAIN, false},
        {STR_INIT("md563c9aec143c760151c7b661829b79762"), STORED_MD5, true},
        {STR_INIT("md563c9aec143c760151c7b661829b79763"), STORED_MD5, false},
        {STR_INIT("md563C9AEC143C760151C7B661829B79762"), STORED_PLAIN, false},
        {STR_INIT("md563c9aec143c760151c7b661829b7976"), STORED_PLAIN, false},
        {STR_INIT("pencil"), STORED_PLAIN, true},
        {STR_INIT(""), STORED_PLAIN, false},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct stored_password stored = stored_password_read(&arena, cases[i].text);
        assert_int_equal(stored.kind, cases[i].kind);
        bool is_of = stored_password_is_of(&arena, &stored, STR("pencil"), STR("shop"));
        assert_int_equal(is_of, cases[i].is_of_pencil);
        if (stored.kind == STORED_SCRAM && is_of)
            assert_str(cases[i].text, cases[i].text,
                stored_password_scram(&arena, STR("pencil"), stored.salt, stored.iterations));
    }
#undef SCRAM_OF_PENCIL
    arena_free(&arena);
}

static void test_limits_are_described(void **state)
{
    (void)state;
    for (int id = 0; id < LIMIT_COUNT; id++) {
        assert_true(limit_row(id)->name.len > 0 && limit_row(id)->about.len > 0);
        assert_true(limit_value(id) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str_cuts),
        cmocka_unit_test(test_str_pieces),
        cmocka_unit_test(test_jwt),
        cmocka_unit_test(test_str_names),
        cmocka_unit_test(test_map_keeps_order),
        cmocka_unit_test(test_short_map_becomes_a_table),
        cmocka_unit_test(test_arena_texts),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_buf_cap),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_arena_extends_the_newest),
        cmocka_unit_test(test_arena_clears),
        cmocka_unit_test(test_numbers_saturate),
        cmocka_unit_test(test_stored_passwords),
        cmocka_unit_test(test_limits_are_described),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
