"""The clients that programs.py compares: how strings for each are made, its program, and what is explained.

A reader in readers/ prints one line of JSON for each string: null where the client refuses it, otherwise the user,
the password, perhaps the database, and either host and port or `hosts`, a list of both.
"""
import os
import pathlib
import re
import shutil
import subprocess

from compare import WORDS, make_keywords

HERE = pathlib.Path(__file__).resolve().parent
USERS = ["app", "App-1", "u@v", "a:b", "p%40w", "%zz", "", "x y", "é", "a+b", "root%", "a/b", "o'k"]
HOSTS = ["db", "db.example", "localhost", "127.0.0.1", "10.0.0.5", "a_b", "DB.Example", "[::1]", "[fe80::1]", "", "h%2Ex"]
NUMBERS = ["127.1", "0x7f.1", "2130706433", "127.0.0.1.", "0", "017700000001", "[::]", "[0::1]", "[::ffff:127.0.0.1]", "db.", "db.1", "a b"]
NAMES = ["LOCALHOST", "ｌocalhost", "bücher.example", "%6cocalhost", "％31"]
LISTS = ["h1,h2", "h1:1,h2:2", "h1,h2:2", "h1,,h2"]
PORTS = ["", "", ":3306", ":5432", ":80", ":0", ":65535", ":65536", ":", ":x", ":05432", ": 1", ":-1"]
DATABASES = ["orders", "or%20ders", "a/b", "", "a b", "é", "x#y", "x%2Fy", "100%"]
BAD_PARAMETER = 8
STORES = ["0", "1", "15", "x", "1/2", " 1", "", "%31"]
POSTGRES_PAIRS = ["sslmode=disable", "host=other", "host=%2Frun%2Fpg", "port=6543", "user=root", "password=x%20y", "application_name=a+b", "host=",
                  "port=", "user=", "", "foo", "dbname=evil", "database=evil"]
MYSQL_PAIRS = ["parseTime=true", "charset=utf8mb4", "loc=Europe%2FBerlin", "timeout=3s", "foo=bar", "x", "", "sql_mode=%zz"]
NODE_MYSQL_PAIRS = ["host=other", "port=1", "user=root", "password=x%20y", "database=evil", "charset=utf8", "ssl=true", "", "x", "ssl={}"]
REDIS_PAIRS = ["db=3", "db=x", "host=other", "port=1", "password=x", "username=y", "ssl_cert_reqs=none", "", "protocol=3", "host=", "db="]
BROKER_PAIRS = ["heartbeat=10", "connection_timeout=5", "channel_max=9", "auth_mechanism=plain", "", "x"]
MAIL_PAIRS = ["pool=true", "", "x=1"]
PACKAGES = ["pg-connection-string@2", "mysql2@3", "ioredis@6", "@redis/client@6", "nodemailer@10", "mongodb@7"]
MONGO_PAIRS = ["authSource=admin", "replicaSet=rs0", "retryWrites=true", "w=majority", "tls=false", "w", "", "authSource="]
NETWORKS = ["tcp", "tcp", "tcp", "tcp6", "unix", "", "cloudsql"]


JDBC_PAIRS = ["user=app", "password=x%20y", "user=u%40v", "password=a+b", "ssl=true", "user=", "password", "", "port=1", "host=x", "PGHOST=evil",
              "PGDBNAME=evil", "dbname=evil", "PGPORT=99", "password=%zz", "currentSchema=a,b", "USER=other"]
JDBC_JAR = "/usr/share/java/postgresql.jar"


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


def make_urls(schemes, hosts, pairs, databases=DATABASES):
    def make(rng):
        path = "/" + rng.choice(databases) if rng.random() < 0.8 else ""
        return rng.choice(schemes) + "://" + choose_login(rng) + rng.choice(hosts) + rng.choice(PORTS) + path + choose_pairs(rng, pairs)
    return make


def make_jdbc(rng):
    pairs = choose_pairs(rng, JDBC_PAIRS)
    if rng.random() < 0.15:
        return "jdbc:postgresql:" + rng.choice(["", "/", "//"]) + rng.choice(DATABASES) + pairs
    hosts = ",".join(rng.choice(HOSTS + ["::1", "a b"]) + rng.choice(PORTS) for _ in range(rng.choice([1, 1, 1, 2, 3])))
    return "jdbc:postgresql://" + hosts + rng.choice(["/", "/", "/", ""]) + rng.choice(DATABASES) + pairs


HTTP = make_urls(["http", "https", "HTTP"], HOSTS + NUMBERS + NAMES, POSTGRES_PAIRS)
REDIS = make_urls(["redis", "rediss", "REDIS"], HOSTS + NUMBERS + NAMES, REDIS_PAIRS, STORES)
POSTGRES = make_urls(["postgresql", "postgres"], HOSTS + NUMBERS + LISTS, POSTGRES_PAIRS)


def build_go(build):
    program = build / "readers" / "clients"
    if not program.exists():
        program.parent.mkdir(exist_ok=True)
        environment = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=str(build / "readers" / "cache"))
        subprocess.run(["go", "build", "-o", program, HERE / "readers" / "clients.go"], env=environment, check=True)
    return program


def build_node(build):
    modules = build / "readers" / "node_modules"
    if not all((modules / package.rsplit("@", 1)[0]).is_dir() for package in PACKAGES):
        modules.parent.mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", modules.parent, *PACKAGES], check=True)
    return modules


def build_curl(build):
    subprocess.run(["ninja", "-C", build, "tests/conformance/dsn_curl"], stdout=subprocess.DEVNULL, check=True)
    return build / "tests/conformance/dsn_curl"


class Client:
    """One client; `family` is told to our reader where the text alone leaves it open."""
    family = []
    environment = {}

    def __init__(self, make, name):
        self.make, self.name = make, name

    def prepare(self, build):
        """Makes the program and leaves its command line in `command`."""
        raise NotImplementedError

    def is_installed(self):
        return True

    def is_explained(self, text, ours, theirs):
        """True where a difference is known and no deployment can meet it; either side may refuse."""
        return False

    def read_port(self, text):
        return text


class Curl(Client):
    def prepare(self, build):
        self.command = [build_curl(build)]

    def is_explained(self, text, ours, theirs):
        # 127.0.0.1. and 0x.1: addresses for the URL standard, names for curl; both are taken for addresses
        return theirs and (theirs["host"].endswith(".") or "0x" in theirs["host"].lower())


class Go(Client):
    def prepare(self, build):
        self.command = [build_go(build), self.name]

    def is_explained(self, text, ours, theirs):
        return theirs and not is_url(text)


class GoMysql(Go):
    family = ["mysql"]

    def is_explained(self, text, ours, theirs):
        if theirs is None:  # values of its own parameters: durations, time zones, booleans
            return "?" in text.rsplit("/", 1)[-1]
        return theirs["network"] not in ("tcp", "tcp4", "tcp6", "unix")  # where the program's own dialer goes


class Amqp(Go):
    def is_explained(self, text, ours, theirs):
        is_unread = theirs and ours["error"] == BAD_PARAMETER  # Debian's release looks at no value of a parameter
        return super().is_explained(text, ours, theirs) or ":////" in text or is_unread


class Pgx(Go):
    def is_explained(self, text, ours, theirs):
        if theirs is None:  # values of its own parameters
            return re.search("sslmode|connect_timeout|target_session_attrs", text)
        # no URL, a database of one name or another at random, a database that is a path
        return re.match(" |postgres(ql)?:(?!//)", text) or re.search("database=.*dbname=|dbname=.*database=|(dbname|database)=/", text)


class Node(Client):
    def prepare(self, build):
        self.environment = {"NODE_PATH": str(build_node(build))}
        self.command = ["node", HERE / "readers" / "clients.js", self.name]

    def is_explained(self, text, ours, theirs):
        # a letter that libidn2 does not know, or a hyphen at an end, hides a fullwidth % from it; no database is . or ..
        return not is_url(text) or re.search("％.*([^\\x00-\\x7f]|-)|([^\\x00-\\x7f]|-).*％", text) or re.search(r"/\.{1,2}([/?#]|$)", text)


class NodeRedis(Node):
    def is_explained(self, text, ours, theirs):
        is_no_store = theirs and theirs["database"] and not theirs["database"].isdigit()  # Number(): -1, 1e3
        return super().is_explained(text, ours, theirs) or is_no_store


class Ioredis(Node):
    def is_explained(self, text, ours, theirs):
        is_no_number = theirs and "%20" in theirs["database"]
        return super().is_explained(text, ours, theirs) or is_no_number


class NodePostgres(Node):
    def is_explained(self, text, ours, theirs):
        # " postgres://…" is a path below its base, postgres://base
        is_path = theirs and (theirs["host"] == "base" or text.startswith(" "))
        # a login of the query is taken before the one that cannot be decoded is looked at
        is_unused = theirs and re.search("[?&](user|password)=", text)
        return (ours["error"] and (is_path or is_unused)) or super().is_explained("x" + text.strip(), ours, theirs)

    def read_port(self, text):
        return re.match(r"\s*\+?([0-9]*)", text).group(1)  # parseInt()


class Nodemailer(Node):
    def is_explained(self, text, ours, theirs):
        # one bare % leaves the whole of a login as the URL standard escapes it; what the standard refuses, Node's
        # old parser may take
        return not is_url(text) or has_bare_percent(text) or (theirs and ours["error"])


class Mongodb(Node):
    def is_explained(self, text, ours, theirs):
        # its options are its own; names of databases and empty hosts, which the specification refuses, it lets pass
        is_lenient = theirs and ours["error"] in (6, 9)
        return not is_url(text) or theirs is None or is_lenient or "#" in text or "?" in text.split("//", 1)[1].split("/", 1)[0]


class Pgjdbc(Client):
    def prepare(self, build):
        self.command = ["java", "-cp", JDBC_JAR, HERE / "readers" / "Pgjdbc.java"]

    def is_installed(self):
        return os.path.exists(JDBC_JAR) and shutil.which("javac")  # which runs a source file too

    def is_explained(self, text, ours, theirs):
        # a database of the user's name is taken when it connects; as many hosts as ports where some are empty
        return (theirs and not theirs["database"] and ours["database"] == theirs["user"]) or re.search(",:|//[,:]|,[^/]*:/|PGHOST=[^&]*,", text)


class Python(Client):
    def prepare(self, build):
        self.command = ["/usr/bin/python3", HERE / "readers" / "clients.py", self.name]

    def is_explained(self, text, ours, theirs):
        return not is_url(text) or re.search(r"\].*\[", text)  # Python before 3.11.4 takes "]@[::"


class RedisPy(Python):
    def is_explained(self, text, ours, theirs):
        return super().is_explained(text, ours, theirs) or re.search(":0.*port=", text)  # to dial port 0 is to dial none


class Kombu(Python):
    def is_explained(self, text, ours, theirs):
        return super().is_explained(text, ours, theirs) or ";" in text  # a list of brokers, cut before


def is_url(text):
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text)


def has_bare_percent(text):
    return re.search("%(?![0-9A-Fa-f]{2})", text)


CLIENTS = [
    GoMysql(make_mysql, "go-sql-driver"),
    NodePostgres(make_urls(["postgresql", "postgres", "postgresql+asyncpg", "POSTGRES"], HOSTS, POSTGRES_PAIRS), "node-postgres"),
    Curl(make_urls(["http", "https", "HTTP"], HOSTS + ["127.1", "0x7f.1", "2130706433", "db.", "a b"], POSTGRES_PAIRS), "curl"),
    Pgjdbc(make_jdbc, "pgjdbc"),
    Pgx(POSTGRES, "pgx"),
    Pgx(make_keywords, "pgx"),
    Go(HTTP, "go-url"),
    Node(HTTP, "whatwg"),
    Python(HTTP, "urllib"),
    Node(make_urls(["mysql", "mysql2", "mariadb"], HOSTS + NUMBERS, NODE_MYSQL_PAIRS), "mysql2"),
    RedisPy(REDIS, "redis-py"),
    Ioredis(REDIS, "ioredis"),
    NodeRedis(REDIS, "node-redis"),
    Kombu(make_urls(["amqp", "amqps", "redis", "pyamqp"], HOSTS + NUMBERS, POSTGRES_PAIRS), "kombu"),
    Amqp(make_urls(["amqp", "amqps", "AMQP"], HOSTS + NUMBERS, BROKER_PAIRS), "amqp"),
    Mongodb(make_urls(["mongodb"], HOSTS + LISTS + ["%2Frun%2Fmongodb.sock", "10.0.0.5"], MONGO_PAIRS), "mongodb"),
    Nodemailer(make_urls(["smtp", "smtps"], HOSTS + NUMBERS, MAIL_PAIRS), "nodemailer"),
]
