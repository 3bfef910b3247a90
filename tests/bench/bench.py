"""Speed and memory, as ratios within one run. usage: bench.py BUILD_FOLDER [--record]

Prints a table and fails where a promise of the README does not hold. Times are of this machine and this moment. The
instructions at the end (by valgrind, where it is installed) are the same in every run of one build: they are compared
with tests/bench/instructions, which --record writes anew, and more than three per cent above that is a failure.
"""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

import projects

BUILD = pathlib.Path(sys.argv[1]).resolve()
TOP = pathlib.Path(__file__).resolve().parents[2]
GOOD = TOP / "tests/systems/dataland/good"
RECORD = pathlib.Path(__file__).parent / "instructions"
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
    print(f"{name:<50}{value:>10} {unit:<6} {note}")


def check_exit(done, wanted=0):
    if done[2] != wanted:
        row("  its exit code", done[2], "", str(wanted), False)


def start_up():
    base, version, *checks = measure(301, ["/bin/true"], [BOOTGATE, "--version"], *([copy, "check", str(GOOD)] for copy in COPIES))
    check = sorted(checks)[len(checks) // 2]
    said = subprocess.run([BOOTGATE, "--version"], capture_output=True, text=True, check=True).stdout
    if not said.startswith("bootgate "):
        sys.exit(f"{BOOTGATE} is not the program: a linker may still be writing it")
    row("start of /bin/true", f"{base[0]:.2f}", "ms")
    row("bootgate --version", f"{version[0] / base[0]:.2f}", "×")
    row("bootgate check, a good deployment", f"{check[0] / base[0]:.2f}", "×", "<= 2 × /bin/true", check[0] <= 2 * base[0])
    row("  its peak memory", f"{check[1] / 1024:.1f}", "MiB", "<= 4 MiB", check[1] <= 4096)
    check_exit(check)


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
    row("  what it adds to /bin/true", f"{judged[0] / alone[0] - 1:.2f}", "×", "<= 1 ×", judged[0] <= 2 * alone[0])
    added = with_file[3] - alone[3]
    row("  with an env file of 102 lines", f"{added:+.2f}", "ms", "<= 2 ms", added <= 2)
    check_exit(judged)
    check_exit(with_file)


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


def filled(folder, name, fill, *arguments):
    """What a function of projects.py gives for a new folder of that name."""
    place = pathlib.Path(folder) / name
    place.mkdir()
    return str(fill(place, *arguments))


# (what, how it is filled, options of `check`, most times a start of /bin/true)
DEPLOYMENTS = [
    ("60 services, 1500 variables, 1600 lines", projects.large, [], 30),
    ("12 services that share 1500 variables", projects.sharing, [], 120),
    ("300 projects, -r", projects.many, ["-r"], 150),
]


def deployments():
    """As large as deployments become: how long, and the memory that each byte of input takes beyond the first MiB."""
    for name, fill, options, most in DEPLOYMENTS:
        with tempfile.TemporaryDirectory() as folder:
            place = filled(folder, "project", fill)
            size = sum(path.stat().st_size for path in pathlib.Path(place).rglob("*") if path.is_file())
            base, check = measure(21, ["/bin/true"], [BOOTGATE, "check", *options, place])
        row(f"check of {name}", f"{check[0] / base[0]:.1f}", "×", f"<= {most} × /bin/true", check[0] <= most * base[0])
        per_byte = max(check[1] * 1024 - (1 << 20), 0) / size
        row("  memory beyond 1 MiB, a byte of input", f"{per_byte:.0f}", "bytes")


def env_files():
    """Many env files in one run, beside a program that only reads them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = sorted(map(str, pathlib.Path(filled(folder, "files", projects.env_files)).iterdir()))
        cat, check = measure(11, ["cat", *paths], [BOOTGATE, "check", "--quiet", *paths])
    row("check of 5000 env files", f"{check[0] / cat[0]:.1f}", "×", "<= 20 × cat", check[0] <= 20 * cat[0])


# (what, how it is filled, the counts of which the second is four times the first)
GROWTHS = [
    ("connection strings", projects.connection_strings, (50000, 200000)),
    ("faults beside connection strings", projects.faults, (2000, 8000)),
    ("connections to what does not start", projects.asleep, (4000, 16000)),
    ("services", projects.chain, (1250, 5000)),
    ("manifests", projects.manifests, (1250, 5000)),
]


def growths():
    """Four times as much in about four times the processor time."""
    for name, fill, counts in GROWTHS:
        with tempfile.TemporaryDirectory() as folder:
            small, large = measure(3, *([BOOTGATE, "check", filled(folder, str(count), fill, count)] for count in counts))
        growth = large[3] / small[3] / (counts[1] / counts[0])
        row(f"check of {counts[1]} {name}", f"{large[3]:.0f}", "ms")
        row("  its peak memory", f"{large[1] / 1024:.1f}", "MiB")
        row(f"  growth from {counts[0]}", f"{growth:.2f}", "×", "< 1.6", growth < 1.6)


def built_here():
    """What Dockerfiles and the settings of programs cost where services are built, and where none is."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [filled(folder, name, fill) for name, fill in (("of-images", projects.unbuilt), ("built", projects.building))]
        of_images, built = measure(101, *([BOOTGATE, "check", path] for path in paths))
    added = built[3] - of_images[3]
    row("four services built here, processor time", f"{added:+.2f}", "ms", "<= 0.3 ms", added <= 0.3)


def nothing_built():
    """The readers of Dockerfiles and settings cost nothing where no service is built, whatever lies there: the same
    project with and without such files, by instructions, or by processor time where valgrind is not installed."""
    is_counted = shutil.which("valgrind") is not None
    with tempfile.TemporaryDirectory() as folder:
        paths = [filled(folder, name, fill) for name, fill in (("bare", projects.bare), ("littered", projects.littered))]
        if is_counted:
            bare, littered = (counted(["check", path]) for path in paths)
        else:
            bare, littered = (done[3] for done in measure(101, *([BOOTGATE, "check", path] for path in paths)))
    ratio, most = littered / bare, 1.01 if is_counted else 1.1
    unit = "instructions" if is_counted else "processor time"
    row(f"nothing built, Dockerfiles beside it, {unit}", f"{ratio:.3f}", "×", f"<= {most} ×", ratio <= most)


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


def toolchain():
    """What else the number of instructions depends on."""
    compiler = subprocess.run(["cc", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{platform.machine()}, cc {compiler}, {' '.join(platform.libc_ver())}"


def counted(arguments):
    """Thousands of instructions. Lackey's count: it needs no file at the end, which a guarded process cannot open."""
    done = subprocess.run(["valgrind", "--tool=lackey", "--basic-counts=yes", BOOTGATE, *arguments],
                          capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    return int(re.search("guest instrs: *([0-9,]+)", done.stderr)[1].replace(",", "")) // 1000


# (command, what there is four times as much of), beside `check` of each.
HOSTILE_COMMANDS = [("budget", "servers of their own"), ("graph", "servers of their own"),
                    ("graph", "dependencies of a service"), ("fix", "keys of an environment")]


def hostile_growths():
    """What somebody may write to keep the program busy takes no more than it is long, counted in instructions."""
    if not shutil.which("valgrind"):
        return
    for command, what in [*(("check", what) for what in projects.HOSTILE), *HOSTILE_COMMANDS]:
        with tempfile.TemporaryDirectory() as folder:
            small, large = (counted([command, filled(folder, str(count), projects.hostile, what, count)])
                            for count in (500, 2000))
        growth = large / small / 4
        row(f"{command} of 2000 {what}"[:49], f"{growth:.2f}", "×", "< 1.3, from 500", growth < 1.3)
    with tempfile.TemporaryDirectory() as folder:
        small, large = (counted(["check", "-r", filled(folder, str(count), projects.many, count)]) for count in (50, 200))
    row("check -r of 200 projects", f"{large / small / 4:.2f}", "×", "< 1.3, from 50", large / small / 4 < 1.3)


def recorded():
    """(the toolchain, name → thousands of instructions) of the record."""
    first, *lines = RECORD.read_text().splitlines() if RECORD.exists() else [""]
    return first.removeprefix("# "), {name: int(count) for count, name in (line.split(None, 1) for line in lines)}


def instructions():
    """Of each scenario, in thousands: what tells a slower program from a slower machine."""
    if not shutil.which("valgrind"):
        print("instructions: valgrind is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        scenarios = {
            "--version": ["--version"],
            "check of a good deployment": ["check", str(GOOD)],
            "check of a bad deployment": ["check", str(TOP / "tests/systems/dataland/bad")],
            "env --compare": ["env", str(GOOD / ".env"), "--compare"],
            "budget": ["budget", str(GOOD)],
            "exec with an env file of 102 lines": ["exec", "--env-file", str(file_of_102_lines(folder)), "--dry-run",
                                                   "/bin/true"],
            "check of four services of images": ["check", filled(folder, "of-images", projects.unbuilt)],
            "check of four services built here": ["check", filled(folder, "built", projects.building)],
            "check of 60 services, 1500 variables": ["check", filled(folder, "large", projects.large)],
            "check of 12 services that share 150": ["check", filled(folder, "sharing", projects.sharing, 12, 150)],
            "check of 100 services": ["check", filled(folder, "services", projects.chain, 100)],
            "check of 100 manifests": ["check", filled(folder, "manifests", projects.manifests, 100)],
            "check of 500 connection strings": ["check", filled(folder, "strings", projects.connection_strings, 500)],
        }
        counts = {name: counted(arguments) for name, arguments in scenarios.items()}
    print("thousands of instructions (valgrind)")
    of, known = recorded()
    is_same = of == toolchain()
    for name, count in counts.items():
        most = known[name] * 1.03 if is_same and name in known else None
        row("  " + name, count, "", f"<= {most:.0f}" if most else None, not most or count <= most)
    if not is_same:
        print(f"  the record is of {of or 'no toolchain'}, this is {toolchain()}: not compared")
    if "--record" in sys.argv:
        RECORD.write_text(f"# {toolchain()}\n" + "".join(f"{count:>8} {name}\n" for name, count in counts.items()))


start_up()
entrypoint()
built_here()
nothing_built()
deployments()
env_files()
throughput()
unclosed_quote()
growths()
hostile_growths()
instructions()
if broken:
    sys.exit("broken promises: " + ", ".join(broken))
