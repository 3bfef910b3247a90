"""This program beside its peers on the sample systems. usage: compare.py BUILD_FOLDER (see scripts/compare)

A documented fault is found where a peer reports its line, or one of the two before it (a list's key for its item).
Whatever a peer says about a correct system is a report too many, unless it is only information. Each system is judged
in a copy outside this checkout, where nobody tracks .env and only its owner reads it, as on an operator's machine.
"""
import datetime
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv[1]).resolve()
NODE = BUILD / "peers/node_modules/.bin"
SYSTEMS = sorted(path.parent for path in (TOP / "tests/systems").glob("*/bad"))
PLACE = re.compile(r"(?P<file>[\w.-]+):(?P<line>\d+)")


def bootgate_places(output):
    return {(pathlib.PurePath(row["file"]).name, row["line"])
            for row in json.loads(output)["findings"] if row["severity"] != "note" and row["file"]}


def dclint_places(output):
    rows = json.loads(output or "[]")
    return {(pathlib.PurePath(row["filePath"]).name, message["line"]) for row in rows for message in row["messages"]}


def secretlint_places(output):
    rows = json.loads(output or "[]")
    return {(pathlib.PurePath(row["filePath"]).name, message["loc"]["start"]["line"])
            for row in rows for message in row["messages"]}


def plain_places(output):
    return {(match["file"], int(match["line"])) for match in PLACE.finditer(output)}


RULES = BUILD / "peers/secretlintrc.json"
PEERS = {
    "bootgate": (lambda d: [BUILD / "bootgate", "check", "--format", "json", d], bootgate_places,
                 lambda: [BUILD / "bootgate", "--version"]),
    "docker-compose config": (lambda d: ["docker-compose", "--project-directory", d, "-f", compose_file(d), "config", "-q"],
                              plain_places, lambda: ["docker-compose", "--version"]),
    "dclint": (lambda d: [NODE / "dclint", "--formatter", "json", compose_file(d)], dclint_places,
               lambda: [NODE / "dclint", "--version"]),
    "secretlint": (lambda d: [NODE / "secretlint", "--secretlintrc", RULES, "--format", "json", d / ".env", compose_file(d)],
                   secretlint_places, lambda: [NODE / "secretlint", "--version"]),
    "python-dotenv + SQLAlchemy": (lambda d: ["/usr/bin/python3", TOP / "tests/bench/guard.py", d], plain_places,
                                   lambda: ["/usr/bin/python3", "--version"]),
}


def compose_file(folder):
    return next(path for path in sorted(folder.iterdir()) if path.name.endswith(("compose.yml", "compose.yaml")))


def documented(system):
    rows = (line.split() for line in (system / "bad.expected").read_text().splitlines())
    places = (row[2].rsplit(":", 1) for row in rows if row and row[0] in ("error", "warning"))
    return {(place[0], int(place[1])) for place in places if len(place) == 2}


def is_found(fault, places):
    file, line = fault
    return any((file, line - before) in places for before in range(3))


def places_of(name, folder):
    command, read, _ = PEERS[name]
    done = subprocess.run(command(folder), capture_output=True, text=True)
    return read(done.stdout)


def measured(commands):
    words = [str(word) for command in commands for word in ["--", *command]][1:]
    done = subprocess.run([BUILD / "tests/bench/measure", "11", *words], capture_output=True, text=True, check=True)
    return [(float(row.split()[0]), int(row.split()[1])) for row in done.stdout.splitlines()]


def version_of(name):
    done = subprocess.run(PEERS[name][2](), capture_output=True, text=True)
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
    return found[0] if found else "?"


def copied(systems, folder):
    """The samples below folder, of the same names."""
    for system in systems:
        for form in ("bad", "good"):
            shutil.copytree(system / form, folder / system.name / form, symlinks=True)
            (folder / system.name / form / ".env").chmod(0o600)
    return [folder / system.name for system in systems]


def main():
    with tempfile.TemporaryDirectory() as folder:
        compare(copied(SYSTEMS, pathlib.Path(folder)))


def compare(systems):
    RULES.parent.mkdir(exist_ok=True)
    RULES.write_text('{"rules": [{"id": "@secretlint/secretlint-rule-preset-recommend"}]}\n')
    names = [name for name in PEERS if "secretlint" != name != "dclint" or (NODE / name).exists()]
    times = measured([["/bin/true"], *(PEERS[name][0](systems[0] / "bad") for name in names)])
    base = times[0][0]
    faults = sum(len(documented(system)) for system in SYSTEMS)
    print(f"{len(systems)} systems with {faults} documented faults, {datetime.date.today()}; /bin/true takes {base:.2f} ms\n")
    print("| program | version | time | memory | faults found | reports on correct systems |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, (milliseconds, kib) in zip(names, times[1:]):
        said = {system: places_of(name, system / "bad") for system in systems}
        found = sum(is_found(fault, said[copy]) for system, copy in zip(SYSTEMS, systems) for fault in documented(system))
        excess = sum(len(places_of(name, system / "good")) for system in systems)
        print(f"| {name} | {version_of(name)} | {milliseconds:.1f} ms ({milliseconds / base:.0f} ×) | {kib / 1024:.1f} MiB "
              f"| {found} of {faults} | {excess} |")


if __name__ == "__main__":
    main()
