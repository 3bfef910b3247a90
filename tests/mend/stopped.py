"""A run that is stopped at any system call leaves all files old or all new, once the next run has looked.

usage: stopped.py BOOTGATE INJECT LIBRARY

Each call of the untouched run is one at which the process is killed, or which fails. Then a run that itself has
nothing to do finishes or takes back what was left.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import fixtures

BOOTGATE, INJECT, LIBRARY = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:4])
# Before these nothing has been written, so that one of each kind is enough.
READING = {"read", "pread64", "newfstatat", "fstat", "readlink", "getdents64", "mmap", "munmap", "brk", "mprotect", "access",
           "faccessat2", "faccessat", "getcwd", "prlimit64", "prctl", "ioctl", "rt_sigprocmask", "uname", "sysinfo"}
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", 
               "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"}
FAILS = {"write": "ENOSPC", "pwrite64": "EIO", "fsync": "EIO", "rename": "EIO", "openat": "EACCES", "unlink": "EIO", "fchmod": "EPERM",
         "close": "EIO"}

FIX = next(fixture for fixture in fixtures.FIXTURES if fixture.name == "a key that is there twice").files
OPEN = FIX["compose.yaml"].replace("      POSTGRES_DB: shop\n", "      POSTGRES_DB: shop\n    ports: ['5432:5432']\n")
# A word, its files, the command, and one that recovers and has nothing else to do.
SCENARIOS = [
    ("fix", {**FIX, "compose.yaml": OPEN}, ["fix", "--write"], ["fix", "--write", "--rule", "loopback-host"]),
    ("rotate", {"compose.yaml": FIX["compose.yaml"].replace("${DB_PASSWORD}", fixtures.SECRET), ".env": FIX[".env"]},
     ["rotate", "DATABASE_URL", "--write", "--sql", "change.sql"], ["fix", "--write", "--rule", "loopback-host"]),
]


NEW = re.compile(rb"\b[a-f][0-9a-f]{47}\b")


def write(place, files):
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name, text in files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(fixtures.text(text).encode())
        os.chmod(place / name, 0o600)


def tree(place):
    return {str(path.relative_to(place)): (path.stat().st_mode & 0o777, path.read_bytes())
            for path in sorted(place.rglob("*")) if path.is_file()}


def run(place, words, plan=None):
    report = place.parent / "report"
    head = [INJECT, str(report), plan or "-"] if plan is not None else []
    done = subprocess.run([*head, BOOTGATE, *words], cwd=place, env={**ENVIRONMENT, "TORTURE_LIBRARY": LIBRARY},
                          stdin=subprocess.DEVNULL, capture_output=True)
    text = (done.stdout + done.stderr).decode(errors="replace")
    assert fixtures.SECRET not in text and fixtures.OTHER not in text, f"a secret is shown by {words}"
    return done.returncode, text


def calls(place, words):
    before = tree(place)
    run(place, words, "-")
    assert tree(place) != before, "the traced run has changed nothing"
    lines = (place.parent / "report").read_text(errors="replace").splitlines()
    return [line.split(" ", 5)[1:4] for line in lines if line.startswith("call ")]


def plain(files):
    """A new secret is another one in each run; in one run it is the same everywhere."""
    found = set(NEW.findall(b"\n".join(text for _, text in files.values())))
    assert len(found) <= 1, "two new secrets"
    return {name: (mode, NEW.sub(b"NEW", text)) for name, (mode, text) in files.items()}


def stop(place, files, words, recovers, plan, new):
    write(place, files)
    old = tree(place)
    run(place, words, plan)
    left = tree(place)
    if ".bootgate-journal" in left and run(place, ["check"])[0] != 2:
        return "half of it passes a check"
    code, text = run(place, recovers)
    got = tree(place)
    if code != 0:
        return f"the next run says {code}: {text}"
    if plain(got) not in (plain(old), plain(new)):
        return f"neither old nor new: {sorted(got)}"
    return "" if left in (old, got) or ".bootgate-journal" in left else "half of it was left without a journal"


def points(place, files, words):
    write(place, files)
    seen = set()
    for process, name, number in calls(place, words):
        if name in READING and (name in seen):
            continue
        seen.add(name)
        yield f"{process} {name} {number} kill"
        if name in FAILS:
            yield f"{process} {name} {number} {FAILS[name]}"


def main():
    failed = number = 0
    with tempfile.TemporaryDirectory() as top:
        place = pathlib.Path(top).resolve() / "place"
        for name, files, words, recovers in SCENARIOS:
            write(place, files)
            code, text = run(place, words)
            assert code == 0, text
            new = tree(place)
            assert not any(name.startswith(".bootgate") for name in new), "debris of a run that nothing stopped"
            for plan in list(points(place, files, words)):
                number += 1
                fault = stop(place, files, words, recovers, plan, new)
                failed += bool(fault)
                print(f"{'not ' if fault else ''}ok {number} - {name}: {plan}")
                if fault:
                    print("# " + fault.replace("\n", "\n# "))
    print(f"1..{number}")
    return 1 if failed else 0


sys.exit(main())
