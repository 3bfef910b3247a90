"""Rewrites every driver's strings for every other driver and connects with what comes out, to PostgreSQL and MariaDB.

usage: grid.py BOOTGATE [DIALECT...]

Sources are all drivers of rules/drivers.yaml for PostgreSQL, MySQL and MariaDB, each with twelve forms of parameters in
its own spelling; targets are sync, async, libpq, asyncpg and all drivers of the dialect. A result must connect as the
same user to the same database, or be refused; where something was left out its name must have been said. Drivers that
are not installed, and all of SQL Server and Oracle, are asked for their connect arguments alone, by SQLAlchemy's dialect. The servers run in temporary
directories on loopback ports, as an unprivileged user, and are stopped by their processes.
"""
import asyncio
import collections
import glob
import importlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings

warnings.simplefilter("ignore")

import sqlalchemy
from sqlalchemy.engine.url import make_url
from sqlalchemy.ext.asyncio import create_async_engine

import connect

ROOT = pathlib.Path(__file__).resolve().parents[3]
USER, PASSWORD, DATABASE = "app", "p-w_1.2~x", "orders"
MODULES = {"psycopg2": "psycopg2", "pg8000": "pg8000", "asyncpg": "asyncpg", "psycopg": "psycopg", "psycopg_async": "psycopg", "pymysql": "pymysql",
           "mysqldb": "MySQLdb", "aiomysql": "aiomysql", "asyncmy": "asyncmy", "mysqlconnector": "mysql.connector", "mariadbconnector": "mariadb"}
# The arguments of connect() of drivers that may not be here: pg8000 1.31, MySQL Connector/Python 9, MariaDB 1.1, asyncmy 0.2.
KEYWORDS = {
    "pg8000": "user host database port password source_address unix_sock ssl_context timeout tcp_keepalive application_name replication startup_params",
    "mysqlconnector": "user password host port database unix_socket auth_plugin use_unicode charset collation autocommit time_zone sql_mode get_warnings "
                      "raise_on_warnings connection_timeout connect_timeout client_flags buffered raw consume_results tls_versions ssl_ca ssl_cert ssl_disabled ssl_key "
                      "ssl_verify_cert ssl_verify_identity force_ipv6 compress use_pure allow_local_infile converter_class",
    "mariadbconnector": "user username password host port database db unix_socket autocommit connect_timeout read_timeout write_timeout local_infile compress "
                        "init_command default_file default_group plugin_dir ssl ssl_key ssl_ca ssl_cert ssl_crl ssl_cipher ssl_capath ssl_verify_cert tls_version "
                        "status_callback client_flag reconnect converter",
    "asyncmy": "user password host database db unix_socket port charset sql_mode read_default_file conv use_unicode client_flag cursor_cls cursorclass "
               "init_command connect_timeout read_default_group autocommit local_infile max_allowed_packet auth_plugin_map read_timeout write_timeout "
               "program_name server_public_key echo ssl bind_address binary_prefix",
    "pymssql": "server user password database timeout login_timeout charset as_dict host appname port encryption read_only conn_properties autocommit "
               "tds_version use_datetime2 arraysize",
    "cx_oracle": "user password dsn mode handle pool threaded events cclass purity newpassword encoding nencoding edition appcontext tag matchanytag "
                 "shardingkey supershardingkey stmtcachesize",
}
ASYNC = {"asyncpg", "aiomysql", "asyncmy", "psycopg_async"}

# What a driver's own users write: host, port and directory are filled in.
POSTGRES_FORMS = {
    "plain": "",
    "tls": {"asyncpg": "ssl=prefer", "pg8000": "", None: "sslmode=prefer"},
    "tls off": {"asyncpg": "ssl=disable", "pg8000": "", None: "sslmode=disable"},
    "timeout": {"asyncpg": "command_timeout=5", "pg8000": "", None: "connect_timeout=5"},
    "name": {"asyncpg": "prepared_statement_cache_size=0", None: "application_name=shop"},
    "options": {"asyncpg": "", "pg8000": "", None: "options=-csearch_path%%3Dpublic"},
    "host": "@host=%(host)s&port=%(port)s",
    "hosts": {"pg8000": "", "asyncpg": "@host=%(host)s:%(port)s&host=%(host)s:%(port)s", None: "@host=%(host)s,%(host)s&port=%(port)s,%(port)s"},
    "socket": {"pg8000": "@unix_sock=%(home)s/.s.PGSQL.%(port)s", None: "@host=%(home)s&port=%(port)s"},
    "twice": {"asyncpg": "ssl=prefer&ssl=prefer", "pg8000": "", None: "sslmode=require&sslmode=prefer"},
    "of another program": "pgbouncer=true&connection_limit=5",
    "of the server": "statement_timeout=5000",
}
MYSQL_FORMS = {
    "plain": "",
    "charset": "charset=utf8mb4",
    "timeout": {"mysqlconnector": "connection_timeout=5", None: "connect_timeout=5"},
    "socket": {"pyodbc": "", None: "unix_socket=%(home)s/m.sock"},
    "socket without a host": {"pyodbc": "", None: "@unix_socket=%(home)s/m.sock"},
    "ca": {"aiomysql": "", "asyncmy": "", "pyodbc": "", None: "ssl_ca=%(home)s/ca.pem"},
    "tls word": "ssl-mode=DISABLED",
    "tls word on": "ssl=true",
    "file": {"mysqlconnector": "", "pyodbc": "", "mariadbconnector": "", None: "read_default_file=%(home)s/my.cnf"},
    "reads": {"pymysql": "read_timeout=5", "mysqldb": "read_timeout=5", "mysqlconnector": "buffered=true", None: ""},
    "of Go": "parseTime=true&loc=UTC",
    "twice": "charset=utf8&charset=utf8mb4",
}


# The server has no certificate: what the driver would be called with is all there is to see.
UNCONNECTED = {"ca"}


# Nobody here to connect to: SQLAlchemy's dialects are asked for the arguments alone.
MSSQL_FORMS = {
    "plain": "",
    "driver": {"pymssql": "", None: "driver=ODBC+Driver+18+for+SQL+Server"},
    "tls": {"pymssql": "", None: "Encrypt=yes&TrustServerCertificate=no"},
    "timeout": {"pymssql": "login_timeout=5", None: "timeout=5"},
    "name": {"pymssql": "appname=shop", None: "APP=shop&WSID=box"},
    "availability": {"pymssql": "", None: "MultiSubnetFailover=Yes&ApplicationIntent=ReadOnly"},
    "login": {"pymssql": "", None: "Authentication=ActiveDirectoryPassword"},
    "charset": {"pymssql": "charset=utf8", None: "ClientCharset=UTF-8"},
    "source": {"pymssql": "", None: "@dsn=shop"},
    "whole": {"pymssql": "", None: "@odbc_connect=DRIVER%%3Dx%%3BSERVER%%3Dsql"},
    "version": {"pymssql": "tds_version=7.4", None: "TDS_Version=7.4"},
    "unknown": {"pymssql": "", None: "shop=till"},
}
ORACLE_FORMS = {
    "plain": "",
    "service": "@%(host)s:%(port)s/?service_name=shop",
    "alias": "@shop",
    "mode": "mode=0",
    "encoding": {"cx_oracle": "encoding=UTF-8&nencoding=UTF-8", None: ""},
    "threads": {"cx_oracle": "threaded=true&events=true", None: ""},
    "wallet": {"cx_oracle": "", None: "wallet_location=%(home)s&wallet_password=x"},
    "files": {"cx_oracle": "", None: "config_dir=%(home)s"},
    "timeout": {"cx_oracle": "", None: "tcp_connect_timeout=5&retry_count=2"},
    "pool": "purity=0&cclass=shop",
    "sizes": "stmtcachesize=20",
    "unknown": {"oracledb": "shop=till", None: ""},
}


class Absent:
    """In the place of a driver that is not here."""
    @staticmethod
    def makedsn(host, port, **named):
        return "%s:%s %s" % (host, port, named)


def drivers():
    """dialect -> names of drivers that SQLAlchemy loads, as rules/drivers.yaml has them."""
    found = collections.defaultdict(list)
    for line in (ROOT / "rules/drivers.yaml").read_text().splitlines():
        row = re.match(r"  - \{dialect: (\w+), name: (\w+), .*loads: true\}", line)
        if row:
            found[row[1]].append(row[2])
    return found


def form_of(form, driver):
    return form if isinstance(form, str) else form.get(driver, form[None])


def source(dialect, driver, form, places):
    text = form_of(form, driver) % places
    if text.startswith("@") and "=" not in text.partition("?")[0]:
        return "%s+%s://%s:%s%s" % (dialect, driver, USER, PASSWORD, text)
    host = "" if text.startswith("@") else "%(host)s:%(port)s" % places
    return "%s+%s://%s:%s@%s/%s%s" % (dialect, driver, USER, PASSWORD, host, DATABASE, "?" + text.lstrip("@") if text else "")


def is_installed(driver):
    try:
        return driver in MODULES and importlib.import_module(MODULES[driver]) is not None
    except ImportError:
        return False


def dialect_of(url):
    try:
        return make_url(url).get_dialect()
    except sqlalchemy.exc.NoSuchModuleError:
        return None  # SQLAlchemy 2's


def ask(url, query):
    """What the server says through the driver that the URL names."""
    if make_url(url).get_driver_name() in ASYNC:
        async def answer():
            engine = create_async_engine(url)
            async with engine.connect() as connection:
                found = (await connection.execute(sqlalchemy.text(query))).scalar()
            await engine.dispose()
            return found
        return asyncio.run(answer())
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sqlalchemy.text(query)).scalar()
    engine.dispose()
    return found


def arguments(dialect, driver, url):
    """What the driver would be called with: none that it does not know."""
    try:
        asked = dialect()
        asked.dbapi = asked.dbapi or Absent
        _, named = asked.create_connect_args(make_url(url))
    except ImportError:  # the dialect itself asks its driver
        return "absent", "the driver is not here"
    unknown = [name for name in named if driver in KEYWORDS and name not in KEYWORDS[driver].split()]
    return ("wrong", "no such arguments: " + ", ".join(unknown)) if unknown else ("arguments", "")


def outcome(url, query, wanted, connects=True):
    """(connects | arguments | wrong | absent, why)"""
    if url.startswith("postgresql://"):
        return ("connects", "") if connect.psql(url, query) == wanted else ("wrong", "libpq does not connect")
    driver = url.split("://")[0].split("+")[-1]
    dialect = dialect_of(url)
    if dialect is None:
        return "absent", "SQLAlchemy here knows no such driver"
    if driver == "asyncpg" and url.count("host=") > 1 and sqlalchemy.__version__ < "2":
        return "absent", "lists of hosts go to asyncpg since SQLAlchemy 2"
    if not is_installed(driver) or not connects:
        return arguments(dialect, driver, url)
    try:
        answer = ask(url, query)
    except (NotImplementedError, sqlalchemy.exc.InvalidRequestError):  # this pg8000 is too old for this SQLAlchemy
        return arguments(dialect, driver, url)
    except Exception as error:
        return "wrong", "%s: %s" % (type(error).__name__, str(error).splitlines()[0][:90])
    return ("connects", "") if answer == wanted else ("wrong", "another server, user or database")


def lost(before, after, said):
    """Names of parameters that are gone without a word: neither there, nor in another spelling, nor said."""
    spelled = {"ssl": "sslmode", "sslmode": "ssl", "unix_sock": "host", "host": "unix_sock", "statement_timeout": "options",
               "connection_timeout": "connect_timeout"}
    names = {pair.split("=")[0] for pair in before.partition("?")[2].split("&") if pair}
    left = {pair.split("=")[0] for pair in after.partition("?")[2].split("&") if pair}
    moved = {"host", "port"} if "@/" not in after else {"port"} if "unix_sock" in left or re.search(r"host=[^&]*:", after) else set()
    return [name for name in names - left - moved if spelled.get(name, name.lower()) not in left and name.lower() not in said.lower()]


class Grid:
    def __init__(self, bootgate, query, wanted):
        self.bootgate, self.query, self.wanted = bootgate, query, wanted
        self.counts = collections.Counter()

    def check(self, what, text, target, connects=True):
        run = subprocess.run([self.bootgate, "dsn", "rewrite", "--to", target, "-"], input=text, capture_output=True, text=True)
        result = run.stdout.rstrip("\n")
        if run.returncode:
            self.counts["refused"] += 1
            return
        if target == "asyncpg":
            kind, why = self.by_asyncpg(result)
        else:
            kind, why = outcome(result, self.query, self.wanted, connects)
        gone = lost(text, result, run.stderr)
        if gone:
            kind, why = "wrong", "without a word: " + ", ".join(gone)
        self.counts[kind] += 1
        if kind == "wrong":
            print("not ok %s to %s: %s -> %s: %s" % (what, target, shown(text), shown(result), why), flush=True)

    def by_asyncpg(self, result):
        try:
            async def answer():
                connection = await connect.asyncpg.connect(result)
                found = await connection.fetchval(self.query)
                await connection.close()
                return found
            return ("connects", "") if asyncio.run(answer()) == self.wanted else ("wrong", "another place")
        except Exception as error:
            return "wrong", type(error).__name__

    def run(self, dialect, forms, targets, places):
        for driver in targets:
            for name, form in forms.items():
                text = source(dialect, driver, form, places)
                raw = ["libpq", "asyncpg"] if dialect == "postgresql" else []
                for target in ["sync", "async", *raw, *targets]:
                    whole = target if target not in targets or target in raw else dialect + "+" + target
                    self.check("%s+%s, %s" % (dialect, driver, name), text, whole, name not in UNCONNECTED)


def shown(text):
    return text.replace(PASSWORD, "********")


def start_postgres(home, port):
    tools = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    return connect.start(tools, home, port)


def prepare_postgres(server, port):
    base = "postgresql://%s:%s@127.0.0.1:%d/" % (USER, PASSWORD, port)
    connect.wait_for(server, base + "postgres")
    connect.psql(base + "postgres", "create database " + DATABASE)


def start_mariadb(home, port):
    account = connect.demoted()
    init = pathlib.Path(home, "init.sql")
    # A fresh server has an account without a name for this machine, which would come before app@'%'.
    init.write_text("create database if not exists %s;\ncreate or replace user %s@localhost identified by '%s';\ngrant all on %s.* to %s@localhost;\n"
                    % (DATABASE, USER, PASSWORD, DATABASE, USER))
    pathlib.Path(home, "my.cnf").write_text("[client]\nconnect-timeout=5\n")
    for path in (home, init):
        if os.geteuid() == 0:
            shutil.chown(path, "nobody")
    data = home + "/data"
    subprocess.run(["mariadb-install-db", "--no-defaults", "--datadir=" + data, "--skip-test-db", "--auth-root-authentication-method=normal"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home, **account)
    return subprocess.Popen([shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + data, "--bind-address=127.0.0.1",
                             "--port=%d" % port, "--socket=%s/m.sock" % home, "--pid-file=%s/pid" % home, "--init-file=%s" % init,
                             "--innodb-buffer-pool-size=16M", "--performance-schema=off"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home, **account)


def prepare_mariadb(server, port):
    url = "mysql+pymysql://%s:%s@127.0.0.1:%d/%s" % (USER, PASSWORD, port, DATABASE)
    for _ in range(600):
        if server.poll() is not None:
            sys.exit("the server did not start")
        try:
            ask(url, "select 1")
            return
        except Exception:
            time.sleep(0.2)
    sys.exit("the server did not answer")


SERVERS = {
    # name: how it is started, made ready, and ended at once
    "postgresql": (start_postgres, prepare_postgres, signal.SIGINT),
    "mariadb": (start_mariadb, prepare_mariadb, signal.SIGTERM),
}


def with_server(name, run):
    start, prepare, end = SERVERS[name]
    home = tempfile.mkdtemp(prefix="grid")
    port, server = connect.free_port(), None
    try:
        os.chmod(home, 0o755)
        server = start(home, port)
        prepare(server, port)
        return run({"host": "127.0.0.1", "port": port, "home": home})
    finally:
        if server:
            server.send_signal(end)
            server.wait()
        shutil.rmtree(home, ignore_errors=True)


def main():
    bootgate, known, wrong = os.path.abspath(sys.argv[1]), drivers(), 0
    connect.USER, connect.PASSWORD, connect.DATABASE = USER, PASSWORD, DATABASE
    if len(sys.argv) < 3 or "postgresql" in sys.argv[2:]:
        grid = Grid(bootgate, "select current_user || '|' || current_database()", "%s|%s" % (USER, DATABASE))
        with_server("postgresql", lambda places: grid.run("postgresql", POSTGRES_FORMS, known["postgresql"], places))
        wrong += report("postgresql", grid)
    for dialect in ("mysql", "mariadb"):
        if len(sys.argv) >= 3 and dialect not in sys.argv[2:]:
            continue
        grid = Grid(bootgate, "select concat(substring_index(current_user(), '@', 1), '|', database())", "%s|%s" % (USER, DATABASE))
        with_server("mariadb", lambda places: grid.run(dialect, MYSQL_FORMS, known[dialect], places))
        wrong += report(dialect, grid)
    for dialect, forms in (("mssql", MSSQL_FORMS), ("oracle", ORACLE_FORMS)):
        if len(sys.argv) < 3 or dialect in sys.argv[2:]:
            grid = Grid(bootgate, "", "")
            grid.run(dialect, forms, known[dialect], {"host": "db.example.net", "port": 1500, "home": "/srv/shop"})
            wrong += report(dialect, grid)
    return wrong != 0


def report(dialect, grid):
    print("%s: %d rewrites: %d connect, %d hand arguments to a driver that is not here, %d name a driver that SQLAlchemy here lacks, "
          "%d refused, %d wrong" % (dialect, sum(grid.counts.values()), grid.counts["connects"], grid.counts["arguments"], grid.counts["absent"],
                                    grid.counts["refused"], grid.counts["wrong"]), flush=True)
    return grid.counts["wrong"]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends with us
    sys.exit(main())
