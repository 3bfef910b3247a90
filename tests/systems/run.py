"""Judges the sample systems: a bad deployment gives every finding expected of it, a good one gives no error, and of
one that is whole, with its Dockerfiles and settings, the budget assumes no number.

usage: run.py PROGRAM FOLDER. Each SYSTEM/bad.expected (and SYSTEM/kubernetes/bad.expected, the same system as its
maintainers would put it into a cluster) has one finding a line: severity, rule, FILE:LINE and the
variable or service (- for none). All listed must be found, and no error besides; notes and warnings may be more.
"""
import json
import os
import pathlib
import subprocess
import sys

PROGRAM, FOLDER = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])


def check(folder):
    """(exit code, findings) as a plain environment gives them."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    done = subprocess.run([PROGRAM, "check", "--format", "json"], cwd=folder, env=environment,
                          capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    if report.get("errors"):
        raise AssertionError(f"could not judge: {report['errors']}")
    return done.returncode, report["findings"]


def lines_of(finding):
    """Every way in which an expectation may name this finding."""
    place = f"{finding['file']}:{finding['line'] or '-'}"
    for subject in sorted({finding["variable"] or "-", finding["service"] or "-"}, reverse=True):
        yield f"{finding['severity']} {finding['rule']} {place} {subject}"


def expected_of(system):
    lines = (system / "bad.expected").read_text(encoding="utf-8").splitlines()
    return [" ".join(line.split()) for line in lines if line and not line.startswith("#")]


def judge_bad(system):
    code, findings = check(system / "bad")
    wanted = expected_of(system)
    found = {line for finding in findings for line in lines_of(finding)}
    faults = [f"missing: {line}" for line in wanted if line not in found]
    faults += [f"not expected: {next(lines_of(finding))}: {finding['message']}" for finding in findings
               if finding["severity"] == "error" and not set(lines_of(finding)) & set(wanted)]
    return faults + ([f"exit code {code}, wanted 1"] if code != 1 else [])


def judge_good(system):
    code, findings = check(system / "good")
    faults = [f"not expected: {next(lines_of(finding))}: {finding['message']}" for finding in findings
              if finding["severity"] == "error"]
    return faults + ([f"exit code {code}, wanted 0"] if code else [])


def judge_whole(system):
    """A good one, of which every number of the budget is declared or read."""
    folder = system / "whole"
    done = subprocess.run([PROGRAM, "budget", "--format", "json"], cwd=folder, capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}, check=False)
    servers = json.loads(done.stdout)["servers"]
    faults = [f"assumed: {server['server']}: {term}" for server in servers for term in server["terms"]
              if term["basis"] not in ("declared", "read")]
    code, findings = check(folder)
    faults += [f"not expected: {next(lines_of(finding))}: {finding['message']}" for finding in findings
               if finding["severity"] == "error" or finding["rule"] == "budget-drift"]
    faults += [] if any(server["terms"] for server in servers) else ["no budget"]
    return faults + ([f"exit code {code}, wanted 0"] if code else [])


def main():
    judges = (("bad", judge_bad), ("good", judge_good), ("whole", judge_whole))
    rows = [(path.parent, kind, judge) for path in sorted(FOLDER.glob("**/bad.expected")) for kind, judge in judges
            if (path.parent / kind).is_dir()]
    print(f"1..{len(rows)}")
    number, failed = 0, 0
    for system, kind, judge in rows:
        number += 1
        try:
            faults = judge(system)
        except (AssertionError, ValueError) as fault:
            faults = [str(fault)]
        failed += bool(faults)
        print(f"{'not ' if faults else ''}ok {number} - {system.relative_to(FOLDER)} {kind}")
        for fault in faults:
            print(f"# {fault}")
    return 1 if failed else 0


sys.exit(main())
