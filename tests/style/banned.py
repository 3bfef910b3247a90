"""Functions that this code base does not call, and why."""
import re

import tree

CORE = ("text", "syntax", "env", "dsn", "rewrite", "deploy", "compose", "facts", "language", "budget", "rule", "check", "report")
# words, rooms where they are banned (None: everywhere), rooms that may, why
BANNED = [
    ("strtok strtok_r strsep", None, (), "cut with str_cut or a cursor"),
    ("atoi atol atoll atof strtol strtoul strtoll strtoull", None, (), "parse with base/number.h"),
    ("strtod", None, ("base",), "parse with number_parse_double"),
    ("sprintf vsprintf strcpy strncpy strcat strncat stpcpy gets scanf sscanf fscanf", None, (), "use buf or str"),
    ("alloca", None, (), "use the arena"),
    ("strcmp strncmp strcasecmp strncasecmp strchr strrchr strstr strdup strndup strspn strcspn strpbrk",
     CORE, (), "input is a str: NUL bytes are data"),
    ("strlen", CORE, (), "input is a str: NUL bytes are data"),
    ("printf puts putchar perror exit _exit abort getenv setenv putenv", CORE, (), "the core goes through struct host"),
    ("malloc calloc realloc strdup free", CORE, (), "use the arena"),
    ("fopen open socket connect system popen", CORE, (), "the core goes through struct host"),
    ("socket connect getaddrinfo", None, ("wait", "live"), "only bootgate-wait and bootgate-live open sockets"),
]
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_only(text):
    """The text with comments and literals blanked, line breaks kept."""
    return NOISE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def rules_for(room):
    rows = [row for row in BANNED if (row[1] is None or room in row[1]) and room not in row[2]]
    return [(re.compile(r"(?<![\w.>])(" + "|".join(words.split()) + r")\s*\("), why) for words, _, _, why in rows]


def faults():
    for name, text in tree.sources():
        if "/language/packc" in name:  # the pack compiler is a program of its own, not part of the core
            continue
        code = code_only(text)
        for pattern, why in rules_for(name.split("/")[1]):
            for match in pattern.finditer(code):
                line = code.count("\n", 0, match.start()) + 1
                yield name, line, f"{match.group(1)}(): {why}"


tree.finish(sorted(set(faults())))
