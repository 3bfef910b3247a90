#include "uses.h"

#include "sentinel.h"

#define ENV_FILE "APP_ENV=production\nDATABASE_URL=¤\n"
#define COMPOSE_MAP                                                                                          \
    "services:\n  app:\n    image: example/app\n    ports: ['5432:5432']\n    environment:\n"                \
    "      APP_ENV: production\n      DATABASE_URL: '¥'\n  db:\n    image: postgres:16\n"
#define COMPOSE_LIST                                                                                         \
    "services:\n  app:\n    image: example/app\n    environment:\n      - 'DATABASE_URL=¥'\n      - "       \
    "API_URL=http://x\n"
#define COMPOSE_COMMAND                                                                                      \
    "services:\n  app:\n    image: redis:7\n    command: ['run', '--url', '¥']\n"                           \
    "    healthcheck: {test: ['CMD', 'ping', '¥']}\n    labels: {url: '¥'}\n    build: {args: {URL: '¥'}}\n"
#define CONFIG                                                                                               \
    "version: 1\nvars:\n  DATABASE_URL: {type: int, driver: asyncpg, default: '¥'}\n"                       \
    "rules:\n  - id: odd\n    assert: DATABASE_URL == 'x'\n"                                                 \
    "budget:\n  consumers:\n    app: {server: DATABASE_URL, each: 20}\n"

#define MENDABLE                                                                                             \
    "APP_ENV=production\n# first\nDATABASE_URL=\"¤\" # and ¤\nA=1\nexport CACHE_URL='¤'\nA=2\n"           \
    "DATABASE_URL='¤'\n"
#define READERS "version: 1\nread-by: [compose, docker, python]\nvars:\n  DATABASE_URL: {driver: asyncpg}\n"

static const struct use uses[] = {
    {.command = "dsn parse -- ¤", .for_all = true},
    {.command = "dsn parse -v -- ¤", .for_all = true},
    {.command = "dsn parse --format json -- ¤", .for_all = true},
    {.command = "dsn parse --env X", .variable = "X=¤", .for_all = true},
    {.command = "dsn parse -", .input = "¤\n", .for_all = true},
    {.command = "dsn rewrite --to sync -- ¤", .reveals = true, .for_all = true},
    {.command = "dsn rewrite --to async -- ¤", .reveals = true, .for_all = true},
    {.command = "dsn rewrite --to libpq -- ¤", .reveals = true, .for_all = true},
    {.command = "dsn rewrite --to asyncpg --env X", .variable = "X=¤", .reveals = true, .for_all = true},
    {.command = "check", .env = ENV_FILE},
    {.command = "check -v --mode development", .env = ENV_FILE},
    {.command = "check --format json", .env = ENV_FILE},
    {.command = "check --format sarif", .env = ENV_FILE},
    {.command = "check --format github", .env = ENV_FILE},
    {.command = "check --format gitlab", .env = ENV_FILE},
    {.command = "check --format junit", .env = ENV_FILE},
    {.command = "check -v", .env = "APP_ENV=production\nDATABASE_URL='¤' # ¤\nCACHE_URL=\"¤\"\n"},
    {.command = "check -v", .env = ENV_FILE, .config = CONFIG},
    {.command = "check --format json", .env = ENV_FILE, .config = CONFIG},
    {.command = "check --write-baseline baseline.json", .env = ENV_FILE},
    {.command = "graph", .env = ENV_FILE},
    {.command = "graph --format dot", .env = ENV_FILE},
    {.command = "graph --format json", .env = ENV_FILE},
    {.command = "budget", .env = ENV_FILE, .config = CONFIG},
    {.command = "budget --format json", .env = ENV_FILE, .config = CONFIG},
    {.command = "env", .env = ENV_FILE},
    {.command = "env --as python --format json", .env = ENV_FILE},
    {.command = "env --compare", .env = ENV_FILE},
    {.command = "env --compare --format json", .env = ENV_FILE},
    {.command = "init --stdout", .env = ENV_FILE},
    {.command = "fix", .env = MENDABLE, .config = READERS},
    {.command = "fix -v", .env = MENDABLE, .compose = COMPOSE_MAP, .config = READERS},
    {.command = "fix --write", .env = MENDABLE, .config = READERS},
    {.command = "check --format json", .env = MENDABLE, .config = READERS},
    {.command = "check --format sarif", .env = MENDABLE, .compose = COMPOSE_MAP, .config = READERS},
    {.command = "rotate DATABASE_URL --dry-run", .env = ENV_FILE},
    {.command = "rotate DATABASE_URL --write", .env = MENDABLE, .config = READERS},
    {.command = "rotate DATABASE_URL --write --sql change.sql", .compose = COMPOSE_MAP},
    {.command = "rotate CACHE_URL --dry-run", .env = MENDABLE, .compose = COMPOSE_MAP},
    {.command = "env --to docker", .env = ENV_FILE},
    {.command = "env --to portable", .env = MENDABLE, .config = READERS},
    {.command = "env --as python --to secret shop", .env = ENV_FILE},
    {.command = "env --to configmap shop", .env = MENDABLE},
    {.command = "env --to docker-secrets --write secrets", .env = ENV_FILE},
    {.command = "check -v", .compose = COMPOSE_MAP},
    {.command = "check --format json", .compose = COMPOSE_MAP},
    {.command = "graph", .compose = COMPOSE_MAP},
    {.command = "graph --format dot", .compose = COMPOSE_MAP},
    {.command = "env --service app --explain", .compose = COMPOSE_MAP},
    {.command = "env --service app --format json", .compose = COMPOSE_MAP},
    {.command = "init --stdout", .compose = COMPOSE_MAP},
    {.command = "check -v", .compose = COMPOSE_LIST},
    {.command = "check --format sarif", .compose = COMPOSE_LIST},
    {.command = "env --service app --explain --format json", .compose = COMPOSE_LIST},
    {.command = "check -v", .compose = COMPOSE_COMMAND},
    {.command = "env --service app --explain", .compose = COMPOSE_COMMAND},
    {.command = "env --service app --format json", .compose = COMPOSE_COMMAND},
    {.command = "budget", .compose = COMPOSE_COMMAND},
    {.command = "live -v", .env = ENV_FILE, .config = CONFIG},
    {.command = "live --format json", .env = ENV_FILE, .config = CONFIG},
    {.command = "live", .compose = COMPOSE_MAP},
    {.command = "live --format sarif", .compose = COMPOSE_LIST},
    {.command = "budget --live", .env = ENV_FILE, .config = CONFIG},
    {.command = "graph --live", .compose = COMPOSE_MAP},
    {.command = "graph --live --format json", .compose = COMPOSE_MAP},
    {.command = "exec --live -- app", .variable = "DATABASE_URL=¤"},
    {.command = "exec --dry-run -- app --url ¤", .variable = "DATABASE_URL=¤"},
    {.command = "exec -- app", .variable = "DATABASE_URL=¤"},
    {.command = "exec --format json -- app", .variable = "DATABASE_URL=¤"},
    {.command = "exec --allow dsn-syntax --allow dsn-ambiguous --wait -- app", .variable = "DATABASE_URL=¤"},
    {.command = "exec --set SYNC_URL=sync:DATABASE_URL -- app", .variable = "DATABASE_URL=¤"},
    {.command = "wait DATABASE_URL -v", .variable = "DATABASE_URL=¤"},
    {.command = "wait -v -- ¤"},
    {.command = "graph --format svg", .env = ENV_FILE},
    {.command = "graph --format mermaid", .env = ENV_FILE},
    {.command = "check --format html", .env = ENV_FILE},
    {.command = "budget --format svg", .env = ENV_FILE, .config = CONFIG},
    {.command = "graph --format svg", .compose = COMPOSE_MAP},
    {.command = "graph --format mermaid", .compose = COMPOSE_MAP},
    {.command = "check --format html", .compose = COMPOSE_MAP},
};

size_t use_count(void)
{
    return ARRAY_COUNT(uses);
}

const struct use *use_at(size_t index)
{
    return &uses[index];
}

static str replace(struct arena *arena, str text, str mark, str by)
{
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    size_t at;
    while ((at = str_find(text, mark)) != STR_NONE) {
        buf_str(&out, str_take(text, at));
        buf_str(&out, by);
        text = str_skip(text, at + mark.len);
    }
    buf_str(&out, text);
    return buf_view(&out);
}

static const char *fill(struct arena *arena, str template, str text)
{
    str quoted = replace(arena, text, STR("'"), STR("''"));
    str filled = replace(arena, replace(arena, template, STR(USE_YAML), quoted), STR(USE_STRING), text);
    return arena_c_string(arena, filled);
}

static void add_file(
    struct arena *arena, struct world *world, const char *path, const char *template, str text)
{
    if (template)
        world_file(world, path, fill(arena, str_from_c(template), text));
}

void use_prepare(
    struct arena *arena, struct world *world, const struct use *use, str text, const char **ret_words)
{
    world_clear(world);
    add_file(arena, world, MEMORY_DIRECTORY "/.env", use->env, text);
    add_file(arena, world, MEMORY_DIRECTORY "/bootgate.yaml", use->config, text);
    add_file(arena, world, MEMORY_DIRECTORY "/compose.yaml", use->compose, text);
    if (use->variable)
        world_variable(world, fill(arena, str_from_c(use->variable), text));
    if (use->input)
        world->input = fill(arena, str_from_c(use->input), text);
    size_t count = 0;
    str rest = str_from_c(use->command), word;
    while (str_next(&rest, ' ', &word))
        ret_words[count++] = fill(arena, word, text);
    ret_words[count] = NULL;
}
