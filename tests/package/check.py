"""`scripts/package --check`: two releases of the last commit, built in two places, are the same bytes and hold.

Besides what run.py tries: lintian without errors, skopeo and umoci read the images.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import packages
import readme  # noqa: F401  pylint: disable=unused-import
from packages import expect, must, only

TOP = pathlib.Path(__file__).resolve().parents[2]


COMMIT = must("git", "rev-parse", "HEAD", cwd=TOP).strip()  # the same for both, whatever is committed meanwhile


def build(place):
    """Exports the commit and packs it there."""
    place.mkdir()
    exported = subprocess.run(["git", "archive", COMMIT], cwd=TOP, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", place], input=exported, check=True)
    date = must("git", "log", "-1", "--format=%ct", COMMIT, cwd=TOP).strip()
    subprocess.run([place / "scripts/package", *(["--also", "arm64"] if packages.ARCH == "amd64" else [])], check=True, stdout=sys.stderr,
                   env={**os.environ, "SOURCE_DATE_EPOCH": date})
    return place / "dist"


def test_same_bytes(dist):
    other = build(dist.parent.parent / "another place")
    for path in sorted(dist.iterdir()):
        expect(f"{path.name} of another place", True, path.read_bytes() == (other / path.name).read_bytes())


def test_lintian(dist):
    done = packages.run("lintian", "--fail-on", "error", only(dist, f"*_{packages.ARCH}.deb"))
    print("".join(f"# {line}\n" for line in done.stdout.splitlines()), end="")
    expect(done.stdout, 0, done.returncode)


def test_image_tools(dist):
    layout = only(dist, f"*-oci-*-{packages.ARCH}.tar")
    version = layout.name.split("-")[1]
    with tempfile.TemporaryDirectory() as folder:
        must("tar", "-xf", layout, "-C", folder)
        for reference in (version, f"{version}-full"):
            must("skopeo", "inspect", f"oci:{folder}:{reference}")
            must("umoci", "unpack", "--image", f"{folder}:{reference}", pathlib.Path(folder, f"bundle-{reference}"))
            expect(reference, True, pathlib.Path(folder, f"bundle-{reference}/rootfs/usr/local/bin/bootgate").exists())


def main():
    subprocess.run([TOP / "scripts/setup", "package-check"], check=True)
    packages.CASES.extend([test_same_bytes, test_lintian, test_image_tools])
    with tempfile.TemporaryDirectory() as folder:
        return 1 if packages.main(build(pathlib.Path(folder, "one"))) else 0


sys.exit(main())
