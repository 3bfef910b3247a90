"""What `bootgate rotate` writes: a new secret in every place that must agree, and a real PostgreSQL that takes it.

usage: rotate.py BOOTGATE SYSTEMS

The five systems are rotated; a PostgreSQL with the old passwords is given the statements that rotate wrote, and every
connection string and set of variables of the new files logs in, with psql and with SQLAlchemy.
"""
import base64
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "server"))
import postgres  # noqa: E402

BOOTGATE = str(pathlib.Path(sys.argv[1]).resolve())
SYSTEMS = pathlib.Path(sys.argv[2]).resolve()
PYTHON = "/usr/bin/python3"  # the system's own, which has the system's packages
HAS_SQLALCHEMY = subprocess.run([PYTHON, "-c", "import psycopg2, sqlalchemy"], capture_output=True, check=False).returncode == 0
OLD = "0ldSecret0f8a1b2c3d4e5f6071"
NEW = re.compile(r"[a-z][0-9a-f]{47}\b")
ENCODED = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")

# system, the variable that is rotated, where it is written
ROTATED = [
    ("dataland", "POSTGRES_PASSWORD", 3),
    ("nadoo", "NADOO_DB_PASSWORD", 1),
    ("automatos", "POSTGRES_PASSWORD", 2),
    ("support-bot", "DB_PASSWORD", 3),
    ("tbd-agents", "POSTGRES_URI", 2),
]

COMPOSE = """services:
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: ${DB_PASSWORD}
      POSTGRES_DB: shop
  api:
    image: ghcr.io/acme/shop:1
    environment:
      DATABASE_URL: ${DATABASE_URL}
"""
ENV = "APP_ENV=production\n# one\nDB_PASSWORD=§ # two\nDATABASE_URL=postgresql://shop:§@db:5432/shop?sslmode=disable\n"
POOLED = COMPOSE.replace("  api:", """  pool:
    image: edoburu/pgbouncer:1
    volumes: ['./pool:/etc/pgbouncer:ro']
  api:""")
POOL_INI = "[databases]\nshop = host=db port=5432 dbname=shop\n[pgbouncer]\nauth_type = scram-sha-256\n" \
           "auth_file = /etc/pgbouncer/users.txt\npool_mode = transaction\n"


def in_base64(text):
    return base64.b64encode(text.replace("§", OLD).encode()).decode()


def in_md5(password, user="shop"):
    return "md5" + hashlib.md5((password + user).encode()).hexdigest()


def in_scram(password, turns=4096, salt=b"sixteen bytes..."):
    """As PostgreSQL stores it (RFC 5803)."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, turns)
    client, server = (hmac.digest(salted, f"{side} Key".encode(), "sha256") for side in ("Client", "Server"))
    parts = (base64.b64encode(each).decode() for each in (salt, hashlib.sha256(client).digest(), server))
    return f"SCRAM-SHA-256${turns}:{next(parts)}${next(parts)}:{next(parts)}"


def pooled(users, ini=POOL_INI):
    return {"compose.yaml": POOLED, ".env": ENV, "pool/pgbouncer.ini": ini, "pool/users.txt": users}


CLUSTER = """apiVersion: v1
kind: Secret
metadata: {name: db}
DATA:
  password: PASSWORD # of the role
  url: URL
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
        - name: db
          image: postgres:16
          env:
            - {name: POSTGRES_USER, value: shop}
            - {name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: ghcr.io/acme/shop:1
          env:
            - {name: DATABASE_URL, valueFrom: {secretKeyRef: {name: db, key: url}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: report
              image: ghcr.io/acme/report:1
              env:
                - {name: DATABASE_URL, valueFrom: {secretKeyRef: {name: db, key: url}}}
"""
CLUSTER_URL = "postgresql://shop:§@db:5432/shop?sslmode=disable"
IN_DATA = CLUSTER.replace("DATA:", "data:").replace("PASSWORD #", in_base64("§") + " #").replace(": URL", ": " + in_base64(CLUSTER_URL))
IN_STRINGS = CLUSTER.replace("DATA:", "stringData:").replace("PASSWORD #", "§ #").replace(": URL", ": " + CLUSTER_URL)

def expect(what, got, right):
    assert got == right, f"{what}: wanted {right!r}, got {got!r}"


def decoded(token):
    """What a token of base64 says; the token itself where it says nothing of a secret."""
    with contextlib.suppress(ValueError):
        text = base64.b64decode(token, validate=True).decode()
        if OLD in text or NEW.search(text):
            return f"<{text}>"
    return token


def plain(text):
    """The text with its secrets in the open, where they are in base64."""
    return ENCODED.sub(lambda match: decoded(match[0]), text)


def encoded(files):
    return {token for text in files.values() for token in ENCODED.findall(text) if decoded(token) != token}


class Deployment:
    """A folder; what is run there never shows a secret, nor hands one to another program."""

    def __init__(self, place, files):
        self.place = place
        self.children = place.parent / "children"
        self.tools = place.parent / "tools"
        self.tools.mkdir(parents=True)
        for name, text in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(text.replace("§", OLD).encode())
            os.chmod(place / name, 0o600)
        git = self.tools / "git"
        git.write_text(f'#!/bin/sh\n{{ printf "%s\\n" "$@"; env; }} >>"{self.children}"\nexit 1\n')
        os.chmod(git, 0o755)
        self.secrets = {OLD, urllib.parse.quote(OLD, safe="")} | encoded(self.read())

    def run(self, *words, **more):
        environment = {"PATH": f"{self.tools}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **more}
        done = subprocess.run([BOOTGATE, *words], cwd=self.place, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
        self.secrets |= set(NEW.findall("\n".join(map(plain, self.read().values())))) | encoded(self.read())
        told = self.children.read_text() if self.children.exists() else ""
        for secret in self.secrets:
            assert secret not in (done.stdout + done.stderr).decode() + told, f"a secret is shown by {words}"
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def read(self):
        return {str(path.relative_to(self.place)): path.read_text(errors="replace") for path in self.place.rglob("*") if path.is_file()}

    def variables(self, name=".env"):
        code, out, _ = subprocess_json([BOOTGATE, "env", name, "--reveal", "--format", "json"], self.place)
        expect("env", code, 0)
        return out["variables"]


def subprocess_json(command, place):
    done = subprocess.run(command, cwd=place, capture_output=True, check=False)
    return done.returncode, json.loads(done.stdout), done.stderr


def one_new(deployment, before):
    """The new secret: what stands in the files now where the old one was, everything else as it was."""
    after = {name: plain(text) for name, text in deployment.read().items()}
    news = {secret for text in after.values() for secret in NEW.findall(text)}
    expect("new secrets", len(news), 1)
    new = news.pop()
    for name, text in before.items():
        if not name.endswith(".example"):
            expect(f"what changed in {name}", after[name], plain(text).replace(OLD, new))
    return new


# --- files alone

def rotate(top, files, variable, places, *words):
    deployment = Deployment(top / "place", files)
    before = deployment.read()
    code, out, err = deployment.run("rotate", variable, "--dry-run", *words)
    expect("dry run", (code, err, deployment.read()), (0, "", before))
    expect("places", out.splitlines()[0], f"{variable}: a new secret in {places} place{'s' * (places != 1)}")
    expect("rotate", deployment.run("rotate", variable, "--write", *words)[::2], (0, ""))
    one_new(deployment, before)
    for name in before:
        expect(f"mode of {name}", oct((deployment.place / name).stat().st_mode & 0o777), "0o600")
    expect("check", deployment.run("check", "--fail-on", "error", "-q", *words)[0], 0)
    return deployment


def refuse(top, files, variable, why, *words, **environment):
    deployment = Deployment(top / "place", files)
    before = deployment.read()
    code, out, err = deployment.run("rotate", variable, "--write", *words, **environment)
    assert (code, out) == (2, "") and why in err, f"wanted a refusal with {why!r}, got {code}: {out}{err}"
    expect("the files", deployment.read(), before)


FILES = [
    ("one variable and a connection string", {"compose.yaml": COMPOSE, ".env": ENV}, "DB_PASSWORD", 2),
    ("by the connection string", {"compose.yaml": COMPOSE, ".env": ENV}, "DATABASE_URL", 2),
    ("spliced into the connection string", {"compose.yaml": COMPOSE.replace("${DATABASE_URL}", "postgresql://shop:${DB_PASSWORD}@db/shop"),
                                            ".env": "DB_PASSWORD=§\n"}, "DB_PASSWORD", 1),
    ("the example stays", {"compose.yaml": COMPOSE, ".env": ENV, ".env.example": "DB_PASSWORD=please-§\n"}, "DB_PASSWORD", 2),
    ("parts", {"compose.yaml": COMPOSE.replace("      DATABASE_URL: ${DATABASE_URL}\n",
                                               "      DB_HOST: db\n      DB_USER: shop\n      DB_PASSWORD: '§'\n      DB_NAME: shop\n"),
               ".env": "DB_PASSWORD=§\n"}, "DB_PASSWORD", 2),
    ("a keyword string", {"compose.yaml": COMPOSE, ".env": "DB_PASSWORD=§\nDATABASE_URL=\"host=db user=shop password='§' dbname=shop\"\n"},
     "DB_PASSWORD", 2),
    ("a secret file", {"compose.yaml": COMPOSE.replace("POSTGRES_PASSWORD: ${DB_PASSWORD}", "POSTGRES_PASSWORD_FILE: /run/secrets/db")
                       .replace("  api:", "    secrets: [db]\n  api:") + "secrets:\n  db: {file: ./db.txt}\n",
                       ".env": "DATABASE_URL=postgresql://shop:§@db/shop\n", "db.txt": "§\n"}, "POSTGRES_PASSWORD", 2),
    ("the keys of an object store", {"compose.yaml": """services:
  store:
    image: minio/minio:1
    command: server /data
    environment: {MINIO_ROOT_USER: keeper, MINIO_ROOT_PASSWORD: '${STORE_PASSWORD}'}
  api:
    image: ghcr.io/acme/shop:1
    environment:
      S3_ENDPOINT: http://store:9000
      S3_ACCESS_KEY: keeper
      S3_SECRET_KEY: ${S3_SECRET_KEY}
""", ".env": "APP_ENV=production\nSTORE_PASSWORD=§\nS3_SECRET_KEY=§\n"}, "STORE_PASSWORD", 2),
    ("a cache's option", {"compose.yaml": "services:\n  cache:\n    image: redis:7\n    command: ['redis-server', '--requirepass', '§']\n"
                          "  api:\n    image: ghcr.io/acme/shop:1\n    environment:\n      REDIS_URL: redis://:§@cache:6379/0\n",
                          ".env": "APP_ENV=production\n"}, "REDIS_URL", 2),
    ("a pooler's list", pooled('; users\n"shop" "§"\n"other" "x"\n'), "DB_PASSWORD", 3),
    ("a pooler's connection strings",
     pooled('"shop" "§"\n', POOL_INI.replace("dbname=shop", "dbname=shop user=shop password = '§'\nall = host=db password=§\nown = host=db user=own password=x")),
     "DB_PASSWORD", 5),
    ("the data of a Secret", {"app.yaml": IN_DATA}, "POSTGRES_PASSWORD", 2, "app.yaml"),
    ("the strings of a Secret", {"app.yaml": IN_STRINGS}, "DATABASE_URL", 2, "app.yaml"),
    ("a profile that is off", {"compose.yaml": COMPOSE + "  report:\n    profiles: [report]\n    image: ghcr.io/acme/report:1\n"
                               "    environment:\n      DATABASE_URL: postgresql://shop:§@db/shop\n", ".env": ENV}, "DB_PASSWORD", 3),
]

REFUSED = [
    ("a hash without what sets it in the server", pooled(f'"shop" "{in_scram(OLD)}"\n'), "DB_PASSWORD", "--sql FILE writes what sets it there", {}),
    ("a hash of very many turns", pooled(f'"shop" "{in_scram(OLD, 1).replace("$1:", "$999999999:")}"\n'), "DB_PASSWORD", "scram-turns", {}),
    ("lists with hashes of two kinds",
     pooled(f'"shop" "{in_scram(OLD)}"\n"shop" "{in_md5(OLD)}"\n'), "DB_PASSWORD", "one of the other kind", {}),
    ("a list inside the Compose file",
     {"compose.yaml": POOLED.replace("volumes: ['./pool:/etc/pgbouncer:ro']",
                                     "configs: [{source: users, target: /etc/pgbouncer/userlist.txt}]")
      + "configs:\n  users: {content: '\"shop\" \"§\"'}\n", ".env": ENV}, "DB_PASSWORD", "a text within another file", {}),
    ("an exported variable", {"compose.yaml": COMPOSE, ".env": ENV}, "DB_PASSWORD", "process environment", {"DB_PASSWORD": OLD}),
    ("no such variable", {"compose.yaml": COMPOSE, ".env": ENV}, "DB_PASSWORT", "nothing here sets DB_PASSWORT", {}),
    ("a secret that a $ cuts off", {"compose.yaml": COMPOSE, ".env": "DB_PASSWORD=ab$cd8vT1mWx7Lp0RyB5n\n"}, "DB_PASSWORD", "holds a $", {}),
    ("no secret", {"compose.yaml": COMPOSE, ".env": "DB_PASSWORD=\n"}, "DB_PASSWORD", "is empty", {}),
    ("no name", {"compose.yaml": COMPOSE, ".env": ENV}, "DB PASSWORD", "the name of a variable", {}),
]

MANIFESTS = """apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - name: api
        image: ghcr.io/acme/shop:1
        env: [{name: DATABASE_URL, value: "postgresql://shop:§@db/shop"}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shop}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: ghcr.io/acme/shop:1
        env: [{name: DATABASE_URL, value: "postgresql://shop:§@db/shop"}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - name: db
        image: postgres:16
        env: [{name: POSTGRES_USER, value: shop}, {name: POSTGRES_PASSWORD, value: "§"}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
"""
UNIT = "[Service]\nExecStart=/usr/bin/api\nEnvironment=DATABASE_URL=postgresql://shop:§@db.example.org/shop\n"

# The commands that are printed, in the words of whoever starts the programs. A Job starts anew by itself.
COMMANDS = [
    ("Compose", {"compose.yaml": COMPOSE, ".env": ENV}, "DB_PASSWORD", ["docker compose up -d --force-recreate db api"]),
    ("manifests", {"all.yaml": MANIFESTS}, "POSTGRES_PASSWORD",
     ["kubectl apply -f all.yaml", "kubectl rollout restart StatefulSet/db Deployment/api -n shop"]),
    ("a unit", {"api.service": UNIT}, "DATABASE_URL", ["systemctl daemon-reload", "systemctl restart api.service"]),
    ("env files alone", {".env": ENV}, "DATABASE_URL", []),
    ("Compose with its options", {"docker-compose.prod.yml": COMPOSE, ".env": ENV}, "DB_PASSWORD",
     ["docker compose -f docker-compose.prod.yml up -d --force-recreate db api"], "-f", "docker-compose.prod.yml"),
    ("a file that another program opens for another variable",
     {"compose.yaml": COMPOSE.replace("POSTGRES_PASSWORD: ${DB_PASSWORD}", "POSTGRES_PASSWORD_FILE: /run/secrets/db")
      .replace("  api:", "    secrets: [db]\n  api:").replace("DATABASE_URL: ${DATABASE_URL}", "PASS_FILE: /run/secrets/db\n    secrets: [db]")
      + "secrets:\n  db: {file: ./db.txt}\n", "db.txt": "§\n"}, "POSTGRES_PASSWORD", ["docker compose up -d --force-recreate db api"]),
    ("an image that has it built in",
     {"compose.yaml": COMPOSE.replace("image: ghcr.io/acme/shop:1\n    environment:\n      DATABASE_URL: ${DATABASE_URL}", "build: ."), ".env": "DB_PASSWORD=§\n",
      "Dockerfile": "FROM python:3.12\nENV DATABASE_URL=postgresql://shop:§@db/shop\nCMD [\"gunicorn\", \"shop\"]\n"}, "DB_PASSWORD",
     ["docker compose build api", "docker compose up -d --force-recreate db api"]),
    ("Compose elsewhere", {"shop/compose.yaml": COMPOSE, "shop/.env": ENV}, "DB_PASSWORD",
     ["docker compose --project-directory shop up -d --force-recreate db api"], "shop"),
]


# What is due in servers.
CACHE = "services:\n  cache:\n    image: redis:7\n    command: ['redis-server', '--requirepass', '§']\n" \
        "  api:\n    image: ghcr.io/acme/shop:1\n    environment:\n      REDIS_URL: redis://:§@cache:6379/0\n"
MARIADB = "services:\n  db:\n    image: mariadb:11\n    environment: {MARIADB_ROOT_PASSWORD: '§', MARIADB_DATABASE: shop}\n"
DUE = [
    ("in a server of nobody here", {"api.service": UNIT}, "DATABASE_URL",
     r"^  at `db.example.org:5432`: \\password shop in psql, that is ALTER ROLE shop PASSWORD '…'$"),
    ("in a server that keeps it in a file", {".env": "REDIS_URL=redis://:§@cache.example.org/0\n"}, "REDIS_URL",
     r"^  at `cache.example.org:6379`: the new secret, before the programs start$"),
    ("in both of an administrator's names", {"compose.yaml": MARIADB}, "MARIADB_ROOT_PASSWORD",
     r"^  in `db`, if it was set up before: ALTER USER IF EXISTS 'root'@'localhost' IDENTIFIED BY '…', 'root'@'%' IDENTIFIED BY '…'$"),
    ("for a name that needs quotes", {".env": "DATABASE_URL=postgresql://my-shop:§@db.example.org/shop\n"}, "DATABASE_URL",
     r"ALTER ROLE \"my-shop\" PASSWORD '…'$"),
    ("nothing in a pooler", pooled('"shop" "§"\n'), "DB_PASSWORD", r"^then:\n  in `db`, [^\n]*\n  docker "),
    ("where nobody knows who reads it",
     {"compose.yaml": CACHE.replace("  api:", "    healthcheck: {test: ['CMD', 'redis-cli', '-a', '§', 'ping']}\n  api:")
      .replace("REDIS_URL:", "CONFIG: '{\"redis\": \"§\"}'\n      REDIS_URL:"), ".env": "# § once\n"}, "REDIS_URL",
     r"^  .env:1 has the old secret in it and is left: [^\n]*\n  compose.yaml:5 has [^\n]*\n  compose.yaml:9 has [^\n]*\nnothing"),
    ("in another secret that is the same by chance",
     {"compose.yaml": COMPOSE.replace("DATABASE_URL: ${DATABASE_URL}", "DB_HOST: db\n      DB_USER: shop\n      DB_PASSWORD: '§'\n      JWT_SECRET: '§'"), ".env": "DB_PASSWORD=§\n"},
     "DB_PASSWORD", r"^  JWT_SECRET holds the same secret and is left"),
    ("where a new server is made with it",
     {"compose.yaml": COMPOSE.replace("  api:", "    volumes: ['./init:/docker-entrypoint-initdb.d']\n  api:"), ".env": ENV,
      "init/01.sql": "CREATE ROLE other PASSWORD '§';\n", "init/02.sql": "SELECT 1;\n"}, "DB_PASSWORD",
     r"^  init/01.sql has the old secret in it and is left"),
    ("by a command", {"compose.yaml": CACHE}, "REDIS_URL", r"^  compose.yaml:4  the password of `cache`$"),
]


def due(top, files, variable, pattern):
    code, out, err = Deployment(top / "place", files).run("rotate", variable, "--dry-run")
    assert code == 0 and re.search(pattern, out, re.M), f"wanted {pattern!r}, got {code}: {out}{err}"


def both_names(top):
    """The statement says the secret for each of them."""
    deployment = Deployment(top / "place", {"compose.yaml": MARIADB})
    expect("rotate", deployment.run("rotate", "MARIADB_ROOT_PASSWORD", "--write", "--sql", "change.sql")[0], 0)
    expect("the statement", len(NEW.findall((deployment.place / "change.sql").read_text())), 2)


def commands(top, files, variable, right, *words):
    out = Deployment(top / "place", files).run("rotate", variable, *words)[1]
    expect("commands", re.findall(r"^  ((?:docker|kubectl|systemctl) .*)", out, re.M), right)


def unreadable(top, name):
    """What the pooler is handed and cannot be looked into: nothing is written."""
    deployment = Deployment(top / "place", {"compose.yaml": POOLED, ".env": ENV, "pool/pgbouncer.ini": POOL_INI, "pool/users.txt": '"shop" "§"\n'})
    path = deployment.place / "pool" / name
    path.unlink()
    path.mkdir()
    before = deployment.read()
    code, out, err = deployment.run("rotate", "DB_PASSWORD", "--write")
    assert (code, out) == (2, "") and f"cannot read pool/{name}" in err, f"got {code}: {out}{err}"
    expect("the files", deployment.read(), before)


def usage(top):
    deployment = Deployment(top / "place", {"compose.yaml": COMPOSE, ".env": ENV})
    before = deployment.read()
    for words in (["--length", "8"], ["--length", "x"], ["--length", "9999"], ["--alphabet", "rot13"], ["--write", "--dry-run"]):
        expect(str(words), deployment.run("rotate", "DB_PASSWORD", *words)[0], 2)
    expect("the files", deployment.read(), before)
    expect("base64url", deployment.run("rotate", "DB_PASSWORD", "--alphabet", "base64url", "--length", "64", "--write")[0], 0)
    secret = deployment.variables()["DB_PASSWORD"]
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{63}", secret), "another alphabet or length"
    deployment.secrets.add(secret)
    expect("again", deployment.run("rotate", "DB_PASSWORD", "--write")[0], 0)
    assert deployment.variables()["DB_PASSWORD"] not in (secret, OLD)
    (deployment.place / "there.sql").write_text("")
    before = deployment.read()
    expect("a file that is there", deployment.run("rotate", "DB_PASSWORD", "--write", "--sql", "there.sql")[0], 2)
    expect("the files", deployment.read(), before)


# --- a real server

def logins(variables, settings):
    """(user, password, database) and the driverless string of all that connects to PostgreSQL."""
    for text in variables.values():
        if re.match(r"postgres(ql)?(\+\w+)?://", text or ""):
            url = urllib.parse.urlsplit(text)
            yield urllib.parse.unquote(url.username), urllib.parse.unquote(url.password), url.path.lstrip("/")
    for prefix in settings:
        yield tuple(variables.get(f"{prefix}_{part}") or usual for part, usual in (("USER", "nadoo"), ("PASSWORD", ""), ("NAME", "nadoo")))


SQLALCHEMY = """
import sys, sqlalchemy
with sqlalchemy.create_engine(sys.stdin.read()).connect() as connection:
    print(connection.execute(sqlalchemy.text("SELECT current_user")).scalar())
"""


def by_sqlalchemy(user, password, database, port):
    url = f"postgresql+psycopg2://{user}:{urllib.parse.quote(password, safe='')}@127.0.0.1:{port}/{database}"
    done = subprocess.run([PYTHON, "-c", SQLALCHEMY], input=url, capture_output=True, text=True, check=False)
    expect(f"SQLAlchemy as {user}", (done.returncode, done.stdout), (0, user + "\n"))


def system(top, server, name, variable, places):
    place = top / "place"
    shutil.copytree(SYSTEMS / name / "good", place)
    deployment = Deployment(place, {})
    before = deployment.variables()
    settings = ["NADOO_DB"] if name == "nadoo" else []
    old = set(logins(before, settings))
    deployment.secrets |= {password for _, password, _ in old}
    with contextlib.ExitStack() as undo:
        for user, password, database in sorted(old):
            server.sql(f'CREATE ROLE "{user}" LOGIN PASSWORD \'{password}\'' if not server.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{user}'")
                       else f'ALTER ROLE "{user}" PASSWORD \'{password}\'')
            if not server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"):
                server.sql(f'CREATE DATABASE "{database}"')
                undo.callback(server.sql, f'DROP DATABASE "{database}" WITH (FORCE)')
        code, out, err = deployment.run("rotate", variable, "--write", "--sql", "change.sql")
        expect("rotate", (code, err), (0, ""))
        expect("places", out.splitlines()[0], f"{variable}: a new secret in {places} place{'s' * (places != 1)}")
        expect("mode of the statements", stat.S_IMODE((place / "change.sql").stat().st_mode), 0o600)
        new = set(logins(deployment.variables(), settings))
        expect("who logs in", {(user, database) for user, _, database in new}, {(user, database) for user, _, database in old})
        for user, password, database in new - old:
            assert server.psql("SELECT 1", database, user, password, "127.0.0.1").returncode != 0, "the new password before its time"
        server.sql(*(place / "change.sql").read_text().strip().splitlines())
        for user, password, database in sorted(new):
            expect(f"psql as {user}", server.sql("SELECT current_user", database=database, user=user, password=password, host="127.0.0.1"), user)
            if HAS_SQLALCHEMY:
                by_sqlalchemy(user, password, database, server.port)
        for user, password, database in old - new:
            assert server.psql("SELECT 1", database, user, password, "127.0.0.1").returncode != 0, "the old password still opens it"
        expect("check", deployment.run("check", "--fail-on", "error", "-q")[0], 0)


# --- a real pooler

def through_pooler(top, server, store, auth_type):
    """A list of hashes: the pooler lets the new secret in, and gets into the server with it once the statement ran."""
    old = store(OLD)
    deployment = Deployment(top / "place", pooled(f'"shop" "{old}"\n"other" "{store("x", "other") if store is in_md5 else "x"}"\n'))
    users = deployment.place / "pool" / "users.txt"
    with contextlib.ExitStack() as stack:
        server.sql(f"CREATE ROLE shop LOGIN PASSWORD '{old}'")
        stack.callback(server.sql, "DROP ROLE shop")
        deployment.secrets.add(old)
        code, out, err = deployment.run("rotate", "DB_PASSWORD", "--write", "--sql", "change.sql")
        expect("rotate", (code, err), (0, ""))
        stored = users.read_text().split('"')[3]
        assert stored not in out and stored != old, "the hash is shown, or the old one"
        secret = deployment.variables()["DB_PASSWORD"]
        statement = (deployment.place / "change.sql").read_text()
        expect("the statement", statement, f"ALTER ROLE shop PASSWORD '{stored}';\n")
        expect("the others", users.read_text().splitlines()[1].split('"')[1], "other")
        listed = [line.split('"')[1::2] for line in users.read_text().splitlines()]
        for is_set in (False, True):
            if is_set:
                server.sql(statement.strip())
            database = f"shop = host=127.0.0.1 port={server.port} dbname=postgres"
            pooler = stack.enter_context(postgres.PgBouncer([database], [f"auth_type = {auth_type}"], listed))
            done = server.psql("SELECT current_user", "shop", "shop", secret, "127.0.0.1", port=pooler.port)
            expect("through the pooler", (done.returncode == 0, done.stdout.strip()), (is_set, "shop" if is_set else ""))
            done = server.psql("SELECT 1", "shop", "shop", OLD, "127.0.0.1", port=pooler.port)
            assert done.returncode != 0, "the old password still opens it"


def cases(server):
    for name, *rest in FILES:
        yield name, lambda top, rest=rest: rotate(top, *rest)
    for name, files, variable, why, environment in REFUSED:
        yield f"refused: {name}", lambda top, rest=(files, variable, why), more=environment: refuse(top, *rest, **more)
    for name, *rest in COMMANDS:
        yield f"commands: {name}", lambda top, rest=rest: commands(top, *rest)
    for name, *rest in DUE:
        yield f"due: {name}", lambda top, rest=rest: due(top, *rest)
    yield "due: both names in the statements", both_names
    for name in ("pgbouncer.ini", "users.txt"):
        yield f"refused: {name} cannot be read", lambda top, name=name: unreadable(top, name)
    yield "lengths, alphabets, a file that is there", usage
    for name, *rest in (("SCRAM", in_scram, "scram-sha-256"), ("MD5", in_md5, "md5")):
        yield f"a list of {name} hashes, through a real pooler" + ("" if server and postgres.tool("pgbouncer") else " # SKIP no PgBouncer"), \
            lambda top, rest=rest: through_pooler(top, server, *rest) if server and postgres.tool("pgbouncer") else None
    for name, variable, places in ROTATED:
        what = f"{name} against a real server"
        yield what + ("" if server else " # SKIP no PostgreSQL"), \
            lambda top, rest=(name, variable, places): system(top, server, *rest) if server else None


def main():
    failed = number = 0
    with contextlib.ExitStack() as stack:
        server = None
        if postgres.tool("initdb") and postgres.tool("psql"):
            server = stack.enter_context(postgres.Postgres(hba=["host all all 127.0.0.1/32 md5"])).ready()
        top = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for number, (name, case) in enumerate(cases(server), 1):
            try:
                case(top / str(number))
                print(f"ok {number} - {name}")
            except AssertionError as fault:
                failed += 1
                print(f"not ok {number} - {name}")
                print("# " + str(fault).replace("\n", "\n# "))
    print(f"1..{number}" + ("" if HAS_SQLALCHEMY else "\n# SQLAlchemy is not installed: its logins were left out"))
    return 1 if failed else 0


sys.exit(main())
