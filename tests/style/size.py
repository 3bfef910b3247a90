"""How large the program is: lines of code (no comments, no blanks; generated tables are not in the tree) of each room,
functions per 1,000 of them, lines of a function. Holds that no room has more than its share of the lines.

By itself: python3 tests/style/size.py [TOP]
"""
import collections
import re
import statistics

import tree

ROOM_SHARE = 0.13
COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)


def code_lines(text):
    """The lines that hold more than blanks and comments."""
    text = COMMENT.sub(lambda match: match.group() if match.group()[0] in "\"'" else " ", text)
    return [line for line in text.split("\n") if line.strip()]


def function_lengths(lines):
    """clang-format puts a function's braces alone in column 1; its signature is the line with a name in column 1."""
    start = signature = None
    for number, line in enumerate(lines):
        if line == "{":
            start = signature if signature is not None else number
        elif line == "}" and start is not None:
            yield number - start + 1
            start = None
        elif re.match(r"[A-Za-z_]", line):
            signature = number


def main():
    rooms, lengths = collections.Counter(), []
    for name, text in tree.sources():
        lines = code_lines(text)
        rooms[name.split("/")[1] if name.startswith("src/") else "include"] += len(lines)
        lengths += function_lengths(lines)
    total = sum(rooms.values())
    for room, lines in rooms.most_common():
        print(f"{room:10} {lines:6} {100 * lines / total:5.1f} %")
    print(f"{'all':10} {total:6}   {len(lengths)} functions, {1000 * len(lengths) / total:.1f} per 1,000 lines; "
          f"median {statistics.median(lengths):g}, longest {max(lengths)} lines")
    tree.finish([(f"src/{room}", 0, f"holds {100 * lines / total:.1f} % of all lines; the cap is {ROOM_SHARE:.0%}")
                 for room, lines in rooms.items() if lines > ROOM_SHARE * total])


main()
