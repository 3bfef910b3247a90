"""A header starts with a comment, is guarded by its own path, and a public one declares public names only.

A source has a header of its own name, or its first comment says whose part it is.
"""
import re

import tree

DECLARATION = re.compile(r"^[a-z][\w\s*]*?\b(\w+)\(", re.M)


def guard_of(name):
    path = name.removeprefix("src/").removeprefix("include/")
    return re.sub(r"\W", "_", path).upper()


def faults():
    for name, text in tree.files("src/**/*.h", "include/**/*.h"):
        if not text.startswith("/*"):
            yield name, 1, "say what the module is, and its lifetimes, in a comment at the top"
        guard = guard_of(name)
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            yield name, 1, f"the include guard is {guard}"
    for name, text in tree.files("src/**/*.c"):
        if not text.startswith("/*") and not (tree.TOP / name).with_suffix(".h").is_file():
            yield name, 1, "say in the first comment what this part does, and which header declares it"
    for name, text in tree.files("include/**/*"):
        if not name.startswith("include/bootgate/") or not name.endswith(".h"):
            yield name, 1, "include/bootgate holds public headers only"
        for match in re.finditer(r'#include "(?!bootgate/)', text):
            yield name, text.count("\n", 0, match.start()) + 1, "a public header includes public headers only"
        for match in DECLARATION.finditer(text):
            if not match.group(1).startswith("bg_"):
                yield name, text.count("\n", 0, match.start()) + 1, f"{match.group(1)}: public names start with bg_"


tree.finish(list(faults()))
