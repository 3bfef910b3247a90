"""Becomes commands with `bootgate exec` and looks at what they were given; speaks TAP.

usage: run.py BOOTGATE REPORT    REPORT is the program built from report.c
"""
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

BOOTGATE, REPORT = (os.path.abspath(path) for path in sys.argv[1:3])
USAGE, BAD_INPUT, MISSING, TIMED_OUT, REFUSED, CANNOT, NOT_FOUND = 64, 65, 66, 75, 78, 126, 127
GOOD_PASSWORD = "Vq3kx92mwpL7aTz81"
GOOD = {"APP_ENV": "production", "DATABASE_URL": f"postgresql+asyncpg://app:{GOOD_PASSWORD}@db:5432/app"}
BAD = {"APP_ENV": "production", "DATABASE_URL": "postgresql://app:app@db:5432/app"}
SANITIZERS = {name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
cases = []


class Skip(Exception):
    pass


def case(function):
    cases.append(function)
    return function


def run(*arguments, env=None, entries=None, **more):
    """`bootgate exec ARGUMENTS`; `entries`, a list of NAME=value, takes the place of `env` where order matters."""
    command = [BOOTGATE, "exec", *arguments]
    if entries is not None:
        command = ["/usr/bin/python3", "-c", EXECVE_ENTRIES, *entries, "--", *command]
    environment = {"PATH": os.environ["PATH"], **SANITIZERS, **(env or {})}
    more = {"stdin": subprocess.DEVNULL, "timeout": 60, **more}
    return subprocess.run(command, env=environment, capture_output=True, text=True, errors="surrogateescape",
                          check=False, **more)


# Python cannot pass duplicates or entries without `=`: execve through ctypes can.
EXECVE_ENTRIES = """
import ctypes, sys
cut = sys.argv.index("--")
array = lambda words: (ctypes.c_char_p * (len(words) + 1))(*[word.encode() for word in words], None)
libc = ctypes.CDLL(None)
libc.execve(sys.argv[cut + 1].encode(), array(sys.argv[cut + 1:]), array(sys.argv[1:cut]))
"""


def facts(done, word):
    return [line[len(word) + 1:] for line in done.stdout.splitlines() if line.split(" ")[0] == word]


def expect(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"input:  {what}\nwanted: {wanted!r}\ngot:    {got!r}")


def expect_exit(done, code, *texts, silent=False):
    wrong = [text for text in texts if text not in done.stderr]
    if done.returncode != code or wrong or (silent and done.stderr):
        raise AssertionError(f"input:  {done.args}\nwanted: exit {code}, {texts}, silent {silent}\n"
                             f"got:    exit {done.returncode}, {done.stdout}{done.stderr}")
    return done


@case
def test_same_process():
    with subprocess.Popen([BOOTGATE, "exec", "--", REPORT], env={**SANITIZERS, **GOOD}, stdout=subprocess.PIPE,
                          text=True) as process:
        first = process.stdout.readline().split()
        process.stdout.read()
    expect("pid", ["pid", str(process.pid)], first)


@case
def test_arguments():
    words = ["-x", "--", "--wait", "", "a b", "ü", "*", "exec"]
    done = expect_exit(run("--", REPORT, *words, env=GOOD), 0, silent=True)
    expect(words, [REPORT, *words], facts(done, "argument"))
    done = expect_exit(run(REPORT, "-q", env=GOOD), 0, silent=True)
    expect("without --", [REPORT, "-q"], facts(done, "argument"))


@case
def test_environment_untouched():
    entries = ["B=2", "A=1", "A=1", "=nameless", "NO_EQUALS_SIGN", "=", "", "EMPTY=", "NOT UTF-8=x", "APP_ENV=development"]
    done = expect_exit(run("--", REPORT, entries=entries), 0)
    expect(entries, entries, facts(done, "entry"))


@case
def test_duplicates():
    """Some programs read the first of two entries and some the last: neither is judged alone, and neither passes."""
    good, bad = f"DATABASE_URL={GOOD['DATABASE_URL']}", f"DATABASE_URL={BAD['DATABASE_URL']}"
    for first, second in ((good, bad), (bad, good), ("A=1", "A="), ("APP_ENV=production", "APP_ENV=development")):
        for mode in ("production", "development"):
            done = expect_exit(run("--mode", mode, "-q", "--", REPORT, entries=[first, "B=1", second]),
                               REFUSED if first == bad and mode == "production" else BAD_INPUT,
                               f"{first.split('=')[0]} is in the environment twice")
            expect((first, second), ("", False), (done.stdout, GOOD_PASSWORD in done.stderr))
    expect_exit(run("--", REPORT, entries=[good, good, "APP_ENV=production", "=a", "=b", "C", "C"]), 0, silent=True)


@case
def test_env_file():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "app.env")
        path.write_text("FROM_FILE='quoted value'\nBOTH=file\nEMPTY=\n")
        second = pathlib.Path(folder, "second.env")
        second.write_text("FROM_FILE=second\n")
        env = {**GOOD, "BOTH": "process"}
        done = expect_exit(run("--env-file", path, "--", REPORT, env=env), 0, silent=True)
        got = facts(done, "entry")
        expect("process wins, new ones at the end", (True, ["FROM_FILE=quoted value", "EMPTY="]),
               ("BOTH=process" in got, got[-2:]))
        done = expect_exit(run("--env-file", path, "--env-file", second, "--", REPORT, env=env), 0, silent=True)
        expect("the later file wins", True, "FROM_FILE=second" in facts(done, "entry"))
        path.write_bytes(b"NUL=a\0b\n")
        expect_exit(run("--env-file", path, "--", REPORT, env=GOOD), BAD_INPUT, "a NUL byte")
        expect_exit(run("--allow", "env-syntax", "--env-file", path, "--", REPORT, env=GOOD), BAD_INPUT)
        expect_exit(run("--env-file", path.with_name("none"), "--", REPORT, env=GOOD), MISSING, "no such file")
        expect_exit(run("--env-file", folder, "--", REPORT, env=GOOD), MISSING, "is a directory")


@case
def test_nothing_is_read_unasked():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, ".env").write_text("DATABASE_URL=postgresql://app:app@localhost/app\n")
        pathlib.Path(folder, "compose.yml").write_text("services: [\n")
        pathlib.Path(folder, "bootgate.yaml").write_text("version: 7\n")
        expect_exit(run("--", REPORT, env=GOOD, cwd=folder), 0, silent=True)
        expect_exit(run("--", REPORT, env={**GOOD, "BOOTGATE_CONFIG": "bootgate.yaml"}, cwd=folder), BAD_INPUT)
        expect_exit(run("--config", "none.yaml", "--", REPORT, env=GOOD, cwd=folder), MISSING)


@case
def test_descriptors():
    """None added, none closed: a socket handed over by systemd stays where it is."""
    listener = socket.socket()
    target = 17
    os.dup2(listener.fileno(), target)
    done = expect_exit(run("--", REPORT, env=GOOD, pass_fds=[target]), 0, silent=True)
    plain = subprocess.run([REPORT], pass_fds=[target], capture_output=True, text=True, check=True,
                           stdin=subprocess.DEVNULL)
    os.close(target)
    expect("descriptors", facts(plain, "descriptors"), facts(done, "descriptors"))


@case
def test_signals():
    def prepare():
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR1])
        for number in (signal.SIGHUP, signal.SIGCHLD, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)

    with Listener() as port:
        for options in ([], ["--wait=127.0.0.1:%d" % port]):
            done = expect_exit(run(*options, "-q", "--", REPORT, env=GOOD, preexec_fn=prepare, restore_signals=False), 0)
            plain = subprocess.run([REPORT], capture_output=True, text=True, check=True, preexec_fn=prepare,
                                   restore_signals=False)
            for fact in ("blocked", "ignored"):
                expect(f"{fact} signals, {options}", facts(plain, fact), facts(done, fact))


@case
def test_standard_input():
    done = expect_exit(run("--", REPORT, "input", env=GOOD, input="first\nsecond\n", stdin=None), 0, silent=True)
    expect("stdin", ["first"], facts(done, "input"))
    env = {**GOOD, "TOKEN_FILE": "-"}
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "-").write_text(GOOD_PASSWORD)
        done = expect_exit(run("--expand-files", "--", REPORT, "input", env=env, input="first\n", stdin=None,
                               cwd=folder), 0, silent=True)
    expect("stdin beside a file named -", ["first"], facts(done, "input"))


@case
def test_output_is_the_commands():
    done = expect_exit(run("--", "sh", "-c", "echo out; echo err >&2", env=GOOD), 0)
    expect("output", ("out\n", "err\n"), (done.stdout, done.stderr))
    done = expect_exit(run("--", "echo", "not run", env=BAD), REFUSED, "error[default-credentials]")
    expect("refused", "", done.stdout)


@case
def test_exit_codes():
    with tempfile.TemporaryDirectory() as folder:
        plain_file, script, orphan = (pathlib.Path(folder, name) for name in ("plain", "script", "orphan"))
        plain_file.write_text("echo not executable\n")
        script.write_text("echo a script without an interpreter line\n")
        script.chmod(0o755)
        orphan.write_text("#!/no/such/interpreter\n")
        orphan.chmod(0o755)
        rows = [
            (["--", "sh", "-c", "exit 3"], GOOD, 3),
            (["--", "sh", "-c", "exit 78"], GOOD, 78),
            (["--", "sh", "-c", "kill -TERM $$"], GOOD, -signal.SIGTERM),
            ([], GOOD, USAGE),
            (["--"], GOOD, USAGE),
            (["--no-such-option", "--", "true"], GOOD, USAGE),
            (["--mode", "nowhere", "--", "true"], GOOD, USAGE),
            (["--allow", "no-such-rule", "--", "true"], GOOD, USAGE),
            (["--set", "NAME=value", "--", "true"], GOOD, USAGE),
            (["--set", "A=no-such-target:DATABASE_URL", "--", "true"], GOOD, USAGE),
            (["--set", "A=sync:NOT_SET", "--", "true"], GOOD, REFUSED),
            (["--", "true"], BAD, REFUSED),
            (["--", "no-such-command"], GOOD, NOT_FOUND),
            (["--", ""], GOOD, NOT_FOUND),
            (["--", "/no/such/command"], GOOD, NOT_FOUND),
            (["--", "/etc/passwd/x"], GOOD, NOT_FOUND),
            (["--", orphan], GOOD, NOT_FOUND),
            (["--", folder], GOOD, CANNOT),
            (["--", plain_file], GOOD, CANNOT),
            (["--", script], GOOD, 0),
        ]
        for arguments, env, code in rows:
            expect_exit(run(*arguments, env=env), code)


@case
def test_path():
    """The command is looked for where it will look itself."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first", "second"):
            pathlib.Path(folder, name).mkdir()
        denied, wanted = pathlib.Path(folder, "first/hello"), pathlib.Path(folder, "second/hello")
        denied.write_text("not executable")
        wanted.write_text("#!/bin/sh\necho found\n")
        wanted.chmod(0o755)
        done = expect_exit(run("--", "hello", env={**GOOD, "PATH": f"{folder}/first:{folder}/second"}), 0, silent=True)
        expect("second in PATH", "found\n", done.stdout)
        expect_exit(run("--", "hello", env={**GOOD, "PATH": f"{folder}/first"}), CANNOT)


@case
def test_modes():
    development = {**BAD, "APP_ENV": "development"}
    for text in ("postgresql://app:Vq3kx92mwpL7aTz81@[::1/app", "postgresql://app:Vq3kx92mwpL7aTz81@db:99999/app"):
        refused = {"APP_ENV": "development", "DATABASE_URL": text}  # nothing is left to wait for: not a success
        done = expect_exit(run("--wait", "--timeout", "1s", "--", "echo", "started", env=refused), REFUSED,
                           "cannot wait: DATABASE_URL is not a valid connection string")
        expect("a refused connection string", "", done.stdout)
    done = expect_exit(run("--", "echo", "started", env=development), 0, "warning[default-credentials]")
    expect("development", "started\n", done.stdout)
    expect_exit(run("--mode", "production", "--", "echo", env=development), REFUSED)
    done = expect_exit(run("--allow", "default-credentials", "--", "echo", "started", env=BAD), 0,
                       "WARNING: --allow default-credentials lets 1 finding through")
    expect("allowed", "started\n", done.stdout)
    done = expect_exit(run("--dry-run", "--", "echo", "--password", "hunter2", "a b", env=GOOD), 0, silent=True)
    expect("dry run", "echo --password ******** 'a b'\n", done.stdout)
    expect_exit(run("--dry-run", "--", "echo", env=BAD), REFUSED)
    words = [str(number) for number in range(100000)]  # as much as the system takes: their line is made in one go
    done = expect_exit(run("--dry-run", "--", "echo", *words, env=GOOD), 0, silent=True)
    expect("a long dry run", " ".join(["echo", *words]) + "\n", done.stdout)
    done = expect_exit(run("--dry-run", "--", "echo", "'" * 30000, env=GOOD), 0, silent=True)
    expect("a dry run of quotes", "echo '" + "'\\''" * 30000 + "'\n", done.stdout)
    done = expect_exit(run("--dry-run", "--", "echo", GOOD["DATABASE_URL"], GOOD_PASSWORD, env=GOOD), 0, silent=True)
    expect("masked", False, GOOD_PASSWORD in done.stdout)


@case
def test_expand_files():
    with tempfile.TemporaryDirectory() as folder:
        secret = pathlib.Path(folder, "secret")
        secret.write_text(GOOD_PASSWORD + "\n")
        url = pathlib.Path(folder, "url")
        url.write_text(GOOD["DATABASE_URL"] + "\n")
        rows = [
            # options, environment, exit, entries that the command must get, names that it must not
            (["--expand-files"], {"DB_PASSWORD_FILE": secret}, 0, [f"DB_PASSWORD={GOOD_PASSWORD}"], ["DB_PASSWORD_FILE"]),
            (["--expand-files"], {"DB_PASSWORD_FILE": secret, "DB_PASSWORD": ""}, 0, [f"DB_PASSWORD={GOOD_PASSWORD}"],
             ["DB_PASSWORD_FILE"]),
            # X_FILE is a secret's file only where X is a secret's name: a keystore stays a file.
            (["--expand-files"], {"GREETING_FILE": secret, "SHOP_KEYSTORE_FILE": "keystore.p12"}, 0,
             [f"GREETING_FILE={secret}", "SHOP_KEYSTORE_FILE=keystore.p12"], ["GREETING", "SHOP_KEYSTORE"]),
            (["--expand-files=GREETING"], {"GREETING_FILE": secret}, 0, [f"GREETING={GOOD_PASSWORD}"], ["GREETING_FILE"]),
            (["--expand-files"], {"OTHER_DATABASE_URL_FILE": url}, 0, [f"OTHER_DATABASE_URL={GOOD['DATABASE_URL']}"],
             ["OTHER_DATABASE_URL_FILE"]),
            (["--expand-files=DB_PASSWORD"], {"DB_PASSWORD_FILE": secret, "X_FILE": "/none"}, 0,
             [f"DB_PASSWORD={GOOD_PASSWORD}", "X_FILE=/none"], ["DB_PASSWORD_FILE", "X"]),
            (["--expand-files=SSL_CERT_FILE"], {"SSL_CERT_FILE": secret}, 0, [f"SSL_CERT={GOOD_PASSWORD}"], []),
            (["--expand-files"], {"SSL_CERT_FILE": "/none", "COMPOSE_FILE": "x", "APP_LOG_FILE": "/none"}, 0,
             ["SSL_CERT_FILE=/none", "COMPOSE_FILE=x", "APP_LOG_FILE=/none"], []),
            (["--expand-files"], {"DB_PASSWORD_FILE": ""}, 0, ["DB_PASSWORD_FILE="], ["DB_PASSWORD"]),
            ([], {"DB_PASSWORD_FILE": secret}, 0, [f"DB_PASSWORD_FILE={secret}"], ["DB_PASSWORD"]),
            (["--expand-files"], {"DB_PASSWORD_FILE": secret, "DB_PASSWORD": GOOD_PASSWORD}, REFUSED, [], []),
            (["--expand-files"], {"DB_PASSWORD_FILE": "/none"}, MISSING, [], []),
            (["--expand-files"], {"DB_PASSWORD_FILE": folder}, MISSING, [], []),
        ]
        for options, env, code, wanted, unwanted in rows:
            env = {**GOOD, **{name: str(value) for name, value in env.items()}}
            done = expect_exit(run(*options, "--", REPORT, env=env), code)
            got = facts(done, "entry")
            expect((options, env), [], [entry for entry in wanted if entry not in got])
            expect((options, env), [], [e for e in got if e.split("=")[0] in unwanted])
        done = expect_exit(run("-v", "--expand-files=DB_PASWORD", "--", REPORT, env=GOOD), 0)
        expect("a name that nothing has", True, "DB_PASWORD_FILE is not set, nor is DB_PASWORD" in done.stderr)
        secret.write_text("app\n")  # what stands in the file is judged as well
        env = {"APP_ENV": "production", "POSTGRES_USER": "app", "POSTGRES_PASSWORD_FILE": str(secret)}
        for options in (["--expand-files"], []):  # also where the program opens it itself
            expect_exit(run(*options, "--", REPORT, env=env), REFUSED, "error[default-credentials]", str(secret))
        missing = {"APP_ENV": "production", "POSTGRES_PASSWORD_FILE": "/no/such/file"}
        expect_exit(run("--", REPORT, env=missing), REFUSED, "error[secret-file-missing]")
        expect_exit(run("--", REPORT, env={**missing, "APP_ENV": "dev"}), 0, "warning[secret-file-missing]")
        both = {**missing, "POSTGRES_PASSWORD": GOOD_PASSWORD}
        expect_exit(run("--", REPORT, env=both), REFUSED, "error[secret-file-conflict]")
        harmless = {"APP_ENV": "production", "REPORT_FILE": "/no/such/file", "SSL_CERT_FILE": "/no/such/file"}
        expect_exit(run("--", REPORT, env=harmless), 0, silent=True)


@case
def test_files_that_the_program_opens():
    """What a secret's X_FILE names is judged from where the program will open it; unread is no pass in any mode."""
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        (base / "weak").write_text("app\n")
        (base / "-").write_text("app\n")
        (base / "url").write_text(BAD["DATABASE_URL"] + "\n")
        (base / "folder").mkdir()
        os.mkfifo(base / "fifo")
        (base / "circle").symlink_to("circle")
        (base / "bootgate.yaml").write_text("version: 1\nvars:\n  OPENER: {secret: true}\n  STORE: {type: dsn}\n")
        rows = [
            # the variable, its value, the exit code in production and in development
            ("POSTGRES_PASSWORD_FILE", "weak", REFUSED, 0),
            ("POSTGRES_PASSWORD_FILE", "./folder/../weak", REFUSED, 0),
            ("POSTGRES_PASSWORD_FILE", f"{folder}/weak", REFUSED, 0),
            ("POSTGRES_PASSWORD_FILE", "-", REFUSED, 0),
            ("DATABASE_URL_FILE", "url", REFUSED, 0),
            ("SHOP_DSN_FILE", f"{folder}/url", REFUSED, 0),
            ("OPENER_FILE", "weak", REFUSED, 0),
            ("STORE_FILE", "url", REFUSED, 0),
            ("POSTGRES_PASSWORD_FILE", "missing", REFUSED, 0),
            ("DATABASE_URL_FILE", "/none/missing", REFUSED, 0),
            ("POSTGRES_PASSWORD_FILE", "folder", MISSING, MISSING),
            ("POSTGRES_PASSWORD_FILE", "fifo", MISSING, MISSING),
            ("POSTGRES_PASSWORD_FILE", "circle", MISSING, MISSING),
            ("POSTGRES_PASSWORD_FILE", "/dev/null", MISSING, MISSING),
            ("POSTGRES_PASSWORD_FILE", "x" * 5000, MISSING, MISSING),
            # No secret's name, and names of files that programs are given as files: left alone.
            ("GREETING_FILE", "folder", 0, 0),
            ("SHOP_KEYSTORE_FILE", "missing", 0, 0),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "missing", 0, 0),
            ("SITEMAP_URL_FILE", "missing", 0, 0),
            ("POSTGRES_PASSWORD_FILE", "", 0, 0),
        ]
        for name, value, production, development in rows:
            for mode, code in (("production", production), ("development", development)):
                env = {"POSTGRES_USER": "app", name: value}
                done = run("--mode", mode, "--config", "bootgate.yaml", "--", "echo", "started", env=env, cwd=folder)
                expect((name, value, mode, done.stderr), (code, code == 0), (done.returncode, done.stdout == "started\n"))


@case
def test_files_of_others():
    if os.geteuid() != 0:
        raise Skip("only root can become someone who may not read")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        secret = pathlib.Path(folder, "secret")
        secret.write_text(GOOD_PASSWORD)
        secret.chmod(0o600)
        program = pathlib.Path(folder, "bootgate")
        shutil.copy(BOOTGATE, program)
        program.chmod(0o755)
        for options in ([], ["--expand-files"]):
            for mode in ("production", "development"):
                done = subprocess.run([program, "exec", "--mode", mode, *options, "--", "echo", "started"], check=False,
                                      env={"PATH": "/usr/bin:/bin", **SANITIZERS, "DB_PASSWORD_FILE": str(secret)},
                                      capture_output=True, text=True, user=65534, group=65534, extra_groups=[])
                expect((options, mode, done.stdout), (MISSING, True),
                       (done.returncode, "names cannot be read: permission denied" in done.stderr))


@case
def test_what_the_environment_makes_milder():
    """Development by a variable and a configuration by BOOTGATE_CONFIG are said where they let something through."""
    with tempfile.TemporaryDirectory() as folder:
        def config(name, text):
            pathlib.Path(folder, name).write_text("version: 1\n" + text)
            return {"BOOTGATE_CONFIG": name}
        rule = "  - {rule: default-credentials, variable: DATABASE_URL, reason: test}\n"
        allows = config("allow.yaml", "allow:\n" + rule)
        off = config("off.yaml", "severity: {production: {credentials: off}}\n")
        own_mode = config("mode.yaml", "mode: development\n")
        harmless = config("harmless.yaml", "name: shop\n")
        bad, development = BAD, {**BAD, "APP_ENV": "development"}
        rows = [
            # options, environment, exit code, what the line says is milder; None: there is no such line
            ([], development, 0, "development (environment APP_ENV) lets 1 finding"),
            (["-q"], development, 0, "development (environment APP_ENV) lets 1 finding"),
            ([], {**bad, **allows}, 0, "BOOTGATE_CONFIG lets 1 finding"),
            ([], {**bad, **off}, 0, "BOOTGATE_CONFIG lets 1 finding"),
            ([], {**bad, **own_mode}, 0, "development (mode.yaml:2 mode) and BOOTGATE_CONFIG let 1 finding"),
            ([], {**development, **allows}, 0, "development (environment APP_ENV) and BOOTGATE_CONFIG let 1 finding"),
            # The command line said so itself, or nothing was let through.
            (["--mode", "development"], bad, 0, None),
            (["--config", "allow.yaml"], bad, 0, None),
            (["--allow", "default-credentials"], development, 0, None),
            ([], {**GOOD, "APP_ENV": "development"}, 0, None),
            ([], {**GOOD, **allows}, 0, None),
            ([], {**GOOD, **harmless}, 0, None),
            ([], {**bad, **harmless}, REFUSED, None),
        ]
        for options, env, code, wanted in rows:
            done = expect_exit(run(*options, "--", "true", env=env, cwd=folder), code)
            lines = [line for line in done.stderr.splitlines() if "that would stop the command" in line]
            expect((options, env, done.stderr), 0 if wanted is None else 1, len(lines))
            if wanted:
                expect((options, env), f"bootgate exec: WARNING: {wanted} through that would stop the command", lines[0])


@case
def test_rewrites():
    sync = f"postgresql+psycopg2://app:{GOOD_PASSWORD}@db:5432/app"
    done = expect_exit(run("--set", "SYNC_URL=sync:DATABASE_URL", "--", REPORT, env=GOOD), 0, silent=True)
    expect("--set", True, f"SYNC_URL={sync}" in facts(done, "entry"))
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder, "bootgate.yaml")
        config.write_text("version: 1\nrewrite:\n  SYNC_URL: {from: DATABASE_URL, to: sync}\n")
        done = expect_exit(run("--config", config, "--", REPORT, env=GOOD), 0, silent=True)
        expect("rewrite:", True, f"SYNC_URL={sync}" in facts(done, "entry"))
        done = expect_exit(run("--config", config, "--", REPORT, env={**GOOD, "SYNC_URL": sync}), 0, silent=True)
        expect("set already", 1, len([e for e in facts(done, "entry") if e.startswith("SYNC_URL=")]))


@case
def test_formats():
    for name, start in (("json", "{"), ("sarif", "{"), ("junit", "<?xml"), ("github", "::error"), ("gitlab", "[")):
        done = expect_exit(run("--format", name, "--", "echo", "not run", env=BAD), REFUSED)
        expect(name, (True, ""), (done.stderr.startswith(start), done.stdout))


@case
def test_large_environment():
    """The largest that the system takes passes; more is refused with 126, not half of it passed on."""
    def unlimited_stack():
        hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
        resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))

    chunk = "x" * 100_000
    large = {f"LARGE_{i}": chunk for i in range(50)}
    if can_start(REPORT, {**GOOD, **large}, unlimited_stack):
        done = expect_exit(run("--", REPORT, env={**GOOD, **large}, preexec_fn=unlimited_stack), 0, silent=True)
        expect("5 MB", True, int(facts(done, "environment")[0].split()[0]) > 5_000_000)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "large.env")
        path.write_text("".join(f"LARGE_{i}={chunk}\n" for i in range(200)))
        expect_exit(run("--env-file", path, "--", REPORT, env=GOOD), CANNOT, "larger than the system takes")


def can_start(program, env, prepare):
    try:
        subprocess.run([program], env=env, capture_output=True, check=True, preexec_fn=prepare)
    except OSError:
        return False
    return True


@case
def test_first_process():
    if subprocess.run(["unshare", "--fork", "--pid", "--mount-proc", "true"], capture_output=True, check=False).returncode:
        raise Skip("no PID namespaces here")
    done = subprocess.run(["unshare", "--fork", "--pid", "--mount-proc", BOOTGATE, "exec", "--", REPORT],
                          env={**os.environ, **GOOD}, capture_output=True, text=True, check=False, timeout=60)
    expect("PID 1", ["1"], facts(expect_exit(done, 0, silent=True), "pid"))
    # PID 1 is spared from default actions: only a handler lets SIGTERM end the wait.
    process = subprocess.Popen(["unshare", "--fork", "--pid", "--mount-proc", "--kill-child", BOOTGATE, "exec",
                                "--wait=127.0.0.1:1", "--timeout", "60s", "--", REPORT],
                               env={**os.environ, **GOOD}, stderr=subprocess.PIPE, text=True)
    try:
        process.stderr.readline()
        inner = children(process.pid)[0]
        os.kill(inner, signal.SIGTERM)
        expect("SIGTERM to PID 1", 143, process.wait(20))
    finally:
        process.kill()
        process.communicate()


class Listener:
    """A server that accepts and says nothing."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        return self.socket.getsockname()[1]

    def __exit__(self, *_):
        self.socket.close()


def children(pid):
    words = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(word) for word in words]


def wait_command():
    return os.path.join(os.path.dirname(BOOTGATE), "bootgate-wait")


def need_waiting():
    if not os.access(wait_command(), os.X_OK):
        raise Skip("built without bootgate-wait")


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@case
def test_wait_then_start():
    need_waiting()
    port = closed_port()
    server = []
    timer = threading.Timer(0.5, lambda: server.append(socket.create_server(("127.0.0.1", port))))
    timer.start()
    env = {"APP_ENV": "development", "REDIS_URL": f"redis://:{GOOD_PASSWORD}@127.0.0.1:{port}/0"}
    done = expect_exit(run("--wait", "--timeout", "30s", "--", "echo", "started", env=env), 0, "REDIS_URL")
    timer.join()
    server[0].close()
    expect("started", "started\n", done.stdout)
    expect("no password in the progress", False, GOOD_PASSWORD in done.stderr)
    done = expect_exit(run("--wait", "--timeout", "300ms", "--", "echo", "started", env=env), TIMED_OUT)
    expect("timed out", "", done.stdout)
    expect_exit(run("--wait=NOT_SET", "--", "echo", env=env), REFUSED, "NOT_SET is not set")
    expect_exit(run("--wait=no place", "--", "echo", env=env), USAGE)
    expect_exit(run("--wait", "--timeout", "soon", "--", "echo", env=env), USAGE)
    done = expect_exit(run("--wait", "--", "echo", "started", env={"APP_ENV": "development"}), 0, silent=True)
    expect("nothing to wait for", "started\n", done.stdout)


@case
def test_wait_gets_no_password():
    """A bootgate-wait that records what it is given: lines, arguments and environment."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(BOOTGATE, folder)
        record = pathlib.Path(folder, "record")
        spy = pathlib.Path(folder, "bootgate-wait")
        spy.write_text(f'#!/bin/sh\n{{ cat; echo "$@"; env; }} >{record}\nexit 69\n')
        spy.chmod(0o755)
        password = "S3ntinel-p4ssw0rd"
        env = {"PATH": os.environ["PATH"], **SANITIZERS, "APP_ENV": "development",
               "DATABASE_URL": f"postgresql://app:{password}@db:5433/shop?sslmode=require",
               "REDIS_URL": f"redis://:{password}@cache:6379/0", "QDRANT_URL": f"http://k:{password}@qdrant:6333",
               "PGPASSWORD": password, "READY_URL": "https://elsewhere.example.com/ready",
               "DB_HOST": "parts", "DB_PORT": "5432", "DB_USER": "u", "DB_PASSWORD": password, "DB_NAME": "n"}
        command = [os.path.join(folder, "bootgate")]
        done = subprocess.run([*command, "wait"], env=env, capture_output=True, text=True, check=False)
        expect("its exit code is passed on", 69, done.returncode)
        got = record.read_text()
        expect("no password", False, password in got + done.stderr)
        wanted = ["protocol=postgres\thost=db\tport=5433\tuser=app\tdatabase=shop\ttls=require\tname=DATABASE_URL",
                  "protocol=tcp\thost=cache\tport=6379\tname=REDIS_URL",
                  "protocol=http\thost=qdrant\tport=6333\texpect=100-499\tname=QDRANT_URL"]
        expect("lines", [], [line for line in wanted if line not in got.splitlines()])
        expect("web services elsewhere are not waited for", False, "elsewhere" in got)
        for word, line in [
                ("http://qdrant:6333/readyz?a=b", "protocol=http\thost=qdrant\tport=6333\tpath=/readyz?a=b"),
                (f"http://qdrant:6333/readyz?api_key={password}", "protocol=http\thost=qdrant\tport=6333\tpath=/readyz"),
                ("[::1]:5432", "protocol=tcp\thost=[::1]\tport=5432"),
                ("DATABASE_URL", wanted[0]),
                ("$DATABASE_URL", wanted[0]),
                (f"postgresql://x:{password}@%2Frun%2Fpg/y", "protocol=postgres\tsocket=/run/pg/.s.PGSQL.5432\tuser=x\tdatabase=y"),
        ]:
            subprocess.run([*command, "wait", word], env=env, capture_output=True, check=False)
            expect(word, line, record.read_text().splitlines()[0])
            expect("no password", False, password in record.read_text())
        spy.unlink()
        done = subprocess.run([*command, "exec", "--wait", "--", "echo", "started"], env=env, capture_output=True,
                              text=True, check=False)
        expect("nobody to wait with", (70, ""), (done.returncode, done.stdout))


@case
def test_interrupted_wait_leaves_nobody():
    need_waiting()
    for number, code in ((signal.SIGINT, 130), (signal.SIGQUIT, 130), (signal.SIGHUP, 143), (signal.SIGTERM, 143),
                         (signal.SIGKILL, -signal.SIGKILL)):
        process = subprocess.Popen([BOOTGATE, "wait", "--timeout", "60s", f"127.0.0.1:{closed_port()}"],
                                   env={**SANITIZERS}, stderr=subprocess.PIPE, text=True,
                                   preexec_fn=lambda number=number: number != signal.SIGKILL and
                                   signal.signal(number, signal.SIG_DFL))  # nohup(1) ignores SIGHUP
        process.stderr.readline()
        waiting = children(process.pid)
        process.send_signal(number)
        expect(number, code, process.wait(20))
        expect("who waits", 1, len(waiting))
        for _ in range(200):
            if not is_alive(waiting[0]):
                break
            time.sleep(0.05)
        expect(f"after {number}", False, is_alive(waiting[0]))
        process.communicate()


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def main():
    failed = 0
    print(f"1..{len(cases)}")
    for number, check in enumerate(cases, 1):
        name = check.__name__.removeprefix("test_").replace("_", " ")
        try:
            check()
            print(f"ok {number} - {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        except (AssertionError, subprocess.SubprocessError, OSError, IndexError) as fault:
            failed += 1
            lines = f"{type(fault).__name__}: {fault}".splitlines()
            print(f"not ok {number} - {name}\n" + "\n".join(f"# {line}" for line in lines), flush=True)
    return 1 if failed else 0


sys.exit(main())
