"""What `bootgate budget` says of a deployment against what a real server gives, on loopback.

usage: run.py BOOTGATE

For each way of setting the limit: a PostgreSQL is started with the very words and files of the Compose file, exactly
`capacity` sessions of an ordinary role must open and one more must be refused; what bootgate says does not start must
not start. The same through PgBouncer, on both of its sides. Skipped where the programs are not installed.
"""
import glob
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SECONDS = 30  # the longest wait for a server that starts
BOOTGATE = str(pathlib.Path(sys.argv[1]).resolve())

# name, words behind `postgres`, files beside postgresql.conf's own directory, statements of the superuser, budget
LIMITS = [
    ("default words", ["-c", "max_connections=12"], {}, [], ""),
    ("attached", ["-cmax_connections=11"], {}, [], ""),
    ("short option", ["-N", "13"], {}, [], ""),
    ("joined short options", ["-FN", "13"], {}, [], ""),
    ("long option", ["--max-connections=12"], {}, [], ""),
    ("long option with underscores", ["--max_connections=14"], {}, [], ""),
    ("the last one wins", ["-c", "max_connections=40", "-N", "12"], {}, [], ""),
    ("case of the name", ["-c", "Max_Connections=12"], {}, [], ""),
    ("hexadecimal", ["-c", "max_connections=0x0E"], {}, [], ""),
    ("octal", ["-c", "max_connections=014"], {}, [], ""),
    ("fraction", ["-c", "max_connections=12.5"], {}, [], ""),
    ("exponent", ["-c", "max_connections=1.2e1"], {}, [], ""),
    ("blanks", ["-c", "max_connections= 12 "], {}, [], ""),
    ("reserved", ["-c", "max_connections=14", "-c", "superuser_reserved_connections=5"], {}, [], ""),
    ("quotes stop it", ["-c", "max_connections='12'"], {}, [], ""),
    ("units stop it", ["-c", "max_connections=12MB"], {}, [], ""),
    ("an octal eight stops it", ["-c", "max_connections=08"], {}, [], ""),
    ("a fraction behind it too", ["-c", "max_connections=08.0"], {}, [], ""),
    ("a fraction is decimal", ["-c", "max_connections=012.0"], {}, [], ""),
    ("zero stops it", ["-c", "max_connections=0"], {}, [], ""),
    ("all reserved stops it", ["-c", "max_connections=10", "-c", "superuser_reserved_connections=10"], {}, [], ""),
    ("file", ["-c", "config_file=CONF/pg.conf"], {"pg.conf": "max_connections = 12\n"}, [], ""),
    ("file, last line", ["-c", "config_file=CONF/pg.conf"],
     {"pg.conf": "max_connections = 40\nMAX_CONNECTIONS '12' # less\n#max_connections = 50\n"}, [], ""),
    ("file, included", ["-c", "config_file=CONF/pg.conf"],
     {"pg.conf": "max_connections = 40\ninclude 'more.conf'\n", "more.conf": "max_connections=11"}, [], ""),
    ("file, included before", ["-c", "config_file=CONF/pg.conf"],
     {"pg.conf": "include_if_exists 'none.conf'\ninclude 'more.conf'\nmax_connections = 12\n",
      "more.conf": "max_connections=40"}, [], ""),
    ("command over file", ["-c", "config_file=CONF/pg.conf", "-N", "12"], {"pg.conf": "max_connections = 40\n"}, [], ""),
    ("role limit", ["-N", "14"], {}, ["alter role app connection limit 4"],
     "servers: {main: {url: DATABASE_URL, role-limit: 4}}"),
]

# name, [databases] lines, [pgbouncer] settings, databases of the clients
POOLERS = [
    ("one pair", ["app = host=127.0.0.1 port=PORT dbname=postgres"],
     {"pool_mode": "transaction", "default_pool_size": 3, "max_client_conn": 8}, ["app"]),
    ("reserve", ["app = host=127.0.0.1 port=PORT dbname=postgres reserve_pool=2"],
     {"pool_mode": "transaction", "default_pool_size": 3, "max_client_conn": 12, "reserve_pool_timeout": 1}, ["app"]),
    ("two databases", ["app = host=127.0.0.1 port=PORT dbname=postgres pool_size=4",
                       "log = host=127.0.0.1 port=PORT dbname=postgres"],
     {"pool_mode": "transaction", "default_pool_size": 2, "max_client_conn": 14}, ["app", "log"]),
    ("max_db_connections", ["app = host=127.0.0.1 port=PORT dbname=postgres pool_size=6 max_db_connections=4"],
     {"pool_mode": "transaction", "default_pool_size": 2, "max_client_conn": 10}, ["app"]),
]


def programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    return (pathlib.Path(found[-1]).parent if found else None), shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"


def unprivileged():
    """PostgreSQL refuses to run as root: the user to become then."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Session:
    """One psql that stays connected; `opened` tells whether it got in."""

    def __init__(self, lab, port, user, database="postgres"):
        self.process = subprocess.Popen(
            [lab.bin / "psql", "-XAtqw", "-h", "127.0.0.1", "-p", str(port), "-U", user, "-d", database],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=lab.top,
            env={"PATH": os.environ["PATH"], "PGCONNECT_TIMEOUT": "10"})
        self.opened = self.ask("select 'in'") == "in"

    def tell(self, statement):
        try:
            self.process.stdin.write(statement + ";\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def ask(self, statement):
        self.tell(statement)
        return self.process.stdout.readline().strip()

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class Lab:
    """A cluster in a directory of its own; servers are started and stopped by their process."""

    def __init__(self, top):
        self.top = pathlib.Path(top)
        self.bin, self.pgbouncer = programs()
        self.data, self.conf = self.top / "data", self.top / "conf"
        self.conf.mkdir()
        self.become = unprivileged()
        if self.become:
            os.chown(self.top, self.become["user"], self.become["group"])
            os.chown(self.conf, self.become["user"], self.become["group"])
        subprocess.run([self.bin / "initdb", "-D", self.data, "-U", "boss", "-A", "trust", "-N", "--no-locale"],
                       check=True, stdout=subprocess.DEVNULL, cwd=self.top, **self.become)

    def start(self, words, port):
        command = [self.bin / "postgres", "-D", self.data, "-p", str(port), "-h", "127.0.0.1", "-k", "", *words]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.top, **self.become)

    def start_pooler(self, ini):
        return subprocess.Popen([self.pgbouncer, ini], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                cwd=self.top, **self.become)

    def wait(self, process, port):
        """True once it answers, False when it has ended."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            ready = subprocess.run([self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
            if ready.returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def stop(self, process, how):
        if process.poll() is None:
            process.send_signal(how)
        process.wait()


def fill(lab, port, user, database, most):
    """Opens sessions until one is refused, at most `most`."""
    sessions = []
    while len(sessions) < most:
        session = Session(lab, port, user, database)
        if not session.opened:
            session.close()
            break
        sessions.append(session)
    return sessions


def boss(lab, port, statement):
    done = subprocess.run([lab.bin / "psql", "-XAtqw", "-h", "127.0.0.1", "-p", str(port), "-U", "boss", "-d", "postgres",
                           "-c", statement], check=True, capture_output=True, text=True, cwd=lab.top)
    return done.stdout.strip()


def budget(files):
    """The rows of `bootgate budget` for a deployment of these files, by server."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([BOOTGATE, "budget", "--format", "json"], cwd=folder, capture_output=True, text=True,
                              check=False, env={"PATH": os.environ["PATH"]})
        return {row["server"]: row for row in json.loads(done.stdout)["servers"]}


def version_of(lab):
    text = subprocess.run([lab.bin / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    return text.split()[2].split(".")[0]


def compose(lab, words, more=""):
    command = json.dumps(["postgres", *[word.replace("CONF", "/etc/pg") for word in words]])
    return (f"services:\n  db:\n    image: postgres:{version_of(lab)}\n    command: {command}\n"
            f"    volumes: ['./conf:/etc/pg:ro']\n{more}")


def try_limit(lab, _name, words, files, statements, servers):
    said = budget({
        ".env": "DATABASE_URL=postgresql://app@db:5432/postgres\n",
        "compose.yaml": compose(lab, words),
        "bootgate.yaml": f"version: 1\nbudget:\n  {servers or 'servers: {}'}\n",
        **{f"conf/{file}": text for file, text in files.items()},
    })["db:5432"]
    for file, text in files.items():
        (lab.conf / file).write_text(text)
    port = free_port()
    where = [word.replace("CONF", str(lab.conf)) for word in words]
    if any("config_file" in word for word in words):
        where += ["-c", f"hba_file={lab.data}/pg_hba.conf", "-c", f"ident_file={lab.data}/pg_ident.conf"]
    server = lab.start(where, port)
    sessions, opened = [], None
    try:
        if lab.wait(server, port):
            boss(lab, port, "drop role if exists app; create role app login")
            for statement in statements:
                boss(lab, port, statement)
            sessions = fill(lab, port, "app", "postgres", 60)
            opened = len(sessions)
    finally:
        for session in sessions:
            session.close()
        lab.stop(server, signal.SIGINT)
    return said["capacity"], opened


def try_pooler(lab, _name, databases, settings, clients):
    port, server_port = free_port(), free_port()
    lines = ["[databases]", *databases, "[pgbouncer]", "auth_type = trust", "unix_socket_dir =",
             *[f"{key} = {value}" for key, value in settings.items()]]
    ini = "\n".join(lines) + "\n"
    users = {f"{database}_URL".upper(): f"postgresql://app@pooler:6432/{database}" for database in clients}
    rows = budget({
        ".env": "".join(f"{key}={value}\n" for key, value in users.items()),
        "conf/pgbouncer.ini": ini.replace("host=127.0.0.1 port=PORT", "host=db"),
        "compose.yaml": compose(lab, ["-N", "40"], "  pooler:\n    image: edoburu/pgbouncer\n    volumes:\n"
                                "      - ./conf/pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini:ro\n"),
    })
    said = (rows["pooler:6432"]["capacity"], rows["db:5432"]["demand"])
    path = lab.conf / "pgbouncer.ini"
    path.write_text(ini.replace("PORT", str(server_port)) + f"listen_addr = 127.0.0.1\nlisten_port = {port}\n"
                    f"auth_file = {lab.conf}/users\nlogfile = {lab.top}/pgbouncer.log\n")
    (lab.conf / "users").write_text('"app" ""\n')
    server = lab.start(["-N", "40"], server_port)
    pooler, sessions = None, []
    try:
        lab.wait(server, server_port)
        boss(lab, server_port, "drop role if exists app; create role app login")
        pooler = lab.start_pooler(path)
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and not can_connect(port):
            time.sleep(0.05)
        share = settings["max_client_conn"] // len(clients)
        for database in clients[1:]:
            sessions += fill(lab, port, "app", database, share)
        sessions += fill(lab, port, "app", clients[0], 60)
        for session in sessions:
            session.tell("select pg_sleep(4)")
        time.sleep(2.5)
        held = int(boss(lab, server_port, "select count(*) from pg_stat_activity where usename = 'app'"))
        return said, (len(sessions), held)
    finally:
        for session in sessions:
            session.close()
        if pooler:
            lab.stop(pooler, signal.SIGINT)
        lab.stop(server, signal.SIGINT)


def can_connect(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main():
    found, pgbouncer = programs()
    if not found:
        print("1..0 # SKIP no PostgreSQL")
        return 0
    failed = number = 0
    with tempfile.TemporaryDirectory() as top:
        os.chmod(top, 0o755)
        lab = Lab(top)
        cases = [(try_limit, case) for case in LIMITS]
        cases += [(try_pooler, case) for case in POOLERS] if os.path.exists(pgbouncer) else []
        for number, (run, case) in enumerate(cases, 1):
            said, got = run(lab, *case)
            ok = said == got
            failed += not ok
            print(f"{'' if ok else 'not '}ok {number} - {case[0]}: {said}")
            if not ok:
                print(f"# bootgate says {said}, the server gives {got}")
    print(f"1..{number}")
    return 1 if failed else 0


sys.exit(main())
