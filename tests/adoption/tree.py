"""`check -r`: every project of a tree, each by itself.

usage: tree.py BOOTGATE
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import cases

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
OPEN = 'services:\n  db:\n    image: postgres:16\n    ports: ["5432:5432"]\n'
CLOSED = 'services:\n  web:\n    image: registry.example.org/web:1\n    ports: ["127.0.0.1:80:80"]\n'
WEAK = "APP_ENV=production\nJWT_SECRET=changeme\n"


class Tree:
    """A directory that is filled and judged."""

    def __init__(self, folder):
        self.folder, self.case = folder, cases.Case("", folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)

    def git(self, *words):
        subprocess.run(["git", *words], cwd=self.folder, check=True, env=self.case.environment, capture_output=True)

    def run(self, *words):
        return cases.run(PROGRAM, self.case, self.folder, "check", "-r", *words)

    def lines(self, *words):
        """The lines of the summary, without the program's name and modes."""
        return [line.removeprefix("bootgate: ").partition(" (")[0] for line in self.run(*words).stdout.splitlines()
                if line.startswith("bootgate: ")]

    def errors(self, *words):
        report = json.loads(self.run("--format", "json", *words).stdout)
        return sorted((f["file"], f["rule"]) for f in report["findings"]
                      if f["severity"] == "error" and not f["suppressed"])


def each_project_and_all(tree):
    tree.write("a/compose.yml", OPEN)
    tree.write("b/deep/compose.yaml", CLOSED)
    tree.write("c/.env", WEAK)
    tree.write("d/README.md", "nothing\n")
    yield ["a: 1 error, 0 warnings", "b/deep: 0 errors, 0 warnings", "c: 1 error, 0 warnings",
           "2 errors, 0 warnings in 3 files of 3 projects"], tree.lines()
    yield [("a/compose.yml", "wildcard-bind"), ("c/.env", "placeholder-value")], tree.errors()
    yield ["a: 1 error, 0 warnings", "1 error, 0 warnings in 1 file of 1 project"], tree.lines("a", "d")
    yield (1, 0), (tree.run().returncode, tree.run("b").returncode)
    yield 2, tree.run("d").returncode


def git_ignores(tree):
    tree.write("a/compose.yml", CLOSED)
    tree.write("a/node_modules/x/compose.yml", OPEN)
    tree.write("build/x/.env", WEAK)
    tree.write("secret/.env", WEAK)
    tree.write(".gitignore", "node_modules/\n/build\n.env\n")
    yield 4, len(tree.lines()) - 1
    tree.git("init", "-q")
    yield [("secret/.env", "placeholder-value")], tree.errors()
    yield 0, tree.run("a").returncode


def one_by_itself(tree):
    """What one project allows, no other is allowed; a file above both holds for both and is used by one."""
    tree.git("init", "-q")
    tree.write("a/compose.yml", OPEN)
    tree.write("b/compose.yml", OPEN)
    tree.write("a/bootgate.yaml", "version: 1\nallow:\n  - {rule: wildcard-bind, service: db, reason: a lab}\n")
    yield [("b/compose.yml", "wildcard-bind")], tree.errors()
    yield [("b/compose.yml", "wildcard-bind")], sorted(
        (f["file"], f["rule"]) for f in json.loads(cases.run(
            PROGRAM, tree.case, tree.folder, "check", "a", "b", "--format", "json").stdout)["findings"]
        if not f["suppressed"])
    (tree.folder / "a/bootgate.yaml").rename(tree.folder / "bootgate.yaml")
    tree.write("c/compose.yml", CLOSED)
    yield "0 errors, 0 warnings, 2 allowed in 3 files of 3 projects", tree.lines()[-1]


def part_of_a_project(tree):
    """An env file that a project reads is no project."""
    tree.write("compose.yml", "services:\n  web: {image: registry.example.org/web:1, env_file: conf/.env}\n")
    tree.write("conf/.env", WEAK)
    yield "1 error, 0 warnings in 2 files of 1 project", tree.lines()[-1]


def one_that_cannot_be_judged(tree):
    tree.write("a/compose.yml", "services: [\n")
    tree.write("b/compose.yml", OPEN)
    done = tree.run()
    yield (2, True), (done.returncode, "bootgate: a: could not judge: " in done.stdout)
    yield True, "\nbootgate: could not judge: 2 errors, " in done.stdout
    yield True, "wildcard-bind" in done.stdout


def links_in_circles(tree):
    tree.write("a/compose.yml", CLOSED)
    (tree.folder / "a/up").symlink_to("..")
    (tree.folder / "a/self").symlink_to("self")
    (tree.folder / "other").symlink_to("a")
    yield "0 errors, 0 warnings in 1 file of 1 project", tree.lines()[-1]


def unreadable(tree):
    tree.write("a/compose.yml", CLOSED)
    (tree.folder / "a/closed").mkdir(mode=0)
    yield (0 if os.geteuid() == 0 else 2), tree.run().returncode
    yield (2, 2), (tree.run("missing").returncode, tree.run("a/compose.yml").returncode)


def directories_in_the_place_of_files(tree):
    """A container engine makes one where a file is mounted that is not there. Without git nothing is said about git."""
    tree.write("good/compose.yml", CLOSED)
    for name in ("a/compose.yaml", "b/.env", "manifests/old.yaml"):
        (tree.folder / name).mkdir(parents=True)
    done = tree.run()
    yield (2, ""), (done.returncode, done.stderr)
    yield [True, True], [f"--> {name}\n" in done.stdout for name in ("a/compose.yaml", "b/.env")]
    yield "2 errors, 0 warnings in 2 files of 3 projects", tree.lines()[-1].removeprefix("could not judge: ")


def many(tree):
    for number in range(300):
        tree.write(f"p{number:03}/compose.yml", OPEN if number % 3 else CLOSED)
    lines = tree.lines("-q")
    yield [], lines
    yield (301, "200 errors, 0 warnings in 300 files of 300 projects"), (len(tree.lines()), tree.lines()[-1])


def compose_variables_of_the_shell(tree):
    """COMPOSE_FILE of the one who types it is no file of every directory."""
    tree.write("a/compose.yml", CLOSED)
    tree.write("b/notes.yml", "x: 1\n")
    tree.case.environment["COMPOSE_FILE"] = "a/compose.yml"
    yield "0 errors, 0 warnings in 1 file of 1 project", tree.lines()[-1]


STORIES = [each_project_and_all, git_ignores, one_by_itself, part_of_a_project, one_that_cannot_be_judged,
           links_in_circles, unreadable, directories_in_the_place_of_files, many, compose_variables_of_the_shell]


def rows():
    for story in STORIES:
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "app"
            folder.mkdir()
            yield story.__name__.replace("_", " "), [
                f"wanted {wanted}, got {got}" for wanted, got in story(Tree(folder)) if wanted != got]


sys.exit(1 if cases.report(rows()) else 0)
