"""Our reading of units against what systemd made of them: cases.jsonl, recorded by `run --record`.

usage: recorded.py PROGRAM
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = [*os.environ.get("MESON_EXE_WRAPPER", "").split(), pathlib.Path(sys.argv[1]).resolve()]
CASES = pathlib.Path(__file__).parent / "cases.jsonl"


def reading(case):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, case["name"])
        path.write_bytes(case["unit"].encode())
        if case["dropin"] is not None:
            pathlib.Path(folder, case["name"] + ".d").mkdir()
            pathlib.Path(folder, case["name"] + ".d", "10.conf").write_bytes(case["dropin"].encode())
        done = subprocess.run([*PROGRAM, "env", "--service", case["name"], "--reveal", "--format", "json", path],
                              capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
        document = json.loads(done.stdout) if done.stdout else {"variables": None}
        if document["variables"] is None:
            return None
        return {"variables": document["variables"], "command": document["command"]}


def main():
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    failed = 0
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        got, wanted = reading(case), case["expect"]
        if got and wanted and wanted["command"] is None:
            got["command"] = None
        failed += got != wanted
        print(f"{'ok' if got == wanted else 'not ok'} {number} - {case['name']}")
        if got != wanted:
            print(f"# unit {case['unit']!r} drop-in {case['dropin']!r}\n# wanted {wanted}\n# got    {got}")
    return 1 if failed else 0


sys.exit(main())
