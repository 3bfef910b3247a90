"""Servers to wait for: real ones where Debian has them, scripted ones for answers that no healthy server gives.

All on loopback, all stopped by their own handle when the test ends.
"""
import contextlib
import fcntl
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import termios
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "server"))
# pylint: disable=wrong-import-position,unused-import
from postgres import Postgres, free_port, tool  # noqa: E402,F401


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


def set_window(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
