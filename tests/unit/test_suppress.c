#include "unit.h"

#include "base/buf.h"
#include "base/calendar.h"
#include "host/memory.h"
#include "language/pack.h"
#include "rule/baseline.h"
#include "rule/suppress.h"

#define TODAY ((int64_t)20777 * 86400) /* 2026-11-20 */

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

struct world {
    struct sources sources;
    struct diags diags;
    struct source *env;
};

/* One finding of duplicate-key on line 3 about REGION, one of weak-secret on line 4 about DB_PASSWORD. */
static void make_world(struct world *world, str comment)
{
    str text = arena_printf(&arena, "A=1\n" STR_FMT "\nREGION=x\nDB_PASSWORD=y\n", STR_ARG(comment));
    *world = (struct world){.sources.arena = &arena};
    world->diags = (struct diags){.arena = &arena, .sources = &world->sources};
    world->env = source_add(&world->sources, SOURCE_ENV, STR("app/.env"), STR("/p/app/.env"), text);
    size_t region = str_find(text, STR("REGION")), secret = str_find(text, STR("DB_PASSWORD"));
    diag_add(&world->diags, STR("duplicate-key"), SEVERITY_WARNING, span_make(1, region, 6), "set twice")
        ->variable = STR("REGION");
    diag_add(&world->diags, STR("default-credentials"), SEVERITY_ERROR, span_make(1, secret, 11), "weak")
        ->variable = STR("DB_PASSWORD");
}

static void apply(struct world *world, const struct config *config, enum mode mode)
{
    suppress_configs configs = {0};
    vec_push(&arena, &configs, config);
    vec_each(struct diag *, diag, &world->diags.list)
        diag->unit = 1;
    suppress_apply(&world->diags, &world->sources, &configs, mode, TODAY);
}

/* "rule!" for what counts, "rule~reason" for what is suppressed, then messages of added findings. */
static str outcome(struct world *world)
{
    struct buf out = buf_new(&arena, 1 << 16);
    for (size_t i = 0; i < world->diags.list.count; i++) {
        const struct diag *diag = &world->diags.list.items[i];
        buf_printf(&out, "%s" STR_FMT, i > 0 ? " " : "", STR_ARG(i < 2 ? diag->variable : diag->rule));
        if (i >= 2)
            buf_printf(&out, "(" STR_FMT ")", STR_ARG(diag->message));
        else if (diag->suppressed)
            buf_printf(&out, "~" STR_FMT, STR_ARG(diag->suppressed->reason));
    }
    return buf_view(&out);
}

struct row {
    str text, wanted;
};

static void test_comments(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {STR_INIT("# nothing"), STR_INIT("REGION DB_PASSWORD")},
        {STR_INIT("# bootgate: allow duplicate-key reason=\"two writers\""),
            STR_INIT("REGION~two writers DB_PASSWORD")},
        {STR_INIT("  #bootgate:  allow duplicate-key  reason='two writers'  "),
            STR_INIT("REGION~two writers DB_PASSWORD")},
        {STR_INIT("# bootgate: allow duplicate-key reason=\"a\" until=2026-11-20"),
            STR_INIT("REGION~a DB_PASSWORD")},
        {STR_INIT("# bootgate: allow duplicate-key until=2026-11-19 reason=\"a\""),
            STR_INIT("REGION DB_PASSWORD expired-suppression(the suppression of duplicate-key has expired)")},
        {STR_INIT("# bootgate: allow duplicate-key reason=\"a\" until=soon"),
            STR_INIT("REGION DB_PASSWORD expired-suppression(the suppression of duplicate-key has expired)")},
        {STR_INIT("# bootgate: allow duplicate-key"),
            STR_INIT("REGION DB_PASSWORD unused-suppression(this suppression does not count: it gives no "
                     "reason)")},
        {STR_INIT("# bootgate: allow duplicate-kye reason=\"a\""),
            STR_INIT(
                "REGION DB_PASSWORD unused-suppression(this suppression does not count: there is no rule "
                "duplicate-kye: did you mean duplicate-key?)")},
        {STR_INIT("# bootgate: allow env-syntax reason=\"a\""),
            STR_INIT(
                "REGION DB_PASSWORD unused-suppression(nothing to suppress: env-syntax finds nothing here)")},
        {STR_INIT("# bootgate: allow duplicate-key because=\"a\""),
            STR_INIT("REGION DB_PASSWORD unused-suppression(this suppression does not count: it is not "
                     "`allow RULE "
                     "reason=\"…\" [until=YYYY-MM-DD]`)")},
        {STR_INIT("# bootgate: allow duplicate-key reason=\"a\"\n# more\n"),
            STR_INIT("REGION~a DB_PASSWORD")},
        {STR_INIT("B=2 # bootgate: allow duplicate-key reason=\"a\""), STR_INIT("REGION DB_PASSWORD")},
    };
    struct config *config = pack_default(&arena);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct world world;
        make_world(&world, rows[i].text);
        apply(&world, config, MODE_PRODUCTION);
        assert_str(rows[i].text, rows[i].wanted, outcome(&world));
    }
}

static void test_entries(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {STR_INIT("{rule: duplicate-key, reason: a}"), STR_INIT("REGION~a DB_PASSWORD")},
        {STR_INIT("{rule: duplicate-key, file: .env, variable: REGION, reason: a}"),
            STR_INIT("REGION~a DB_PASSWORD")},
        {STR_INIT("{rule: duplicate-key, file: ./app/.env, reason: a}"), STR_INIT("REGION~a DB_PASSWORD")},
        {STR_INIT("{rule: default-credentials, reason: a}"), STR_INIT("REGION DB_PASSWORD~a")},
        {STR_INIT("{rule: duplicate-key, file: env, reason: a}"),
            STR_INIT(
                "REGION DB_PASSWORD unused-suppression(nothing to suppress: duplicate-key finds nothing that "
                "this allows)")},
        {STR_INIT("{rule: duplicate-key, variable: REGIO, reason: a}"),
            STR_INIT(
                "REGION DB_PASSWORD unused-suppression(nothing to suppress: duplicate-key finds nothing that "
                "this allows)")},
        {STR_INIT("{rule: duplicate-key, reason: a, until: 2026-01-01}"),
            STR_INIT("REGION DB_PASSWORD expired-suppression(the suppression of duplicate-key has expired)")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct world world;
        make_world(&world, STR("# nothing"));
        str text = arena_printf(&arena, "allow: [" STR_FMT "]\n", STR_ARG(rows[i].text));
        struct source *source =
            source_add(&world.sources, SOURCE_CONFIG, STR("bootgate.yaml"), STR("/p/bootgate.yaml"), text);
        struct config *config = pack_read(&arena, &world.diags, NULL, source);
        assert_int_equal(world.diags.list.count, 2);
        apply(&world, config, MODE_PRODUCTION);
        assert_str(rows[i].text, rows[i].wanted, outcome(&world));
    }
}

/* A comment beside default credentials counts in development alone. */
static void test_guarded_rule(void **state)
{
    (void)state;
    str text = STR("A=1\n# bootgate: allow default-credentials reason=\"a\"\nDB_PASSWORD=y\n");
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct world world = {.sources.arena = &arena};
        world.diags = (struct diags){.arena = &arena, .sources = &world.sources};
        source_add(&world.sources, SOURCE_ENV, STR(".env"), STR(".env"), text);
        diag_add(
            &world.diags, STR("default-credentials"), SEVERITY_ERROR, span_make(1, text.len - 3, 1), "weak");
        apply(&world, pack_default(&arena), (enum mode)mode);
        assert_int_equal(world.diags.list.items[0].suppressed != NULL, mode == MODE_DEVELOPMENT);
        assert_int_equal(world.diags.list.count, mode == MODE_DEVELOPMENT ? 1 : 2);
    }
}

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t wanted; /* -1: no date */
    } rows[] = {
        {"1970-01-01", 0},
        {"1970-12-31", 364},
        {"2000-02-29", 11016},
        {"2026-11-20", 20777},
        {"2100-03-01", 47541},
        {"9999-12-31", 2932896},
        {"2100-02-29", -1},
        {"2026-02-30", -1},
        {"2026-13-01", -1},
        {"2026-00-10", -1},
        {"2026-1-1", -1},
        {"1969-12-31", -1},
        {"2026/11/20", -1},
        {"", -1},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int64_t day = -1;
        calendar_read_date(str_from_c(rows[i].text), &day);
        if (day != rows[i].wanted)
            fail_msg("«%s» wanted %lld got %lld", rows[i].text, (long long)rows[i].wanted, (long long)day);
    }
}

static void test_baseline(void **state)
{
    (void)state;
    struct world world;
    make_world(&world, STR("# nothing"));
    static const struct memory_file no_files[] = {{0}};
    struct host host = memory_host(no_files);
    struct baseline none = baseline_read(&arena, &world.sources, STR("baseline"), STR(""));
    struct baseline_change change = baseline_write(&world.diags, &host, STR("baseline"), &none);
    assert_str(STR("baseline"),
        STR("# rule, file, variable, service, cause, count: findings that are known; bootgate reports new "
            "ones\n"
            "default-credentials\tapp/.env\tDB_PASSWORD\t\t\t1\n"
            "duplicate-key\tapp/.env\tREGION\t\t\t1\n"),
        change.text);
    assert_int_equal(change.findings, 2);
    assert_int_equal(change.added, 2);
    struct baseline baseline = baseline_read(
        &arena, &world.sources, STR("baseline"), arena_concat(&arena, change.text, STR("a\tb\tc\t\n")));
    diag_add(&world.diags, STR("duplicate-key"), SEVERITY_WARNING, span_make(1, 0, 1), "new")->variable =
        STR("A");
    assert_int_equal(baseline_apply(&baseline, &world.diags), 1);
    assert_non_null(world.diags.list.items[0].suppressed);
    assert_non_null(world.diags.list.items[1].suppressed);
    assert_null(world.diags.list.items[2].suppressed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_guarded_rule),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
