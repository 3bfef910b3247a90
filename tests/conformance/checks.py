"""Small deployments with what must be found in each: tests/conformance/checks/NAME/expected.json.

usage: checks.py BOOTGATE [NAME…]

Every finding of a case must be reported under one of its rules at its line, with its severity; no error may stand
on a trap or anywhere that the case does not name; a rule in `silent` may not speak at all, one in `silent_at` not
on that line, one in `silent_variables` not about that name; the exit status must fit, and nothing secret may be printed.
`absent` names what else must not be reported: "SEVERITY RULE", or "SEVERITY RULE FILE:LINE"; `max_errors` is how many
errors there may be at most. No finding may say a related place twice.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent / "checks"

# A case names the kind of fault; the rules that report it.
RULES = {
    "wrong-type": ["wrong-type"],
    "default-cred": ["default-credentials"],
    "placeholder": ["placeholder-value", "published-value"],
    "weak-secret": ["weak-secret"],
    "missing-password": ["empty-password"],
    "no-auth": ["no-authentication"],
    "missing-required": ["required-missing"],
    "missing-key": ["example-key-missing"],
    "unresolved-var": ["unresolved-variable"],
    "localhost-host": ["loopback-host"],
    "public-bind": ["wildcard-bind"],
    "host-network": ["host-network"],
    "pool-over": ["pool-over-budget"],
    "pool-headroom": ["pool-headroom"],
    "pool-unbounded": ["pool-unbounded"],
    "bad-number": ["pool-bad-number"],
    "pool-unknown": ["pool-capacity-unknown"],
    "initdb-only": ["limit-ineffective"],
    "initdb-unsupported": ["limit-ineffective"],
    "cred-mismatch": ["credentials-disagree"],
    "db-mismatch": ["database-disagrees"],
    "port-mismatch": ["port-mismatch"],
    "unknown-host": ["unknown-host"],
    "inactive-host": ["inactive-host"],
    "profile-mismatch": ["profile-mismatch", "rule-failed"],
    "mode-not-passed": ["mode-not-passed"],
    "mode-contradiction": ["mode-contradiction"],
    "file-conflict": ["secret-file-conflict"],
    "missing-secret": ["secret-file-missing"],
    "duplicate-key": ["duplicate-key"],
    "env-syntax": ["env-syntax"],
    "env-dialect": ["readers-disagree"],
    "dsn-syntax": ["dsn-syntax", "dsn-ambiguous"],
    "dsn-parameter": ["dsn-parameter"],
    "driver-mismatch": ["driver-mismatch"],
    "default-fallback": ["default-fallback"],
    "latent": ["default-fallback"],
    "hardcoded-cred": ["hardcoded-credential"],
    "sqlite-in-production": ["sqlite-in-production"],
    "not-allowed": ["not-allowed"],
    "compose-syntax": ["compose-syntax"],
    "port-taken": ["port-conflict"],
    "dev-host": ["dev-host"],
    "old-data": ["data-version"],
    "kept-password": ["data-keeps-password"],
    "path-as-secret": ["path-as-secret"],
    "secret-in-image": ["secret-in-image"],
    "dockerfile-syntax": ["dockerfile-syntax"],
}
SEVERITIES = {"error": "error", "warn": "warning", "info": "note"}


def rules_of(expected):
    kinds = [expected["kind"], *expected.get("also_kind", [])]
    return [rule for kind in kinds for rule in RULES[kind]]


def places_of(expected):
    own = {"file": expected.get("file"), "line": expected.get("line")}
    return [own, *expected.get("line_alternatives", [])]


def at_place(finding, expected):
    for place in places_of(expected):
        if place.get("file") != finding["file"]:
            continue
        if place.get("line") in (None, finding["line"]):
            return True
    return False


def matches(finding, expected):
    if finding["rule"] not in rules_of(expected) or not at_place(finding, expected):
        return False
    variable = expected.get("variable")
    return variable in (None, finding["variable"]) or finding["rule"] in ("rule-failed", "wildcard-bind")


def arguments_of(case, form="json"):
    arguments = ["check", "--format", form]
    compose = case["inputs"].get("compose", [])
    if len(compose) > 1:
        for name in compose:
            arguments += ["-f", name]
    return arguments


def run(program, folder, case, arguments):
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / "app"
        shutil.copytree(folder, copy)
        (copy / "expected.json").unlink()
        for path in copy.rglob("*"):
            if path.is_file():
                path.chmod(0o600)
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **case.get("process_env", {})}
        return subprocess.run([program, *arguments], cwd=copy, env=environment, capture_output=True, timeout=60)


def faults_of(program, folder):
    case = json.loads((folder / "expected.json").read_text())
    done = run(program, folder, case, arguments_of(case))
    output = (done.stdout + done.stderr).decode(errors="replace")
    for secret in case.get("must_not_print", []):
        if secret in output:
            yield "a secret was printed"
    for words in case.get("output_has", []):
        if words not in output:
            yield f"not said: {words}"
    for words in case.get("output_lacks", []):
        if words in output:
            yield f"said: {words}"
    wanted_exit = case.get("exit", 1 if case["expect_exit"] == "fail" else 0)
    if done.returncode != wanted_exit:
        yield f"exit {done.returncode}, wanted {wanted_exit}: {done.stderr.decode(errors='replace')[:300]}"
    try:
        report = json.loads(done.stdout)
    except ValueError:
        yield f"no JSON: {output[:300]}"
        return
    if report["mode"]["name"] != case["mode"]:
        yield f"mode {report['mode']}, wanted {case['mode']}"
    yield from compare(report["findings"], case)


def compare(findings, case):
    allowed = case["findings"] + case.get("allowed", [])
    for expected in case["findings"]:
        found = [f for f in findings if matches(f, expected)]
        wanted = SEVERITIES[expected["severity"]]
        if not found:
            yield f"not found: {expected['kind']} at {places_of(expected)} {expected.get('variable')}"
        elif all(f["severity"] != wanted for f in found):
            yield f"{found[0]['rule']}: severity {found[0]['severity']}, wanted {wanted}"
    errors = sum(finding["severity"] == "error" for finding in findings)
    if errors > case.get("max_errors", errors):
        yield f"{errors} errors, at most {case['max_errors']}: one cause is one finding"
    for words in case.get("absent", []):
        severity, rule, *place = words.split()
        for finding in findings:
            here = f"{finding['file']}:{finding['line']}"
            if (finding["severity"], finding["rule"]) == (severity, rule) and place in ([], [here]):
                yield f"too loud: {words}: {finding['message']}"
    for finding in findings:
        place = f"{finding['file']}:{finding['line']}"
        about = [finding["rule"], finding["line"]], [finding["rule"], finding["variable"]]
        quiet = case.get("silent_at", []) + case.get("silent_variables", [])
        if finding["rule"] in case.get("silent", []) or any(pair in quiet for pair in about):
            yield f"not to be said: {finding['rule']} at {place} {finding['variable']}: {finding['message']}"
        if finding["severity"] == "error" and not any(matches(finding, expected) for expected in allowed):
            yield f"an error too many: {finding['rule']} at {place} {finding['variable']}: {finding['message']}"
        places = [(row["file"], row["line"], row["column"], row["message"]) for row in finding["related"]]
        if len(set(places)) < len(places):
            yield f"a related place is said twice: {finding['rule']} at {place}: {places}"


def report(faults_of_case, asked):
    """A line of TAP for each case that is asked for, or for all, and its faults; the exit code.

    faults_of_case(folder: pathlib.Path, number: int from 1) yields a text for each fault.
    """
    names = asked or sorted(p.name for p in HERE.iterdir() if p.is_dir())
    failed = 0
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        faults = list(faults_of_case(HERE / name, number))
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for fault in faults:
            print(f"# {fault}")
    return 1 if failed else 0


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    return report(lambda folder, number: faults_of(program, folder), sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
