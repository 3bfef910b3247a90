"""What `bootgate rules` says of where a rule holds, against what is found in deployments of each kind.

usage: holds.py BOOTGATE

A rule that claims manifests fires in some case of manifests/, one that claims units in some of holds/*.service or
*.container, one that claims an env file in some of holds/*.env or of the folders of checks/ that have nothing else. A
rule that does not claim a kind never fires in any deployment of it. Compose is asked by the cases of checks/.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import manifests  # noqa: E402

HERE = pathlib.Path(__file__).parent
# What no file alone shows: a running server, a limit of the program, a file that cannot be read as configuration.
UNSHOWN = {"login-refused", "server-unreachable", "live-limit", "extension-missing", "limit", "config-syntax"}
KINDS = ("manifests", "units", "env", "compose")


def check(bootgate, folder, arguments, text=b""):
    done = subprocess.run([bootgate, "check", "-v", "--format", "json", *arguments], cwd=folder, input=text,
                          capture_output=True, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"}, timeout=60, check=False)
    return {finding["rule"] for finding in json.loads(done.stdout)["findings"]}


def of_manifest(bootgate, path):
    case = manifests.Case(path.read_text())
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "app.yaml").write_text(case.text)
        for name, lines in {**case.files, **({"bootgate.yaml": case.config} if case.config else {})}.items():
            (folder / name).write_text("\n".join(lines) + "\n")
        mode = ["--mode", case.mode] if case.mode else []
        return check(bootgate, folder, [*mode, "-" if case.stdin else "app.yaml"], case.text.encode() if case.stdin else b"")


def of_alone(bootgate, path):
    """A file by itself; its lines `#config LINE` and `#file NAME LINE` are of other files beside it."""
    own, beside = [], {}
    for line in path.read_text().split("\n"):
        word, _, rest = line.partition(" ")
        name, _, content = rest.partition(" ") if word == "#file" else ("bootgate.yaml", "", rest)
        (beside.setdefault(name, []) if word in ("#file", "#config") else own).append(content if word in ("#file", "#config") else line)
    with tempfile.TemporaryDirectory() as scratch:
        name = ".env" if path.suffix == ".env" else path.name
        for file, lines in {name: own, **beside}.items():
            pathlib.Path(scratch, file).write_text("\n".join(lines).replace("@HERE@", scratch))
            pathlib.Path(scratch, file).chmod(0o644)
        return check(bootgate, scratch, [name])


def of_folder(bootgate, path):
    names = os.listdir(path)
    kind = "compose" if any("compose" in name and name.endswith((".yml", ".yaml")) for name in names) else "env"
    with tempfile.TemporaryDirectory() as scratch:  # what git tracks here is not the case's
        return kind, check(bootgate, shutil.copytree(path, pathlib.Path(scratch, "app")), [])


def of_tracked(bootgate, path):
    """An env file that git tracks."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(path, pathlib.Path(scratch, ".env"))
        for arguments in (["init", "-q", "--template="], ["add", ".env"]):
            subprocess.run(["git", *arguments], cwd=scratch, check=True, env={"PATH": os.environ["PATH"], "HOME": scratch})
        return check(bootgate, scratch, [".env"])


def gather(bootgate):
    fired = {kind: {} for kind in KINDS}

    def note(kind, rules, path):
        for rule in rules:
            fired[kind].setdefault(rule, path.name)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        streams = sorted((HERE / "manifests").glob("*.yaml"))
        alone = sorted(path for path in (HERE / "holds").iterdir())
        folders = sorted(path for path in (HERE / "checks").iterdir() if path.is_dir())
        for path, rules in zip(streams, pool.map(lambda path: of_manifest(bootgate, path), streams)):
            note("manifests", rules, path)
        for path, rules in zip(alone, pool.map(lambda path: of_alone(bootgate, path), alone)):
            note("env" if path.suffix == ".env" else "units", rules, path)
        note("env", of_tracked(bootgate, HERE / "holds" / "credentials.env"), HERE / "holds" / "credentials.env")
        for path, (kind, rules) in zip(folders, pool.map(lambda path: of_folder(bootgate, path), folders)):
            note(kind, rules, path)
    return fired


def main():
    bootgate = os.path.abspath(sys.argv[1])
    listed = subprocess.run([bootgate, "rules", "--format", "json"], capture_output=True, check=True, timeout=60)
    rules = {rule["name"]: rule["holds"] for rule in json.loads(listed.stdout)["rules"]}
    fired = gather(bootgate)
    print(f"1..{len(rules) * len(KINDS)}")
    number = failed = 0
    for name, holds in rules.items():
        for kind in KINDS:
            number += 1
            case = fired[kind].get(name)
            fault = ""
            if case and kind not in holds:
                fault = f"does not claim {kind}, and fires in {case}"
            elif not case and kind in holds and kind in ("manifests", "units", "env") and name not in UNSHOWN:
                fault = f"claims {kind}, and fires in no case"
            failed += bool(fault)
            print(f"{'not ok' if fault else 'ok'} {number} - {name} {kind}")
            if fault:
                print(f"# {fault}")
    sys.exit(1 if failed or not rules else 0)


main()
