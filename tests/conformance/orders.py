"""The order in which a Compose file lists services and their settings, and an env file its variables, changes nothing.

usage: orders.py BOOTGATE

Each case of tests/conformance/checks is judged as it is, with its services in other orders, with what stands below each
`environment:`, `volumes:`, `ports:` and `secrets:` of a service the other way round, and so the lines of its env files; what was found, by rule, severity, variable, service and the line's own text, must be
the same.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import checks


def blocks_of(text):
    """(before, [service blocks], after) of a Compose file in block style; None: not that, or anchors tie its order."""
    lines = text.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if re.match(r"services:\s*$", line)), None)
    if start is None or re.search(r"[\s:]([&*])[A-Za-z_]|<<:", text):
        return None
    end = next((i for i in range(start + 1, len(lines)) if re.match(r"[^\s#]", lines[i])), len(lines))
    body = lines[start + 1:end]
    if not body or any(re.match(r" {0,1}\S| {3}\S", line) for line in body):
        return None
    blocks = []
    for line in body:
        if re.match(r"  \S", line) and not line.startswith("  #"):
            blocks.append("")
        if not blocks:
            return None
        blocks[-1] += line
    blocks[-1] = blocks[-1].rstrip("\n") + "\n"
    return "".join(lines[:start + 1]), blocks, "".join(lines[end:])


def orders_of(blocks):
    yield list(reversed(blocks))
    for shift in range(1, min(len(blocks), 4)):
        yield blocks[shift:] + blocks[:shift]


def reversed_lines(text):
    """The settings of an env file the other way round; None: they are not all plain, single and independent.

    Comments directly above a setting go with it: they say what it is. All others say what was left out, and come first.
    """
    loose, items, above = [], [], []
    for line in text.splitlines():
        if line.startswith("#"):
            above.append(line)
        elif line.strip():
            items.append([*above, line])
            above = []
        else:
            loose, above = loose + above, []
    lines = [item[-1] for item in items]
    if "bootgate:" in text or not all(re.match(r"[A-Za-z_]\w*=[^$'\"\\]*$", line) for line in lines):
        return None
    names = [line.split("=")[0] for line in lines]
    if len(set(names)) != len(names) or len(names) < 2:
        return None
    return "\n".join([*loose, *above, "", *(line for item in items[::-1] for line in item)]) + "\n"


def reversed_settings(text):
    """The items below a service's lists and maps of settings the other way round; None: there are none of two."""
    lines, result, at, changed = text.splitlines(keepends=True), [], 0, False
    if re.search(r"[\s:]([&*])[A-Za-z_]|<<:", text) or "bootgate:" in text:
        return None
    while at < len(lines):
        result.append(lines[at])
        head = re.match(r"(    +)(environment|volumes|ports|secrets):\s*$", lines[at])
        at += 1
        if not head:
            continue
        start = at
        while at < len(lines) and re.match(head[1] + r"( |- )", lines[at]):
            at += 1
        body = lines[start:at]
        indent = len(body[0]) - len(body[0].lstrip()) if body else 0
        items = []
        for line in body:
            if len(line) - len(line.lstrip()) == indent:
                items.append("")
            if items:
                items[-1] += line if line.endswith("\n") else line + "\n"
        changed |= len(items) > 1 and "#" not in "".join(body)
        result += items[::-1] if "#" not in "".join(body) else body
    return "".join(result) if changed else None


def verdict(program, folder, case):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **case.get("process_env", {})}
    done = subprocess.run([program, *checks.arguments_of(case)], cwd=folder, env=environment, capture_output=True, timeout=60)
    texts, found = {}, set()
    for finding in json.loads(done.stdout)["findings"]:
        name, line = finding["file"], finding["line"]
        if name and name not in texts and (folder / name).is_file():
            texts[name] = (folder / name).read_text(errors="replace").splitlines()
        text = texts[name][line - 1].strip() if name in texts and line else ""
        found.add((finding["rule"], finding["severity"], finding["variable"], finding["service"], name, text))
    return done.returncode, found


def faults_of(program, source):
    case = json.loads((source / "expected.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "app"
        shutil.copytree(source, folder)
        for path in folder.rglob("*"):
            if path.is_file():
                path.chmod(0o600)
        usual = verdict(program, folder, case)
        for path in sorted(folder.glob("*.y*ml")):
            text = path.read_text()
            other_way = reversed_settings(text)
            if other_way:
                path.write_text(other_way)
                other = verdict(program, folder, case)
                changed = [found for found in usual[1] ^ other[1] if found[1] != "note"]
                if other[0] != usual[0] or changed:
                    yield f"{path.name}, settings: {sorted(map(str, changed))} exits {usual[0]} {other[0]}"
                path.write_text(text)
            parts = blocks_of(text)
            if not parts or len(parts[1]) < 2:
                continue
            for order in orders_of(parts[1]):
                path.write_text(parts[0] + "".join(order) + parts[2])
                other = verdict(program, folder, case)
                if other != usual:
                    yield f"{path.name}: {sorted(map(str, usual[1] ^ other[1]))} exits {usual[0]} {other[0]}"
            path.write_text(text)
        for path in sorted(path for path in folder.rglob("*") if ".env" in path.name and path.is_file()):
            text = path.read_text(errors="surrogateescape")
            other_way = None if b"\r" in path.read_bytes() else reversed_lines(text)
            if other_way:
                path.write_text(other_way)
                other = verdict(program, folder, case)
                # A note about a server is at the first variable that leads to it.
                changed = [found for found in usual[1] ^ other[1] if found[1] != "note"]
                if other[0] != usual[0] or changed:
                    yield f"{path.name}: {sorted(map(str, changed))} exits {usual[0]} {other[0]}"
                path.write_text(text)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    return checks.report(lambda folder, number: faults_of(program, folder), sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
