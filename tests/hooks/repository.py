"""A temporary repository for tests of hooks, and how their cases are run."""
import os
import pathlib
import subprocess
import sys
import tempfile

BOOTGATE = os.path.abspath(sys.argv[1])
BAD = "APP_ENV=production\nDATABASE_URL=postgresql://app:app@db:5432/app\n"
GOOD = "APP_ENV=production\nDATABASE_URL=postgresql://app:Vq3kx92mwpL7aTz81@db:5432/app\n"
RULE = "error[default-credentials]"
cases = []


class Skip(Exception):
    pass


def case(function):
    cases.append(function)
    return function


class Repository:
    """A fresh repository whose commands see only this test's settings."""

    def __init__(self, *init):
        self.init = init

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.base = pathlib.Path(self.folder.name)
        self.top = self.base / "repository"
        self.top.mkdir()
        self.env = {**{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
                    "HOME": str(self.base), "GIT_CONFIG_NOSYSTEM": "1", "PRE_COMMIT_HOME": str(self.base / "cache"),
                    "PATH": os.path.dirname(BOOTGATE) + ":" + os.environ["PATH"]}
        (self.base / ".gitconfig").write_text("[user]\nname = Tester\nemail = tester@example.com\n"
                                              "[init]\ndefaultBranch = main\n[commit]\ngpgsign = false\n")
        self.git("init", "-q", *self.init)
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def run(self, *command, cwd=None, env=None, **more):
        return subprocess.run(command, cwd=cwd or self.top, env={**self.env, **(env or {})}, capture_output=True,
                              text=True, errors="replace", check=False, stdin=subprocess.DEVNULL, timeout=120, **more)

    def git(self, *arguments, cwd=None):
        done = self.run("git", *arguments, cwd=cwd)
        if done.returncode:
            raise AssertionError(f"git {arguments}: {done.stderr}")
        return done.stdout

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def stage(self, name, text):
        self.write(name, text)
        self.git("add", "-f", "--", name)

    def commits(self):
        return len(self.run("git", "log", "--oneline").stdout.splitlines())

    def commit(self, code, *texts, without=(), before=(), after=(), **more):
        """`git BEFORE commit … AFTER`; fails unless git's exit code and the hook's words are as wanted."""
        count = self.commits()
        done = self.run("git", *before, "commit", "-q", "-m", "a change", *after, **more)
        said = done.stdout + done.stderr
        wrong = [text for text in texts if text not in said] + [text for text in without if text in said]
        made = self.commits() - count
        if (done.returncode != 0) != (code != 0) or made != (code == 0) or wrong:
            raise AssertionError(f"wanted: exit {code}, {texts}, without {without}\n"
                                 f"got:    exit {done.returncode}, {made} commits\n{said}")
        return said

    def check(self, code, *arguments, **more):
        done = self.run(BOOTGATE, *arguments, **more)
        if done.returncode != code:
            raise AssertionError(f"input:  {arguments}\nwanted: exit {code}\n"
                                 f"got:    exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr


def expect(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"input:  {what}\nwanted: {wanted!r}\ngot:    {got!r}")


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
        except (AssertionError, subprocess.SubprocessError, OSError, ValueError) as fault:
            failed += 1
            lines = f"{type(fault).__name__}: {fault}".splitlines()
            print(f"not ok {number} - {name}\n" + "\n".join(f"# {line}" for line in lines), flush=True)
    return 1 if failed else 0
