#include "unit.h"

#include "base/buf.h"
#include "compose/compose.h"
#include "compose/scalar.h"
#include "host/memory.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const char *const *no_environment(void *self)
{
    static const char *const entries[] = {"HOME=/h/u", "FROM_PROCESS=p", NULL};
    (void)self;
    return entries;
}

static bool get_home(void *self, str name, str *ret_value)
{
    (void)self;
    *ret_value = STR("/h/u");
    return str_eq(name, STR("HOME"));
}

/* One project below /app with the sink it reported to. */
struct loaded {
    struct sources sources;
    struct diags diags;
    struct deployment *project;
};

static struct loaded *load_files(const struct memory_file *files)
{
    struct loaded *loaded = arena_new(&arena, struct loaded);
    struct host host = memory_host(files);
    struct deployment_options options = {0};
    host.environment = no_environment;
    host.getenv = get_home;
    loaded->sources.arena = loaded->diags.arena = &arena;
    loaded->diags.sources = &loaded->sources;
    loaded->project = compose_loader.load(&arena, &loaded->diags, &loaded->sources, &host, &options);
    diag_sort(&loaded->diags);
    return loaded;
}

static struct loaded *load_text(const char *compose, const char *env)
{
    struct memory_file *files = arena_array(&arena, struct memory_file, 3);
    files[0] = (struct memory_file){"/app/compose.yaml", compose};
    files[1] = (struct memory_file){env ? "/app/.env" : NULL, env};
    return load_files(files);
}

/* "file:line:column rule" of every diagnostic. */
static str places(const struct loaded *loaded)
{
    struct buf out = buf_new(&arena, 65536);
    vec_each(const struct diag *, diag, &loaded->diags.list) {
        const struct source *source = source_of(&loaded->sources, diag->at);
        struct position at = source_position(&loaded->sources, diag->at.source, diag->at.offset);
        buf_printf(&out, "%s" STR_FMT ":%u:%u " STR_FMT "%s", out.len > 0 ? ", " : "",
            STR_ARG(source ? source->name : STR("-")), at.line, at.column, STR_ARG(diag->rule),
            diag->fatal ? "!" : "");
    }
    return buf_view(&out);
}

static void test_scalars(void **state)
{
    (void)state;
    static const char *const kinds[] = {[SCALAR_STRING] = "string",
        [SCALAR_NULL] = "null",
        [SCALAR_BOOLEAN] = "boolean",
        [SCALAR_INTEGER] = "integer",
        [SCALAR_FLOAT] = "float",
        [SCALAR_TIME] = "time",
        [SCALAR_BAD] = "bad"};
    struct {
        str text, tag, wanted;
    } cases[] = {
        {STR("x"), STR(""), STR("string x")},
        {STR("yes"), STR(""), STR("string yes")},
        {STR("True"), STR(""), STR("boolean true")},
        {STR("~"), STR(""), STR("null ~")},
        {STR("0022"), STR(""), STR("integer 18")},
        {STR("08"), STR(""), STR("float 8")},
        {STR("0o17"), STR(""), STR("integer 15")},
        {STR("-0x1F"), STR(""), STR("integer -31")},
        {STR("0b101"), STR(""), STR("integer 5")},
        {STR("1_000"), STR(""), STR("integer 1000")},
        {STR("_1"), STR(""), STR("string _1")},
        {STR("18446744073709551615"), STR(""), STR("integer 18446744073709551615")},
        {STR("18446744073709551616"), STR(""), STR("float 1.8446744073709552e+19")},
        {STR("-9223372036854775808"), STR(""), STR("integer -9223372036854775808")},
        {STR("-9223372036854775809"), STR(""), STR("float -9.223372036854776e+18")},
        {STR("0.1"), STR(""), STR("float 0.1")},
        {STR("100000.0"), STR(""), STR("float 100000")},
        {STR("999999.9"), STR(""), STR("float 999999.9")},
        {STR("5e-324"), STR(""), STR("float 5e-324")},
        {STR("1e400"), STR(""), STR("string 1e400")},
        {STR("."), STR(""), STR("string .")},
        {STR("+"), STR(""), STR("string +")},
        {STR("1e"), STR(""), STR("string 1e")},
        {STR("0x"), STR(""), STR("string 0x")},
        {STR("0b2"), STR(""), STR("string 0b2")},
        {STR("1.2.3"), STR(""), STR("string 1.2.3")},
        {STR("22:22"), STR(""), STR("string 22:22")},
        {STR("2024-02-29"), STR(""), STR("time 2024-02-29 00:00:00 +0000 UTC")},
        {STR("2023-02-29"), STR(""), STR("string 2023-02-29")},
        {STR("2024-1-2 3:4:5.250"), STR(""), STR("time 2024-01-02 03:04:05.25 +0000 UTC")},
        {STR("2024-01-02T03:04:05-01:30"), STR(""), STR("time 2024-01-02 03:04:05 -0130 -0130")},
        {STR("12"), STR("!!str"), STR("string 12")},
        {STR("12"), STR("!!float"), STR("float 12")},
        {STR("x"), STR("!!int"), STR("bad x")},
        {STR("12"), STR("!vault"), STR("string 12")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct yaml_node node = {.kind = YAML_SCALAR, .text = cases[i].text, .tag = cases[i].tag};
        struct scalar scalar = scalar_resolve(&arena, &node);
        str text = scalar.kind == SCALAR_NULL || scalar.kind == SCALAR_BAD ? cases[i].text : scalar.text;
        assert_str(cases[i].text, cases[i].wanted,
            arena_printf(&arena, "%s " STR_FMT, kinds[scalar.kind], STR_ARG(text)));
    }
}

static void test_places(void **state)
{
    (void)state;
    struct {
        const char *compose, *wanted;
    } cases[] = {
        {"services:\n  s:\n    image: a\n", ""},
        {"services:\n  s:\n    image: a\n    imgae: b\n", "compose.yaml:4:5 compose-syntax!"},
        {"services:\n  s:\n    image: [a]\n", "compose.yaml:3:12 compose-syntax!"},
        {"services:\n  s:\n    image: a\n    ports:\n      - 80:x\n", "compose.yaml:5:9 compose-syntax!"},
        {"services:\n  s:\n    image: a\n    environment: {A: '${B:?b}', C: '${D'}\n",
            "compose.yaml:4:23 required-missing, compose.yaml:4:37 compose-syntax!"},
        {"services:\n  s:\n    image: '${B:?b}'\n    env_file: no.env\n",
            "compose.yaml:3:13 required-missing, compose.yaml:4:15 compose-syntax!"},
        {"services:\n  s:\n    image: a\n    ports: ['${B:?b}:1:1']\n", "compose.yaml:4:14 required-missing"},
        {"services:\n  s:\n    depends_on: [t]\n",
            "compose.yaml:2:3 compose-syntax!, compose.yaml:3:18 compose-syntax!"},
        {"services:\n  s:\n    image: a\n  s:\n    image: b\n", "compose.yaml:4:3 compose-syntax!"},
        {"services:\n  s:\n    image: a\n    env_file: no.env\n", "compose.yaml:4:15 compose-syntax!"},
        {"services: {s: {image: a, extends: {file: no.yaml, service: s}}}",
            "compose.yaml:1:42 compose-syntax!"},
        {"include: [no.yaml]\nservices: {}", "compose.yaml:1:11 compose-syntax!"},
        {"services:\n  s:\n    image: a\n    deploy: {replicas: many}\n",
            "compose.yaml:4:24 compose-syntax!"},
        {"services: {s: {image: a, networks: [n]}}", "compose.yaml:1:12 compose-syntax!"},
        {"", "-:0:0 compose-syntax!"},
        {"[", "compose.yaml:1:2 compose-syntax!"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct loaded *loaded = load_text(cases[i].compose, NULL);
        assert_str(str_from_c(cases[i].compose), str_from_c(cases[i].wanted), places(loaded));
        assert_int_equal(loaded->project->ok, cases[i].wanted[0] == '\0');
    }
}

/* What is missing does not keep the rest from being judged. */
static void test_missing_variable_goes_on(void **state)
{
    (void)state;
    struct loaded *loaded =
        load_text("services:\n  s:\n    image: a\n    environment: {A: '${B:?set B}', C: c}\n", NULL);
    const struct diag *diag = &loaded->diags.list.items[0];
    const struct workload *service = deployment_workload(loaded->project, STR("s"));
    assert_false(loaded->project->ok);
    assert_str(STR("variable"), STR("B"), diag->variable);
    assert_false(str_contains(diag->message, STR("set B")));
    assert_non_null(service);
    assert_str(STR("C"), STR("c"), env_get(&service->environment, STR("C"))->text);
}

static void tell(struct buf *out, const struct loaded *loaded, const char *role, unsigned depth, str name,
    const struct value *value, span at)
{
    const struct source *source = source_of(&loaded->sources, at);
    struct position place = source_position(&loaded->sources, at.source, at.offset);
    buf_printf(out, "%s%s %u " STR_FMT " " STR_FMT ":%u", out->len > 0 ? ", " : "", role, depth,
        STR_ARG(name), STR_ARG(source ? source->name : STR("process")), place.line);
    if (value == NULL)
        return;
    vec_each(const struct template_use *, use, &value->uses) {
        bool is_set = use->found && !use->fallback_taken;
        span from = use->fallback_taken ? use->fallback_at : is_set && use->from ? use->from->at : use->at;
        if (use->live)
            tell(out, loaded,
                use->fallback_taken ? "fallback"
                : is_set            ? "inserted"
                                    : "unset",
                depth + 1, use->name, is_set ? use->from : NULL, from);
    }
    if (value->shadows != NULL)
        tell(out, loaded, "shadowed", depth, name, value->shadows, value->shadows->at);
}

/* "role depth name line" of each layer, the source line in the file that is named. */
static str story_of(const struct loaded *loaded, str name)
{
    struct buf out = buf_new(&arena, 65536);
    const struct value *value = env_get(&deployment_workload(loaded->project, STR("s"))->environment, name);
    if (value != NULL)
        tell(&out, loaded, "wins", 0, name, value, value->at);
    return buf_view(&out);
}

static void test_stories(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        {"/app/compose.yaml", "services:\n"
                              "  s:\n"
                              "    image: a\n"
                              "    env_file: [one.env, two.env]\n"
                              "    environment:\n"
                              "      - URL=db://${PW}@h\n"
                              "      - FALL=${NOPE:-d}\n"
                              "      - PASS\n"
                              "      - GONE=${NOPE}\n"
                              "      - FROM_PROCESS\n"},
        {"/app/compose.override.yaml", "services:\n  s:\n    environment:\n      FALL: x\n"},
        {"/app/.env", "PW=secret\nPASS=1\nFROM_PROCESS=file\n"},
        {"/app/one.env", "A=1\nURL=one\nB=${A}2\n"},
        {"/app/two.env", "A=2\n"},
        {0},
    };
    struct loaded *loaded = load_files(files);
    struct {
        str name, wanted;
    } cases[] = {
        {STR("A"), STR("wins 0 A two.env:1, shadowed 0 A one.env:1")},
        {STR("B"), STR("wins 0 B one.env:3, inserted 1 A one.env:1")},
        {STR("URL"), STR("wins 0 URL compose.yaml:6, inserted 1 PW .env:1, shadowed 0 URL one.env:2")},
        {STR("FALL"), STR("wins 0 FALL compose.override.yaml:4, shadowed 0 FALL compose.yaml:7, "
                          "fallback 1 NOPE compose.yaml:7")},
        {STR("PASS"), STR("wins 0 PASS compose.yaml:8, inserted 1 PASS .env:2")},
        {STR("GONE"), STR("wins 0 GONE compose.yaml:9, unset 1 NOPE compose.yaml:9")},
        {STR("FROM_PROCESS"), STR("wins 0 FROM_PROCESS compose.yaml:10, inserted 1 FROM_PROCESS process:0, "
                                  "shadowed 1 FROM_PROCESS .env:3")},
        {STR("NEVER"), STR("")},
    };
    assert_str(STR("faults"), STR(""), places(loaded));
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        assert_str(cases[i].name, cases[i].wanted, story_of(loaded, cases[i].name));
}

/* Where the bytes `needle` of a variable stand: in the deepest file, and in the Compose file. */
static void test_value_places(void **state)
{
    (void)state;
    struct loaded *loaded = load_text("services:\n"
                                      "  s:\n"
                                      "    image: a\n"
                                      "    environment:\n"
                                      "      URL: db://u:${PW}@h/d\n"
                                      "      Q: \"x\\ty-${PW}\"\n"
                                      "      N: 0022\n"
                                      "    command: run --password=${PW} 'a b'\n"
                                      "    ports: ['127.0.0.1:80:80']\n",
        "PW='s3cret'\n");
    const struct workload *service = deployment_workload(loaded->project, STR("s"));
    struct {
        const struct value *value;
        str needle, deep, outer;
    } cases[] = {
        {env_get(&service->environment, STR("URL")), STR("h/d"), STR("h/d"), STR("h/d")},
        {env_get(&service->environment, STR("URL")), STR("3cr"), STR("3cr"), STR("${PW}")},
        {env_get(&service->environment, STR("Q")), STR("y-"), STR("y-"), STR("y-")},
        {env_get(&service->environment, STR("Q")), STR("s3cret"), STR("s3cret"), STR("${PW}")},
        {env_get(&service->environment, STR("N")), STR("18"), STR("0022"), STR("0022")},
        {service->command.items[1], STR("s3cret"), STR("s3cret"), STR("${PW}")},
        {service->command.items[2], STR("a b"), STR("a b"), STR("a b")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        size_t offset = str_find(cases[i].value->text, cases[i].needle);
        assert_int_not_equal(offset, STR_NONE);
        span deep = value_locate(cases[i].value, offset, cases[i].needle.len);
        span outer = value_locate_outer(cases[i].value, offset, cases[i].needle.len);
        assert_str(cases[i].value->text, cases[i].deep, span_text(&loaded->sources, deep));
        assert_str(cases[i].value->text, cases[i].outer, span_text(&loaded->sources, outer));
    }
    assert_str(
        STR("host_ip"), STR("127.0.0.1"), span_text(&loaded->sources, service->ports.items[0].host_ip_at));
}

static void test_paths(void **state)
{
    (void)state;
    struct loaded *loaded =
        load_text("services:\n"
                  "  s:\n"
                  "    image: a\n"
                  "    volumes: ['./d:/x:ro', 'vol:/y', '~/z:/z', {type: bind, source: e, target: /e}]\n"
                  "    secrets: [t, {source: t, target: other}]\n"
                  "secrets: {t: {file: ./t.txt}}\n"
                  "volumes: {vol: }\n",
            NULL);
    const struct workload *service = deployment_workload(loaded->project, STR("s"));
    struct {
        const char *source, *target;
        bool bind, read_only;
    } mounts[] = {
        {"/app/d", "/x", true, true},
        {"vol", "/y", false, false},
        {"/h/u/z", "/z", true, false},
        {"/app/e", "/e", true, false},
    };
    assert_str(STR("faults"), STR(""), places(loaded));
    assert_int_equal(service->mounts.count, ARRAY_COUNT(mounts));
    for (size_t i = 0; i < ARRAY_COUNT(mounts); i++) {
        const struct workload_mount *mount = &service->mounts.items[i];
        assert_str(mount->target, str_from_c(mounts[i].source), mount->source);
        assert_str(mount->source, str_from_c(mounts[i].target), mount->target);
        assert_int_equal(mount->bind, mounts[i].bind);
        assert_int_equal(mount->read_only, mounts[i].read_only);
    }
    assert_str(STR("secret"), STR("/app/t.txt"), loaded->project->secrets.items[0]->file);
    assert_str(STR("use"), STR("/run/secrets/t"), service->secrets.items[0].target);
    assert_str(STR("use"), STR("/run/secrets/other"), service->secrets.items[1].target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_missing_variable_goes_on),
        cmocka_unit_test(test_stories),
        cmocka_unit_test(test_value_places),
        cmocka_unit_test(test_paths),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
