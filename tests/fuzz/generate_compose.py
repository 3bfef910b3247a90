"""Random Compose projects in the form that fuzz_compose reads, one file each.

usage: generate_compose.py DIRECTORY [COUNT] [SEED]

The grammar knows the keys, operators and forms that interact: merges, anchors, extends, includes, several
files, profiles, env files, port ranges, commands with quotes. Sizes are bounded; the seed makes it repeatable.
"""
import random
import sys
from pathlib import Path

WORDS = ["a", "b", "PW", "HOST", "x-y", "${A}", "${A:-d}", "${B:?}", "${C:+${A}}", "$$", "$", "${", "}", "''",
         '"q"', "#", " # c", "1", "0022", "1e3", "yes", "~", "2026-01-31", "é", "\\n", "80:80", "|", "&a", "*a",
         "!reset", "!override", "=", ": ", "- ", "\t"]
NAMES = ["s", "t", "base", "agent", "db.v2", "x-svc"]
FILES = ["a.env", "b.env", "sub/c.env", "base.yaml", "sub/inc.yaml", "nothing"]


def text(rng):
    return "".join(rng.choice(WORDS) for _ in range(rng.randint(0, 4)))


def quoted(rng):
    return rng.choice(["'%s'" % text(rng).replace("'", "''"), '"%s"' % text(rng).replace('"', ""), text(rng)])


def environment(rng):
    names = [rng.choice(["A", "B", "URL", "x-e", "<<"]) for _ in range(rng.randint(0, 4))]
    if rng.random() < 0.5:
        return "[" + ", ".join("'%s=%s'" % (n, text(rng).replace("'", "")) for n in names) + "]"
    tag = rng.choice(["", "", "!override ", "!reset "])
    return tag + "{" + ", ".join("%s: %s" % (n, quoted(rng)) for n in names) + "}"


def port(rng):
    short = rng.choice(["80", "80:80", "127.0.0.1:${P:-5432}:5432", "[::1]:1-3:1-3", "${A}:80", "9:8/udp", text(rng)])
    return rng.choice(["'%s'" % short.replace("'", ""), "{target: 80, published: '%s'}" % rng.choice("189")])


def service(rng):
    rows = {
        "image": lambda: quoted(rng),
        "environment": lambda: environment(rng),
        "ports": lambda: "[" + ", ".join(port(rng) for _ in range(rng.randint(0, 3))) + "]",
        "command": lambda: rng.choice([quoted(rng), "[%s]" % quoted(rng), "null"]),
        "env_file": lambda: rng.choice([rng.choice(FILES), "[{path: %s, required: false}]" % rng.choice(FILES)]),
        "extends": lambda: rng.choice([rng.choice(NAMES), "{file: %s, service: s}" % rng.choice(FILES)]),
        "depends_on": lambda: rng.choice(["[%s]" % rng.choice(NAMES), "{%s: {condition: service_started}}" % rng.choice(NAMES)]),
        "profiles": lambda: "[%s]" % rng.choice(["p", "q"]),
        "deploy": lambda: "{replicas: %s}" % rng.choice(["1", "'2'", "${N}", "x"]),
        "volumes": lambda: "[%s]" % rng.choice(["'./d:/x:ro'", "v:/y", "{type: bind, source: e, target: /e}"]),
        "network_mode": lambda: rng.choice(["host", "service:t", text(rng)]),
    }
    keys = rng.sample(sorted(rows), rng.randint(1, 6))
    return "".join("    %s: %s\n" % (key, rows[key]()) for key in keys)


def document(rng):
    head = rng.choice(["", "", "x-a: &a {A: 1}\n", "include: [%s]\n" % rng.choice(FILES), "name: ${A:-n}\n"])
    body = "".join("  %s:\n%s" % (name, service(rng)) for name in rng.sample(NAMES, rng.randint(1, 3)))
    return head + "services:\n" + body + rng.choice(["", "volumes: {v: }\n", "---\nservices: {s: {image: a}}\n"])


def env_file(rng):
    return "".join("%s=%s\n" % (rng.choice("ABCP"), text(rng)) for _ in range(rng.randint(0, 4)))


def project(rng):
    files = {"compose.yaml": document(rng), ".env": env_file(rng), "a.env": env_file(rng)}
    if rng.random() < 0.4:
        files["compose.override.yaml"] = document(rng)
    for name in rng.sample(["base.yaml", "sub/inc.yaml"], rng.randint(0, 2)):
        files[name] = document(rng)
    return "".join("==> %s\n%s" % (name, content) for name, content in files.items())


def main():
    directory = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    directory.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (directory / f"{number}.txt").write_text(project(rng))


if __name__ == "__main__":
    main()
