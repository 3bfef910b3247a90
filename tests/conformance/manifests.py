"""Streams of manifests that carry what must be found in them: tests/conformance/manifests/NAME.yaml.

usage: manifests.py BOOTGATE [NAME…]

A comment that begins with #~ says what is expected at its line, "#~ error loopback-host"; several are parted by
commas, and "#~ 12 error weak-secret" behind the last line is for a line that can carry no comment, "#~ nowhere …" for none at all. What may be said
besides is written with #?. No other error or warning may be reported. Further comments at the left edge, behind the
last document:

    #about TEXT                              what the case shows
    #mode WORD                               --mode; without it the manifests say it
    #stdin                                   the stream comes on standard input
    #config LINE                             a line of bootgate.yaml
    #file NAME LINE                          a line of another file beside it
    #env KIND/NAME/CONTAINER NAME JSON       each variable of a container; null: set, and not visible
    #env KIND/NAME/CONTAINER                 a container without variables
    #open KIND/NAME/CONTAINER                a container that may have more of them
    #secret TEXT                             may stand in no output
    #says TEXT                               in what check -v or budget prints

The exit status follows: 2 where manifest-syntax is expected, 1 where an error is, else 0.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent / "manifests"
MARK = re.compile(r"(?:^|\s)#([~?]) (.+)$")


class Case:
    def __init__(self, text):
        self.wanted, self.allowed, self.secrets, self.says, self.config, self.open = [], [], [], [], [], set()
        self.env, self.mode, self.stdin, self.text, self.files = {}, None, False, text, {}
        for number, line in enumerate(text.split("\n"), 1):
            mark = MARK.search(line)
            word, _, rest = line.partition(" ")
            if mark:
                self.add_marks(mark.group(1), mark.group(2), number)
            elif word == "#env":
                container, _, setting = rest.partition(" ")
                name, _, value = setting.partition(" ")
                self.env.setdefault(container, {}).update({name: json.loads(value)} if name else {})
            elif word == "#file":
                name, _, content = rest.partition(" ")
                self.files.setdefault(name, []).append(content)
            elif word in ("#mode", "#secret", "#says", "#config", "#open"):
                self.say(word[1:], rest)
            elif line == "#stdin":
                self.stdin = True

    def say(self, word, rest):
        if word == "mode":
            self.mode = rest
        elif word == "open":
            self.open.add(rest)
        else:
            {"secret": self.secrets, "says": self.says, "config": self.config}[word].append(rest)

    def add_marks(self, kind, text, number):
        for mark in text.split(","):
            words = mark.split()
            line = int(words.pop(0)) if words[0].isdigit() else number
            if words[0] == "nowhere":
                line = words.pop(0) and None
            (self.wanted if kind == "~" else self.allowed).append((words[0], words[1], line))

    def exit(self):
        if any(rule == "manifest-syntax" for _, rule, _ in self.wanted):
            return 2
        return int(any(severity == "error" for severity, _, _ in self.wanted))


def run(program, folder, case, *arguments):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return subprocess.run([program, *arguments, "-" if case.stdin else "app.yaml"], cwd=folder, env=environment,
                          input=case.text.encode() if case.stdin else b"", capture_output=True, timeout=60)


def fits(finding, mark):
    lines = [finding["line"]] + [related["line"] for related in finding["related"]]
    return (finding["severity"], finding["rule"]) == mark[:2] and mark[2] in lines


def environment_faults(program, folder, case):
    for container, wanted in case.env.items():
        result = run(program, folder, case, "env", "--service", container, "--format", "json", "--reveal")
        try:
            got = json.loads(result.stdout)["variables"]
        except (ValueError, KeyError):
            yield f"env {container}: no document, {result.stderr.decode()!r}"
            continue
        more = [] if container in case.open else [name for name in got if name not in wanted]
        wrong = {name: got.get(name, "(absent)") for name, value in wanted.items() if name not in got or got[name] != value}
        if wrong or more:
            yield f"env {container}: got {wrong}, and also {more}"


def faults_of(program, path):
    case = Case(path.read_text())
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "app.yaml").write_text(case.text)
        files = {**case.files, **({"bootgate.yaml": case.config} if case.config else {})}
        for name, lines in files.items():
            (folder / name).write_text("\n".join(lines) + "\n")
        mode = ["--mode", case.mode] if case.mode else []
        result = run(program, folder, case, "check", "--format", "json", *mode)
        outputs = [result, run(program, folder, case, "check", "-v", *mode), run(program, folder, case, "graph"),
                   run(program, folder, case, "budget")]
        try:
            findings = json.loads(result.stdout)["findings"]
        except ValueError:
            return [f"no document: {result.stdout!r} {result.stderr!r}"]
        faults = [f"not reported: {mark}" for mark in case.wanted if not any(fits(f, mark) for f in findings)]
        for finding in findings:
            is_meant = any(fits(finding, mark) for mark in case.wanted + case.allowed)
            if finding["severity"] != "note" and not finding["suppressed"] and not is_meant:
                faults.append("reported: {severity} {rule} at line {line} {variable}: {message}".format(**finding))
        if result.returncode != case.exit():
            faults.append(f"exit {result.returncode}, wanted {case.exit()}")
        for secret in case.secrets:
            if any(secret.encode() in output.stdout + output.stderr for output in outputs):
                faults.append("a secret is printed")
        printed = b"".join(output.stdout for output in outputs[1:]).decode()
        faults += [f"not said: {text}" for text in case.says if text not in printed]
        return faults + list(environment_faults(program, folder, case))


def main():
    program = os.path.abspath(sys.argv[1])
    paths = sorted(path for path in HERE.glob("*.yaml") if not sys.argv[2:] or path.stem in sys.argv[2:])
    print(f"1..{len(paths)}")
    failed = 0
    for number, path in enumerate(paths, 1):
        faults = faults_of(program, path)
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {path.stem}")
        for fault in faults:
            print(f"# {fault}")
    sys.exit(1 if failed or not paths else 0)


if __name__ == "__main__":
    main()
