"""Pictures and pages are whole, say what there is, and can do no harm; speaks TAP. usage: run.py BOOTGATE"""
import pathlib
import re
import sys
import tempfile

import pages

PROGRAM = pathlib.Path(sys.argv[1]).resolve()


def names_of(folder):
    text = next(path for path in folder.iterdir() if path.name.endswith("compose.yml")).read_text()
    services = re.search(r"^services:\n((?:[ #].*\n|\n)*)", text, re.M).group(1)
    return re.findall(r'^  "?([\w-]+)"?:', services, re.M)


def faults_of(name, folder):
    for kind, check in pages.CHECKS.items():
        text = pages.draw(PROGRAM, folder, kind)
        if not text and kind == "budget.svg":  # no server here has slots
            continue
        documents = re.findall(r"<svg.*?</svg>\n", text, re.S) if kind.endswith(".svg") else [text]
        for document in documents:
            yield from (f"{kind}: {fault}" for fault in check(document))
        if kind == "graph.svg" and name != "too-many":
            yield from (f"{kind}: `{service}` is not in it" for service in names_of(folder) if f">{service}<" not in text)
        if kind == "graph.svg" and name == "too-many" and "too many" not in text:
            yield f"{kind}: should say that it is too much"


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        found = pages.deployments(scratch)
        print(f"1..{len(found)}")
        for number, (name, folder) in enumerate(found.items(), 1):
            try:
                faults = list(faults_of(name, folder))
            except (AssertionError, ValueError, SyntaxError) as fault:
                faults = [f"{type(fault).__name__}: {fault}"]
            failed += bool(faults)
            print(f"{'not ' if faults else ''}ok {number} - {name}")
            print("".join(f"# {line}\n" for fault in faults[:20] for line in fault.splitlines()), end="", flush=True)
    return 1 if failed else 0


sys.exit(main())
