"""Each system deployed as its deploy.sh does it, started by its entrypoint and committed past its hook; speaks TAP.

usage: rehearse.py PROGRAM FOLDER

`docker` is a stand-in that writes down what it is told and keeps what a first deployment leaves behind: images, volumes
and containers. What is bad must be refused before it is asked anything, on the first deployment and on the second one;
what is good must pass both times, start by `bootgate exec` and be committed.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAM, FOLDER = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
REFUSED = 78
DOCKER = """#!/bin/sh
state=$(dirname "$0")/state
mkdir -p "$state"
echo "$*" >>"$state/asked"
case $* in
"compose build"*) touch "$state/image" ;;
"compose up"*) touch "$state/image" "$state/volume" "$state/container" ;;
esac
"""


def expect(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"input:  {what}\nwanted: {wanted!r}\ngot:    {got!r}")


class Machine:
    """A host with the program and an engine on its PATH, and a checkout of the system."""

    def __init__(self, system, scratch):
        self.bin, self.checkout = pathlib.Path(scratch, "bin"), pathlib.Path(scratch, "checkout")
        self.bin.mkdir()
        (self.bin / "bootgate").symlink_to(PROGRAM)
        (self.bin / "docker").write_text(DOCKER)
        (self.bin / "docker").chmod(0o755)
        self.state, self.system = self.bin / "state", system
        self.env = {"PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": scratch, "GIT_CONFIG_NOSYSTEM": "1"}

    def bring(self, kind):
        """The checkout as `kind` has it; what the engine keeps stays."""
        shutil.rmtree(self.checkout, ignore_errors=True)
        shutil.copytree(self.system / kind, self.checkout)
        (self.checkout / ".env").chmod(0o600)
        shutil.copy(self.system / "deploy.sh", self.checkout)

    def run(self, *command, env=None):
        return subprocess.run([str(word) for word in command], cwd=self.checkout, env={**self.env, **(env or {})},
                              capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60)

    def kept(self):
        return sorted(path.name for path in self.state.iterdir() if path.name != "asked") if self.state.exists() else []

    def asked(self):
        return (self.state / "asked").read_text().splitlines() if (self.state / "asked").exists() else []

    def deploy(self, kind, passes):
        self.bring(kind)
        before, kept = len(self.asked()), self.kept()
        done = self.run("./deploy.sh")
        expect((kind, done.stdout, done.stderr), passes, done.returncode == 0)
        told = self.asked()[before:]
        wanted = [line.removeprefix("docker ") for line in (self.system / "deploy.sh").read_text().splitlines()
                  if line.startswith("docker ")]
        expect((kind, "what the engine is told"), wanted if passes else [], told)
        if not passes:
            expect((kind, "what is kept"), kept, self.kept())


def deployments(machine):
    """Nothing is there, and the bad one is refused; the good one comes up; on top of it both once more."""
    machine.deploy("bad", False)
    expect("a first deployment that was refused leaves nothing", [], machine.kept())
    machine.deploy("good", True)
    expect("what the first deployment leaves", ["container", "image", "volume"], machine.kept())
    machine.deploy("good", True)
    machine.deploy("bad", False)


def environments(machine):
    """service → what its container gets, of all programs of the project's own."""
    graph = json.loads(machine.run("bootgate", "graph", "--format", "json").stdout)
    for service in graph["services"]:
        if service["active"] and service["kind"] == "program":
            shown = machine.run("bootgate", "env", "--service", service["name"], "--format", "json", "--reveal")
            yield service["name"], {key: value for key, value in json.loads(shown.stdout)["variables"].items()
                                    if value is not None}


def entrypoints(machine):
    """Of a good deployment every program starts; of a bad one those that are handed what is bad do not."""
    for kind in ("good", "bad"):
        machine.bring(kind)
        codes = {}
        for service, env in environments(machine):
            done = machine.run("bootgate", "exec", "--", "sh", "-c", "echo started", env=env)
            codes[service] = done.returncode
            expect((kind, service, done.stderr), done.returncode == 0, done.stdout == "started\n")
        expect((kind, "programs"), True, len(codes) > 0)
        if kind == "good":
            expect(kind, {0}, set(codes.values()))
        else:
            expect((kind, codes), True, REFUSED in codes.values())
            expect((kind, codes), set(), set(codes.values()) - {0, REFUSED})


def git(machine, *words):
    done = machine.run("git", "-c", "user.name=Tester", "-c", "user.email=tester@example.com", *words)
    return done.returncode == 0, done.stdout + done.stderr


def commits(machine):
    """With the hook: the bad one cannot be committed, the good one can, also without its .env, as checkouts are."""
    for kind in ("bad", "good"):
        machine.bring(kind)
        git(machine, "init", "-q")
        expect("hook", 0, machine.run("bootgate", "hook", "install").returncode)
        git(machine, "add", "--force", ".")
        passed, said = git(machine, "commit", "-q", "-m", "all of it")
        expect((kind, said), kind == "good", passed)
    machine.bring("good")
    git(machine, "init", "-q")
    (machine.checkout / ".gitignore").write_text(".env\n")
    machine.run("bootgate", "hook", "install")
    git(machine, "add", ".")
    passed, said = git(machine, "commit", "-q", "-m", "all of it")
    expect(said, True, passed)
    (machine.checkout / ".env").unlink()
    done = machine.run("bootgate", "check", "--tracked")
    expect((done.stdout, done.stderr), 0, done.returncode)


def main():
    systems = sorted(path.parent for path in FOLDER.glob("*/deploy.sh"))
    stories = [deployments, entrypoints, commits]
    print(f"1..{len(systems) * len(stories)}")
    number = failed = 0
    for system in systems:
        for story in stories:
            number += 1
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    story(Machine(system, scratch))
                    print(f"ok {number} - {system.name} {story.__name__}", flush=True)
                except (AssertionError, subprocess.SubprocessError, OSError, ValueError, KeyError) as fault:
                    failed += 1
                    lines = "".join(f"# {line}\n" for line in f"{type(fault).__name__}: {fault}".splitlines())
                    print(f"not ok {number} - {system.name} {story.__name__}\n{lines}", end="", flush=True)
    return 1 if failed else 0


sys.exit(main())
