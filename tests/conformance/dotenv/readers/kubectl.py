"""What `kubectl create configmap --from-env-file` would create. argv[1]: the process environment."""
import base64
import json
import os
import subprocess
import sys
import tempfile

PROCESS = json.loads(sys.argv[1])

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'file.env')
    command = ['kubectl', 'create', 'configmap', 'name', f'--from-env-file={path}', '--dry-run=client', '-o', 'json']
    for line in sys.stdin.buffer:
        with open(path, 'wb') as out:
            out.write(base64.b64decode(line))
        done = subprocess.run(command, env=PROCESS, capture_output=True)
        print(json.dumps(json.loads(done.stdout).get('data', {}) if done.returncode == 0 else None), flush=True)
