"""bash: `set -a; . file` in an empty directory with no command in reach; null where it prints an error."""
import base64
import json
import os
import re
import subprocess
import sys
import tempfile

# Each file is sourced in a subshell of its own, which tells what it has exported afterwards.
SCRIPT = '''
echo $$ >&3
for file in in.*; do
    ( exec 2>"err.${file#in.}"; set -a; . "./$file"; exec /usr/bin/env -0 >"out.${file#in.}" )
done
'''


def text(data):
    """Bytes as JSON text, those that are no UTF-8 as <0xE9>."""
    return re.sub('[\udc80-\udcff]', lambda m: '<0x%02X>' % (ord(m.group()) - 0xDC00),
                  data.decode('utf-8', 'surrogateescape'))


def outcome(directory, name, process, pid):
    with open(f'{directory}/err.{name}', 'rb') as errors:
        if errors.read():
            return None
    variables = {}
    with open(f'{directory}/out.{name}', 'rb') as output:
        for entry in output.read().split(b'\0')[:-1]:
            key, _, value = entry.partition(b'=')
            variables[text(key)] = text(value).replace(pid, '<PID>')
    for key in ('PWD', 'OLDPWD', 'SHLVL', '_'):
        variables.pop(key, None)
    return {k: v for k, v in variables.items() if process.get(k) != v}


def run_batch(files, process):
    with tempfile.TemporaryDirectory() as directory:
        names = [f'{i:06}' for i in range(len(files))]
        for name, data in zip(names, files):
            with open(f'{directory}/in.{name}', 'wb') as file:
                file.write(data)
        read_end, write_end = os.pipe()
        subprocess.run(['/bin/bash', '--norc', '-c', f'exec 3>&{write_end}\n{SCRIPT}'], cwd=directory, env=process,
                       pass_fds=[write_end], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False, timeout=600)
        os.close(write_end)
        pid = os.read(read_end, 64).decode().strip()
        os.close(read_end)
        for name in names:
            print(json.dumps(outcome(directory, name, process, pid)), flush=True)


def main():
    process = json.loads(sys.argv[1])
    process['PATH'] = '/nonexistent'  # whatever a file may name, no program is there
    run_batch([base64.b64decode(line) for line in sys.stdin], process)


main()
