#!/usr/bin/env python3
"""The installed library as a stranger uses it: pkg-config, the public headers, one small program, shared and static.

usage: run.py BUILD SOURCE SANITIZERS

`meson install` puts everything into a temporary folder; nothing of the source tree is used after that.
"""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PASSWORD = "hT7vQ2mZx9Rb4WcK8LdPn5sJy3GaUe6f"
FILES = {
    "compose.yaml": "services:\n  web:\n    build: .\n    environment:\n      APP_ENV: production\n"
    f"      DATABASE_URL: postgresql://shop:{PASSWORD}@${{DB_HOST:-db}}:5432/shop\n"
    "  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: shop\n      POSTGRES_PASSWORD: postgres\n",
}
WANTED = {
    "masked and rewritten": lambda out: "\npostgresql+asyncpg://app:********@db/app postgresql://app:p%40w@db/app\n" in out,
    "rule, severity, place, variable, service": lambda out: "\nweak-secret 3 compose.yaml:11:26 POSTGRES_PASSWORD db " in out,
    "the process environment is not read": lambda out: out.count("loopback-host") == 1 and "outcome 0" in out,
    "a missing path cannot be judged": lambda out: "outcome 1, passes 0" in out,
    "a mode that is none is refused": lambda out: out.count("outcome 2, passes 0, mode -, 0 files") == 2,
    "no secret": lambda out: PASSWORD not in out,
}


def call(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, check=False, **options)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: exit {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-3000:]}")
    return done.stdout


class Installed:
    def __init__(self, build, folder):
        self.root = folder / "root"
        call("meson", "install", "-C", build, "--no-rebuild", "--destdir", self.root)
        package = next(self.root.rglob("bootgate.pc"))
        self.library = package.parent.parent
        self.environment = {**os.environ, "PKG_CONFIG_PATH": str(package.parent), "PKG_CONFIG_SYSROOT_DIR": str(self.root),
                            "LC_ALL": "C.UTF-8"}

    def flags(self, *options):
        return shlex.split(call("pkg-config", *options, "bootgate", env=self.environment))

    def symbols(self, name, *options):
        lines = call("nm", "--defined-only", *options, self.library / name).splitlines()
        return {line.split()[2] for line in lines if len(line.split()) == 3}


def build_client(installed, folder, kind, compiler, sanitizers):
    program = folder / kind
    flags = installed.flags("--cflags")
    libraries = installed.flags("--libs", *(["--static"] if kind == "static" else []))
    before = []
    if kind == "static": # the linker takes the first library that it finds: here there is but the archive
        alone = folder / "alone"
        alone.mkdir()
        shutil.copy(installed.library / "libbootgate.a", alone)
        before = [f"-L{alone}"]
    call(*compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", *sanitizers, *flags, HERE / "client.c", "-o", program, *before,
         *libraries)
    return program


def run_client(installed, folder, program):
    work = folder / "work"
    work.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (work / name).write_text(text)
    environment = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(installed.library), "DB_HOST": "127.0.0.1"}
    return call(program, ".", cwd=work, env=environment)


def checks(build, source, sanitizers, folder):
    """(name, whether it holds, what was seen)"""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    installed = Installed(build, folder)
    version = call("pkg-config", "--modversion", "bootgate", env=installed.environment).strip()
    headers = sorted(path.name for path in (installed.root).rglob("include/bootgate/*.h"))
    public = sorted(path.name for path in (source / "include/bootgate").glob("*.h"))
    yield "every public header is installed", headers == public, headers
    numbers = (source / "include/bootgate/version.h").read_text()
    parts = [f"_{name} {number}" in numbers for name, number in zip(("MAJOR", "MINOR", "PATCH"), version.split("."))]
    yield "the header's version is that of the package", all(parts), version
    for name, options in (("libbootgate.so", ["-D"]), ("libbootgate.a", ["-g"])):
        others = {symbol for symbol in installed.symbols(name, *options) if not symbol.startswith("bg_")}
        yield f"{name} shows bg_* alone", not others, sorted(others)[:10]
    soname = call("readelf", "-d", installed.library / "libbootgate.so")
    yield "the library's name has the number of its interface", "[libbootgate.so.0]" in soname, soname
    for kind in ("shared", "static"):
        program = build_client(installed, folder, kind, compiler, sanitizers)
        needs = "libbootgate.so" in call("readelf", "-d", program)
        yield f"{kind}: links {'the library' if kind == 'shared' else 'the archive'}", needs == (kind == "shared"), needs
        output = run_client(installed, folder, program)
        yield f"{kind}: the versions agree", output.startswith(f"{version}\n"), output
        for name, holds in WANTED.items():
            yield f"{kind}: {name}", holds(output), output


def main():
    build, source, sanitize = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    if not shutil.which("pkg-config") or not shutil.which("meson"):
        print("1..0 # SKIP pkg-config or meson is not there")
        return 0
    sanitizers = [] if sanitize == "none" else [f"-fsanitize={sanitize}"]
    failed = number = 0
    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, holds, seen) in enumerate(checks(build, source, sanitizers, pathlib.Path(scratch)), 1):
            print(f"{'ok' if holds else 'not ok'} {number} - {name}")
            if not holds:
                failed += 1
                print("\n".join(f"# {line}" for line in str(seen).splitlines()))
    print(f"1..{number}")
    return int(failed > 0)


sys.exit(main())
