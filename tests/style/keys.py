"""Whatever bootgate.yaml may say is read by somebody: each member of facts/config.h is used beyond its own reader.

Every member is marked as deprecated in a copy of the header; the compiler then names each place that uses one, whatever
the variables are called there. A key whose member nobody reads would be accepted and never judged. Places (spans) are
for those who point at them and need no reader.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import tree

HEADER = "src/facts/config.h"
# The reader of bootgate.yaml: what it writes and checks is not yet used.
READERS = re.compile(r"src/language/(pack|pack_keys|pack_rule_keys|pack_value|schema)\.[ch]$")
# Programs of their own, which never see it; what they need to compile may be missing.
OTHER_PROGRAMS = ("src/live/", "src/wait/")
STRUCT = re.compile(r"^struct (config\w*) \{\n(.*?)^\};", re.M | re.S)
USED = re.compile(r"warning: .\w+. is deprecated: (\S+)")


def mark(struct, body):
    """The struct's body with an attribute on each declarator, and their names."""
    members = []

    def declare(match):
        members.append(f"{struct}.{match.group(1)}")
        return f'{match.group(1)} __attribute__((deprecated("{members[-1]}"))){match.group(2)}'

    code = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    lines = [line if line.strip().startswith("span ") else re.sub(r"\b(\w+)\s*([,;])", declare, line)
             for line in code.split("\n")]
    return "\n".join(lines), members


def marked_header(text):
    members = []

    def replace(match):
        body, found = mark(match.group(1), match.group(2))
        members.extend(found)
        return f"struct {match.group(1)} {{\n{body}}};"

    return STRUCT.sub(replace, text), members


def readers():
    return [name for name, text in tree.files("src/**/*.c") if not READERS.search(name)
            and not name.startswith(OTHER_PROGRAMS)]


def uses(folder, build):
    """The members that the sources use, as the compiler names them."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    flags = ["-std=gnu17", "-D_GNU_SOURCE", '-DBOOTGATE_VERSION="0"', "-fsyntax-only", "-Wdeprecated-declarations"]
    flags += ["-fdiagnostics-color=never", f"-I{folder}", "-Isrc", "-Iinclude", f"-I{build}/src"]
    found = set()
    for name in readers():
        done = subprocess.run([*compiler, *flags, name], cwd=tree.TOP, capture_output=True, text=True, check=False,
                              env={**os.environ, "LC_ALL": "C"})
        if done.returncode:
            sys.exit(f"{name} does not compile:\n{done.stderr[:2000]}")
        found.update(USED.findall(done.stderr))
    return found


def main():
    build = pathlib.Path(sys.argv[2]).resolve()
    text, members = marked_header((tree.TOP / HEADER).read_text())
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "facts").mkdir()
        (pathlib.Path(folder) / "facts/config.h").write_text(text)
        found = uses(folder, build)
    print(f"{len(members)} members, {len(found & set(members))} of them read")
    tree.finish([(HEADER, 0, f"nobody reads {member}") for member in members if member not in found])


main()
