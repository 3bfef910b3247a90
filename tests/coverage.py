"""Prints what the tests reach of each room of src/, from gcovr's summary. usage: coverage.py SUMMARY.json"""
import collections
import json
import pathlib
import sys

GOALS = {"line": 95.0, "branch": 90.0}


def rooms_of(summary):
    """{room: {"line" or "branch": [reached, all]}}"""
    rooms = collections.defaultdict(lambda: {kind: [0, 0] for kind in GOALS})
    for row in summary["files"]:
        room = pathlib.PurePath(row["filename"]).parts[1]
        for name in (room, "all"):
            for kind in GOALS:
                rooms[name][kind][0] += row[f"{kind}_covered"]
                rooms[name][kind][1] += row[f"{kind}_total"]
    return rooms


def share(reached, total):
    return 100.0 * reached / total if total else 100.0


def main():
    rooms = rooms_of(json.loads(pathlib.Path(sys.argv[1]).read_text()))
    print(f"{'room':<12}{'lines':>9}{'reached':>10}{'branches':>11}{'reached':>10}")
    for name in sorted(rooms, key=lambda name: (name == "all", name)):
        line, branch = rooms[name]["line"], rooms[name]["branch"]
        print(f"{name:<12}{line[1]:>9}{share(*line):>9.1f}%{branch[1]:>11}{share(*branch):>9.1f}%")
    for kind, goal in GOALS.items():
        reached = share(*rooms["all"][kind])
        print(f"{kind}s: {reached:.1f} %, the goal is {goal:.0f} %{'' if reached >= goal else ': not reached'}")


if __name__ == "__main__":
    main()
