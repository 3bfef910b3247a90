"""`bootgate live` and `exec --live` before servers that mean harm; speaks TAP. usage: hostile.py BOOTGATE [ROUNDS]

A server may be silent, stop in the middle, never end, or send what no server sends: the run ends within its deadline
with a refusal. Nothing of a password is in arguments or the environment, and bootgate itself opens no socket.
"""
import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "server"), str(TESTS / "wait")]
# pylint: disable=wrong-import-position
import postgres  # noqa: E402
import servers  # noqa: E402

BOOTGATE = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 2  # of spoilt conversations
PASSWORD = "q8Zt3vLw5Xn2Rk7Bs4Yd9Hc6Mf1"
ACCEPTED, BAD_INPUT, UNAVAILABLE, TIMED_OUT, REFUSED = 0, 65, 69, 75, 78
SSL_REQUEST = struct.pack(">I", 80877103)
cases = []


def case(function):
    cases.append(function)
    return function


def message(kind, body=b""):
    return kind + struct.pack(">I", 4 + len(body)) + body


def error(*fields):
    return message(b"E", b"".join(field + b"\0" for field in fields) + b"\0")


WELCOME = message(b"R", struct.pack(">I", 0)) + message(b"Z", b"I")
BEGUN = message(b"C", b"BEGIN\0") + message(b"C", b"SET\0") + message(b"Z", b"T")
COLUMN = b"c\0" + struct.pack(">IHIHIH", 0, 0, 25, 65535, 0xFFFFFFFF, 0)


def columns(count):
    return message(b"T", struct.pack(">H", count) + COLUMN * count)


def row(*texts):
    return message(b"D", struct.pack(">H", len(texts)) + b"".join(struct.pack(">I", len(it)) + it for it in texts))


def forever(connection, part):
    while True:
        connection.sendall(part() if callable(part) else part)


def after_login(*parts, ends=None):
    """Welcomes whoever comes, answers `BEGIN`, then sends the parts, the last one for ever where `ends` says so."""
    def talk(connection):
        connection.sendall(WELCOME)
        connection.recv(4096)
        connection.sendall(BEGUN)
        connection.recv(4096)
        for part in parts:
            connection.sendall(part)
        if ends:
            forever(connection, ends)
        connection.recv(1)
    return talk


def at_login(*parts, ends=None):
    def talk(connection):
        for part in parts:
            connection.sendall(part)
        if ends:
            forever(connection, ends)
        connection.recv(1)
    return talk


def scripted(talk, tls=b"N"):
    def serve(connection, _):
        if connection.recv(4096)[4:8] == SSL_REQUEST:
            connection.sendall(tls)
            connection.recv(4096)
        talk(connection)
    return servers.Scripted(serve)


RANDOM = random.Random(7)
SCRAM = message(b"R", struct.pack(">I", 10) + b"SCRAM-SHA-256\0\0")

# What the server does, and the exit codes of `exec --live` that tell it.
HOSTILE = [
    ("rows without end", after_login(columns(6), ends=row(*[b"1"] * 6) * 500), {UNAVAILABLE}),
    ("a row of a gigabyte", after_login(columns(6), b"D" + struct.pack(">I", 0x3FFFFFFF), ends=b"x" * 65536),
     {UNAVAILABLE, TIMED_OUT}),
    ("a row of too few columns", after_login(columns(1), row(b"1"), message(b"C", b"SELECT\0"), message(b"Z", b"T")),
     {UNAVAILABLE}),
    ("texts for numbers", after_login(columns(6), row(*[b"\x1b[31m\0\xff"] * 6), message(b"C", b"S\0"), message(b"Z", b"T")),
     {UNAVAILABLE}),
    ("results without end", at_login(WELCOME, ends=message(b"C", b"BEGIN\0") * 500), {UNAVAILABLE}),
    ("notices without end", at_login(WELCOME, ends=message(b"N", b"SN\0C00000\0Mx\0\0") * 500), {TIMED_OUT}),
    ("notifications without end", at_login(WELCOME, ends=message(b"A", struct.pack(">I", 7) + b"c\0p\0") * 500),
     {TIMED_OUT, UNAVAILABLE}),
    ("parameters without end", at_login(message(b"R", struct.pack(">I", 0)), ends=message(b"S", b"k\0v\0") * 500),
     {TIMED_OUT, UNAVAILABLE}),
    ("a copy that nobody asked for", after_login(message(b"H", b"\0\0\0")), {UNAVAILABLE}),
    ("silence after the login", after_login(), {TIMED_OUT}),
    ("silence before it", at_login(), {TIMED_OUT}),
    ("a row that stops", after_login(columns(6), b"D" + struct.pack(">I", 100) + b"x"), {TIMED_OUT}),
    ("random bytes", at_login(ends=lambda: RANDOM.randbytes(4096)), {UNAVAILABLE, TIMED_OUT}),
    ("a web server", at_login(b"HTTP/1.1 400 Bad Request\r\n\r\n"), {UNAVAILABLE}),
    ("an error of a gigabyte", at_login(b"E" + struct.pack(">I", 0x3FFFFFFF), ends=b"x" * 65536), {UNAVAILABLE, TIMED_OUT}),
    ("an error of no fields", at_login(message(b"E")), {UNAVAILABLE, TIMED_OUT}),
    ("an error that looks like others", at_login(error(b"SFATAL", b"C28P01", b"Mx\nLOCATION:  CheckMyDatabase, a:1\n:  53300: x")),
     {REFUSED}),
    ("an odd code", at_login(error(b"SFATAL", b"C\x1b[31m", b"Mx")), {REFUSED, UNAVAILABLE, TIMED_OUT}),
    ("a scram that asks for years", at_login(SCRAM, message(b"R", struct.pack(">I", 11) + b"r=x,s=QQ==,i=2147483647")),
     {UNAVAILABLE, TIMED_OUT}),
    ("an unknown way to log in", at_login(message(b"R", struct.pack(">I", 99))), {UNAVAILABLE, TIMED_OUT}),
]


def execute(port, *words, timeout="2s", environment=None):
    url = f"postgresql://app:{PASSWORD}@127.0.0.1:{port}/shop"
    command = [BOOTGATE, "exec", "--mode", "production", "--allow", "loopback-host", "--live", "--timeout", timeout, *words, "--",
               "echo", "started"]
    return subprocess.run(command, capture_output=True, timeout=60, check=False,
                          env={"PATH": os.environ["PATH"], "DATABASE_URL": url, **(environment or {})})


def check_refusal(name, done, codes):
    text = done.stdout + done.stderr
    assert done.returncode in codes, f"{name}: wanted exit {codes}, got {done.returncode}: {text}"
    assert b"started" not in text and PASSWORD.encode() not in text, f"{name}: {text}"
    assert b"\x1b" not in text and b"LOCATION" not in text, f"{name}: a server's bytes: {text}"


@case
def test_hostile_servers():
    for name, talk, codes in HOSTILE:
        with scripted(talk) as server:
            check_refusal(name, execute(server.port), codes)


# A conversation as it should be, an answer for each time that bootgate-live waits.
COMPLETE = message(b"C", b"SELECT\0") + message(b"Z", b"T")
ROLLED_BACK = message(b"C", b"ROLLBACK\0") + message(b"Z", b"I")
FOUND = message(b"1") + message(b"2") + columns(2) + row(b"app", b"-1") + COMPLETE
SCRAM_CHALLENGE = message(b"R", struct.pack(">I", 11) + b"r=x,s=QQ==,i=4096")
CONVERSATIONS = [
    [WELCOME, BEGUN, columns(6) + row(b"150018", b"100", b"3", b"0", b"f", b"0") + COMPLETE, ROLLED_BACK, BEGUN,
     columns(3) + row(b"app", b"shop", b"2") * 3 + COMPLETE, ROLLED_BACK, BEGUN, FOUND, ROLLED_BACK, BEGUN, FOUND, ROLLED_BACK],
    [SCRAM, SCRAM_CHALLENGE, message(b"R", struct.pack(">I", 12) + b"v=QQ==") + WELCOME],
    [message(b"R", struct.pack(">I", 5) + b"salt"), WELCOME, BEGUN],
    [error(b"SFATAL", b"VFATAL", b"C28P01", b"Mno", b"Fauth.c", b"L1", b"Rauth_failed")],
]


# A sanitizer's build has no limit of its own, and takes seconds to hand out what a length of 2 GiB asks for.
BOUNDED = {"ASAN_OPTIONS": "allocator_may_return_null=1:max_allocation_size_mb=512"}


def spoil(chance, text):
    """One of what lines, memories and enemies do to bytes."""
    at = chance.randrange(len(text))
    kind = chance.randrange(8)
    if kind == 0:
        return text[:at] + bytes([chance.randrange(256)]) + text[at + 1:]
    if kind == 1:
        return text[:at]
    if kind == 2:
        return text[:at] + chance.randbytes(chance.randrange(1, 64)) + text[at:]
    if kind == 3:
        return text[:at] + text[at:] * chance.randrange(2, 40)
    if kind == 4:
        return text[:at] + struct.pack(">I", chance.choice([0, 1, 3, 4, 5, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])) + text[at + 4:]
    if kind == 5:
        return text[:at] + text[at + chance.randrange(1, 16):]
    if kind == 6:
        return chance.randbytes(len(text))
    return text


def spoilt(seed):
    """A server whose conversation was spoilt in a place or two."""
    chance = random.Random(seed)
    parts = list(chance.choice(CONVERSATIONS))
    for _ in range(chance.randrange(1, 3)):
        at = chance.randrange(len(parts))
        parts[at] = spoil(chance, parts[at]) or b"\0"
    hangs_up = chance.random() < 0.7

    def talk(connection):
        for part in parts:
            connection.sendall(part)
            if not connection.recv(4096):
                return
        if not hangs_up:
            connection.recv(1)
    return scripted(talk)


WORDS = {"accepted", "refused", "silent", "closed", "starting", "stopping", "strange", "failed", "password-wrong",
         "password-missing", "not-admitted", "turned-away", "tls-failed", "tls-missing"}


def ask_spoilt(seeds):
    """The seeds whose servers got no answer."""
    program = os.path.join(os.path.dirname(BOOTGATE), "bootgate-live")
    with contextlib.ExitStack() as stack:
        lines = [json.dumps({"id": at, "host": "127.0.0.1", "port": stack.enter_context(spoilt(seed)).port, "user": "app",
                             "password": PASSWORD, "database": "shop", "roles": ["app"], "databases": ["shop"]})
                 for at, seed in enumerate(seeds)]
        done = subprocess.run([program, "--timeout", "2500"], input="\n".join(lines) + "\n", capture_output=True, check=False,
                              text=True, timeout=60, env={"PATH": "/usr/bin:/bin", **BOUNDED})
    answers = {answer["id"]: answer["state"] for answer in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0 and set(answers.values()) <= WORDS, f"{seeds}: exit {done.returncode}, {answers}: {done.stderr}"
    assert PASSWORD not in done.stdout + done.stderr, f"{seeds}: {done.stdout}{done.stderr}"
    return [seed for at, seed in enumerate(seeds) if at not in answers]


@case
def test_spoilt_conversations():
    """Each server gets an answer, which it would not if the process that asks it died; one may only be late, once."""
    for number in range(ROUNDS):
        lost = ask_spoilt(range(number * 32, number * 32 + 32))
        for _ in range(3):
            lost = [seed for seed in lost if ask_spoilt([seed])]
        assert not lost, f"no answer, time and again, for the seeds {lost}"


@case
def test_hostile_answers_to_the_tls_question():
    for answer, codes in ((b"S" + b"junk" * 100, {UNAVAILABLE, TIMED_OUT}), (b"Q", {UNAVAILABLE}), (b"", {TIMED_OUT, UNAVAILABLE})):
        with scripted(at_login(), tls=answer) as server:
            check_refusal(str(answer[:4]), execute(server.port), codes)


@case
def test_black_hole():
    """A port whose connections are never taken up: the queue of those that wait is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(listener.getsockname())
        check_refusal("black hole", execute(listener.getsockname()[1]), {TIMED_OUT})
        for one in waiting:
            one.close()


@case
def test_many_servers_at_once():
    """One that is silent takes no other's answer away."""
    with servers.silent() as silent, tempfile.TemporaryDirectory() as folder:
        closed = postgres.free_port()
        with open(os.path.join(folder, ".env"), "w", encoding="utf-8") as file:
            for number in range(20):
                port = silent.port if number % 2 else closed
                file.write(f"S{number}_DATABASE_URL=postgresql://u{number}:{PASSWORD}@db{number}.example.org:{port}/d\n")
        maps = [word for number in range(20) for word in
                ("--map", f"db{number}.example.org:{silent.port if number % 2 else closed}=127.0.0.1:"
                          f"{silent.port if number % 2 else closed}")]
        done = subprocess.run([BOOTGATE, "live", "--format", "json", "--timeout", "2s", *maps], cwd=folder, check=False,
                              capture_output=True, text=True, timeout=60, env={"PATH": os.environ["PATH"]})
        states = [login["state"] for login in json.loads(done.stdout)["live"][0]["logins"]]
        assert done.returncode == 2 and states == ["refused", "silent"] * 10, (done.returncode, states, done.stderr)


@case
def test_texts_that_cannot_be_sent():
    """A token that is longer than the pipe's texts, or a NUL byte, takes no other login's answer away, and does not pass."""
    refusal = error(b"SFATAL", b"C28P01", b"Mx")
    odd = {"a": PASSWORD + "x" * 9000, "b": PASSWORD + "%00x"}
    with scripted(at_login(refusal)) as server, tempfile.TemporaryDirectory() as folder:
        urls = [f"{name.upper()}_DATABASE_URL=postgresql://{name}:{word}@127.0.0.1:{server.port}/d\n"
                for name, word in {**odd, "c": PASSWORD, "d": PASSWORD + "y" * 2000}.items()]
        for text, wanted in ((urls, ["unsendable", "unsendable", "password-wrong", "password-wrong"]), (urls[:1], ["unsendable"])):
            pathlib.Path(folder, ".env").write_text("".join(text), encoding="utf-8")
            done = subprocess.run([BOOTGATE, "live", "--format", "json", "--timeout", "5s", ".env"], cwd=folder, check=False,
                                  capture_output=True, text=True, timeout=60, env={"PATH": os.environ["PATH"]})
            states = [login["state"] for login in json.loads(done.stdout)["live"][0]["logins"]]
            assert (done.returncode, states) == (2, wanted), (done.returncode, states, done.stderr)
            assert PASSWORD not in done.stdout + done.stderr, done.stdout


@case
def test_who_is_not_asked_is_named():
    """Where no server at all could be asked nothing starts, and each of them is named: it was to be asked."""
    done = execute(1, environment={"DATABASE_URL": "postgresql://127.0.0.1:1/shop"})
    assert (done.returncode, done.stdout) == (BAD_INPUT, b""), done
    assert b"not asked about DATABASE_URL: it names no user" in done.stderr, done.stderr


@case
def test_environment_of_libpq_is_not_read():
    """What PG* variables, a password file or a service file say is not what the connection string says."""
    with tempfile.TemporaryDirectory() as home, scripted(at_login(error(b"SFATAL", b"C28P01", b"Mx"))) as server:
        seen = []
        other = servers.Scripted(lambda connection, number: seen.append(number))
        with other:
            environment = {"PGHOST": "127.0.0.1", "PGPORT": str(other.port), "PGHOSTADDR": "127.0.0.1", "HOME": home,
                           "PGSERVICE": "x", "PGOPTIONS": "-c x=y", "PGPASSWORD": "z"}
            for name in (".pgpass", ".pg_service.conf"):
                pathlib.Path(home, name).write_text("*:*:*:*:elsewhere\n[x]\nhost=elsewhere\n", encoding="utf-8")
            done = execute(server.port, environment=environment)
        assert done.returncode in (REFUSED,) and not seen, (done.returncode, done.stderr, seen)
        assert b"elsewhere" not in done.stderr, done.stderr


@case
def test_no_program():
    """Without bootgate-live nobody is asked, and nothing passes."""
    with tempfile.TemporaryDirectory() as folder:
        alone = shutil.copy(BOOTGATE, folder)
        done = subprocess.run([alone, "exec", "--allow", "loopback-host", "--live", "--", "echo", "started"], check=False,
                              capture_output=True, text=True,
                              env={"PATH": "/usr/bin:/bin", "DATABASE_URL": f"postgresql://a:{PASSWORD}@127.0.0.1:1/d"})
        assert done.returncode == 70 and "bootgate-live is neither" in done.stderr, (done.returncode, done.stderr)
        assert "started" not in done.stdout, done.stdout
        beside = pathlib.Path(folder, "bootgate-live")
        for code, words in ((127, "for want of libpq"), (70, "bootgate-live failed"), (0, "does not answer")):
            beside.write_text(f"#!/bin/sh\ncat >/dev/null\nexit {code}\n", encoding="utf-8")
            beside.chmod(0o755)
            done = subprocess.run([alone, "exec", "--mode", "production", "--allow", "loopback-host", "--live", "--", "echo", "started"],
                                  check=False, capture_output=True, text=True,
                                  env={"PATH": "/usr/bin:/bin", "DATABASE_URL": f"postgresql://a:{PASSWORD}@127.0.0.1:1/d"})
            assert done.returncode in (70, 75) and words in done.stderr and "started" not in done.stdout, (code, done)


@case
def test_strace_of_all_programs():
    """bootgate opens no socket but the pipe's; the password is written to the pipe, and is in no argument."""
    with scripted(at_login(error(b"SFATAL", b"C3D000", b"Mx"))) as server, tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        url = f"postgresql://app:{PASSWORD}@127.0.0.1:{server.port}/shop"
        pathlib.Path(folder, ".env").write_text(f"DATABASE_URL={url}\n", encoding="utf-8")
        traced = subprocess.run(["strace", "-f", "-v", "-s", "4096", "-o", log, "-e",
                                 "trace=execve,socket,socketpair,connect,openat,write,sendto", BOOTGATE, "live", ".env"],
                                cwd=folder, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
        if "ptrace" in traced.stderr.lower():
            return
        lines = pathlib.Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    first = lines[0].split()[0]
    own = [line for line in lines if line.split()[0] == first]
    assert not [line for line in own if " socket(" in line or " connect(" in line], own
    holding = [line for line in lines if PASSWORD in line]
    calls = {re.match(r"\d+ +(\w+)", line).group(1) for line in holding}
    assert holding and calls <= {"sendto"} and all(line.split()[0] == first for line in holding), holding


def main():
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, function in enumerate(cases, 1):
        if "strace" in function.__name__ and not shutil.which("strace"):
            print(f"ok {number} - {function.__name__} # SKIP no strace", flush=True)
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
