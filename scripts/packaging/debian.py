"""The Debian package: what meson installs, the licences, and who it needs."""
import re
import shutil
import subprocess
import time

from archive import compress
from bill import is_static

MAINTAINER = "bootgate maintainers <bootgate@example.com>"

CONTROL = """Package: bootgate
Version: {version}
Architecture: {arch}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Suggests: git
Built-Using: {built}
Section: admin
Priority: optional
Description: stop a bad deployment before any container starts
 bootgate reads .env files, Compose files, manifests, Dockerfiles, connection
 strings and the process environment exactly as the programs that will use them
 do, judges the values that will really be in force, and says what is wrong,
 where, and what to type. It is quiet on a deployment that is right and never
 prints a secret.
 .
 It runs in deploy scripts, as the entrypoint of a container, and before each
 commit.
"""

# It must run in an empty image and start in a millisecond: src/README.md.
OVERRIDES = """# One file that also runs in an image that holds nothing else.
bootgate: statically-linked-binary [usr/bin/bootgate]
bootgate: embedded-library libyaml [usr/bin/bootgate]
# The static program does not move itself at every start.
bootgate: hardening-no-pie [usr/bin/bootgate]
"""

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: bootgate

Files: *
Copyright: {holder}
License: MIT

{parts}
License: MIT
{text}
"""


def indented(text):
    return "".join(f" {line}\n" if line.strip() else " .\n" for line in text.rstrip().splitlines())


def copyright_text(release):
    text = (release.top / "LICENSE").read_text(encoding="utf-8")
    holder = re.search(r"^Copyright (?:\(c\) )?(.*)$", text, re.M).group(1)
    linked = [f"{row['name']} {row['version']}, {row['licence']}" for row in release.parts if row["how"] == "static"]
    comment = "Comment:\n The program is linked statically with these; their copyright files stand in licences/:\n"
    parts = comment + "".join(f"  {line}\n" for line in linked) if linked else ""
    return COPYRIGHT.format(holder=holder, parts=parts, text=indented(text).rstrip("\n"))


def changelog(release):
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(release.epoch))
    return (f"bootgate ({release.version}) stable; urgency=medium\n\n"
            f"  * Release {release.version}: see CHANGELOG.md.\n\n -- {MAINTAINER}  {date}\n")


# Programs that not everybody needs: what they are linked with is recommended.
OPTIONAL = ("bootgate-live",)


def relations(release):
    """What the programs that are linked dynamically need, by Debian's own look-up: Depends and Recommends."""
    if all(is_static(path) for path in release.programs()):
        return "", ""
    folder = release.scratch / "shlibdeps"
    (folder / "debian").mkdir(parents=True)
    (folder / "debian/control").write_text("Source: bootgate\n\nPackage: bootgate\nArchitecture: any\n")
    programs = [argument for path in release.programs()
                for argument in (f"-d{'Recommends' if path.name in OPTIONAL else 'Depends'}", "-e", path)]
    done = subprocess.run(["dpkg-shlibdeps", "-O", "--ignore-missing-info", *programs], cwd=folder,
                          capture_output=True, text=True, check=True)
    said = dict(re.findall(r"^shlibs:(\w+)=(.*)", done.stdout, re.M))
    return said.get("Depends") or "libc6", said.get("Recommends", "")


def fill(release, root):
    shutil.copytree(release.stage, root / "usr")
    functions = root / "usr/share/zsh"
    (functions / "site-functions").rename(functions / "vendor-completions")  # where Debian's zsh looks
    for page in (root / "usr/share/man").rglob("*.[0-9]"):
        page.with_name(page.name + ".gz").write_bytes(compress(page.read_bytes()))
        page.unlink()
    documents = root / "usr/share/doc/bootgate"
    documents.mkdir(parents=True, exist_ok=True)
    for name, text in release.licences.items():
        if name != "LICENSE":  # that one is the copyright file
            (documents / name).parent.mkdir(parents=True, exist_ok=True)
            (documents / name).write_bytes(text)
    (documents / "LICENSE").unlink(missing_ok=True)
    (documents / "copyright").write_text(copyright_text(release), encoding="utf-8")
    (documents / "README.md").write_bytes((release.top / "README.md").read_bytes())
    (documents / "CHANGELOG.md.gz").write_bytes(compress((release.top / "CHANGELOG.md").read_bytes()))
    (documents / "changelog.gz").write_bytes(compress(changelog(release).encode()))
    overrides = root / "usr/share/lintian/overrides/bootgate"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(OVERRIDES)


def write(release, out):
    root = release.scratch / "deb"
    fill(release, root)
    files = [path for path in root.rglob("*") if path.is_file()]
    built = sorted({f"{row['source_package']} (= {row['version']})" for row in release.parts if row["how"] == "static"})
    depends, recommends = relations(release)
    control = CONTROL.format(version=release.version, arch=release.arch, maintainer=MAINTAINER,
                             size=sum((path.stat().st_size + 1023) // 1024 for path in files),
                             depends=depends, recommends=recommends, built=", ".join(built))
    control = re.sub(r"^(Depends|Recommends|Built-Using): \n", "", control, flags=re.M)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(control)
    sums = subprocess.run(["md5sum", *sorted(str(path.relative_to(root)) for path in files)], cwd=root,
                          capture_output=True, text=True, check=True).stdout
    (root / "DEBIAN/md5sums").write_text(sums)
    for path in root.rglob("*"):
        is_program = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if is_program else 0o644)
    root.chmod(0o755)
    path = out / f"bootgate_{release.version}_{release.arch}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, path], check=True, capture_output=True,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SOURCE_DATE_EPOCH": str(release.epoch)})
    return path
