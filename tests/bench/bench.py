"""Speed and memory, as ratios within one run. usage: bench.py BUILD_FOLDER

Prints a table and fails where a promise of the README does not hold. Times are of this machine and this moment;
the instructions at the end (by valgrind, where it is installed) are the same on every one.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(sys.argv[1]).resolve()
TOP = pathlib.Path(__file__).resolve().parents[2]
broken = []


def copy_program(name):
    """Written at once, as scripts/build does: see there."""
    copy = BUILD / name
    copy.unlink(missing_ok=True)
    copy.write_bytes((BUILD / "bootgate").read_bytes())
    copy.chmod(0o755)
    return copy


# Where a file comes to lie in memory moves its start by several per cent: three copies, of which the middle one counts.
COPIES = [copy_program(f"bootgate.{number}") for number in range(3)]
BOOTGATE = COPIES[0]


def measure(rounds, *commands):
    """(median milliseconds, peak KiB, exit code, median processor milliseconds) of each command, run in turn."""
    words = [word for command in commands for word in ["--", *command]][1:]
    done = subprocess.run([BUILD / "tests/bench/measure", str(rounds), *words], capture_output=True, text=True,
                          check=True)
    rows = map(str.split, done.stdout.splitlines())
    return [(float(ms), int(kib), int(code), float(processor)) for ms, kib, code, processor in rows]


def row(name, value, unit, promise=None, holds=True):
    if not holds:
        broken.append(name)
    note = f"{promise}{'' if holds else '   BROKEN'}" if promise else ""
    print(f"{name:<42}{value:>10} {unit:<6} {note}")


def start_up():
    good = str(TOP / "tests/systems/dataland/good")
    base, version, *checks = measure(301, ["/bin/true"], [BOOTGATE, "--version"], *([copy, "check", good] for copy in COPIES))
    check = sorted(checks)[len(checks) // 2]
    row("start of /bin/true", f"{base[0]:.2f}", "ms")
    row("bootgate --version", f"{version[0] / base[0]:.2f}", "×")
    row("bootgate check, a good deployment", f"{check[0] / base[0]:.2f}", "×", "<= 2 × /bin/true", check[0] <= 2 * base[0])
    row("  its peak memory", f"{check[1] / 1024:.1f}", "MiB", "< 8 MiB", check[1] < 8192)
    if check[2] != 0:
        row("  its exit code", check[2], "", "0", False)


def file_of_102_lines(folder):
    env_file = pathlib.Path(folder) / "app.env"
    env_file.write_text("APP_ENV=production\nDATABASE_URL=postgresql://app:c0ffee5a6978b4d3e2f1@db:5432/app\n"
                        + "".join(f"SETTING_{i}=value {i}\n" for i in range(100)))
    return env_file


def entrypoint():
    """What `exec` costs before the command starts: processor time, against the command alone."""
    with tempfile.TemporaryDirectory() as folder:
        env_file = file_of_102_lines(folder)
        alone, judged, with_file = measure(301, ["/bin/true"], [BOOTGATE, "exec", "--mode", "development", "/bin/true"],
                                           [BOOTGATE, "exec", "--env-file", str(env_file), "/bin/true"])
    row("bootgate exec true, processor time", f"{judged[3] - alone[3]:+.2f}", "ms")
    added = with_file[3] - alone[3]
    row("  with an env file of 102 lines", f"{added:+.2f}", "ms", "<= 2 ms", added <= 2)
    if judged[2] != 0 or with_file[2] != 0:
        row("  its exit code", with_file[2], "", "0", False)


def throughput():
    done = subprocess.run([BUILD / "tests/bench/throughput"], capture_output=True, text=True, check=True)
    promises = {"read-docker": 100, "read-compose": 100}
    for name, value, unit in map(str.split, done.stdout.splitlines()):
        if name.startswith("growth"):
            # Four times the lines in at most five times the time.
            row(f"{name}, 50k to 200k lines", value, unit, "<= 1.25", float(value) <= 1.25)
        else:
            least = promises.get(name, 0)
            row(name, value, unit, f">= {least}" if least else None, float(value) >= least)


def project(folder, services):
    """A Compose project of that many services, each with variables of its own and of .env."""
    folder.mkdir()
    lines = ["services:"]
    for i in range(services):
        lines += [f"  service-{i}:", f"    image: registry.example.com/service-{i}:1.0", "    environment:",
                  f"      APP_ENV: ${{APP_ENV}}", f"      PEER_URL: http://service-{(i + 1) % services}:8080",
                  f"      SERVICE_TOKEN: ${{TOKEN_{i}:?}}", "    ports:", f'      - "127.0.0.1:{20000 + i}:8080"']
    (folder / "compose.yml").write_text("\n".join(lines) + "\n")
    (folder / ".env").write_text("APP_ENV=production\n" + "".join(
        f"TOKEN_{i}={i:08x}c0ffee5a6978b4d3e2f1{i:08x}\n" for i in range(services)))
    return str(folder)


def connection_strings(path, count):
    path.write_text("APP_ENV=production\n" + "".join(
        f"DB{i}_URL=postgresql://app:c0ffee5a6978b4d3e2f1{i:06d}@db.example.com:5432/app\n" for i in range(count)))
    return str(path)


def many_connection_strings():
    """A file of nothing but connection strings to one server: four times as many in about four times the time."""
    with tempfile.TemporaryDirectory() as folder:
        counts = (8000, 32000)
        paths = [connection_strings(pathlib.Path(folder) / f"{count}.env", count) for count in counts]
        small, large = measure(3, *([BOOTGATE, "check", path] for path in paths))
        growth = large[3] / small[3] / (counts[1] / counts[0])
        row(f"check of {counts[1]} connection strings", f"{large[0]:.1f}", "ms")
        row(f"  growth from {counts[0]}", f"{growth:.2f}", "×", "< 1.6", growth < 1.6)


def unclosed_quote():
    """2 MB after a quote that is never closed, and as many lines that say nothing."""
    with tempfile.TemporaryDirectory() as folder:
        quote, lines = pathlib.Path(folder) / "quote.env", pathlib.Path(folder) / "lines.env"
        quote.write_text('A="' + "x y $Z\n" * 300_000)
        lines.write_text("x\n" * 1_000_000)
        as_quote, as_lines = measure(1, [BOOTGATE, "check", str(quote)], [BOOTGATE, "check", str(lines)])
        quote.write_text("A=`" + "x=1\n" * 500_000)
        compared, = measure(1, [BOOTGATE, "env", str(quote), "--compare"])
    row("an unclosed quote of 2 MB, peak memory", f"{as_quote[1] / 1024:.1f}", "MiB", "< 64 MiB", as_quote[1] < 65536)
    row("a million lines without a value", f"{as_lines[1] / 1024:.1f}", "MiB", "< 64 MiB", as_lines[1] < 65536)
    row("a backtick of 2 MB under every reader", f"{compared[1] / 1024:.1f}", "MiB", "< 64 MiB", compared[1] < 65536)


def instructions():
    """Of each scenario, in thousands: what tells a slower program from a slower machine."""
    if not shutil.which("valgrind"):
        print("instructions: valgrind is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        scenarios = {
            "--version": ["--version"],
            "check of a good deployment": ["check", str(TOP / "tests/systems/dataland/good")],
            "check of a bad deployment": ["check", str(TOP / "tests/systems/dataland/bad")],
            "env --compare": ["env", str(TOP / "tests/systems/dataland/good/.env"), "--compare"],
            "budget": ["budget", str(TOP / "tests/systems/dataland/good")],
            "exec with an env file of 102 lines": ["exec", "--env-file", str(file_of_102_lines(folder)), "--dry-run",
                                                   "/bin/true"],
            "check of 500 services": ["check", project(pathlib.Path(folder) / "500", 500)],
            "check of 2000 connection strings": ["check", connection_strings(pathlib.Path(folder) / "2000.env", 2000)],
        }
        print("thousands of instructions (valgrind)")
        for name, arguments in scenarios.items():
            done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", BOOTGATE, *arguments],
                                  capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
            row("  " + name, f"{int(re.search('Collected : ([0-9]+)', done.stderr)[1]) // 1000}", "")


def large_projects():
    with tempfile.TemporaryDirectory() as folder:
        counts = (500, 2000)
        folders = [project(pathlib.Path(folder) / str(count), count) for count in counts]
        small, large = measure(5, *([BOOTGATE, "check", path] for path in folders))
        for count, took in zip(counts, (small, large)):
            row(f"check of {count} services", f"{took[0]:.1f}", "ms")
            row("  its peak memory", f"{took[1] / 1024:.1f}", "MiB")
        growth = large[0] / small[0] / (counts[1] / counts[0])
        row("  growth from the one to the other", f"{growth:.2f}", "×", "< 2", growth < 2)


start_up()
entrypoint()
throughput()
many_connection_strings()
unclosed_quote()
large_projects()
instructions()
if broken:
    sys.exit("broken promises: " + ", ".join(broken))
