"""Rehearses the lines of SYSTEM/live.sh against a real PostgreSQL with the system's roles and databases; speaks TAP.

usage: live.py BOOTGATE FOLDER. Each good system is accepted; with another password in the server, one login is refused
for each password, and the ALTER ROLE that is printed mends it. No container is started: of a docker line the words
after the program are run, with every server mapped, which is what the network of the containers does.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "server"))
import postgres  # noqa: E402  pylint: disable=wrong-import-position

PROGRAM, FOLDER = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}


def run(folder, *words, text=None):
    return subprocess.run([PROGRAM, *words], cwd=folder, env=ENVIRONMENT, input=text, capture_output=True, text=True,
                          check=False)


def variables_of(folder, service):
    done = run(folder, "env", "--service", service, "--format", "json", "--reveal")
    return json.loads(done.stdout)["variables"]


def logins_of(folder):
    """(server, user, password, database) of each way to a PostgreSQL server."""
    graph = json.loads(run(folder, "graph", "--format", "json").stdout)
    runs = {row["name"]: row["service"] for row in graph["servers"]}
    for row in graph["connections"]:
        if row["family"] != "postgresql" or not row["service"]:
            continue
        target = row["targets"][0]
        url = variables_of(folder, row["service"]).get(row["variable"])
        if url:
            parts = json.loads(run(folder, "dsn", "parse", "--format", "json", "--reveal", "-", text=url).stdout)
            password = parts["password"]
        else:  # put together by the program, of the server's own password
            password = variables_of(folder, runs[target["server"]])["POSTGRES_PASSWORD"]
        yield f"{target['host']}:{target['port']}", row["user"], password, row["database"]


def quoted(text, mark):
    return mark + text.replace(mark, 2 * mark) + mark


def prepare(server, logins):
    for user, password in {(user, password) for _, user, password, _ in logins}:
        server.sql(f"CREATE ROLE {quoted(user, chr(34))} LOGIN PASSWORD {quoted(password, chr(39))}")
    for user, database in {(user, database) for _, user, _, database in logins}:
        server.sql(f"CREATE DATABASE {quoted(database, chr(34))} OWNER {quoted(user, chr(34))}")


def lines_of(system):
    text = (system / "live.sh").read_text(encoding="utf-8").replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line and not line.startswith("#")]


def words_of(line, logins, port):
    """The words behind `bootgate`, with the places of the rehearsal."""
    places = {server for server, _, _, _ in logins}
    if line[0] == "bootgate":
        mapped = {word.split("=")[0] for word in line if "=" in word}
        assert mapped == places, f"{line} maps {mapped}, the system has {places}"
        return [re.sub(r"=127\.0\.0\.1:\d+$", f"=127.0.0.1:{port}", word) for word in line[1:]]
    assert line[-1] == "live" and line[0] == "docker" and "--rm" in line, line
    return ["live", *(word for place in sorted(places) for word in ("--map", f"{place}=127.0.0.1:{port}"))]


def known_services(folder):
    graph = json.loads(run(folder, "graph", "--format", "json").stdout)
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*compose*.yml"))
    return {row["name"] for row in graph["services"]} | set(re.findall(r"container_name: (\S+)", text))


def errors_of(folder, words):
    done = run(folder, *words, "--format", "json")
    document = json.loads(done.stdout)
    # The server of the rehearsal has what Debian has: no pgvector, perhaps.
    return [it for it in document["findings"] if it["severity"] == "error"
            and not (it["rule"] == "extension-missing" and "`vector`" in it["message"])]


def rehearse(folder, line, logins, server):
    words = words_of(line, logins, server.port)
    found = errors_of(folder, words)
    assert not found, f"{line}: {found}"
    users = sorted({user for _, user, _, _ in logins})
    for user in users:
        server.sql(f"ALTER ROLE {quoted(user, chr(34))} PASSWORD 'another-one'")
    found = errors_of(folder, words)
    assert found and {it["rule"] for it in found} == {"login-refused"}, f"{line}: {found}"
    for finding in found:
        statement = [text for text in finding["help"].split("\n") if text.startswith("ALTER ROLE")][0]
        user = statement.split()[2].strip('"')
        password = [password for _, name, password, _ in logins if name == user][0]
        server.sql(statement.replace("'…'", quoted(password, chr(39))))
    found = errors_of(folder, words)
    assert not found, f"{line}, mended: {found}"


def rehearse_system(system, version):
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place, "good")
        shutil.copytree(system / "good", folder)
        os.chmod(folder / ".env", 0o600)
        for path in folder.glob("*compose*.yml"):
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(r"(image: (postgres:|pgvector/pgvector:pg))\d+", rf"\g<1>{version}", text),
                            encoding="utf-8")
        logins = sorted(set(logins_of(folder)))
        assert logins, "no login"
        for line in lines_of(system):
            named = line[line.index("--network") + 1].removeprefix("container:") if "--network" in line else line[-2]
            assert line[0] != "docker" or named in known_services(folder), f"{line}: no {named}"
        budgets = json.loads(run(folder, "budget", "--format", "json").stdout)["servers"]
        most = max([row["max_connections"] or 100 for row in budgets if ":543" in row["server"]] or [100])
        with postgres.Postgres([f"max_connections = {most}"], hba=["host all all 127.0.0.1/32 scram-sha-256"]) as server:
            server.ready()
            prepare(server, logins)
            for line in lines_of(system):
                rehearse(folder, line, logins, server)


def main():
    systems = sorted(path.parent for path in FOLDER.glob("*/live.sh"))
    if not postgres.tool("postgres"):
        print("1..0 # SKIP no postgres")
        return 0
    version = re.search(r"(\d+)\.", subprocess.run([postgres.tool("postgres"), "--version"], capture_output=True, text=True,
                                                   check=True).stdout).group(1)
    print(f"1..{len(systems)}", flush=True)
    failed = 0
    for number, system in enumerate(systems, 1):
        try:
            rehearse_system(system, version)
            print(f"ok {number} - {system.name}", flush=True)
        except AssertionError as fault:
            failed += 1
            print(f"not ok {number} - {system.name}\n# " + str(fault).replace("\n", "\n# "), flush=True)
    return 1 if failed else 0


sys.exit(main())
