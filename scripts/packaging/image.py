"""Two container images: bootgate alone in an empty one, and one with bootgate-wait and git beside it.

Both come as what `docker build` needs and, built here, as an OCI layout. The second one holds the libraries that its
programs name, and nothing else: no shell, no package manager.
"""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import time

import bill
from archive import FILE, PROGRAM, compress, tar

PROGRAM_PLACE = "usr/local/bin"
CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")

DOCKERFILE = """# bootgate alone: judges, and becomes what it guards.
#   docker run --rm -v "$PWD:/src:ro" bootgate:{version} check
#   COPY --from=bootgate:{version} /usr/local/bin/bootgate /usr/local/bin/
FROM scratch
COPY root/usr/local/bin/bootgate /usr/local/bin/bootgate
WORKDIR /src
ENTRYPOINT ["/usr/local/bin/bootgate"]
CMD ["check"]
"""

DOCKERFILE_FULL = """# bootgate with bootgate-wait, and with git, which `check --tracked` and `hook run` ask.
#   docker run --rm -u "$(id -u):$(id -g)" -v "$PWD:/src:ro" bootgate:{version}-full check --tracked
FROM scratch
COPY root/ /
ENV PATH=/usr/local/bin:/usr/bin HOME=/
WORKDIR /src
ENTRYPOINT ["/usr/local/bin/bootgate"]
CMD ["check"]
"""

PASSWD = b"root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"


def libraries(program):
    """The files that a dynamic program is loaded with, its loader included."""
    listed = bill.say("ldd", program)
    return sorted(set(re.findall(r"(?:=> )?(/\S+) \(0x", listed)))


def with_libraries(entries, program, place):
    entries[place] = (pathlib.Path(program).read_bytes(), PROGRAM)
    for library in libraries(program) if not bill.is_static(program) else []:
        entries[library.lstrip("/")] = (pathlib.Path(library).read_bytes(), PROGRAM)


def alone(release):
    entries = {}
    with_libraries(entries, release.program("bootgate"), f"{PROGRAM_PLACE}/bootgate")
    return entries


def full(release):
    entries = alone(release)
    for program in release.programs():
        with_libraries(entries, program, f"{PROGRAM_PLACE}/{program.name}")
    git = shutil.which("git")
    if git:
        with_libraries(entries, git, "usr/bin/git")
    if CERTIFICATES.is_file():
        entries["etc/ssl/certs/ca-certificates.crt"] = (CERTIFICATES.read_bytes(), FILE)
    entries["etc/passwd"] = (PASSWD, FILE)
    entries["etc/nsswitch.conf"] = (b"hosts: files dns\n", FILE)
    return entries


def blob(entries, content):
    digest = hashlib.sha256(content).hexdigest()
    entries[f"blobs/sha256/{digest}"] = (content, FILE)
    return f"sha256:{digest}", len(content)


def dump(value):
    return json.dumps(value, sort_keys=True).encode()


def add_image(release, layout, files, settings, reference):
    """One image of one layer; returns its entry in the index."""
    date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(release.epoch))
    layer = tar({**files, "src/.keep": (b"", FILE)}, release.epoch)
    digest, size = blob(layout, compress(layer))
    labels = {"org.opencontainers.image.title": "bootgate", "org.opencontainers.image.version": release.version,
              "org.opencontainers.image.licenses": "MIT"}
    config = {"created": date, "architecture": release.arch, "os": "linux",
              "config": {"Entrypoint": ["/usr/local/bin/bootgate"], "Cmd": ["check"], "WorkingDir": "/src",
                         "Labels": labels, **settings},
              "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
              "history": [{"created": date, "created_by": "scripts/package"}]}
    config_digest, config_size = blob(layout, dump(config))
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config_digest,
                           "size": config_size},
                "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": digest,
                            "size": size}]}
    manifest_digest, manifest_size = blob(layout, dump(manifest))
    return {"mediaType": manifest["mediaType"], "digest": manifest_digest, "size": manifest_size,
            "platform": {"architecture": release.arch, "os": "linux"},
            "annotations": {"org.opencontainers.image.ref.name": reference,
                            "io.containerd.image.name": f"docker.io/library/bootgate:{reference}"}}


def write_layout(release, out, small, large):
    layout = {"oci-layout": (dump({"imageLayoutVersion": "1.0.0"}), FILE)}
    images = [add_image(release, layout, small, {}, release.version)]
    if large:
        images.append(add_image(release, layout, large, {"Env": ["PATH=/usr/local/bin:/usr/bin", "HOME=/"]},
                                f"{release.version}-full"))
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": images}
    layout["index.json"] = (dump(index), FILE)
    path = out / f"bootgate-{release.version}-oci-linux-{release.arch}.tar"
    path.write_bytes(tar(layout, release.epoch))
    return path


def write_context(release, out, files):
    name = f"bootgate-{release.version}-image-linux-{release.arch}"
    entries = {f"{name}/root/{path}": what for path, what in files.items()}
    for file, text in [("Dockerfile", DOCKERFILE), ("Dockerfile.full", DOCKERFILE_FULL)][:2 if release.is_native else 1]:
        entries[f"{name}/{file}"] = (text.format(version=release.version).encode(), FILE)
    path = out / f"{name}.tar.gz"
    path.write_bytes(compress(tar(entries, release.epoch)))
    return path


def write(release, out):
    small, large = alone(release), full(release) if release.is_native else None
    return [write_context(release, out, large or small), write_layout(release, out, small, large)]
