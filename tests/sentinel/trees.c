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
                          "    command: redis-server --requirepass a$§\n"
                          "  app:\n    image: example/app\n    command: [serve, --password, $§]\n"}},
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
            "    entrypoint: ['sh', '-c', 'A_TOKEN=§ env B_URL=postgres://u:§@h/d psql postgres://u:§@h/d']\n"
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
    {"YAML that breaks in a secret over lines",
        {{"app.yaml",
             "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData:\n  key: \"begin\n§\\q\"\n"},
            {"compose.yaml", APP "    environment:\n      DB_KEY: |\n        begin\n        §\x01\n"}},
        {0}, ":#{}[]"},
    {"secrets that YAML takes for a tag and an anchor",
        {{"compose.yaml", APP "    environment:\n      DB_PASSWORD: !§\n      API_TOKEN: &§\n"}}, {0},
        " \t,[]{}'\"#:&*"},
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
    {"documents in a value",
        {{".env",
             "APP_ENV=production\nAPP_JSON='{\"spring\": {\"password\" : \"§\"}, \"host\": \"${UNSET}\"}'\n"
             "APP_JSON='{\"n\": 1}'\n"},
            {"compose.yaml",
                APP "    environment: {CONFIG_JSON: '{\"x\": \"${GONE}\", \"token\": [\"a\", \"§\"]}'}\n"}},
        {0}, "\\\"'$"},
    {"a baseline",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\nDATABASE_URL=postgres://u:§@localhost/d\n"},
            {"baseline.json",
                "{\"version\": 1, \"findings\": [{\"rule\": \"§\", \"file\": \"§\"}, \"§\"]}\n"}},
        {0}},
    {"a baseline that is none",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\n"},
            {"baseline.json", "{\"version\": 1, \"password\": \"§\n"}},
        {0}},
    {"a manifest",
        {{"app.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\n  annotations: {api-token: "
            "'§'}\nspec:\n"
            "  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: app}}\n    "
            "spec:\n"
            "      initContainers:\n      - name: first\n        image: postgres:16\n"
            "        command: ['psql', 'postgres://u:§@localhost/d']\n        env: [{name: PGPASSWORD, "
            "value: '§'}]\n"
            "      containers:\n      - name: app\n        image: example/app\n"
            "        args: ['serve', '--password', '§', '--token=§']\n        env:\n"
            "        - {name: APP_ENV, value: production}\n"
            "        - {name: DB_PASSWORD, value: '§'}\n"
            "        - {name: DATABASE_URL, value: 'postgres://u:§@localhost:5432/d'}\n"
            "        - {name: OTHER_URL, value: 'postgres://u:$(DB_PASSWORD)@db/d'}\n"
            "        - {name: API_TOKEN, value: 'a$(§)'}\n"
            "        - {name: PORT, value: '§'}\n"
            "        livenessProbe: {exec: {command: ['redis-cli', '-a', '§', 'ping']}}\n"
            "        readinessProbe: {httpGet: {path: '/health?token=§', port: 80, httpHeaders: [{name: "
            "Authorization, "
            "value: 'Bearer §'}]}}\n"
            "        lifecycle: {preStop: {exec: {command: ['sh', '-c', 'PGPASSWORD=§ psql']}}}\n"}},
        {0}},
    {"Secrets of a cluster",
        {{"app.yaml",
            "apiVersion: v1\nkind: List\nitems:\n"
            "- apiVersion: v1\n  kind: Secret\n  metadata: {name: keys}\n  stringData: {DB_PASSWORD: '§', "
            "API_TOKEN: '§', DATABASE_URL: 'postgres://u:§@localhost/d', plain: '§', env: \"A_PASSWORD=§\"}\n"
            "  data: {JWT_SECRET: '¶', COOKIE_KEY: '¶¶', BROKEN: '¶!'}\n"
            "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: settings}\n"
            "  data: {REDIS_PASSWORD: '§', REDIS_URL: 'redis://:§@127.0.0.1:6379/0', port: '§'}\n"
            "- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: app}\n  spec:\n"
            "    selector: {matchLabels: {app: app}}\n    template:\n      metadata: {labels: {app: app}}\n  "
            "    spec:\n"
            "        containers:\n        - name: app\n          image: example/app\n"
            "          envFrom: [{secretRef: {name: keys}}, {configMapRef: {name: settings}}]\n          "
            "env:\n"
            "          - {name: PLAIN, valueFrom: {secretKeyRef: {name: keys, key: plain}}}\n"
            "          - {name: PORT, valueFrom: {secretKeyRef: {name: keys, key: plain}}}\n"
            "          - {name: LINE, value: 'x $(PLAIN) y'}\n"
            "          - {name: MISSING, valueFrom: {secretKeyRef: {name: keys, key: '§'}}}\n"}},
        {0}},
    {"Secrets that nobody reads",
        {{"app.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\ntype: kubernetes.io/dockerconfigjson\n"
            "data: {.dockerconfigjson: '¶', password: ¶\n"
            "---\napiVersion: v1\nkind: Secret\nmetadata: {name: more}\nstringData:\n  password: {nested: "
            "'§'}\n"
            "  other: ['§']\n  key: !!binary ¶\n"
            "---\napiVersion: v1\nkind: Secret\nmetadata: {name: odd}\ndata: {password: §}\nimmutable: '§'\n"
            "stringData: '§'\n"}},
        {0}},
    {"a Secret with faults",
        {{"app.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: more}\nstringData:\n  password: {nested: '§'}\n"
            "  other: ['§']\n  number: 123\n  key: !!binary ¶\n"
            "---\napiVersion: v1\nkind: Secret\nmetadata: {name: odd}\ndata: {password: '§', x: 'a §'}\n"
            "---\napiVersion: v1\nkind: Secret\nmetadata: {name: even, annotations: {last: "
            "'{\"data\":{\"password\":\"¶\"}}'}}\n"
            "stringData: '§'\n"}},
        {0}},
    {"a manifest that is no YAML",
        {{"app.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData:\n  password: \"§\n  "
                      "token: §: §\n"
                      "  key: [§\n"}},
        {0}},
    {"a manifest with names of its own",
        {{"app.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  replicas: "
                      "'§'\n  passwrd: '§'\n"
                      "  template:\n    metadata: {labels: {app: app}}\n    spec:\n      containers:\n      "
                      "- name: app\n"
                      "        image: example/app\n        env:\n        - {name: DB_PASSWORD, vale: '§'}\n"
                      "        - {name: DB_PASSWORD, value: ['§']}\n        - {name: API_TOKEN, value: '§', "
                      "valueFrom: {fieldRef: "
                      "{fieldPath: '§'}}}\n        - {name: TWICE_KEY, value: '§'}\n        - {name: "
                      "TWICE_KEY, value: 'x§'}\n"
                      "        - {name: PIN_CODE, value: 12}\n"}},
        {0}},
    {"operators and scalers of a cluster",
        {{"app.yaml",
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: {name: work}\nspec:\n"
            "  triggers: [{type: postgresql, metadata: {connection: 'postgres://u:§@localhost/d', password: "
            "'§'}}]\n"
            "  jobTargetRef:\n    template:\n      spec:\n        containers:\n        - name: w\n"
            "          image: example/w\n          command: ['work', '--dsn', 'amqp://u:§@127.0.0.1/']\n"
            "          env: [{name: RABBITMQ_PASSWORD, value: '§'}]\n"
            "---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg}\nspec:\n  "
            "instances: 1\n"
            "  postgresql: {parameters: {max_connections: '§', primary_conninfo: 'password=§'}}\n"
            "  bootstrap: {initdb: {owner: app, database: app, secret: {name: login}}}\n"
            "  backup: {barmanObjectStore: {s3Credentials: {key: '§'}}}\n"
            "---\napiVersion: v1\nkind: Secret\nmetadata: {name: login}\ntype: kubernetes.io/basic-auth\n"
            "stringData: {username: app, password: '§'}\n"
            "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: dump}\nspec:\n  schedule: '@daily'\n"
            "  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: dump, image: "
            "'postgres:16', command: [sh, -c, 'pg_dump postgres://u:§@h/d'], env: [{name: PGPASSWORD, value: "
            "'§'}]}]}}}}\n"}},
        {0}},
    {"files in a ConfigMap",
        {{"app.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: files}\ndata:\n"
            "  pgbouncer.ini: |\n    [databases]\n    x = host=db password=§\n    [pgbouncer]\n    "
            "max_client_conn = §\n"
            "  userlist.txt: |\n    \"u\" \"§\"\n"
            "  application.properties: |\n    "
            "spring.datasource.url=jdbc:postgresql://localhost/d?user=u&password=§\n"
            "    spring.datasource.password=§\n    spring.datasource.hikari.maximum-pool-size=§\n"
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n"
            "  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: app}}\n    "
            "spec:\n"
            "      volumes: [{name: f, configMap: {name: files}}]\n      containers:\n"
            "      - {name: app, image: 'eclipse-temurin:21', command: [java, -jar, /app.jar, "
            "--spring.datasource.password=§], workingDir: /w, volumeMounts: [{name: f, mountPath: /w}]}\n"
            "      - {name: pool, image: edoburu/pgbouncer, volumeMounts: [{name: f, mountPath: "
            "/etc/pgbouncer}]}\n"}},
        {0}},
    {"a unit",
        {{"app.env", "DB_PASSWORD=§\nDATABASE_URL=\"postgres://u:§@localhost:x/d\"\nJWT_SECRET='§\n"},
            {"app.service",
                "[Unit]\nDescription=the app # §\n[Service]\nEnvironment=APP_ENV=production DB_PASS=§ "
                "\"API_TOKEN=§\"\n"
                "Environment='SECRET_KEY=§' "
                "REDIS_URL=redis://:§@127.0.0.1:6379/0\nEnvironmentFile=/app/app.env\n"
                "SetCredential=db.password:§\nPassEnvironment=§\nUnsetEnvironment=OLD_PASSWORD=§\n"
                "ExecStartPre=/usr/bin/psql postgres://u:§@localhost/d\n"
                "ExecStart=/usr/bin/app --password § --token=§ --dsn redis://:§@127.0.0.1\n"
                "ExecStartPost=/bin/sh -c 'PGPASSWORD=§ psql'\nPasswrd=§\nUser=§\n"}},
        {0}, "$%\\'\""},
    {"a unit with faults",
        {{"app.service", "[Service]\nEnvironment=DB_PASSWORD=\"§\nEnvironment=\"API_TOKEN=§\" §=x "
                         "'§\nEnvironment=PASSWORD §\n"
                         "Environment=SECRET_KEY=%§ "
                         "A_TOKEN=\\q§\nSetCredential=§\n"
                         "ExecStart=/usr/bin/app --password '§\nExecStart=app "
                         "--password=§\n"}},
        {0}},
    {"an image with files in it",
        {{"Dockerfile", "# syntax=docker/dockerfile:1\nARG TOKEN=§\nFROM python:3 AS base\nLABEL password=§ "
                        "token=\"§\"\n"
                        "COPY <<EOF /app/.env\nDB_PASSWORD=§\nDATABASE_URL=postgres://u:§@localhost/d\nEOF\n"
                        "COPY <<\"EOT\" /etc/pgbouncer/userlist.txt\n\"u\" \"§\"\nEOT\n"
                        "RUN PGPASSWORD=§ psql && curl -u u:§ https://u:§@h/\n"
                        "RUN <<EOF\nexport API_TOKEN=§\nEOF\n"
                        "ADD https://u:§@h/x /x\n"
                        "HEALTHCHECK CMD redis-cli -a § ping\nONBUILD ENV DB_PASSWORD=§\n"
                        "SHELL [\"sh\", \"-c\", \"x §\"]\nENV PGPASSWORD=§\nUSER §\nWORKDIR /w\nEXPOSE §\n"
                        "ENTRYPOINT [\"app\", \"--token=§\", \"postgres://u:§@localhost/d\"]\nCMD "
                        "redis-server --requirepass §\n"},
            {"compose.yaml", "services:\n  app:\n    build: {context: ., args: ['NPM_TOKEN=§']}\n    ports: "
                             "['6379:6379']\n"}},
        {0}, "$`\"'\\ "},
    {"a Dockerfile with faults",
        {{"Dockerfile",
             "FROM python:3\nENV DB_PASSWORD=\"§\nENV A_PASSWORD=§ § B\nARG A_TOKEN=§ §\nCOPY --§ a "
             "b\nPASSWORD=§\n"
             "CMD [\"app\", \"--token=§\", ]\nHEALTHCHECK --interval=§ CMD x\nCOPY <<EOF /x\npassword=§\n"},
            {"compose.yaml", "services:\n  app:\n    build: .\n"}},
        {0}},
    {"settings of Spring",
        {{"Dockerfile",
             "FROM eclipse-temurin:21\nCOPY . /app\nWORKDIR /app\nCMD [\"java\", \"-jar\", \"a.jar\"]\n"},
            {"application.properties",
                "spring.datasource.url=jdbc:postgresql://localhost:5432/d?user=u&password=§\n"
                "spring.datasource.username=u\nspring.datasource.password=§\nspring.datasource.hikari."
                "maximum-pool-size=§\n"
                "api.token=§\nspring.r2dbc.url=r2dbc:postgresql://u:§@localhost/d\n"},
            {"compose.yaml", "services:\n  app:\n    build: .\n    working_dir: /app\n"},
            {"src/main/resources/application.yml",
                "spring:\n  datasource:\n    url: 'jdbc:postgresql://u:§@localhost/d'\n    password: '§'\n"
                "    hikari: {maximum-pool-size: '§'}\n  data: {mongodb: {uri: "
                "'mongodb://u:§@localhost/d'}}\n"}},
        {0}},
    {"settings of Spring beside the program",
        {{"application.properties",
             "spring.datasource.url=jdbc:postgresql://localhost:5432/d?user=u&password=§\n"
             "spring.datasource.username=u\nspring.datasource.password=§\nspring.datasource.hikari.maximum-"
             "pool-size=§\n"
             "api.token=§\nspring.r2dbc.url=r2dbc:postgresql://u:§@localhost/d\n"},
            {"compose.yaml",
                "services:\n  app:\n    image: eclipse-temurin:21\n    command: [java, -jar, /a/a.jar, "
                "'--spring.datasource.password=§']\n"
                "    working_dir: /a\n    volumes: ['./application.properties:/a/application.properties', "
                "'./config/application.yml:/a/config/application.yml']\n"},
            {"config/application.yml",
                "spring:\n  datasource:\n    url: 'jdbc:postgresql://u:§@localhost/d'\n    password: '§'\n"
                "    hikari: {maximum-pool-size: '§'}\n  data: {mongodb: {uri: "
                "'mongodb://u:§@localhost/d'}}\n"}},
        {0}},
    {"settings of other programs",
        {{"airflow.cfg", "[database]\nsql_alchemy_conn = postgresql://u:§@localhost/d\nsql_alchemy_pool_size "
                         "= §\n[core]\nfernet_key = §\n"},
            {"appsettings.json",
                "{\"ConnectionStrings\": {\"Default\": \"Host=localhost;Username=u;Password=§;Maximum Pool "
                "Size=§\"}, \"Token\": \"§\"}\n"},
            {"compose.yaml",
                "services:\n  air:\n    image: apache/airflow:2\n    volumes: "
                "['./airflow.cfg:/opt/airflow/airflow.cfg']\n"
                "  rails:\n    image: example/rails\n    command: [rails, server]\n    working_dir: /r\n    "
                "environment: {RAILS_ENV: production}\n    volumes: ['./config:/r/config']\n"
                "  net:\n    image: mcr.microsoft.com/dotnet/aspnet:8.0\n    command: [dotnet, App.dll]\n    "
                "working_dir: /n\n    volumes: ['./appsettings.json:/n/appsettings.json']\n"
                "  gun:\n    image: example/gun\n    command: [gunicorn, -c, gunicorn.conf.py, app]\n    "
                "working_dir: /g\n    volumes: ['./gunicorn.conf.py:/g/gunicorn.conf.py']\n"
                "  sup:\n    image: example/sup\n    command: [supervisord, -c, /s.conf]\n    volumes: "
                "['./supervisord.conf:/s.conf']\n"},
            {"config/database.yml", "production:\n  url: <%= ENV['DATABASE_URL'] || "
                                    "'postgres://u:§@localhost/d' %>\n  password: '§'\n  pool: '§'\n"},
            {"gunicorn.conf.py",
                "raw_env = ['DB_PASSWORD=§']\nworkers = '§'\nthreads = int(os.environ.get('T', '§'))\n"},
            {"supervisord.conf", "[program:app]\ncommand=celery worker -b redis://:§@localhost/0 "
                                 "--password=§\nenvironment=DB_PASSWORD=\"§\"\nnumprocs=§\n"}},
        {0}},
    {"settings of other programs that cannot be read",
        {{"airflow.cfg", "[database\nsql_alchemy_conn = postgresql://u:§@localhost/d\nfernet_key §\n"},
            {"appsettings.json", "{\"ConnectionStrings\": {\"Default\": "
                                 "\"Host=localhost;Username=u;Password=§\", \"Token\": \"§}\n"},
            {"compose.yaml",
                "services:\n  air:\n    image: apache/airflow:2\n    volumes: "
                "['./airflow.cfg:/opt/airflow/airflow.cfg']\n"
                "  rails:\n    image: example/rails\n    command: [rails, server]\n    working_dir: /r\n    "
                "environment: {RAILS_ENV: production}\n    volumes: ['./config:/r/config']\n"
                "  net:\n    image: mcr.microsoft.com/dotnet/aspnet:8.0\n    command: [dotnet, App.dll]\n    "
                "working_dir: /n\n    volumes: ['./appsettings.json:/n/appsettings.json']\n"
                "  pm:\n    image: example/pm\n    command: [pm2-runtime, pm2.json]\n    working_dir: /p\n   "
                " volumes: ['./pm2.json:/p/pm2.json']\n"},
            {"config/database.yml", "production:\n  password: \"§\n  pool: [§\n"},
            {"pm2.json", "{\"apps\": [{\"env\": {\"DB_PASSWORD\": \"§\"}, \"instances\": \"§\", §"}},
        {0}},
    {"rules with numbers in files",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\nDATABASE_URL=postgres://u:§@db/d\n"},
            {"app/db.py", "engine = create_engine('postgres://u:§@db/d', pool_size=5)\npassword = "
                          "'§'\npool_size = §\npool_size=x§\n"},
            {"bootgate.yaml", "version: 1\nbudget:\n  consumers:\n    app: {server: DATABASE_URL, each: "
                              "{file: app/db.py, match: '(pool_size = .*)'}}\n"
                              "    web: {server: DATABASE_URL, each: {value: 4, file: app/db.py, match: "
                              "'pool_size=(\\d+)'}}\n"
                              "    odd: {server: DATABASE_URL, each: {file: app/db.py, match: '(§)'}}\n"
                              "  servers: {pg: {url: 'postgres://u:§@db/d', max_connections: 9}}\n"
                              "wait: [{url: 'http://u:§@h/'}, {tcp: 'u:§@h:1'}]\n"}},
        {0}},
    {"rules that name secrets",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\n"},
            {"bootgate.yaml", "version: 1\nvars:\n  DB_PASSWORD: "
                              "{one-of: ['§'], pattern: '§(', default: '§'}\n"
                              "  API_TOKEN: {required: true, default: '§', pattern: '^x$'}\n"
                              "rules:\n  - id: a\n    when: DB_PASSWORD == '§'\n    then: DB_PASSWORD in "
                              "['§' + 1]\n  - id: b\n    assert: DB_PASSWORD =~ '§('\n"}},
        {0}},
    {"secrets of the rules alone",
        {{".env", "DB_PASSWORD=Hk3pYd8WqE5u\n"},
            {"bootgate.yaml",
                "version: 1\nvars: {DB_PASSWORD: {one-of: ['§']}}\n"
                "budget: {servers: {pg: {url: 'postgres://u:a$§@db/d', max_connections: 9}}}\n"}},
        {0}, "'"},
    {"rules that judge secrets",
        {{".env", "APP_ENV=production\nDB_PASSWORD=§\nAPI_TOKEN=§\nPORT=§\n"},
            {"bootgate.yaml",
                "version: 1\nvars:\n  DB_PASSWORD: {one-of: ['x§'], pattern: '^x§$', type: int, min: 4}\n"
                "  API_TOKEN: {type: 'hex:32', forbid: ['§']}\n  PORT: {type: port}\n  GONE_KEY: {default: "
                "'§', type: uuid, min-length: 99}\n"
                "derive: {A_URL: 'postgres://u:${DB_PASSWORD}@localhost/d', B_PASSWORD: '${DB_PASSWORD}x', "
                "C_URL: 'redis://:§@localhost/0'}\n"
                "rules:\n  - id: a\n    assert: DB_PASSWORD == '§x'\n    message: it is ${DB_PASSWORD}\n  - "
                "id: b\n    agree: [DB_PASSWORD, 'dsn(A_URL).password', '\"§\"', PORT]\n"
                "  - id: c\n    iff: [API_TOKEN == '§', PORT == 1]\n"}},
        {0}, "'\""},
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
    "check --format html",
    "check -r",
    "check -r --format json",
    "check --allow §",
    "check app.yaml -v",
    "check app.yaml --format json",
    "check app.yaml --format sarif",
    "check app.service -v",
    "check app.service --format json",
    "check Dockerfile -v",
    "check application.properties",
    "env --service Deployment/app --explain",
    "env --service Deployment/app --format json",
    "env --service ScaledJob/work --explain app.yaml",
    "env --service app.service --explain app.service",
    "env --service rails --explain",
    "graph --format svg",
    "graph --format mermaid",
    "graph app.yaml",
    "graph app.yaml --format json",
    "budget app.yaml",
    "budget app.yaml --format json",
    "budget --format svg",
    "budget --what-if app.replicas=3 -v",
    "fix",
    "fix -v",
    "fix app.yaml",
    "fix --write",
    "rotate DB_PASSWORD --dry-run",
    "rotate DB_PASSWORD --write --sql x.sql",
    "rotate POSTGRES_PASSWORD --write",
    "live -v",
    "live --format json",
    "env --to docker",
    "env --to secret .env",
    "rules export --to validating-admission-policy",
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
