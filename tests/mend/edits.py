"""The edits that stand in JSON and in SARIF are those that `fix --write` makes.

usage: edits.py BOOTGATE

Each fixture is judged; the edits of its findings are carried out here, as an editor or a code host would. Both formats
must lead to the same files, and what `fix --write` then still has to do, where secrets are touched, must lead to the very
files that it makes by itself.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import fixtures

BOOTGATE = str(pathlib.Path(sys.argv[1]).resolve())
# Lines of more than ASCII before the places, a byte order mark, other line ends.
MORE = [
    fixtures.fixture("more than ASCII", {
        "compose.yaml": "services:\n  db: {image: 'postgres:16', labels: {a: 'é𝄞漢'}, ports: ['5432:5432'], environment: {POSTGRES_PASSWORD: '${DB_PASSWORD}'}}\n",
        ".env": fixtures.ENV + "NAME=é𝄞\nNAME=漢\n"}, []),
    fixtures.fixture("a byte order mark", {
        "compose.yaml": "\ufeff" + fixtures.DATABASE + "    ports: ['5432:5432']\n", ".env": "\ufeffLOG=a\nLOG=b\n" + fixtures.ENV}, []),
    fixtures.fixture("other line ends", {
        "compose.yaml": (fixtures.DATABASE + "    ports:\n      - 5432:5432\n").replace("\n", "\r\n"), ".env": (fixtures.ENV + "LOG=a\nLOG=b\n").replace("\n", "\r\n")}, []),
]


def run(place, *words):
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.run([BOOTGATE, *words], cwd=place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def write(place, fixture):
    place.mkdir()
    for name, text in fixture.files.items():
        (place / name).write_bytes(fixtures.text(text).encode())
        os.chmod(place / name, 0o600)
    for name, (before, _) in fixture.modes.items():
        os.chmod(place / name, before)


def read(place):
    return {path.name: path.read_bytes() for path in place.iterdir()}


def in_json(place):
    """File, line, column in bytes, end, text."""
    for finding in json.loads(run(place, "check", "--format", "json").stdout)["findings"]:
        for edit in finding.get("edits") or []:
            yield tuple(edit[name] for name in ("file", "line", "column", "end_line", "end_column", "text"))


def bytes_before(line, column, kind):
    """A column of SARIF as one that counts bytes."""
    if kind == "utf16CodeUnits":
        return len(line.decode().encode("utf-16-le")[:2 * (column - 1)].decode("utf-16-le").encode()) + 1
    assert kind == "unicodeCodePoints", kind
    return len(line.decode()[:column - 1].encode()) + 1


def in_sarif(place):
    report = json.loads(run(place, "check", "--format", "sarif").stdout)["runs"][0]
    kind = report["columnKind"]
    for result in report["results"]:
        for fix in result.get("fixes") or []:
            for change in fix["artifactChanges"]:
                name = change["artifactLocation"]["uri"]
                lines = (place / name).read_bytes().split(b"\n") + [b""]
                for replacement in change["replacements"]:
                    region = replacement["deletedRegion"]
                    at = [(region[f"{end}Line"], bytes_before(lines[region[f"{end}Line"] - 1], region[f"{end}Column"], kind))
                          for end in ("start", "end")]
                    yield (name, *at[0], *at[1], replacement.get("insertedContent", {}).get("text", ""))


def apply(place, edits):
    for name in {edit[0] for edit in edits}:
        text = (place / name).read_bytes()
        starts = [0]
        for line in text.split(b"\n"):
            starts.append(starts[-1] + len(line) + 1)
        for _, line, column, end_line, end_column, new in sorted((edit for edit in edits if edit[0] == name), reverse=True):
            text = text[:starts[line - 1] + column - 1] + new.encode() + text[starts[end_line - 1] + end_column - 1:]
        (place / name).write_bytes(text)


def compare(top, fixture):
    for name in ("by-fix", "by-edits", "by-sarif"):
        write(top / name, fixture)
    edits, others = set(in_json(top / "by-edits")), set(in_sarif(top / "by-sarif"))
    assert run(top / "by-fix", "fix", "--write").returncode == 0, "fix --write"
    apply(top / "by-edits", edits)
    apply(top / "by-sarif", others)
    assert len(edits) == len(others) and read(top / "by-sarif") == read(top / "by-edits"), f"JSON {sorted(edits)}, SARIF {sorted(others)}"
    done = run(top / "by-edits", "fix", "--write")
    assert done.returncode == 0, f"fix --write after the edits: {done.stderr.decode()}"
    assert read(top / "by-edits") == read(top / "by-fix"), f"other files by {sorted(edits)}"
    return len(edits)


def main():
    failed, edits, all_fixtures = 0, 0, fixtures.FIXTURES + MORE
    print(f"1..{len(all_fixtures) + 1}")
    with tempfile.TemporaryDirectory() as top:
        for number, fixture in enumerate(all_fixtures, 1):
            place = pathlib.Path(top) / str(number)
            place.mkdir()
            try:
                edits += compare(place, fixture)
                print(f"ok {number} - {fixture.name}")
            except AssertionError as fault:
                failed += 1
                print(f"not ok {number} - {fixture.name}\n# {fault}")
    print(f"{'ok' if edits >= len(all_fixtures) else 'not ok'} {len(all_fixtures) + 1} - {edits} edits in all")
    return 1 if failed or edits < len(all_fixtures) else 0


if __name__ == "__main__":
    sys.exit(main())
