"""Every C file is as clang-format leaves it."""
import concurrent.futures
import shutil
import subprocess
import sys

import tree

# Another release formats differently, so its verdict would say nothing.
RELEASE = " version 14."


def format_faults(names):
    done = subprocess.run(["clang-format", "--dry-run", "--Werror", *names],
                          cwd=tree.TOP, capture_output=True, text=True, check=False)
    places = [line.split(":")[:2] for line in done.stderr.splitlines() if ": error:" in line]
    first = {name: line for name, line in reversed(places)}
    return [f"{name}:{line}: clang-format -i {name}" for name, line in sorted(first.items())]


def main():
    if not shutil.which("clang-format"):
        sys.exit(tree.SKIP)
    if RELEASE not in subprocess.run(["clang-format", "--version"], capture_output=True, text=True, check=True).stdout:
        print("not clang-format 14: skipped")
        sys.exit(tree.SKIP)
    names = [name for name, _ in tree.sources() + tree.files("tests/**/*.[ch]")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        lines = [line for part in pool.map(format_faults, [names[0::2], names[1::2]]) for line in part]
    print("\n".join(lines))
    sys.exit(1 if lines else 0)


main()
