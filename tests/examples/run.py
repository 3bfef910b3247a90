"""Runs the examples of this folder without a container engine; speaks TAP. usage: run.py BOOTGATE"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BOOTGATE = os.path.abspath(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
REFUSED = 78
GOOD = {"APP_ENV": "production", "DATABASE_URL": "postgresql://app:Vq3kx92mwpL7aTz81@db:5432/app"}
BAD = {"APP_ENV": "production", "DATABASE_URL": "postgresql://app:app@db:5432/app"}
cases = []


class Skip(Exception):
    pass


def case(function):
    cases.append(function)
    return function


def expect(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"input:  {what}\nwanted: {wanted!r}\ngot:    {got!r}")


def run(*command, env=None, **more):
    environment = {"PATH": f"{os.path.dirname(BOOTGATE)}:{os.environ['PATH']}", **(env or {})}
    return subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL, timeout=60, **more)


def rehearse(entrypoint, command, good=None, bad=None, **more):
    """The entrypoint with --dry-run: a good environment must show the command, a bad one must be refused."""
    expect(entrypoint, "bootgate", os.path.basename(entrypoint[0]))
    expect(entrypoint, ["exec"], entrypoint[1:2])
    words = [BOOTGATE, "exec", "--dry-run", *[word for word in entrypoint[2:] if word != "--dry-run"], *command]
    after = entrypoint[entrypoint.index("--") + 1:] + command
    done = run(*words, env=good or GOOD, **more)
    expect((words, done.stderr), (0, " ".join(after) + "\n"), (done.returncode, done.stdout))
    done = run(*words, env=bad or BAD, **more)
    expect((words, done.stderr), (REFUSED, ""), (done.returncode, done.stdout))


def instruction(text, name):
    """The words of a Dockerfile's instruction in JSON form."""
    return json.loads(re.search(rf"^{name} (\[.*\])$", text, re.M).group(1))


@case
def test_images():
    files = sorted((HERE / "images").glob("*.Dockerfile"))
    expect("images", ["alpine", "debian", "distroless", "scratch"], [path.name.split(".")[0] for path in files])
    for path in files:
        text = path.read_text()
        env = {"BOOTGATE_CONFIG": str(HERE / "images/bootgate.yaml")}
        rehearse(instruction(text, "ENTRYPOINT"), instruction(text, "CMD"), {**GOOD, **env}, {**BAD, **env})
        copied = re.findall(r"^COPY (.*) (\S+)$", text, re.M)
        places = {os.path.join(to, name) if to.endswith("/") else to for names, to in copied for name in names.split()}
        program = instruction(text, "ENTRYPOINT")[0]
        config = re.search(r"^ENV BOOTGATE_CONFIG=(\S+)$", text, re.M).group(1)
        expect(f"{path.name} copies what it names", True, {program, config} <= places)
        if "--wait" in text:
            expect(f"{path.name} copies bootgate-wait beside it", True, f"{program}-wait" in places)


@case
def test_empty_image():
    """The program in a root that holds nothing but /proc, and the libraries of a build that is not static."""
    namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    if os.geteuid() != 0 or run(*namespaces, "true").returncode != 0:
        raise Skip("needs root and namespaces")
    with tempfile.TemporaryDirectory() as root:
        shutil.copy(BOOTGATE, f"{root}/bootgate")
        os.mkdir(f"{root}/proc")
        for library in re.findall(r"(/\S+) \(0x", run("ldd", BOOTGATE).stdout):
            os.makedirs(root + os.path.dirname(library), exist_ok=True)
            shutil.copy(library, root + library)
        # The mount vanishes with its namespace.
        enter = [*namespaces, "sh", "-c", 'mount -t proc proc "$1/proc" && exec chroot "$@"', "sh", root]
        for env, code in ((GOOD, 0), (BAD, REFUSED)):
            done = run(*enter, "/bootgate", "exec", "--", "/bootgate", "--version", env=env)
            expect(done.stderr, code, done.returncode)
            expect(env, code == 0, done.stdout.startswith("bootgate "))


def flow_list(text, key):
    return [json.loads(found) for found in re.findall(rf"^ +{key}: (\[.*\])", text, re.M)]


@case
def test_compose():
    text = (HERE / "compose.yml").read_text()
    with tempfile.TemporaryDirectory() as folder:
        secret = pathlib.Path(folder, "db_password")
        shutil.copy(HERE / "compose.yml", folder)
        secret.write_text("Vq3kx92mwpL7aTz81\n")
        secret.chmod(0o600)
        done = run(BOOTGATE, "check", cwd=folder)
        expect(done.stdout, 0, done.returncode)
        env = {"APP_ENV": "production", "DB_HOST": "db", "DB_PORT": "5432", "DB_USER": "app", "DB_NAME": "app",
               "DB_PASSWORD_FILE": str(secret)}
        bad = pathlib.Path(folder, "bad")
        bad.write_text("app\n")
        rehearse(flow_list(text, "entrypoint")[0], flow_list(text, "command")[0], env,
                 {**env, "DB_PASSWORD_FILE": str(bad)})


@case
def test_pod():
    judge, wait, app = flow_list((HERE / "pod.yaml").read_text(), "command")
    rehearse(judge, [])
    expect("the app's own command is judged", app, judge[judge.index("--") + 1:])
    expect("the other waits", "wait", wait[1])
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(BOOTGATE, folder)
        spy = pathlib.Path(folder, "bootgate-wait")
        spy.write_text("#!/bin/sh\ncat\nexit 0\n")
        spy.chmod(0o755)
        done = run(f"{folder}/bootgate", *wait[1:], env=GOOD)
        expect(done.stderr, (0, True), (done.returncode, "host=db" in done.stderr))


@case
def test_presync_job():
    words = flow_list((HERE / "presync-job.yaml").read_text(), "command")[0]
    expect("the guard is what runs after it", words[0], words[words.index("--") + 1])
    for env, code in ((GOOD, 0), (BAD, REFUSED)):
        after = [BOOTGATE, *words[words.index("--") + 2:]]
        done = run(BOOTGATE, *words[1:words.index("--")], "--", *after, env=env)
        expect(done.stderr, (code, code == 0), (done.returncode, done.stdout.startswith("bootgate ")))
    done = run(BOOTGATE, "check", HERE / "presync-job.yaml")
    expect(done.stdout, 0, done.returncode)


@case
def test_render_check():
    """The step of the workflow in a shell, with a helm that prints what a chart makes of good and of bad values."""
    step = (HERE / "render-check.yml").read_text().partition("run: |\n")[2]
    for env, code in ((GOOD, 0), (BAD, 1)):
        rows = "".join(f"            - {{name: {name}, value: '{value}'}}\n" for name, value in env.items())
        stream = ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: app}\nspec:\n"
                  "  selector: {matchLabels: {app: app}}\n  template:\n    metadata: {labels: {app: app}}\n    spec:\n"
                  f"      containers:\n        - name: app\n          image: example/app:1.4\n          env:\n{rows}")
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "stream.yaml").write_text(stream)
            helm = pathlib.Path(folder, "helm")
            helm.write_text(f'#!/bin/sh\n[ "$1" = template ] || exit 9\ncat {folder}/stream.yaml\n')
            helm.chmod(0o755)
            path = f"{folder}:{os.path.dirname(BOOTGATE)}:{os.environ['PATH']}"
            done = run("bash", "-c", step, env={"PATH": path}, cwd=folder)
        expect(done.stdout + done.stderr, code, done.returncode)


@case
def test_unit():
    text = (HERE / "app.service").read_text()
    words = re.search(r"^ExecStart=(.*)$", text, re.M).group(1).split()
    words[words.index("--config") + 1] = str(HERE / "images/bootgate.yaml")
    rehearse(words, [])
    prevented = re.search(r"^RestartPreventExitStatus=(.*)$", text, re.M).group(1)
    expect("the code that no restart helps against", str(REFUSED), prevented)


@case
def test_deploy_guard():
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder, "record")
        docker = pathlib.Path(folder, "docker")
        docker.write_text(f'#!/bin/sh\necho "$@" >>{record}\n')
        docker.chmod(0o755)
        path = f"{folder}:{os.path.dirname(BOOTGATE)}:{os.environ['PATH']}"
        rows = [
            # deployment, arguments, environment, exit, what docker was told
            ("bad", [], {}, 1, ""),
            ("good", [], {}, 0, "compose up -d --build\n"),
            ("good", ["up", "--wait"], {}, 0, "compose up --wait\n"),
            ("good", [], {"BOOTGATE": "/no/such/bootgate"}, 127, ""),
        ]
        for name, arguments, env, code, told in rows:
            record.write_text("")
            done = run(TOP / "scripts/deploy-guard", TOP / "tests/systems/dataland" / name, *arguments,
                       env={"PATH": path, **env})
            expect((name, env, done.stdout + done.stderr), (code, told), (done.returncode, record.read_text()))
            expect(name, code != 0, "stopped before anything was built" in done.stderr)


@case
def test_hook_lines():
    """What lefthook and husky run is the same line, and it stops a commit."""
    lefthook = re.search(r"run: (.*)$", (HERE / "lefthook.yml").read_text(), re.M).group(1)
    expect("husky", lefthook + "\n", (HERE / "husky-pre-commit").read_text())
    with tempfile.TemporaryDirectory() as folder:
        run("git", "init", "-q", folder)
        for text, code in (("DATABASE_URL=postgresql://app:app@db/app\n", 1),
                           (f"DATABASE_URL={GOOD['DATABASE_URL']}\n", 0)):
            pathlib.Path(folder, "prod.env").write_text(text)
            run("git", "add", "prod.env", cwd=folder)
            expect(text, code, run("sh", "-c", lefthook, cwd=folder).returncode)


@case
def test_pre_commit_config():
    config = (HERE / "pre-commit-config.yaml").read_text()
    hooks = (TOP / ".pre-commit-hooks.yaml").read_text()
    ids = re.findall(r"- id: (\S+)", hooks)
    expect("all but the one for containers", [name for name in ids if name != "bootgate-docker"], re.findall(r"- id: (\S+)", config))
    version = re.search(r"version: '([^']+)'", (TOP / "meson.build").read_text()).group(1)
    expect("this version", [version], re.findall(r"rev: v(\S+)", config))
    expect("this version", [version], re.findall(r"entry: bootgate:(\S+)-full ", hooks))
    pattern = re.search(r"files: &judged '(.*)'", hooks).group(1)
    rows = {".env": True, ".env.example": True, "prod.env": True, "a dir/.env.local": True, "svc/compose.yml": True,
            "docker-compose.yaml": True, "compose.override.yml": True, ".envrc": False, ".envfoo": False,
            "environment.md": False, "compose.yaml.tpl": False, "docker-compose.prod.yaml": False, "x.env.bak": False}
    expect(pattern, rows, {name: bool(re.search(pattern, name)) for name in rows})


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
        except (AssertionError, AttributeError, subprocess.SubprocessError, OSError, ValueError) as fault:
            failed += 1
            lines = f"{type(fault).__name__}: {fault}".splitlines()
            print(f"not ok {number} - {name}\n" + "\n".join(f"# {line}" for line in lines), flush=True)
    return 1 if failed else 0


sys.exit(main())
