"""Caps on length: 110 columns (literals may run on), 60 lines a function, 600 a file; median <= 20, p90 <= 50 lines."""
import re
import statistics

import tree

FUNCTION_LINES = 60
FILE_LINES = 600
MEDIAN_LINES = 20
P90_LINES = 50
COLUMNS = 110


def functions(text):
    """(first line, lines) of each function: clang-format puts its braces alone in column 1.

    A const table opens its brace at the end of a line, so it is no function and has no cap.
    """
    start = signature = None
    for number, line in enumerate(text.split("\n"), 1):
        if line == "{":
            start = signature or number
        elif line == "}" and start:
            yield start, number - start + 1
            start = None
        elif re.match(r"[A-Za-z_]", line):
            signature = number


def faults(lengths):
    for name, text in tree.sources() + tree.files("tests/**/*.c"):
        lines = text.count("\n")
        if lines > FILE_LINES:
            yield name, FILE_LINES, f"{lines} lines, the cap is {FILE_LINES}"
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > COLUMNS and '"' not in line and "http" not in line:
                yield name, number, f"{len(line)} columns, the cap is {COLUMNS}"
        for number, length in functions(text):
            if name.startswith("src/"):
                lengths.append(length)
            if length > FUNCTION_LINES:
                yield name, number, f"function of {length} lines, the cap is {FUNCTION_LINES}"


def main():
    lengths = []
    found = list(faults(lengths))
    if len(lengths) > 20:
        median, p90 = statistics.median(lengths), statistics.quantiles(lengths, n=10)[8]
        print(f"{len(lengths)} functions: median {median:g}, p90 {p90:g}, longest {max(lengths)} lines")
        if median > MEDIAN_LINES or p90 > P90_LINES:
            found.append(("src", 0, f"functions are too long: median <= {MEDIAN_LINES}, p90 <= {P90_LINES}"))
    tree.finish(found)


main()
