"""Every fix that can be typed is typed, and mends what it is said to mend.

usage: fixes.py BOOTGATE [NAME...]

The fixes of all findings of all deployments of the tests: commands are run where bootgate was, an item of YAML takes
the place of the one that is pointed at, a variable is set in the env file, a line of bootgate.yaml is written there. The finding must be gone. A line of the
golden transcripts that looks like a command and is none of these fails.
"""
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import cases

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
TRANSCRIPTS = cases.TESTS / "golden"
COMMAND = re.compile(r"^(?:chmod|docker|git|helm|kustomize|openssl|bootgate) ")
SECONDS = 60


def bytes_of(path):
    return path.read_bytes().split(b"\n")


def run_command(case, folder, finding, line):
    words = shlex.split(line.replace("bootgate ", PROGRAM + " ", 1) if line.startswith("bootgate ") else line)
    if shutil.which(words[0]) is None:
        return True
    done = subprocess.run(words, cwd=folder, env=case.environment, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=SECONDS, check=False)
    return done.returncode in (0, 1) if words[0] == PROGRAM else done.returncode == 0


def replace_item(case, folder, finding, line):
    path = folder / finding["file"]
    lines = bytes_of(path)
    text = lines[finding["line"] - 1]
    start, end = finding["column"] - 1, finding["end_column"] - 1
    lines[finding["line"] - 1] = text[:start] + line[2:].encode() + text[end:]
    path.write_bytes(b"\n".join(lines))
    return True


def set_variable(case, folder, finding, line):
    name, value = re.match(r"set (\w+)=(\S+)$", line).groups()
    if name in case.environment:
        case.environment = {**case.environment, name: value}
        return True
    path = folder / ".env"
    before = path.read_text(errors="surrogateescape") if path.exists() else ""
    kept = [row for row in before.splitlines() if not re.match(rf"\s*(?:export\s+)?{name}\s*=", row)]
    path.write_text("\n".join([*kept, f"{name}={value}", ""]), errors="surrogateescape")
    path.chmod(0o600)
    return True


def declare(case, folder, finding, line):
    """A line of bootgate.yaml, which the folder has not."""
    (folder / "bootgate.yaml").write_text("version: 1\n" + line.removeprefix("in bootgate.yaml: ").replace(": N}", ": 100}") + "\n")
    return True


# what a line is, how it is typed, whether the finding must be gone then
TYPED = [
    (re.compile(r"^chmod "), run_command, True),
    (re.compile(r"^bootgate "), run_command, False),
    (re.compile(r"^- \""), replace_item, True),
    (re.compile(r"^set \w+=\S+$"), set_variable, True),
    (re.compile(r"^in bootgate\.yaml: "), declare, True),
]


def typed_of(finding):
    for line in (finding["help"] or "").split("\n"):
        for pattern, how, mends in TYPED:
            if pattern.match(line):
                yield line, how, mends


def is_there(report, finding):
    """The same fault of the same thing: lines may have moved."""
    return any(all(other[name] == finding[name] for name in ("rule", "file", "service", "message"))
               and other["line"] in (finding["line"], None) for other in report["findings"])


def judge(case, parent):
    folder = case.copy_to(parent)
    for path in folder.rglob("*.env"):
        path.chmod(0o644)  # so that there is something to mend
    report, _ = cases.check(PROGRAM, case, folder)
    for number, finding in enumerate(report["findings"]):
        for line, how, mends in typed_of(finding):
            copy, environment = parent / f"copy{number}", case.environment
            shutil.copytree(folder, copy, symlinks=True)
            if not how(case, copy, finding, line):
                yield f"{line}: cannot be typed"
            elif mends and is_there(cases.check(PROGRAM, case, copy)[0], finding):
                yield f"{line}: does not mend {cases.key_of(finding)}"
            shutil.rmtree(copy)
            case.environment = environment


def judge_transcript(path):
    for line in path.read_text().splitlines():
        match = re.search(r"= fix: (.*)$", line)
        fix = match[1] if match else ""
        tail = fix.rpartition(": ")[2]
        for text in {fix, tail}:
            if COMMAND.match(text) and not any(p.match(text) for p, _, _ in TYPED) and text not in KNOWN:
                yield f"nobody has typed: {text}"


# What needs a program or a file that a test has not; openssl's is typed below.
KNOWN = ("openssl rand -hex 32", "helm template chart | bootgate check -")


def judge_openssl():
    if shutil.which("openssl"):
        done = subprocess.run(["openssl", "rand", "-hex", "32"], capture_output=True, text=True, check=False)
        if not re.fullmatch(r"[0-9a-f]{64}\n", done.stdout):
            yield f"openssl rand -hex 32: {done.stdout}"


def rows():
    yield "openssl", list(judge_openssl())
    for path in sorted(TRANSCRIPTS.glob("*/transcript")):
        yield f"transcript {path.parent.name}", list(judge_transcript(path))
    for case in [*cases.all_cases(), *cases.clusters()]:
        if sys.argv[2:] and case.name not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory() as parent:
            yield case.name, list(judge(case, pathlib.Path(parent)))


sys.exit(1 if cases.report(rows()) else 0)
