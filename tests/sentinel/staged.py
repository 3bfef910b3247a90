#!/usr/bin/env python3
"""Stages a secret in a repository and looks for it in all that the program then says; speaks TAP.

usage: staged.py PROGRAM

What sentinel.c does in memory is done here where git itself must take part: the blobs of the index, a commit's hook.
The work tree holds other bytes than the index, both with the secret in them.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

FIRST, SECOND = "Vq7wXn2K", "zRt9Lm4J"
SHARE = 6
SPECIALS = ["", "@", "/", "#", "$", " ", "&", "'", "\"", ": "]
FORMATS = ["text", "json", "sarif", "github", "gitlab", "junit"]

FOLDERS = {
    "env files": {
        ".env": "APP_ENV=production\nDB_PW=§\nAPI_TOKEN='§'\nDATABASE_URL=postgres://app:§@localhost/app\nJWT_SECRET=a$§\n",
        "deploy/.env.production": "DB_PASSWORD §\nPASSWORD=§ # §\nREDIS_URL=redis://:§@127.0.0.1\n",
    },
    "Compose files": {
        ".env": "POSTGRES_PASSWORD=§\n",
        "compose.yaml": "services:\n  db:\n    image: postgres:16\n    ports: ['5432:5432']\n    environment:\n"
                        "      POSTGRES_PASSWORD: '§'\n    command: ['postgres', '--password', '§']\n",
        "other/compose.yaml": "services:\n  a:\n    image: x\n    environment:\n      API_TOKEN: \"§\n    ports: [\n",
    },
    "rules": {
        ".env": "APP_ENV=production\nDB_PASSWORD=§\n",
        "bootgate.yaml": "version: 1\ndefaults: [{user: app, passwrd: '§'}]\n"
                         "rules:\n  - id: odd\n    assert: DB_PASSWORD == 'x'\n",
    },
}


def is_in(output):
    text = output.decode("latin-1")
    whole = FIRST + SECOND
    return any(whole[at:at + SHARE] in text for at in range(len(whole) - SHARE + 1))


class Repository:
    def __init__(self, program, folder):
        self.program, self.top = program, pathlib.Path(folder)
        self.environment = {"PATH": os.path.dirname(program) + ":" + os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8",
                            "GIT_CONFIG_NOSYSTEM": "1"}
        (self.top / ".gitconfig").write_text("[user]\nname = Tester\nemail = tester@example.org\n")
        self.run("git", "init", "-q")

    def run(self, *words):
        return subprocess.run(words, cwd=self.top, env=self.environment, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=120)

    def fill(self, files, secret):
        for name, text in files.items():
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("§", secret))


def commands():
    for name in FORMATS:
        yield ["check", "--staged", "--format", name]
    yield ["check", "--staged", "-v", "--mode", "development"]
    yield ["hook", "run"]
    yield ["hook", "run", "--format", "json"]


def leaks(program, files, special):
    with tempfile.TemporaryDirectory(prefix="bootgate-staged-") as folder:
        repository = Repository(program, folder)
        repository.fill(files, FIRST + special + SECOND)
        repository.run("git", "add", "-f", "--all", "--", *files)
        repository.fill(files, SECOND + special + FIRST)
        for words in commands():
            done = repository.run(program, *words)
            if done.returncode not in (0, 1, 2):
                yield f"exit code {done.returncode} of: bootgate {' '.join(words)}"
            if is_in(done.stdout) or is_in(done.stderr):
                yield f"the secret comes out of: bootgate {' '.join(words)} with «{special}»"
        repository.run(program, "hook", "install")
        done = repository.run("git", "commit", "-m", "a change")
        if is_in(done.stdout) or is_in(done.stderr):
            yield f"the secret comes out of a commit with «{special}»"


def main(program):
    program = os.path.abspath(program)
    failed = 0
    print(f"1..{len(FOLDERS)}")
    for number, (name, files) in enumerate(FOLDERS.items(), 1):
        faults = [fault for special in SPECIALS for fault in leaks(program, files, special)]
        print(f"{'not ok' if faults else 'ok'} {number} - staged {name}")
        print("".join(f"# {fault}\n" for fault in faults), end="")
        failed += bool(faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
