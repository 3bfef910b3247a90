"""Every rule that a source names by its text is a rule of rules/*.yaml, or one of the faults that are none.

Checks name rules by their ids (language/rule_ids.h), which the compiler knows. The rooms below them report in texts.
"""
import re

import tree

# What ends a run before any rule could speak.
FAULTS = {"config-syntax", "unreadable-input", "limit", "cannot-judge"}
NAMED = re.compile(
    r'\b(?:diag_add|REPORT|expr_parse|eval_check|suppress_needs_config|rule_find|rule_severity)\s*\([^;]*?STR\("([a-z]+(?:-[a-z]+)*)"\)'
    r'|\.rule = STR\("([^"]*)"\)'
)


def rule_names():
    for name, text in tree.files("rules/*.yaml"):
        if re.search(r"^group:", text, re.M):
            rules = text[text.index("\nrules:") :]
            yield from re.findall(r"^  ([a-z-]+):\s*$", rules, re.M)


def faults():
    known = set(rule_names())
    if len(known) < 20:
        yield "rules", 1, f"only {len(known)} rules were found: this check reads them wrongly"
    for name, text in tree.files("src/**/*.[ch]"):
        for match in NAMED.finditer(text):
            rule = next(group for group in match.groups() if group is not None)
            place = match.start(match.lastindex)
            if rule not in known | FAULTS:
                yield name, text.count("\n", 0, place) + 1, f"there is no rule `{rule}`"


tree.finish(list(faults()))
