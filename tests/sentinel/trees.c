#include "trees.h"

#define APP "services:\n  app:\n    image: example/app\n"

static const struct tree trees[] = {
    {"values of secret variables",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\nADMIN_PW='§'\nAPI_TOKEN=\"§\"\nexport GITHUB_PAT=§\n"
                  "SLACK_WEBHOOK_URL=https://hooks.example.org/services/§\nWALLET_MNEMONIC=§\nADMIN_PIN=§\n"
                  "JWT_SECRET = §\nAPI_KEYS=§,§\nADMIN_PASSWORD_HASH=§\n"},
            {"compose.yaml", APP "    env_file: .env\n"}},
        {0}},
    {"secrets that are said twice, and again elsewhere",
        {{".env", "APP_ENV=production\nAPI_TOKEN=§\nAPI_TOKEN=§\nBACKUP_TARGET=x§y\nGREETING=§ # §\n"},
            {".env.example", "API_TOKEN=§\nOTHER_TOKEN=§\n"}},
        {0}},
    {"secrets over lines",
        {{".env", "APP_ENV=production\nPRIVATE_KEY=\"-----BEGIN\n§\n§\n-----END\"\nDB_PASSWORD='one\n§'"
                  "\nPORT=§\n"}},
        {0}, "="},
    {"malformed lines",
        {{".env", "A=1\nPASSWORD §\n=§\nexport §\nSECRET='§\nMORE=§\n"},
            {"compose.yaml", APP "    env_file: [.env]\n"}},
        {0}, "=:"},
    {"a quote that is never closed", {{".env", "APP_ENV=production\nDB_PASSWORD=\"§\nNEXT=1\n"}}, {0}},
    {"bytes behind a closing quote", {{".env", "DB_PASSWORD='x'§\nAPI_TOKEN=\"x\"§\nJWT_SECRET=`x`§\n"}}, {0},
        "=:"},
    {"names that no name may be", {{".env", "DB-PASSWORD=§\n1TOKEN=§\nMY PASSWORD=§\nPASSWORT: §\n"}}, {0}},
    {"behind a dollar",
        {{".env", "APP_ENV=production\nDB_PASSWORD=a$§\nAPI_TOKEN=\"a${§}\"\nJWT_SECRET=$§\n"
                  "DATABASE_URL=postgres://u:a$§@h/d\nCACHE_URL=redis://:${§}x@h:6379/"
                  "0\nADMIN_PASSWORD=a${§:-x}\n"},
            {"compose.yaml",
                APP "    environment:\n      - JWT_SECRET=$2b$12$§\n      - ADMIN_TOKEN=a$§\n  web:\n"
                    "    image: redis:7\n    environment:\n"
                    "      ADMIN_PASSWORD: a${§}\n      BROKER_URL: amqp://u:a$§@h\n"}},
        {0}, "?="},
    {"behind a dollar in a command",
        {{"compose.yaml", "services:\n  cache:\n    image: redis:7\n    ports: ['6379:6379']\n"
                          "    command: redis-server --requirepass a$§\n"}},
        {0}, "?=;&|()<>` \t"}, /* a shell's words end there */
    {"references that no reader can read",
        {{".env", "A_PASSWORD=§${\nB_PASSWORD=${X:?§}\nC_TOKEN=${A:-§\n"},
            {"compose.yaml", APP "    environment:\n      P_TOKEN: ${P:?§}\n      Q_TOKEN: '${Q§'\n"}},
        {0}},
    {"commands in the value",
        {{".env", "APP_ENV=production\nDB_PASSWORD=$(echo §)\nAPI_TOKEN=`echo §`\nPASSWORD=x; echo §\n"},
            {"bootgate.yaml", "version: 1\nread-by: [shell, ruby, compose]\n"}},
        {0}},
    {"comments",
        {{".env", "APP_ENV=production\nDB_HOST=localhost # password is §\nPORT=x # §\n# "
                  "DB_PASSWORD=§\nDB_PORT=99999 #§\n"},
            {"compose.yaml", APP "    ports: ['5432:5432'] # password §\n  db:\n    image: postgres:16 # §\n"
                                 "    ports: ['5432:5432']\n    environment: # §\n      POSTGRES_PASSWORD: "
                                 "postgres # not §\n"}},
        {0}},
    {"an image",
        {{".env", "APP_ENV=production\nAPI_TOKEN=§\n"},
            {"Dockerfile",
                "ARG API_KEY=§\nFROM python:3\nARG API_KEY\nARG TOKEN\nENV DB_PASSWORD=§ A_TOKEN='§' \\\n"
                "  B_TOKEN=\"§\" C_TOKEN=$API_KEY\nENV SECRET_KEY §\nCOPY .env /\n"
                "ENV DATABASE_URL=postgres://u:§@localhost/d\n"
                "CMD [\"serve\", \"--password=§\"]\n"},
            {"compose.yaml", "services:\n  app:\n    build: {context: ., args: {TOKEN: '§'}}\n"}},
        {0}, "$`\"'\\ "}, /* words and expansions end there */
    {"a Dockerfile that is refused",
        {{"Dockerfile", "FROM python:3\nENV DB_PASSWORD=§ API_TOKEN=§ §\n"},
            {"compose.yaml", "services:\n  app:\n    build: .\n"}},
        {0}, "="},
    {"an image of unknown variables",
        {{"Dockerfile", "FROM python:3\nENV DB_PASSWORD=${X:?§}\n"},
            {"compose.yaml", "services:\n  app:\n    build: .\n"}},
        {0}},
    {"plain settings beside secrets",
        {{".env",
            "APP_ENV=production\nDB_HOST=localhost\nDB_PORT=5432\nDB_USER=app\nDB_NAME=app\nDB_PASSWORD=§\n"
            "POSTGRES_PASSWORD=§\nREDIS_PASSWORD=§\nREDIS_HOST=127.0.0.1\nPOOL_SIZE=x\n"}},
        {0}},
    {"the mode", {{".env", "APP_ENV=§\nAPP_ENV_PASSWORD=§\nNODE_ENV=§\nDB_PASSWORD=§\n"}}, {0}},
    {"a project with all of it",
        {{".env",
             "APP_ENV=production\nPOSTGRES_PASSWORD=§\nDATABASE_URL=postgresql://app:§@localhost:5432/app\n"},
            {".env.example", "POSTGRES_PASSWORD=§\n"},
            {"bootgate.yaml",
                "version: 1\ndefaults: [{user: app, password: '§'}]\nvars:\n"
                "  POSTGRES_PASSWORD: {secret: true, min-length: 99, forbid: ['§']}\n  DATABASE_URL: {type: "
                "int}\n"
                "rules:\n  - id: same\n    agree: [POSTGRES_PASSWORD, INLINE_PASSWORD, MODE]\n"
                "  - id: odd\n    assert: POSTGRES_PASSWORD == 'x'\n    message: not the password §\n"
                "    help: it is §\n    good: {env: \"DB_PASSWORD=§\"}\n    bad: {env: \"DB_PASSWORD=§\"}\n"
                "derive: {MADE_URL: 'postgres://u:${POSTGRES_PASSWORD}@localhost/d'}\n"},
            {"compose.yaml", "services:\n  db:\n    image: postgres:16\n    environment:\n      "
                             "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n"
                             "    ports: [\"5432:5432\"]\n"
                             "  app:\n    image: example/app\n    environment:\n"
                             "      DATABASE_URL: ${DATABASE_URL}\n      INLINE_PASSWORD: '§'\n      "
                             "INLINE_URL: 'postgresql://app:§@db:5432/app'\n"
                             "      FALLBACK: '${UNSET_SECRET:-§}'\n    command: [\"run\", \"--password\", "
                             "'§']\n    env_file: [extra.env]\n"},
            {"extra.env", "API_TOKEN=§\nAPI_TOKEN=§\nKEY=\"§\n"}},
        {0}, "#"},
    {"places of a Compose file",
        {{"compose.yaml",
            "x-common: &common\n  ADMIN_PASSWORD: '§'\n"
            "services:\n  app:\n    image: 'registry.example.org/app:1'\n    build:\n      context: .\n"
            "      args: {NPM_TOKEN: '§', PAT: '§'}\n    environment:\n      <<: *common\n      DB_PW: '§'\n"
            "    command: ['serve', '--password', '§', '--token=§', '-a', '§']\n"
            "    entrypoint: ['sh', '-c', 'psql postgres://u:§@h/d']\n"
            "    healthcheck: {test: ['CMD', 'redis-cli', '-a', '§', 'ping']}\n"
            "    labels: ['app.password=§', 'traefik.http.middlewares.a.basicauth.users=ops:§']\n"
            "    logging: {driver: x, options: {token: '§'}}\n    network_mode: host\n    ports: ['80:80']\n"
            "  cache:\n    image: redis:7\n    command: redis-server --requirepass '§'\n    ports: "
            "['6379:6379']\n"
            "  db:\n    image: mysql:8\n    environment: ['MYSQL_ROOT_PASSWORD=§', 'MYSQL_PASSWORD=x§']\n"
            "    command: mysqld --password='§' -p§\n"
            "    healthcheck: {test: 'mysqladmin ping -p§'}\n"
            "volumes: {nfs: {driver_opts: {o: 'username=u,password=§'}}}\n"
            "configs: {c: {content: 'password=§'}}\n"}},
        {0}},
    {"a Compose file that is no YAML",
        {{".env", "POSTGRES_PASSWORD=§\n"},
            {"compose.yaml", APP "    environment:\n      PASSWORD: \"§\n    ports: [\n"}},
        {0}},
    {"YAML that breaks at the secret",
        {{"compose.yaml", APP "    environment:\n      DB_PASSWORD: §: §\n      API_TOKEN: [§\n"}}, {0}},
    {"keys and types that Compose refuses",
        {{"compose.yaml",
            APP "    environment:\n      - PASSWORD: §\n    ports: '§'\n    passwrd: '§'\n    password: '§'\n"
                "    environmnt: {DB_PASSWORD: '§'}\n    restart: ['§']\n"}},
        {0}},
    {"connection strings where Compose wants a path",
        {{"compose.yaml", "include: ['pg://u:§@h/d']\n" APP "    env_file: 'pg://u:§@h/e'\n"
                          "  web:\n    extends: {file: 'pg://u:§@h/f', service: app}\n"}},
        {"BOOTGATE_CONFIG=pg://u:§@h/g"}, "?#@:/\\ '\"`%$<>"},
    {"connection strings where Compose wants a name",
        {{"compose.yaml", APP "    depends_on: ['pg://u:§@h/d']\n    networks: ['pg://u:§@h/e']\n"
                              "    'pg://u:§@h/f': x\n  'pg://u:§@h/g':\n    image: x\n"}},
        {0}, "?#@:/\\ '\"`%$<>="},
    {"a connection string where Compose wants an image",
        {{"compose.yaml", "services:\n  app:\n    image: 'pg://u:§@h/d'\n"}}, {0}, "?#@:/\\ '\"`%$<>"},
    {"a bootgate.yaml that cannot be used",
        {{".env", "POSTGRES_PASSWORD=§\n"},
            {"bootgate.yaml", "version: 1\ndefaults: [{user: app, passwrd: '§'}, {password: ['§']}]\n"
                              "vars:\n  X_PASSWORD: {patern: '§', default: '§'}\nmode: ${DB_PASSWORD:-§}\n"}},
        {0}},
    {"a rule that names it",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\n"},
            {"bootgate.yaml",
                "version: 1\nrules:\n  - id: bad\n    assert: DB_PASSWORD != '§'\n"
                "    message: '{DB_PASSWORD} is §'\n  - id: type\n    assert: DB_PASSWORD + 1 > 2\n"}},
        {0}, "#"},
    {"secret files",
        {{".env", "POSTGRES_PASSWORD_FILE=/run/secrets/pw\nPOSTGRES_PASSWORD=§\n"},
            {"compose.yaml",
                "services:\n  db:\n    image: postgres:16\n    environment:\n"
                "      POSTGRES_PASSWORD_FILE: /run/secrets/pw\n      POSTGRES_PASSWORD: '§'\n      "
                "API_URL_FILE: /run/secrets/url\n"
                "    secrets: [pw, url]\nsecrets:\n  pw: {file: ./pw.txt}\n  url: {file: ./url.txt}\n"},
            {"pw.txt", "§\n"}, {"url.txt", "postgres://u:§@localhost/d\n"}},
        {0}, " \t"},
    {"a pooler's lists",
        {{".env", "PGPASSWORD=§\nPGHOST=localhost\n"},
            {"compose.yaml", "services:\n  bouncer:\n    image: edoburu/pgbouncer\n    environment:\n      "
                             "DB_PASSWORD: '§'\n    volumes:\n"
                             "      - ./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini\n      - "
                             "./userlist.txt:/etc/pgbouncer/userlist.txt\n"
                             "  db:\n    image: postgres:16\n    volumes: "
                             "['./postgresql.conf:/etc/postgresql/postgresql.conf']\n"
                             "    command: postgres -c config_file=/etc/postgresql/postgresql.conf\n"},
            {"pgbouncer.ini", "[databases]\nx = host=db password=§\n* = host=h password='§' "
                              "pool_size=x\n[pgbouncer]\nmax_client_conn = §\n"
                              "auth_query = select '§'\ndefault_pool_size = x\n"},
            {"postgresql.conf",
                "max_connections = x # §\nprimary_conninfo = 'host=h password=§'\nshared_buffers = §\n"},
            {"userlist.txt", "\"u\" \"§\"\n\"v\" \"SCRAM-SHA-256$4096:§\"\n"}},
        {0}},
    {"the process environment",
        {{".env", "APP_ENV=production\nA=${DB_PASSWORD}\n"},
            {"compose.yaml", APP "    environment: [DB_PASSWORD, 'API_TOKEN=${DB_PASSWORD}']\n"}},
        {"DB_PASSWORD=§", "POSTGRES_PASSWORD=§", "DATABASE_URL=postgres://u:§@localhost/d",
            "APP_ENV=production"}},
    {"the process environment with odd values", {{".env", "APP_ENV=production\n"}},
        {"PGPASSWORD=§", "DATABASE_URL=postgres://u:§@h:x", "REDIS_URL=redis://:§@127.0.0.1:99999/x",
            "NODE_ENV=§"}},
    {"a baseline",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\nDATABASE_URL=postgres://u:§@localhost/d\n"},
            {"baseline.json",
                "{\"version\": 1, \"findings\": [{\"rule\": \"§\", \"file\": \"§\"}, \"§\"]}\n"}},
        {0}},
    {"a baseline that is none",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\n"},
            {"baseline.json", "{\"version\": 1, \"password\": \"§\n"}},
        {0}},
};

static const char *const commands[] = {
    "check",
    "check -v",
    "check --format json",
    "check --format sarif",
    "check --format github",
    "check --format gitlab",
    "check --format junit",
    "check -v --mode development",
    "check --mode development --format json",
    "check .env",
    "check .env.example",
    "check --fail-on note -f compose.yaml",
    "check --env-file .env --env-file extra.env",
    "check -v --baseline baseline.json",
    "check --write-baseline new.json",
    "check --config bootgate.yaml --format sarif",
    "check compose.yaml --format github",
    "check pgbouncer.ini",
    "check pw.txt",
    "check missing.env",
    "exec --dry-run --env-file .env -- app --password §",
    "exec --env-file .env --env-file extra.env -- app",
    "exec --dry-run --expand-files -- redis-cli -a § --token=§ redis://:§@h",
    "exec --format json --config bootgate.yaml -- app",
    "exec --dry-run -v -- redis-server --requirepass §",
    "env",
    "env --format json",
    "env .env --as docker",
    "env .env --as podman",
    "env .env --as kubectl",
    "env .env --as python",
    "env .env --as node",
    "env .env --as node-expand",
    "env .env --as node-builtin",
    "env .env --as ruby",
    "env .env --as go",
    "env .env --as rust",
    "env .env --as systemd",
    "env .env --as shell",
    "env .env --compare",
    "env .env --compare --format json",
    "env --service app --explain",
    "env --service app --explain --format json",
    "env --service db --explain",
    "env --service cache --format json",
    "env --service web --explain",
    "budget",
    "budget --format json",
    "budget -v",
    "graph",
    "graph --format dot",
    "graph --format json",
    "init --stdout",
    "init",
    "rules test bootgate.yaml",
    "rules test bootgate.yaml --format json",
    "rules §",
    "wait -v",
    "wait DATABASE_URL",
    "env --as §",
    "env --service §",
    "check --format §",
    "check --mode=§",
    "env --reveal=§",
    "§",
    "dsn rewrite --to § postgres://h/d",
};

size_t tree_count(void)
{
    return ARRAY_COUNT(trees);
}

const struct tree *tree_at(size_t index)
{
    return &trees[index];
}

size_t tree_command_count(void)
{
    return ARRAY_COUNT(commands);
}

const char *tree_command_at(size_t index)
{
    return commands[index];
}
