#!/usr/bin/env python3
"""Validates what `bootgate check --format sarif` prints.

usage: sarif.py PROGRAM FOLDER...

Always checks what code scanning needs; validates against the published schema where it is installed
(scripts/setup schemas) and Python has jsonschema.
"""
import json
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = TOP / "node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json"
LEVELS = ("none", "note", "warning", "error")


def schema_faults(log):
    try:
        import jsonschema
    except ImportError:
        return []
    if not SCHEMA.is_file():
        return []
    schema = json.loads(SCHEMA.read_text())
    checker = jsonschema.validators.validator_for(schema)(schema)
    return [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in checker.iter_errors(log)]


def result_faults(result, rules):
    """What code scanning wants of a result, and what no result may hold."""
    if result["level"] not in LEVELS:
        yield "level " + result["level"]
    if "ruleIndex" in result and rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        yield "ruleIndex of " + result["ruleId"]
    if "snippet" in json.dumps(result):
        yield "a snippet in " + result["ruleId"]
    for location in result["locations"]:
        physical = location.get("physicalLocation")
        if physical and "region" in physical and physical["region"]["startLine"] < 1:
            yield "startLine of " + result["ruleId"]


def faults_of(log):
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        yield from result_faults(result, rules)
    prints = [result["partialFingerprints"]["bootgate/v1"] for result in run["results"]]
    if len(prints) != len(set(prints)):
        yield "two results share a fingerprint"
    if run["invocations"][0]["executionSuccessful"] and run["invocations"][0]["exitCode"] == 2:
        yield "exit code 2 counts as success"
    yield from schema_faults(log)


def faults_in(program, folder):
    done = subprocess.run([program, "check", "--format", "sarif"], cwd=folder, capture_output=True, check=False)
    try:
        log = json.loads(done.stdout)
    except ValueError as fault:
        return [f"no JSON: {fault}"]
    if log["runs"][0]["invocations"][0]["exitCode"] != done.returncode:
        return ["exitCode differs from the exit code"]
    return list(faults_of(log))


def main(program, *folders):
    program = os.path.abspath(program)
    failed = 0
    print(f"1..{len(folders)}")
    for number, folder in enumerate(folders, 1):
        faults = faults_in(program, folder)
        print(f"{'not ok' if faults else 'ok'} {number} - {os.path.relpath(folder, TOP)}")
        print("".join(f"# {fault}\n" for fault in faults[:20]), end="")
        failed += bool(faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
