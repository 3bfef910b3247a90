"""One version: what meson builds, what the header promises, what README, the action, the hooks and the examples name,
what recorded output shows, and the newest dated entry of the changelog. An entry without a date is still being written."""
import re

import tree

NUMBER = r"(\d+\.\d+\.\d+)"
BUILT = re.compile(rf"^  version: '{NUMBER}'", re.M)
NAMED = re.compile(rf"bootgate(?:-wait|-live)?(?:[-_@: ]|/scripts/action@|\", \"version\": \")v?{NUMBER}"
                   rf"|(?:rev: v|/download/v|default: |below it v|and v|_version\(void\); /\* \"){NUMBER}")
# Where somebody copies it from, reads it or is shown it: each must name it.
PLACES = ["README.md", ".pre-commit-hooks.yaml", "include/bootgate/version.h", "scripts/action/action.yml",
          "src/live/bootgate-live.1.scd", "src/wait/bootgate-wait.1.scd",
          "tests/examples/pre-commit-config.yaml", "tests/golden/usage/transcript", "tests/golden/check-formats/transcript"]
RELEASED = re.compile(rf"^## {NUMBER} - \d{{4}}-\d\d-\d\d$", re.M)
PARTS = re.compile(r"^#define BOOTGATE_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", re.M)


def named():
    """(file, line, version) of each place, the parts of the header and the changelog as one each."""
    for name in tree.tracked():
        if name == "CHANGELOG.md" or not name.startswith(("tests/golden/", "tests/examples/", "scripts/", "include/")) \
                and name not in PLACES:
            continue
        text = (tree.TOP / name).read_text(encoding="utf-8", errors="replace")
        for match in NAMED.finditer(text):
            yield name, text.count("\n", 0, match.start()) + 1, match.group(1) or match.group(2)
    header = (tree.TOP / "include/bootgate/version.h").read_text()
    yield "include/bootgate/version.h", 1, ".".join(PARTS.findall(header))
    yield from (("CHANGELOG.md", 1, version) for version in RELEASED.findall((tree.TOP / "CHANGELOG.md").read_text())[:1])


def faults():
    version = BUILT.search((tree.TOP / "meson.build").read_text()).group(1)
    found = list(named())
    yield from ((name, line, f"names {other}, meson.build {version}") for name, line, other in found if other != version)
    yield from ((name, 1, "names no version") for name in PLACES if name not in {name for name, _, _ in found})


tree.finish(list(faults()))
