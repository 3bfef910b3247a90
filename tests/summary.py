"""Prints "N passed, N failed" for a JUnit report of meson, each case of a program counted on its own.

usage: summary.py REPORT RUNNER_STATUS. Fails where a case failed, where the runner did, or where nothing ran.
"""
import sys
import xml.etree.ElementTree as xml


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def main(report, runner_status):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for suite in xml.parse(report).getroot().iter("testsuite"):
        outcomes = [outcome(case) for case in suite.iter("testcase")]
        for name in outcomes:
            counts[name] += 1
        # A program that dies between its cases reports no failed case, only a failed suite.
        broken = int(suite.get("errors", 0)) + int(suite.get("failures", 0))
        if broken and "failed" not in outcomes:
            counts["failed"] += 1
    if runner_status != "0" and counts["failed"] == 0:
        counts["failed"] = 1
    line = f"{counts['passed']} passed, {counts['failed']} failed"
    print(line + (f", {counts['skipped']} skipped" if counts["skipped"] else ""))
    return 1 if counts["failed"] or not counts["passed"] else 0


sys.exit(main(*sys.argv[1:]))
