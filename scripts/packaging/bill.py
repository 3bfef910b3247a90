"""What is linked into the programs, found by the linker's own words, with versions and licences.

A library that the table does not know ends the build: nothing is shipped without its licence.
"""
import json
import pathlib
import re
import subprocess
import sys
import uuid

# Debian's source package: name, licence (SPDX), who makes it.
KNOWN = {
    "libyaml": ("libyaml", "MIT", "https://pyyaml.org/wiki/LibYAML"),
    "pcre2": ("PCRE2", "BSD-3-Clause", "https://www.pcre.org"),
    "jansson": ("Jansson", "MIT", "https://github.com/akheron/jansson"),
    "libidn2": ("Libidn2", "LGPL-3.0-or-later OR GPL-2.0-or-later", "https://www.gnu.org/software/libidn/"),
    "nettle": ("Nettle", "LGPL-3.0-or-later OR GPL-2.0-or-later", "https://www.lysator.liu.se/~nisse/nettle/"),
    "libunistring": ("Libunistring", "LGPL-3.0-or-later OR GPL-2.0-or-later",
                     "https://www.gnu.org/software/libunistring/"),
    "glibc": ("GNU C Library", "LGPL-2.1-or-later", "https://www.gnu.org/software/libc/"),
    "cross-toolchain-base": ("GNU C Library", "LGPL-2.1-or-later", "https://www.gnu.org/software/libc/"),
    "gcc": ("libgcc", "GPL-3.0-or-later WITH GCC-exception-3.1", "https://gcc.gnu.org"),
    "curl": ("libcurl", "curl", "https://curl.se/libcurl/"),
    "postgresql": ("libpq", "PostgreSQL", "https://www.postgresql.org"),
}
# What the compiler adds to a static program by itself.
IMPLIED = ("libc.a", "libm.a", "libgcc.a", "libgcc_eh.a")


def say(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=True, **more).stdout


def archives(release):
    """The archives on the command line that linked bootgate."""
    text = (release.build / "build.ninja").read_text(encoding="utf-8")
    line = re.search(r"^build bootgate: .*\n(?:  *\S.*\n)*?  *LINK_ARGS = (.*)$", text, re.M).group(1)
    found = [word for word in line.split() if word.endswith(".a") and word.startswith("/")]
    names = [word[2:] for word in line.split() if word.startswith("-l")]
    compiler = "cc" if release.is_native else release.tool("gcc")
    found += [say(compiler, f"-print-file-name=lib{name}.a").strip() for name in names]
    return found + [say(compiler, f"-print-file-name={name}").strip() for name in IMPLIED]


def shared(program):
    """The shared libraries that a program names, as files."""
    needed = re.findall(r"\(NEEDED\)\s.*\[(\S+)\]", say("readelf", "-d", program))
    places = dict(re.findall(r"^\s*(\S+) => (/\S+)", say("ldd", program), re.M)) if needed else {}
    return [places[name] for name in needed if name in places]


def is_static(program):
    return "(NEEDED)" not in say("readelf", "-d", program)


def package_of(path):
    """(package, version, source package) that a file came with."""
    tried = {path, str(pathlib.Path(path).resolve())}
    tried |= {name.removeprefix("/usr") for name in tried} | {f"/usr{name}" for name in tried}
    for name in sorted(tried):
        asked = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            package = asked.stdout.split(": ")[0].split(",")[0]
            shown = say("dpkg-query", "-W", "-f", "${Package}\t${source:Version}\t${source:Package}", package)
            return tuple(shown.split("\t"))
    return sys.exit(f"package: {path} came with no Debian package: its version and licence are not known")


def part(path, how, program):
    package, version, source_package = package_of(path)
    source = re.sub(r"^(gcc|postgresql)-\d+(-cross)?$", r"\1", source_package)
    if source not in KNOWN:
        sys.exit(f"package: what licence has {source}, which {program} is linked with? It belongs into bill.py")
    name, licence, site = KNOWN[source]
    return {"name": name, "version": version, "licence": licence, "site": site, "package": package,
            "source": source, "source_package": source_package, "how": how, "program": program}


def parts(release):
    """Each library once for each program, in the order of their names."""
    found = {}
    for program in release.programs():
        files, how = (archives(release), "static") if is_static(program) else (shared(program), "dynamic")
        for path in files:
            row = part(path, how, program.name)
            found.setdefault((row["program"], row["name"]), row)
    return [found[key] for key in sorted(found)]


def licences(release):
    """Our licence, and the copyright file of everything that is in the static program."""
    texts = {"LICENSE": (release.top / "LICENSE").read_bytes()}
    for row in release.parts:
        copyright_file = pathlib.Path("/usr/share/doc", row["package"], "copyright")
        if row["how"] == "static" and copyright_file.is_file():
            texts[f"licences/{row['source']}"] = copyright_file.read_bytes()
    for row in release.parts:
        for name in re.findall(rb"/usr/share/common-licenses/(L?GPL-[\d.]+\d)", texts.get(f"licences/{row['source']}", b"")):
            common = pathlib.Path("/usr/share/common-licenses", name.decode())
            if common.is_file():
                texts[f"licences/{common.name}"] = common.read_bytes()
    return texts


def component(row):
    return {
        "type": "library", "bom-ref": f"{row['program']}/{row['source']}", "name": row["name"],
        "version": row["version"], "licenses": [{"expression": row["licence"]}],
        "purl": f"pkg:deb/debian/{row['source']}@{row['version']}",
        "externalReferences": [{"type": "website", "url": row["site"]}],
        "properties": [{"name": "bootgate:program", "value": row["program"]},
                       {"name": "bootgate:linking", "value": row["how"]}],
    }


def document(release):
    """CycloneDX 1.5."""
    components = [component(row) for row in release.parts]
    described = {"type": "application", "bom-ref": "bootgate", "name": "bootgate", "version": release.version,
                 "licenses": [{"license": {"id": "MIT"}}]}
    date = say("date", "--utc", f"--date=@{release.epoch}", "+%Y-%m-%dT%H:%M:%SZ").strip()
    content = json.dumps(components, sort_keys=True) + release.version + date
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}", "version": 1,
        "metadata": {"timestamp": date, "component": described},
        "components": components,
        "dependencies": [{"ref": "bootgate", "dependsOn": [each["bom-ref"] for each in components]}],
    }


def write(release, out):
    path = out / f"bootgate-{release.version}-linux-{release.arch}.cdx.json"
    path.write_text(json.dumps(document(release), indent=2) + "\n", encoding="utf-8")
    return path
