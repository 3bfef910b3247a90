"""What `bootgate fix` makes of deployments in which all can be mended, and what it leaves alone.

usage: run.py BOOTGATE
"""
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

import fixtures

BOOTGATE = str(pathlib.Path(sys.argv[1]).resolve())
SECRETS = (fixtures.SECRET, fixtures.OTHER)


def write(place, fixture):
    place.mkdir()
    for name, text in fixture.files.items():
        (place / name).write_bytes(fixtures.text(text).encode())
        os.chmod(place / name, 0o600 if name.startswith(".env") else 0o644)
    for name, (before, _) in fixture.modes.items():
        os.chmod(place / name, before)


def wanted(fixture):
    files = {name: fixtures.text(text) for name, text in fixture.files.items()}
    for name, before, after in fixture.changes:
        before = fixtures.text(before)
        assert before in files[name], (fixture.name, before)
        files[name] = files[name].replace(before, fixtures.text(after))
    return {name: text.encode() for name, text in files.items()}


def read(place):
    return {path.name: path.read_bytes() for path in place.iterdir()}


def run(place, *words, variables=None, **more):
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **(variables or {})}
    done = subprocess.run([BOOTGATE, *words], cwd=place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, **more)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert not any(secret in out + err for secret in SECRETS), f"a secret is shown by {words}"
    return done.returncode, out, err


def expect(what, got, right):
    assert got == right, f"{what}: wanted {right!r}, got {got!r}"


def try_patch(place, diff):
    """The diff means to others what --write makes of it."""
    other = place.parent / "patched"
    shutil.copytree(place, other)
    done = subprocess.run(["patch", "-p0", "--no-backup-if-mismatch", "--binary"], cwd=other, input=diff.encode(), capture_output=True)
    expect("patch", (done.returncode, done.stdout.count(b"Hunk")), (0, 0))
    patched = read(other)
    shutil.copytree(place, other, dirs_exist_ok=True)
    done = subprocess.run(["git", "apply", "-p0", "--unidiff-zero"], cwd=other, input=diff.encode(), capture_output=True,
                          env={**os.environ, "GIT_CEILING_DIRECTORIES": str(other.parent)})
    expect("git apply", (done.returncode, done.stderr, read(other)), (0, b"", patched))
    return patched


def mend(place, fixture):
    write(place, fixture)
    before = read(place)
    code, out, _ = run(place, "check", "--fail-on", "warning", "--format", "json")
    expect("check before", code, 1)
    code, diff, err = run(place, "fix")
    expect("fix", code, 1)
    expect("what fix alone wrote", read(place), before)
    patched = try_patch(place, diff) if "********" not in diff and fixture.changes and shutil.which("patch") else None
    inodes = {path.name: path.stat().st_ino for path in place.iterdir()}
    code, out, err = run(place, "fix", "--write")
    expect("fix --write", (code, err), (0, ""))
    after = read(place)
    expect("the files", after, wanted(fixture))
    if patched is not None:
        expect("the files by patch", patched, after)
    for path in place.iterdir():
        mode = fixture.modes.get(path.name, (0, 0o600 if path.name.startswith(".env") else 0o644))[1]
        expect(f"mode of {path.name}", oct(path.stat().st_mode & 0o777), oct(mode))
        is_kept = before[path.name] == after[path.name] and path.name not in fixture.modes
        expect(f"{path.name} is the same file", path.stat().st_ino == inodes[path.name], is_kept)
    expect("check after", run(place, "check", "--fail-on", "warning", "-q"), (0, "", ""))
    expect("fix again", run(place, "fix"), (0, "", ""))


# --- what is refused, and leaves everything as it was

MENDABLE = next(fixture for fixture in fixtures.FIXTURES if fixture.name == "localhost, by the published port")


def refuse(place, why, prepare=None, **more):
    write(place, MENDABLE)
    if prepare:
        prepare(place)
    before = read(place)
    code, out, err = run(place, "fix", "--write", **more)
    expect("refusal", (code, out), (2, ""))
    assert why in err, f"wanted {why!r}, got {err!r}"
    expect("the files", read(place), before)


def full_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def link(place):
    os.link(place / ".env", place / "copy.txt")


def strange_journal(place):
    (place / ".bootgate-journal").write_text("bootgate journal 1 +\n")
    os.chmod(place / ".bootgate-journal", 0o666)


def refusals(top):
    yield "a full disk", lambda: refuse(top / "full", "larger than the limit", preexec_fn=full_disk,
                                        variables={"GCOV_PREFIX": "/dev/null"})  # its own record would not fit, either
    yield "a file with two names", lambda: refuse(top / "linked", "hard links", link)
    yield "a journal that anybody may write", lambda: refuse(top / "strange", "permission denied", strange_journal)


def keep_link(place):
    write(place, MENDABLE)
    (place / "real").mkdir()
    os.rename(place / ".env", place / "real" / "production.env")
    os.symlink("real/production.env", place / ".env")
    expect("fix --write", run(place, "fix", "--write")[0], 0)
    expect("the link", os.readlink(place / ".env"), "real/production.env")
    expect("its target", (place / "real" / "production.env").read_bytes(), wanted(MENDABLE)[".env"])


def leave(place, files, *words):
    """Findings that only a person can mend: no diff."""
    write(place, fixtures.fixture("", files, []))
    before = read(place)
    expect("fix", run(place, "fix", *words)[:2], (0, ""))
    expect("fix --write", run(place, "fix", "--write", *words)[0], 0)
    expect("the files", read(place), before)


LEFT = [
    ("a weak password", {"compose.yaml": fixtures.DATABASE + fixtures.APP,
                         ".env": (fixtures.ENV + fixtures.URL).replace("§", "changeme")}),
    ("a port that is published and used by one variable",
     {"compose.yaml": fixtures.DATABASE + '    ports: ["127.0.0.1:${DB_PORT}:5432"]\n  api:\n    image: ghcr.io/acme/shop:1\n    env_file: .env\n',
      ".env": fixtures.ENV + "DB_HOST=localhost\nDB_PORT=5433\nDB_USER=shop\nDB_NAME=shop\n"}),
    ("an address that a program is handed, too",
     {"compose.yaml": fixtures.DATABASE + '    ports: ["${BIND}:5432:5432"]\n  api:\n    image: ghcr.io/acme/shop:1\n    env_file: .env\n',
      ".env": fixtures.ENV + fixtures.URL + "BIND=0.0.0.0\n"}),
    ("a reference that readers take differently",
     {"compose.yaml": fixtures.DATABASE + fixtures.APP, ".env": fixtures.ENV + "DATABASE_URL=postgresql://shop:${DB_PASSWORD}@db:5432/shop\n",
      "bootgate.yaml": "version: 1\nread-by: [compose, docker]\n"}),
    ("a host that is right for a program on the host's network",
     {"compose.yaml": fixtures.DATABASE + '    ports: ["127.0.0.1:5433:5432"]\n' + "".join(
         f"  {name}:\n    image: ghcr.io/acme/shop:1\n    env_file: .env\n{more}" for name, more in (("api", ""), ("probe", "    network_mode: host\n"))),
      ".env": fixtures.ENV + "DB_HOST=localhost\nDB_PORT=5433\nDB_USER=shop\nDB_NAME=shop\n"}),
    ("a key twice, the first one used between",
     {"compose.yaml": fixtures.DATABASE + fixtures.APP, ".env": fixtures.ENV + fixtures.URL + "A=1\nB=${A}\nA=2\n"}),
    ("a public address on this machine",
     {"compose.yaml": fixtures.DATABASE + fixtures.APP + "      PUBLIC_URL: http://localhost:8000\n", ".env": fixtures.ENV + fixtures.URL}),
    ("a secret beside a file that holds another one",
     {name: text.replace("§", "¶") if name == "db.env" else text for name, text in fixtures.mounted("POSTGRES_PASSWORD: '§'").items()}),
    ("a secret and a file of another one",
     {name: text.replace("§", "¶") if name == "db.env" else text
      for name, text in fixtures.mounted("POSTGRES_PASSWORD: '§'", "POSTGRES_PASSWORD_FILE: /run/secrets/db").items()}),
    ("a secret of a program that opens no file",
     {name: text.replace("postgres:16", "ghcr.io/acme/mail:1").replace("POSTGRES_PASSWORD", "SMTP_PASSWORD")
      for name, text in fixtures.mounted("POSTGRES_PASSWORD: '§'").items()}),
    ("a front door", {"compose.yaml": "services:\n  web:\n    image: nginx:1\n    ports: ['80:80']\n"}),
]


def one_rule(place):
    write(place, next(fixture for fixture in fixtures.FIXTURES if fixture.name == "a key that is there twice"))
    expect("another rule", run(place, "fix", "--rule", "loopback-host")[:2], (0, ""))
    expect("its rule", run(place, "fix", "--rule", "duplicate-key")[0], 1)
    code, _, err = run(place, "fix", "--rule", "duplicate-keys")
    expect("no such rule", (code, "did you mean `duplicate-key`" in err), (2, True))


def convert(place):
    """`env --to --write`: a file of its owner's, read back alike; what cannot be held is named, and nothing is written."""
    secret = fixtures.SECRET
    write(place, fixtures.fixture("", {".env": f'A="it\'s # {secret}"\nB={secret} # c\n'}, []))
    expect("to shell", run(place, "env", "--to", "shell", "--write", "out.sh"), (0, "", ""))
    expect("its mode", oct((place / "out.sh").stat().st_mode & 0o777), "0o600")
    done = subprocess.run(["bash", "-c", 'set -a; . ./out.sh; printf "%s|%s" "$A" "$B"'], cwd=place, capture_output=True, check=True)
    expect("what the shell sees", done.stdout.decode(), f"it's # {secret}|{secret}")
    os.chmod(place / "out.sh", 0o640)
    expect("in place", run(place, "env", "out.sh", "--as", "shell", "--to", "docker", "--write", "out.sh"), (0, "", ""))
    expect("the file", (place / "out.sh").read_text(), f"A=it's # {secret}\nB={secret}\n")
    expect("its mode afterwards", oct((place / "out.sh").stat().st_mode & 0o777), "0o640")
    (place / "secrets").mkdir()
    expect("to files", run(place, "env", "--to", "docker-secrets", "--write", "secrets")[0], 0)
    expect("the files", read(place / "secrets"), {"A": f"it's # {secret}".encode(), "B": secret.encode()})
    (place / "lines").write_text("A='one\ntwo'\nB=b\n")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    code, _, err = run(place, "env", "lines", "--to", "docker", "--write", "other")
    expect("refused", (code, err), (2, "bootgate env: `docker` cannot hold A\n"))
    expect("no directory", run(place, "env", "lines", "--to", "docker-secrets", "--write", "none")[0], 2)
    expect("the files", {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}, before)


def cases(top):
    for number, fixture in enumerate(fixtures.FIXTURES):
        place = top / str(number)
        place.mkdir()
        yield fixture.name, lambda place=place, fixture=fixture: mend(place / "deployment", fixture)
    yield from refusals(top)
    yield "a symbolic link stays", lambda: keep_link(top / "link")
    for number, (name, files) in enumerate(LEFT):
        yield f"left alone: {name}", lambda files=files, number=number: leave(top / f"left{number}", files)
    yield "another reader's spelling", lambda: convert(top / "convert")
    yield "one rule alone", lambda: one_rule(top / "rule")


def main():
    failed = number = 0
    with tempfile.TemporaryDirectory() as top:
        for number, (name, case) in enumerate(cases(pathlib.Path(top)), 1):
            try:
                case()
                print(f"ok {number} - {name}")
            except AssertionError as fault:
                failed += 1
                print(f"not ok {number} - {name}")
                print("# " + str(fault).replace("\n", "\n# "))
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
