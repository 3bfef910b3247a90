"""Servers to wait for: real ones where Debian has them, scripted ones for answers that no healthy server gives.

All on loopback, all stopped by their own handle when the test ends.
"""
import contextlib
import fcntl
import glob
import os
import pwd
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import termios
import threading
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tool(name):
    """The program's path, also from PostgreSQL's own directory, or None."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return shutil.which(name) or (found[-1] if found else None)


class Scripted:
    """A TCP (or Unix) server that hands each connection to `talk(connection, number)` in a thread of its own."""

    def __init__(self, talk, path=None, port=0, context=None):
        self.socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(path or ("127.0.0.1", port))
        self.socket.listen(64)
        self.port = 0 if path else self.socket.getsockname()[1]
        self.talk, self.context, self.count = talk, context, 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                self.count += 1
                threading.Thread(target=self._serve, args=(connection, self.count), daemon=True).start()

    def _serve(self, connection, number):
        with contextlib.suppress(OSError), connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.talk(connection, number)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def http(answer, **where):
    """An HTTP server; `answer(path, number)` gives (status, more bytes after the head)."""
    def talk(connection, number):
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(4096)
            if not part:
                return
            head += part
        status, body = answer(head.split()[1].decode(), number)
        connection.sendall(f"HTTP/1.1 {status} X\r\nConnection: close\r\n\r\n".encode())
        for part in body:
            connection.sendall(part)
    return Scripted(talk, **where)


def replies(*parts):
    """A server that reads a request and sends the parts one by one, then hangs up."""
    def talk(connection, _):
        for part in parts:
            connection.recv(4096)
            for byte in part if len(part) < 64 else [part]:
                connection.sendall(bytes([byte]) if isinstance(byte, int) else byte)
    return Scripted(talk)


def silent():
    """A server that takes connections and never says a word."""
    return Scripted(lambda connection, _: connection.recv(1 << 20) and time.sleep(60))


def certificate(folder, name):
    """A self-signed certificate for `name`, as (certificate file, key file)."""
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def server_context(files):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


class Redis:
    def __init__(self, delay=0.0):
        self.port = free_port()
        self.delay = delay
        self.process = None

    def __enter__(self):
        # One binary, named by its first argument; redis-tools has it without the service.
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", "/"]
        self.timer = threading.Timer(self.delay, self._start, (command,))
        self.timer.start()
        return self

    def _start(self, command):
        self.process = subprocess.Popen(command, executable=tool("redis-server") or tool("redis-check-rdb"),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __exit__(self, *_):
        self.timer.join()
        self.process.terminate()
        self.process.wait()


class Postgres:
    """A cluster of its own: scram for user `app`, trust for user `open`; TLS where certificate files are given."""

    def __init__(self, settings=(), files=None, standby=False):
        self.folder = tempfile.mkdtemp(prefix="bootgate-pg-")
        self.data = os.path.join(self.folder, "data")
        self.port = free_port()
        self.socket = os.path.join(self.folder, f".s.PGSQL.{self.port}")
        self.settings, self.files, self.standby = list(settings), files, standby
        # PostgreSQL refuses to run as root.
        self.user = "nobody" if os.getuid() == 0 else None
        self.process = None

    def _run_as(self):
        if not self.user:
            return {}
        entry = pwd.getpwnam(self.user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _own(self, path):
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def _write(self, name, text):
        path = os.path.join(self.data, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self._own(path)

    def __enter__(self):
        self._own(self.folder)
        subprocess.run([tool("initdb"), "-D", self.data, "-U", "open", "-A", "trust", "--no-locale", "-E", "UTF8",
                        "-N"], check=True, capture_output=True, cwd=self.folder, **self._run_as())
        self._write("pg_hba.conf", "local all open trust\nhost all open,ghost 127.0.0.1/32 trust\n"
                                   "host all app 127.0.0.1/32 scram-sha-256\n")
        lines = ["listen_addresses = '127.0.0.1'", f"port = {self.port}", f"unix_socket_directories = '{self.folder}'",
                 "fsync = off", "shared_buffers = 1MB", *self.settings]
        for kind, source in zip(("cert", "key"), self.files or ()):
            shutil.copy(source, os.path.join(self.data, f"{kind}.pem"))
            os.chmod(os.path.join(self.data, f"{kind}.pem"), 0o600)
            self._own(os.path.join(self.data, f"{kind}.pem"))
            lines.append(f"ssl_{kind}_file = '{kind}.pem'")
        lines += ["ssl = on"] if self.files else []
        self._write("postgresql.conf", "\n".join(lines) + "\n")
        if self.standby:
            self._write("standby.signal", "")
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen([tool("postgres"), "-D", self.data], cwd=self.folder,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._run_as())

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def hold_slots(self):
        """Opens sessions as `open` until the server has none left for it; returns them."""
        held = []
        while True:
            session = socket.create_connection(("127.0.0.1", self.port))
            body = b"user\0open\0database\0postgres\0\0"
            session.sendall(struct.pack(">II", 8 + len(body), 196608) + body)
            if session.recv(1) != b"R":
                session.close()
                return held
            held.append(session)

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder)


def set_window(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
