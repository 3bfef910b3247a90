/*
 * What bootgate-live answers, read by bootgate over one deployment: a program, a pooler, a server. No crash;
 * places of findings lie inside their sources; a login that nobody answered for is never accepted;
 * the same twice.
 */
#include "input.h"
#include "tree.h"

#include "check/check.h"
#include "cli/live_ask.h"
#include "report/live.h"

static const char env_file[] = "APP_ENV=production\nDB_PASSWORD=q8Zt3vLw5Xn2Rk7Bs4Yd9Hc6Mf1\n";
static const char compose_file[] =
    "services:\n"
    "  app:\n    image: registry.example.org/app:1\n    environment:\n"
    "      DATABASE_URL: postgresql://shop:${DB_PASSWORD}@pooler:6432/shop\n"
    "      DIRECT_URL: postgresql://shop:${DB_PASSWORD}@db:5432/shop\n"
    "  pooler: {image: edoburu/pgbouncer, environment: {DB_HOST: db, MAX_CLIENT_CONN: 50}}\n"
    "  db: {image: 'postgres:16', command: postgres -c max_connections=50, environment: {POSTGRES_USER: "
    "shop,\n"
    "    POSTGRES_PASSWORD: '${DB_PASSWORD}'}}\n";
static const char config_file[] = "version: 1\nbudget:\n  servers: {db: {extensions: [vector]}}\n"
                                  "  consumers: {app: {server: DIRECT_URL, each: 10}}\n";

static struct host_run answer(void *self, struct arena *arena, str request)
{
    (void)request;
    return (struct host_run){.output = arena_copy(arena, *(const str *)self)};
}

static void require_settled(const struct facts *facts)
{
    fuzz_require(
        facts->live != NULL && facts->live->logins.count == 3, "both ways and the console are asked");
    vec_each(const struct live_login *, login, &facts->live->logins) {
        fuzz_require(login->state < LIVE_STATE_COUNT, "a state of the table");
        fuzz_require(login->is_answered || login->state != LIVE_ACCEPTED, "silence is no acceptance");
        fuzz_require(login->state == LIVE_ACCEPTED || !login->answer.has_server, "who refuses says nothing");
    }
}

/* Lines and findings as one text. */
static str judge(struct arena *arena, str answers)
{
    struct tree tree = tree_new(arena);
    tree_add(&tree, STR(".env"), str_from_c(env_file));
    tree_add(&tree, STR("compose.yaml"), str_from_c(compose_file));
    tree_add(&tree, STR("bootgate.yaml"), str_from_c(config_file));
    struct host host = tree_host(&tree);
    struct live_pipe pipe = {.self = &answers, .run = answer};
    struct live_asker asker = live_asker_over(&pipe);
    struct check_options options = {.live = &asker};
    struct check_result *result = check_files(arena, &host, &options);
    fuzz_require(result->projects.count == 1, "the deployment is judged");
    require_settled(result->projects.items[0].facts);
    str_vec lines = {0};
    live_lines(arena, result->projects.items[0].facts, &lines);
    json_decref(live_json(sources_gate(&result->sources), result->projects.items[0].facts));
    struct buf text = buf_new(arena, SIZE_MAX / 4);
    vec_each(const str *, line, &lines)
        buf_str(&text, *line);
    vec_each(const struct diag *, diag, &result->diags.list) {
        fuzz_require_inside(&result->sources, diag->at);
        buf_str(&text, diag->message);
    }
    return buf_view(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena first = {0}, second = {0};
    str input = {(const char *)data, size};
    str one = judge(&first, input), two = judge(&second, input);
    fuzz_require(str_eq(one, two), "the same answers, the same judgement");
    arena_free(&first);
    arena_free(&second);
    return 0;
}
