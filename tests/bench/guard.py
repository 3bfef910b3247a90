"""What teams write for themselves: python-dotenv reads the file, SQLAlchemy the connection strings.

usage: guard.py FOLDER. Prints FILE:LINE VARIABLE WHY for each fault; exit code 1 where there is one. A peer of
scripts/compare, about as long as such a guard is where it is found.
"""
import pathlib
import sys

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

WEAK = {"postgres", "password", "admin", "secret", "changeme", "root", "guest", "minioadmin"}


def faults(name, text):
    if name.endswith(("_URL", "_DSN", "_URI")):
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            return
        if url.password and (url.password == url.username or url.password in WEAK):
            yield "default credentials"
        if url.host in ("localhost", "127.0.0.1", "0.0.0.0"):
            yield "localhost"
    elif name.endswith(("PASSWORD", "SECRET", "KEY", "TOKEN")):
        if text in WEAK or text.lower().startswith(("changeme", "your-", "change-me")):
            yield "weak"
    elif name.endswith("_HOST") and text in ("localhost", "127.0.0.1"):
        yield "localhost"


def main():
    path = pathlib.Path(sys.argv[1]) / ".env"
    values = dotenv_values(path)
    with path.open() as stream:
        # A binding begins with the empty lines before it.
        lines = {binding.key: binding.original.line + len(binding.original.string) - len(binding.original.string.lstrip("\n"))
                 for binding in parse_stream(stream)}
    found = [(lines[name], name, why) for name, text in values.items() for why in faults(name, text or "")]
    for line, name, why in sorted(found):
        print(f".env:{line} {name} {why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
