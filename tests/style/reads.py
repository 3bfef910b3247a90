"""What a verdict hangs on is read through text/reads.h, which keeps the list; who asks the host itself is told here."""
import re

import tree

# file: how many calls, and why they need no entry
HINTS = {
    "src/text/reads.c": (3, "the list itself"),
    "src/rule/check_readers.c": (2, "scripts that may tell who reads a file: without them less is said"),
    "src/rule/data_directory.c": (1, "what a database wrote itself, in a directory that may be closed to us"),
    "src/rule/start_script.c": (2, "scripts that may create a database: without them a warning is said"),
    "src/rule/example.c": (2, "which example an env file was made from: without them a warning is said"),
    "src/rule/git.c": (2, "whether git tracks a file: without it a warning is said"),
    "src/budget/settings.c": (1, "what a server wrote itself, in a directory that may be closed to us"),
    "src/settings/files.c": (2, "the way to the modules of a source: what is found there is read by the list"),
    "src/budget/survey.c": (2, "source code that `init` looks through for proposals: no verdict rests on it"),
    "src/kube/load.c": (3, "whether a directory has manifests: what is judged of it is read again, and told"),
    "src/unit/load.c": (1, "whether a directory holds units: where it cannot be listed, whoever reads it next says so"),
    "src/host/staged.c": (1, "a host on top of a host"),
    "src/mend/overlay.c": (4, "a host on top of a host"),
    # Commands that read one file, end with its fault and judge nothing.
    "src/cli/dsn.c": (1, "the DSN on standard input"),
    "src/cli/env_view.c": (1, "the one file that is shown"),
    "src/cli/env_convert.c": (2, "bootgate.yaml for `portable`, and what is there of the file that is written"),
    "src/cli/exec_environment.c": (1, "secret files, whose fault ends `exec`"),
    "src/cli/hook.c": (2, "the hook that is to be replaced, and what an earlier one was kept as"),
    "src/cli/findings.c": (1, "the baseline that is written over: told as what cannot be written"),
    "src/mend/rotation_places.c": (2, "start scripts that hold a secret: it only says more"),
    "src/rule/baseline.c": (1, "whether a file of a former baseline is gone: it only says less"),
    "src/check/tree.c": (1, "where projects are below, a hint where nothing is judged"),
    "src/cli/tree.c": (2, "whether git can be asked there"),
    "src/cli/run.c": (1, "whether what is no command is a path"),
    "src/cli/init.c": (1, "whether there is a file already"),
    "src/cli/rules_test.c": (1, "the file that is tested"),
    "src/cli/staged.c": (1, "which directories of the index are projects"),
}


def faults():
    for name, text in tree.sources():
        lines = [n for n, line in enumerate(text.split("\n"), 1)
                 if re.search(r"(host|under|run->host)(->|\.)(read|list|stat|visit)\(", line)]
        allowed = HINTS.get(name, (0, ""))[0]
        if len(lines) > allowed:
            yield name, lines[allowed], f"reads past the list of reads ({len(lines)} calls, {allowed} told in this test)"


tree.finish(sorted(faults()))
