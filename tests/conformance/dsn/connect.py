"""Rewrites connection strings and connects with every result to a real PostgreSQL: same user, same database.

usage: connect.py REWRITER

Needs Debian's postgresql, python3-psycopg2, python3-sqlalchemy and python3-asyncpg; the server runs in a
temporary directory on a loopback port, as an unprivileged user, and is stopped by its process.
"""
import asyncio
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import asyncpg
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine

USER, PASSWORD, DATABASE = "app", "p@s/s:w%rd#?", "or ders"
QUOTED = "p%40s%2Fs%3Aw%25rd%23%3F"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def demoted():
    """The account to run as: postgres refuses to run as root."""
    return {} if os.geteuid() else {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def start(tools, home, port):
    secret = os.path.join(home, "secret")
    with open(secret, "w") as file:
        file.write(PASSWORD)
    if os.geteuid() == 0:
        for path in (home, secret):
            shutil.chown(path, "nobody")
    data = os.path.join(home, "data")
    subprocess.run([tools + "/initdb", "-D", data, "-U", USER, "--pwfile", secret, "-A", "scram-sha-256", "-N"],
                   check=True, stdout=subprocess.DEVNULL, cwd=home, **demoted())
    return subprocess.Popen([tools + "/postgres", "-D", data, "-p", str(port), "-k", home, "-c", "listen_addresses=127.0.0.1"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home, **demoted())


def psql(uri, query):
    run = subprocess.run(["psql", "-XAtc", query, uri], capture_output=True, text=True)
    return run.stdout.strip() if run.returncode == 0 else "failed"


def wait_for(server, uri):
    for _ in range(100):
        if server.poll() is not None:
            sys.exit("the server did not start")
        if psql(uri, "select 1") == "1":
            return
        time.sleep(0.1)
    sys.exit("the server did not answer")


QUERY = "select current_user || '|' || current_database()"


def by_sync(url):
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        answer = connection.execute(sqlalchemy.text(QUERY)).scalar()
    engine.dispose()
    return answer


def by_async(url):
    async def ask():
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            answer = (await connection.execute(sqlalchemy.text(QUERY))).scalar()
        await engine.dispose()
        return answer
    return asyncio.run(ask())


def by_asyncpg(dsn):
    async def ask():
        connection = await asyncpg.connect(dsn)
        answer = await connection.fetchval(QUERY)
        await connection.close()
        return answer
    return asyncio.run(ask())


CLIENTS = {"sync": by_sync, "async": by_async, "libpq": lambda uri: psql(uri, QUERY), "asyncpg": by_asyncpg}


def sources(port, home):
    host, quoted_home = "127.0.0.1:%d" % port, home.replace("/", "%2F")
    login = "%s:%s@" % (USER, QUOTED)
    return [
        "postgresql://%s%s/or%%20ders" % (login, host),
        "postgres://%s%s/or%%20ders?sslmode=disable" % (login, host),
        "postgresql+asyncpg://%s%s/or ders?ssl=disable&command_timeout=5" % (login, host),
        "postgresql+psycopg2://%s%s/or ders?application_name=x&connect_timeout=5" % (login, host),
        "postgresql://%s%s/or%%20ders?connection_limit=5&pgbouncer=true&schema=public" % (login, host),
        "postgresql://%s%s,%s/or%%20ders" % (login, host, host),
        "postgresql://%s%s:%d/or%%20ders" % (login, quoted_home, port),
        "postgresql://%s/or%%20ders?host=%s&port=%d" % (login, home, port),
        "jdbc:postgresql://%s/or%%20ders?user=%s&password=%s&ssl=false" % (host, USER, QUOTED),
        "host=127.0.0.1 port=%d user=%s password='%s' dbname='or ders'" % (port, USER, PASSWORD),
        "Host=127.0.0.1;Port=%d;Username=%s;Password=\"%s\";Database=or ders;SSL Mode=Disable" % (port, USER, PASSWORD),
    ]


def is_too_old(target, source):
    """SQLAlchemy hands lists of hosts to asyncpg since 2.0."""
    return target == "async" and "," in source.split("?")[0] and sqlalchemy.__version__ < "2"


def check(rewriter, source, port):
    wrong = 0
    for target, connect in CLIENTS.items():
        if is_too_old(target, source):
            continue
        run = subprocess.run([rewriter, target], input=source, capture_output=True, text=True)
        shown = source.replace(QUOTED, "********").replace(PASSWORD, "********").replace(str(port), "PORT")
        try:
            answer = connect(run.stdout.rstrip("\n")) if run.returncode == 0 else "refused: " + run.stderr.strip()
        except Exception as error:
            answer = type(error).__name__
        if answer != "%s|%s" % (USER, DATABASE):
            wrong += 1
            print("not ok", target, shown, "->", answer)
    return wrong


def main():
    rewriter = os.path.abspath(sys.argv[1])
    tools = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    home = tempfile.mkdtemp(prefix="pg")
    port = free_port()
    server = None
    try:
        os.chmod(home, 0o755)
        server = start(tools, home, port)
        base = "postgresql://%s:%s@127.0.0.1:%d/" % (USER, QUOTED, port)
        wait_for(server, base + "postgres")
        psql(base + "postgres", 'create database "%s"' % DATABASE)
        cases = sources(port, home)
        wrong = sum(check(rewriter, source, port) for source in cases)
        print("%d strings through %d clients, %d wrong" % (len(cases), len(CLIENTS), wrong))
        return wrong != 0
    finally:
        if server:
            server.send_signal(signal.SIGINT)  # without waiting for sessions that a failure has left open
            server.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends with us
    sys.exit(main())
