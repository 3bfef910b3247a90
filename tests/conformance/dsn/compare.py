"""Random connection strings, ours against libpq, SQLAlchemy, asyncpg and PyMongo; differences are shrunk.

usage: compare.py BUILD [COUNT [SEED]]
"""
import json
import random
import re
import subprocess
import sys
import warnings
from urllib.parse import unquote

warnings.simplefilter("ignore")

from sqlalchemy.engine import url as sa_url

try:
    from asyncpg import connect_utils
except ImportError:
    connect_utils = None
try:
    import pymongo
    from pymongo import uri_parser
except ImportError:
    pymongo = uri_parser = None

SCHEMES = ["postgresql", "postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg2", "POSTGRESQL", "mongodb", "mysql+pymysql"]
WORDS = ["app", "s3cr3t", "db", "db.example", "localhost", "127.0.0.1", "0x7f.1", "[::1]", "[fe80::1%25eth0]", "a", "", "5432", "65536", "0",
         "p%40w", "100%", "%zz", "%00", "%2Fvar%2Frun", "h1,h2", "h1:1,h2:2", "u@v", "a:b", "x y", "é", "or%20ders", "+", "a+b"]
JOINTS = ["", ":", "@", "/", "?", "#", ",", "&", "=", "%", "[", "]", ";", " ", "://"]
PAIRS = ["sslmode=require", "host=other", "host=/run/pg", "host=h1,h2", "port=6543", "port=1,2", "user=root", "password=x%20y", "dbname=evil",
         "hostaddr=10.0.0.1", "application_name=a+b", "options=-c%20a=b", "ssl=true", "target_session_attrs=any", "foo=bar", "sslmode", "", "connect_timeout=3",
         "host=h:1&host=i:2", "sslmode="]
KEYWORDS = ["host", "port", "user", "password", "dbname", "hostaddr", "sslmode", "nosuch", "application_name", "connect_timeout"]
VALUES = ["db", "'two words'", "'it\\'s'", "a\\ b", "''", "5432", "'open", "a,b", "1,2", "x=y", "", "\\"]


def make_url(rng):
    text = rng.choice(SCHEMES) + "://"
    if rng.random() < 0.7:
        text += rng.choice(WORDS)
        if rng.random() < 0.8:
            text += ":" + rng.choice(WORDS)
        text += "@"
    text += rng.choice(WORDS)
    if rng.random() < 0.4:
        text += ":" + rng.choice(["5432", "5433", "", "x", "0", "65536", "5432,5433"])
    if rng.random() < 0.8:
        text += "/" + rng.choice(WORDS)
    if rng.random() < 0.5:
        text += "?" + "&".join(rng.choice(PAIRS) for _ in range(rng.randint(1, 3)))
    return mutate(rng, text)


def make_keywords(rng):
    text = " ".join(rng.choice(KEYWORDS) + rng.choice(["=", " = ", "= ", ""]) + rng.choice(VALUES) for _ in range(rng.randint(1, 4)))
    return mutate(rng, text)


def mutate(rng, text):
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        at = rng.randint(0, len(text))
        if rng.random() < 0.5:
            text = text[:at] + rng.choice(JOINTS) + text[at:]
        else:
            text = text[:at] + text[at + 1:]
    return text.replace("\0", "")


def ours(build, texts):
    data = b"".join(text.encode() + b"\0" for text in texts)
    run = subprocess.run([build + "/tests/conformance/dsn_readings"], input=data, capture_output=True, check=True)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    return [{reading["client"]: reading for reading in row["readings"]} for row in rows]


def libpq(build, texts):
    data = b"".join(text.encode() + b"\0" for text in texts)
    run = subprocess.run([build + "/tests/conformance/dsn_libpq"], input=data, capture_output=True, check=True)
    fields, rows, row = run.stdout.split(b"\0"), [], {}
    for field in fields:
        if field == b"":
            rows.append(row)
            row = {}
        elif field == b"!":
            row = None
        else:
            key, _, value = field.partition(b"=")
            row[key.decode()] = value.decode("utf-8", "surrogateescape")
    return rows[:len(texts)]


def text_of(value):
    """Our JSON writes bytes that are no UTF-8 as \\xNN."""
    value = value or ""
    data = value.encode("utf-8", "surrogateescape")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(chr(b) if b < 0x80 else "\\x%02x" % b for b in data)


CONNECT_FAULTS = (5, 6)  # bad port, bad host: PQconninfoParse leaves them to the connection


def differs_libpq(text, reading, wanted):
    if reading is None:
        return None
    if wanted is None:
        return None if reading["error"] else "libpq refuses"
    if reading["error"] and reading["error"] not in CONNECT_FAULTS:
        return "libpq accepts"
    for ours_key, key in (("user", "user"), ("password", "password"), ("database", "dbname")):
        if (reading[ours_key] or "") != text_of(wanted.get(key)):
            return key
    if reading["error"] or reading["indirect"]:
        return None
    hosts = (wanted.get("hostaddr") or wanted.get("host") or "").split(",")
    got = [host["host"] if host["given"] else "" for host in reading["hosts"]]
    names = (wanted.get("host") or "").split(",")
    hosts = [host or (names[i] if i < len(names) else "") for i, host in enumerate(hosts)]
    if got != [text_of(host) for host in hosts]:
        return "host"
    ports = (wanted.get("port") or "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    for host, port in zip(reading["hosts"], ports):
        if not port.strip() and host["port"] != 5432:
            return "port"
        if port.strip() and str(host["port"]) != str(int(port)):
            return "port"
    return None


def sqlalchemy(text):
    try:
        url = sa_url.make_url(text)
    except Exception:
        return None
    return url


def differs_sqlalchemy(text, reading, url):
    """The URL's own parts; where the query overrides them, that is what the driver gets."""
    if reading is None:
        return None
    if url is None:
        return None if reading["error"] else "sqlalchemy refuses"
    if reading["error"] in (3, 5, 8) or reading["indirect"]:
        return None  # no such dialect, a port or list that the driver refuses: later than make_url
    if reading["error"]:
        return "sqlalchemy accepts"
    query = url.query
    for ours_key, value, key in (("user", url.username, "user"), ("password", url.password, "password")):
        value = query.get(key, value)
        value = value[-1] if isinstance(value, tuple) else value
        if (reading[ours_key] or "") != (value or ""):
            return key
    if "dbname" not in query and "database" not in query and (reading["database"] or "") != (url.database or ""):
        return "database"
    if any(key in query for key in ("host", "port", "hostaddr", "unix_socket", "socket", "server")):
        return None
    got = ",".join(host["host"] if host["given"] else "" for host in reading["hosts"])
    if got != (url.host or ""):
        return "host"
    for host in reading["hosts"]:
        if url.port and host["port"] != url.port:
            return "port"
    return None


def asyncpg(text):
    try:
        addresses, parameters = connect_utils._parse_connect_dsn_and_args(
            dsn=text, host=None, port=None, user=None, password=None, passfile=None, database=None, ssl=None,
            connect_timeout=None, server_settings=None, **({"direct_tls": None} if "direct_tls" in ASYNCPG_ARGUMENTS else {}))[:2]
    except Exception:
        return None
    return addresses, parameters


ASYNCPG_ARGUMENTS = connect_utils._parse_connect_dsn_and_args.__code__.co_varnames if connect_utils else ()


def differs_asyncpg(text, reading, wanted):
    if reading is None:
        return None
    if wanted is None:
        return None if reading["error"] or "ssl" in text else "asyncpg refuses"
    if reading["error"] == 5:
        return None  # int() takes any number, the resolver does not
    if reading["error"]:
        return "asyncpg accepts"
    addresses, parameters = wanted
    if (reading["password"] or "") != (parameters.password or ""):
        return "password"
    if reading["user"] and reading["user"] != parameters.user:
        return "user"
    if not any(host["given"] for host in reading["hosts"]):
        return None
    got = [host["host"].rstrip("/") for host in reading["hosts"]]
    real = [a.rsplit("/.s.PGSQL.", 1)[0] if isinstance(a, str) else a[0] for a in addresses]
    return None if got == [host.rstrip("/") for host in real] else "host"


def pymongo_parse(text):
    try:
        return uri_parser.parse_uri(text, validate=False, warn=True)
    except Exception:
        return None


def differs_pymongo(text, reading, wanted):
    if reading is None:
        return None
    if wanted is None or "?" in text.split("//", 1)[1].split("/", 1)[0]:
        return None  # option values, and older versions that want a slash before ?
    if pymongo.version_tuple < (4,) and re.search("[%+]", text.split("//", 1)[1].split("/", 1)[0].rpartition("@")[2]):
        return None  # PyMongo 4 decodes all hosts before it takes them apart
    if reading["error"] in (6, 7):
        return None  # the specification refuses an empty host and a bare %, PyMongo lets some of them pass
    if reading["error"]:
        return "pymongo accepts"
    for ours_key, key in (("user", "username"), ("password", "password")):
        if (reading[ours_key] or "") != (wanted[key] or ""):
            return key
    got = [host["host"] for host in reading["hosts"]]
    return None if got == [node[0] for node in wanted["nodelist"]] else "host"


def is_replaced(reading):
    """Python's unquote() puts U+FFFD where escapes make no UTF-8; we keep the bytes."""
    return reading and "\\x" in "%s%s%s%s" % (reading["user"], reading["password"], reading["database"], reading["hosts"])


def differences(build, texts):
    readings, conninfo = ours(build, texts), libpq(build, texts)
    assert len(readings) == len(texts) == len(conninfo)
    for text, row, options in zip(texts, readings, conninfo):
        checks = [("libpq", differs_libpq, options), ("sqlalchemy", differs_sqlalchemy, sqlalchemy(text))]
        if connect_utils and text.startswith("postgres"):
            checks.append(("asyncpg", differs_asyncpg, asyncpg(text)))
        if uri_parser and text.startswith("mongodb://"):
            checks.append(("pymongo", differs_pymongo, pymongo_parse(text)))
        for client, differs, wanted in checks:
            if client != "libpq" and is_replaced(row.get(client)):
                continue
            what = differs(text, row.get(client), wanted)
            if what:
                yield text, client, what


def shrink(build, text, client):
    """Takes bytes away as long as the same client still differs."""
    at = 0
    while at < len(text):
        shorter = text[:at] + text[at + 1:]
        if shorter and any(found[1] == client for found in differences(build, [shorter])):
            text = shorter
        else:
            at += 1
    return text


def main():
    build = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    rng = random.Random(seed)
    print("seed", seed, "strings", count)
    found = {}
    for start in range(0, count, 5000):
        texts = [make_url(rng) if rng.random() < 0.8 else make_keywords(rng) for _ in range(min(5000, count - start))]
        for text, client, what in differences(build, texts):
            found.setdefault((client, what), []).append(text)
    for (client, what), texts in sorted(found.items()):
        shortest = shrink(build, min(texts, key=len), client)
        print("%s %s: %d, such as %r" % (client, what, len(texts), shortest))
        for text in texts[:3]:
            print("   ", repr(text))
    print("differences:", sum(map(len, found.values())))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
