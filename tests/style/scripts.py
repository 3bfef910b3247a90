"""Shell scripts pass shellcheck."""
import re
import shutil
import subprocess
import sys

import tree


def is_shell(name):
    with open(tree.TOP / name, "rb") as file:
        return re.match(rb"#!(/usr)?/bin/(env )?(ba|da)?sh\b", file.readline()) is not None


def main():
    if not shutil.which("shellcheck"):
        sys.exit(tree.SKIP)
    # Data of the tests may be any file at all; what runs lives in these.
    names = [name for name in tree.tracked() if re.match(r"scripts/|\.ci/|tests/[^/]+/run$|.*\.sh$", name)]
    names = [name for name in names if "/cases/" not in name and is_shell(name)]
    sys.exit(subprocess.run(["shellcheck", *names], cwd=tree.TOP, check=False).returncode if names else 0)


main()
