"""Every rule has a trap: a deployment that looks like its fault and is right, of which the rule must say nothing.

usage: traps.py ROOT

A rule's `bad` sample shows that it finds its fault, which unit/test_samples.c judges. Its traps are cases of
tests/conformance/checks whose expected.json names it below `silent`, `silent_at`, `silent_variables` or `absent`.
Rules of files and servers that no such case can hold have theirs elsewhere, and are listed here with the place.
"""
import json
import pathlib
import re
import sys

ELSEWHERE = {  # each of these says what is found in a file and that nothing else is
    "missing-reference": "tests/conformance/manifests/references.yaml",
    "service-link-clash": "tests/conformance/manifests/service-link-port.yaml",
    "secret-newline": "tests/conformance/manifests/newline-user-disagrees.yaml",
    "not-visible": "tests/conformance/manifests/external-secret.yaml",
    "manifest-syntax": "tests/conformance/manifests/typing.yaml",
    "unit-syntax": "tests/golden/units/transcript",
    "login-refused": "tests/live/run.py",
    "server-unreachable": "tests/live/run.py",
    "live-limit": "tests/live/run.py",
    "extension-missing": "tests/live/run.py",
}


def rules_of(root):
    for path in sorted((root / "rules").glob("*.yaml")):
        text = path.read_text()
        if "\nrules:" in text:
            yield from re.findall(r"^  ([a-z][a-z-]+):$", text.split("\nrules:")[1], re.M)


def trapped(root):
    for path in (root / "tests/conformance/checks").glob("*/expected.json"):
        case = json.loads(path.read_text())
        yield from case.get("silent", [])
        yield from (pair[0] for key in ("silent_at", "silent_variables") for pair in case.get(key, []))
        yield from (entry.split()[1] for entry in case.get("absent", []))


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    rules, found, faults = list(rules_of(root)), set(trapped(root)), []
    faults += [f"{rule} has no trap" for rule in rules if rule not in found and rule not in ELSEWHERE]
    faults += [f"{rule}: {place} does not name it" for rule, place in ELSEWHERE.items()
               if rule not in (root / place).read_text()]
    faults += [f"{rule} is no rule" for rule in [*found, *ELSEWHERE] if rule not in rules]
    for fault in faults:
        print(fault)
    print(f"{len(rules)} rules, {len(rules) - len(faults)} with a trap")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
