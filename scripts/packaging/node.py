"""The npm package: the program inside, and a launcher that picks it."""
import json
import pathlib
import sys

from archive import FILE, PROGRAM, compress, tar

LAUNCHER = r"""#!/usr/bin/env node
// Runs the program of this platform with the same arguments, environment and streams, and ends as it ended.
"use strict";
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { constants } = require("node:os");

const platform = `${process.platform}-${process.arch}`;
const program = join(__dirname, "programs", platform, "bootgate");
if (!existsSync(program)) {
  console.error(`bootgate: no program for ${platform} in this package: use the container instead, ` +
    "with pre-commit the hook bootgate-docker");
  process.exit(2);
}
const done = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (done.error) {
  console.error(`bootgate: cannot run ${program}: ${done.error.code}`);
  process.exit(2);
}
process.exit(done.signal ? 128 + constants.signals[done.signal] : done.status);
"""

README = """# bootgate

Stops a bad deployment before any container starts: judges .env files, Compose files, manifests, Dockerfiles and
connection strings as their real readers see them.

    npx bootgate check

The program is inside, for Linux on {platforms}; nothing is compiled or fetched. The whole guide is the README of the
project.
"""


def manifest(release):
    return {
        "name": "bootgate", "version": release.version,
        "description": "Stops a bad deployment before any container starts: judges .env, Compose, manifests and DSNs",
        "keywords": ["env", "dotenv", "docker-compose", "validation", "lint", "pre-commit", "deployment"],
        "license": "MIT", "bin": {"bootgate": "bootgate.js"}, "engines": {"node": ">=16"},
        "files": ["bootgate.js", "programs", "licences"],
    }


def write(release, out, others, more):
    """`others`: releases for other machines; `more`: PLATFORM=FILE."""
    programs = {f"linux-{each.node_arch}": each.program("bootgate").read_bytes() for each in (release, *others)}
    for word in more:
        platform, _, file = word.partition("=")
        if not file:
            sys.exit("package: --npm-program wants PLATFORM=FILE, such as linux-arm64=build/bootgate")
        programs[platform] = pathlib.Path(file).read_bytes()
    entries = {"package/package.json": ((json.dumps(manifest(release), indent=2) + "\n").encode(), FILE),
               "package/README.md": (README.format(platforms=" and ".join(
                   sorted(name.partition("-")[2] for name in programs))).encode(), FILE),
               "package/bootgate.js": (LAUNCHER.encode(), PROGRAM)}
    for platform, program in programs.items():
        entries[f"package/programs/{platform}/bootgate"] = (program, PROGRAM)
    for name, text in release.licences.items():
        entries[f"package/{name}"] = (text, FILE)
    path = out / f"bootgate-{release.version}.tgz"
    path.write_bytes(compress(tar(entries, release.epoch)))
    return path
