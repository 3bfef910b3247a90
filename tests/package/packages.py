"""What must hold of the packages of a folder: cases for run.py and check.py."""
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
ARCH = MACHINES.get(platform.machine(), platform.machine())  # of this machine, which runs what is tried
CASES = []
REFUSED = 1
GOOD = "APP_ENV=production\nDATABASE_URL=postgresql://app:Vq3kx92mwpL7aTz81@db:5432/app\n"
BAD = "APP_ENV=production\nDATABASE_URL=postgresql://app:app@db:5432/app\n"


class Skip(Exception):
    pass


def case(function):
    CASES.append(function)
    return function


def expect(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"input:  {what}\nwanted: {wanted!r}\ngot:    {got!r}")


def run(*command, env=None, **more):
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/nonexistent"), **(env or {})}
    return subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL, timeout=300, **more)


def must(*command, **more):
    done = run(*command, **more)
    expect((command, done.stdout, done.stderr), 0, done.returncode)
    return done.stdout


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Skip(f"needs {program}")


def only(dist, pattern):
    found = sorted(dist.glob(pattern))
    expect(pattern, 1, len(found))
    return found[0]


def unpack(path, folder):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    must("tar", "-xf", path, "-C", folder)
    return pathlib.Path(folder)


def judge(program, folder):
    """A bad file is refused, a good one passes, by the program as it was installed."""
    for text, code in ((BAD, REFUSED), (GOOD, 0)):
        env = pathlib.Path(folder, ".env")
        env.write_text(text)
        env.chmod(0o600)
        done = run(*program, "check", cwd=folder)
        expect((program, text, done.stdout, done.stderr), code, done.returncode)


def enter(root, directory="/"):
    """A command that runs what follows in a root of its own; its mount of /proc vanishes with the namespace."""
    namespaces = [shutil.which("unshare"), "--mount", "--pid", "--fork", "--kill-child"]
    if os.geteuid() != 0 or run(*namespaces, "true").returncode != 0:
        raise Skip("needs root and namespaces")
    for name in ("proc", "dev"):
        pathlib.Path(root, name).mkdir(exist_ok=True)
    mount = shutil.which("mount")
    mounts = f'{mount} -t proc proc "$1/proc" && {mount} --rbind /dev "$1/dev"'
    change = f'exec {namespaces[0]} --root="$1" --wd="$2" -- "${{@:3}}"'
    return [*namespaces, "/bin/bash", "-c", f"{mounts} && {change}", "bash", root, directory]


def is_static(program):
    return "(NEEDED)" not in must("readelf", "-d", program)


@case
def test_sums(dist):
    lines = [line.split("  ") for line in (dist / "SHA256SUMS").read_text().splitlines()]
    expect("names", sorted(path.name for path in dist.iterdir() if path.name != "SHA256SUMS"),
           sorted(name for _, name in lines))
    for wanted, name in lines:
        expect(name, wanted, hashlib.sha256((dist / name).read_bytes()).hexdigest())


@case
def test_archive(dist):
    with tempfile.TemporaryDirectory() as folder:
        top = next(unpack(archive_of(dist), folder).iterdir())
        names = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
        wanted = {"bin/bootgate", "bin/bootgate-wait", "share/man/man1/bootgate.1", "share/man/man5/bootgate.yaml.5",
                  "share/man/man7/bootgate-rules.7", "share/man/man1/bootgate-wait.1",
                  "share/bash-completion/completions/bootgate.bash", "share/zsh/site-functions/_bootgate",
                  "share/fish/vendor_completions.d/bootgate.fish", "share/bootgate/bootgate.schema.json",
                  "share/doc/bootgate/LICENSE"}
        if (top / "bin/bootgate-live").exists():
            wanted.add("share/man/man1/bootgate-live.1")
            expect("live", f"bootgate-live {version_of(dist)}\n", must(top / "bin/bootgate-live", "--version"))
        expect("files that are not there", set(), wanted - names)
        json.loads((top / "share/bootgate/bootgate.schema.json").read_text())
        judge([top / "bin/bootgate"], folder)


def version_of(dist):
    return archive_of(dist).name.split("-")[1]


def archive_of(dist):
    return only(dist, f"bootgate-*[0-9]-linux-{ARCH}.tar.gz")


@case
def test_empty_root(dist):
    with tempfile.TemporaryDirectory() as folder:
        top = next(unpack(archive_of(dist), folder).iterdir())
        if not is_static(top / "bin/bootgate"):
            raise Skip("the build is not static")
        root = pathlib.Path(folder, "root")
        root.mkdir()
        shutil.copy(top / "bin/bootgate", root)
        for text, code in ((BAD, REFUSED), (GOOD, 0)):
            (root / ".env").write_text(text)
            (root / ".env").chmod(0o600)
            done = run(*enter(root), "/bootgate", "check")
            expect((text, done.stdout, done.stderr), code, done.returncode)


@case
def test_debian(dist):
    need("dpkg-deb", "dpkg")
    package = only(dist, f"*_{ARCH}.deb")
    fields = must("dpkg-deb", "-f", package)
    expect("fields", True, bool(re.search(r"^Package: bootgate\n(.*\n)*Depends: \S", fields, re.M)))
    if os.geteuid() != 0:
        raise Skip("needs root")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder, "root")
        for part in ("info", "updates", "triggers"):
            (root / "var/lib/dpkg" / part).mkdir(parents=True)
        (root / "var/lib/dpkg/status").write_text("")
        dpkg = ["dpkg", f"--root={root}", "--force-depends", "--force-script-chrootless", "--log=/dev/null"]
        must(*dpkg, "--install", package)
        expect("status", True, "Status: install ok installed" in (root / "var/lib/dpkg/status").read_text())
        judge([root / "usr/bin/bootgate"], folder)
        pages = {path.name.split(".")[0] for path in (root / "usr/share/man/man1").glob("*.gz")}
        expect("manual pages", {path.name for path in (root / "usr/bin").iterdir()}, pages)
        must(*dpkg, "--purge", "bootgate")
        expect("left behind", [], [str(path) for path in (root / "usr").rglob("*")] if (root / "usr").exists() else [])


@case
def test_image_layout(dist):
    """Each blob has the digest that it is called by, and each image runs in a root of nothing but its layer."""
    with tempfile.TemporaryDirectory() as folder:
        layout = unpack(only(dist, f"*-oci-*-{ARCH}.tar"), pathlib.Path(folder, "layout"))
        for blob in (layout / "blobs/sha256").iterdir():
            expect("digest", blob.name, hashlib.sha256(blob.read_bytes()).hexdigest())

        def content(digest):
            return layout / "blobs" / digest.replace(":", "/")

        manifests = json.loads((layout / "index.json").read_text())["manifests"]
        names = [each["annotations"]["org.opencontainers.image.ref.name"] for each in manifests]
        expect("references", True, names == [names[0], names[0] + "-full"])
        for name, entry in zip(names, manifests):
            manifest = json.loads(content(entry["digest"]).read_text())
            config = json.loads(content(manifest["config"]["digest"]).read_text())["config"]
            root = unpack(content(manifest["layers"][0]["digest"]), pathlib.Path(folder, name))
            judge_image(root, config)
            programs = {path.name for path in root.rglob("bin/*")}
            expect(name, "full" in name, {"bootgate-wait", "git"} <= programs)
            for program in sorted(programs & {"bootgate-wait", "bootgate-live"}):
                said = must(*enter(root), f"/usr/local/bin/{program}", "--version")
                expect(program, f"{program} {version_of(dist)}\n", said)
            if "full" in name:
                judge_tracked(root, config)


def words_of(root, config):
    variables = [word for word in config.get("Env", [])]
    return [*enter(root, config["WorkingDir"]), *config["Entrypoint"]], dict(word.split("=", 1) for word in variables)


def judge_image(root, config):
    words, env = words_of(root, config)
    for text, code in ((BAD, REFUSED), (GOOD, 0)):
        (root / "src/.env").write_text(text)
        (root / "src/.env").chmod(0o600)
        done = run(*words, "check", env=env)
        expect((text, done.stdout, done.stderr), code, done.returncode)


def judge_tracked(root, config):
    """The hook bootgate-docker, as pre-commit runs it: the words after the image's name, then the files."""
    words, env = words_of(root, config)
    hooks = (TOP / ".pre-commit-hooks.yaml").read_text()
    entry = re.search(r"entry: bootgate:\S+ (.*)\n  args: \[(.*)\]", hooks)
    (root / "src/.env").unlink()
    must("git", "init", "-q", root / "src")
    for text, code in ((BAD, REFUSED), (GOOD, 0)):
        (root / "src/prod.env").write_text(text)
        must("git", "add", "prod.env", cwd=root / "src")
        done = run(*words, *entry.group(1).split(), *entry.group(2).split(), "prod.env", env=env)
        expect((text, done.stdout, done.stderr), code, done.returncode)


@case
def test_image_context(dist):
    with tempfile.TemporaryDirectory() as folder:
        top = next(unpack(only(dist, f"*-image-*-{ARCH}.tar.gz"), folder).iterdir())
        for name in ("Dockerfile", "Dockerfile.full"):
            text = (top / name).read_text()
            expect(name, ["scratch"], re.findall(r"^FROM (.*)$", text, re.M))
            for source in re.findall(r"^COPY (\S+) ", text, re.M):
                expect(f"{name} copies {source}", True, (top / source).exists())
        if is_static(top / "root/usr/local/bin/bootgate"):
            done = run(top / "root/usr/local/bin/bootgate", "check", "-f", "/nonexistent", cwd=top)
            expect(done.stderr, 2, done.returncode)


@case
def test_npm(dist):
    need("node", "npm")
    package = only(dist, "*.tgz")
    with tempfile.TemporaryDirectory() as folder:
        cache = {"npm_config_cache": f"{folder}/cache", "npm_config_update_notifier": "false", "HOME": folder}
        must("npm", "install", "--offline", "--no-audit", "--no-fund", package, cwd=folder, env=cache)
        judge(["npx", "--offline", "--no-install", "bootgate"], folder)
        launcher = pathlib.Path(folder, "node_modules/bootgate/bootgate.js")
        done = run(launcher, "exec", "--", "sh", "-c", "kill -TERM $$", cwd=folder)
        expect("how the program ended", 128 + 15, done.returncode)
        elsewhere = f"Object.defineProperty(process, 'arch', {{value: 'mips'}}); require('{launcher}')"
        done = run("node", "-e", elsewhere, cwd=folder)
        expect((done.stdout, done.stderr), (2, 1), (done.returncode, done.stderr.count("\n")))
        expect("what to do", True, "bootgate-docker" in done.stderr)
        packed = pathlib.Path(folder, "packed")
        packed.mkdir()
        must("npm", "pack", "--pack-destination", packed, cwd=launcher.parent, env=cache)
        with tarfile.open(only(packed, "*.tgz")) as theirs, tarfile.open(package) as ours:
            expect("what npm itself would pack", sorted(each.name for each in ours if each.isfile()),
                   sorted(each.name for each in theirs if each.isfile()))


@case
def test_other_machine(dist):
    """What was built for 64-bit ARM beside it judges there too, under qemu; npm has both programs."""
    found = [path for path in dist.glob("bootgate-*[0-9]-linux-arm64.tar.gz") if ARCH != "arm64"]
    if not found:
        raise Skip("nothing was built for another machine")
    need("qemu-aarch64")
    with tempfile.TemporaryDirectory() as folder:
        top = next(unpack(found[0], folder).iterdir())
        program = top / "bin/bootgate"
        judge(["qemu-aarch64", program], folder)
        names = {path.name for path in top.rglob("*") if path.is_file()}
        expect("programs and pages", {"bootgate", "bootgate.1", "bootgate.yaml.5", "bootgate-rules.7"},
               {name for name in names if re.fullmatch(r"bootgate[\w-]*(\.yaml)?(\.\d)?", name)})
        package = unpack(only(dist, "*[0-9].tgz"), pathlib.Path(folder, "npm")) / "package/programs"
        expect("npm", (True, program.read_bytes()), ((package / "linux-x64/bootgate").exists(),
                                                     (package / "linux-arm64/bootgate").read_bytes()))
        fields = must("dpkg-deb", "-f", only(dist, "*_arm64.deb"))
        expect("Debian", (True, True), ("Architecture: arm64" in fields, "Built-Using: glibc" in fields or "libyaml" in fields))
        names = {each["name"] for each in json.loads(only(dist, "*-arm64.cdx.json").read_text())["components"]}
        expect("missing", set(), {"libyaml", "PCRE2", "Jansson", "Libidn2", "GNU C Library", "libgcc"} - names)
        layout = unpack(only(dist, "*-oci-*-arm64.tar"), pathlib.Path(folder, "layout"))
        manifests = json.loads((layout / "index.json").read_text())["manifests"]
        expect("images", ["arm64"], [each["platform"]["architecture"] for each in manifests])


@case
def test_bill(dist):
    document = json.loads(only(dist, f"*-{ARCH}.cdx.json").read_text())
    expect("format", ("CycloneDX", "1.5"), (document["bomFormat"], document["specVersion"]))
    names = {each["name"] for each in document["components"]}
    expect("missing", set(), {"libyaml", "PCRE2", "Jansson", "Libidn2", "Nettle", "GNU C Library", "libcurl"} - names)
    for each in document["components"]:
        expect(each["name"], True, bool(each["version"] and each["licenses"][0]["expression"]))


def main(dist):
    """Runs every case over the folder and speaks TAP; the number of failures."""
    failed = 0
    print(f"1..{len(CASES)}")
    for number, check in enumerate(CASES, 1):
        name = check.__name__.removeprefix("test_").replace("_", " ")
        try:
            check(dist)
            print(f"ok {number} - {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        except (AssertionError, subprocess.SubprocessError, OSError, ValueError, KeyError, StopIteration) as fault:
            failed += 1
            lines = f"{type(fault).__name__}: {fault}".splitlines()
            print(f"not ok {number} - {name}\n" + "\n".join(f"# {line}" for line in lines), flush=True)
    return failed
