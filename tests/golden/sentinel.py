#!/usr/bin/env python3
"""Sends a sentinel password through every command, format and failure path and looks for it in all output.

usage: sentinel.py PROGRAM

Any stretch of SHARE bytes of it is a leak, in standard output as well as in standard error, as it is or decoded.
"""
import concurrent.futures
import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

SENTINEL = "Vq7wXn2KzRt9Lm4J"
SHARE = 6
FORMATS = ["text", "json", "sarif", "github", "gitlab", "junit"]
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}

GOOD_COMPOSE = """\
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}
    ports: ["5432:5432"]
  app:
    image: example/app
    environment:
      DATABASE_URL: ${DATABASE_URL}
      INLINE_PASSWORD: §
      INLINE_URL: postgresql://app:§@db:5432/app
      FALLBACK: ${UNSET_SECRET:-§}
    command: ["run", "--password", "§"]
    env_file: [extra.env]
"""

# Each is a folder: file name to text; § stands for the sentinel.
FOLDERS = {
    "ordinary": {
        ".env": "APP_ENV=production\nPOSTGRES_PASSWORD=§\nDATABASE_URL=postgresql://app:§@localhost:5432/app\n",
        "extra.env": "API_TOKEN=§\nAPI_TOKEN=§\n",
        ".env.example": "POSTGRES_PASSWORD=§\n",
        "compose.yaml": GOOD_COMPOSE,
        "bootgate.yaml": "version: 1\ndefaults: [{user: app, password: §}]\n"
                         "vars:\n  POSTGRES_PASSWORD: {secret: true, min-length: 99, forbid: [§]}\n"
                         "  DATABASE_URL: {type: int}\n"
                         "rules:\n  - id: same\n    agree: [POSTGRES_PASSWORD, INLINE_PASSWORD, MODE]\n"
                         "  - id: odd\n    assert: POSTGRES_PASSWORD == 'x'\n",
    },
    "strings": {
        ".env": "A_URL=postgresql+asyncpg://u:§@h:1/d?sslmode=require\nB_URL=postgres://u:§@h:port/d\n"
                "C_DSN=host=h password=§ dbname=d\nD_DSN=host=h password='§ dbname=d\n"
                "E_URL=jdbc:postgresql://h/d?user=u&password=§\nF_DSN=Server=h;Database=d;Uid=u;Pwd=§;\n"
                "G_DSN=u:§@tcp(h:3306)/d\nH_URL=redis://:§@localhost\nI_URL=mongodb://u:§@a,b:99999/\n"
                "J_URL=https://u:§@h/?token=§\nK_URL=postgres://u:§ @h/d\nL_URL=postgres://u:§%zz@h/d\n"
                "M_URL=postgres://u:§#x@h/d\nN_URL=postgres://u:§/x@h/d\nO_URL=postgres://u:a@§@h/d\n"
                "P_URL=amqp://u:${X}§@h\nQ_URL=postgres://u:§@[::1/d\nR_URL=Driver={PG};PWD={§}};Server=h\n",
    },
    "broken-env": {
        ".env": "A=1\nPASSWORD §\n=§\nexport §\nSECRET='§\nMORE=§\n",
        "compose.yaml": GOOD_COMPOSE,
        "extra.env": "KEY=\"§\n",
    },
    "broken-interpolation": {
        ".env": "A_PASSWORD=§${\nB_PASSWORD=${X:?§}\nC=${A:-§\n",
        "compose.yaml": "services:\n  a:\n    image: x\n    environment:\n      P: ${P:?§}\n      Q: '${Q§'\n",
    },
    "broken-yaml": {
        ".env": "POSTGRES_PASSWORD=§\n",
        "compose.yaml": "services:\n  a:\n    image: x\n    environment:\n      PASSWORD: \"§\n    ports: [\n",
    },
    "wrong-types": {
        "compose.yaml": "services:\n  a:\n    image: x\n    environment:\n      - PASSWORD: §\n    ports: '§'\n"
                        "    passwrd: §\n    password: §\n",
    },
    "broken-config": {
        ".env": "POSTGRES_PASSWORD=§\n",
        "bootgate.yaml": "version: 1\ndefaults: [{user: app, passwrd: §}, {password: [§]}]\n"
                         "vars:\n  X: {patern: x}\n",
    },
    "secret-files": {
        ".env": "POSTGRES_PASSWORD_FILE=/run/secrets/pw\nPOSTGRES_PASSWORD=§\n",
        "pw.txt": "§\n",
        "compose.yaml": "services:\n  db:\n    image: postgres:16\n    environment:\n"
                        "      POSTGRES_PASSWORD_FILE: /run/secrets/pw\n      POSTGRES_PASSWORD: '§'\n"
                        "    secrets: [pw]\nsecrets:\n  pw: {file: ./pw.txt}\n",
    },
    "settings": {
        ".env": "PGPASSWORD=§\nPGHOST=localhost\n",
        "compose.yaml": "services:\n  bouncer:\n    image: edoburu/pgbouncer\n    environment:\n"
                        "      DB_PASSWORD: §\n    volumes: ['./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini']\n",
        "pgbouncer.ini": "[databases]\nx = host=h password=§\n[pgbouncer]\nmax_client_conn = 10\n",
    },
}


def commands():
    """Every command line; § stands for the sentinel."""
    for name in FORMATS:
        yield ["check", "--format", name]
        yield ["check", "-v", "--mode", "development", "--format", name]
    for arguments in (["check", ".env"], ["check", "."], ["check", "--fail-on", "note", "-f", "compose.yaml"]):
        yield arguments
    for dialect in ("compose", "docker", "podman", "kubectl", "python", "node", "node-expand", "node-builtin", "ruby",
                    "go", "rust", "systemd", "shell"):
        yield ["env", "--as", dialect]
    for name in ("text", "json"):
        yield ["env", "--compare", "--format", name]
        yield ["env", "--service", "app", "--explain", "--format", name]
        yield ["env", "--service", "db", "--explain", "--format", name]
        yield ["budget", "--format", name]
    for name in ("text", "dot", "json"):
        yield ["graph", "--format", name]
    yield ["init", "--stdout"]
    yield ["rules", "test", "bootgate.yaml"]
    yield ["rules", "test", "bootgate.yaml", "--format", "json"]
    yield ["env", "--as", "§"]
    yield ["check", "--format", "§"]
    yield ["check", "--mode=§"]
    yield ["env", "--reveal=§"]


STRINGS = [
    "postgresql+asyncpg://u:§@h:5432/d?sslmode=require", "postgres://u:§@h:port/d", "postgres://u:§%zz@h/d",
    "host=h password=§ dbname=d", "host=h password='§", "jdbc:postgresql://h/d?user=u&password=§",
    "Server=h;Database=d;Uid=u;Pwd=§;", "u:§@tcp(h:3306)/d", "redis://:§@localhost", "mongodb://u:§@a,b:99999/",
    "postgres://u:§ @h/d", "postgres://u:§#x@h/d", "postgres://u:§/x@h/d", "postgres://u:a@§@h/d", "mysql://u:a:§@h/d",
    "postgres://u:§@[::1/d", "nonsense://u:§@h",
    "://u:§@h", "u:§", "sqlserver://u:§@h;password=§", "postgres://u:§@h/d?password=§&sslpassword=§",
    "Driver={PG};PWD={§}};Server=h", "amqp://u:§", "(DESCRIPTION=(PASSWORD=§)",
]


def string_runs():
    """Connection strings by argument, by variable and on standard input."""
    for text in map(fill_marks, STRINGS):
        for words in (["parse"], ["parse", "--format", "json"], ["parse", "-v"]):
            yield ["dsn", *words, text], None, ""
        yield ["dsn", "parse", "-"], None, text
        yield ["dsn", "parse", "--env", "X"], {"X": text}, ""
        for target in ("sync", "libpq", "nonsense"):
            yield ["dsn", "rewrite", "--to", target, text], None, ""


def fill_marks(text):
    return text.replace("§", SENTINEL)


def run(program, folder, words, environment, given):
    return subprocess.run([program, *words], cwd=folder, env={**ENVIRONMENT, **(environment or {})},
                          input=given.encode(), capture_output=True, timeout=60, check=False)


def leaks(output):
    text = output.decode("latin-1")
    views = [text, urllib.parse.unquote(text)]
    shares = [SENTINEL[i:i + SHARE] for i in range(len(SENTINEL) - SHARE + 1)]
    return any(share in view for view, share in itertools.product(views, shares))


def make_folder(parent, name):
    folder = parent / name
    folder.mkdir()
    for path, text in FOLDERS[name].items():
        (folder / path).write_text(fill_marks(text))
    return folder


def judged(words, done):
    """The fault of one run, or None."""
    is_rewritten = words[:2] == ["dsn", "rewrite"] and done.returncode == 0  # its output is the whole string
    if leaks(done.stderr) or (leaks(done.stdout) and not is_rewritten):
        return "the sentinel is in the output of: bootgate " + " ".join(words).replace(SENTINEL, "§")
    if done.returncode not in (0, 1, 2):
        return f"exit code {done.returncode} of: bootgate " + " ".join(words).replace(SENTINEL, "§")
    if b"no such command" in done.stderr:
        return "no such command: " + words[0]
    return None


def faults_of(program, folder):
    runs = [([fill_marks(word) for word in words], None, "") for words in commands()]
    if folder.name == "strings":
        runs += string_runs()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [fault for fault in pool.map(lambda it: judged(it[0], run(program, folder, *it)), runs) if fault]


def main(program):
    program = os.path.abspath(program)
    failed = 0
    print(f"1..{len(FOLDERS)}")
    with tempfile.TemporaryDirectory(prefix="bootgate-sentinel-") as temporary:
        for number, name in enumerate(FOLDERS, 1):
            folder = make_folder(pathlib.Path(temporary), name)
            faults = faults_of(program, folder)
            print(f"{'not ok' if faults else 'ok'} {number} - {name}")
            print("".join(f"# {fault}\n" for fault in faults), end="")
            failed += bool(faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
