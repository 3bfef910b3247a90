"""Packs the programs of a build and tries the packages; speaks TAP. usage: run.py BUILD

`scripts/package --check` does the same with releases, and compares two of them.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import packages
import readme  # noqa: F401  pylint: disable=unused-import

TOP = pathlib.Path(__file__).resolve().parents[2]


def main():
    with tempfile.TemporaryDirectory() as folder:
        dist = pathlib.Path(folder, "dist")
        environment = {"SOURCE_DATE_EPOCH": "1700000000", **os.environ}
        done = subprocess.run([TOP / "scripts/package", "--build", sys.argv[1], "--out", dist], check=False,
                              env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            print("1..1\nnot ok 1 - pack\n# " + "\n# ".join((done.stdout + done.stderr).splitlines()))
            return 1
        return 1 if packages.main(dist) else 0


sys.exit(main())
