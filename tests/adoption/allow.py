"""The row of `allow` that each finding prints with -v, pasted: exactly that finding is suppressed.

usage: allow.py BOOTGATE [NAME...]

Every finding of every deployment of the tests, manifests from files and as a stream, and of the bad sample of each rule. Findings that are alike in all that
a row can say may go together. The row of a rule's own page fits its sample.
"""
import itertools
import json
import pathlib
import re
import sys
import tempfile

import cases

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
UNALLOWED = ("unused-suppression", "expired-suppression")
TITLE = re.compile(r"^(error|warning|note)\[([^]]+)\]")
ROW = re.compile(r"^ +- (\{rule: .*\})$")


def rows_printed(case, folder):
    """The printed rows in the order of the findings; None where one has no row."""
    done = cases.run(PROGRAM, case, folder, "check", "-v", *case.options)
    rows = []
    for line in done.stdout.splitlines():
        if TITLE.match(line):
            rows.append(None)
        elif rows and ROW.match(line):
            rows[-1] = ROW.match(line)[1]
    return rows


def silenced(report):
    return [cases.key_of(finding) for finding in report["findings"] if finding["suppressed"]]


def likeness(finding):
    """What a row can tell of a finding: the words of its message stand for what they name."""
    return finding["rule"], finding["file"], finding["variable"], finding["service"], finding["message"]


def plainer(finding, row, findings):
    """A key of the finding that names it alone; a row says what it is `about` only where there is none."""
    same = [other for other in findings if other["rule"] == finding["rule"]]
    return [key for key in ("variable", "service", "file") if " about: " in row and finding[key] and
            sum(other[key] == finding[key] for other in same) == 1]


def judge(case, parent):
    folder = case.copy_to(parent)
    report, code = cases.check(PROGRAM, case, folder)
    if code == 2:
        return
    rows = rows_printed(case, folder)
    findings = [finding for finding in report["findings"] if not finding["suppressed"]]
    if len(rows) != len(findings):
        yield f"{len(rows)} findings are printed, {len(findings)} are in the document"
        return
    base = len(silenced(report))
    for finding, row in zip(findings, rows):
        if row is None:
            if finding["rule"] not in UNALLOWED:
                yield f"no row for {cases.key_of(finding)}"
            continue
        if plainer(finding, row, report["findings"]):
            yield f"{row}: {plainer(finding, row, report['findings'])} would be enough"
        (folder / "bootgate.yaml").write_text(f"version: 1\nallow:\n  - {row}\n")
        after, _ = cases.check(PROGRAM, case, folder, "--config", "bootgate.yaml")
        (folder / "bootgate.yaml").unlink()
        alike = [cases.key_of(f) for f in findings if likeness(f) == likeness(finding)]
        got = silenced(after)
        if len(got) - base != len(alike) or cases.key_of(finding) not in got:
            yield f"{row} silences {len(got) - base} findings, wanted {cases.key_of(finding)}"


def sample_of(page, parent):
    """The files of a rule's bad sample, as its page shows them."""
    folder = parent / "app"
    folder.mkdir()
    for part in re.split(r"^Bad, ", page, flags=re.M)[1:]:
        name, _, rest = part.partition(":\n\n")
        text = re.match(r"(?:    .*\n|\n(?=    ))+", rest)[0]
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(re.sub(r"^    ", "", text, flags=re.M))
    return folder


def judge_page(rule, parent):
    """The template of a rule's page, with the names of its own sample's finding."""
    case = cases.Case(rule, parent)
    page = cases.run(PROGRAM, case, parent, "rules", rule).stdout
    if rule in UNALLOWED:
        return
    row = re.search(r"^ +- (\{rule: .*\})$", page, re.M)[1]
    folder = sample_of(page, parent)
    report, code = cases.check(PROGRAM, case, folder)
    found = [finding for finding in report["findings"] if finding["rule"] == rule]
    if code == 2 or not found:
        return  # the sample needs what a page cannot show: permissions, bytes, a project's own rules
    key = re.search(r"(\w+): NAME", row)[1]
    if not found[0][key]:
        yield f"{row}: the finding has no {key}"
        return
    config = folder / "bootgate.yaml"
    before = config.read_text() if config.exists() else "version: 1\n"
    config.write_text(f"{before}\nallow:\n  - {row.replace('NAME', repr(found[0][key]))}\n")
    after, _ = cases.check(PROGRAM, case, folder)
    if not any(finding["suppressed"] for finding in after["findings"] if finding["rule"] == rule):
        yield f"{row} silences nothing: {cases.key_of(found[0])}"


def rules():
    done = cases.run(PROGRAM, cases.Case("", "."), ".", "rules", "--format", "json")
    return [row["name"] for row in json.loads(done.stdout)["rules"]]


def all_rows():
    for rule in rules() if sys.argv[2:] in ([], ["rules"]) else []:
        with tempfile.TemporaryDirectory() as parent:
            yield f"rules {rule}", list(judge_page(rule, pathlib.Path(parent)))
    for case in itertools.chain(cases.all_cases(), cases.clusters(), cases.streams()):
        if sys.argv[2:] and case.name not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory() as parent:
            yield case.name, list(judge(case, pathlib.Path(parent)))


sys.exit(1 if cases.report(all_rows()) else 0)
