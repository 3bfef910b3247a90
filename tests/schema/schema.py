#!/usr/bin/env python3
"""Holds the JSON Schema that bootgate prints against every bootgate.yaml of the tests, and against faults.

usage: schema.py BOOTGATE TESTS_DIRECTORY

Exit 77 (skipped) where python3-jsonschema or python3-yaml is missing.
"""
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)

# Configurations that come with the program.
PACKS = ["strict.yaml", "gentle.yaml"]

FAULTS = [
    "naem: x",
    "version: 2",
    "vars: {A: {requried: true}}",
    "vars: {A: {type: prot}}",
    "vars: {A: {required: maybe}}",
    "rules: [{assert: A == 'x'}]",
    "allow: [{rule: weak-secret}]",
    "severity: {prod: {weak-secret: error}}",
    "budget: {consumers: {a: {eahc: 3}}}",
    "defaults: [{user: u}]",
    "rules: [{id: a, agree: [A]}]",
]


class Texts(yaml.SafeLoader):
    """Dates stay texts, as editors and bootgate see them."""


Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:timestamp"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main() -> int:
    bootgate, tests = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    printed = subprocess.run([bootgate, "rules", "--schema"], capture_output=True, check=True, text=True)
    schema = json.loads(printed.stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    bad = 0
    files = sorted(tests.rglob("bootgate.yaml")) + [tests.parent / "rules" / name for name in PACKS]
    for path in files:
        for error in validator.iter_errors(yaml.load(path.read_text(), Texts)):
            print(f"{path}: wanted valid, got: {error.message}")
            bad += 1
    for text in FAULTS:
        if validator.is_valid(yaml.load(text, Texts)):
            print(f"«{text}» wanted invalid, got valid")
            bad += 1
    print(f"{len(files)} files, {len(FAULTS)} faults, {bad} wrong")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
