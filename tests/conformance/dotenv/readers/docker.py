"""What `docker create --env-file` sends to its daemon, which is played here. argv[1]: the process environment."""
import base64
import http.server
import json
import os
import socketserver
import shutil
import subprocess
import sys
import tempfile
import threading

PROCESS = json.loads(sys.argv[1])
DOCKER = shutil.which('docker')


class Daemon(http.server.BaseHTTPRequestHandler):
    """As much of the Engine API as the command asks for."""
    protocol_version = 'HTTP/1.1'
    sent = None

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Api-Version', '1.41')
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(data)

    def do_GET(self):
        self.answer(200, {})

    do_HEAD = do_GET

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get('Content-Length', 0))) or b'{}')
        if '/containers/create' in self.path:
            Daemon.sent = body['Env'] or []
        self.answer(201, {'Id': 'container', 'Warnings': []})

    def address_string(self):
        return ''

    def log_message(self, *_):
        pass


class Server(socketserver.UnixStreamServer):
    def get_request(self):
        return super().get_request()[0], ('', 0)


def read(folder, file):
    path = os.path.join(folder, 'file.env')
    with open(path, 'wb') as out:
        out.write(file)
    Daemon.sent = None
    environment = dict(PROCESS, DOCKER_HOST=f'unix://{folder}/socket', DOCKER_CONFIG=folder)
    done = subprocess.run([DOCKER, 'create', '--env-file', path, 'image'], env=environment, capture_output=True)
    if done.returncode != 0 or Daemon.sent is None:
        return None
    return dict(entry.split('=', 1) for entry in Daemon.sent if '=' in entry)


with tempfile.TemporaryDirectory() as folder:
    server = Server(os.path.join(folder, 'socket'), Daemon)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for line in sys.stdin.buffer:
        print(json.dumps(read(folder, base64.b64decode(line))), flush=True)
    server.shutdown()
