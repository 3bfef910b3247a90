"""clients.py CLIENT: connection strings on standard input, a NUL behind each; for each a line of JSON: what that
client would connect with, or null where it raises."""
import json
import sys
import warnings
from urllib.parse import unquote, urlsplit

warnings.simplefilter("ignore")


def read_urllib(text):
    url = urlsplit(text)
    return {"user": unquote(url.username or ""), "password": unquote(url.password or ""), "host": url.hostname, "port": url.port}


def read_redis(text):
    from redis.connection import parse_url
    url = parse_url(text)
    return {"user": url.get("username"), "password": url.get("password"), "host": url.get("path") or url.get("host"),
            "port": url.get("port"), "database": url.get("db")}


def read_kombu(text):
    from kombu.utils.url import url_to_parts
    _, host, port, user, password, path, _ = url_to_parts(text)
    return {"user": user, "password": password, "host": host, "port": port, "database": path}


CLIENTS = {"urllib": read_urllib, "redis-py": read_redis, "kombu": read_kombu}


def main():
    read = CLIENTS[sys.argv[1]]
    for text in sys.stdin.buffer.read().decode().split("\0")[:-1]:
        try:
            found = {key: "" if value is None else str(value) for key, value in read(text).items()}
        except Exception:  # whatever a client raises, it does not connect
            found = None
        print(json.dumps(found))


main()
