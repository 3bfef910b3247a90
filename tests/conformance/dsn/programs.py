"""Random connection strings, ours against clients of other languages: go-sql-driver/mysql, pg-connection-string
and libcurl's URL API. Differences are shrunk.

usage: programs.py BUILD [COUNT [SEED]]
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys

from compare import WORDS, mutate

HERE = pathlib.Path(__file__).resolve().parent
USERS = ["app", "App-1", "u@v", "a:b", "p%40w", "%zz", "", "x y", "é", "a+b", "root%", "a/b", "o'k"]
HOSTS = ["db", "db.example", "localhost", "127.0.0.1", "10.0.0.5", "a_b", "DB.Example", "[::1]", "[fe80::1]", "", "h%2Ex"]
PORTS = ["", "", ":3306", ":5432", ":0", ":65535", ":65536", ":", ":x", ":05432"]
DATABASES = ["orders", "or%20ders", "a/b", "", "a b", "é", "x#y", "x%2Fy", "100%"]
POSTGRES_PAIRS = ["sslmode=disable", "host=other", "host=%2Frun%2Fpg", "port=6543", "user=root", "password=x%20y", "application_name=a+b", "host=",
                  "port=", "user=", "", "foo", "dbname=evil", "database=evil"]
MYSQL_PAIRS = ["parseTime=true", "charset=utf8mb4", "loc=Europe%2FBerlin", "timeout=3s", "foo=bar", "x", "", "sql_mode=%zz"]
NETWORKS = ["tcp", "tcp", "tcp", "tcp6", "unix", "", "cloudsql"]


def choose_pairs(rng, pairs):
    return "?" + "&".join(rng.choice(pairs) for _ in range(rng.randint(1, 3))) if rng.random() < 0.4 else ""


def choose_login(rng):
    if rng.random() < 0.2:
        return ""
    return rng.choice(USERS) + (":" + rng.choice(USERS + WORDS) if rng.random() < 0.8 else "") + "@"


def make_mysql(rng):
    network, address = rng.choice(NETWORKS), rng.choice(HOSTS) + rng.choice(PORTS)
    if network == "unix":
        address = rng.choice(["/run/mysqld/mysqld.sock", "", "relative.sock", "/a(b)"])
    place = network + ("(" + address + ")" if rng.random() < 0.9 else "")
    return choose_login(rng) + place + "/" + rng.choice(DATABASES) + choose_pairs(rng, MYSQL_PAIRS)


def make_postgres(rng):
    scheme = rng.choice(["postgresql", "postgres", "postgresql+asyncpg", "POSTGRES"])
    path = "/" + rng.choice(DATABASES) if rng.random() < 0.9 else ""
    return scheme + "://" + choose_login(rng) + rng.choice(HOSTS) + rng.choice(PORTS) + path + choose_pairs(rng, POSTGRES_PAIRS)


def make_http(rng):
    place = rng.choice(HOSTS + ["127.1", "0x7f.1", "2130706433", "db.", "a b"]) + rng.choice(PORTS)
    path = "/" + rng.choice(DATABASES) if rng.random() < 0.6 else ""
    return rng.choice(["http", "https", "HTTP"]) + "://" + choose_login(rng) + place + path + choose_pairs(rng, POSTGRES_PAIRS)


def build_go(build):
    program = build / "readers" / "gomysql"
    if not program.exists():
        program.parent.mkdir(exist_ok=True)
        environment = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=str(build / "readers" / "cache"))
        subprocess.run(["go", "build", "-o", program, HERE / "readers" / "gomysql.go"], env=environment, check=True)
    return [program], {}


def build_node(build):
    modules = build / "readers"
    if not (modules / "node_modules" / "pg-connection-string").is_dir():
        modules.mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", modules, "pg-connection-string@2"], check=True)
    return ["node", HERE / "readers" / "node_postgres.js"], {"NODE_PATH": str(modules / "node_modules")}


def build_curl(build):
    subprocess.run(["ninja", "-C", build, "tests/conformance/dsn_curl"], stdout=subprocess.DEVNULL, check=True)
    return [build / "tests/conformance/dsn_curl"], {}


# client: how to make strings, its program, the family that the text alone may not tell
PROGRAMS = {
    "go-sql-driver": (make_mysql, build_go, ["mysql"]),
    "node-postgres": (make_postgres, build_node, []),
    "curl": (make_http, build_curl, []),
}


def lines_of(command, texts, environment):
    data = b"".join(text.encode() + b"\0" for text in texts)
    run = subprocess.run(command, input=data, stdout=subprocess.PIPE, env=dict(os.environ, **environment), check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


BAD_PORT = 5
NETWORKS_OF_GO = ["tcp", "tcp4", "tcp6", "unix"]


class Comparison:
    def __init__(self, build, client):
        self.client = client
        self.make, prepare, arguments = PROGRAMS[client]
        self.theirs, self.environment = prepare(build)
        self.ours = [build / "tests/conformance/dsn_readings", *arguments]

    def differences(self, texts):
        rows = lines_of(self.ours, texts, {})
        wanted = lines_of(self.theirs, texts, self.environment)
        assert len(rows) == len(texts) == len(wanted)
        for text, row, theirs in zip(texts, rows, wanted):
            ours = next((each for each in row["readings"] if each["client"] == self.client), None)
            what = ours and self.differs(text, ours, theirs)
            if what:
                yield what, text, ours, theirs

    def differs(self, text, ours, theirs):
        host = ours["hosts"][0] if ours["hosts"] else {"host": "", "port": 0, "given": False}
        if ours["error"] == BAD_PORT and (theirs is None or not is_port(theirs["port"])):
            return None  # seen when it connects
        if self.is_explained(text, ours, theirs):
            return None
        if theirs is None or ours["error"]:
            return None if theirs is None and ours["error"] else "they refuse" if theirs is None else "they accept"
        for key in ("user", "password", "database"):
            if key in theirs and (ours[key] or "") != theirs[key]:
                return key
        if theirs.get("network", "unix") not in NETWORKS_OF_GO:
            return None  # where the program's own dialer goes
        if host["given"] and host["host"] != bare(theirs["host"]):
            return "host"
        port = number_in_front(theirs["port"]) if self.client == "node-postgres" else theirs["port"]
        port = port if is_port(port) else "0"
        return None if host["port"] == int(port) or (not port and host["class"] == "name") else "port"

    def is_explained(self, text, ours, theirs):
        if self.client == "go-sql-driver":  # values of its own parameters: durations, time zones, booleans
            return theirs is None and "?" in text.rsplit("/", 1)[-1]
        if theirs and "\ufffd" in "".join(theirs.values()):  # bytes that are no text
            return True
        if self.client == "node-postgres":
            # " postgres://…" is a path below its base, postgres://base; no database is called . or ..
            is_path = theirs and (theirs["host"] == "base" or text.startswith(" "))
            return (ours["error"] and is_path) or "/." in text
        # 127.0.0.1. and 0x.1: addresses for the URL standard, names for curl; both are taken for addresses
        return theirs and (theirs["host"].endswith(".") or "0x" in theirs["host"].lower())

    def shrink(self, what, text):
        """Takes bytes away as long as the same part still differs."""
        at = 0
        while at < len(text):
            shorter = text[:at] + text[at + 1:]
            if shorter and any(found[0] == what for found in self.differences([shorter])):
                text = shorter
            else:
                at += 1
        return text


def bare(host):
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def number_in_front(text):
    """pg gives the port to parseInt()."""
    return re.match(r"\s*\+?([0-9]*)", text).group(1)


def is_port(text):
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    differences = 0
    for client in PROGRAMS:
        rng = random.Random("%s %s" % (seed, client))
        comparison, found = Comparison(build, client), {}
        texts = [mutate(rng, comparison.make(rng)) for _ in range(count)]
        for what, text, ours, theirs in comparison.differences([text for text in texts if text]):
            found.setdefault(what, []).append(text)
        print("%s: seed %d, %d strings, %d differences" % (client, seed, count, sum(map(len, found.values()))))
        for what, texts in sorted(found.items()):
            shortest = comparison.shrink(what, min(texts, key=len))
            [(_, _, ours, theirs)] = comparison.differences([shortest])
            print("  %s: %d, such as %r" % (what, len(texts), shortest))
            print("    ours   %s\n    theirs %s" % (json.dumps(ours), json.dumps(theirs)))
            for text in texts[:6]:
                print("     ", repr(text))
        differences += sum(map(len, found.values()))
    return differences > 0


if __name__ == "__main__":
    sys.exit(main())
