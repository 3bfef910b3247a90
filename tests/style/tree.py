"""What every style check needs: the files of the tree, and one way to report."""
import pathlib
import subprocess
import sys

TOP = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
SKIP = 77  # what meson takes for "skipped"


def files(*patterns):
    """Tracked and new files (never ignored ones) that match a pattern, as (relative path, text), sorted."""
    found = {path for pattern in patterns for path in TOP.glob(pattern) if path.is_file()}
    names = sorted(str(path.relative_to(TOP)) for path in found)
    return [(name, (TOP / name).read_text(encoding="utf-8", errors="replace")) for name in names]


def sources():
    return files("src/**/*.[ch]", "include/**/*.h")


def tracked():
    """Every file that is in the repository or would be by the next commit."""
    command = ["git", "-C", str(TOP), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode:
        print("not a git work tree: skipped")
        sys.exit(SKIP)
    return [name for name in listed.stdout.decode().split("\0") if name and (TOP / name).is_file()]


def finish(faults):
    """Prints the faults (file, line, text) and ends with the exit code they deserve."""
    for name, line, text in faults:
        print(f"{name}:{line}: {text}")
    sys.exit(1 if faults else 0)
