"""python-dotenv: a line of base64 in is a file, a line of JSON out what dotenv_values() makes of it."""
import base64
import io
import json
import logging
import os
import sys

import dotenv

logging.disable(logging.CRITICAL)
os.environ.clear()
os.environ.update(json.loads(sys.argv[1]))
for line in sys.stdin:
    data = base64.b64decode(line)
    try:
        stream = io.TextIOWrapper(io.BytesIO(data), encoding='utf-8')
        outcome = dict(dotenv.dotenv_values(stream=stream))
    except UnicodeDecodeError:
        outcome = None
    print(json.dumps(outcome), flush=True)
