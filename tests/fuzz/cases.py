"""Makes starting inputs for the fuzzer of the recorded cases and whole deployments of the other tests.

usage: cases.py DIRECTORY      one folder for each target that has some
"""
import base64
import json
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
FILE_BYTES = 4000
# Each deployment is given to one of these.
COMMANDS = ["check", "check --format=json", "check -v --mode=development", "check --format=sarif", "check --format=junit",
            "check --format=github", "check --format=gitlab", "budget", "budget --format=json", "graph",
            "graph --format=json", "graph --format=dot", "init --stdout", "init --force", "env .env --compare",
            "env .env --as=python --format=json", "env .env --as=shell", "env .env --explain", "check --staged", "hook run", "wait",
            "exec --env-file=.env --dry-run -- run", "exec --env-file=.env --expand-files --wait -- run",
            "check --write-baseline=old", "rules test bootgate.yaml", "check --baseline=old --fail-on=note"]
PLANTS = ["\x03\x00", "\x05\x01a%40", "\x3f\x09", "\x1b\x0e\n'", "\x02\x03 \n ", "\x06\x05"]


def recorded(*names):
    for name in names:
        with open(TESTS / "conformance" / name, encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def texts(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("expected.json", "cmd") and path.stat().st_size <= FILE_BYTES:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def parts(files):
    return b"".join(b"==> %s\n%s%s" % (name.encode(), text, b"" if text.endswith(b"\n") else b"\n")
                    for name, text in files)


def deployments():
    for folder in sorted((TESTS / "conformance" / "checks").iterdir()):
        yield folder.name, parts(texts(folder))
    for folder in sorted(TESTS.glob("systems/*/*")) + sorted(TESTS.glob("golden/*/files")):
        if folder.is_dir():
            yield "-".join(folder.parts[-2:]), parts(texts(folder))
    for case in recorded("compose/cases.jsonl"):
        yield case["id"], parts((name, text.encode()) for name, text in case.get("files", {}).items())


def inputs():
    for number, (name, files) in enumerate(deployments()):
        arguments = COMMANDS[number % len(COMMANDS)].replace(" ", "\n")
        plant = PLANTS[number % len(PLANTS)]
        yield "program", name, f"==> @plant\n{plant}\n==> @arguments\n{arguments}\n".encode() + files
        yield "check", name, files
        yield "compose", name, files
    for path in sorted((TESTS / "conformance" / "manifests").glob("*.yaml")):
        yield "manifest", path.stem, path.read_bytes()
    for case in recorded("dotenv/cases.jsonl"):
        text = case["input"]
        yield "dotenv", case["id"], base64.b64decode(case["input_b64"]) if text is None else text.encode()
    for case in recorded("dsn/dsn.jsonl"):
        yield "dsn", case["id"], case["dsn"].encode()


def main():
    out = pathlib.Path(sys.argv[1])
    for target, name, data in inputs():
        (out / target).mkdir(parents=True, exist_ok=True)
        (out / target / name).write_bytes(data)


main()
