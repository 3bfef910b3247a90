"""Every block of README.md, run as it stands, up to where a forge, a registry or a container engine is needed.

A case takes the blocks below a heading, in their order; a block that no case takes is a fault. What is replaced is only
what has to be: /usr/local by a scratch folder, the registry's package by the one of `dist`.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from packages import ARCH, BAD, GOOD, REFUSED, case, expect, must, need, only, run

TOP = pathlib.Path(__file__).resolve().parents[2]
VERSION = re.search(r"version: '([^']+)'", (TOP / "meson.build").read_text()).group(1)
ACTION = TOP / "scripts/action"
taken = set()


def all_blocks():
    """(heading, language, text) of every fenced block."""
    heading, found = "", []
    for match in re.finditer(r"^## ([^\n]*)$|^```(\w*)\n(.*?)^```$", (TOP / "README.md").read_text(), re.M | re.S):
        if match.group(1):
            heading = match.group(1)
        else:
            found.append((heading, match.group(2), match.group(3)))
    return found


def blocks(heading, *languages):
    """The blocks below a heading, which must be of these languages in this order."""
    found = [(number, block) for number, block in enumerate(all_blocks()) if block[0] == heading]
    expect(f"blocks of {heading!r}", list(languages), [block[1] for _, block in found])
    taken.update(number for number, _ in found)
    return [block[2] for _, block in found]


class Project:
    """A fresh repository of somebody's, with `bootgate` of the packages on the PATH."""

    def __init__(self, dist):
        self.dist = dist

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.base = pathlib.Path(self.folder.name)
        self.top = self.base / "project"
        self.top.mkdir()
        (self.top / "dist").symlink_to(self.dist)
        (self.base / ".gitconfig").write_text("[user]\nname = Tester\nemail = tester@example.com\n")
        local = self.base / "local"
        local.mkdir()
        self.sh(blocks_of_install()[0].replace("/usr/local", str(local)))
        self.env["PATH"] = f"{local}/bin:{os.environ['PATH']}"
        must("git", "init", "-q", cwd=self.top, env=self.env)
        (self.base / ".gitconfig").open("a").write("[core]\nexcludesFile = ~/.excluded\n")
        (self.base / ".excluded").write_text("dist\nnode_modules\n*.json\n.pre-commit-config.yaml\n")
        return self

    @property
    def env(self):
        if not hasattr(self, "_env"):
            self._env = {"HOME": str(self.base), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1",
                         "npm_config_cache": str(self.base / "cache"), "npm_config_update_notifier": "false",
                         "npm_config_offline": "true", "PRE_COMMIT_HOME": str(self.base / "pre-commit")}
        return self._env

    def __exit__(self, *_):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if path.name.endswith(".env"):
            path.chmod(0o600)

    def sh(self, text, code=0, env=None):
        done = run("sh", "-ec", text, cwd=self.top, env={**self.env, **(env or {})})
        expect((text, done.stdout, done.stderr), code, done.returncode)
        return done.stdout + done.stderr

    def commit(self, passes, env=None):
        must("git", "add", ".", cwd=self.top, env=self.env)
        done = run("git", "commit", "-q", "--allow-empty", "-m", "a change", cwd=self.top, env={**self.env, **(env or {})})
        expect((done.stdout, done.stderr), passes, done.returncode == 0)
        return done.stdout + done.stderr


COMPOSE = """services:
  db: {image: "postgres:16", environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: "${DB_PASSWORD:?}"}}
  web:
    image: web:1
    ports: ["8080:8080"]
    environment: {APP_ENV: production, DATABASE_URL: "postgresql://app:${DB_PASSWORD}@HOST:5432/app"}
"""
RIGHT, WRONG = COMPOSE.replace("HOST", "db"), COMPOSE.replace("HOST", "localhost")
SECRET = "DB_PASSWORD=Qm7xT2vLp9Zs4Kd8\n"


def fill(project, compose, ignored=True):
    project.write("compose.yml", compose)
    project.write(".env", SECRET)
    if ignored:
        project.write(".gitignore", ".env\n")


def blocks_of_install():
    return blocks("Install", "sh", "sh", "sh", "sh", "sh")


@case
def test_readme_sample(dist):
    """The output that README shows is what the program says, long lines cut."""
    sample = blocks("", "")[0].splitlines()
    expect("command", "$ bootgate check", sample[0])
    with Project(dist) as project:
        shutil.copytree(TOP / "tests/systems/dataland/bad", project.top, dirs_exist_ok=True)
        said = project.sh("bootgate check || true").splitlines()
        for line in sample[1:]:
            expect(line, True, any(each.startswith(line) for each in said))


@case
def test_readme_install(dist):
    tar, apt, npm, docker, check = blocks_of_install()
    for text in (tar, apt, npm, docker):
        name = re.search(r"dist/(\S+)", text).group(1)
        host = must("dpkg", "--print-architecture").strip()
        expect(name, True, (dist / name.replace("amd64", host)).is_file())
        expect(name, True, VERSION in name)
    with Project(dist) as project:
        fill(project, RIGHT)
        project.sh(check)
        fill(project, WRONG)
        project.sh(check, REFUSED)
        need("npm")
        project.sh(npm)
        project.sh(f"npx {check}", REFUSED)


@case
def test_readme_when_it_is_wrong(dist):
    allow, baseline = blocks("When it is wrong", "yaml", "sh")
    with Project(dist) as project:
        fill(project, RIGHT)
        rule = re.search(r"rule: ([\w-]+)", allow).group(1)
        expect("found", True, rule in project.sh("bootgate check"))
        project.write("bootgate.yaml", allow)
        expect("silenced", False, rule in project.sh("bootgate check"))
        fill(project, WRONG)
        project.sh("bootgate check", REFUSED)
        project.sh(baseline)
        project.write("compose.yml", WRONG.replace("image: web:1", "image: web:1\n    command: x postgresql://a:a@db/a"))
        project.sh(baseline.splitlines()[-1], REFUSED)


def workflow_steps(text):
    """(uses, version) of every step."""
    return re.findall(r"uses: (\S+?)@(\S+)$", text, re.M)


def action_step(name):
    """The script of a step of the action, and the inputs that it gets as environment, with their defaults."""
    text = (ACTION / "action.yml").read_text()
    step = re.search(rf"- name: {name}\n(.*?)(?=    - name|\Z)", text, re.S).group(1)
    script = re.search(r"run: '(.*)'", step).group(1)
    environment = {}
    for variable, given in re.findall(r"^        ([A-Z_]+): \$\{\{ inputs\.([\w-]+) \}\}", step, re.M):
        default = re.search(rf"^  {given}:\n(?:    .*\n)*?    default: (.*)$", text, re.M).group(1)
        environment[variable] = default.strip('"')
    return script, environment


def act(project, name, **more):
    script, environment = action_step(name)
    files = {key: str(project.base / key.lower()) for key in ("GITHUB_OUTPUT", "GITHUB_PATH")}
    environment |= {"GITHUB_ACTION_PATH": str(ACTION), "RUNNER_TEMP": str(project.base), **files, **more}
    return run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, cwd=project.top,
               env={**project.env, **environment})


@case
def test_readme_continuous_integration(dist):
    line, github, gitlab = blocks("Continuous integration", "sh", "yaml", "yaml")
    with Project(dist) as project:
        fill(project, RIGHT)
        project.commit(True)
        (project.top / ".env").unlink()  # as a checkout is
        expect("said", True, "kept out of the repository" in project.sh(line))
        steps = dict(workflow_steps(github))
        expect("this version", f"v{VERSION}", steps["OWNER/bootgate/scripts/action"])
        for compose, code, mark in ((RIGHT, 0, "bootgate: 0 errors"), (WRONG, REFUSED, "::error file=compose.yml,")):
            project.write("compose.yml", compose)
            project.commit(True)
            done = act(project, "Judge")
            expect((done.stdout, done.stderr), (code, True), (done.returncode, mark in done.stdout))
            report = pathlib.Path((project.base / "github_output").read_text().split("sarif=")[1].split("\n")[0])
            expect("SARIF", "2.1.0", json.loads(report.read_text())["version"])
        script = re.search(r"- (npx .*)$", gitlab, re.M).group(1)
        expect("this version", True, f"bootgate@{VERSION} " in script)
        need("npm")
        project.sh(script.replace(f"bootgate@{VERSION}", f"file:{only(dist, '*[0-9].tgz')}"), REFUSED)
        project.sh(blocks_of_install()[2])
        project.sh(script, REFUSED)
        expect("findings", True, len(json.loads((project.top / "gl-code-quality-report.json").read_text())) > 0)


@case
def test_action_installs(dist):
    """A release as a forge keeps it; one whose bytes are not those of SHA256SUMS is refused."""
    need("curl")
    with Project(dist) as project:
        release = project.base / f"releases/v{VERSION}"
        release.mkdir(parents=True)
        for path in (only(dist, f"bootgate-{VERSION}-linux-{ARCH}.tar.gz"), dist / "SHA256SUMS"):
            shutil.copy(path, release)
        found = {"RELEASES": release.parent.as_uri(), "PATH": "/usr/bin:/bin"}
        done = act(project, "Install", **found)
        expect((done.stdout, done.stderr), (0, f"bootgate {VERSION}"), (done.returncode, done.stdout.split("\n")[0][:len(f"bootgate {VERSION}")]))
        place = (project.base / "github_path").read_text().strip()
        expect("on the path", True, os.access(f"{place}/bootgate", os.X_OK))
        only(release, "*.tar.gz").write_bytes(b"something else")
        shutil.rmtree(place.removesuffix("/bin"))
        expect("something else", True, act(project, "Install", **found).returncode != 0)
        expect("something else", False, os.path.exists(f"{place}/bootgate"))


@case
def test_workflow_schema(dist):
    """The action, the workflow of README and our own against their published schemas, where scripts/setup installed them."""
    validator = TOP / "node_modules/.bin/action-validator"
    if validator.exists():
        need("node")
        with tempfile.TemporaryDirectory() as folder:
            workflow = pathlib.Path(folder, ".github/workflows/bootgate.yml")
            workflow.parent.mkdir(parents=True)
            workflow.write_text(blocks("Continuous integration", "sh", "yaml", "yaml")[1])
            shutil.copy(ACTION / "action.yml", folder)
            for path in (TOP / ".github/workflows").iterdir():
                shutil.copy(path, workflow.with_name(f"own-{path.name}"))
            for path in (*workflow.parent.iterdir(), pathlib.Path(folder, "action.yml")):
                must(validator, path, cwd=folder)
    else:
        need(str(validator))


def gitlab_jobs(folder, pipeline):
    """What GitLab's own schema says of a pipeline, by the program that carries it: exit code, words."""
    pathlib.Path(folder, ".gitlab-ci.yml").write_text(pipeline)
    done = run(TOP / "node_modules/.bin/gitlab-ci-local", "--list", cwd=folder, env={"HOME": str(folder)})
    return done.returncode, done.stdout + done.stderr


@case
def test_pipeline_schema(dist):
    """The pipeline of README against GitLab's schema, where `scripts/setup schemas` installed it."""
    need("node", str(TOP / "node_modules/.bin/gitlab-ci-local"))
    pipeline = blocks("Continuous integration", "sh", "yaml", "yaml")[2]
    with Project(dist) as project:
        must("git", "remote", "add", "origin", "git@gitlab.example.org:shop/shop.git", cwd=project.top, env=project.env)
        project.commit(True)
        code, said = gitlab_jobs(project.top, pipeline)
        expect(said, (0, True), (code, "json schema validated" in said and "bootgate " in said))
        code, said = gitlab_jobs(project.top, pipeline.replace("when: always", "when: sometimes"))
        expect(said, True, code != 0 and "'when' property must be one of" in said)


@case
def test_readme_hooks(dist):
    line, config = blocks("Before each commit", "sh", "yaml")
    with Project(dist) as project:
        project.sh(line)
        fill(project, WRONG)
        expect("refused", True, "loopback-host" in project.commit(False))
        fill(project, RIGHT)
        project.commit(True)
    need("pre-commit", "npm", "node")
    expect("this version", True, f'["bootgate@{VERSION}"]' in config)
    with Project(dist) as project:
        text = config.replace(f"bootgate@{VERSION}", str(only(dist, "bootgate-*[0-9].tgz")))
        project.write(".pre-commit-config.yaml", text)
        short = {"PATH": os.environ["PATH"]}  # nothing is installed but Node
        project.sh("pre-commit validate-config && pre-commit install", env=short)
        fill(project, WRONG)
        said = project.commit(False, env=short)
        expect(said, 1, said.count("error[loopback-host]"))
        fill(project, RIGHT)
        project.commit(True, env=short)


@case
def test_readme_deployment(dist):
    deploy, image = blocks("Before each deployment, and at each start", "sh", "dockerfile")
    with Project(dist) as project:
        record = project.base / "record"
        docker = project.base / "local/bin/docker"
        docker.write_text(f'#!/bin/sh\necho "$@" >>{record}\n')
        docker.chmod(0o755)
        fill(project, WRONG)
        project.sh(deploy, 1)
        expect("the engine", False, record.exists())
        fill(project, RIGHT)
        project.sh(deploy)
        expect("the engine", "compose up -d --build\n", record.read_text())
        words = [json.loads(re.search(rf"^{name} (\[.*\])$", image, re.M).group(1)) for name in ("ENTRYPOINT", "CMD")]
        command = " ".join(words[0] + words[1]).replace(" exec ", " exec --dry-run ")
        for text, code in ((GOOD, 0), (BAD, 78)):
            project.sh(command, code, dict(line.split("=", 1) for line in text.splitlines()))


@case
def test_readme_pictures(dist):
    with Project(dist) as project:
        fill(project, RIGHT)
        project.sh(blocks("Pictures", "sh")[0])
        for name in ("graph.svg", "budget.svg", "bootgate.html"):
            expect(name, True, "<svg" in (project.top / name).read_text())


@case
def test_readme_rules(dist):
    config, rule = blocks("What a project can say", "yaml", "yaml")
    with Project(dist) as project:
        shutil.copytree(TOP / "tests/systems/dataland/good", project.top, dirs_exist_ok=True)
        project.write("bootgate.yaml", config)
        # The services and files that the example names.
        compose = (project.top / "compose.yml").read_text()
        for name in set(re.findall(r"service: ([\w-]+)", config)) - set(re.findall(r"^  ([\w-]+):", compose, re.M)):
            compose = compose.replace("services:\n", f"services:\n  {name}: {{image: '{name}:1'}}\n", 1)
        project.write("compose.yml", compose)
        for name in re.findall(r"file: ([\w/.-]+)", config):
            project.write(name, "engine = create_engine(url, pool_size=5, max_overflow=10)\n")
        project.sh("bootgate check || [ $? -eq 1 ]")
        project.write("own.yaml", "version: 1\nrules:\n" + rule)
        project.sh("bootgate rules test own.yaml")


@case
def test_readme_library(dist):
    del dist
    need("cc")
    text = blocks("From C", "c")[0]
    program = f"#include <bootgate/check.h>\n#include <stdio.h>\nint main(void)\n{{\n{text}return passes ? 0 : 1;\n}}\n"
    done = subprocess.run(["cc", "-std=c17", "-Wall", "-Werror", "-fsyntax-only", f"-I{TOP}/include", "-x", "c", "-"],
                          input=program, capture_output=True, text=True, check=False)
    expect(done.stderr, 0, done.returncode)


@case
def test_readme_whole(dist):
    """Comes last: no block is left that nothing ran."""
    del dist
    blocks_of_install()
    left = [block for number, block in enumerate(all_blocks()) if number not in taken]
    expect("blocks that no case takes", [], left)
