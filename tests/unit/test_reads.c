/*
 * Nothing passes unread: whatever a run asks the system, an answer other than "it is there" and "there is
 * nothing" makes the verdict impossible. Every question of a rich project is made to fail in turn.
 */
#include "check/check.h"
#include "host/memory.h"
#include "text/reads.h"

#include "unit.h"

/* A deployment that names every kind of file that a verdict hangs on. */
static const struct memory_file files[] = {
    {.path = "/app/.env", .text = "APP_ENV=production\n", .mode = 0600},
    {.path = "/app/.env.example", .text = "APP_ENV=\n"},
    {.path = "/app/.env.production", .text = "A=1\n", .mode = 0600},
    {.path = "/app/.git/index", .text = "DIRC"},
    {.path = "/app/api.env", .text = "B=2\n", .mode = 0600},
    {.path = "/app/baseline.json", .text = "{\"version\": 1, \"findings\": []}\n"},
    {.path = "/app/bootgate.yaml", .text = "version: 1\nextends: [./pack.yaml]\n"},
    {.path = "/app/common.yml", .text = "services: {base: {image: registry.example.org/base:1}}\n"},
    {.path = "/app/compose.yaml",
        .text = "include: [more.yml]\n"
                "services:\n"
                "  api:\n"
                "    extends: {file: common.yml, service: base}\n"
                "    env_file: [api.env, {path: maybe.env, required: false}]\n"
                "    environment: {DB_PASSWORD_FILE: /run/secrets/pw}\n"
                "    secrets: [pw]\n"
                "  db:\n"
                "    image: postgres:16\n"
                "    command: -c config_file=/etc/postgresql.conf\n"
                "    volumes: ['./postgresql.conf:/etc/postgresql.conf']\n"
                "    environment: {POSTGRES_PASSWORD_FILE: /run/secrets/pw}\n"
                "    secrets: [pw]\n"
                "  pool:\n"
                "    image: edoburu/pgbouncer:v1\n"
                "    volumes: ['./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini']\n"
                "secrets: {pw: {file: pw.txt}}\n"},
    {.path = "/app/deploy.sh", .text = "docker compose up\n"},
    {.path = "/app/more.yml", .text = "services: {more: {image: registry.example.org/more:1}}\n"},
    {.path = "/app/pack.yaml", .text = "version: 1\n"},
    {.path = "/app/pgbouncer.ini", .text = "[pgbouncer]\nauth_type = scram-sha-256\n"},
    {.path = "/app/postgresql.conf", .text = "max_connections = 50\n"},
    {.path = "/app/pw.txt", .text = "q7RME9sdMWnbgvHs6qhiBFjfKQw5KZm9", .mode = 0600},
    {0},
};

static const enum host_status faults[] = {
    HOST_DENIED,
    HOST_DANGLING,
    HOST_CIRCLE,
    HOST_NOT_REGULAR,
    HOST_TOO_LONG,
    HOST_CHANGED,
    HOST_FAILED,
};

enum call { CALL_READ, CALL_STAT, CALL_LIST };
static const char *const call_names[] = {"read", "stat", "list"};

/* What only says more where it can be read: nothing passes or fails by it. */
static const str hints[] = {STR_INIT(".sh"), STR_INIT("/.git"), STR_INIT("/var/lib")};

struct question {
    enum call call;
    str path;
};

/* A host that notes what it is asked, and answers one question with a fault. */
struct recorder {
    struct arena *arena;
    struct host under;
    VEC(struct question) asked;
    const struct question *failing; /* NULL: none */
    enum host_status fault;
};

static bool fails(struct recorder *recorder, enum call call, str path)
{
    const struct question *failing = recorder->failing;
    if (failing)
        return failing->call == call && str_eq(failing->path, path);
    for (size_t i = 0; i < recorder->asked.count; i++)
        if (recorder->asked.items[i].call == call && str_eq(recorder->asked.items[i].path, path))
            return false;
    vec_push(recorder->arena, &recorder->asked, ((struct question){call, arena_copy(recorder->arena, path)}));
    return false;
}

static struct host_file read_or_fail(void *self, struct arena *arena, str path, size_t limit)
{
    struct recorder *r = self;
    if (fails(r, CALL_READ, path))
        return (struct host_file){.status = r->fault};
    return r->under.read(r->under.self, arena, path, limit);
}

static struct host_stat stat_or_fail(void *self, str path)
{
    struct recorder *r = self;
    if (fails(r, CALL_STAT, path))
        return (struct host_stat){.status = r->fault};
    return r->under.stat(r->under.self, path);
}

static struct host_entries list_or_fail(void *self, struct arena *arena, str path)
{
    struct recorder *r = self;
    if (fails(r, CALL_LIST, path))
        return (struct host_entries){.status = r->fault};
    return r->under.list(r->under.self, arena, path);
}

static enum host_status visit_below(void *self, str path, struct host_visitor *visitor)
{
    struct recorder *r = self;
    return r->under.visit(r->under.self, path, visitor);
}

static str directory_below(void *self, struct arena *arena)
{
    struct recorder *r = self;
    return r->under.current_directory(r->under.self, arena);
}

static bool getenv_below(void *self, str name, str *ret_value)
{
    struct recorder *r = self;
    return r->under.getenv(r->under.self, name, ret_value);
}

static const char *const *environment_below(void *self)
{
    struct recorder *r = self;
    return r->under.environment(r->under.self);
}

static int64_t now_below(void *self)
{
    struct recorder *r = self;
    return r->under.now(r->under.self);
}

static struct host recorder_host(struct recorder *recorder)
{
    return (struct host){.self = recorder,
        .read = read_or_fail,
        .stat = stat_or_fail,
        .list = list_or_fail,
        .visit = visit_below,
        .current_directory = directory_below,
        .getenv = getenv_below,
        .environment = environment_below,
        .now = now_below};
}

static struct check_result *judge(struct arena *arena, struct recorder *recorder, str_vec paths)
{
    struct host host = recorder_host(recorder);
    struct check_options options = {
        .paths = paths, .deployment = {.search_parents = true}, .baseline = STR("baseline.json")};
    return check_files(arena, &host, &options);
}

static bool is_hint(const struct question *question)
{
    for (size_t i = 0; i < ARRAY_COUNT(hints); i++)
        if (str_contains(question->path, hints[i]))
            return true;
    return false;
}

static bool says_unreadable(const struct check_result *result)
{
    vec_each(const struct diag *, diag, &result->diags.list)
        if (diag->fatal &&
            (str_eq(diag->rule, STR("unreadable-input")) || str_eq(diag->rule, STR("config-syntax"))))
            return true;
    return false;
}

/* Every question × every fault; a run over `paths` (none: the current directory). */
static void try_all(str_vec paths, size_t at_least)
{
    struct arena arena = {0};
    struct recorder recorder = {.arena = &arena, .under = memory_host(files)};
    struct check_result *result = judge(&arena, &recorder, paths);
    if (result->cannot_judge)
        fail_msg("the project cannot be judged: " STR_FMT,
            STR_ARG(result->diags.list.count ? result->diags.list.items[0].message : STR("nothing")));
    size_t tried = 0;
    vec_each(const struct question *, question, &recorder.asked) {
        for (size_t i = 0; i < ARRAY_COUNT(faults) && !is_hint(question); i++, tried++) {
            struct arena inner = {0};
            struct recorder failing = {
                .arena = &inner, .under = memory_host(files), .failing = question, .fault = faults[i]};
            result = judge(&inner, &failing, paths);
            if (!result->cannot_judge || !says_unreadable(result))
                fail_msg("%s " STR_FMT " answered \"" STR_FMT "\": %s", call_names[question->call],
                    STR_ARG(question->path), STR_ARG(host_status_text(faults[i])),
                    result->cannot_judge ? "nothing says why" : "passed unread");
            arena_free(&inner);
        }
    }
    if (tried < at_least)
        fail_msg("only %zu questions were tried, wanted %zu", tried, at_least);
    arena_free(&arena);
}

static void test_every_question_of_a_project(void **state)
{
    (void)state;
    try_all((str_vec){0}, 150);
}

static void test_every_question_of_operands(void **state)
{
    (void)state;
    struct arena arena = {0};
    str_vec paths = {0};
    vec_push(&arena, &paths, STR("."));
    vec_push(&arena, &paths, STR("api.env"));
    try_all(paths, 100);
    arena_free(&arena);
}

static void test_absence_alone_is_forgiven(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    reads_begin(&sources, STR("/app"));
    reads_enter(&sources, STR("there"), HOST_OK, (span){0});
    reads_enter(&sources, STR("not-there"), HOST_MISSING, (span){0});
    assert_true(reads_settle(&sources, &diags));
    assert_int_equal(diags.list.count, 0);
    reads_enter(&sources, STR("closed"), HOST_DENIED, (span){0});
    reads_enter(&sources, STR("/app/closed"), HOST_OK, (span){0}); /* the same file, a second look */
    assert_false(reads_settle(&sources, &diags));
    assert_int_equal(diags.list.count, 1);
    arena_free(&arena);
}

static void test_an_open_entry_does_not_pass(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    reads_begin(&sources, STR("/app"));
    reads_expect(&sources, STR("a.env"));
    reads_expect(&sources, STR("b.env"));
    reads_close(&sources, STR("/app/a.env"));
    assert_false(reads_settle(&sources, &diags));
    assert_int_equal(diags.list.count, 1);
    assert_true(diags.list.items[0].fatal);
    assert_true(str_eq(source_of(&sources, diags.list.items[0].at)->name, STR("b.env")));
    arena_free(&arena);
}

/* In a directory that was removed nothing is found, and the reason is not that nobody looked. */
static void test_nowhere(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    reads_begin(&sources, STR(""));
    reads_expect(&sources, STR("."));
    assert_false(reads_settle(&sources, &diags));
    assert_true(str_contains(diags.list.items[0].message, STR("current directory")));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_question_of_a_project),
        cmocka_unit_test(test_every_question_of_operands),
        cmocka_unit_test(test_absence_alone_is_forgiven),
        cmocka_unit_test(test_an_open_entry_does_not_pass),
        cmocka_unit_test(test_nowhere),
    };
    return cmocka_run_group_tests_name("reads", tests, NULL, NULL);
}
