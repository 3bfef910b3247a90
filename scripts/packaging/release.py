"""What every kind of package is made from."""
import dataclasses
import pathlib
import platform

# What machines are called by Debian and containers, and by Node.
ARCHITECTURES = {"x86_64": ("amd64", "x64"), "aarch64": ("arm64", "arm64")}
# The number of a machine in the head of its programs: elf.h.
ELF_MACHINES = {62: "x86_64", 183: "aarch64"}


def machine_of(program):
    """The machine that a program is for; one that is not known is taken for this one."""
    head = program.read_bytes()[:20]
    return ELF_MACHINES.get(int.from_bytes(head[18:20], "little"), platform.machine())


def tool(name, machine):
    """A program of the compiler for that machine."""
    return name if machine == platform.machine() else f"{machine}-linux-gnu-{name}"


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
    def machine(self):
        return machine_of(self.program("bootgate"))

    @property
    def is_native(self):
        return self.machine == platform.machine()

    @property
    def arch(self):
        return ARCHITECTURES.get(self.machine, (self.machine, self.machine))[0]

    @property
    def node_arch(self):
        return ARCHITECTURES.get(self.machine, (self.machine, self.machine))[1]

    def tool(self, name):
        return tool(name, self.machine)

    def program(self, name):
        return self.stage / "bin" / name

    def programs(self):
        return sorted(path for path in (self.stage / "bin").iterdir())
