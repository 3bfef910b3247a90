"""What every kind of package is made from."""
import dataclasses
import pathlib
import platform

# What machines are called by Debian and containers, and by Node.
ARCHITECTURES = {"x86_64": ("amd64", "x64"), "aarch64": ("arm64", "arm64")}


@dataclasses.dataclass
class Release:
    top: pathlib.Path      # of the source tree
    version: str
    epoch: int             # the date of everything, in seconds
    stage: pathlib.Path    # holds bin and share
    build: pathlib.Path    # the build folder
    scratch: pathlib.Path  # for what is thrown away
    parts: list = dataclasses.field(default_factory=list)     # what is linked in: bill.py
    licences: dict = dataclasses.field(default_factory=dict)  # their texts by file name

    @property
    def arch(self):
        return ARCHITECTURES.get(platform.machine(), (platform.machine(), platform.machine()))[0]

    @property
    def node_arch(self):
        return ARCHITECTURES.get(platform.machine(), (platform.machine(), platform.machine()))[1]

    def program(self, name):
        return self.stage / "bin" / name

    def programs(self):
        return sorted(path for path in (self.stage / "bin").iterdir())
