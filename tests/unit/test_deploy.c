#include "unit.h"

#include "compose/compose.h"
#include "deploy/command.h"
#include "deploy/image.h"
#include "deploy/path.h"
#include "env/file_form.h"
#include "host/memory.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct deployment *load(const char *compose)
{
    struct memory_file files[] = {{"/app/compose.yaml", compose}, {NULL, NULL}};
    struct sources *sources = arena_new(&arena, struct sources);
    struct diags *diags = arena_new(&arena, struct diags);
    struct host host = memory_host(files);
    struct deployment_options options = {0};
    sources->arena = diags->arena = &arena;
    diags->sources = sources;
    return compose_loader.load(&arena, diags, sources, &host, &options);
}

static const char mounts[] = "services:\n"
                             "  app:\n"
                             "    image: app\n"
                             "    volumes:\n"
                             "      - ./etc:/etc/app\n"
                             "      - ./tls:/etc/app/tls\n"
                             "      - data:/etc/app/data\n"
                             "      - ./one.conf:/etc/app/tls/one.conf\n"
                             "      - /:/host\n"
                             "    secrets: [password, token, elsewhere]\n"
                             "    configs: [{source: inline, target: /etc/app/inline.conf}]\n"
                             "volumes: {data: {}}\n"
                             "secrets:\n"
                             "  password: {file: ./password.txt}\n"
                             "  token: {environment: TOKEN}\n"
                             "  elsewhere: {external: true}\n"
                             "configs:\n"
                             "  inline: {content: abc}\n";

static void test_path_takes_the_deepest_mount(void **state)
{
    (void)state;
    static const struct {
        str path;
        enum path_kind kind;
        str file;
    } rows[] = {
        {STR_INIT("/etc/app"), PATH_FILE, STR_INIT("/app/etc")},
        {STR_INIT("/etc/app/"), PATH_FILE, STR_INIT("/app/etc")},
        {STR_INIT("/etc/app/a/b"), PATH_FILE, STR_INIT("/app/etc/a/b")},
        {STR_INIT("/etc/app/tls/key"), PATH_FILE, STR_INIT("/app/tls/key")},
        {STR_INIT("/etc/app/x/../tls/key"), PATH_FILE, STR_INIT("/app/tls/key")},
        {STR_INIT("/etc/app/tlsx"), PATH_FILE, STR_INIT("/app/etc/tlsx")},
        {STR_INIT("/etc/app/tls/one.conf"), PATH_FILE, STR_INIT("/app/one.conf")},
        {STR_INIT("/etc/app/data/x"), PATH_UNKNOWN, STR_INIT("")},
        {STR_INIT("/etc/passwd"), PATH_UNKNOWN, STR_INIT("")},
        {STR_INIT("/host/etc/passwd"), PATH_FILE, STR_INIT("/etc/passwd")},
        {STR_INIT("/run/secrets/password"), PATH_FILE, STR_INIT("/app/password.txt")},
        {STR_INIT("/run/secrets/token"), PATH_VARIABLE, STR_INIT("")},
        {STR_INIT("/run/secrets/elsewhere"), PATH_EXTERNAL, STR_INIT("")},
        {STR_INIT("/etc/app/inline.conf"), PATH_CONTENT, STR_INIT("")},
    };
    const struct deployment *deployment = load(mounts);
    const struct workload *workload = deployment_workload(deployment, STR("app"));
    assert_non_null(workload);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct workload_path path = workload_path(&arena, deployment, workload, rows[i].path);
        assert_str(rows[i].path, rows[i].file, path.file);
        assert_int_equal(path.kind, rows[i].kind);
    }
}

static void test_networks_and_names(void **state)
{
    (void)state;
    const struct deployment *deployment =
        load("services:\n"
             "  a: {image: x, network_mode: host}\n"
             "  b: {image: x, network_mode: 'service:a'}\n"
             "  c: {image: x, network_mode: 'container:other'}\n"
             "  d: {image: x, extra_hosts: ['db=10.0.0.9'], links: ['a:alias']}\n"
             "  e: {image: x, extra_hosts: {db: 10.0.0.9}}\n"
             "networks: {shared: {external: true}, own: {}}\n");
    static const struct {
        str name;
        enum network_kind kind;
        str shares;
        size_t own_names;
    } rows[] = {
        {STR_INIT("a"), NETWORK_MACHINE, STR_INIT(""), 0},
        {STR_INIT("b"), NETWORK_WORKLOAD, STR_INIT("a"), 0},
        {STR_INIT("c"), NETWORK_CONTAINER, STR_INIT(""), 0},
        {STR_INIT("d"), NETWORK_OWN, STR_INIT(""), 3},
        {STR_INIT("e"), NETWORK_OWN, STR_INIT(""), 1},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct workload *workload = deployment_workload(deployment, rows[i].name);
        assert_non_null(workload);
        assert_int_equal(workload->network.kind, rows[i].kind);
        assert_str(rows[i].name, rows[i].shares, workload->network.shares);
        assert_int_equal(workload->own_names.count, rows[i].own_names);
    }
    assert_true(map_has(&deployment->external_networks, STR("shared")));
    assert_false(map_has(&deployment->external_networks, STR("own")));
}

static void test_image_references(void **state)
{
    (void)state;
    struct {
        str text, owner, name, repository, tag;
    } cases[] = {
        {STR("redis"), STR(""), STR("redis"), STR("redis"), STR("")},
        {STR("redis:7"), STR(""), STR("redis"), STR("redis"), STR("7")},
        {STR("bitnami/redis:7@sha256:0a"), STR("bitnami"), STR("redis"), STR("bitnami/redis"), STR("7")},
        {STR("registry:5000/redis"), STR("registry:5000"), STR("redis"), STR("registry:5000/redis"), STR("")},
        {STR("ghcr.io/a/b/c:1"), STR("b"), STR("c"), STR("b/c"), STR("1")},
        {STR(""), STR(""), STR(""), STR(""), STR("")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct image_reference image = image_reference(cases[i].text);
        assert_str(cases[i].text, cases[i].owner, image.owner);
        assert_str(cases[i].text, cases[i].name, image.name);
        assert_str(cases[i].text, cases[i].repository, image.repository);
        assert_str(cases[i].text, cases[i].tag, image.tag);
    }
    assert_str(STR("base"), STR("PASSWORD"), file_form_base(STR("PASSWORD_FILE")));
    assert_str(STR("no base"), STR(""), file_form_base(STR("_FILE")));
    assert_str(STR("another form"), STR(""), file_form_base(STR("PASSWORD_FILES")));
}

/* deploy.update_config decides how many run at the worst moment. */
/* What starts another program is taken off, with its options and their arguments. */
static void test_launchers(void **state)
{
    (void)state;
    static const struct {
        const char *words, *program;
    } rows[] = {
        {"gunicorn -w 8", "gunicorn"},
        {"exec tini -g -- gosu app gunicorn -w 8", "gunicorn"},
        {"tini -p SIGTERM gunicorn", "gunicorn"},
        {"A=1 env -i -u HOME --chdir /srv B=2 gunicorn", "gunicorn"},
        {"env -iu HOME gunicorn", "gunicorn"},
        {"env --unset=HOME gunicorn", "gunicorn"},
        {"nice -n 10 ionice -c3 gunicorn", "gunicorn"},
        {"nice -n10 gunicorn", "gunicorn"},
        {"timeout --signal KILL 30 gunicorn", "gunicorn"},
        {"stdbuf -oL gunicorn", "gunicorn"},
        {"sudo -Eu app gunicorn", "gunicorn"},
        {"setpriv --reuid app --clear-groups gunicorn", "gunicorn"},
        {"uv run --no-sync --extra prod gunicorn", "gunicorn"},
        {"uv sync --extra prod", "uv"},
        {"uv run python -m gunicorn", "gunicorn"},
        {"doppler run -p shop -c prd -- gunicorn", "gunicorn"},
        {"doppler run gunicorn -- x", "gunicorn"},
        {"wait-for-it.sh db:5432 -t 30 -- gunicorn", "gunicorn"},
        {"wait-for-it.sh db:5432 -t 30", "wait-for-it.sh"},
        {"dockerize -wait tcp://db:5432 -timeout 30s gunicorn -- x", "gunicorn"},
        {"dockerize -wait tcp://db:5432 -timeout 30s gunicorn", "gunicorn"},
        {"bootgate exec --env-file .env -- gunicorn", "gunicorn"},
        {"bootgate check", "bootgate"},
        {"nice -n 10", "nice"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct command command = command_split(&arena, str_from_c(rows[i].words), (span){0}, NULL);
        assert_str(str_from_c(rows[i].words), str_from_c(rows[i].program), command_program(&command));
    }
}

/* POSIX.1-2017, Shell Command Language 2.2: what a backslash is depends on the quotes around it. */
static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } rows[] = {
        {"a b\\ c 'd e'f", "<a> <b c> <d ef>"},
        {"a \"\\d+\\.\\n\" '\\d'", "<a> <\\d+\\.\\n> <\\d>"},
        {"\"\\$HOME \\`x\\` \\\"q\\\" \\\\ \"", "<$HOME `x` \"q\" \\ >"},
        {"a \\\n  -w \\\n4 \"b\\\nc\" d\\\ne", "<a> <-w> <4> <bc> <de>"},
        {"a \"b\\", "<a> <b\\>"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct command command = command_split(&arena, str_from_c(rows[i].line), (span){0}, NULL);
        struct buf words = buf_new(&arena, 1000);
        vec_each(const struct command_word *, word, &command.words)
            buf_printf(&words, "%s<" STR_FMT ">", words.len ? " " : "", STR_ARG(word->text));
        assert_str(str_from_c(rows[i].line), str_from_c(rows[i].words), buf_view(&words));
    }
}

/* The script of a shell, wherever its options are. */
static void test_scripts_of_shells(void **state)
{
    (void)state;
    static const struct {
        const char *words, *program;
    } rows[] = {
        {"[sh, -c, exec gunicorn -w 8]", "gunicorn"},
        {"[/bin/bash, -o, pipefail, -c, gunicorn -w 8]", "gunicorn"},
        {"[bash, -euxo, pipefail, -c, gunicorn -w 8]", "gunicorn"},
        {"[bash, --login, -c, gunicorn -w 8]", "gunicorn"},
        {"[bash, --rcfile, /x, -lc, gunicorn -w 8]", "gunicorn"},
        {"[bash, -c, -e, gunicorn -w 8, name]", "gunicorn"},
        {"[bash, +o, posix, -c, gunicorn -w 8]", "gunicorn"},
        {"[tini, --, nice, -n, '5', sh, -c, gunicorn -w 8]", "gunicorn"},
        {"[bash, start.sh, -c, gunicorn]", "bash"},
        {"[bash, -o, pipefail]", "bash"},
        {"[bash, -c]", "bash"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        str compose = arena_printf(&arena, "services: {a: {image: x, command: %s}}\n", rows[i].words);
        const struct workload *workload = deployment_workload(load(compose.ptr), STR("a"));
        struct commands commands = commands_of(&arena, workload);
        assert_int_equal(commands.list.count, 1);
        assert_str(compose, str_from_c(rows[i].program), command_program(&commands.list.items[0]));
    }
}

static void test_replicas_at_the_worst_moment(void **state)
{
    (void)state;
    static const struct {
        const char *update;
        int64_t surge;
    } rows[] = {
        {"{order: start-first}", 1},
        {"{order: start-first, parallelism: 2}", 2},
        {"{order: start-first, parallelism: 0}", 4},
        {"{order: start-first, parallelism: 9}", 4},
        {"{order: stop-first, parallelism: 2}", 0},
        {"{parallelism: 2}", 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        str text = arena_printf(
            &arena, "services:\n  a: {image: x, deploy: {replicas: 4, update_config: %s}}\n", rows[i].update);
        const struct workload *workload = deployment_workload(load(arena_c_string(&arena, text)), STR("a"));
        assert_non_null(workload);
        assert_int_equal(workload->replicas.count, 4);
        assert_int_equal(replicas_surge(&workload->replicas, 4), rows[i].surge);
    }
}

/* How many commands a line of so many copies of a text has. */
static size_t commands_in(const char *text, size_t copies)
{
    struct buf line = buf_new(&arena, 1 << 20);
    for (size_t i = 0; i < copies; i++)
        buf_str(&line, str_from_c(text));
    struct value value = {.text = buf_view(&line), .set = true};
    struct workload workload = {.runs = &value, .environment = {.arena = &arena}};
    return commands_of(&arena, &workload).list.count;
}

/* What nobody wrote and nothing starts is looked into no further. */
static void test_long_lines(void **state)
{
    (void)state;
    assert_int_equal(commands_in("a;", 900), 900);
    assert_int_equal(commands_in("a;", 2000), 0);
    assert_int_equal(commands_in("serve --all ", 10000), 1);
    assert_int_equal(commands_in("serve --all ", 11000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_takes_the_deepest_mount),
        cmocka_unit_test(test_networks_and_names),
        cmocka_unit_test(test_image_references),
        cmocka_unit_test(test_launchers),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_scripts_of_shells),
        cmocka_unit_test(test_replicas_at_the_worst_moment),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
