#include "report/json_text.h"
#include "report/paint.h"
#include "report/report.h"

#include "text/mask.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ENV                                                                                                  \
    "APP_ENV=production\n\n\nPOSTGRES_PASSWORD=dataland\n\n\n\n"                                             \
    "DATABASE_URL=postgresql+asyncpg://dataland:dataland@dataland-postgres:5432/dataland\n"

/* A host that keeps what is printed and knows a few variables. */
struct keeper {
    struct arena *arena;
    struct buf printed;
    const char *const *environment;
    bool is_terminal;
};

static void keep(void *self, int stream, str text)
{
    (void)stream;
    buf_str(&((struct keeper *)self)->printed, text);
}

static bool kept_getenv(void *self, str name, str *ret_value)
{
    for (const char *const *entry = ((struct keeper *)self)->environment; entry && *entry; entry++) {
        struct str_cut cut = str_cut_byte(str_from_c(*entry), '=');
        if (str_eq(cut.head, name)) {
            *ret_value = cut.tail;
            return true;
        }
    }
    return false;
}

static bool kept_is_terminal(void *self, int stream)
{
    (void)stream;
    return ((struct keeper *)self)->is_terminal;
}

static struct host keeper_host(struct keeper *keeper)
{
    return (struct host){
        .self = keeper, .print = keep, .getenv = kept_getenv, .is_terminal = kept_is_terminal};
}

struct fixture {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct report report;
};

static const struct rule_info default_credentials = {
    .name = STR_INIT("default-credentials"),
    .group = STR_INIT("credentials"),
    .severity = {SEVERITY_ERROR, SEVERITY_WARNING},
    .summary = STR_INIT("a documented default password"),
};

static const struct rule_info loopback_host = {
    .name = STR_INIT("loopback-host"),
    .group = STR_INIT("network"),
    .severity = {SEVERITY_ERROR, SEVERITY_WARNING},
    .summary = STR_INIT("a host that leads back here"),
};

static span span_of(const struct fixture *f, uint32_t source, const char *text)
{
    str needle = str_from_c(text), haystack = f->sources.items.items[source - 1]->text;
    return span_make(source, str_find(haystack, needle), needle.len);
}

static void start(struct fixture *f)
{
    *f = (struct fixture){0};
    f->sources.arena = &f->arena;
    f->diags = (struct diags){.arena = &f->arena, .sources = &f->sources};
    source_add(&f->sources, SOURCE_ENV, STR(".env"), STR(".env"), STR(ENV));
    source_add(&f->sources, SOURCE_COMPOSE, STR("compose.yml"), STR("compose.yml"),
        STR("services:\n  agent:\n    environment:\n      DATABASE_URL: ${DATABASE_URL}\n"));
    f->report = (struct report){
        .diags = &f->diags,
        .mode = STR("production"),
        .mode_from = STR(".env:1 APP_ENV"),
        .files = 2,
        .rule_count = 2,
        .exit_code = 1,
        .fail_on = SEVERITY_ERROR,
    };
    vec_push(&f->arena, &f->report.rules, &default_credentials);
    vec_push(&f->arena, &f->report.rules, &loopback_host);
}

/* The finding of the design's own sample. */
static struct diag *add_sample(struct fixture *f)
{
    mask_add(&f->sources, span_sub(span_of(f, 1, "dataland:dataland"), 9, 8));
    struct diag *diag = diag_add(&f->diags, STR("default-credentials"), SEVERITY_ERROR,
        span_of(f, 1, "dataland:dataland"), "DATABASE_URL carries documented default credentials");
    diag->variable = STR("DATABASE_URL");
    diag->label = STR("user and password are the same word");
    diag->why = STR("anyone who has read the docs can log in");
    diag_help(&f->diags, diag, "set one new password");
    diag_help(&f->diags, diag, "an existing volume keeps the old one");
    diag_related(&f->diags, diag, span_of(f, 2, "${DATABASE_URL}"), "passed to service `agent` here");
    return diag;
}

static str written(struct fixture *f, const struct report_format *format)
{
    struct keeper keeper = {.printed = buf_new(&f->arena, 1 << 24)};
    struct host host = keeper_host(&keeper);
    struct out out = out_new(sources_gate(&f->sources), &host, 1);
    format->write(&f->report, &out);
    out_flush(&out);
    return buf_view(&keeper.printed);
}

static void expect(const char *what, str got, const char *want)
{
    if (str_eq(got, str_from_c(want)))
        return;
    fprintf(stderr, "wanted:\n%s\ngot:\n" STR_FMT "\n", want, STR_ARG(got));
    fail_msg("%s differs, see above", what);
}

static void test_text_frame(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    add_sample(&f);
    expect("text", written(&f, &report_text),
        "error[default-credentials]: DATABASE_URL carries documented default credentials\n"
        "  --> .env:8:35\n"
        "    |\n"
        "  8 | DATABASE_URL=postgresql+asyncpg://dataland:********@dataland-postgres:5432/dataland\n"
        "    |                                   ^^^^^^^^^^^^^^^^^ user and password are the same word\n"
        "    |\n"
        "   ::: compose.yml:4:21   passed to service `agent` here\n"
        "    = why: anyone who has read the docs can log in\n"
        "    = fix: set one new password\n"
        "           an existing volume keeps the old one\n"
        "    = more: bootgate rules default-credentials\n"
        "\n"
        "bootgate: 1 error, 0 warnings in 2 files (production: .env:1 APP_ENV)\n");
    arena_free(&f.arena);
}

static void test_text_places(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    struct diag *missing =
        diag_add(&f.diags, STR("required-missing"), SEVERITY_ERROR, span_make(1, 0, 0), "A");
    missing->line_only = true;
    diag_add(&f.diags, STR("own-rule"), SEVERITY_WARNING, (span){0}, "B\x1b[2J")->variable = STR("HO\nST");
    diag_note(&f.diags, diag_add(&f.diags, STR("x"), SEVERITY_NOTE, (span){0}, "C"), "a  b");
    struct diag *allowed = diag_add(&f.diags, STR("y"), SEVERITY_ERROR, (span){0}, "D");
    allowed->suppressed = arena_new(&f.arena, struct suppression);
    allowed->suppressed->reason = STR("public");
    f.report.mode_from = STR("");
    f.report.is_verbose = true;
    vec_push(&f.arena, &f.report.files_read, STR(".env"));
    expect("text places", written(&f, &report_text),
        "error[required-missing]: A\n"
        "  --> .env\n"
        "\n"
        "warning[own-rule]: B\\x1b[2J\n"
        "  --> process environment: HO\\x0aST\n"
        "\n"
        "note[x]: C\n"
        "    |\n"
        "    |  a  b\n"
        "    |\n"
        "\n"
        "allowed[y]: D\n"
        "    = allowed: public\n"
        "\n"
        "bootgate: read .env\n"
        "bootgate: 1 error, 1 warning, 1 note, 1 allowed in 2 files (production, assumed: no variable and no "
        "--mode "
        "says otherwise)\n");
    arena_free(&f.arena);
}

static void test_quiet_and_color(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    diag_add(&f.diags, STR("x"), SEVERITY_ERROR, (span){0}, "C");
    f.report.is_quiet = f.report.has_color = true;
    expect("quiet, coloured", written(&f, &report_text), "\x1b[1;31merror[x]\x1b[0m\x1b[1m: C\x1b[0m\n\n");
    arena_free(&f.arena);
}

static void test_json(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    add_sample(&f);
    *vec_add(&f.arena, &f.report.errors) = (struct report_error){STR("b\xE9.env"), 3, STR("no such file")};
    json_error_t error;
    str got = written(&f, &report_json);
    json_t *document = json_loadb(got.ptr, got.len, 0, &error);
    if (document == NULL)
        fail_msg("%s in " STR_FMT, error.text, STR_ARG(got));
    json_t *finding = json_array_get(json_object_get(document, "findings"), 0);
    str text = str_from_c(json_dumps(finding, JSON_COMPACT));
    expect("finding", text,
        "{\"rule\":\"default-credentials\",\"severity\":\"error\",\"file\":\".env\",\"line\":8,\"column\":35,"
        "\"end_line\":8,\"end_column\":52,\"variable\":\"DATABASE_URL\",\"service\":null,"
        "\"message\":\"DATABASE_URL carries documented default credentials\","
        "\"why\":\"anyone who has read the docs can log in\","
        "\"help\":\"set one new password\\nan existing volume keeps the old one\",\"notes\":null,"
        "\"related\":[{\"file\":\"compose.yml\",\"line\":4,\"column\":21,"
        "\"message\":\"passed to service `agent` here\"}],\"suppressed\":null}");
    free((char *)text.ptr);
    text = str_from_c(json_dumps(json_object_get(document, "errors"), JSON_COMPACT));
    expect("errors", text, "[{\"file\":\"b<0xE9>.env\",\"line\":3,\"message\":\"no such file\"}]");
    free((char *)text.ptr);
    text = str_from_c(json_dumps(json_object_get(document, "summary"), JSON_COMPACT));
    expect("summary", text,
        "{\"errors\":1,\"warnings\":0,\"notes\":0,\"suppressed\":0,\"dropped\":0,\"files\":2,\"rules\":2}");
    free((char *)text.ptr);
    json_decref(document);
    arena_free(&f.arena);
}

static void test_json_texts(void **state)
{
    (void)state;
    static const struct {
        str text;
        const char *want;
    } cases[] = {
        {STR_INIT("plain"), "\"plain\""},
        {STR_INIT("h\xC3\xA9"), "\"h\xC3\xA9\""},
        {STR_INIT("h\xE9!"), "\"h<0xE9>!\""},
        {STR_INIT("\xC0\xAF"), "\"<0xC0><0xAF>\""},
        {STR_INIT("\xED\xA0\x80"), "\"<0xED><0xA0><0x80>\""},
        {STR_INIT("a\0b"), "\"a\\u0000b\""},
        {STR_INIT("\xEF\xBF\xBF"), "\"\xEF\xBF\xBF\""},
        {STR_INIT(""), "\"\""},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        json_t *value = json_text(gate_new(&arena), cases[i].text);
        char *got = json_dumps(value, JSON_ENCODE_ANY);
        expect("json text", str_from_c(got), cases[i].want);
        free(got);
        json_decref(value);
    }
    arena_free(&arena);
}

static void test_github(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    f.sources.items.items[0]->name = STR("a,b:c.env");
    diag_add(&f.diags, STR("x"), SEVERITY_NOTE, (span){0}, "50%% done\n::error::no");
    add_sample(&f);
    expect("github", written(&f, &report_github),
        "::error file=a%2Cb%3Ac.env,line=8,col=35,endColumn=52,title=default-credentials::DATABASE_URL "
        "carries "
        "documented default credentials%0Awhy: anyone who has read the docs can log in%0Afix: set one new "
        "password%0A     an existing volume keeps the old one\n"
        "::notice title=x::50%25 done\\x0a::error::no\n"
        "bootgate: 1 error, 0 warnings, 1 note\n");
    arena_free(&f.arena);
}

/* Whatever byte a text holds, it ends no line and begins no command. */
static void test_github_any_byte(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        struct fixture f;
        start(&f);
        char text[] = "a?::error file=b::c%0A";
        text[1] = (char)byte;
        f.sources.items.items[0]->name = (str){text, sizeof text - 1};
        struct diag *diag =
            diag_add(&f.diags, STR("x"), SEVERITY_ERROR, span_of(&f, 1, "production"), "%s", "");
        diag->message = (str){text, sizeof text - 1};
        str got = written(&f, &report_github);
        size_t lines = 0, commands = 0;
        for (str line; str_next(&got, '\n', &line);) {
            lines += line.len > 0;
            commands += str_starts(line, STR("::"));
            for (size_t i = 0; i < line.len; i++)
                assert_true(
                    line.ptr[i] == '\t' || ((unsigned char)line.ptr[i] >= ' ' && line.ptr[i] != 0x7F));
            assert_false(str_contains(line, STR("c%0A")));
        }
        assert_int_equal(lines, 2);
        assert_int_equal(commands, 1);
        arena_free(&f.arena);
    }
}

/* Only what fails the run is a failure. */
static void test_junit_failures(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    diag_add(&f.diags, STR("x"), SEVERITY_WARNING, span_of(&f, 1, "production"), "mild");
    diag_add(&f.diags, STR("y"), SEVERITY_ERROR, span_of(&f, 1, "production"), "known")->suppressed =
        arena_new(&f.arena, struct suppression);
    str got = written(&f, &report_junit);
    assert_true(str_contains(got, STR("failures=\"0\" errors=\"0\" skipped=\"1\"")));
    assert_true(str_contains(got, STR("<system-out>warning: mild</system-out>")));
    assert_false(str_contains(got, STR("<failure")));
    arena_free(&f.arena);
}

static void test_junit(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    struct diag *diag = diag_add(&f.diags, STR("default-credentials"), SEVERITY_ERROR,
        span_of(&f, 1, "production"), "a <b> & \"c\"\x01");
    diag->variable = STR("A");
    expect("junit", written(&f, &report_junit),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        " <testsuite name=\"bootgate production\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"
        "  <testcase classname=\".env\" name=\"default-credentials A\"><failure type=\"error\" message=\"a "
        "&lt;b&gt; "
        "&amp; &quot;c&quot;\\x01\">.env:1:9</failure></testcase>\n"
        "  <testcase classname=\"bootgate\" name=\"loopback-host\"/>\n"
        " </testsuite>\n</testsuites>\n");
    arena_free(&f.arena);
}

static void test_gitlab_fingerprints_differ(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    for (int i = 0; i < 3; i++)
        diag_add(&f.diags, STR("x"), SEVERITY_WARNING, span_make(1, (size_t)i, 1), "same");
    str got = written(&f, &report_gitlab);
    json_t *list = json_loadb(got.ptr, got.len, 0, NULL);
    assert_int_equal(json_array_size(list), 3);
    json_t *seen = json_object();
    for (size_t i = 0; i < 3; i++)
        json_object_set_new(
            seen, json_string_value(json_object_get(json_array_get(list, i), "fingerprint")), json_true());
    assert_int_equal(json_object_size(seen), 3);
    json_decref(seen);
    json_decref(list);
    arena_free(&f.arena);
}

/* Columns of SARIF count UTF-16 units, those of the line they stand in. */
static void test_sarif_columns(void **state)
{
    (void)state;
    struct fixture f;
    start(&f);
    source_add(
        &f.sources, SOURCE_ENV, STR("d\xC3\xA9 x.env"), STR("x"), STR("A=\xC3\xA9\xF0\x9F\x94\x92=x\n"));
    diag_add(&f.diags, STR("x"), SEVERITY_WARNING, span_sub(span_of(&f, 3, "x\n"), 0, 1), "m");
    str got = written(&f, &report_sarif);
    json_error_t error;
    json_t *log = json_loadb(got.ptr, got.len, 0, &error);
    if (log == NULL)
        fail_msg("%s in " STR_FMT, error.text, STR_ARG(got));
    json_t *result =
        json_array_get(json_object_get(json_array_get(json_object_get(log, "runs"), 0), "results"), 0);
    json_t *place =
        json_object_get(json_array_get(json_object_get(result, "locations"), 0), "physicalLocation");
    char *text = json_dumps(place, JSON_COMPACT);
    expect("sarif location", str_from_c(text),
        "{\"artifactLocation\":{\"uri\":\"d%C3%A9%20x.env\",\"uriBaseId\":\"%SRCROOT%\"},"
        "\"region\":{\"startLine\":1,\"startColumn\":7,\"endLine\":1,\"endColumn\":8}}");
    free(text);
    json_decref(log);
    arena_free(&f.arena);
}

static void test_color_precedence(void **state)
{
    (void)state;
    static const struct {
        const char *option;
        const char *environment[4];
        bool is_terminal, want;
    } cases[] = {
        {"auto", {NULL}, true, true},
        {"auto", {NULL}, false, false},
        {"", {NULL}, true, true},
        {"always", {"NO_COLOR=1"}, false, true},
        {"never", {"FORCE_COLOR=1"}, true, false},
        {"auto", {"NO_COLOR=1", "FORCE_COLOR=1"}, true, false},
        {"auto", {"NO_COLOR="}, true, true},
        {"auto", {"FORCE_COLOR=1"}, false, true},
        {"auto", {"FORCE_COLOR=0"}, true, false},
        {"auto", {"CLICOLOR_FORCE=1"}, false, true},
        {"auto", {"CLICOLOR_FORCE=0"}, true, true},
        {"auto", {"CLICOLOR_FORCE=1", "CLICOLOR=0"}, false, true},
        {"auto", {"CLICOLOR=0"}, true, false},
        {"auto", {"CLICOLOR=1"}, false, false},
        {"auto", {"TERM=dumb"}, true, false},
        {"auto", {"TERM=xterm"}, true, true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct keeper keeper = {.environment = cases[i].environment, .is_terminal = cases[i].is_terminal};
        struct host host = keeper_host(&keeper);
        bool got = paint_wanted(&host, str_from_c(cases[i].option), 1);
        if (got != cases[i].want)
            fail_msg("case %zu: wanted %d, got %d", i, cases[i].want, got);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_frame),
        cmocka_unit_test(test_text_places),
        cmocka_unit_test(test_quiet_and_color),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_texts),
        cmocka_unit_test(test_github),
        cmocka_unit_test(test_github_any_byte),
        cmocka_unit_test(test_junit),
        cmocka_unit_test(test_junit_failures),
        cmocka_unit_test(test_gitlab_fingerprints_differ),
        cmocka_unit_test(test_sarif_columns),
        cmocka_unit_test(test_color_precedence),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
