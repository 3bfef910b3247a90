#include "unit.h"

#include "base/buf.h"
#include "syntax/yaml.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* One source read as Compose files are, with the sink it reported to. */
struct reading {
    struct sources sources;
    struct diags diags;
    struct source *source;
    struct yaml_documents documents;
};

static struct reading read_text(str text, size_t max_depth, size_t max_nodes)
{
    struct reading r = {.sources = {.arena = &arena}, .diags = {.arena = &arena}};
    struct yaml_options options = {
        .rule = STR("compose-syntax"), .merge_keys = true, .max_depth = max_depth, .max_nodes = max_nodes};
    r.source = source_add(&r.sources, SOURCE_COMPOSE, STR("c"), STR("c"), yaml_decode(&arena, text));
    r.diags.sources = &r.sources;
    r.documents = yaml_read(&arena, &r.diags, r.source, &options);
    return r;
}

static void render(struct buf *out, const struct yaml_node *node)
{
    static const char quotes[] = {
        [YAML_SINGLE_QUOTED] = '\'', [YAML_DOUBLE_QUOTED] = '"', [YAML_LITERAL] = '|', [YAML_FOLDED] = '>'};
    if (node == NULL) {
        buf_str(out, STR("nothing"));
        return;
    }
    if (node->tag.len > 0)
        buf_printf(out, STR_FMT " ", STR_ARG(node->tag));
    if (node->kind == YAML_SCALAR) {
        if (node->style != YAML_PLAIN)
            buf_byte(out, quotes[node->style]);
        buf_str(out, node->text);
        return;
    }
    buf_byte(out, node->kind == YAML_SEQUENCE ? '[' : '{');
    vec_each(struct yaml_node **, item, &node->items) {
        buf_str(out, item == node->items.items ? STR("") : STR(" "));
        render(out, *item);
    }
    vec_each(struct yaml_pair *, pair, &node->pairs) {
        buf_str(out, pair == node->pairs.items ? STR("") : STR(" "));
        render(out, pair->key);
        buf_byte(out, '=');
        render(out, pair->value);
    }
    buf_byte(out, node->kind == YAML_SEQUENCE ? ']' : '}');
}

/* The documents, or the place of the first fault. */
static str rendered(const struct reading *r)
{
    struct buf out = buf_new(&arena, 4096);
    if (!r->documents.ok) {
        struct position at = source_position(&r->sources, r->source->id, r->diags.list.items[0].at.offset);
        buf_printf(&out, "! %u:%u", at.line, at.column);
        return buf_view(&out);
    }
    vec_each(struct yaml_node **, root, &r->documents.list) {
        buf_str(&out, root == r->documents.list.items ? STR("") : STR(" --- "));
        render(&out, *root);
    }
    return buf_view(&out);
}

static void test_trees(void **state)
{
    (void)state;
    struct {
        str text, wanted;
    } cases[] = {
        {STR(""), STR("")},
        {STR("# nothing\n"), STR("")},
        {STR("---\n"), STR("nothing")},
        {STR("a: 1\nb: [x, 'y', \"z\"]\n"), STR("{a=1 b=[x 'y \"z]}")},
        {STR("{\"a\": {\"b\": 2}}"), STR("{\"a={\"b=2}}")},
        {STR("a: |\n  x\n  y\nb: >\n  x\n  y\n"), STR("{a=|x\ny\n b=>x y\n}")},
        {STR("? k\n: v\n"), STR("{k=v}")},
        {STR("a: 1\n---\nb: 2\n"), STR("{a=1} --- {b=2}")},
        {STR("a: &x 1\n---\nb: *x\n"), STR("{a=1} --- {b=1}")},
        {STR("a: 1\r\nb: 2\rc: 3\xC2\x85"
             "d: 4"),
            STR("{a=1 b=2 c=3 d=4}")},
        {STR("\xEF\xBB\xBF"
             "a: 1"),
            STR("{a=1}")},
        {STR("\xFF\xFE"
             "a\0:\0 \0\xE9\0"),
            STR("{a=\xC3\xA9}")},
        {STR("\xFE\xFF\0a\0:\0 \xD8\x3D\xDE\x00"), STR("{a=\xF0\x9F\x98\x80}")},
        {STR("a: \"x\\0y\""), STR("{a=\"x\0y}")},
        {STR("a: !reset []\nb: !!str 1\nc: !vault x\nd: !word"),
            STR("{a=!reset [] b=!!str 1 c=!vault x d=!word }")},
        {STR("%YAML 1.1\n---\na: 1"), STR("{a=1}")},
        {STR("a: x #c\nb: x#c"), STR("{a=x b=x#c}")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reading r = read_text(cases[i].text, 0, 0);
        assert_str(cases[i].text, cases[i].wanted, rendered(&r));
    }
}

static void test_merge_keys(void **state)
{
    (void)state;
    struct {
        str text, wanted;
    } cases[] = {
        {STR("a: &a {x: 1, y: 1}\nb: {<<: *a, y: 2}"), STR("{a={x=1 y=1} b={y=2 x=1}}")},
        {STR("a: &a {x: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b]}"),
            STR("{a={x=1} b={x=2 z=2} c={x=1 z=2}}")},
        {STR("l: &l [{x: 1}, {x: 2}]\nc: {<<: *l}"), STR("{l=[{x=1} {x=2}] c={x=1}}")},
        {STR("c: {<<: {x: 1}, x: 2}"), STR("{c={x=2}}")},
        {STR("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}"), STR("{a={x=1} b={y=2 x=1} c={y=2 x=1}}")},
        {STR("a: &a {x: 1}\nb: {<<: *a, x: !reset 2}"), STR("{a={x=1} b={x=!reset 2 x=1}}")},
        {STR("{\"<<\": 1}"), STR("{\"<<=1}")},
        {STR("{<<: , a: 1}"), STR("! 1:2")},
        {STR("{<<: text}"), STR("! 1:2")},
        {STR("{<<: [a]}"), STR("! 1:2")},
        {STR("{<<: {a: 1}, <<: {b: 1}}"), STR("! 1:14")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reading r = read_text(cases[i].text, 0, 0);
        assert_str(cases[i].text, cases[i].wanted, rendered(&r));
    }
}

static void test_refusals(void **state)
{
    (void)state;
    struct {
        str text, wanted;
    } cases[] = {
        {STR("a: 1\nb: 2\na: 3"), STR("! 3:1")},
        {STR("a: 1\n\"a\": 3"), STR("! 2:1")},
        {STR("é: {ü: 1, ü: 2}"), STR("! 1:13")},
        {STR("\xEF\xBB\xBF"
             "a: 1\nb: *x"),
            STR("! 2:4")},
        {STR("a: é é \t: b: c"), STR("! 1:11")},
        {STR("a: &a [*a]"), STR("! 1:8")},
        {STR("[a]: 1"), STR("! 1:1")},
        {STR("a:\n\t- b"), STR("! 2:1")},
        {STR("a: \"x"), STR("! 1:6")},
        {STR("a: ca\xE9\n"), STR("! 1:6")},
        {STR("a: x\x07y"), STR("! 1:5")},
        {STR("a: @x"), STR("! 1:4")},
        {STR("a: *"), STR("! 1:5")},
        {STR("a: !reset *x"), STR("! 1:11")},
        {STR("%YAML 1.2\n---\na: 1"), STR("! 1:1")},
        {STR("a: 1\n...\ngarbage\n"), STR("! 3:1")},
        {STR("\xFF\xFE\x3D\xD8"), STR("! 1:1")},
        {STR("\xFF\xFE"
             "a"),
            STR("! 1:1")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reading r = read_text(cases[i].text, 0, 0);
        assert_str(cases[i].text, cases[i].wanted, rendered(&r));
        assert_true(diag_any_fatal(&r.diags));
    }
}

/* The bytes under the span of the value of `k`, and under its inner span. */
static void test_spans(void **state)
{
    (void)state;
    struct {
        str text, at, inner;
        bool verbatim;
    } cases[] = {
        {STR("k: v"), STR("v"), STR("v"), true},
        {STR("é: ü\nk: 'v'"), STR("'v'"), STR("v"), true},
        {STR("\xEF\xBB\xBF"
             "k: é\n"),
            STR("é"), STR("é"), true},
        {STR("a: b\r\nk: \"v\\n\"\r\n"), STR("\"v\\n\""), STR("v\\n"), false},
        {STR("k: &a !t v # c"), STR("v"), STR("v"), true},
        {STR("k: &a\n  v"), STR("v"), STR("v"), true},
        {STR("k: >-\n  x\n  y\n\n# c\n"), STR(">-\n  x\n  y"), STR("x\n  y"), false},
        {STR("k: |-\n  x\n"), STR("|-\n  x"), STR("x"), true},
        {STR("k: [a, b ] # c"), STR("[a, b ]"), STR(""), false},
        {STR("k: &x\n  a: 1\n  b: 'x'  \n\nl: 2"), STR("a: 1\n  b: 'x'"), STR(""), false},
        {STR("k:\n- a\n- b: c\n\n"), STR("- a\n- b: c"), STR(""), false},
        {STR("k:\nl: 1"), STR(""), STR(""), true},
        {STR("k: it''s"), STR("it''s"), STR("it''s"), true},
        {STR("k: 'it''s'"), STR("'it''s'"), STR("it''s"), false},
        {STR("k: a\n  b"), STR("a\n  b"), STR("a\n  b"), false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reading r = read_text(cases[i].text, 0, 0);
        assert_true(r.documents.ok);
        struct yaml_node *value = yaml_get(r.documents.list.items[0], STR("k"));
        assert_non_null(value);
        assert_str(cases[i].text, cases[i].at, span_text(&r.sources, value->at));
        assert_str(cases[i].text, cases[i].inner, span_text(&r.sources, value->inner));
        assert_int_equal(cases[i].verbatim, value->verbatim && value->kind == YAML_SCALAR);
    }
}

/* Source bytes of each byte of the decoded text, a stroke between pieces. */
static void test_pieces(void **state)
{
    (void)state;
    struct {
        str text, wanted;
    } cases[] = {
        {STR("k: abc"), STR("3:abc")},
        {STR("k: \"a\\nb\\u00e9c\""), STR("1:a|1:\\n|1:b|2:\\u00e9|1:c")},
        {STR("k: 'it''s'"), STR("2:it|1:''|1:s")},
        {STR("k: one\n  two"), STR("3:one|1:\n  |3:two")},
        {STR("k: >\n  one\n  two\n"), STR("3:one|1:\n  |3:two|1:")},
        {STR("k: |\n  one\n  two\n"), STR("4:one\n|3:two|1:")},
        {STR("k: \"a\\\n   b\""), STR("1:a|1:b")},
        {STR("k: \"a \n\n b\""), STR("1:a|1: \n\n |1:b")},
        {STR("k: ''"), STR("")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reading r = read_text(cases[i].text, 0, 0);
        struct yaml_node *value = yaml_get(r.documents.list.items[0], STR("k"));
        struct pieces pieces = yaml_pieces(&arena, &r.sources, value);
        struct buf out = buf_new(&arena, 4096);
        vec_each(struct piece *, piece, &pieces.list)
            buf_printf(&out, "%s%u:" STR_FMT, piece == pieces.list.items ? "" : "|", piece->length,
                STR_ARG(span_text(&r.sources, piece->at)));
        assert_str(cases[i].text, cases[i].wanted, buf_view(&out));
    }
}

static str repeated(str unit, size_t count)
{
    struct buf buf = buf_new(&arena, unit.len * count);
    for (size_t i = 0; i < count; i++)
        buf_str(&buf, unit);
    return buf_view(&buf);
}

static str alias_bomb(void)
{
    struct buf buf = buf_new(&arena, 65536);
    buf_str(&buf, STR("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"));
    for (int i = 1; i < 40; i++) {
        buf_printf(&buf, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            buf_printf(&buf, "*a%d, ", i - 1);
        buf_str(&buf, STR("]\n"));
    }
    return buf_view(&buf);
}

static void test_limits(void **state)
{
    (void)state;
    struct {
        const char *label;
        str text;
        bool ok;
    } cases[] = {
        {"63 levels", arena_concat(&arena, repeated(STR("["), 63), repeated(STR("]"), 63)), true},
        {"20,000 brackets", repeated(STR("["), 20000), false},
        {"20,000 braces", repeated(STR("{a: "), 20000), false},
        {"alias bomb", alias_bomb(), false},
        {"aliases in a line", STR("a: &a [x, y]\nb: [*a, *a, *a, *a]"), true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reading r = read_text(cases[i].text, 64, 2000);
        if (r.documents.ok != cases[i].ok)
            fail_msg("%s: wanted %d got %d", cases[i].label, cases[i].ok, r.documents.ok);
        assert_int_equal(!cases[i].ok, r.diags.list.count > 0);
    }
}

static void test_wide_mapping(void **state)
{
    (void)state;
    struct buf buf = buf_new(&arena, 1 << 20);
    for (int i = 0; i < 5000; i++)
        buf_printf(&buf, "key%d: %d\n", i, i);
    struct reading r = read_text(buf_view(&buf), 0, 0);
    struct yaml_node *root = r.documents.list.items[0];
    assert_str(STR("key4711"), STR("4711"), yaml_get(root, STR("key4711"))->text);
    assert_null(yaml_get(root, STR("key5000")));
    buf_str(&buf, STR("key4711: 1\n"));
    r = read_text(buf_view(&buf), 0, 0);
    assert_str(STR("5001 keys"), STR("! 5001:1"), rendered(&r));
}

/* What is written is read as that very text, whatever a reader makes of plain words. */
static void test_quote(void **state)
{
    (void)state;
    static const struct {
        str text, quoted;
    } rows[] = {
        {STR_INIT("web-1.a_b"), STR_INIT("web-1.a_b")},
        {STR_INIT("nulls"), STR_INIT("nulls")},
        {STR_INIT(""), STR_INIT("''")},
        {STR_INIT("null"), STR_INIT("'null'")},
        {STR_INIT("True"), STR_INIT("'True'")},
        {STR_INIT("no"), STR_INIT("'no'")},
        {STR_INIT("y"), STR_INIT("'y'")},
        {STR_INIT("1e3"), STR_INIT("'1e3'")},
        {STR_INIT("it's: #1"), STR_INIT("'it''s: #1'")},
        {STR_INIT("caf\xC3\xA9 \"x\""), STR_INIT("'caf\xC3\xA9 \"x\"'")},
        {STR_INIT("a\nb: \"c\""), STR_INIT("\"a\\U0000000ab: \\\"c\\\"\"")},
        {STR_INIT("\x1b[31m\\"), STR_INIT("\"\\U0000001b[31m\\\\\"")},
        {STR_INIT("a\xC2\x85"), STR_INIT("\"a\\U00000085\"")},
        {STR_INIT("\xEF\xBB\xBF"
                  "a"),
            STR_INIT("\"\\U0000feffa\"")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        str quoted = yaml_quote(&arena, rows[i].text);
        assert_str(rows[i].text, rows[i].quoted, quoted);
        struct reading r = read_text(quoted, 10, 100);
        assert_str(quoted, rows[i].text, r.documents.list.items[0]->text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_merge_keys),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_wide_mapping),
        cmocka_unit_test(test_quote),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
