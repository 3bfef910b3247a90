"""What stands in no file: paths of one machine, hosts of package registries, notes to oneself, loose white space."""
import re

import tree

# Data of the tests and the rules' vocabularies show what people write: only prose and code are held to words.
PROSE = re.compile(r"(src|include|scripts|\.ci|man)/|tests/[^/]*$|tests/(unit|style|wait|bench)/|tests/fuzz/[^/]*$|[^/]*\.md$|[^/]*meson")
WORDS = [
    (re.compile(r"(?<![\w.~$}])/(root|work|home/[a-z]+|Users/[A-Za-z]+)/"), "a path of one machine"),
    (re.compile(r"\b(deb|ftp|security|snapshot|registry|static|index|proxy|files)\."
                r"(debian|npmjs|yarnpkg|crates|golang|pythonhosted|rubygems)\.\w+"), "a host of a package registry"),
    (re.compile(r"\b(pypi|rubygems|npmjs|crates)\.(org|com|io)\b"), "a host of a package registry"),
    (re.compile(r"\b(TO" r"DO|FIX" r"ME|HA" r"CK)\b"), "a note to oneself: do it, or say it in the documents"),
]
LOOSE = [
    (re.compile(r"[ \t]+$", re.M), "white space at the end of a line"),
    (re.compile(r"\r"), "a carriage return"),
    (re.compile(r"^\t", re.M), "a tab"),
]


def faults():
    for name in tree.tracked():
        if not PROSE.match(name) or name == "tests/style/words.py":
            continue
        text = (tree.TOP / name).read_text(encoding="utf-8", errors="replace")
        if name.startswith("tests/unit/"):  # literals there are inputs, such as placeholders that people leave
            text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
        for pattern, why in WORDS + LOOSE:
            for match in pattern.finditer(text):
                yield name, text.count("\n", 0, match.start()) + 1, f"{match.group().strip()!r}: {why}"
        if text and not text.endswith("\n"):
            yield name, text.count("\n") + 1, "no line break at the end"


tree.finish(list(faults()))
