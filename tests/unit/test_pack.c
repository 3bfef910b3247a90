#include "unit.h"

#include "base/buf.h"
#include "language/pack_tables.h"
#include "text/mask.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* Files beside bootgate.yaml. */
static const struct {
    const char *path, *text;
} files[] = {
    {"/p/base.yaml", "defaults: [base-password-1]\nseverity: {production: {network: warning}}\nname: base\n"},
    {"/p/circle.yaml", "extends: ./bootgate.yaml\n"},
    {"/p/wrong.yaml", "nmae: x\n"},
};

static struct host_file read_file(void *self, struct arena *owner, str path, size_t limit)
{
    (void)self;
    (void)owner;
    (void)limit;
    for (size_t i = 0; i < ARRAY_COUNT(files); i++)
        if (str_eq(path, str_from_c(files[i].path)))
            return (struct host_file){.status = HOST_OK, .text = str_from_c(files[i].text)};
    return (struct host_file){.status = HOST_MISSING};
}

static const struct host host = {.read = read_file};

struct reading {
    struct sources sources;
    struct diags diags;
    struct config *config;
};

static void read_config(struct reading *reading, str text)
{
    *reading = (struct reading){.sources.arena = &arena};
    reading->diags = (struct diags){.arena = &arena, .sources = &reading->sources};
    struct source *source =
        source_add(&reading->sources, SOURCE_CONFIG, STR("bootgate.yaml"), STR("/p/bootgate.yaml"), text);
    reading->config = pack_read(&arena, &reading->diags, &host, source);
}

/* "line:column message [what to write]" of each fault. */
static str faults_of(struct reading *reading)
{
    struct buf out = buf_new(&arena, 1 << 16);
    diag_sort(&reading->diags);
    for (size_t i = 0; i < reading->diags.list.count; i++) {
        const struct diag *diag = &reading->diags.list.items[i];
        struct position at = source_position(&reading->sources, diag->at.source, diag->at.offset);
        buf_printf(&out, "%s%u:%u " STR_FMT, i > 0 ? "; " : "", at.line, at.column, STR_ARG(diag->message));
        if (diag->help.count > 0)
            buf_printf(&out, " [" STR_FMT "]", STR_ARG(diag->help.items[0]));
        assert_true(diag->fatal);
        assert_str(diag->message, STR("config-syntax"), diag->rule);
    }
    return buf_view(&out);
}

static const struct {
    str text, wanted;
} fault_rows[] = {
    {STR_INIT(""), STR_INIT("")},
    {STR_INIT("version: 1\n"), STR_INIT("")},
    {STR_INIT("version: 2\n"), STR_INIT("1:10 expected 1, the only version there is")},
    {STR_INIT("- a\n"), STR_INIT("1:1 expected a mapping: version, vars, rules, …")},
    {STR_INIT("naem: x\n"), STR_INIT("1:1 unknown key `naem` [write `name`]")},
    {STR_INIT("xyzzy: x\n"), STR_INIT("1:1 unknown key `xyzzy`")},
    {STR_INIT("vars: {A: {requried: true}}"), STR_INIT("1:12 unknown key `requried` [write `required`]")},
    {STR_INIT("vars: {A: {min_length: 3}}"), STR_INIT("1:12 unknown key `min_length` [write `min-length`]")},
    {STR_INIT("vars: {A: {type: prot}}"),
        STR_INIT("1:18 expected one of: string, int, number, bool, port, url, dsn, host, ip, path, duration, "
                 "fernet, laravel-key, hex:BYTES, base64:BYTES, jwt [write `port`]")},
    {STR_INIT("vars: {A: {required: yes}}"), STR_INIT("1:22 expected one of: true, false, production")},
    {STR_INIT("vars: {A: {pattern: 'ab('}}"), STR_INIT("1:24 bad pattern: missing closing parenthesis")},
    {STR_INIT("vars: {A: {min: x y}}"), STR_INIT("1:19 expected an operator, found `y`")},
    {STR_INIT("vars: {A: {driver: asyncpg}, B: {driver: none}, C: {driver: psycopg2}}"), STR_INIT("")},
    {STR_INIT("vars: {A: {driver: asynpcg}}"),
        STR_INIT("1:20 there is no driver `asynpcg` [write `asyncpg`]")},
    {STR_INIT("vars: {A: {driver: libpq}}"), STR_INIT("1:20 there is no driver `libpq`")},
    {STR_INIT("vars: {A: {driver: [asyncpg]}}"), STR_INIT("1:20 expected a single value")},
    {STR_INIT("vars: {A: 3}"), STR_INIT("1:11 expected a mapping")},
    {STR_INIT("vars: {A: }"), STR_INIT("")},
    {STR_INIT("vars: [A]"), STR_INIT("1:7 expected a mapping of names")},
    {STR_INIT("read-by: [compose, pyhton]"), STR_INIT("1:20 there is no reader `pyhton` [write `python`]")},
    {STR_INIT("read-by: [dotenv]"),
        STR_INIT("1:11 there is no reader `dotenv` [see bootgate rules --dialects]")},
    {STR_INIT("read-by: nod"), STR_INIT("1:10 there is no reader `nod` [write `node`]")},
    {STR_INIT("rewrite: {A: {from: B, to: sync}, C: {from: B, to: postgresql+asyncpg}}"), STR_INIT("")},
    {STR_INIT("rewrite: {A: {from: B, to: snyc}}"),
        STR_INIT("1:28 there is no form or driver `snyc` [write `sync`]")},
    {STR_INIT("rewrite: {A: {from: B, to: postgresql+asynpcg}}"),
        STR_INIT("1:28 there is no form or driver `asynpcg` [write `asyncpg`]")},
    {STR_INIT("mode: {from: A}"), STR_INIT("1:7 `production` is missing here")},
    {STR_INIT("mode: ${A"), STR_INIT("1:7 this is no ${NAME} of Compose")},
    {STR_INIT("rules:\n- {id: a, when: A == 'x'}"), STR_INIT("2:3 `when` needs a `then`")},
    {STR_INIT("rules:\n- {id: a}"), STR_INIT("2:3 a rule needs agree, iff, when with then, or assert")},
    {STR_INIT("rules:\n- {assert: A == 'x'}"), STR_INIT("2:3 `id` is missing here")},
    {STR_INIT("rules:\n- {id: a, assert: A = 'x'}"), STR_INIT("2:21 `=` is spelt `==` here")},
    {STR_INIT("rules:\n- {id: a, assert: \"A in lits(B)\"}"),
        STR_INIT("2:25 there is no function `lits` [write `list`]")},
    {STR_INIT("rules:\n- {id: a, assert: DEBUG}"), STR_INIT("2:19 expected a comparison, this is a text")},
    {STR_INIT("rules:\n- {id: a, agree: [A]}"), STR_INIT("2:18 expected a list of two or more expressions")},
    {STR_INIT("rules:\n- {id: a, assert: A == 'x', iff: [A == 'x', B == 'x']}"),
        STR_INIT("2:34 a rule has one shape: agree, iff, when with then, or assert")},
    {STR_INIT("rules:\n- {id: a, assert: A == 'x'}\n- {id: a, assert: A == 'x'}"),
        STR_INIT("3:8 there is a rule `a` already")},
    {STR_INIT("rules:\n- {id: weak-secret, assert: A == 'x'}"),
        STR_INIT("2:8 `weak-secret` is a built-in rule")},
    {STR_INIT("rules:\n- {id: a, over: bind, assert: class != 'wildcard' && port > 1024 && $A == 'x'}"),
        STR_INIT("")},
    {STR_INIT("rules:\n- {id: a, assert: secret, over: variable}"), STR_INIT("")},
    {STR_INIT("rules:\n- {id: a, over: bind, assert: clas != 'wildcard'}"),
        STR_INIT("2:31 a bind has no field `clas` [write `class`]")},
    {STR_INIT("rules:\n- {id: a, over: bind, assert: port =~ 'x'}"),
        STR_INIT("2:31 expected a text, this is a number")},
    {STR_INIT("rules:\n- {id: a, assert: secure, over: dns}"),
        STR_INIT("2:19 expected a comparison, this is a text; 2:33 expected one of: environment, "
                 "variable, dsn, bind, service, server, file [write `dsn`]")},
    {STR_INIT("budget: {consumers: {a: {each: 20 + }}}"),
        STR_INIT("1:36 expected a value at the end of the expression")},
    {STR_INIT("budget: {poolers: {main: {server: A}}, consumers: {a: {via: mian, each: 1}}}"),
        STR_INIT("1:61 there is no pooler `mian` under poolers [write `main`]")},
    {STR_INIT("severity: {production: {wek-secret: off}}"),
        STR_INIT("1:25 there is no rule or group `wek-secret` [write `weak-secret`]")},
    {STR_INIT("severity: {production: {weak-secret: none}}"),
        STR_INIT("1:38 expected one of: error, warning, note, off [write `note`]")},
    {STR_INIT("severity: {prod: {weak-secret: off}}"),
        STR_INIT("1:12 expected one of: production, development")},
    {STR_INIT("allow: [{rule: weak-secret}]"), STR_INIT("1:9 `reason` is missing here")},
    {STR_INIT("allow: [{rule: weak-secert, reason: b}]"),
        STR_INIT("1:16 there is no rule `weak-secert` [write `weak-secret`]")},
    {STR_INIT("rules:\n- {id: own, assert: A == 'x'}\nallow: [{rule: own, reason: b}]"), STR_INIT("")},
    {STR_INIT("allow: [{rule: weak-secret, reason: b, until: 2027-02-30}]"),
        STR_INIT("1:47 expected a date, YYYY-MM-DD")},
    {STR_INIT("wait: [A, {url: \"$A/ready\"}, {tcp: db:5432}]"), STR_INIT("")},
    {STR_INIT("wait: [{}]"), STR_INIT("1:8 expected url or tcp")},
    {STR_INIT("extends: strcit"), STR_INIT("1:10 there is no pack `strcit` [write `strict`]")},
    {STR_INIT("extends: ./none.yaml"), STR_INIT("1:10 cannot read this pack: no such file")},
    {STR_INIT("extends: ./circle.yaml"), STR_INIT("1:10 `./bootgate.yaml` extends itself")},
    {STR_INIT("extends: ./wrong.yaml"), STR_INIT("1:1 unknown key `nmae` [write `name`]")},
    {STR_INIT("extends: [strict, strict, ./base.yaml]"), STR_INIT("")},
    {STR_INIT("name:\n"), STR_INIT("1:6 a value is missing here")},
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(fault_rows); i++) {
        struct reading reading;
        read_config(&reading, fault_rows[i].text);
        assert_str(fault_rows[i].text, fault_rows[i].wanted, faults_of(&reading));
    }
}

static void test_severity(void **state)
{
    (void)state;
    struct reading reading;
    read_config(&reading, STR("extends: ./base.yaml\n"
                              "severity:\n"
                              "  production: {network: note, dev-host: error, file-permissions: error}\n"
                              "  development: {credentials: off}\n"));
    assert_str(STR("faults"), STR(""), faults_of(&reading));
    static const struct {
        const char *rule;
        enum mode mode;
        enum severity usual, wanted;
    } rows[] = {
        {"loopback-host", MODE_PRODUCTION, SEVERITY_ERROR, SEVERITY_NOTE},
        {"dev-host", MODE_PRODUCTION, SEVERITY_WARNING, SEVERITY_ERROR},
        {"dev-host", MODE_DEVELOPMENT, SEVERITY_OFF, SEVERITY_OFF},
        {"weak-secret", MODE_DEVELOPMENT, SEVERITY_WARNING, SEVERITY_OFF},
        {"weak-secret", MODE_PRODUCTION, SEVERITY_ERROR, SEVERITY_ERROR},
        {"file-permissions", MODE_PRODUCTION, SEVERITY_WARNING, SEVERITY_ERROR},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_int_equal(rule_severity(reading.config, rows[i].mode, str_from_c(rows[i].rule), rows[i].usual),
            rows[i].wanted);
}

/* What the project publishes is shown nowhere, also not in quoted lines of the file. */
static void test_masks(void **state)
{
    (void)state;
    struct reading reading;
    str text = STR("defaults: [{user: u, password: hush-1}, hush-2]\nvars: {A: {forbid: [hush-3]}}\n");
    read_config(&reading, text);
    span_vec marks = mask_marks(&reading.sources, &arena, span_make(1, 0, text.len));
    str shown = mask_text(&reading.sources, &arena, span_make(1, 0, text.len), &marks);
    assert_false(str_contains(shown, STR("hush")));
    assert_true(str_contains(shown, STR("user: u")));
}

/* The tables that come with the program. */
static void test_rules(void **state)
{
    (void)state;
    static const char *const groups[] = {"credentials", "network", "agreement", "budget", "variables", "file",
        "dsn", "cluster", "live", "own"};
    assert_int_equal(rule_group_count(), ARRAY_COUNT(groups));
    for (size_t i = 0; i < ARRAY_COUNT(groups); i++)
        assert_str(STR("group"), str_from_c(groups[i]), rule_group_at(i));
    for (size_t i = 0; i < rule_count(); i++) {
        const struct rule_info *info = rule_at(i);
        assert_ptr_equal(rule_find(info->name), info);
        assert_true(rule_is_group(info->group));
        assert_true(info->good.file_count > 0 && info->bad.file_count > 0);
        assert_true(info->severity[MODE_DEVELOPMENT] <= info->severity[MODE_PRODUCTION]);
    }
    assert_null(rule_find(STR("weak")));
    assert_str(STR("nearest"), STR("loopback-host"), rule_nearest(STR("lopback-host"), false));
    for (size_t i = 0; i < pack_files_count; i++) {
        struct reading reading;
        read_config(&reading, pack_files[i].text);
        assert_str(pack_files[i].name, STR(""), faults_of(&reading));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_severity),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
