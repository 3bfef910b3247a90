/* Env files under one reader: places, faults, masks, duplicates; and under several, compared. */
#include "unit.h"

#include "base/limit.h"
#include "env/compare.h"
#include "env/dotenv.h"
#include "text/mask.h"

struct fixture {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    const struct source *source;
    struct dotenv_result result;
};

static struct template_value process_get(void *self, str name)
{
    (void)self;
    if (str_eq(name, STR("HOST")))
        return (struct template_value){.found = true, .text = STR("from-process")};
    return (struct template_value){0};
}

static const struct template_scope process = {.get = process_get};

static void open_fixture(struct fixture *f, str dialect, str text)
{
    *f = (struct fixture){0};
    f->sources.arena = &f->arena;
    f->diags = (struct diags){.arena = &f->arena, .sources = &f->sources};
    f->source = source_add(&f->sources, SOURCE_ENV, STR(".env"), STR(".env"), text);
    f->result =
        dotenv_read(&f->arena, &f->diags, f->source, dialect_find(dialect), &process, ORIGIN_ENV_FILE);
}

static void close_fixture(struct fixture *f)
{
    arena_free(&f->arena);
}

/* The value without its quotes, as bytes of the file, and the place of its first occurrence of `probe`. */
static void test_places(void **state)
{
    (void)state;
    static const struct {
        str dialect, text, name, value, at, probe, probe_at;
    } cases[] = {
#define ROW(dialect, text, name, value, at, probe, probe_at)                                                 \
    {STR_INIT(dialect), STR_INIT(text), STR_INIT(name), STR_INIT(value), STR_INIT(at), STR_INIT(probe),      \
        STR_INIT(probe_at)}
        ROW("compose", "A=1\nK=abc # c\n", "K", "abc", "abc", "c", "c"),
        ROW("compose", "K=\"a\\tb\"\n", "K", "a\tb", "a\\tb", "\t", "\\t"),
        ROW("compose", "K='it\\'s'\n", "K", "it's", "it\\'s", "'", "\\'"),
        ROW("compose", "A=1\nK=x${A}y\n", "K", "x1y", "x${A}y", "y", "y"),
        ROW("compose", "K=${N:-def}\n", "K", "def", "${N:-def}", "e", "e"),
        ROW("compose", "\xEF\xBB\xBFK=v\n", "K", "v", "v", "v", "v"),
        ROW("docker", "K=\"a\"\r\n", "K", "\"a\"", "\"a\"", "a", "a"),
        ROW("podman", "  K= v \n", "K", " v ", " v ", "v", "v"),
        ROW("python", "K=\"a\r\nb\"\r\n", "K", "a\nb", "a\r\nb", "b", "b"),
        ROW("node", "K=\"x\\ny\" # c\n", "K", "x\ny", "x\\ny", "y", "y"),
        ROW("node", "K=caf\xE9!\n", "K", "caf\xEF\xBF\xBD!", "caf\xE9!", "!", "!"),
        ROW("node-builtin", "A=1\r\nK='v'\r\n", "K", "v", "v", "v", "v"),
        ROW("node-expand", "A=12\nK=\"x${A}y\"\n", "K", "x12y", "x${A}y", "y", "y"),
        ROW("ruby", "K=\"a\\\"b\"\n", "K", "a\"b", "a\\\"b", "b", "b"),
        ROW("go", "K=\"a\\nb\"\n", "K", "a\nb", "a\\nb", "b", "b"),
        ROW("rust", "K=\"a\\\"b\"\n", "K", "a\"b", "a\\\"b", "b", "b"),
        ROW("systemd", "K=a\\\nb\n", "K", "ab", "a\\\nb", "b", "b"),
        ROW("shell", "K='a b'\n", "K", "a b", "a b", "b", "b"),
        ROW("shell", "K=$'a\\tb'\n", "K", "a\tb", "$'a\\tb'", "b", "b"),
#undef ROW
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct fixture f;
        open_fixture(&f, cases[i].dialect, cases[i].text);
        const struct value *value = env_get(&f.result.env, cases[i].name);
        assert_true(f.result.ok && value != NULL);
        assert_str(cases[i].text, cases[i].value, value->text);
        assert_str(cases[i].text, cases[i].at, span_text(&f.sources, value->at));
        assert_str(cases[i].text, cases[i].name, span_text(&f.sources, value->key));
        size_t offset = str_find(value->text, cases[i].probe);
        span place = value_locate_outer(value, offset, cases[i].probe.len);
        assert_str(cases[i].text, cases[i].probe_at, span_text(&f.sources, place));
        close_fixture(&f);
    }
}

static void test_deep_places(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, STR("compose"), STR("PASSWORD=secret\nURL=postgres://u:${PASSWORD}@db\nCOPY=[$URL]\n"));
    const struct value *copy = env_get(&f.result.env, STR("COPY"));
    size_t offset = str_find(copy->text, STR("secret"));
    assert_int_equal(value_locate(copy, offset, 6).offset, strlen("PASSWORD="));
    assert_str(copy->text, STR("$URL"), span_text(&f.sources, value_locate_outer(copy, offset, 6)));
    assert_int_equal(copy->uses.count, 1);
    assert_true(copy->uses.items[0].from == env_get(&f.result.env, STR("URL")));
    close_fixture(&f);
}

static void test_duplicates(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, STR("compose"), STR("K=1\nK=2\nK=3\n"));
    const struct value *value = env_get(&f.result.env, STR("K"));
    assert_str(STR("K"), STR("3"), value->text);
    assert_str(STR("K"), STR("2"), value->shadows->text);
    assert_str(STR("K"), STR("1"), value->shadows->shadows->text);
    assert_null(value->shadows->shadows->shadows);
    close_fixture(&f);
}

/* Faults: the rule, the severity and the line of the only diagnostic, and whether the file is refused. */
static void test_faults(void **state)
{
    (void)state;
    static const struct {
        str dialect, text, rule;
        enum severity severity;
        uint32_t line, column;
        bool ok;
    } cases[] = {
#define ROW(dialect, text, rule, severity, line, column, ok)                                                 \
    {STR_INIT(dialect), STR_INIT(text), STR_INIT(rule), SEVERITY_##severity, line, column, ok}
        ROW("docker", "A=1\nexport K=v\n", "env-syntax", ERROR, 2, 1, false),
        ROW("docker", "A=1\nNOPE\n", "env-syntax", WARNING, 2, 1, true),
        ROW("docker", "A=1\nB=\xE9\n", "env-syntax", ERROR, 2, 3, false),
        ROW("kubectl", "A=1\nA=2\n", "env-syntax", ERROR, 2, 1, false),
        ROW("compose", "A=1\nB=\"x\nC=2\n", "env-syntax", ERROR, 2, 3, false),
        ROW("compose", "A=${B:?needed}\n", "required-missing", ERROR, 1, 3, false),
        ROW("compose", "A=pa${ss\n", "env-syntax", ERROR, 1, 3, false),
        ROW("python", "K=\"a\"b\nB=2\n", "env-syntax", WARNING, 1, 1, true),
        ROW("node", "A=1\na/b=2\n", "env-syntax", WARNING, 2, 1, true),
        ROW("node-builtin", "A=1\nfoo\nB=2\n", "env-syntax", WARNING, 2, 1, true),
        ROW("ruby", "A=1\nK=$(id)\n", "env-runs-code", ERROR, 2, 1, false),
        ROW("go", "A B+=1\n", "env-syntax", ERROR, 1, 4, false),
        ROW("rust", "K=a b\n", "env-syntax", ERROR, 1, 5, false),
        ROW("systemd", "export K=v\n", "env-syntax", WARNING, 1, 1, true),
        ROW("shell", "A=1\nK=a b\n", "env-runs-code", ERROR, 2, 1, false),
        ROW("shell", "K=`id`\n", "env-runs-code", ERROR, 1, 3, false),
        ROW("shell", "K=\"$(id)\"\n", "env-runs-code", ERROR, 1, 4, false),
        ROW("shell", "K=1&\n", "env-syntax", WARNING, 1, 1, true),
#undef ROW
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct fixture f;
        open_fixture(&f, cases[i].dialect, cases[i].text);
        if (f.result.ok != cases[i].ok || f.diags.list.count != 1)
            fail_msg("%.*s: ok %d, %zu diagnostics", STR_ARG(cases[i].text), f.result.ok, f.diags.list.count);
        const struct diag *diag = &f.diags.list.items[0];
        struct position at = source_position(&f.sources, diag->at.source, diag->at.offset);
        assert_str(cases[i].text, cases[i].rule, diag->rule);
        if (diag->severity != cases[i].severity || at.line != cases[i].line || at.column != cases[i].column)
            fail_msg(
                "%.*s: severity %d at %u:%u", STR_ARG(cases[i].text), diag->severity, at.line, at.column);
        close_fixture(&f);
    }
}

/* No message and no quoted line shows a byte of what a fault may have made of a secret. */
static void test_masks(void **state)
{
    (void)state;
    static const struct {
        str dialect, text;
    } cases[] = {
        {STR_INIT("compose"), STR_INIT("P=\"hunter2\nnext line with hunter2\n")},
        {STR_INIT("compose"), STR_INIT("P=hunter2${\n")},
        {STR_INIT("docker"), STR_INIT("MY KEY=hunter2\n")},
        {STR_INIT("docker"), STR_INIT("K=begin\nhunter2+/hunter2 end\n")},
        {STR_INIT("python"), STR_INIT("P=\"x\"hunter2\n")},
        {STR_INIT("rust"), STR_INIT("P=a hunter2\n")},
        {STR_INIT("shell"), STR_INIT("P=a hunter2\n")},
        {STR_INIT("ruby"), STR_INIT("P=hunter2$(x)\n")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct fixture f;
        open_fixture(&f, cases[i].dialect, cases[i].text);
        assert_true(f.diags.list.count > 0);
        vec_each(const struct diag *, diag, &f.diags.list) {
            span all = span_make(1, diag->at.offset, diag->at.length);
            uint32_t line = source_position(&f.sources, 1, all.offset).line, start;
            str bytes = source_line(&f.sources, 1, line, &start);
            span quoted = span_make(1, start, bytes.len);
            span_vec marks = mask_marks(&f.sources, &f.arena, quoted);
            str shown = mask_text(&f.sources, &f.arena, quoted, &marks);
            if (str_contains(shown, STR("hunter2")) || str_contains(diag->message, STR("hunter2")))
                fail_msg("%.*s: shows %.*s", STR_ARG(cases[i].text), STR_ARG(shown));
        }
        close_fixture(&f);
    }
}

static void test_process_values(void **state)
{
    (void)state;
    static const struct {
        str dialect, text, want;
    } cases[] = {
        {STR_INIT("compose"), STR_INIT("HOST=file\nK=$HOST\n"), STR_INIT("from-process")},
        {STR_INIT("python"), STR_INIT("HOST=file\nK=${HOST}\n"), STR_INIT("file")},
        {STR_INIT("go"), STR_INIT("K=${HOST}\n"), STR_INIT("")},
        {STR_INIT("ruby"), STR_INIT("K=1\nHOST=file\nK=$HOST\n"), STR_INIT("from-process")},
        {STR_INIT("rust"), STR_INIT("HOST=file\nK=$HOST\n"), STR_INIT("from-process")},
        {STR_INIT("shell"), STR_INIT("HOST=file\nK=$HOST\n"), STR_INIT("file")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct fixture f;
        open_fixture(&f, cases[i].dialect, cases[i].text);
        assert_str(cases[i].text, cases[i].want, env_get(&f.result.env, STR("K"))->text);
        close_fixture(&f);
    }
}

/* An expansion that never ends in the original is refused here, soon. */
static void test_endless_expansion(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, STR("node-expand"), STR("A='x${B}${B}'\nB='${A}y${A}'\nC=${B}\n"));
    assert_true(f.result.ok || f.diags.list.count == 1);
    close_fixture(&f);
}

static void test_dialect_rows(void **state)
{
    (void)state;
    for (int id = 0; id < DIALECT_COUNT; id++) {
        const struct dialect *dialect = dialect_get((enum dialect_id)id);
        assert_int_equal(dialect_id(dialect), id);
        assert_true(dialect_find(dialect_name(dialect)) == dialect);
        assert_true(
            dialect_reader(dialect).len && dialect_version(dialect).len && dialect_about(dialect).len);
    }
    assert_null(dialect_find(STR("make")));
}

static void test_comparison(void **state)
{
    (void)state;
    static const struct {
        str text, sentence, advice;
    } cases[] = {
        {STR_INIT("K=abc\n"), STR_INIT(""), STR_INIT("")},
        {STR_INIT("K=\"abc\"\n"), STR_INIT("`compose` strips the quotes, `docker` keeps the quotes"),
            STR_INIT("write the value without quotes: all these readers then agree")},
        {STR_INIT("K=a#b\n"), STR_INIT("`compose` takes the value as it stands, `node` stops at `#`"),
            STR_INIT("no spelling of this value is read alike by all these readers: choose a value of "
                     "letters and digits")},
        {STR_INIT("K=v # c\n"),
            STR_INIT("`compose` stops at `#`, `docker` takes the comment as part of the value, "
                     "`systemd` takes the comment as part of the value"),
            STR_INIT("write the value without quotes: all these readers then agree")},
    };
    const struct dialect *readers[] = {
        dialect_get(DIALECT_COMPOSE),
        dialect_get(DIALECT_DOCKER),
        dialect_get(DIALECT_NODE),
        dialect_get(DIALECT_SYSTEMD),
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct fixture f;
        open_fixture(&f, STR("compose"), cases[i].text);
        struct comparison got =
            compare_readers(&f.arena, &f.sources, f.source, readers, ARRAY_COUNT(readers), &process);
        assert_int_equal(got.variables.count, 1);
        const struct compared_variable *variable = &got.variables.items[0];
        assert_str(cases[i].text, cases[i].sentence, compare_sentence(&f.arena, &got, variable));
        assert_str(cases[i].text, cases[i].advice, variable->advice);
        assert_int_equal(variable->differs, cases[i].sentence.len > 0);
        close_fixture(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_deep_places),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_process_values),
        cmocka_unit_test(test_endless_expansion),
        cmocka_unit_test(test_dialect_rows),
        cmocka_unit_test(test_comparison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
