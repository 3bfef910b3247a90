"""What judges knows no kind of description: the rooms above deploy name neither Compose nor Kubernetes.

A loader says how texts speak of its files (struct deployment_words). What stands here is vocabulary that people write:
readers of env files, words of the language.
"""
import re

import tree

ROOMS = re.compile(r"src/(facts|budget|rule|report|language)/")
NAMED = re.compile(r"compose|kubernetes|kubectl|kubelet|\bhelm\b", re.I)
# Ids of the reader of env files, of a kind of source, of a limit, of what a rule holds for.
IDS = re.compile(r"\b(DIALECT|SOURCE|LIMIT|RULE_INPUT)_COMPOSE\w*")
# file: how many lines, and why they are right
WORDS = {
    "src/rule/secret_names.c": (1, "names of readers, which are no secrets"),
    "src/report/report.c": (1, "how commands begin that are typed"),
    "src/rule/check_live.c": (2, "what starts a server that nobody answers for"),
    "src/language/eval.c": (4, "`compose` is a word of the language, and its ${NAME} is that of Compose"),
    "src/language/eval.h": (1, "the same"),
    "src/language/eval_value.c": (1, "the same"),
    "src/language/eval_word.c": (1, "the same"),
    "src/language/part.h": (2, "the same"),
    "src/language/pack.h": (2, "files of samples, and the reader where none is declared"),
    "src/language/pack_keys.c": (2, "the same"),
    "src/language/pack_rule_keys.c": (4, "the same"),
    "src/language/pack_value.c": (1, "the same"),
    "src/language/packc.c": (1, "the same"),
    "src/language/packc_tables.h": (1, "a word by which packs say what a rule holds for"),
    "src/language/shape_var.c": (1, "how durations are written"),
}


def faults():
    for name, text in tree.sources():
        if not ROOMS.match(name):
            continue
        lines = [n for n, line in enumerate(text.split("\n"), 1) if NAMED.search(IDS.sub("", line))]
        allowed = WORDS.get(name, (0, ""))[0]
        if len(lines) > allowed:
            yield name, lines[allowed], f"names a kind of description ({len(lines)} lines, {allowed} told in this test)"


tree.finish(sorted(faults()))
