"""What systemd itself makes of units: `systemd --test` loads them and prints what it has, starting nothing."""
import ctypes
import glob
import os
import re
import shutil
import subprocess
import tempfile

NOBODY = 65534
C_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def words_of(line):
    """The words of a `Command Line:` as systemd quotes them: shell_maybe_quote() of src/basic/escape.c."""
    words, at = [], 0
    while at < len(line):
        word = b""
        while at < len(line) and line[at:at + 1] != b" ":
            if line[at:at + 1] != b'"':
                word += line[at:at + 1]
                at += 1
                continue
            at += 1
            while line[at:at + 1] != b'"':
                escape = line[at:at + 1] == b"\\"
                at += escape
                word += C_ESCAPES.get(line[at:at + 1], line[at:at + 1]) if escape else line[at:at + 1]
                at += 1
            at += 1
        words.append(word)
        at += 1
    return words


class Expansion:
    """replace_env_argv() of the library that the manager is linked with."""

    def __init__(self):
        # The newest one that is there.
        path = sorted(glob.glob("/usr/lib/*/systemd/libsystemd-shared-*.so"))[-1]
        self.library = ctypes.CDLL(path)
        self.library.replace_env_argv.restype = ctypes.POINTER(ctypes.c_char_p)

    @staticmethod
    def array(items):
        return (ctypes.c_char_p * (len(items) + 1))(*items, None)

    def words(self, words, environment):
        pairs = [name + b"=" + value for name, value in environment.items()]
        made = self.library.replace_env_argv(self.array(words), self.array(pairs))
        if not made:
            return None
        found = []
        while made[len(found)] is not None:
            found.append(made[len(found)])
        return found


class Manager:
    """Loads many units at once. `load` gives for each name its dump: {state, environment, files, commands}."""

    def __init__(self):
        self.program = next((path for path in ("/lib/systemd/systemd", "/usr/lib/systemd/systemd")
                             if os.path.exists(path)), None)

    def load(self, folder, names):
        home = tempfile.mkdtemp()
        try:
            with open(os.path.join(folder, "all.target"), "w", encoding="ascii") as file:
                file.write("[Unit]\n" + "".join(f"Wants={name}\n" for name in names))
            environment = {"PATH": os.environ["PATH"], "HOME": home, "XDG_RUNTIME_DIR": home,
                           "SYSTEMD_UNIT_PATH": folder + ":"}
            command = [self.program, "--test", "--user", "--unit=all.target", "--log-target=console", "--log-level=err"]
            # It refuses to be tested as root.
            if os.getuid() == 0:
                os.chmod(folder, 0o755)
                os.chown(home, NOBODY, NOBODY)
                command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
            done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=120)
            return self.parse(done.stdout, names)
        finally:
            shutil.rmtree(home, ignore_errors=True)

    @staticmethod
    def parse(text, names):
        dumps = {}
        for part in re.split(rb"^\t?-> Unit ", text, flags=re.M)[1:]:
            head, _, body = part.partition(b":\n")
            name = head.decode()
            if name not in names:
                continue
            dump = {"state": "", "environment": {}, "files": [], "commands": []}
            last, section = None, b""
            for line in body.split(b"\n"):
                field = re.match(rb"^\t{2,4}([A-Z][A-Za-z ]*): (.*)$", line, flags=re.S)
                start = re.match(rb"^\t{2,4}-> ([A-Za-z]*):$", line)
                if start:
                    section, last = start.group(1), None
                elif field:
                    key, value = field.groups()
                    last = None
                    if key == b"Unit Load State":
                        dump["state"] = value.decode()
                    elif key == b"Environment":
                        last, _, text_of = value.partition(b"=")
                        dump["environment"][last] = text_of
                    elif key == b"EnvironmentFile":
                        dump["files"].append(value.decode("utf-8", "replace"))
                    elif key == b"Command Line" and section == b"ExecStart":
                        dump["commands"].append(words_of(value))
                elif last is not None:
                    dump["environment"][last] += b"\n" + line
            dumps[name] = dump
        return dumps
