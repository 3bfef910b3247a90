"""One verdict, seven documents: every format of `check` says the same of each deployment of tests/conformance/checks.

usage: formats.py BOOTGATE [all | NAME…]

Without names each deployment is printed as JSON and in one other format, by turns, since seven runs of each take
minutes under sanitizers; `all` prints each in every one. A name is printed in every one.

Read back from each format: every finding with its rule, severity and place, what is allowed, the counts, and the exit
code. JSON is what the others are held against. What differs, differs by the format: GitLab wants a file and a line for
everything and knows no allowed finding, SARIF counts columns in UTF-16, GitHub says errors first.
"""
import collections
import html
import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree

import checks

Finding = collections.namedtuple("Finding", "rule severity file line column allowed")
UNREAD = "unreadable-input"  # in JSON among `errors` alone


def of_json(text):
    document = json.loads(text)
    return [Finding(it["rule"], it["severity"], it["file"], it["line"], it["column"], it["suppressed"] is not None)
            for it in document["findings"]]


def of_text(text):
    """A finding begins with its severity in the first column, and its place follows."""
    for block in re.split(r"^(?=(?:error|warning|note|allowed)\[)", text, flags=re.M)[1:]:
        severity, rule = re.match(r"(\w+)\[([\w-]+)\]: ", block).groups()
        place = re.search(r"^ *--> (.*)$", block, re.M)
        yield Finding(rule, severity, *split_place(place and place[1]), severity == "allowed")


def split_place(place):
    if place is None or place.startswith("process environment"):
        return None, None, None
    cut = re.fullmatch(r"(.*?):(\d+):(\d+)", place)
    return (cut[1], int(cut[2]), int(cut[3])) if cut else (place, None, None)


def of_sarif(text):
    run = json.loads(text)["runs"][0]
    for result in run["results"]:
        physical = result["locations"][0].get("physicalLocation", {})
        file = urllib.parse.unquote(physical["artifactLocation"]["uri"]) if physical else None
        region = physical.get("region", {})
        yield Finding(result["ruleId"], result["level"], file, region.get("startLine"), region.get("startColumn"),
                      "suppressions" in result)
        assert "ruleIndex" not in result or run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def of_github(text):
    words = {"error": "error", "warning": "warning", "notice": "note"}
    for command, properties in re.findall(r"^::(\w+) (.*?)::", text, re.M):
        said = dict(item.split("=", 1) for item in properties.split(","))
        said = {key: urllib.parse.unquote(value) for key, value in said.items()}
        line, column = said.get("line"), said.get("col")
        if said["title"] != "cannot judge":
            yield Finding(said["title"], words[command], said.get("file"), line and int(line), column and int(column), False)


def of_gitlab(text):
    words = {"critical": "error", "blocker": "error", "minor": "warning", "info": "note"}
    for issue in json.loads(text):
        if issue["check_name"] != "cannot-judge":
            yield Finding(issue["check_name"], words[issue["severity"]], issue["location"]["path"],
                          issue["location"]["lines"]["begin"], None, False)


def of_junit(suite):
    """Findings; a rule without any is passed, or passed over where not all could be judged."""
    for case in suite:
        is_unjudged = len(case) and case[0].get("message") == "not all could be judged"
        kind = case[0].tag if len(case) and not is_unjudged else "passed"
        rule = case.get("name").split(" ")[0]
        if kind != "passed" and case.get("name") != "can be judged":
            yield rule, kind, case.get("classname")


def is_mode_of_html(text, mode):
    """The mode and who said so; where nobody did, that it was assumed, and why."""
    name, said = re.search(r"judged as (\w+) \((.*?)\) &middot;", text).groups()
    is_said = html.unescape(said) == mode["from"] if mode["from"] else re.match("assumed(: |$)", said)
    return name == mode["name"] and bool(is_said)


def of_html(text):
    pattern = r'<article class="(\w+)">\n<h3>\w+ <code>(.*?)</code></h3>\n<p>.*?</p>\n(?:<p><code>(.*?)</code></p>\n)?'
    for severity, rule, place in re.findall(pattern, text):
        yield Finding(rule, severity, *split_place(html.unescape(place) or None), severity == "allowed")


def counts_of(findings):
    kept = [it.severity for it in findings if not it.allowed]
    return [kept.count("error"), kept.count("warning"), kept.count("note"), len(findings) - len(kept)]


def counts_of_text(text):
    last = [line for line in text.splitlines() if re.search(r"\d+ errors?, \d+ warnings?", line)][-1]
    return [int(it[1]) if it else 0 for it in (re.search(rf"(\d+) {word}", last)
                                                for word in ("error", "warning", "note", "allowed"))]


def counts_of_html(text):
    return [int(it) for it in re.findall(r"<li class=\"\w+\"><b>(\d+)</b>", text)]


def allowed_apart(finding):
    """People are shown that a finding is allowed in the place of its severity."""
    return finding._replace(severity="allowed") if finding.allowed else finding


def same(found, expected):
    read = [it for it in found if it.rule != UNREAD]
    return collections.Counter(read), collections.Counter(expected)


def with_unread(counts, found):
    """What could not be read is an error to all but JSON."""
    return [counts[0] + sum(it.rule == UNREAD for it in found), *counts[1:]]


def compare_text(text, wanted, counts):
    found = list(of_text(text))
    yield same(found, map(allowed_apart, wanted))
    yield counts_of_text(text), with_unread(counts, found)


def compare_html(text, wanted, counts):
    found = list(of_html(text))
    yield same(found, map(allowed_apart, wanted))
    yield counts_of_html(text), with_unread(counts, found)


def compare_sarif(text, wanted, _):
    found = [it._replace(column=None) for it in of_sarif(text)]
    yield same(found, (it._replace(column=None) for it in wanted))


def compare_github(text, wanted, counts):
    found = list(of_github(text))
    yield same(found, (it for it in wanted if not it.allowed))
    yield counts_of_text(text)[:3], with_unread(counts, found)[:3]


def compare_gitlab(text, wanted, _):
    kept = (it for it in wanted if not it.allowed)
    yield same(of_gitlab(text), (it._replace(file=it.file or ".env", line=it.line or 1, column=None) for it in kept))


def compare_junit(text, wanted, counts):
    suite = xml.etree.ElementTree.fromstring(text)[0]
    cases = list(of_junit(suite))
    found = [Finding(rule, kind, where, None, None, None) for rule, kind, where in cases]
    places = sorted((it.rule, it.file) for it in found if it.rule != UNREAD)
    yield places, sorted((it.rule, it.file or "environment") for it in wanted)
    kinds = collections.Counter(it.severity for it in found)
    yield kinds["failure"] + kinds["error"], with_unread(counts, found)[0]
    yield int(suite.get("failures")), kinds["failure"]
    yield int(suite.get("errors")), len(suite.findall("testcase/error"))
    yield int(suite.get("skipped")), len(suite.findall("testcase/skipped"))
    yield int(suite.get("tests")), len(suite)


COMPARE = {"text": compare_text, "sarif": compare_sarif, "github": compare_github, "gitlab": compare_gitlab,
           "junit": compare_junit, "html": compare_html}


def faults_of(program, folder, formats):
    case = json.loads((folder / "expected.json").read_text())
    done = checks.run(program, folder, case, [*checks.arguments_of(case), "-v"])
    document, wanted = json.loads(done.stdout), of_json(done.stdout)
    counts = [document["summary"][word] for word in ("errors", "warnings", "notes", "suppressed")]
    if counts != counts_of(wanted):
        yield f"json: the summary says {counts}, of {counts_of(wanted)}"
    for name in formats:
        other = checks.run(program, folder, case, [*checks.arguments_of(case, name), "-v"])
        if other.returncode != done.returncode:
            yield f"{name}: exit code {other.returncode}, JSON: {done.returncode}"
        for found, expected in COMPARE[name](other.stdout.decode(), wanted, counts):
            if isinstance(found, collections.Counter):
                found, expected = found - expected, expected - found
            if found != expected:
                yield f"{name}: {found}, JSON: {expected}"
        if name == "html" and not is_mode_of_html(other.stdout.decode(), document["mode"]):
            yield f"html: another mode than JSON's {document['mode']}"


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    asked, every = sys.argv[2:], list(COMPARE)
    names = [] if asked == ["all"] else asked

    def faults_by_turns(folder, number):
        return faults_of(program, folder, every if asked else [every[number % len(every)]])

    return checks.report(faults_by_turns, names)


if __name__ == "__main__":
    sys.exit(main())
