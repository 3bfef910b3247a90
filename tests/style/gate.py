"""Text leaves the program through report/out.c alone, and what it holds passed the gate (text/gate.h)."""
import re

import tree

# who may, and why
PRINTERS = {
    "src/report/out.c": "the way out",
    "src/host/staged.c": "a host on top of a host",
}


def faults():
    for name, text in tree.sources():
        for number, line in enumerate(text.split("\n"), 1):
            if re.search(r"(host|under)(->|\.)print\(", line) and name not in PRINTERS:
                yield name, number, "prints past report/out.h"
            if re.search(r"\bmask_visible\(", line) and not name.startswith("src/text/"):
                yield name, number, "mask_visible() escapes and hides nothing: gate_visible()"


tree.finish(sorted(faults()))
