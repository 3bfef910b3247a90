"""The directory is the layer: an include goes to the same directory or to a floor below, never beside or above."""
import re

import tree

# What each room may include besides itself. Top to bottom; a room reaches everything its rooms reach.
STANDS_ON = {
    "cli": ["mend", "report", "host"],
    "mend": ["check"],
    "library": ["check", "host"],
    "check": ["rule", "compose", "kube", "unit", "image", "settings"],
    "report": ["rule"],
    "rule": ["budget"],
    "budget": ["language"],
    "language": ["facts", "rewrite"],
    "facts": ["deploy", "dsn", "live"],
    "compose": ["deploy"],
    "kube": ["deploy"],
    "unit": ["deploy"],
    "image": ["deploy"],
    "settings": ["deploy"],
    "deploy": ["env"],
    "env": ["syntax"],
    "rewrite": ["dsn"],
    "dsn": ["syntax"],
    "syntax": ["text"],
    "host": ["text"],
    "wait": ["text"],
    "live": ["text"],
    "text": ["base"],
    "base": [],
    "bootgate": [],
}
# Known to the rooms that name them alone: what a loader has filled, everybody else reads from deploy.
LOADERS = {"compose", "kube", "unit", "image", "settings"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def below(room):
    reached = {room}
    for next_room in STANDS_ON[room]:
        reached |= below(next_room) - (LOADERS - set(STANDS_ON[room]))
    return reached


def room_of(name):
    return name.split("/")[1]


def faults():
    for name, text in tree.sources():
        room = room_of(name)
        if room not in STANDS_ON:
            yield name, 1, f"unknown room {room}: give it a floor in tests/style/layers.py"
            continue
        # The public headers are the library's face: the top floors implement and use them.
        allowed = below(room) | ({"bootgate"} if room in ("library", "cli") else set())
        for match in INCLUDE.finditer(text):
            target = match.group(1)
            target_room = target.split("/")[0]
            line = text.count("\n", 0, match.start(1)) + 1
            if target.count("/") == 0:
                yield name, line, f'"{target}": write the directory'
            elif target_room not in allowed:
                yield name, line, f'"{target}": {room} may not include {target_room}'


tree.finish(list(faults()))
