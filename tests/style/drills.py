"""How many source files name one row of a table: what src/README.md says of a new one stays true for each.

A row is asked for by its id. Rows that mean more than themselves to another file (Compose reads `.env`, PostgreSQL's
limits are counted) may be named in more files; they are listed here, with how many, so that the list does not grow
unseen. The files and functions that src/README.md names are there.
"""
import re

import tree

# Files that a new row may be named in, and rows that are known to be named in more.
DIALECT, FAMILY, CLIENT, FORMAT = 3, 3, 3, 2
MORE = {
    "DIALECT_COMPOSE": 11, "DIALECT_DOCKER": 5, "DIALECT_NODE": 4, "DIALECT_SYSTEMD": 5, "DIALECT_SHELL": 4,
    "FAMILY_NONE": 10, "FAMILY_POSTGRESQL": 17, "FAMILY_MYSQL": 8, "FAMILY_SQLITE": 6, "FAMILY_MSSQL": 7,
    "FAMILY_ORACLE": 5, "FAMILY_CLICKHOUSE": 4, "FAMILY_MONGODB": 5, "FAMILY_REDIS": 7, "FAMILY_AMQP": 5,
    "FAMILY_KAFKA": 5, "FAMILY_HTTP": 6, "FAMILY_SMTP": 5, "FAMILY_S3": 5, "FAMILY_CASSANDRA": 4, "FAMILY_URL": 4,
    "CLIENT_SQLALCHEMY": 4, "CLIENT_DOCTRINE": 4, "CLIENT_LETTUCE": 4, "CLIENT_REDIS_RS": 4,
    "CLIENT_LIBPQ": 4, "CLIENT_KOMBU": 4, "CLIENT_KAFKA": 4, "CLIENT_AZURE": 4, "CLIENT_URL": 4,
    "report_text": 4, "report_json": 3,
}
# By its name, a row is asked for where the name was written by a person, and nowhere else.
BY_NAME = re.compile(r"str_(?:eq|eq_fold|starts)\((?:dsn_family|family|dialect)_name\(")


def sources():
    return {name: re.sub(r"/\*.*?\*/", "", text, flags=re.S) for name, text in tree.files("src/**/*.[ch]")}


def list_of(text, what):
    rows = re.search(r"#define %s\(X\)(.*?[^\\])\n" % what, text, re.S).group(1)
    return re.findall(r"X\((\w+)", rows)


def rows(files):
    """The rows of each table: the words that name one, the file that lists it without naming it, the most files."""
    for name in list_of(files["src/env/dialect.h"], "DIALECT_LIST"):
        yield [f"DIALECT_{name}", f"read_{name.lower()}"], "src/env/dialect.h", DIALECT
    for name in list_of(files["src/dsn/family_list.h"], "FAMILY_LIST"):
        yield [f"FAMILY_{name}"], "src/dsn/family_list.h", FAMILY
    for name in re.findall(r"\b(CLIENT_\w+),", files["src/dsn/client.h"]):
        if name != "CLIENT_COUNT":
            yield [name], "src/dsn/client.h", CLIENT
    for name in list_of(files["src/report/report.h"], "REPORT_FORMATS"):
        yield [f"report_{name}"], "src/report/report.h", FORMAT


def named_in_map(text):
    """The files and functions of src/README.md, each with its line; capitals are for names to be chosen."""
    for match in re.finditer(r"`((?:[a-z_]+/)+[\w.]+\.\w+|\w+\(\))`", text):
        if not re.search(r"[A-Z]", match.group(1)):
            yield match.group(1), text.count("\n", 0, match.start()) + 1


def map_faults(files):
    [(name, text)] = tree.files("src/README.md")
    code = "\n".join(files.values())
    for word, line in named_in_map(text):
        if word.endswith("()") and not re.search(r"\b%s\(" % word[:-2], code):
            yield name, line, f"there is no {word}"
        if "/" in word and not (tree.TOP / "src" / word).is_file() and not (tree.TOP / word).is_file():
            yield name, line, f"there is no {word}"


def faults():
    files = sources()
    yield from map_faults(files)
    found = list(rows(files))
    if len(found) < 60:
        yield "tests/style/drills.py", 1, f"only {len(found)} rows were found: this check reads them wrongly"
    for words, listed_in, most in found:
        named = re.compile(r"\b(?:%s)\b" % "|".join(words))
        room = listed_in.rsplit("/", 1)[0]
        near = [name for name, text in files.items()
                if name == listed_in or re.search(r"\b%s\b" % words[0], text) or (name.startswith(room) and named.search(text))]
        most = MORE.get(words[0], most)
        if len(near) > most:
            yield listed_in, 1, f"{words[0]} is named in {len(near)} files, {most} are allowed: {' '.join(near)}"
    for name, text in files.items():
        for match in BY_NAME.finditer(text):
            yield name, text.count("\n", 0, match.start()) + 1, f"{match.group()}: ask by the id"


tree.finish(list(faults()))
