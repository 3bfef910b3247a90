"""The environment of what `podman create --env-file` makes, without podman's own. argv[1]: the process environment."""
import base64
import json
import os
import subprocess
import sys
import tempfile

PROCESS = json.loads(sys.argv[1])


class Podman:
    """A store of its own, in which no container ever starts."""

    def __init__(self, folder):
        self.root = os.path.join(folder, 'rootfs')
        self.path = os.path.join(folder, 'file.env')
        self.base = ['podman', '--root', f'{folder}/root', '--runroot', f'{folder}/run', '--storage-driver', 'vfs']
        os.mkdir(self.root)
        self.own = set(self.entries(b''))

    def run(self, *words):
        return subprocess.run(self.base + list(words), env=PROCESS, capture_output=True)

    def entries(self, file):
        """The environment as NAME=value; None where the file is refused."""
        with open(self.path, 'wb') as out:
            out.write(file)
        made = self.run('create', '--env-file', self.path, '--network', 'none', '--cgroups', 'disabled', '--rootfs',
                        self.root, 'true')
        if made.returncode != 0:
            return None
        name = made.stdout.decode().split()[-1]
        about = self.run('container', 'inspect', name, '--format', '{{json .Config.Env}}')
        self.run('rm', name)
        return json.loads(about.stdout)

    def read(self, file):
        entries = self.entries(file)
        return None if entries is None else dict(e.split('=', 1) for e in entries if e not in self.own)


with tempfile.TemporaryDirectory() as folder:
    podman = Podman(folder)
    for line in sys.stdin.buffer:
        print(json.dumps(podman.read(base64.b64decode(line))), flush=True)
