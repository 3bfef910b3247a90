#!/usr/bin/env python3
"""Our table of Compose's format beside the JSON schema of the Compose specification: every key of a service and of each
section with values of every type. What the schema refuses must be refused, and what it takes may only be refused
because its text cannot be cast or decoded.

usage: schema.py PROGRAM SCHEMA     SCHEMA is compose-spec.json of a checkout of compose-spec/compose-go
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

VALUES = [None, True, 5, 1.5, "x", [], ["x"], [5], [{}], {}, {"a": "b"}, {"a": None}]
SECTIONS = {"networks": "network", "volumes": "volume", "secrets": "secret", "configs": "config", "models": "model"}
BY_TYPE = ("must be a string", "must be a list", "must be a mapping", "must be an integer", "must be nothing",
           "not known", "needs the key", "word that")


def documents(definitions):
    for key in sorted(definitions["service"]["properties"]):
        for value in VALUES:
            yield f"services.s.{key}", value, {"services": {"s": {"image": "a", key: value}}}
    for section, definition in SECTIONS.items():
        for key in sorted(definitions[definition].get("properties", {})):
            for value in VALUES:
                yield f"{section}.q.{key}", value, {"services": {"s": {"image": "a"}}, section: {"q": {key: value}}}


def judge(program, document):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "compose.yaml").write_text(json.dumps(document))
        done = subprocess.run([program, "graph"], cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode != 2, done.stderr.strip()


def main():
    program, schema = pathlib.Path(sys.argv[1]).resolve(), json.loads(pathlib.Path(sys.argv[2]).read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    count = faults = 0
    for place, value, document in documents(schema["$defs"]):
        is_taken, text = judge(program, document)
        is_valid = validator.is_valid(document)
        count += 1
        if is_taken and not is_valid:
            print(f"{place}: {value!r}: the schema refuses it")
        elif is_valid and not is_taken and any(word in text for word in BY_TYPE):
            print(f"{place}: {value!r}: the schema takes it: {text}")
        else:
            continue
        faults += 1
    print(f"{count} values, {faults} differ")
    sys.exit(faults > 0)


main()
