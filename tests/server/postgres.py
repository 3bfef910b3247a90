"""A PostgreSQL cluster (and a PgBouncer) of a test's own, on loopback, with a free port, gone when the test is.

    with postgres.Postgres(["max_connections = 20"]) as server:
        server.ready()
        server.sql("CREATE ROLE shop LOGIN PASSWORD 'secret'", "CREATE DATABASE shop OWNER shop")
        ... "postgresql://shop:secret@127.0.0.1:{server.port}/shop" ...

Never as root: as `nobody` where the test runs as root. Each server leads a process group of its own, so that a
terminal's Ctrl-C reaches the test alone, and the kernel ends it when the test ends, however that comes about.
"""
import atexit
import concurrent.futures
import contextlib
import ctypes
import functools
import glob
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)
# The kernel tells a process when the *thread* that started it has ended: this one lives as long as the test.
STARTER = concurrent.futures.ThreadPoolExecutor(1)

# The user `app` shows a password, `open` (the superuser) and `ghost` are let in without one.
USUAL_HBA = ("local all open trust", "host all open,ghost 127.0.0.1/32 trust", "host all app 127.0.0.1/32 scram-sha-256")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tool(name):
    """The program's path, also from PostgreSQL's own directory, or None."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin") or (found[-1] if found else None)


def wait_until(is_done, seconds=60):
    """Asks again and again; an AssertionError where it never comes about."""
    end = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)


class Unprivileged:
    """A program in a folder of its own, as `nobody` where the test runs as root."""

    def __init__(self, prefix):
        self.folder = tempfile.mkdtemp(prefix=prefix)
        self.entry = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        self.process = None
        self.own(self.folder)

    def own(self, path):
        if self.entry:
            os.chown(path, self.entry.pw_uid, self.entry.pw_gid)

    def write(self, path, text, mode=0o600):
        path = os.path.join(self.folder, path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        self.own(path)
        return path

    def as_user(self):
        if not self.entry:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}

    def launch(self, command, last_signal):
        """`last_signal` is what ends it at once; the kernel sends it too where the test itself is killed."""
        self.process = STARTER.submit(
            subprocess.Popen, command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, last_signal), **self.as_user()).result()

    def halt(self, last_signal):
        """A signal that comes before the server has its handler is lost, where whoever started us had it ignored."""
        while self.process.poll() is None:
            self.process.send_signal(last_signal)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                pass

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Unprivileged):
    """
    A cluster whose superuser is `open`. `settings`: lines of postgresql.conf; `files`: certificate and key, for TLS;
    `hba`: lines of pg_hba.conf for connections over TCP, the way over the socket stays open for `open`.
    """

    def __init__(self, settings=(), files=None, standby=False, hba=USUAL_HBA):
        super().__init__("bootgate-pg-")
        self.data = os.path.join(self.folder, "data")
        self.port = free_port()
        self.socket = os.path.join(self.folder, f".s.PGSQL.{self.port}")
        self.settings, self.files, self.standby, self.hba = list(settings), files, standby, hba

    def __enter__(self):
        try:
            subprocess.run(["cp", "-R", template().data, self.data], check=True, **self.as_user())
            self.set_hba(self.hba)
            self.configure()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def configure(self):
        lines = ["listen_addresses = '127.0.0.1'", f"port = {self.port}", f"unix_socket_directories = '{self.folder}'",
                 "fsync = off", "shared_buffers = 1MB", *self.settings]
        for kind, source in zip(("cert", "key"), self.files or ()):
            with open(source, encoding="ascii") as file:
                self.write(f"data/{kind}.pem", file.read())
            lines.append(f"ssl_{kind}_file = '{kind}.pem'")
        lines += ["ssl = on"] if self.files else []
        self.write("data/postgresql.conf", "\n".join(lines) + "\n")
        if self.standby:
            self.write("data/standby.signal", "")

    def set_hba(self, lines):
        """Takes effect at the next start or `SELECT pg_reload_conf()`."""
        self.hba = lines
        self.write("data/pg_hba.conf", "\n".join(["local all open trust", *lines]) + "\n")

    def start(self):
        self.launch([tool("postgres"), "-D", self.data], signal.SIGQUIT)

    def stop(self):
        self.halt(signal.SIGQUIT)

    def ready(self):
        """Waits until it takes connections; returns itself."""
        def answers():
            assert self.process.poll() is None, "postgres ended"
            return self.psql("SELECT 1").returncode == 0
        wait_until(answers)
        return self

    def psql(self, statement, database="postgres", user="open", password=None, host=None, port=None):
        """One statement as psql does it, over the socket where no host is given; `port`: of a pooler."""
        environment = {"PATH": os.environ["PATH"], "PGCONNECT_TIMEOUT": "10"}
        if password is not None:
            environment["PGPASSWORD"] = password
        return subprocess.run([tool("psql"), "-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-h",
                               host or self.folder, "-p", str(port or self.port), "-U", user, "-d", database, "-c", statement],
                              capture_output=True, text=True, env=environment, check=False)

    def sql(self, *statements, **where):
        """Runs the statements one by one; returns what the last one printed, without its line end."""
        for statement in statements:
            done = self.psql(statement, **where)
            assert done.returncode == 0, f"{statement}: {done.stderr}"
        return done.stdout.strip("\n")

    def hold_slots(self, user="open", database="postgres", most=1000):
        """Opens sessions until the server has none left for the user (or `most`); returns them."""
        held = []
        while len(held) < most:
            session = socket.create_connection(("127.0.0.1", self.port))
            body = f"user\0{user}\0database\0{database}\0\0".encode()
            session.sendall(struct.pack(">II", 8 + len(body), 196608) + body)
            if session.recv(1) != b"R":
                session.close()
                break
            held.append(session)
        return held

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self.stop()
        self.remove()


class Template(Unprivileged):
    """A cluster that was never started: making one takes seconds, a copy of it none."""

    def __init__(self):
        super().__init__("bootgate-pg-")
        self.data = os.path.join(self.folder, "data")
        atexit.register(self.remove)
        subprocess.run([tool("initdb"), "-D", self.data, "-U", "open", "-A", "trust", "--no-locale", "-E", "UTF8", "-N"],
                       check=True, capture_output=True, **self.as_user())


@functools.cache
def template():
    return Template()


class PgBouncer(Unprivileged):
    """
    A PgBouncer in front of a server. `databases`: lines of its [databases]; `settings`: of [pgbouncer]; `users`: pairs
    of user and password. Its `auth_type` is scram-sha-256 unless the settings say otherwise.
    """

    def __init__(self, databases, settings=(), users=()):
        super().__init__("bootgate-pgbouncer-")
        self.port = free_port()
        self.databases, self.settings, self.users = databases, list(settings), users

    def __enter__(self):
        names = [line.split("=")[0].strip() for line in self.settings]
        usual = {"listen_addr": "127.0.0.1", "listen_port": self.port, "unix_socket_dir": "",
                 "auth_type": "scram-sha-256", "auth_file": "users.txt"}
        lines = ["[databases]", *self.databases, "[pgbouncer]",
                 *(f"{name} = {value}" for name, value in usual.items() if name not in names), *self.settings]
        try:
            self.write("users.txt", "".join(f'"{user}" "{password}"\n' for user, password in self.users))
            self.launch([tool("pgbouncer"), self.write("pgbouncer.ini", "\n".join(lines) + "\n")], signal.SIGKILL)
            wait_until(self.listens)
        except BaseException:
            self.__exit__()
            raise
        return self

    def listens(self):
        assert self.process.poll() is None, "pgbouncer ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False

    def __exit__(self, *_):
        if self.process:
            self.halt(signal.SIGKILL)
        self.remove()
