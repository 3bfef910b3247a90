"""Runs bootgate-wait against real and scripted servers on loopback; speaks TAP. usage: run.py PROGRAM"""
import concurrent.futures
import contextlib
import os
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import threading

import servers

PROGRAM = sys.argv[1]
READY, USAGE, FOR_GOOD, TIMED_OUT, INTERRUPTED = 0, 64, 69, 75, 130
LONG, SHORT = "30s", "700ms"
cases = []


def case(function):
    cases.append(function)
    return function


def target(protocol, **fields):
    return "\t".join([f"protocol={protocol}", *(f"{key}={value}" for key, value in fields.items())])


def local(protocol, port, **fields):
    return target(protocol, host="127.0.0.1", port=port, **fields)


def expect(lines, code, *texts, timeout=LONG, env=None, without=()):
    """Waits for the targets; fails with input, wanted and got unless code and texts are as wanted."""
    lines = [lines] if isinstance(lines, str) else lines
    done = subprocess.run([PROGRAM, "--timeout", timeout], input="\n".join(lines) + "\n", text=True,
                          capture_output=True, env={**os.environ, **(env or {})}, timeout=100, check=False)
    wrong = [text for text in texts if text not in done.stderr] + [text for text in without if text in done.stderr]
    if done.returncode != code or wrong or done.stdout:
        raise AssertionError(f"input:  {lines}\nwanted: exit {code}, {texts}, without {without}\n"
                             f"got:    exit {done.returncode}, {done.stderr}{done.stdout}")


def together(check, rows):
    """Checks all rows at the same time: most of each is waiting."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda row: check(*row), rows))


def error_message(sqlstate, text=b"any text"):
    fields = b"SFATAL\0VFATAL\0C" + sqlstate + b"\0M" + text + b"\0\0"
    return b"E" + struct.pack(">I", 4 + len(fields)) + fields


def message(kind, body):
    return kind + struct.pack(">I", 4 + len(body)) + body


@case
def test_usage():
    rows = [
        ("", "nothing to wait for"),
        ("protocol=tcp\thost=127.0.0.1", "port= is missing"),
        ("host=127.0.0.1\tport=1", "protocol= is missing"),
        ("protocol=ftp\thost=a", "protocol= wants"),
        ("protocol=tcp\tport=1", "exactly one of host= and socket="),
        ("protocol=tcp\tport=1\thost=a\tsocket=/s", "exactly one of host= and socket="),
        ("protocol=tcp\thost=a\tport=65536", "port= wants"),
        ("protocol=tcp\thost=a\tport=0", "port= wants"),
        ("protocol=tcp\thost=a/b\tport=1", "host= wants"),
        ("protocol=tcp\thost=a%40b\tport=1", "host= wants"),
        ("protocol=tcp\thost=a%4\tport=1", "host= wants"),
        ("protocol=tcp\thost=a%00b\tport=1", "host= wants"),
        ("protocol=tcp\thost=db:5432\tport=1", "host= wants"),
        ("protocol=tcp\thost=[::1]:80\tport=1", "host= wants"),
        ("protocol=postgres\thost=a\tuser=" + "u" * 4097, "user= wants"),
        ("protocol=tcp\tsocket=/" + "s" * 108, "socket= wants"),
        ("protocol=http\thost=a\tpath=x", "path= wants"),
        ("protocol=http\thost=a\texpect=20", "expect= wants"),
        ("protocol=http\thost=a\texpect=300-200", "expect= wants"),
        ("protocol=postgres\thost=a\ttls=yes", "tls= wants"),
        ("protocol=postgres\thost=a\tpassword=hunter2", "none of the documented"),
        ("protocol=tcp\thost=a\tport=1\nprotocol=x", "target 2: protocol= wants"),
    ]
    for line, text in rows:
        expect(line, USAGE, text, without=["hunter2"])


@case
def test_timeout_option():
    for value, code in [("0", USAGE), ("5x", USAGE), ("-1", USAGE), ("25h", USAGE), ("99999999999999999999s", USAGE),
                        ("100ms", TIMED_OUT), ("0.1", USAGE)]:
        expect(local("tcp", servers.free_port()), code, timeout=value)


@case
def test_tcp_redis():
    with servers.Redis() as redis:
        expect(local("tcp", redis.port, name="REDIS_URL"), READY, "REDIS_URL (tcp 127.0.0.1:", "ready after")


@case
def test_tcp_that_comes_up_later():
    with servers.Redis(delay=0.5) as redis:
        expect(local("tcp", redis.port), READY, "connection refused", "ready after")


@case
def test_refused_and_unknown_names():
    expect([local("tcp", servers.free_port()), target("tcp", host="a" * 64 + ".invalid", port=1)],
           TIMED_OUT, "connection refused", "name not found", "timed out after 0.7 s", timeout=SHORT)


@case
def test_names_move_no_cursor():
    """U+009B is what ESC [ begins on terminals that know C1 controls."""
    expect(target("tcp", host="a\u009b31m.invalid", port=1), TIMED_OUT, "a?31m.invalid:1", without=["\u009b"],
           timeout=SHORT)


@case
def test_changes_are_said_once():
    done = subprocess.run([PROGRAM, "-t", "1500ms"], input=local("tcp", servers.free_port()), text=True,
                          capture_output=True, check=False)
    assert done.stderr.count("waiting for") == 1, done.stderr


@case
def test_quiet():
    done = subprocess.run([PROGRAM, "-q", "-t", SHORT], input=local("tcp", servers.free_port()), text=True,
                          capture_output=True, check=False)
    assert "waiting for" not in done.stderr and "connection refused" in done.stderr, done.stderr


@case
def test_all_at_once():
    """No target becomes ready before all twenty have been asked: one after the other would never end."""
    asked = set()

    def answer(path, _):
        asked.add(path)
        return (200 if len(asked) == 20 else 503), []
    with servers.http(answer) as server:
        expect([local("http", server.port, path=f"/{i}") for i in range(20)], READY, "HTTP status 503", "ready after")


@case
def test_http_statuses():
    rows = [
        (200, {}, READY, "ready after"),
        (204, {}, READY, "ready after"),
        (301, {}, TIMED_OUT, "HTTP status 301"),
        (404, {}, TIMED_OUT, "HTTP status 404"),
        (503, {}, TIMED_OUT, "HTTP status 503"),
        (401, {}, FOR_GOOD, "HTTP status 401"),
        (403, {}, FOR_GOOD, "HTTP status 403"),
        (401, {"expect": "200-299,401"}, READY, "ready after"),
        (200, {"expect": "503"}, TIMED_OUT, "HTTP status 200"),
    ]
    def check(status, fields, code, text):
        with servers.http(lambda path, number: (status, [])) as server:
            expect(local("http", server.port, **fields), code, text,
                   timeout=SHORT if code == TIMED_OUT else LONG)
    together(check, rows)


@case
def test_http_paths():
    seen = []
    with servers.http(lambda path, number: (seen.append(path) or 200, [])) as server:
        expect(local("http", server.port, path="/ready?deep=1%2526x"), READY)
    assert seen == ["/ready?deep=1%26x"], seen


@case
def test_http_bodies_do_not_hold_it_up():
    def endless():
        while True:
            yield b"x" * 65536
    for body in (endless(), [b"x" * 10_000_000]):
        with servers.http(lambda path, number, body=body: (200, body)) as server:
            expect(local("http", server.port), READY, "ready after")


@case
def test_http_strange_answers():
    rows = [(b"", "closed without an answer"), (b"SSH-2.0-OpenSSH\r\n", "another protocol"),
            (b"\0\1\2\3\4\5\6\7", "another protocol")]
    for reply, text in rows:
        with servers.replies(reply) as server:
            expect(local("http", server.port), TIMED_OUT, text, timeout=SHORT)


@case
def test_first_permanent_answer_ends_all():
    with servers.http(lambda path, number: (403, [])) as server:
        expect([local("http", server.port), local("tcp", servers.free_port())], FOR_GOOD, "waiting cannot help",
               "fix:")


@case
def test_proxies_are_not_asked():
    proxy = f"http://127.0.0.1:{servers.free_port()}"
    env = {"http_proxy": proxy, "https_proxy": proxy, "ALL_PROXY": proxy, "no_proxy": ""}
    with servers.http(lambda path, number: (200, [])) as server:
        expect([local("http", server.port), local("tcp", server.port)], READY, env=env)


@case
def test_https_certificates():
    with tempfile.TemporaryDirectory() as folder:
        files = servers.certificate(folder, "localhost")
        context = servers.server_context(files)
        with servers.http(lambda path, number: (200, []), context=context) as server:
            ours = {"SSL_CERT_FILE": files[0]}
            by_name = target("https", host="localhost", port=server.port)
            by_address = local("https", server.port)
            expect(by_name, READY, env=ours)
            expect(f"{by_name}\tauthority={files[0]}", READY)
            expect(by_name, FOR_GOOD, "not trusted", env={"SSL_CERT_FILE": ""})
            expect(by_address, FOR_GOOD, "not trusted", env=ours)
            expect(by_name, FOR_GOOD, "no certificates to check it with", env={"SSL_CERT_FILE": folder + "/none"})
        with servers.replies(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
            expect(local("https", server.port), TIMED_OUT, "TLS handshake failed", timeout=SHORT)


@case
def test_unix_sockets():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        expect(target("tcp", socket=path), TIMED_OUT, "no such socket", timeout=SHORT)
        with servers.http(lambda path, number: (200, []), path=path):
            expect([target("tcp", socket=path), target("http", socket=path, path="/x")], READY, f"tcp {path}: ready")
        with servers.http(lambda path, number: (200, []), path="\0bootgate-test"):
            expect(target("http", socket="@bootgate-test"), READY)


@case
def test_postgres_that_is_healthy():
    with servers.Postgres() as server:
        app = {"user": "app", "database": "no-such"}
        expect([local("postgres", server.port, name="DATABASE_URL", **app),
                local("postgres", server.port, user="open", database="postgres", tls="disable"),
                local("postgres", server.port),
                target("postgres", socket=server.socket, user="open", database="postgres")],
               READY, "DATABASE_URL (postgres 127.0.0.1:", without=["FATAL"])


@case
def test_postgres_that_says_no_for_good():
    with servers.Postgres() as server:
        expect(local("postgres", server.port), READY)
        rows = [({"user": "open", "database": "no-such"}, "database does not exist (3D000)"),
                ({"user": "ghost", "database": "postgres"}, "refuses this user (28000)"),
                ({"user": "stranger", "database": "postgres"}, "refuses this user (28000)"),
                ({"user": "app", "tls": "require"}, "offers no TLS")]
        for fields, text in rows:
            expect(local("postgres", server.port, **fields), FOR_GOOD, text, "fix:")


@case
def test_postgres_over_tls():
    with tempfile.TemporaryDirectory() as folder:
        files = servers.certificate(folder, "localhost")
        with servers.Postgres(files=files) as server:
            def by_name(database="postgres", **fields):
                return target("postgres", host="localhost", port=server.port, user="open", database=database,
                              **fields)
            authority = {"authority": files[0]}
            expect([by_name(), by_name(tls="disable"), by_name(tls="require"),
                    by_name(tls="verify-ca", **authority), by_name(tls="verify-full", **authority),
                    local("postgres", server.port, user="app", tls="verify-ca", **authority)], READY)
            expect(by_name(tls="verify-full"), FOR_GOOD, "not trusted", env={"SSL_CERT_FILE": ""})
            expect(local("postgres", server.port, user="app", tls="verify-full", **authority), FOR_GOOD,
                   "not trusted")
            expect(by_name("no-such", tls="require"), FOR_GOOD, "(3D000)")


@case
def test_postgres_with_all_slots_taken():
    settings = ["max_connections = 4", "superuser_reserved_connections = 1", "max_wal_senders = 0",
                "autovacuum = off"]
    with servers.Postgres(settings) as server:
        expect(local("postgres", server.port), READY)
        held = server.hold_slots()
        # User `open` is the superuser and takes the reserved slot as well.
        line = local("postgres", server.port, user="app", database="postgres")
        expect(line, TIMED_OUT, "no connection slot left (53300)", timeout=SHORT)
        threading.Timer(0.5, lambda: [session.close() for session in held]).start()
        expect(line, READY, "ready after")


@case
def test_postgres_that_dies_and_comes_back():
    settings = ["max_connections = 4", "superuser_reserved_connections = 1", "max_wal_senders = 0",
                "autovacuum = off"]
    with servers.Postgres(settings) as server:
        expect(local("postgres", server.port), READY)
        held = server.hold_slots()
        threading.Timer(0.7, server.stop).start()
        threading.Timer(2.5, server.start).start()
        expect(local("postgres", server.port, user="app", database="postgres"), READY,
               "no connection slot left (53300)", "connection refused", "ready after")
        for session in held:
            session.close()


@case
def test_postgres_that_is_starting():
    settings = ["hot_standby = off", "restore_command = 'false'"]
    with servers.Postgres(settings, standby=True) as server:
        expect(local("postgres", server.port, user="app"), TIMED_OUT, "starting up (57P03)", timeout="3s")


@case
def test_postgres_answers():
    """What a server says after its 'N' to the SSLRequest, byte by byte."""
    rows = [
        (message(b"R", struct.pack(">I", 10) + b"SCRAM-SHA-256\0\0"), READY, "ready after"),
        (error_message(b"57P03"), TIMED_OUT, "starting up (57P03)"),
        (error_message(b"53300"), TIMED_OUT, "no connection slot left (53300)"),
        (error_message(b"57P01"), TIMED_OUT, "refused (57P01)"),
        (error_message(b"28000"), FOR_GOOD, "refuses this user (28000)"),
        (error_message(b"3D000", b"x" * 6000), FOR_GOOD, "database does not exist (3D000)"),
        (error_message(b"\033[31m"), TIMED_OUT, "refused (??31m)"),
        (error_message(b"57"), TIMED_OUT, "another protocol"),
        (message(b"N", b"notice\0") + message(b"R", struct.pack(">I", 5)), READY, "ready after"),
        (message(b"R", struct.pack(">I", 0)) + error_message(b"3D000"), FOR_GOOD, "(3D000)"),
        (message(b"R", struct.pack(">I", 0)) + message(b"Z", b"I"), READY, "ready after"),
        (message(b"R", struct.pack(">I", 0)), TIMED_OUT, "closed without an answer"),
        (b"E\xff\xff\xff\xff", TIMED_OUT, "another protocol"),
        (b"E\0\0\0\0", TIMED_OUT, "another protocol"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", TIMED_OUT, "another protocol"),
        (b"", TIMED_OUT, "closed without an answer"),
    ]
    def check(reply, code, text):
        with servers.replies(b"N", reply) as server:
            expect(local("postgres", server.port, user="app", database="db"), code, text, without=["\033", "notice"],
                   timeout=SHORT if code == TIMED_OUT else LONG)
    together(check, rows)


@case
def test_postgres_hears_the_longest_names_whole():
    heard = []
    def listen(connection, _):
        packet = b""
        while len(packet) < 4 or len(packet) < struct.unpack(">I", packet[:4])[0]:
            packet += connection.recv(1 << 16)
        heard.append(packet[8:].split(b"\0"))
        connection.sendall(message(b"R", struct.pack(">I", 5)))
    user, database = "u" * 4096, "d" * 4096
    with servers.Scripted(listen) as server:
        expect(local("postgres", server.port, user=user, database=database, tls="disable"), READY, "ready after")
    assert heard[0][:4] == [b"user", user.encode(), b"database", database.encode()], heard


@case
def test_postgres_answers_to_the_tls_question():
    rows = [(b"E", "another protocol"), (b"HTTP/1.1 400\r\n", "another protocol"),
            (b"", "closed without an answer"), (b"S", "TLS handshake failed")]

    def check(reply, text):
        with servers.replies(reply) as server:
            expect(local("postgres", server.port, user="app"), TIMED_OUT, text, timeout=SHORT)
    together(check, rows)


@case
def test_silence():
    with servers.silent() as server:
        expect([local("postgres", server.port), local("http", server.port)], TIMED_OUT, "no answer", timeout=SHORT)


@case
def test_interrupt():
    for number, code in ((signal.SIGINT, INTERRUPTED), (signal.SIGTERM, 128 + signal.SIGTERM)):
        process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdin.write(local("tcp", servers.free_port()) + "\n")
        process.stdin.close()
        process.stderr.readline()
        process.send_signal(number)
        assert process.wait(20) == code, f"wanted {code}, got {process.returncode}"
        process.stderr.close()


@case
def test_input_that_does_not_block():
    """The descriptor may be shared with whoever made it so: what is not there yet is waited for."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with servers.http(lambda path, number: (200, [])) as server:
        process = subprocess.Popen([PROGRAM, "--timeout", LONG], stdin=reader, stderr=subprocess.PIPE, text=True)
        os.close(reader)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.3)
        os.write(writer, (local("http", server.port) + "\n").encode())
        os.close(writer)
        _, said = process.communicate(timeout=60)
        assert process.returncode == READY, (process.returncode, said)


@case
def test_terminal():
    """On a terminal each target keeps its line: the last drawing shows both."""
    terminal, side = pty.openpty()
    with servers.http(lambda path, number: (200 if number > 3 else 503, [])) as server:
        lines = "\n".join([local("http", server.port, name="A_URL"), local("tcp", server.port, name="B_URL")])
        process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stderr=side, text=True,
                                   env={**os.environ, "TERM": "xterm"},
                                   preexec_fn=lambda: servers.set_window(side, 24, 100))
        os.close(side)
        process.stdin.write(lines)
        process.stdin.close()
        shown = b""
        with contextlib.suppress(OSError):
            while part := os.read(terminal, 4096):
                shown += part
        assert process.wait(20) == READY, process.returncode
    os.close(terminal)
    last = shown.decode().split("\033[2A")[-1].split("\r\n")
    assert "A_URL" in last[0] and "ready after" in last[0], shown
    assert "B_URL" in last[1] and "ready after" in last[1], shown


def main():
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, function in enumerate(cases, 1):
        needs = {"postgres": "postgres", "redis": "redis-check-rdb"}
        lacks = [tool for word, tool in needs.items() if word in function.__name__ and not servers.tool(tool)]
        if lacks:
            print(f"ok {number} - {function.__name__} # SKIP no {lacks[0]}", flush=True)
            continue
        try:
            function()
            print(f"ok {number} - {function.__name__}", flush=True)
        except Exception as fault:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {number} - {function.__name__}", flush=True)
            print("\n".join("# " + line for line in f"{type(fault).__name__}: {fault}".splitlines()), flush=True)
    return 1 if failed else 0


sys.exit(main())
