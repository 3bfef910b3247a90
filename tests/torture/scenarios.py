"""What is put to torture: small projects and command lines over them, most of the program's ways in and out.

SENTINEL stands for every secret: no stretch of it may be printed.
"""
import contextlib
import dataclasses
import pathlib
import struct
import subprocess
import sys
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "wait"))
import servers  # noqa: E402  pylint: disable=wrong-import-position

SENTINEL = "Vq7wXn2KzRt9Lm4JpB8cYd6F"
CHECK, EXEC = {0, 1, 2}, {0, 64, 65, 66, 69, 70, 75, 78, 126, 127}
WAIT = {0, 64, 69, 70, 75}
LIVE = {0, 64, 70}
FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "html")

GOOD_ENV = ("APP_ENV=production\nPOSTGRES_PASSWORD=§\nREDIS_PASSWORD=§r\n"
            "DATABASE_URL=postgresql+asyncpg://shop:§@db:5432/shop\n")
BAD_ENV = GOOD_ENV.replace("@db:", "@localhost:") + "ADMIN_PASSWORD=changeme\n"
COMPOSE = """\
name: shop
include: [queue.yaml]
services:
  db:
    image: postgres:16
    command: [postgres, -c, max_connections=50]
    environment:
      POSTGRES_USER: shop
      POSTGRES_DB: shop
      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}
  app:
    extends: {file: base.yaml, service: python}
    environment:
      DATABASE_URL: ${DATABASE_URL}
      APP_ENV: ${APP_ENV}
      MAIL_PASSWORD_FILE: /run/secrets/mail
      ADMIN_PASSWORD: ${ADMIN_PASSWORD:-}
    env_file: [app.env]
    secrets: [mail]
    depends_on: [db]
  pooler:
    image: edoburu/pgbouncer:1.23
    volumes:
      - ./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini:ro
      - ./userlist.txt:/etc/pgbouncer/userlist.txt:ro
secrets:
  mail: {file: ./mail.txt}
"""
CONFIG = """\
version: 1
extends: [./company.yaml]
read-by: [compose, docker]
mode: ${APP_ENV:-production}
vars:
  DATABASE_URL: {required: true, type: dsn, driver: asyncpg}
  POSTGRES_PASSWORD: {required: true, secret: true, pattern: '^[A-Za-z0-9]{8,}$'}
rules:
  - id: one-password
    agree: [POSTGRES_PASSWORD, dsn(DATABASE_URL).password]
budget:
  consumers:
    app: {server: DATABASE_URL, service: app, processes: 2, each: 5 + 5}
"""
PROJECT = {
    ".env": GOOD_ENV,
    ".env.example": "APP_ENV=production\nPOSTGRES_PASSWORD=\nREDIS_PASSWORD=\nDATABASE_URL=\nADMIN_PASSWORD=\n",
    "compose.yaml": COMPOSE.replace("      ADMIN_PASSWORD: ${ADMIN_PASSWORD:-}\n", ""),
    "base.yaml": "services:\n  python:\n    image: example/shop:1.0\n    user: '1000'\n",
    "queue.yaml": "services:\n  redis:\n    image: redis:7\n    command: [redis-server, --requirepass, '${REDIS_PASSWORD}']\n",
    "app.env": "UVICORN_WORKERS=2\nREDIS_URL=redis://:§r@redis:6379/0\n",
    "mail.txt": "§m",
    "pgbouncer.ini": "[databases]\nshop = host=db port=5432 dbname=shop\n[pgbouncer]\nauth_file = /etc/pgbouncer/userlist.txt\n"
                     "auth_type = scram-sha-256\npool_mode = transaction\nmax_client_conn = 100\ndefault_pool_size = 10\n",
    "userlist.txt": '"shop" "§"\n',
    "bootgate.yaml": CONFIG,
    "company.yaml": "version: 1\nvars:\n  APP_ENV: {required: true, one-of: [production, development]}\n",
}
GOOD = PROJECT
BAD = {**PROJECT, ".env": BAD_ENV, "compose.yaml": COMPOSE}
REFUSED = {**PROJECT, "compose.yaml": "services:\n  app:\n    image: [\n"}
ENVIRONMENT = {"APP_ENV": "production", "POSTGRES_PASSWORD": "§", "DATABASE_URL": "postgresql://shop:§@db:5432/shop"}
BAD_ENVIRONMENT = {**ENVIRONMENT, "DATABASE_URL": "postgresql://shop:§@localhost:5432/shop", "POSTGRES_PASSWORD": "postgres"}
START = ["--", "touch", "started"]


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    arguments: list
    exit: int
    files: dict = dataclasses.field(default_factory=lambda: GOOD)
    codes: frozenset = frozenset(CHECK)
    environment: dict = dataclasses.field(default_factory=dict)
    stdin: str = ""
    program: str = "bootgate"
    beside: str = ""  # a program that it runs; where that is not built there is no such scenario
    document: str = ""  # json, xml or lines: what standard output holds for programs
    git: str = ""  # what is staged: a file of the project changed to this
    server: typing.Callable = None  # a context that gives a port, which replaces PORT in all texts of the scenario
    starts: bool = False  # the untouched run starts the command
    retries: bool = False  # a fault may be tried again: what is said on the way is free
    may_reveal: bool = False
    replaces: tuple = ()  # files whose contents do not count: what is replaced, and what that names
    recovers: tuple = ()  # several files change as one: what finishes or takes back what was left half done
    step: int = 1  # every so manieth allocation: the libraries of some take thousands before they are asked anything


def refusing():
    @contextlib.contextmanager
    def held():
        import socket  # pylint: disable=import-outside-toplevel
        with socket.socket() as bound:  # bound and not listening: it stays ours, and refuses
            bound.bind(("127.0.0.1", 0))
            yield bound.getsockname()[1]
    return held()


@contextlib.contextmanager
def with_port(server):
    with server:
        yield server.port


def http(status):
    return lambda: with_port(servers.http(lambda path, number: (status, [])))


def postgres(*parts):
    return lambda: with_port(servers.replies(*parts))


def message(kind, body):
    return kind + struct.pack(">I", 4 + len(body)) + body


ASKS_PASSWORD = message(b"R", struct.pack(">I", 10) + b"SCRAM-SHA-256\0\0")
NO_DATABASE = message(b"E", b"SFATAL\0VFATAL\0C3D000\0Mno\0\0")


WRONG_PASSWORD = message(b"E", b"SFATAL\0VFATAL\0C28P01\0Mno\0Fauth.c\0L1\0Rauth_failed\0\0")


def columns(count):
    return message(b"T", struct.pack(">H", count) + (b"c\0" + struct.pack(">IHIHIH", 0, 0, 25, 65535, 0xFFFFFFFF, 0)) * count)


def row(*texts):
    return message(b"D", struct.pack(">H", len(texts)) + b"".join(struct.pack(">I", len(it)) + it for it in texts))


def done(tag, state):
    return message(b"C", tag + b"\0") + message(b"Z", state)


# What a word of a statement is answered with; a question with an argument finds no rows.
ANSWERS = {
    b"BEGIN": message(b"C", b"BEGIN\0") + done(b"SET", b"T"),
    b"ROLLBACK": done(b"ROLLBACK", b"I"),
    b"server_version_num": columns(6) + row(b"150018", b"100", b"3", b"0", b"f", b"0") + done(b"SELECT 1", b"T"),
    b"pg_stat_activity": columns(3) + row(b"shop", b"shop", b"2") + done(b"SELECT 1", b"T"),
}
NO_ROWS = message(b"1", b"") + message(b"2", b"") + columns(2) + done(b"SELECT 0", b"T")


def take_message(connection, buffer):
    while len(buffer) < 5 or len(buffer) < 1 + struct.unpack(">I", buffer[1:5])[0]:
        part = connection.recv(4096)
        if not part:
            return None, b""
        buffer += part
    end = 1 + struct.unpack(">I", buffer[1:5])[0]
    return buffer[:end], buffer[end:]


def database():
    """A PostgreSQL that lets everybody in and answers what bootgate-live asks."""
    def talk(connection, _):
        if connection.recv(4096)[4:8] == struct.pack(">I", 80877103):
            connection.sendall(b"N")
            connection.recv(4096)
        connection.sendall(message(b"R", struct.pack(">I", 0)) + message(b"Z", b"I"))
        buffer = b""
        while True:
            asked, buffer = take_message(connection, buffer)
            if asked is None or asked[:1] == b"X":
                return
            if asked[:1] == b"S":
                connection.sendall(NO_ROWS)
            elif asked[:1] == b"Q":
                connection.sendall(next(answer for word, answer in ANSWERS.items() if word in asked))
    return with_port(servers.Scripted(talk))


def reports():
    documents = {"json": "json", "sarif": "json", "gitlab": "json", "junit": "xml", "github": "lines"}
    for name in FORMATS:
        for files, word, code in ((GOOD, "good", 0), (BAD, "bad", 1)):
            yield Scenario(f"check-{name}-{word}", ["check", "--format", name], code, files,
                           document=documents.get(name, ""))
    yield Scenario("check-json-refused", ["check", "--format", "json"], 2, REFUSED, document="json")
    yield Scenario("check-refused", ["check"], 2, REFUSED)
    yield Scenario("check-verbose", ["check", "-v"], 1, BAD)
    yield Scenario("check-file", ["check", "--mode", "production", ".env"], 0)
    yield Scenario("check-stdin", ["check", "-"], 0, stdin=GOOD_ENV)
    yield Scenario("check-stdin-bad", ["check", "-"], 1, stdin=BAD_ENV)
    yield Scenario("check-baseline", ["check", "--write-baseline", "known.json"], 0, BAD)
    yield Scenario("check-baseline-again", ["check", "--write-baseline", "known.json"], 0,
                   {**BAD, "known.json": "{}\n"})
    yield Scenario("check-nothing", ["check"], 2, {"readme.txt": "nothing to judge\n"})


def questions():
    yield Scenario("env", ["env", ".env", "--as", "compose", "--format", "json"], 0, document="json")
    yield Scenario("env-text", ["env", ".env", "--as", "node-expand"], 0)
    yield Scenario("env-compare", ["env", ".env", "--compare", "--format", "json"], 0, document="json")
    yield Scenario("env-service", ["env", "--service", "app", "--format", "json"], 0, document="json")
    yield Scenario("env-service-text", ["env", "--service", "app", "--explain"], 0)
    yield Scenario("env-to", ["env", ".env", "--to", "shell"], 0)
    yield Scenario("env-to-secret", ["env", ".env", "--to", "secret", "shop", "--reveal"], 0, may_reveal=True)
    yield Scenario("fix", ["fix"], 1, {**GOOD, ".env": GOOD_ENV + "LOG=a\nLOG=b\n"})
    yield Scenario("fix-nothing", ["fix"], 0)
    yield Scenario("rotate", ["rotate", "POSTGRES_PASSWORD", "--dry-run"], 0)
    yield Scenario("dsn-parse", ["dsn", "parse", "-", "--format", "json"], 0, document="json",
                   stdin="postgresql+asyncpg://shop:§@db:5432/shop?ssl=require")
    yield Scenario("dsn-parse-refused", ["dsn", "parse", "-", "--format", "json"], 2, document="json",
                   stdin="postgresql://shop:§@db:port/shop")
    yield Scenario("dsn-rewrite", ["dsn", "rewrite", "--to", "sync", "--env", "DATABASE_URL"], 0,
                   environment={"DATABASE_URL": "postgresql+asyncpg://shop:§@db:5432/shop"}, may_reveal=True)
    yield Scenario("dsn-idn", ["dsn", "parse", "postgresql://shop@bücher.example/shop", "--format", "json"], 0,
                   document="json")
    yield Scenario("check-idn-loopback", ["check"], 1, {
        ".env": "APP_ENV=production\nDATABASE_URL=postgresql+asyncpg://shop:§@\u24dbocalhost:5432/shop\n"})
    yield Scenario("budget", ["budget"], 0)
    yield Scenario("budget-json", ["budget", "--format", "json"], 0, document="json")
    yield Scenario("graph", ["graph"], 0)
    yield Scenario("graph-dot", ["graph", "--format", "dot"], 0)
    yield Scenario("graph-svg", ["graph", "--format", "svg"], 0, document="xml")
    yield Scenario("graph-mermaid", ["graph", "--format", "mermaid"], 0)
    yield Scenario("budget-svg", ["budget", "--format", "svg"], 0, document="xml")
    yield Scenario("graph-json", ["graph", "--format", "json"], 0, document="json")
    yield Scenario("rules", ["rules"], 0)
    yield Scenario("rules-one", ["rules", "default-credentials"], 0)
    yield Scenario("rules-schema", ["rules", "--schema"], 0, document="json")
    yield Scenario("rules-test", ["rules", "test", "own.yaml"], 0, {
        "own.yaml": "version: 1\nrules:\n  - id: no-debug\n    assert: DEBUG != 'true'\n"
                    "    good: {env: 'DEBUG=false'}\n    bad: {env: 'DEBUG=true'}\n"})
    yield Scenario("help", ["check", "--help"], 0)
    yield Scenario("version", ["--version"], 0)
    yield Scenario("completions", ["completions", "bash"], 0)
    yield Scenario("manual", ["manual"], 0)


def writers():
    without = {name: text for name, text in GOOD.items() if name != "bootgate.yaml"}
    yield Scenario("init", ["init"], 0, without)
    yield Scenario("init-force", ["init", "--force"], 0, replaces=("PLACE/bootgate.yaml", "PLACE/company.yaml"))
    yield Scenario("init-there", ["init"], 2)
    yield Scenario("init-stdout", ["init", "--stdout"], 0, without)
    yield Scenario("hook-install", ["hook", "install"], 0, git="app.env")
    yield Scenario("hook-install-force", ["hook", "install", "--force"], 0,
                   {**GOOD, ".git/hooks/pre-commit": "#!/bin/sh\nexit 0\n"}, git="app.env")
    yield Scenario("hook-run", ["hook", "run"], 0, git="app.env")
    yield Scenario("hook-run-bad", ["hook", "run", "--format", "json"], 1, BAD, git="app.env", document="json")
    yield Scenario("check-staged", ["check", "--staged"], 0, git="app.env")
    yield Scenario("check-staged-bad", ["check", "--staged", ".env", "compose.yaml"], 1, BAD, git="app.env")


def menders():
    """Several files as one step. That the journal is gone need not last: one that comes back is finished already."""
    more = {"recovers": ("fix", "--write", "--rule", "loopback-host"), "replaces": ("PLACE",)}
    ports = COMPOSE.replace("    command: [postgres,", "    ports: ['5432:5432']\n    command: [postgres,")
    yield Scenario("fix-write", ["fix", "--write"], 0,
                   {**GOOD, "compose.yaml": ports, "app.env": GOOD["app.env"] + "LOG=a\nLOG=b\n"}, **more)
    yield Scenario("rotate-write", ["rotate", "POSTGRES_PASSWORD", "--write", "--sql", "change.sql"], 0, **more)


def starters():
    more = {"codes": frozenset(EXEC)}
    yield Scenario("exec", ["exec", *START], 0, {}, environment=ENVIRONMENT, starts=True, **more)
    yield Scenario("exec-bad", ["exec", *START], 78, {}, environment=BAD_ENVIRONMENT, **more)
    yield Scenario("exec-bad-json", ["exec", "--format", "json", *START], 78, {}, environment=BAD_ENVIRONMENT, **more)
    yield Scenario("exec-env-file", ["exec", "--env-file", ".env", *START], 0, starts=True, **more)
    yield Scenario("exec-env-file-bad", ["exec", "--env-file", ".env", *START], 78, BAD, **more)
    yield Scenario("exec-config", ["exec", "--config", "bootgate.yaml", *START], 0, environment={
        **ENVIRONMENT, "DATABASE_URL": "postgresql+asyncpg://shop:§@db:5432/shop"}, starts=True, **more)
    yield Scenario("exec-config-bad", ["exec", "--config", "bootgate.yaml", *START], 78,
                   environment={**ENVIRONMENT, "APP_ENV": ""}, **more)
    yield Scenario("exec-expand-files", ["exec", "--expand-files", *START], 0, starts=True,
                   environment={"APP_ENV": "production", "MAIL_PASSWORD_FILE": "mail.txt"}, **more)
    yield Scenario("exec-expand-files-bad", ["exec", "--expand-files", *START], 78, {"mail.txt": "changeme"},
                   environment={"APP_ENV": "production", "MAIL_PASSWORD_FILE": "mail.txt"}, **more)
    yield Scenario("exec-set", ["exec", "--set", "SYNC_URL=sync:DATABASE_URL", *START], 0, {}, starts=True,
                   environment={**ENVIRONMENT, "DATABASE_URL": "postgresql+asyncpg://shop:§@db:5432/shop"}, **more)
    yield Scenario("exec-dry-run", ["exec", "--dry-run", *START], 0, {}, environment=ENVIRONMENT, **more)
    yield Scenario("exec-no-command", ["exec", "--", "./no-such-program"], 127, {}, environment=ENVIRONMENT, **more)
    yield Scenario("exec-wait", ["exec", "--wait=http://127.0.0.1:PORT/", "--timeout", "3s", *START], 0, {},
                   environment=ENVIRONMENT, server=http(200), starts=True, **more)
    yield Scenario("exec-wait-down", ["exec", "--wait=http://127.0.0.1:PORT/", "--timeout", "100ms", *START], 75, {},
                   environment=ENVIRONMENT, server=refusing, retries=True, **more)


def waiters():
    more = {"codes": frozenset(EXEC), "files": {}, "retries": True}
    yield Scenario("wait", ["wait", "--timeout", "3s", "http://127.0.0.1:PORT/"], 0, server=http(200), **more)
    yield Scenario("wait-variable", ["wait", "--timeout", "3s", "DATABASE_URL"], 0,
                   environment={"DATABASE_URL": "postgresql://shop:§@127.0.0.1:PORT/shop"},
                   server=postgres(b"N", ASKS_PASSWORD), **more)
    yield Scenario("wait-refused", ["wait", "--timeout", "3s", "http://127.0.0.1:PORT/"], 69, server=http(403), **more)
    more = {"program": "bootgate-wait", "codes": frozenset(WAIT), "files": {}, "retries": True, "step": 23}
    local = "host=127.0.0.1\tport=PORT"
    yield Scenario("waiter-tcp", ["--timeout", "3s"], 0, stdin=f"protocol=tcp\t{local}\n", server=http(200),
                   **{**more, "step": 1})
    yield Scenario("waiter-http", ["--timeout", "3s"], 0, stdin=f"protocol=http\t{local}\tpath=/x?y\n",
                   server=http(200), **more)
    yield Scenario("waiter-http-403", ["--timeout", "3s"], 69, stdin=f"protocol=http\t{local}\n", server=http(403),
                   **more)
    yield Scenario("waiter-postgres", ["--timeout", "3s"], 0, stdin=f"protocol=postgres\t{local}\tuser=app\tdatabase=d\n",
                   server=postgres(b"N", ASKS_PASSWORD), **more)
    yield Scenario("waiter-postgres-none", ["--timeout", "3s"], 69, stdin=f"protocol=postgres\t{local}\tuser=app\n",
                   server=postgres(b"N", NO_DATABASE), **more)
    yield Scenario("waiter-down", ["--timeout", "100ms"], 75, stdin=f"protocol=tcp\t{local}\n", server=refusing, **more)
    yield Scenario("waiter-socket-down", ["--timeout", "100ms"], 75,
                   stdin="protocol=http\tsocket=/no/such/socket\tport=PORT\n", server=http(200), **more)
    yield Scenario("waiter-help", ["--help"], 0, program="bootgate-wait", codes=frozenset(WAIT), files={})
    yield Scenario("waiter-two", ["--timeout", "3s", "--quiet"], 69,
                   stdin=f"protocol=http\t{local}\nprotocol=tcp\t{local}\n", server=http(403), **more)
    yield Scenario("waiter-usage", [], 64, stdin="protocol=tcp\thost=a\n", **more)


def askers():
    url = "postgresql://shop:§@127.0.0.1:PORT/shop"
    more = {"environment": {"DATABASE_URL": url}, "files": {}, "retries": True, "beside": "bootgate-live"}
    start = ["exec", "--live", "--mode", "development", "--timeout", "3s", *START]
    yield Scenario("exec-live", start, 0, server=database, starts=True, codes=frozenset(EXEC), **more)
    yield Scenario("exec-live-refused", start, 78, server=postgres(b"N", WRONG_PASSWORD), codes=frozenset(EXEC), **more)
    yield Scenario("exec-live-down", start, 75, server=refusing, codes=frozenset(EXEC), **more)
    more = {"files": {".env": f"APP_ENV=development\nDATABASE_URL={url}\n"}, "retries": True, "beside": "bootgate-live"}
    yield Scenario("live", ["live", "--timeout", "3s"], 0, server=database, **more)
    yield Scenario("live-json", ["live", "--timeout", "3s", "--format", "json"], 0, server=database, document="json", **more)
    yield Scenario("live-refused", ["live", "--timeout", "3s"], 1, server=postgres(b"N", WRONG_PASSWORD),
                   **{**more, "files": {".env": f"APP_ENV=production\nDATABASE_URL={url}\n"}})
    yield Scenario("graph-live", ["graph", "--live", "--timeout", "3s", "--format", "svg"], 0, server=database, document="xml", **more)
    more = {"program": "bootgate-live", "beside": "bootgate-live", "codes": frozenset(LIVE), "files": {}, "retries": True, "step": 23}
    login = '{"id":0,"host":"127.0.0.1","port":PORT,"user":"shop","password":"§","database":"shop","roles":["shop"]}\n'
    yield Scenario("asker", ["--timeout", "3000"], 0, stdin=login, server=database, **more)
    yield Scenario("asker-refused", ["--timeout", "3000"], 0, stdin=login, server=postgres(b"N", WRONG_PASSWORD), **more)
    yield Scenario("asker-two", ["--timeout", "3000"], 0, server=database, **more,
                   stdin=login + login.replace('"id":0', '"id":1').replace("127.0.0.1", "127.0.0.2"))
    yield Scenario("asker-help", ["--help"], 0, program="bootgate-live", beside="bootgate-live", codes=frozenset(LIVE), files={})
    yield Scenario("asker-usage", [], 64, stdin=login.replace("§", "§\x01"), server=database, **more)


ALL = [*reports(), *questions(), *writers(), *menders(), *starters(), *waiters(), *askers()]


def fill(scenario, text, port):
    """A text of a scenario as its programs get it."""
    return text.replace("§", SENTINEL).replace("PORT", str(port)) if scenario.server else text.replace("§", SENTINEL)


def build(scenario, folder, port):
    """Writes the scenario's files into an empty folder."""
    for name, text in scenario.files.items():
        path = folder / name
        if not name.startswith(".git/"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fill(scenario, text, port), encoding="utf-8")
            path.chmod(0o600)
    if scenario.git:
        (folder / "queue.yaml").rename(folder / "real.yaml")  # a link in the index leads to it
        (folder / "queue.yaml").symlink_to("real.yaml")
        git(folder, "init", "-q", "--template=")
        git(folder, "add", "-A")
        git(folder, "-c", "user.name=t", "-c", "user.email=t", "commit", "-q", "-m", "first")
        with open(folder / scenario.git, "a", encoding="utf-8") as file:
            file.write("# changed\n")
        git(folder, "add", "-A")
        for name, text in scenario.files.items():
            if name.startswith(".git/"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")


def git(folder, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={"PATH": "/usr/bin:/bin", "HOME": str(folder)})
