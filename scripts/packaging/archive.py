"""Archives whose bytes depend on nothing but what is in them: no names of users, no order of directories, one date."""
import gzip
import hashlib
import io
import tarfile

PROGRAM, FILE, FOLDER = 0o755, 0o644, 0o755


def tar(entries, epoch):
    """The bytes of a tar file. entries: path → (bytes, mode), or a str for the target of a symbolic link."""
    folders = set()
    for name in entries:
        parts = name.split("/")
        folders.update("/".join(parts[:count]) for count in range(1, len(parts)))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for name in sorted({*folders, *entries}):
            info = tarfile.TarInfo(name)
            info.mtime = epoch
            if name not in entries:
                info.type, info.mode = tarfile.DIRTYPE, FOLDER
                file.addfile(info)
            elif isinstance(entries[name], str):
                info.type, info.linkname, info.mode = tarfile.SYMTYPE, entries[name], 0o777
                file.addfile(info)
            else:
                content, info.mode = entries[name]
                info.size = len(content)
                file.addfile(info, io.BytesIO(content))
    return out.getvalue()


def compress(content):
    out = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(content)
    return out.getvalue()


def staged(release):
    """All that meson installs, by its path below the prefix."""
    entries = {}
    for path in sorted(release.stage.rglob("*")):
        if path.is_file():
            name = path.relative_to(release.stage).as_posix()
            entries[name] = (path.read_bytes(), PROGRAM if name.startswith("bin/") else FILE)
    return entries


def write(release, out):
    name = f"bootgate-{release.version}-linux-{release.arch}"
    entries = staged(release)
    for path, text in release.licences.items():
        entries[f"share/doc/bootgate/{path}"] = (text, FILE)
    for path in ("README.md", "CHANGELOG.md"):
        entries[f"share/doc/bootgate/{path}"] = ((release.top / path).read_bytes(), FILE)
    path = out / f"{name}.tar.gz"
    path.write_bytes(compress(tar({f"{name}/{entry}": what for entry, what in entries.items()}, release.epoch)))
    return path


def write_sums(out, made):
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(made)]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
