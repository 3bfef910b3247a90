#!/usr/bin/env python3
"""Runs the transcripts of tests/golden: whole commands in copies of folders, compared byte for byte.

usage: run.py PROGRAM [--update] [CASE...]

A case is a folder with a `transcript` and, in `files/`, what lies in the current directory of its commands:

    % fifo pipe                 what no repository can hold (see MAKERS), made before the first command
    $ NAME=value bootgate env --as docker .env < input
      a line of standard output
    ! a line of standard error
    ? 2                         the exit code, where it is not 0
    $ bootgate check --format sarif | json runs.0.results     that part alone, an element a line
    $ bootgate check --format junit | drop classname="bootgate"   without the lines that hold this
    $ cd api && bootgate check          started in a folder of it

No shell is involved: words are split as a shell would, assignments come first, `<` names standard input.
--update writes what the program says now.
"""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
TIMEOUT_SECONDS = 60


def make_fifo(folder, name):
    os.mkfifo(folder / name)


def make_directory(folder, name):
    (folder / name).mkdir(parents=True)


def make_bytes(folder, name, hexadecimal):
    (folder / name).write_bytes(bytes.fromhex(hexadecimal))


def make_repeated(folder, name, before, text, count, after):
    """BEFORE, COUNT times TEXT, AFTER and a line end."""
    (folder / name).write_text(before + text * int(count) + after + "\n")


def make_absolute(folder, name):
    """@HERE@ in a file becomes the folder: some formats take absolute paths alone."""
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8").replace("@HERE@", str(folder)), encoding="utf-8")


def make_link(folder, name, target):
    (folder / name).symlink_to(target)


def make_repository(folder):
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=folder, check=True, env=ENVIRONMENT)


def make_system(folder, name, form):
    """A copy of a sample system, with the modes that a deployment would have."""
    shutil.copytree(HERE.parent / "systems" / name / form, folder / form)
    for path in (folder / form).rglob("*"):
        if path.is_file():
            path.chmod(0o600)


def make_project(folder, name, missing):
    """A copy of the folder `whole` without one of its files."""
    shutil.copytree(folder / "whole", folder / name, ignore=lambda *_: [missing])


def make_private(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o600)


def write_text(folder, name, text):
    (folder / name).write_text(text.replace("\\n", "\n"))


def change_mode(folder, name, octal):
    (folder / name).chmod(int(octal, 8))


MAKERS = {
    "chmod": change_mode,
    "fifo": make_fifo,
    "directory": make_directory,
    "bytes": make_bytes,
    "repeat": make_repeated,
    "absolute": make_absolute,
    "link": make_link,
    "repository": make_repository,
    "write": write_text,
    "system": make_system,
    "private": make_private,
    "project": make_project,
}


def split_command(line):
    """The folder, the environment, the words, the standard input and the filter of one command line."""
    words = shlex.split(line)
    folder = "."
    if words[0] == "cd":
        folder, words = words[1], words[3:]
    output_filter = None
    if len(words) > 2 and words[-3] == "|":
        output_filter = words[-2:]
        words = words[:-3]
    environment = dict(ENVIRONMENT)
    standard_input = "/dev/null"
    while words and "=" in words[0] and not words[0].startswith("-"):
        name, value = words.pop(0).split("=", 1)
        environment[name] = value
    if len(words) > 1 and words[-2] == "<":
        standard_input = words[-1]
        words = words[:-2]
    return folder, environment, words, standard_input, output_filter


def pick_json(raw, path):
    """A part of a document: what stands around it changes with every rule that is written."""
    part = json.loads(raw)
    for name in path.split("."):
        part = part[int(name)] if isinstance(part, list) else part[name]
    elements = part if isinstance(part, list) else [part]
    return "".join(json.dumps(element) + "\n" for element in elements).encode()


def drop_lines(raw, text):
    return b"".join(line for line in raw.splitlines(keepends=True) if text.encode() not in line)


FILTERS = {"json": pick_json, "drop": drop_lines}


def shown(raw, mark):
    """Output as a transcript has it: every line marked, a missing last line end told."""
    text = raw.decode("utf-8", "backslashreplace")
    lines = [mark + line for line in text.split("\n")]
    if text.endswith("\n") or not text:
        lines.pop()
    else:
        lines.append("\\ no line end")
    return lines


def run_command(program, folder, line):
    inner, environment, words, standard_input, output_filter = split_command(line)
    environment.setdefault("ASAN_OPTIONS", os.environ.get("ASAN_OPTIONS", ""))
    with open(folder / standard_input, "rb") as stream:
        done = subprocess.run([program, *words[1:]], cwd=folder / inner, env=environment, stdin=stream,
                              capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    output = FILTERS[output_filter[0]](done.stdout, output_filter[1]) if output_filter else done.stdout
    lines = shown(output, "  ") + shown(done.stderr, "! ")
    return lines + ([f"? {done.returncode}"] if done.returncode else [])


def play(program, case, folder):
    """The transcript as the program makes it now."""
    lines = []
    for line in (case / "transcript").read_text().split("\n"):
        if line.startswith("% "):
            maker, *arguments = shlex.split(line[2:])
            MAKERS[maker](folder, *arguments)
            lines.append(line)
        elif line.startswith("$ "):
            lines.append(line)
            lines += run_command(program, folder, line[2:])
        elif not line.startswith(("  ", "! ", "? ", "\\ ")):
            lines.append(line)
    return "\n".join(lines)


def run_case(program, case, update):
    """None where the case holds, else what differs."""
    with tempfile.TemporaryDirectory(prefix="bootgate-golden-") as temporary:
        folder = pathlib.Path(temporary) / "app"
        if (case / "files").is_dir():
            shutil.copytree(case / "files", folder, symlinks=True)
        else:
            folder.mkdir()
        got = play(program, case, folder)
    wanted = (case / "transcript").read_text()
    if got == wanted:
        return None
    if update:
        (case / "transcript").write_text(got)
        return None
    wanted_lines, got_lines = wanted.split("\n"), got.split("\n")
    for number, (want, have) in enumerate(zip(wanted_lines + [""], got_lines + [""]), 1):
        if want != have:
            return f"line {number}\nwanted: {want}\n   got: {have}"
    return f"wanted {len(wanted_lines)} lines, got {len(got_lines)}"


def main(arguments):
    update = "--update" in arguments
    program, *names = [a for a in arguments if a != "--update"]
    program = os.path.abspath(program)
    cases = sorted(path.parent for path in HERE.glob("*/transcript"))
    cases = [case for case in cases if not names or case.name in names]
    failed = 0
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        fault = run_case(program, case, update)
        print(f"{'not ok' if fault else 'ok'} {number} - {case.name}")
        if fault:
            failed += 1
            print("\n".join("# " + line for line in fault.split("\n")))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
