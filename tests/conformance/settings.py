"""Numbers that are read from a project's own files: tests/conformance/settings/NAME.case.

usage: settings.py BOOTGATE [NAME…]

A case is text: a line `==> NAME` begins a file, and `==> expected` what must come of it, a line each:

    term CONSUMER PROCESSES x EACH BASIS        a term of the budget, in this order; `?` where it is not known
    from TEXT                                   somewhere in the lines that say where the numbers come from
    finding RULE SEVERITY FILE:LINE [SERVICE]   it is reported there
    silent RULE                                 it is not reported at all
    once RULE                                   it is reported in one place
    says TEXT / lacks TEXT                      in the text of `bootgate budget`
    proposes TEXT                               in the bootgate.yaml that `bootgate init` writes
    exit N                                      of `check`; without the line no error may be found

Without a compose.yaml there is one with a service `api`, built here, and the server that it is handed. An `api.env`
is added to that service's environment.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent / "settings"
COMPOSE = """services:
  api:
    build: .
    environment:
      DATABASE_URL: postgresql://shop:${DB_PASSWORD:?}@db:5432/shop
%s  db:
    image: postgres:16
    environment:
      POSTGRES_USER: shop
      POSTGRES_DB: shop
      POSTGRES_PASSWORD: ${DB_PASSWORD:?}
"""
ENV = "APP_ENV=production\nDB_PASSWORD=Wq4nXe8sRt2vLk6pZc9mBd3h\n"


def parts_of(text):
    files, name = {}, None
    for line in text.splitlines(keepends=True):
        if line.startswith("==> "):
            name = line[4:].strip()
            files[name] = ""
        elif name:
            files[name] += line
    return files


def write(folder, files):
    extra = "".join(f"      {line}\n" for line in files.pop("api.env", "").splitlines())
    files.setdefault("compose.yaml", COMPOSE % extra)
    files[".env"] = ENV + files.get(".env", "")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)


def run(program, folder, *arguments):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return subprocess.run([program, *arguments], cwd=folder, env=environment, capture_output=True, timeout=60)


def proposed(program, folder):
    run(program, folder, "init")
    path = folder / "bootgate.yaml"
    return path.read_text() if path.exists() else ""


def number(value):
    return "?" if value is None else str(value)


def term_text(term):
    return f"{term['consumer']} {number(term['processes'])} x {number(term['each'])} {term['basis']}"


def faults_of(program, path):
    files = parts_of(path.read_text())
    expected = [line for line in files.pop("expected").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        write(folder, files)
        budget = json.loads(run(program, folder, "budget", "--format", "json").stdout)
        text = run(program, folder, "budget").stdout.decode()
        checked = run(program, folder, "check", "--format", "json")
        report = json.loads(checked.stdout)
        proposal = proposed(program, folder) if any(line.startswith("proposes ") for line in expected) else ""
    terms = [term for server in budget["servers"] for term in server["terms"]]
    told = [line for term in terms for line in term["from"]]
    wanted_terms = [line.split(None, 1)[1] for line in expected if line.startswith("term ")]
    if wanted_terms and [term_text(term) for term in terms] != wanted_terms:
        yield f"terms {[term_text(term) for term in terms]}, wanted {wanted_terms}"
    for line in expected:
        word, _, rest = line.partition(" ")
        if word == "from" and not any(rest in one for one in told):
            yield f"nothing comes from {rest!r}: {told}"
        elif word in ("says", "lacks") and (rest in text) != (word == "says"):
            yield f"{word} {rest!r}: {text}"
        elif word == "proposes" and rest not in proposal:
            yield f"not proposed: {rest!r}: {proposal}"
        elif word == "silent" and any(f["rule"] == rest for f in report["findings"]):
            yield f"not to be said: {rest}"
        elif word == "once" and sum(f["rule"] == rest for f in report["findings"]) != 1:
            yield f"not once: {rest}: {[(f['file'], f['line']) for f in report['findings'] if f['rule'] == rest]}"
        elif word == "finding" and not any(is_finding(f, rest.split()) for f in report["findings"]):
            yield f"not found: {rest}: {[(f['rule'], f['severity'], f['file'], f['line']) for f in report['findings']]}"
        elif word not in ("term", "from", "says", "lacks", "silent", "once", "proposes", "finding", "exit"):
            yield f"what is {line!r}?"
    wanted_exit = next((int(line[5:]) for line in expected if line.startswith("exit ")), 0)
    if checked.returncode != wanted_exit:
        yield f"exit {checked.returncode}, wanted {wanted_exit}: {[f['message'] for f in report['findings']]}"


def is_finding(found, words):
    rule, severity, place, *service = words
    return (found["rule"] == rule and found["severity"] == severity
            and f"{found['file']}:{found['line']}" == place and service in ([], [found["service"]]))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    paths = [HERE / f"{name}.case" for name in sys.argv[2:]] or sorted(HERE.glob("*.case"))
    failed = 0
    print(f"1..{len(paths)}")
    for count, path in enumerate(paths, 1):
        faults = list(faults_of(program, path))
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {count} - {path.stem}")
        for fault in faults:
            print(f"# {fault}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
