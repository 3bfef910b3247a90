"""Runs `bootgate live` against real PostgreSQL servers on loopback; speaks TAP. usage: run.py BOOTGATE

Each refusal must be one finding with one way out; the way out is typed as it is printed, and nothing is left to say.
"""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.parse

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "server"), str(TESTS / "wait")]
# pylint: disable=wrong-import-position
import postgres  # noqa: E402
import servers  # noqa: E402

BOOTGATE = os.path.abspath(sys.argv[1])
PASSWORD = "q8Zt3vLw5Xn2Rk7Bs4Yd9Hc6Mf1"
OTHER_PASSWORD = "w4Jm7nQs2Vb9Xe5Tc8Kr1Zp6Lh3"
# Everybody shows a password; `friend` does not, `only_tls` needs TLS, `stranger` is kept out, for `guest` there is no line.
HBA = ["host all friend 127.0.0.1/32 trust", "hostssl all only_tls 127.0.0.1/32 scram-sha-256",
       "host all only_tls,stranger 127.0.0.1/32 reject",
       "host all app,boss,barred,full,slow,shop,unknown 127.0.0.1/32 scram-sha-256"]
FEW_SLOTS = ["max_connections = 6", "superuser_reserved_connections = 2", "max_wal_senders = 0", "autovacuum = off"]
cases = []


def case(function):
    cases.append(function)
    return function


class Project:
    """A program and its database as Compose files have them; `url` may change anything of the connection."""

    def __init__(self, role="app", database="shop", query="", image="postgres", command="", more="", config=""):
        self.folder = tempfile.mkdtemp(prefix="bootgate-live-")
        self.role, self.database, self.query, self.config = role, database, query, config
        self.image, self.command, self.more = image, command, more
        self.password = PASSWORD
        self.port = 5432

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def deploy(self):
        self.write(".env", f"APP_ENV=production\nDB_PASSWORD={self.password}\n")
        self.write("compose.yaml", f"""services:
  app:
    image: registry.example.org/app:1
    environment:
      APP_ENV: ${{APP_ENV}}
      DATABASE_URL: postgresql://{self.role}:${{DB_PASSWORD:?}}@db:{self.port}/{self.database}{self.query}
  db:
    image: {self.image}
    {self.command}
    environment:
      POSTGRES_USER: {self.role}
      POSTGRES_DB: {self.database}
      POSTGRES_PASSWORD: ${{DB_PASSWORD:?}}
      {self.more}
""")
        if self.config:
            self.write("bootgate.yaml", self.config)

    def run(self, port, *words, command=("live",), timeout="20s"):
        self.deploy()
        arguments = [BOOTGATE, *command, "--timeout", timeout, "--map", f"db:{self.port}=127.0.0.1:{port}", *words]
        return subprocess.run(arguments, cwd=self.folder, capture_output=True, text=True, check=False, timeout=120,
                              env={"PATH": os.environ["PATH"]})

    def live(self, port, timeout="20s"):
        """The document, and what counts of its findings."""
        done = self.run(port, "--format", "json", timeout=timeout)
        assert self.password not in done.stdout + done.stderr, "the password is shown"
        document = json.loads(done.stdout)
        findings = [finding for finding in document["findings"] if finding["severity"] != "note"]
        return done.returncode, document, findings


def show(findings):
    return "\n".join(f"{it['rule']}: {it['message']}\n    {it['help']}" for it in findings) or "nothing"


def expect_one(project, port, rule, *words, code=1, timeout="20s"):
    got, _, findings = project.live(port, timeout)
    text = show(findings)
    assert len(findings) == 1, f"wanted one finding, {rule}\ngot:\n{text}"
    assert findings[0]["rule"] == rule and all(word in text for word in words), f"wanted {rule}, {words}\ngot:\n{text}"
    assert got == code, f"wanted exit {code}, got {got}\n{text}"
    return findings[0]


def expect_none(project, port):
    code, document, findings = project.live(port)
    assert code == 0 and not findings, f"wanted nothing\ngot: exit {code}\n{show(findings)}"
    return document


STATEMENT = re.compile(r"^(ALTER|CREATE|GRANT|SELECT)\b")


def type_statements(server, finding, password=PASSWORD, database="postgres", which=slice(None)):
    """Runs the lines of a fix that are SQL, as its reader would."""
    lines = [line.strip() for line in finding["help"].split("\n") if STATEMENT.match(line.strip())]
    assert lines, f"no statement in: {finding['help']}"
    for line in lines[which]:
        server.sql(line.replace("…", password), database=database)


def prepared(**how):
    """A server with the roles and databases of the cases."""
    server = postgres.Postgres(hba=HBA, **how)
    server.__enter__()  # pylint: disable=unnecessary-dunder-call
    try:
        server.ready()
        server.sql(f"CREATE ROLE app LOGIN PASSWORD '{PASSWORD}'", "CREATE DATABASE shop OWNER app")
    except BaseException:
        server.__exit__()
        raise
    return server


# ---- logins that are refused: what is done to the server, the project, words of the finding, who types the fix

def set_hba_line(server, finding):
    line = [line for line in finding["help"].split("\n") if line.startswith("host ")]
    server.set_hba([line[0], *HBA])
    server.sql("SELECT pg_reload_conf()")


REFUSALS = [
    ("wrong password", [f"ALTER ROLE app PASSWORD '{OTHER_PASSWORD}'"], {}, ["refuses the password", "28P01"],
     lambda server, finding: type_statements(server, finding, which=slice(1))),
    ("missing role", [], {"role": "unknown"}, ["refuses the password", "28P01"],
     lambda server, finding: type_statements(server, finding, which=slice(1, 2))),
    ("missing role that needs no password", [], {"role": "friend"}, ["no such role", "28000"], type_statements),
    ("role that may not log in", [f"CREATE ROLE barred PASSWORD '{PASSWORD}'"], {"role": "barred"},
     ["may not log in", "28000"], type_statements),
    ("missing database", [], {"database": "shop2"}, ["no such database", "3D000"], type_statements),
    ("database that is closed", ["CREATE DATABASE shut ALLOW_CONNECTIONS false"], {"database": "shut"},
     ["accepts no connections", "55000"], type_statements),
    ("database of others", ["CREATE DATABASE own", "REVOKE CONNECT ON DATABASE own FROM PUBLIC"], {"database": "own"},
     ["does not let the role connect", "42501"], type_statements),
    ("role limit reached", [f"CREATE ROLE full LOGIN PASSWORD '{PASSWORD}' CONNECTION LIMIT 0"], {"role": '"full"'[1:-1]},
     ["as the role may hold", "53300"], type_statements),
    ("database limit reached", ["CREATE DATABASE tight CONNECTION LIMIT 0"], {"database": "tight"},
     ["as it may hold", "53300"], type_statements),
    ("no line in pg_hba.conf", [f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'"], {"role": "guest"},
     ["no line in pg_hba.conf", "28000"], set_hba_line),
    ("rejected by pg_hba.conf", [f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}'"], {"role": "stranger"},
     ["no line in pg_hba.conf", "28000"], set_hba_line),
]


@case
def test_postgres_refusals():
    server = prepared()
    try:
        for name, statements, how, words, type_fix in REFUSALS:
            server.sql(*statements or ["SELECT 1"])
            with Project(**how) as project:
                try:
                    finding = expect_one(project, server.port, "login-refused", *words)
                    type_fix(server, finding)
                    expect_none(project, server.port)
                except AssertionError as fault:
                    raise AssertionError(f"{name}: {fault}") from None
            server.set_hba(HBA)
            server.sql(f"ALTER ROLE app PASSWORD '{PASSWORD}'", "SELECT pg_reload_conf()")
    finally:
        server.__exit__()


@case
def test_postgres_role_that_another_login_knows_of():
    """PostgreSQL hides whether it is the password or the role: with one accepted login it is told."""
    server = prepared()
    try:
        server.sql(f"CREATE ROLE boss LOGIN PASSWORD '{OTHER_PASSWORD}'")
        for role, words, lines in (("boss", "refuses the password", 1), ("nobody", "no such role", 1)):
            with Project(more=f"OTHER_URL: postgresql://{role}:{PASSWORD}@db:5432/shop") as project:
                project.write("compose.override.yaml", f"""services:
  app:
    environment:
      SECOND_URL: postgresql://{role}:${{SECOND_PASSWORD:-{PASSWORD}2}}@db:5432/shop
""")
                server.set_hba(["host all all 127.0.0.1/32 scram-sha-256"])
                server.sql("SELECT pg_reload_conf()")
                _, _, findings = project.live(server.port)
                refused = [finding for finding in findings if finding["rule"] == "login-refused"]
                assert len(refused) == 1 and words in refused[0]["message"], show(findings)
                assert len(refused[0]["help"].split("\n")) == lines, show(refused)
    finally:
        server.__exit__()


@case
def test_postgres_tls():
    with tempfile.TemporaryDirectory() as folder:
        files = servers.certificate(folder, "db")
        server = prepared(files=files)
        try:
            server.sql(f"CREATE ROLE only_tls LOGIN PASSWORD '{PASSWORD}'")
            with Project(role="only_tls", query="?sslmode=disable") as project:
                finding = expect_one(project, server.port, "login-refused", "over TLS alone", "sslmode=require")
                project.query = "?" + finding["help"].split(": ")[1]
                expect_none(project, server.port)
            with Project(query=f"?sslmode=verify-full&sslrootcert={files[0]}") as project:
                expect_none(project, server.port)
            with Project(query="?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt") as project:
                expect_one(project, server.port, "server-unreachable", "is not trusted", "sslrootcert=", code=2)
            with Project(query="?sslmode=verify-full&sslrootcert=/no/such.pem") as project:
                expect_one(project, server.port, "server-unreachable", "not readable here", code=2)
        finally:
            server.__exit__()
    server = prepared()
    try:
        with Project(query="?sslmode=require") as project:
            expect_one(project, server.port, "server-unreachable", "has no TLS", code=2)
    finally:
        server.__exit__()


@case
def test_postgres_without_a_slot():
    server = prepared(settings=FEW_SLOTS)
    try:
        server.sql("CREATE ROLE friend LOGIN")
        held = server.hold_slots("friend")
        with Project(config="version: 1\nbudget: {consumers: {app: {server: DATABASE_URL, each: 2}}}\n") as project:
            finding = expect_one(project, server.port, "login-refused", "no connection slot left", "53300")
            type_statements(server, finding, which=slice(1))
            gone = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'friend'"
            postgres.wait_until(lambda: server.sql(gone) == "0")
            expect_none(project, server.port)
        for session in held:
            session.close()
    finally:
        server.__exit__()


ODD_PASSWORD = "p@ss/w:rd%41#é " + PASSWORD
QUOTED = urllib.parse.quote(ODD_PASSWORD, safe="")
SECRET_POD = """apiVersion: v1
kind: Secret
metadata: {name: login}
data: {password: BASE64}
---
apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {containers: [{name: app, image: "registry.example.org/app:1", env: [{name: DB_HOST, value: db}, {name: DB_USER, value: app},
  {name: DB_NAME, value: shop}, {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: login, key: password}}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {containers: [{name: db, image: "postgres:15", env: [{name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: login,
  key: password}}}, {name: POSTGRES_USER, value: app}, {name: POSTGRES_DB, value: shop}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 5432}]}
""".replace("BASE64", base64.b64encode(ODD_PASSWORD.encode()).decode())


def written(more="", **variables):
    """A Compose file whose program is handed these variables."""
    lines = "".join(f"      {name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in variables.items())
    return {"compose.yaml": "services:\n  app:\n    image: registry.example.org/app:1\n    secrets: [login]\n    environment:\n"
            + lines + "  db:\n    image: postgres:15\n    secrets: [login]\n    environment: {POSTGRES_USER: app, POSTGRES_DB: shop, "
            "POSTGRES_PASSWORD_FILE: /run/secrets/login}\nsecrets: {login: {file: ./login}}\n" + more, "login": ODD_PASSWORD + "\n"}


WRITTEN = {
    "a URL": written(DATABASE_URL=f"postgresql+asyncpg://app:{QUOTED}@db/shop"),
    "keywords": written(DATABASE_URL=f"host=db user=app password='{ODD_PASSWORD}' dbname=shop"),
    "Npgsql": written(ConnectionStrings__Default=f"Host=db;Username=app;Password={ODD_PASSWORD};Database=shop"),
    "JDBC and its login": written(SPRING_DATASOURCE_URL="jdbc:postgresql://db:5432/shop", SPRING_DATASOURCE_USERNAME="app",
                                  SPRING_DATASOURCE_PASSWORD=ODD_PASSWORD),
    "JDBC and a shorter prefix": written(SONAR_JDBC_URL="jdbc:postgresql://db:5432/shop", SONAR_JDBC_USERNAME="app",
                                         SONAR_PASSWORD=ODD_PASSWORD),
    "parts that name no kind": written(DB_HOST="db", DB_NAME="shop", DB_USER="app", DB_PASSWORD=ODD_PASSWORD),
    "parts and a secret's file": written(DB_HOST="db", DB_NAME="shop", DB_USER="app", DB_PASSWORD_FILE="/run/secrets/login"),
    "libpq's variables": written(PGHOST="db", PGUSER="app", PGPASSWORD=ODD_PASSWORD, PGDATABASE="shop"),
    "a URL without the password": written(DATABASE_URL="postgresql://app@db/shop", PGPASSWORD=ODD_PASSWORD),
    "a Secret": {"all.yaml": SECRET_POD},
    "an env file": {".env": f"APP_ENV=development\nDATABASE_URL=postgresql://app:{QUOTED}@db:5432/shop\n"},
}
UNSEEN = written("", DB_HOST="db", DB_NAME="shop", DB_USER="app", DB_PASSWORD_FILE="/run/secrets/elsewhere")


def ask_as_written(files, port):
    """Exit code, states of the logins, rules that spoke, who was not asked about."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
        done = subprocess.run([BOOTGATE, "live", "--timeout", "20s", "--format", "json", "--map", f"db:5432=127.0.0.1:{port}"],
                              cwd=folder, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
    assert ODD_PASSWORD not in done.stdout and QUOTED not in done.stdout, "the password is shown"
    document = json.loads(done.stdout)
    return (done.returncode, [login["state"] for login in document["live"][0]["logins"]],
            [it["rule"] for it in document["findings"] if it["rule"].startswith(("login", "server"))], document["live"][0]["unasked"])


@case
def test_postgres_however_the_login_is_written():
    """The same login is tried, and only that: what cannot be seen is not tried."""
    server = prepared()
    try:
        server.sql(f"ALTER ROLE app PASSWORD '{ODD_PASSWORD}'")
        for name, files in WRITTEN.items():
            _, states, rules, _ = ask_as_written(files, server.port)
            assert (states, rules) == (["accepted"], []), f"{name}: {states}, {rules}"
        server.sql(f"ALTER ROLE app PASSWORD '{OTHER_PASSWORD}'")
        for name, files in WRITTEN.items():
            code, states, rules, _ = ask_as_written(files, server.port)
            assert (code, states, rules) == (1, ["password-wrong"], ["login-refused"]), f"{name}: {code}, {states}, {rules}"
        code, states, _, unasked = ask_as_written(UNSEEN, server.port)
        assert not states and code == 2, (code, states, unasked)
    finally:
        server.__exit__()


# ---- servers that do not answer

@case
def test_postgres_that_is_starting():
    server = postgres.Postgres(["hot_standby = off", "restore_command = 'false'"], standby=True, hba=HBA)
    with server, Project() as project:
        postgres.wait_until(lambda: "rejecting" in subprocess.run(
            [postgres.tool("pg_isready"), "-h", "127.0.0.1", "-p", str(server.port)], capture_output=True, text=True,
            check=False).stdout)
        finding = expect_one(project, server.port, "server-unreachable", "still starting up", code=2)
        assert "bootgate wait DATABASE_URL" in finding["help"], finding["help"]


@case
def test_nobody_there():
    with Project() as project:
        expect_one(project, postgres.free_port(), "server-unreachable", "nothing listens there", code=2)
        project.deploy()
        done = subprocess.run([BOOTGATE, "live", "--timeout", "20s"], cwd=project.folder, capture_output=True, text=True,
                              check=False, env={"PATH": os.environ["PATH"]})
        assert done.returncode == 2 and "not known here" in done.stdout and "--map db:5432=" in done.stdout, done.stdout


WORDS = {
    "compose.yaml": ("services:\n  api:\n    image: registry.example.org/api:1\n    environment:\n      DATABASE_URL: URL\n"
                     "  db:\n    image: postgres:15\n    environment: {POSTGRES_PASSWORD: SECRET}\n", "db", [
                         "run bootgate live in a container of that network", "docker compose up -d --wait db"]),
    "all.yaml": ("""apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: "registry.example.org/api:1", env: [{name: DATABASE_URL, value: "URL"}]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "postgres:15", env: [{name: POSTGRES_PASSWORD, value: SECRET}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
""", "db", ["kubectl port-forward service/db -n shop 15432:5432, then here --map db:5432=127.0.0.1:15432",
            "kubectl rollout status StatefulSet/db -n shop"]),
    "api.service": ("[Service]\nExecStart=/usr/bin/api\nEnvironment=DATABASE_URL=URL\n", "db.example.invalid",
                    ["does the name resolve on this machine?", "does it run, and is that its port?"]),
}


@case
def test_words_of_each_description():
    """What is to be typed is what starts and reaches servers there."""
    for name, (text, host, words) in WORDS.items():
        with tempfile.TemporaryDirectory() as folder:
            url = f"postgresql://postgres:{PASSWORD}@{host}:5432/postgres"
            pathlib.Path(folder, name).write_text(text.replace("URL\n", url + "\n").replace('"URL"', f'"{url}"')
                                                  .replace("SECRET", PASSWORD), encoding="utf-8")
            for maps, word in zip(([], ["--map", f"{host}:5432=127.0.0.1:{postgres.free_port()}"]), words):
                done = subprocess.run([BOOTGATE, "live", "--timeout", "10s", "--format", "json", *maps], cwd=folder, check=False,
                                      capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
                helps = [it["help"] for it in json.loads(done.stdout)["findings"] if it["rule"] == "server-unreachable"]
                assert done.returncode == 2 and len(helps) == 1 and word in helps[0], (name, word, helps, done.stderr)


@case
def test_map_that_fits_nothing():
    with Project() as project:
        project.deploy()
        for word, text in (("db:5433=127.0.0.1:1", "fits no PostgreSQL server"), ("db=127.0.0.1:1", "wants HOST:PORT"),
                           ("db:5432=127.0.0.1:x", "wants HOST:PORT")):
            done = subprocess.run([BOOTGATE, "live", "--map", word], cwd=project.folder, capture_output=True, text=True,
                                  check=False, env={"PATH": os.environ["PATH"]})
            assert done.returncode == 2 and text in done.stdout + done.stderr, (word, done.stdout, done.stderr)


HIDDEN_LOGIN = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:1
          env:
            - name: PGPASSWORD
              valueFrom: {secretKeyRef: {name: elsewhere, key: password}}
            - {name: DATABASE_URL, value: "postgresql://web:$(PGPASSWORD)@db.example.org:5432/web"}
"""


@case
def test_map_of_a_hidden_login():
    """It fits: what is missing is the login, which is said."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "web.yaml").write_text(HIDDEN_LOGIN)
        done = subprocess.run([BOOTGATE, "live", "-v", "--map", "db.example.org:5432=127.0.0.1:1"], cwd=folder, capture_output=True,
                              text=True, check=False, env={"PATH": os.environ["PATH"]})
        said = done.stdout + done.stderr
        assert "cannot be seen here" in said and "fits no" not in said, said


# ---- limits

@case
def test_postgres_limits():
    server = prepared(settings=["max_connections = 25"])
    declared = "version: 1\nbudget: {consumers: {app: {server: DATABASE_URL, each: 10}}}\n"
    try:
        with Project(command='command: [postgres, -c, max_connections=30]', config=declared) as project:
            finding = expect_one(project, server.port, "live-limit", "is 30 here", "grants 25", code=0)
            server.sql(re.search(r"ALTER SYSTEM SET \S+ = \d+", finding["help"]).group())
            server.stop()
            server.start()
            server.ready()
            document = expect_none(project, server.port)
            assert document["budgets"][0]["max_connections"] == 30, document["budgets"]
        with Project(more="POSTGRES_INITDB_ARGS: -c max_connections=60", config=declared) as project:
            finding = expect_one(project, server.port, "live-limit", "is 60 here", "grants 30", code=0)
            assert "postgres -c max_connections=60" in finding["help"], finding["help"]
            server.settings.append("max_connections = 60")
            server.sql("ALTER SYSTEM RESET ALL")
            server.stop()
            server.configure()
            server.start()
            server.ready()
            expect_none(project, server.port)
    finally:
        server.__exit__()


@case
def test_postgres_limits_of_role_and_database():
    server = prepared()
    declared = "version: 1\nbudget: {consumers: {app: {server: DATABASE_URL, each: 10}}}\n"
    try:
        for statement, words in (("ALTER ROLE app CONNECTION LIMIT 4", "of role `app`"),
                                 ("ALTER DATABASE shop CONNECTION LIMIT 5", "of database `shop`")):
            server.sql(statement)
            with Project(config=declared) as project:
                finding = expect_one(project, server.port, "pool-over-budget", words, "may ask for 10")
                type_statements(server, finding)
                expect_none(project, server.port)
    finally:
        server.__exit__()


@case
def test_postgres_sessions_of_others():
    server = prepared(settings=["max_connections = 20"])
    declared = "version: 1\nbudget: {consumers: {app: {server: DATABASE_URL, each: 12}}}\n"
    try:
        server.sql("CREATE ROLE friend LOGIN")
        with Project(config=declared) as project:
            expect_none(project, server.port)
            held = server.hold_slots("friend", most=8)
            finding = expect_one(project, server.port, "pool-over-budget", "may ask for 12", "9 of max_connections 20")
            assert "8 in use by others (friend 8)" in finding["notes"], finding["notes"]
            budget = json.loads(project.run(server.port, "--live", "--format", "json", command=["budget"]).stdout)
            drawn = project.run(server.port, "--live", "--format", "svg", command=["budget"]).stdout
            assert "read from the running server, 3 reserved, 8 in use by others (friend 8)" in drawn, drawn
            row = budget["servers"][0]
            assert (row["capacity"], row["outside"], row["verdict"]) == (9, 8, "fail"), budget
            graph = json.loads(project.run(server.port, "--live", "--format", "json", command=["graph"]).stdout)
            row = [row for row in graph["servers"] if row["name"] == "db"][0]["live"]
            assert row["sessions"] == [{"role": "friend", "database": "postgres", "count": 8}], row
            for kind in ("text", "svg", "mermaid", "dot"):
                drawn = project.run(server.port, "--live", "--format", kind, command=["graph"]).stdout
                said = re.findall(r"PostgreSQL \d+\.\d+, (?:primary|max_connections 20)", drawn)
                assert len(said) == 1 and re.search(r"8 (in use|sessions)", drawn), (kind, drawn)
            for session in held:
                session.close()
            gone = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'friend'"
            postgres.wait_until(lambda: server.sql(gone) == "0")
            expect_none(project, server.port)
    finally:
        server.__exit__()


# ---- extensions and versions

@case
def test_postgres_extensions():
    server = prepared()
    try:
        for name, words in (("hstore", "could create it"), ("no_such_extension", "does not have the extension")):
            config = f"version: 1\nbudget: {{servers: {{db: {{extensions: [{name}]}}}}}}\n"
            with Project(config=config) as project:
                finding = expect_one(project, server.port, "extension-missing", words, f"CREATE EXTENSION {name}")
                assert finding["file"] == "bootgate.yaml", finding
                if name == "hstore":
                    type_statements(server, finding, database="shop")
                    expect_none(project, server.port)
        with Project(image="pgvector/pgvector:pg15") as project:
            expect_one(project, server.port, "extension-missing", "`vector`", "image pgvector has it")
    finally:
        server.__exit__()


@case
def test_postgres_of_another_version():
    server = prepared()
    version = server.sql("SHOW server_version").split(".", maxsplit=1)[0]
    try:
        with Project(image=f"postgres:{int(version) + 1}") as project:
            finding = expect_one(project, server.port, "data-version", "the running server is " + version)
            assert f"stay on version {version}" in finding["help"], finding["help"]
            project.image = f"postgres:{version}"
            expect_none(project, server.port)
    finally:
        server.__exit__()


@case
def test_postgres_in_every_format():
    server = prepared()
    server.sql(f"ALTER ROLE app PASSWORD '{OTHER_PASSWORD}'")
    try:
        with Project() as project:
            for format_name in ("text", "json", "sarif", "github", "gitlab", "junit", "html"):
                done = project.run(server.port, "--format", format_name)
                assert done.returncode == 1 and "login-refused" in done.stdout, (format_name, done.stdout)
                assert PASSWORD not in done.stdout + done.stderr, format_name
            assert done.stdout.count("refuses the password: app") == 1 and ">app: refuses the password<" in done.stdout, done.stdout
            for kind in ("svg", "mermaid", "dot"):
                drawn = project.run(server.port, "--live", "--format", kind, command=["graph"]).stdout
                assert re.search(r"app(: |#58; )refuses the password", drawn), (kind, drawn)
    finally:
        server.__exit__()


@case
def test_postgres_under_exec():
    """The command runs where the login is accepted, and nothing is printed; also where nobody is asked."""
    server = prepared()
    try:
        url = f"postgresql://app:{PASSWORD}@127.0.0.1:{server.port}/shop"
        rows = [({"DATABASE_URL": url}, 0, ""),
                ({"DATABASE_URL": f"postgresql://open@/postgres?host={server.folder}&port={server.port}"}, 0, ""),
                ({"PGHOST": server.folder, "PGPORT": str(server.port), "PGUSER": "open", "PGDATABASE": "postgres"}, 0, ""),
                ({"REDIS_URL": f"redis://:{PASSWORD}@cache.example.org:6379/0"}, 0, ""),
                ({"DATABASE_URL": url.replace(PASSWORD, OTHER_PASSWORD)}, 78, "login-refused"),
                ({"DATABASE_URL": url.replace("/shop", "/shop2")}, 78, "CREATE DATABASE shop2 OWNER app"),
                ({"DATABASE_URL": f"postgresql://127.0.0.1:{server.port}/shop"}, 65, "no server was asked"),
                ({"DATABASE_URL": url, "OTHER_URL": f"postgresql://127.0.0.1:{server.port}/shop"}, 0, "not asked about OTHER_URL")]
        for environment, code, words in rows:
            done = subprocess.run([BOOTGATE, "exec", "--mode", "development", "--live", "--", "echo", "started"],
                                  capture_output=True, text=True, check=False,
                                  env={"PATH": os.environ["PATH"], **environment})
            assert done.returncode == code and words in done.stderr, (environment, done.returncode, done.stderr)
            assert done.stdout == ("" if code else "started\n"), (environment, done.stdout, done.stderr)
            assert code or "127.0.0.1" in str(environment) or not done.stderr, (environment, done.stderr)
        server.stop()
        done = subprocess.run([BOOTGATE, "exec", "--mode", "development", "--live", "--", "echo", "started"], check=False,
                              capture_output=True, text=True, env={"PATH": os.environ["PATH"], "DATABASE_URL": url})
        assert (done.returncode, done.stdout) == (75, ""), (done.returncode, done.stdout, done.stderr)
        server.start()
    finally:
        server.__exit__()


@case
def test_exec_as_first_process():
    """PID 1 is spared from default actions: SIGTERM ends the asking all the same."""
    inside = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child"]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        return
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        process = subprocess.Popen([*inside, BOOTGATE, "exec", "--mode", "development", "--live", "--timeout", "50s", "--", "echo", "started"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                   env={"PATH": os.environ["PATH"], "DATABASE_URL": f"postgresql://app:{PASSWORD}@127.0.0.1:{silent.getsockname()[1]}/shop"})
        try:
            silent.accept()
            words = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
            os.kill(int(words[0]), signal.SIGTERM)
            assert (process.wait(30), process.stdout.read()) == (143, ""), process.returncode
        finally:
            process.kill()
            process.communicate()


@case
def test_postgres_that_wants_a_client_certificate():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        files = servers.certificate(folder, "app")
        server = postgres.Postgres(files=files, hba=["hostssl all app 127.0.0.1/32 cert"],
                                   settings=["ssl_ca_file = 'cert.pem'"])
        with server, Project() as project:
            server.ready()
            server.sql("CREATE ROLE app LOGIN", "CREATE DATABASE shop")
            expect_one(project, server.port, "login-refused", "28000")
            project.query = f"?sslmode=require&sslcert={files[0]}&sslkey={files[1]}"
            expect_none(project, server.port)


# ---- PgBouncer

@case
def test_postgres_behind_pgbouncer():
    server = prepared(settings=["max_connections = 40"])
    ini = "[databases]\n* = host=db port=5432\n[pgbouncer]\nmax_client_conn = 50\npool_mode = transaction\n" \
          "default_pool_size = 20\n"
    try:
        line = f"shop = host=127.0.0.1 port={server.port}"
        users = [("app", PASSWORD)]
        usual = ["max_client_conn = 50", "admin_users = app", "pool_mode = transaction"]
        for settings, words in (([*usual, "default_pool_size = 7"], "grants 7"), (["max_client_conn = 30", "admin_users = app", "pool_mode = transaction"], "grants 30"),
                                (usual, None),
                                (["max_client_conn = 30", "pool_mode = transaction"], None)):
            with postgres.PgBouncer([line], settings, users) as pooler, Project() as project:
                project.port = 6432
                project.deploy()
                project.write("pgbouncer.ini", ini)
                project.write("compose.override.yaml", """services:
  app:
    environment:
      DATABASE_URL: postgresql://app:${DB_PASSWORD:?}@pooler:6432/shop
  pooler:
    image: edoburu/pgbouncer
    volumes: ["./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini:ro"]
""")
                done = subprocess.run([BOOTGATE, "live", "--format", "json", "--map",
                                       f"pooler:6432=127.0.0.1:{pooler.port}"], cwd=project.folder, text=True,
                                      capture_output=True, check=False, env={"PATH": os.environ["PATH"]})
                document = json.loads(done.stdout)
                findings = [it for it in document["findings"] if it["severity"] != "note"]
                if words:
                    assert len(findings) == 1 and findings[0]["rule"] == "live-limit", show(findings)
                    assert "of `pooler:6432`" in findings[0]["message"] and words in findings[0]["message"], show(findings)
                else:
                    assert not findings and done.returncode == 0, show(findings) + done.stderr
                limits = {row["server"]: row["max_connections"] for row in document["budgets"]}
                assert limits.get("db:5432") == 40, document["budgets"]
        with postgres.PgBouncer([line], ["pool_mode = transaction"], [("app", OTHER_PASSWORD)]) as pooler:
            with Project() as project:
                finding = expect_one(project, pooler.port, "login-refused", "is a pooler that refuses", "08P01")
                assert "auth_file" in finding["help"], finding["help"]
        with postgres.PgBouncer([line], ["pool_mode = statement"], users) as pooler, Project() as project:
            expect_none(project, pooler.port)
    finally:
        server.__exit__()


def main():
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, function in enumerate(cases, 1):
        needs = {"postgres": "postgres", "pgbouncer": "pgbouncer"}
        lacks = [tool for word, tool in needs.items() if word in function.__name__ and not postgres.tool(tool)]
        if lacks:
            print(f"ok {number} - {function.__name__} # SKIP no {lacks[0]}", flush=True)
            continue
        try:
            function()
            print(f"ok {number} - {function.__name__}", flush=True)
        except Exception as fault:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {number} - {function.__name__}", flush=True)
            print("\n".join("# " + line for line in f"{type(fault).__name__}: {fault}".splitlines()), flush=True)
    return 1 if failed else 0


sys.exit(main())
