"""Who calls whom among the files: a public function has a caller outside its file, no circle of files is large.

A function that its own file alone calls is static; tests count as callers. Files that call each other in a circle are
understood, tested and moved together only, so a circle holds three at most. A mention counts as a call: a table of
functions leads to each of them.
"""
import collections
import re

import tree

CIRCLE_MAX = 3
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
# A definition: its signature begins in column 1 and its brace stands alone.
DEFINITION = re.compile(r"^(?!static\b)([a-z][^;{}=#]*?\b(\w+)\([^;{}]*\))\n\{", re.M)
# The public interface; main and what the linker calls.
CALLED_FROM_OUTSIDE = re.compile(r"main|bg_\w+|__wrap_\w+|LLVM\w+")


def code_only(text):
    return NOISE.sub(" ", text)


def graph():
    """The files' code, where each public function is defined, and the files that mention it."""
    code = {name: code_only(text) for name, text in tree.files("src/**/*.c")}
    tests = "".join(text for _, text in tree.files("tests/**/*.[ch]"))
    home = {match.group(2): name for name, text in code.items() for match in DEFINITION.finditer(text)}
    words = {name: set(re.findall(r"\w+", text)) for name, text in code.items()}
    elsewhere = set(re.findall(r"\w+", tests))
    for _, text in tree.files("src/**/*.h"):
        bodies = re.findall(r"\)\n\{\n.*?^\}", code_only(text), re.M | re.S)  # inline functions and macros call too
        macros = re.findall(r"^[ \t]*#define(?:.*\\\n)*.*", text, re.M)
        elsewhere.update(re.findall(r"\w+", " ".join(bodies + macros)))
    return code, home, words, elsewhere


def circles(edges):
    """The strongly connected sets of more than one file (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges[node]:
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def faults():
    code, home, words, elsewhere = graph()
    edges = collections.defaultdict(set, {name: set() for name in code})
    for function, name in sorted(home.items()):
        callers = [other for other in code if other != name and function in words[other]]
        for other in callers:
            edges[other].add(name)
        if not callers and function not in elsewhere and not CALLED_FROM_OUTSIDE.fullmatch(function):
            line = code[name].count("\n", 0, code[name].index(function)) + 1
            yield name, line, f"{function}() has no caller outside: make it static, or remove it"
    for circle in circles(edges):
        if len(circle) > CIRCLE_MAX:
            yield circle[0], 0, f"{len(circle)} files call each other in a circle: " + " ".join(circle)


tree.finish(sorted(faults()))
