"""A baseline leaves out what is known, and nothing else.

usage: baseline.py BOOTGATE

On every deployment of the tests: written, then honoured, nothing is left; written again, the same bytes. Then single
stories of a project that changes.
"""
import pathlib
import subprocess
import sys
import tempfile

import cases

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
NAME = ".bootgate-baseline"
COMPOSE = """services:
  app:
    image: registry.example.org/app:1
    env_file: .env
  db:
    image: postgres:16
    environment: {POSTGRES_PASSWORD: postgres}
    ports:
      - "5432:5432"
"""
ENV = "APP_ENV=production\nJWT_SECRET=changeme\n"


def judge_case(case, parent):
    folder = case.copy_to(parent)
    report, code = cases.check(PROGRAM, case, folder)
    if code == 2:
        return
    done = cases.run(PROGRAM, case, folder, "check", *case.options, "--write-baseline", NAME)
    text = (folder / NAME).read_text()
    if done.returncode:
        yield f"writing it ended with {done.returncode}: {done.stderr}"
    after, code = cases.check(PROGRAM, case, folder, "--baseline", NAME, "--fail-on", "note")
    left = [cases.key_of(finding) for finding in after["findings"] if not finding["suppressed"]]
    if code or left or len(after["findings"]) != len(report["findings"]):
        yield f"left: {left}"
    cases.run(PROGRAM, case, folder, "check", *case.options, "--write-baseline", NAME)
    if (folder / NAME).read_text() != text:
        yield "written again it differs"


class Project:
    """A project in a work tree, and what check says of it."""

    def __init__(self, folder):
        self.folder, self.case = folder, cases.Case("", folder)
        self.write("compose.yml", COMPOSE)
        self.write(".env", ENV)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)

    def run(self, *words, cwd="."):
        return cases.run(PROGRAM, self.case, self.folder / cwd, *words)

    def known(self):
        """Writes the list; what was said."""
        return self.run("check", "--write-baseline", NAME).stderr

    def new(self, *words, cwd="."):
        """(rule, line) of what the list does not have."""
        report, _ = cases.check(PROGRAM, self.case, self.folder / cwd, *(words or ("--baseline", NAME)))
        return [(f["rule"], f["line"]) for f in report["findings"] if not f["suppressed"]]

    def git(self, *words):
        subprocess.run(["git", *words], cwd=self.folder, check=True, env=self.case.environment, capture_output=True)


def second_port(project):
    project.known()
    project.write("compose.yml", COMPOSE + '      - "9999:9999"\n')
    yield [("wildcard-bind", 10)], project.new()


def other_line(project):
    project.known()
    project.write("compose.yml", "# a comment\n\n" + COMPOSE)
    yield [], project.new()


def one_more_of_a_kind(project):
    project.write(".env", ENV + "A=1\nA=2\n")
    project.known()
    project.write(".env", ENV + "A=1\nA=2\nA=3\n")
    yield [("duplicate-key", 5)], [row for row in project.new() if row[0] == "duplicate-key"]


def what_is_gone(project):
    project.known()
    project.write(".env", "APP_ENV=production\nJWT_SECRET=eiZ8aek0Ooveegh4aeth5Eithiej8pha\n")
    yield True, "(0 new, 1 gone)" in project.known()
    project.write(".env", ENV)
    yield [("placeholder-value", 2)], project.new()


def what_is_kept(project):
    project.write("other/.env", ENV)
    yield True, "(1 new, 0 gone)" in project.run("check", "other", "--write-baseline", NAME).stderr
    said = project.known()
    yield True, "in files that were not read now" in said
    yield [], project.new("other", "--baseline", NAME)
    (project.folder / "other/.env").unlink()
    yield True, "not read now" not in project.known()


def over_itself(project):
    project.known()
    project.run("check", "--baseline", NAME, "--write-baseline", NAME)
    yield [], project.new()


def configured(project):
    project.write("bootgate.yaml", f"version: 1\nbaseline: {NAME}\n")
    done = project.run("check")
    yield (2, True), (done.returncode, f"bootgate check --write-baseline {NAME}" in done.stdout)
    yield False, "in bootgate.yaml makes" in project.known()
    project.write("sub/x", "")
    yield [[], [], []], [project.new("."), project.new("..", cwd="sub"), project.new(str(project.folder))]
    done = cases.run(PROGRAM, project.case, project.folder.parent, "check", project.folder.name)
    yield 0, done.returncode


def beside(project):
    """A list in a directory of its own names files relative to itself."""
    project.write("ci/x", "")
    project.run("check", "--write-baseline", "ci/known")
    yield True, "\t../.env\t" in (project.folder / "ci/known").read_text()
    yield [[], []], [project.new("--baseline", "ci/known"), project.new("..", "--baseline", "known", cwd="ci")]


def of_older_versions(project):
    project.write(NAME, "wildcard-bind\tcompose.yml\t\tdb\nplaceholder-value\t.env\tJWT_SECRET\tapp\n")
    yield [("default-credentials", 7), ("hardcoded-credential", 7)], project.new()


def by_the_hook(project):
    project.write("bootgate.yaml", f"version: 1\nbaseline: {NAME}\n")
    project.known()
    project.git("init", "-q")
    project.git("add", "-A")
    yield 0, project.run("hook", "run").returncode
    project.write("compose.yml", COMPOSE + '      - "9999:9999"\n')
    project.git("add", "-A")
    yield 1, project.run("hook", "run").returncode


def allowed_once(project):
    done = project.run("check", "--allow", "wildcard-bind", "--allow", "placeholder-value", "--allow",
                       "default-credentials")
    yield 0, done.returncode
    yield True, "WARNING: --allow wildcard-bind lets 1 finding through" in done.stderr
    yield 2, project.run("check", "--allow", "wildcard-bnd").returncode
    yield True, "did you mean `wildcard-bind`?" in project.run("check", "--allow", "wildcard-bnd").stderr


STORIES = [second_port, other_line, one_more_of_a_kind, what_is_gone, what_is_kept, over_itself, configured, beside,
           of_older_versions, by_the_hook, allowed_once]


def rows():
    for story in STORIES:
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "app"
            folder.mkdir()
            yield story.__name__.replace("_", " "), [
                f"wanted {wanted}, got {got}" for wanted, got in story(Project(folder)) if wanted != got]
    for case in [*cases.all_cases(), *cases.clusters()]:
        with tempfile.TemporaryDirectory() as parent:
            yield case.name, list(judge_case(case, pathlib.Path(parent)))


sys.exit(1 if cases.report(rows()) else 0)
