"""Random connection strings, ours against clients of other languages: those of clients.py. Differences are shrunk.

usage: programs.py BUILD [COUNT [SEED [CLIENT...]]]
"""
import ipaddress
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import unicodedata

from clients import CLIENTS
from compare import mutate

BAD_PORT = 5


def lines_of(command, texts, environment):
    data = b"".join(text.encode() + b"\0" for text in texts)
    run = subprocess.run(command, input=data, stdout=subprocess.PIPE, env=dict(os.environ, **environment), check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


class Comparison:
    def __init__(self, build, client):
        self.client = client
        client.prepare(build)
        self.ours = [build / "tests/conformance/dsn_readings", *client.family]

    def differences(self, texts):
        rows = lines_of(self.ours, texts, {})
        wanted = lines_of(self.client.command, texts, self.client.environment)
        assert len(rows) == len(texts) == len(wanted)
        for text, row, theirs in zip(texts, rows, wanted):
            ours = next((each for each in row["readings"] if each["client"] == self.client.name), None)
            what = ours and self.differs(text, ours, theirs)
            if what:
                yield what, text, ours, theirs

    def differs(self, text, ours, theirs):
        if (theirs is None and ours["error"]) or self.client.is_explained(text, ours, theirs):
            return None
        if "\ufffd" in json.dumps(theirs, ensure_ascii=False) or r"\\x" in json.dumps(ours):  # bytes that are no text
            return None
        places = theirs and [(host, bare_number(self.client.read_port(port))) for host, port in theirs.get("hosts") or [(theirs["host"], theirs["port"])]]
        if ours["error"] == BAD_PORT and (theirs is None or not all(is_port(port) for _, port in places)):
            return None  # seen when it connects
        if theirs is None or ours["error"]:
            return "they refuse" if theirs is None else "they accept"
        for key in ("user", "password", "database"):
            if key in theirs and (ours[key] or "") != theirs[key]:
                return key
        return self.place_differs(ours["hosts"], places)

    def place_differs(self, ours, theirs):
        """What a client leaves open, its connection fills in: only what the text names is compared."""
        ours, theirs = once_each(ours), once_each(theirs)  # pgx tries each twice
        if len(ours) != len(theirs):
            return None if not ours and theirs == [("", "")] else "hosts"
        for mine, (host, port) in zip(ours, theirs):
            if mine["given"] and canonical(mine["host"]) != canonical(host):
                return "host"
            if host and not mine["given"] and canonical(mine["host"]) != canonical(host):
                return "host not given"
            if is_port(port) and mine["class"] != "socket" and mine["port"] != int(port):
                return "port"
        return None

    def shrink(self, what, text):
        """Takes bytes away as long as the same part still differs."""
        at = 0
        while at < len(text):
            shorter = text[:at] + text[at + 1:]
            if shorter and any(found[0] == what for found in self.differences([shorter])):
                text = shorter
            else:
                at += 1
        return text


def once_each(places):
    return [place for at, place in enumerate(places) if at == 0 or place != places[at - 1]]


def canonical(host):
    """One spelling of an address or a name, as the resolvers see it."""
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host[:-1] if host.endswith(".") else host)) if host[:1].isdigit() else mapped(host)
    except (OSError, ValueError):  # no address; a NUL byte
        return mapped(host)


def mapped(host):
    host = unicodedata.normalize("NFKC", host).lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def bare_number(text):
    return str(int(text)) if text.isascii() and text.isdigit() else text


def is_port(text):
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def compare(build, client, count, seed):
    if not client.is_installed():
        print("%s: not installed here" % client.name)
        return 0
    rng = random.Random("%s %s" % (seed, client.name))
    comparison, found = Comparison(build, client), {}
    texts = [mutate(rng, client.make(rng)) for _ in range(count)]
    for what, text, _, _ in comparison.differences([text for text in texts if text]):
        found.setdefault(what, []).append(text)
    print("%s: seed %d, %d strings, %d differences" % (client.name, seed, count, sum(map(len, found.values()))), flush=True)
    for what, texts in sorted(found.items()):
        shortest = comparison.shrink(what, min(texts, key=len))
        [(_, _, ours, theirs)] = comparison.differences([shortest])
        print("  %s: %d, such as %r" % (what, len(texts), shortest))
        print("    ours   %s\n    theirs %s" % (json.dumps(ours), json.dumps(theirs)))
        for text in texts[:6]:
            print("     ", repr(text))
    return sum(map(len, found.values()))


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    wanted = sys.argv[4:] or [client.name for client in CLIENTS]
    return sum(compare(build, client, count, seed) for client in CLIENTS if client.name in wanted) > 0


if __name__ == "__main__":
    sys.exit(main())
