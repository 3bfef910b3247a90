"""No pointer that may be NULL is used before it was tested. usage: nulls.py TOP BUILD [--all]

clang-tidy's checks for null and gcc -fanalyzer's (its `malloc` machine) go through the files that call a look-up
whose type says OR_NULL (src/base/null.h). --all looks at every file, with all of gcc's analyser, clang's core and unix
checks, and the part of bugprone that finds faults: scripts/analyze. What a file said is kept in BUILD by the bytes that
the compiler sees, so that only what changed is looked at again.
"""
import concurrent.futures
import hashlib
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import tree

BUILD = pathlib.Path(sys.argv[2])
CACHE = BUILD / "analysis"
WORKERS = 2

# A look-up that may fail is told by its type: these names, and these words in the comment of a declaration.
MAY_FAIL = re.compile(r"^(?!static)[a-z][\w ]*\*(?P<mark>OR_NULL )?(?P<name>\w+_find)\(", re.M)

TASTES = ["easily-swappable-parameters", "reserved-identifier", "sizeof-expression", "narrowing-conversions",
          "implicit-widening-of-multiplication-result", "branch-clone", "macro-parentheses",
          "not-null-terminated-result"]
NULLS = ["clang-analyzer-nullability.*", "clang-analyzer-core.NullDereference",
         "clang-analyzer-core.NonNullParamChecker"]
ALL = NULLS + ["clang-analyzer-core.*", "clang-analyzer-unix.*", "bugprone-*"] + [f"-bugprone-{name}" for name in TASTES]
# One function at a time, which is what the types are for: a fifth of the time.
SHALLOW = ["-Xclang", "-analyzer-config", "-Xclang", "mode=shallow"]
# Copies of small structures look uninitialised to gcc 12.
GCC = ["-fanalyzer", "-O1", "-fno-inline", "-Wno-analyzer-use-of-uninitialized-value"]
GCC_NULLS = [*GCC, "-fanalyzer-checker=malloc", "--param=analyzer-max-enodes-per-program-point=3",
             "--param=analyzer-bb-explosion-factor=2", "-Wno-analyzer-too-complex"]


def look_ups():
    names = {name for _, text in tree.files("src/**/*.h") for name in re.findall(r"OR_NULL (\w+)\(", text)}
    return re.compile(rf"\b(?:{'|'.join(sorted(names))})\(")


def commands(is_all):
    """(what the compiler sees, what analyses it) of each source file that is looked at."""
    may_fail = look_ups()
    known = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        name = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if name.is_relative_to(tree.TOP / "src") and name.exists():
            known.setdefault(name, entry)
    for name, entry in sorted(known.items()):
        if not is_all and not may_fail.search(name.read_text()):
            continue
        flags = [word for word in shlex.split(entry["command"]) if word.startswith(("-I", "-D", "-std"))]
        checks = ",".join(["-*"] + (ALL if is_all else NULLS))
        tools = [
            ["clang-tidy", "-quiet", f"-checks={checks}", str(name), "--", *flags, *([] if is_all else SHALLOW)],
            ["gcc", *(GCC if is_all else GCC_NULLS), "-S", "-o", "/dev/null", *flags, str(name)],
        ]
        yield ["cc", "-E", "-P", "-D__clang_analyzer__", *flags, str(name)], tools


def faults(expand, tools, version):
    seen = subprocess.run(expand, cwd=BUILD, capture_output=True, check=True).stdout
    key = hashlib.sha256(seen + repr(tools).encode() + version).hexdigest()
    kept = CACHE / key
    if kept.exists():
        return kept.read_text()
    lines = []
    for words in tools:
        done = subprocess.run(words, cwd=BUILD, capture_output=True, text=True, check=False)
        lines += re.findall(r"^(\S+?:\d+):\d+: (?:warning|error): (.*)$", done.stdout + done.stderr, re.M)
    text = "".join(f"{place}: {message}\n" for place, message in dict.fromkeys(lines))
    kept.write_text(text)
    return text


def unmarked():
    for name, text in tree.files("src/**/*.h"):
        for found in MAY_FAIL.finditer(text):
            if not found["mark"]:
                yield name, text.count("\n", 0, found.start()) + 1, f"{found['name']}() may fail: *OR_NULL"


def main():
    found = list(unmarked())
    if not shutil.which("clang-tidy") or not (BUILD / "compile_commands.json").exists():
        print("no clang-tidy: the files were not analysed")
        tree.finish(found) if found else sys.exit(tree.SKIP)
    CACHE.mkdir(exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        said = pool.map(lambda both: faults(*both, version), commands("--all" in sys.argv))
        text = "".join(dict.fromkeys("".join(said).splitlines(keepends=True)))
    print(text.replace(str(tree.TOP) + "/", ""), end="")
    if text:
        sys.exit(1)
    tree.finish(found)


main()
