"""Makes every allocation and every system call of many runs fail, one at a time, and looks at what comes of it.

usage: torture.py BUILD [--share N] [--jobs N] [SCENARIO [POINT...]]

Without a scenario all of them, without a point all of it. A point is its number in the order of the run, or as it is
printed: `openat#3=EIO` (the third openat of the program), `1:dup2#1=EBUSY` (of its first child), `alloc#17`; a `+` at the
end makes it last. --share N tries a fixed Nth of the points and those of finds.txt, and speaks TAP.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import fnmatch
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

import scenarios

HERE = pathlib.Path(__file__).resolve().parent
LONGEST_SECONDS = 30
LATE_ALLOCATIONS = 100  # after what libraries take for themselves
SHARE_BYTES = 6  # so much of a secret in a row is a leak

# What a call may fail with. "short" moves one byte, "end" pretends that nothing more comes.
FAULTS = {
    "read": "EIO EINTR ENOMEM short", "pread64": "EIO EINTR short", "readv": "EIO EINTR",
    "write": "EIO ENOSPC EPIPE EINTR short", "writev": "EIO EINTR", "pwrite64": "EIO ENOSPC EINTR",
    "open": "EACCES EMFILE EIO ELOOP ENOMEM", "openat": "EACCES EMFILE EIO ELOOP ENOMEM", "close": "EIO EINTR",
    "stat": "EACCES EIO ELOOP ENOMEM", "lstat": "EACCES EIO ENOMEM", "fstat": "EIO ENOMEM",
    "newfstatat": "EACCES EIO ELOOP ENOMEM", "statx": "EACCES EIO ELOOP ENOMEM", "getdents64": "EIO ENOMEM",
    "readlink": "EACCES EIO", "readlinkat": "EACCES EIO", "getcwd": "EACCES ENOENT ENOMEM", "chdir": "EACCES",
    "rename": "EACCES EIO ENOSPC EXDEV", "renameat": "EIO ENOSPC", "renameat2": "EIO ENOSPC EINVAL",
    "link": "EPERM ENOSPC EMLINK", "linkat": "EPERM ENOSPC", "unlink": "EIO", "unlinkat": "EIO", "mkdir": "EACCES ENOSPC",
    "mkdirat": "EACCES ENOSPC", "chmod": "EPERM EIO", "fchmod": "EPERM EIO", "fchmodat": "EPERM EIO",
    "fsync": "EIO ENOSPC", "fdatasync": "EIO ENOSPC", "fcntl": "EINVAL", "dup": "EMFILE", "dup2": "EBUSY EMFILE",
    "dup3": "EBUSY EMFILE", "pipe": "EMFILE", "pipe2": "EMFILE ENFILE", "mmap": "ENOMEM", "mremap": "ENOMEM",
    "munmap": "ENOMEM", "mprotect": "ENOMEM", "madvise": "EINVAL", "mlock": "ENOMEM", "brk": "ENOMEM", "fork": "EAGAIN",
    "vfork": "EAGAIN", "clone": "EAGAIN ENOMEM", "clone3": "EAGAIN ENOMEM", "execve": "ENOENT EACCES ENOMEM E2BIG EIO",
    "wait4": "ECHILD EINTR", "waitid": "ECHILD EINTR", "poll": "EINTR ENOMEM", "ppoll": "EINTR ENOMEM",
    "socket": "EMFILE EACCES ENOBUFS", "socketpair": "EMFILE ENFILE", "connect": "ECONNREFUSED EACCES ENETUNREACH",
    "sendto": "EPIPE ECONNRESET EINTR short", "recvfrom": "ECONNRESET EINTR ENOMEM short", "shutdown": "ENOTCONN",
    "sendmsg": "EPIPE EINTR", "recvmsg": "ECONNRESET EINTR", "ioctl": "EIO", "getrandom": "EAGAIN ENOSYS",
}
OTHERWISE = "EPERM"  # as a sandbox says
FREE = {"EINTR", "short"}  # nothing is wrong: must be survived
# Calls that learn something: where one fails for good, what it asked for was not read.
READING = {"read", "pread64", "readv", "open", "openat", "stat", "fstat", "newfstatat", "statx", "getdents64", "readlink",
           "readlinkat", "getcwd", "lstat"}
WRITING = {"write", "writev", "pwrite64", "rename", "renameat", "renameat2", "link", "linkat", "fsync", "fdatasync"}

Call = collections.namedtuple("Call", "process name number size detail")
Point = collections.namedtuple("Point", "process call number fault lasting size detail")
Outcome = collections.namedtuple("Outcome", "code signal out err tree started injected hung")
JOURNAL = ".bootgate-journal"
MADE = re.compile(rb"\b[a-f][0-9a-f]{47}\b")  # a new secret, another one in each run
ASAN = {"ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:verify_asan_link_order=0:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "abort_on_error=1:halt_on_error=1"}


def spell(point):
    process = f"{point.process}:" if point.process else ""
    fault = f"={point.fault}" if point.fault else ""
    return f"{process}{point.call}#{point.number}{fault}{'+' if point.lasting else ''}"


def snapshot(folder):
    """Each file below with what it holds; of git's own folder only the hooks, which are ours to write."""
    found = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if (name == ".git" or name.startswith(".git/")) and not name.startswith(".git/hooks"):
            continue
        about = path.lstat()
        found[name] = (about.st_mode, path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
    return found


def without_made(tree):
    """New secrets taken out: one is the same in all files."""
    made = {secret for _, content in tree.values() for secret in MADE.findall(content)}
    return {name: (mode, MADE.sub(b"MADE", content)) if len(made) == 1 else (mode, content)
            for name, (mode, content) in tree.items()}


class Bench:
    """One scenario in one folder: builds it, runs it with a fault or without."""

    def __init__(self, build, scenario, folder, port):
        self.build, self.scenario, self.port = build, scenario, port
        self.pristine, self.place = folder / "pristine", folder / "place"
        self.report, self.tally = folder / "report", folder / "tally"
        self.pristine.mkdir(parents=True)
        scenarios.build(scenario, self.pristine, port)
        self.before = None
        self.renew()

    def renew(self):
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.pristine, self.place, symlinks=True)
        self.before = snapshot(self.place)

    def text(self, text):
        return scenarios.fill(self.scenario, text, self.port)

    def command(self):
        return [str(self.build / self.scenario.program), *map(self.text, self.scenario.arguments)]

    def environment(self, **more):
        own = {name: self.text(value) for name, value in self.scenario.environment.items()}
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.place), "LC_ALL": "C.UTF-8", "TZ": "UTC", **ASAN, **own, **more}

    def run(self, point=None):
        if point and point.call == "alloc":
            return self.starve(point)
        plan = f"{point.process} {point.call} {point.number} {point.fault}{'+' * point.lasting}" if point else "-"
        inject = [str(self.build / "tests/torture/inject"), str(self.report), plan]
        library = str(self.build / "tests/torture/libstarve.so")
        return self.finish([*inject, *self.command()], self.environment(TORTURE_LIBRARY=library))

    def starve(self, point):
        self.tally.write_bytes(bytes(16))
        plan = f"{self.tally} {point.number}{'+' * point.lasting}"
        library = str(self.build / "tests/torture/libstarve.so")
        return self.finish(self.command(), self.environment(TORTURE=plan, LD_PRELOAD=library), is_traced=False)

    def finish(self, command, environment, is_traced=True):
        process = subprocess.Popen(command, cwd=self.place, env=environment, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        hung = False
        try:
            out, err = process.communicate(self.text(self.scenario.stdin).encode(), LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            hung = True
            os.killpg(process.pid, signal.SIGKILL)  # a session of its own: what it forked
            out, err = process.communicate()
        if is_traced:
            code, number, injected = self.read_report(hung)
        else:
            code, number = max(process.returncode, 0), max(-process.returncode, 0)
            injected = struct.unpack("QQ", self.tally.read_bytes())[1]
        tree = self.settled(snapshot(self.place))
        started = "started" in tree
        if tree != self.before:
            self.renew()
        tree.pop("started", None)
        return Outcome(code, number, self.plain(out), self.plain(err), tree, started, injected, hung)

    def settled(self, tree):
        """What is there once the next run has looked, where this one has left a step half done."""
        if not self.scenario.recovers:
            return tree
        if JOURNAL in tree:
            subprocess.run([self.command()[0], *self.scenario.recovers], cwd=self.place, env=self.environment(),
                           stdin=subprocess.DEVNULL, capture_output=True, check=False)
            tree = snapshot(self.place)
        return without_made(tree)

    def read_report(self, hung):
        lines = self.report.read_text(errors="replace").splitlines()
        ends = dict(line.split(" ") for line in lines if re.fullmatch(r"(exit|signal|injected) \d+", line))
        if not hung and "injected" not in ends:
            raise RuntimeError(f"the tracer broke: {lines[-3:]}")
        return int(ends.get("exit", 0)), int(ends.get("signal", 0)), int(ends.get("injected", 1))

    def plain(self, text):
        """What differs from run to run, taken out."""
        text = text.decode(errors="backslashreplace").replace(str(self.place), "PLACE")
        text = text.replace(str(self.port), "PORT") if self.port else text
        return re.sub(r"\d+\.\d s\b", "N s", text)

    def calls(self):
        """The calls of the untouched run, in order."""
        found = []
        for line in self.report.read_text(errors="replace").splitlines():
            word, *rest = line.split(" ", 5)
            if word == "call":
                process, name, number, size, detail = [*rest, ""][:5]
                detail = detail.replace(str(self.place), "PLACE").replace(str(self.pristine.parent), "BENCH")
                found.append(Call(int(process), name, int(number), int(size), detail))
        return found

    def allocations(self):
        self.starve(Point(0, "alloc", 0, "", False, 0, ""))
        return struct.unpack("QQ", self.tally.read_bytes())[0]


def points_of(bench, calls):
    """Everything that can fail in the untouched run, in a fixed order."""
    has_sanitizer = b"__asan_init" in (bench.build / bench.scenario.program).read_bytes()
    for call in calls:
        # The sanitizers end the process themselves where the kernel gives them no memory.
        if has_sanitizer and call.name in ("mmap", "munmap", "madvise", "mprotect", "brk", "mremap"):
            continue
        for fault in FAULTS.get(call.name, OTHERWISE).split():
            # Standard output of the C library does not try again: there no handler interrupts a call.
            is_stdio = bench.scenario.program in ("bootgate-wait", "bootgate-live") and call.name == "write"
            if (fault == "short" and call.size < 2) or (fault == "EINTR" and is_stdio):
                continue
            yield Point(call.process, call.name, call.number, fault, False, call.size, call.detail)
        last = next(fault for fault in FAULTS.get(call.name, OTHERWISE).split() if fault not in FREE)
        if call.name != "close":
            yield Point(call.process, call.name, call.number, last, True, call.size, call.detail)
    count, step = bench.allocations(), bench.scenario.step
    for number in range(1, count + 1):
        if number % step == 0 or number > count - LATE_ALLOCATIONS:
            yield Point(0, "alloc", number, "", False, 0, "")
        if number % (step * 4) == 1:
            yield Point(0, "alloc", number, "", True, 0, "")


def has_leak(text):
    secret = scenarios.SENTINEL
    return any(secret[at:at + SHARE_BYTES] in text for at in range(len(secret) - SHARE_BYTES + 1))


def is_whole(document, text):
    if text == "":
        return True
    try:
        if document == "json":
            json.loads(text)
        elif document == "xml":
            xml.etree.ElementTree.fromstring(text)
        else:
            return all(line.startswith(("::", "bootgate: ")) for line in text.splitlines()) and text.endswith("\n")
    except ValueError:
        return False
    except xml.etree.ElementTree.ParseError:
        return False
    return True


def lines_said(err):
    """The lines that say what went wrong: not the summary of findings, not the hint to --help, not the progress."""
    return [line for line in err.splitlines() if line.startswith("bootgate")
            and not re.match(r"bootgate: (\d+ errors?,|running server:)|bootgate-wait: (waiting for|.*: ready after)", line)]


def names_fault(outcome):
    """A finding says that something could not be judged."""
    text = outcome.out + outcome.err
    return re.search(r'error\[|"errors": ?\[\{|"level": ?"error"|^::error|<error|<failure|class="error"|"severity": ?"(critical|blocker)"', text, re.M)


def is_same(a, b):
    return (a.code, a.signal, a.out, a.err, a.tree, a.started) == (b.code, b.signal, b.out, b.err, b.tree, b.started)


def faults_of_tree(scenario, before, wanted, got):
    if scenario.recovers and got not in (before, wanted):
        yield "torn: " + " ".join(name for name in {**before, **got} if got.get(name) != before.get(name))
        return
    for name, entry in got.items():
        if entry not in (before.get(name), wanted.get(name)):
            yield f"debris: {name}"
    for name in before:
        if name not in got:
            yield f"lost: {name}"


def faults_of_text(scenario, point, got):
    is_cut = point.call in ("write", "writev") or got.signal
    if scenario.document and not is_cut and not is_whole(scenario.document, got.out):
        yield "document: neither whole nor absent"
    if not scenario.may_reveal and has_leak(got.out + got.err):
        yield "leak"


def was_missed(scenario, point, opened):
    """The fault kept something from being read, or what was written from being safe."""
    if point.fault in FREE or point.fault == "" or scenario.retries:
        return False
    if point.call == "newfstatat" and point.number < opened.get(point.detail, 0):
        return False  # looked at once too often: it was opened and read after all
    if point.call == "newfstatat" and point.detail.startswith("pipe:"):
        return False  # the C library asks, to choose a buffer
    if point.detail in scenario.replaces:
        return False
    if point.call == "getcwd" and scenario.codes == scenarios.EXEC:
        return False  # what `exec` reads is named; where that is, only shortens paths
    is_about_us = re.match(r"PLACE|pipe:|socket:|$", point.detail) is not None
    return is_about_us and (point.call in READING or point.call in WRITING)


def judge(scenario, point, untouched, before, opened, got):
    """What is wrong with the run, as texts that begin with a word for the kind."""
    if got.hung:
        return ["hang"]
    if got.signal or got.code in (99, 124, 125, 134):
        return [f"crash: {'signal' if got.signal else 'exit'} {got.signal or got.code}"]
    wrong = [*faults_of_tree(scenario, before, untouched.tree, got.tree), *faults_of_text(scenario, point, got)]
    passes = got.started if "touch" in scenario.arguments else got.code == 0
    if passes and untouched.code != 0:
        return ["pass: the untouched run refuses", *wrong]
    if scenario.codes == scenarios.EXEC and got.code == 0 and untouched.started and not got.started:
        return ["pass: exit 0 and the command did not start", *wrong]
    if is_same(got, untouched):
        if untouched.code == 0 and was_missed(scenario, point, opened):
            wrong.append("unread: passes as if nothing had failed")
        return wrong
    if scenario.retries and got.code == untouched.code:
        return wrong
    if point.fault in FREE and not point.lasting:
        return [f"fragile: exit {got.code}", *wrong]
    if got.code == 0:
        return ["pass: exit 0 with other output", *wrong]
    if got.code not in scenario.codes:
        return [f"code: exit {got.code}", *wrong]
    if got.code == 1 or (got.code == 78 and got.err and not names_fault(got)):
        return [f"changed: exit {got.code} with other output", *wrong]
    said = lines_said(got.err)
    is_mute = point.lasting and point.call == "write"  # standard error is gone as well
    if not said and not names_fault(got) and not is_mute:
        wrong.append(f"silent: exit {got.code}")
    if len(said) > 1 and untouched.code == 0 and got.code not in (69, 75) and not point.lasting:
        wrong.append(f"chatty: {len(said)} lines")
    return wrong


class Torture:
    """A scenario with its untouched run."""

    def __init__(self, build, scenario, folder, port):
        self.scenario = scenario
        self.bench = Bench(build, scenario, folder, port)
        self.untouched = self.bench.run()
        if self.untouched.code != scenario.exit or self.untouched.started != scenario.starts:
            raise RuntimeError(f"{scenario.name}: untouched it ends with {self.untouched.code}, started "
                               f"{self.untouched.started}:\n{self.untouched.out}{self.untouched.err}")
        calls = self.bench.calls()
        self.points = list(points_of(self.bench, calls))
        self.opened = {}  # path: how many newfstatat had been when it was last opened and read
        stats = 0
        for call in calls:
            stats = call.number if call.name == "newfstatat" else stats
            if call.name in ("read", "pread64", "getdents64"):
                self.opened[call.detail] = stats

    def attempt(self, point):
        """(whether the fault happened, what is wrong)."""
        got = self.bench.run(point)
        if not got.injected and not got.hung:
            return False, []
        return True, judge(self.scenario, point, self.untouched, self.bench.before, self.opened, got)


def read_finds():
    """finds.txt: by scenario, the pairs of a point's pattern and of what it is about."""
    finds = collections.defaultdict(list)
    for line in (HERE / "finds.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            scenario, pattern, *about = line.split()
            finds[scenario].append((pattern, about[0] if about else ""))
    return finds


def is_find(point, from_end, finds):
    for pattern, about in finds:
        if pattern.startswith("alloc#-"):
            if point.call == "alloc" and not point.lasting and from_end < int(pattern[7:]):
                return True
        elif fnmatch.fnmatchcase(spell(point), pattern) and about in point.detail:
            return True
    return False


def chosen(points, names, share, finds, offset):
    if names:
        return [point for number, point in enumerate(points, 1) if str(number) in names or spell(point) in names]
    if share == 1:
        return points
    last = max(point.number for point in points if point.call == "alloc")
    return [point for number, point in enumerate(points)
            if (number + offset) % share == 0 or is_find(point, last - point.number, finds)]


def torture_one(task):
    """One scenario in a process of its own: its name, points tried, points that did not come up, findings."""
    build, index, names, share = task
    scenario = scenarios.ALL[index]
    with tempfile.TemporaryDirectory(prefix="bootgate-torture-") as folder, contextlib.ExitStack() as stack:
        port = stack.enter_context(scenario.server()) if scenario.server else 0
        started = time.monotonic()
        torture = Torture(build, scenario, pathlib.Path(folder), port)
        points = chosen(torture.points, names, share, read_finds()[scenario.name], index)
        numbers = {point: number for number, point in enumerate(torture.points, 1)}
        tried, missed, found = 0, 0, []
        for point in points:
            happened, wrong = torture.attempt(point)
            tried += happened
            missed += not happened
            found += [(numbers[point], point, text) for text in wrong]
        return scenario.name, tried, missed, found, time.monotonic() - started


def go_apart():
    """Root's mistakes stay in a namespace: a program that meant to kill its child and killed -1 killed the machine."""
    apart = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    is_apart = "BOOTGATE_TORTURE_APART" in os.environ
    if is_apart or os.geteuid() != 0 or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        return
    os.execvpe("unshare", [*apart, sys.executable, *sys.argv], {**os.environ, "BOOTGATE_TORTURE_APART": "1"})


def main():
    go_apart()
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("scenario", nargs="?", default="")
    parser.add_argument("points", nargs="*")
    options = parser.parse_intermixed_args()
    os.umask(0o077)
    wanted = [i for i, scenario in enumerate(scenarios.ALL) if re.fullmatch(options.scenario or ".*", scenario.name)
              and (options.build / scenario.beside).exists()]
    if not wanted:
        sys.exit("torture: no such scenario: " + " ".join(scenario.name for scenario in scenarios.ALL))
    tasks = [(options.build.resolve(), index, options.points, options.share) for index in wanted]
    is_tap = options.share > 1
    if is_tap:
        print(f"1..{len(tasks)}", flush=True)
    kinds, tried, number = collections.Counter(), 0, 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for name, count, missed, found, seconds in pool.map(torture_one, tasks):
            number += 1
            tried += count
            kinds.update(text.split(":")[0] for _, _, text in found)
            mark = "# " if is_tap else ""
            if is_tap:
                print(f"{'not ok' if found else 'ok'} {number} - {name}, {count} points", flush=True)
            else:
                print(f"{name}: {count} points, {missed} not reached, {len(found)} found, {seconds:.1f} s", flush=True)
            for at, point, text in found:
                print(f"{mark}  scripts/torture {name} {at}   # {spell(point)} {point.detail}: {text}", flush=True)
    if not is_tap:
        names = ("pass", "unread", "crash", "leak", "hang", "debris", "lost", "torn", "document", "fragile", "code", "changed",
                 "silent", "chatty")
        print(f"{tried} points tried over {len(tasks)} scenarios: "
              + ", ".join(f"{kinds[name]} {name}" for name in names))
    sys.exit(1 if kinds else 0)


main()
