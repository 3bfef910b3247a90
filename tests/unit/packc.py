#!/usr/bin/env python3
"""What the pack compiler refuses, so that it fails the build.

usage: packc.py PACKC
"""
import pathlib
import subprocess
import sys
import tempfile

RULE = """group: network
about: where
rules:
  loopback-host:
    over: dsn
    severity: {production: error, development: note}
    holds: {env: here}
    summary: s
    why: w
    help: h
    good: {env: "A=1"}
    bad: {env: "A=2"}
"""
# Packs that go together, and what is said of them; nothing: they are taken.
CASES = [
    ([RULE], ""),
    ([RULE, "# loud: louder\nversion: 1\nseverity: {production: {loopback-host: error, network: note}}\n"], ""),
    ([RULE, "# loud: louder\nversion: 1\nseverity: {production: {loopbak-host: error}}\n"], "there is no rule or group `loopbak-host`"),
    (["# loud: louder\nversion: 1\nseverity: {production: {netwrk: error}}\n", RULE], "there is no rule or group `netwrk`"),
    ([RULE, "# calm: calmer\nversion: 1\nallow: [{rule: loopbak-host, reason: r}]\n"], "there is no rule or group `loopbak-host`"),
    ([RULE, RULE], "there is a rule `loopback-host` already"),
    ([RULE.replace("over: dsn", "over: dns")], "there is no fact `dns`"),
    ([RULE.replace("    why: w\n", "")], "the row lacks `why`"),
    (["table: images\nrows: [{repository: a, kind: data-store, family: postgrsql, about: b}]\n"], "`postgrsql` is no value of `family`"),
    (["table: imags\nrows: []\n"], "no such table"),
]


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    for number, (packs, wanted) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            names = []
            for index, text in enumerate(packs):
                names.append(folder / f"pack{index}.yaml")
                names[-1].write_text(text)
            done = subprocess.run([sys.argv[1], folder / "out.c", folder / "ids.h", *names], capture_output=True, text=True, timeout=60)
            is_right = wanted in done.stderr and done.returncode == (1 if wanted else 0)
            if not wanted:
                is_right = is_right and not done.stderr and "RULE_LOOPBACK_HOST," in (folder / "ids.h").read_text()
        failed += not is_right
        print(f"{'ok' if is_right else 'not ok'} {number} - {wanted or 'taken'}")
        if not is_right:
            print(f"# {done.returncode} {done.stderr[:300]}")
    sys.exit(failed > 0)


main()
