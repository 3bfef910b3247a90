"""What `bootgate init` writes changes no verdict: on every deployment of the tests, right or wrong.

usage: init.py BOOTGATE [NAME...]

After init, check finds what it found before and nothing more, and can judge what it could judge. With its comment
signs taken away the proposed budget says what `budget` says without it, unless it names a place in source code. A
second init refuses.
"""
import json
import pathlib
import sys
import tempfile

import cases

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())


def demands(case, folder):
    done = cases.run(PROGRAM, case, folder, "budget", "--format", "json", *case.options)
    return {row["server"]: row["demand"] for row in json.loads(done.stdout)["servers"]}


def declare_budget(config):
    """The file with the comment signs of its budget taken away."""
    head, mark, budget = config.read_text().partition("# budget:\n")
    config.write_text(head + (mark + budget).replace("\n# ", "\n").removeprefix("# "))
    return bool(mark)


def judge_budget(case, folder, config, before):
    if not declare_budget(config):
        return
    report, code = cases.check(PROGRAM, case, folder)
    if report.get("errors"):
        yield f"the budget is refused: {report['errors']}"
    elif "match:" in config.read_text():
        return  # a place in source code that budget does not search
    elif any(before.get(server) != demand for server, demand in demands(case, folder).items()):
        yield f"the budget differs: {before}, {demands(case, folder)}"


def judge(case, parent):
    folder = case.copy_to(parent)
    before, code = cases.check(PROGRAM, case, folder)
    sums = demands(case, folder)
    done = cases.run(PROGRAM, case, folder, "init", *case.options)
    config = next(folder.rglob("bootgate.yaml"), None)
    if code == 2:
        if done.returncode != 2 or config:
            yield f"what cannot be judged is no ground for a configuration: exit {done.returncode}"
        return
    if done.returncode or not config:
        yield f"init ended with {done.returncode}: {done.stderr}"
        return
    after, code_after = cases.check(PROGRAM, case, folder)
    new = {cases.key_of(f) for f in after["findings"]} - {cases.key_of(f) for f in before["findings"]}
    yield from (f"new: {key}" for key in sorted(new))
    if code_after != code or len(after["findings"]) != len(before["findings"]) or after["mode"] != before["mode"]:
        yield f"another verdict: {code} {before['mode']}, {code_after} {after['mode']}"
    if cases.run(PROGRAM, case, folder, "init", *case.options).returncode != 2:
        yield "a second init did not refuse"
    yield from judge_budget(case, folder, config, sums)


def rows():
    for case in [*cases.all_cases(), *cases.clusters()]:
        if sys.argv[2:] and case.name not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory() as parent:
            yield case.name, list(judge(case, pathlib.Path(parent)))


sys.exit(1 if cases.report(rows()) else 0)
