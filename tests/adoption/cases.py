"""The deployments of the other tests, as folders to copy: what living with bootgate is tried on."""
import json
import os
import pathlib
import shutil
import subprocess

TESTS = pathlib.Path(__file__).resolve().parent.parent
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
SECONDS = 60
EMPTY = None  # a folder without a file


class Case:
    """A deployment: a folder or a file, the process environment and the Compose files that its owner would name."""

    def __init__(self, name, folder, environment=None, files=()):
        self.name, self.folder = name, folder
        self.environment = {**ENVIRONMENT, **(environment or {})}
        self.options = [word for file in files for word in ("-f", file)]
        self.stream = ""

    def copy_to(self, parent):
        """A copy without what only the test knows, and without a configuration."""
        copy = parent / "app"
        if self.folder is EMPTY:
            copy.mkdir()
        elif self.folder.is_dir():
            shutil.copytree(self.folder, copy, symlinks=True)
        else:
            copy.mkdir()
            shutil.copy(self.folder, copy)
        for name in ("expected.json", "bootgate.yaml", "bootgate.yml", ".bootgate.yaml"):
            (copy / name).unlink(missing_ok=True)
        for path in copy.rglob("*"):
            if path.is_file():
                path.chmod(0o600)
        return copy


def all_cases():
    for folder in sorted((TESTS / "conformance" / "checks").iterdir()):
        if folder.is_dir():
            case = json.loads((folder / "expected.json").read_text())
            files = case["inputs"].get("compose", [])
            yield Case(folder.name, folder, case.get("process_env"), files if len(files) > 1 else ())
    for folder in sorted(path.parent for path in (TESTS / "systems").glob("*/*/*compose.yml")):
        yield Case(f"{folder.parent.name}-{folder.name}", folder)


def clusters():
    for folder in sorted((TESTS / "systems").glob("*/kubernetes/*/")):
        yield Case(f"{folder.parent.parent.name}-kubernetes-{folder.name}", folder)
    for stream in sorted((TESTS / "conformance" / "manifests").glob("*.yaml")):
        yield Case(f"manifests-{stream.stem}", stream)
    yield Case("units", TESTS / "golden" / "units" / "files")


def streams():
    """The manifests of clusters() as they come from a renderer: on standard input, from an empty folder."""
    for case in clusters():
        paths = [case.folder] if case.folder.is_file() else sorted(case.folder.glob("*.yaml"))
        if case.name == "units":
            continue
        stream = Case(f"{case.name}-stream", EMPTY)
        stream.stream = "".join(f"---\n{path.read_text()}\n" for path in paths)
        stream.options = ["-"]
        yield stream


def run(program, case, folder, *words):
    return subprocess.run([program, *words], cwd=folder, env=case.environment, input=case.stream, capture_output=True,
                          text=True, errors="replace", timeout=SECONDS, check=False)


def check(program, case, folder, *words):
    """The report of `check`, and what the program ended with."""
    done = run(program, case, folder, "check", "--format", "json", *case.options, *words)
    return json.loads(done.stdout), done.returncode


def key_of(finding):
    return tuple(str(finding[name]) for name in
                 ("rule", "severity", "file", "line", "column", "variable", "service", "message"))


def report(rows):
    """TAP of (name, faults) rows; the number of those that failed."""
    failed = count = 0
    for count, (name, faults) in enumerate(rows, 1):
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {count} - {name}")
        for fault in faults:
            print(f"# {fault}")
    print(f"1..{count}")
    return failed
