"""What is printed or written arrives whole, or the run says that it did not and does not pass; speaks TAP.

usage: output.py BOOTGATE
"""
import json
import os
import pathlib
import socket
import stat
import subprocess
import sys
import tempfile

BOOTGATE = os.path.abspath(sys.argv[1])
LOST, LOST_BY_EXEC = 2, 70
DSN = "postgresql+asyncpg://app:Vq3kx92mwpL7aTz81@db:5432/app"
COMPOSE = """services:
  db: {image: "postgres:16", environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: "${PASSWORD:?}"}}
  app: {image: "app:1", environment: {DATABASE_URL: "${DATABASE_URL:?}"}}
"""
FORMATS = {
    "check": ["text", "json", "sarif", "github", "gitlab", "junit", "html"],
    "budget": ["text", "json", "svg"],
    "graph": ["text", "json", "dot", "svg", "mermaid"],
    "env .env": ["text", "json"],
    "env --compare .env": ["text", "json"],
    "env --service app": ["text", "json"],
    "rules": ["text", "json"],
    "rules weak-secret": ["text", "json"],
    "rules --fields": ["text", "json"],
    "rules --limits": ["text", "json"],
    f"dsn parse {DSN}": ["text", "json"],
}
PLAIN = ["--version", "--help", "check --help", "manual", "completions bash", "init --stdout", "rules --schema",
         f"dsn rewrite --to sync {DSN}", "exec --dry-run -- true"]
COMMANDS = [f"{command} --format {name}" for command, names in FORMATS.items() for name in names] + PLAIN
cases = []


def case(function):
    cases.append(function)
    return function


def expect(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"input:  {what}\nwanted: {wanted!r}\ngot:    {got!r}")


class Folder:
    """A directory with a small project."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        (self.path / ".env").write_text(f"APP_ENV=production\nPASSWORD=Vq3kx92mwpL7aTz81\nDATABASE_URL={DSN}\n")
        (self.path / "compose.yml").write_text(COMPOSE)
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def run(self, command, **more):
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS")}
        more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "env": {**env, "APP_ENV": "production"}, **more}
        return subprocess.run([BOOTGATE, *command.split()], cwd=self.path, stderr=subprocess.PIPE, text=True, check=False,
                              timeout=60, **more)

    def names(self):
        return sorted(entry.name for entry in self.path.iterdir())


def expect_lost(folder, command, **more):
    done = folder.run(command, **more)
    lines = [line for line in done.stderr.splitlines() if "the output is not complete" in line]
    code = LOST_BY_EXEC if command.startswith("exec") else LOST
    expect((command, done.stderr), (code, 1), (done.returncode, len(lines)))


@case
def test_arrives():
    """The rows of this table are commands that succeed where their output does."""
    with Folder() as folder:
        for command in COMMANDS:
            done = folder.run(command)
            expect((command, done.stderr), (0, True), (done.returncode, len(done.stdout) > 0))


@case
def test_nothing_steers_a_terminal():
    """U+009B begins on some terminals what ESC [ begins: no format prints it, whoever brought it."""
    with Folder() as folder:
        (folder.path / ".env").write_text(
            "APP_ENV=production\nPASSWORD=Vq3kx92mwpL7aTz81\nDATABASE_URL=postgresql://app\u009b31m:Vq3kx92mwpL7aTz81@"
            "a\u009b31mb.example.org/app\u009b31m\nSMTP_HOST=mail\u009b31m.example.org\n", encoding="utf-8")
        for command in COMMANDS:
            done = folder.run(command, encoding="utf-8")
            expect((command, done.stderr), ([], True),
                   ([byte for byte in "\u009b\u001b" if byte in done.stdout + done.stderr], done.returncode in (0, 1)))


@case
def test_device_is_full():
    with Folder() as folder, open("/dev/full", "wb") as full:
        for command in COMMANDS:
            expect_lost(folder, command, stdout=full)


@case
def test_no_baseline_of_what_is_lost():
    """Nobody has seen the findings that it would make known."""
    with Folder() as folder, open("/dev/full", "wb") as full:
        expect_lost(folder, "check --write-baseline known", stdout=full)
        expect("the folder", False, "known" in folder.names())


@case
def test_nobody_reads():
    """No signal ends the program, whatever its parent made of SIGPIPE."""
    with Folder() as folder:
        for command in COMMANDS:
            reader, writer = os.pipe()
            os.close(reader)
            for restore in (True, False):
                expect_lost(folder, command, stdout=writer, restore_signals=restore)
            os.close(writer)


@case
def test_closed():
    """Files that are opened later must not get the number of standard output."""
    with Folder() as folder:
        for command in COMMANDS:
            expect_lost(folder, command, preexec_fn=lambda: os.close(1))
        # Nothing to print, nothing to lose; nor does a file that is read take the place of one of the three.
        done = folder.run("check -qq", preexec_fn=lambda: os.close(1))
        expect("check -qq", (0, ""), (done.returncode, done.stderr))
        done = folder.run("check --format json", preexec_fn=lambda: (os.close(0), os.close(2)))
        expect("0 and 2 closed", (0, 1), (done.returncode, json.loads(done.stdout)["version"]))


@case
def test_descriptors_stay_closed():
    """The command gets what bootgate was given: what is closed stays closed."""
    with Folder() as folder:
        script = "for n in 0 1 2; do [ -e /proc/self/fd/$n ] || echo $n; done >out"
        done = subprocess.run([BOOTGATE, "exec", "--", "sh", "-c", script], cwd=folder.path, check=False,
                              env={**os.environ, "APP_ENV": "production"}, preexec_fn=lambda: (os.close(0), os.close(2)))
        expect("exit", 0, done.returncode)
        expect("closed", "0\n2\n", (folder.path / "out").read_text())


@case
def test_exec_that_cannot_speak():
    """What was to be said before the command starts and could not be said stops it."""
    with Folder() as folder:
        env = {"PATH": os.environ["PATH"], "APP_ENV": "development", "DATABASE_URL": "postgresql://app:app@db/app"}
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BOOTGATE, "exec", "--", "touch", "started"], cwd=folder.path, check=False, env=env,
                                  stderr=full)
        expect("refused", (70, False), (done.returncode, (folder.path / "started").exists()))


WRITERS = [("check --write-baseline target", "target", "# rule"), ("init --force", "bootgate.yaml", "# yaml")]


@case
def test_replaces_regular_files_only():
    with Folder() as folder:
        for command, name, _ in WRITERS:
            target = folder.path / name
            for make in (os.mkdir, os.mkfifo, make_socket, lambda path: os.symlink("/dev/null", path),
                         lambda path: os.symlink(name, path)):
                make(target)
                before = os.lstat(target)
                names = folder.names()
                done = folder.run(command)
                expect((command, make, done.stderr), (2, True, 1),
                       (done.returncode, f"cannot write {name}: " in done.stderr, done.stderr.count("\n")))
                after = os.lstat(target)
                expect((command, make), (names, before.st_ino, before.st_mode),
                       (folder.names(), after.st_ino, after.st_mode))
                os.rmdir(target) if stat.S_ISDIR(before.st_mode) else os.unlink(target)


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(path.parent)  # the name of a socket is short
        server.bind(path.name)
        os.chdir("/")


@case
def test_replaces_behind_a_link():
    with Folder() as folder:
        for command, name, start in WRITERS:
            real = folder.path / "real"
            real.write_text("old")
            real.chmod(0o640)
            (folder.path / name).symlink_to("real")
            done = folder.run(command)
            expect((command, done.stderr), 0, done.returncode)
            expect(command, (True, 0o640, True), ((folder.path / name).is_symlink(), real.stat().st_mode & 0o777,
                                                 real.read_text().startswith(start)))
            real.unlink()
            (folder.path / name).unlink()
            folder.run(command)  # a new one
            expect(command, True, (folder.path / name).read_text().startswith(start))
            (folder.path / name).unlink()
        expect("nothing else", [".bootgate.schema.json", ".env", "compose.yml"], folder.names())


def main():
    failed = 0
    print(f"1..{len(cases)}")
    for number, check in enumerate(cases, 1):
        name = check.__name__.removeprefix("test_").replace("_", " ")
        try:
            check()
            print(f"ok {number} - {name}", flush=True)
        except (AssertionError, subprocess.SubprocessError, OSError, ValueError) as fault:
            failed += 1
            lines = f"{type(fault).__name__}: {fault}".splitlines()
            print(f"not ok {number} - {name}\n" + "\n".join(f"# {line}" for line in lines), flush=True)
    return 1 if failed else 0


sys.exit(main())
